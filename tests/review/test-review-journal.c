/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/base/error.h"
#include "kiosk/review/journal.h"

#include <glib/gstdio.h>
#include <string.h>

/* The journal of reviews: what is written is read, and nothing else. */

#define PASSPHRASE "correct horse battery"

static char *folder, *path;
static KioskReviewSigner *signer;

static void
append (KioskReviewKind kind, const char *text)
{
  g_autoptr (GError) error = NULL;
  const KioskReviewEntry entry = { .kind = kind,
                                   .time = G_GINT64_CONSTANT (1795152728123456),
                                   .reviewer = (char *) "田中 美咲",
                                   .host = (char *) "A-03",
                                   .record = 18377,
                                   .action = (char *) "device-refused",
                                   .at = G_GINT64_CONSTANT (1795152000000000),
                                   .logs = (char *) "A-03:18402:00",
                                   .collector = (char *) "A-03:18400:confirmed",
                                   .ledger = (char *) "A-03:2026-11-20:18301:right",
                                   .codes = (char *) "A-03:unchecked",
                                   .text = (char *) text };

  g_assert_true (kiosk_review_journal_append (path, &entry, signer, &error));
  g_assert_no_error (error);
}

static void
test_round_trip (void)
{
  g_autoptr (GPtrArray) entries = NULL;
  const KioskReviewEntry *entry;
  guint64 bad = 9;

  entries = kiosk_review_journal_read (path, &bad, NULL);
  g_assert_cmpuint (entries->len, ==, 0); /* none is no fault */
  g_assert_cmpuint (bad, ==, 0);
  g_clear_pointer (&entries, g_ptr_array_unref);
  append (KIOSK_REVIEW_OPENED, NULL);
  append (KIOSK_REVIEW_NOTE, "二行の\nメモ \"と\\\" と \x1b[31m と \u202e");
  append (KIOSK_REVIEW_SIGNED, ",\"signature\":\"");
  entries = kiosk_review_journal_read (path, &bad, NULL);
  g_assert_cmpuint (bad, ==, 0);
  g_assert_cmpuint (entries->len, ==, 3);
  entry = entries->pdata[1];
  g_assert_cmpint (entry->kind, ==, KIOSK_REVIEW_NOTE);
  g_assert_cmpuint (entry->number, ==, 2);
  g_assert_cmpint (entry->time, ==, G_GINT64_CONSTANT (1795152728123456));
  g_assert_cmpstr (entry->reviewer, ==, "田中 美咲");
  g_assert_cmpstr (entry->host, ==, "A-03");
  g_assert_cmpuint (entry->record, ==, 18377);
  g_assert_cmpint (entry->at, ==, G_GINT64_CONSTANT (1795152000000000));
  g_assert_cmpstr (entry->text, ==, "二行の\nメモ \"と\\\" と \ufffd[31m と \ufffd");
  entry = entries->pdata[2];
  g_assert_cmpstr (entry->text, ==, ",\"signature\":\"");
  g_assert_cmpstr (entry->collector, ==, "A-03:18400:confirmed");
  g_assert_cmpstr (entry->ledger, ==, "A-03:2026-11-20:18301:right");
  g_assert_cmpstr (entry->codes, ==, "A-03:unchecked");
  g_assert_cmpuint (strlen (entry->key), ==, 64);
}

static void
assert_bad (const char *text, gsize length, guint64 line)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  const KioskReviewEntry entry = { .kind = KIOSK_REVIEW_OPENED, .time = 1 };
  guint64 bad = 0;

  /* without fsync(2): it is written two thousand times; and what is written so is not cut before */
  g_unlink (path);
  g_assert_true (
      g_file_set_contents_full (path, text, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  entries = kiosk_review_journal_read (path, &bad, NULL);
  g_assert_cmpuint (bad, ==, line);
  g_assert_cmpuint (entries->len, ==, line - 1);
  g_assert_false (kiosk_review_journal_append (path, &entry, signer, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
}

/* Every byte of every line, lines taken out, doubled, exchanged, cut. */
static void
test_damage (void)
{
  g_autofree char *text = NULL;
  g_autofree char *copy = NULL;
  gsize length, second, third;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  second = (gsize) (strchr (text, '\n') + 1 - text);
  third = (gsize) (strchr (text + second, '\n') + 1 - text);
  copy = g_malloc (2 * length);
  for (gsize i = 0; i < length; i++)
    {
      memcpy (copy, text, length);
      copy[i] ^= 1;
      assert_bad (copy, length, i < second ? 1 : i < third ? 2 : 3);
    }
  memcpy (copy, text + second, length - second);
  assert_bad (copy, length - second, 1);
  memcpy (copy, text, second);
  memcpy (copy + second, text + third, length - third);
  assert_bad (copy, second + length - third, 2);
  memcpy (copy, text, length);
  memcpy (copy + length, text + third, length - third);
  assert_bad (copy, 2 * length - third, 4);
  assert_bad (text, length - 1, 3);
  assert_bad (text, third + 20, 3);
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
}

static void
test_where (void)
{
  g_autofree char *file = g_build_filename (folder, "audit.log", NULL);
  g_autofree char *beside = kiosk_review_journal_path (file);
  g_autofree char *within = kiosk_review_journal_path (folder);
  g_autofree char *nowhere = g_build_filename (folder, "no", "review.jsonl", NULL);
  g_autoptr (GError) error = NULL;
  const KioskReviewEntry entry = { .kind = KIOSK_REVIEW_OPENED, .time = 1 };

  g_assert_cmpstr (beside, ==, path);
  g_assert_cmpstr (within, ==, path);
  g_assert_false (kiosk_review_journal_append (nowhere, &entry, signer, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
}

int
main (int argc, char **argv)
{
  g_autofree char *key = NULL;
  g_autoptr (GError) error = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("kiosk-journal-XXXXXX", NULL);
  path = g_build_filename (folder, "review.jsonl", NULL);
  key = kiosk_order_key_new (PASSPHRASE, &error);
  g_assert_no_error (error);
  g_assert_null (kiosk_review_signer_open (key, strlen (key), "another passphrase", &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED);
  g_clear_error (&error);
  signer = kiosk_review_signer_open (key, strlen (key), PASSPHRASE, &error);
  g_assert_no_error (error);
  g_test_add_func ("/review/journal/round-trip", test_round_trip);
  g_test_add_func ("/review/journal/damage", test_damage);
  g_test_add_func ("/review/journal/where", test_where);
  result = g_test_run ();
  kiosk_review_signer_free (signer);
  g_unlink (path);
  g_rmdir (folder);
  g_free (path);
  g_free (folder);
  return result;
}
