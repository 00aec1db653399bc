/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "../lib/audit-log.h"

#include "kiosk/log/find-record.h"
#include "kiosk/log/receipt.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/receipt.h"

#include <glib/gstdio.h>

#include <sodium.h>
#include <string.h>
#include <zstd.h>

/* What a receipt means, case by case, and where our own record is found. */

#define N 40 /* records of the log */

static const guint8 seed[KIOSK_AUDIT_KEY_SIZE] = { 1, 2, 3 };
static const guint8 other_seed[KIOSK_AUDIT_KEY_SIZE] = { 3, 2, 1 };

typedef struct {
  guint8 collector[KIOSK_AUDIT_KEY_SIZE];
  guint8 log_key[KIOSK_AUDIT_KEY_SIZE];
  KioskAuditChain own;
  KioskReceipt kept;
} World;

static void
world_init (World *world)
{
  guint8 secret[crypto_sign_SECRETKEYBYTES];

  crypto_sign_seed_keypair (world->collector, secret, seed);
  memset (world->log_key, 0xa5, sizeof world->log_key);
  world->own.sequence = 500;
  memset (world->own.hash, 0x5a, sizeof world->own.hash);
  world->kept = (KioskReceipt){ .sequence = 400 };
}

/* @log and @chain: the byte of which it is made. Without line feed. */
static char *
sign (const char *host, guint8 log, guint64 sequence, guint8 chain, const guint8 *by)
{
  KioskCollectReceipt receipt = { .host = (char *) host,
                                  .sequence = sequence,
                                  .time = (char *) "2026-11-21T10:30:15.123456Z" };

  memset (receipt.log, log, sizeof receipt.log);
  memset (receipt.chain, chain, sizeof receipt.chain);
  return g_strchomp (kiosk_collect_receipt_sign (&receipt, by));
}

static void
check (const KioskReceiptFacts *facts, char *line, KioskReceiptVerdict expected)
{
  g_autofree char *text = line;
  KioskReceipt receipt;
  KioskReceiptVerdict verdict = kiosk_receipt_judge (text, strlen (text), facts, &receipt);

  g_assert_cmpint (verdict, ==, expected);
  g_assert_cmpint (kiosk_receipt_verdict_reason (verdict) == NULL, ==,
                   verdict == KIOSK_RECEIPT_GOOD || verdict == KIOSK_RECEIPT_KNOWN
                       || verdict == KIOSK_RECEIPT_LOOK);
  if (kiosk_receipt_verdict_reason (verdict) != NULL)
    g_assert_nonnull (kiosk_audit_reason_text (kiosk_receipt_verdict_reason (verdict), TRUE));
}

static void
test_judge (void)
{
  World world;
  KioskAuditChain none = { 0 };
  KioskReceiptFacts facts = { .host = "A-03", .last = 1000 };

  world_init (&world);
  facts.collector = world.collector;
  facts.log_key = world.log_key;
  facts.kept = &world.kept;

  check (&facts, sign ("A-03", 0xa5, 500, 0x5a, seed), KIOSK_RECEIPT_LOOK);
  facts.own = &world.own;
  check (&facts, sign ("A-03", 0xa5, 500, 0x5a, seed), KIOSK_RECEIPT_GOOD);
  check (&facts, sign ("A-03", 0xa5, 500, 0x5b, seed), KIOSK_RECEIPT_OTHER_CHAIN);
  facts.own = &none;
  check (&facts, sign ("A-03", 0xa5, 500, 0x5a, seed), KIOSK_RECEIPT_UNPROVED);
  facts.own = NULL;

  check (&facts, g_strdup (""), KIOSK_RECEIPT_MALFORMED);
  check (&facts, g_strdup ("{\"version\":2}"), KIOSK_RECEIPT_MALFORMED);
  check (&facts, g_strnfill (KIOSK_RECEIPT_MAX + 1, 'x'), KIOSK_RECEIPT_MALFORMED);
  check (&facts, sign ("A-03", 0xa5, 500, 0x5a, other_seed), KIOSK_RECEIPT_FORGED);
  check (&facts, sign ("A-04", 0xa5, 500, 0x5a, seed), KIOSK_RECEIPT_OTHER_HOST);
  check (&facts, sign ("A-04", 0xa6, 5000, 0x5a, seed), KIOSK_RECEIPT_OTHER_HOST);
  check (&facts, sign ("A-03", 0xa6, 500, 0x5a, seed), KIOSK_RECEIPT_OTHER_LOG);
  check (&facts, sign ("A-03", 0xa6, 1, 0x5a, seed), KIOSK_RECEIPT_OTHER_LOG);
  check (&facts, sign ("A-03", 0xa5, 1001, 0x5a, seed), KIOSK_RECEIPT_AHEAD);
  check (&facts, sign ("A-03", 0xa5, 1000, 0x5a, seed), KIOSK_RECEIPT_LOOK);
  check (&facts, sign ("A-03", 0xa5, 399, 0x5a, seed), KIOSK_RECEIPT_OLDER);
  check (&facts, sign ("A-03", 0xa5, 400, 0, seed), KIOSK_RECEIPT_KNOWN);
  check (&facts, sign ("A-03", 0xa5, 400, 1, seed), KIOSK_RECEIPT_LOOK);

  /* The kept one is itself of the future: what was put back is older than what is kept beside it. */
  facts.last = 300;
  check (&facts, sign ("A-03", 0xa5, 500, 0x5a, seed), KIOSK_RECEIPT_AHEAD);
  facts.kept = NULL;
  check (&facts, sign ("A-03", 0xa5, 301, 0x5a, seed), KIOSK_RECEIPT_AHEAD);
  check (&facts, sign ("A-03", 0xa5, 300, 0x5a, seed), KIOSK_RECEIPT_LOOK);

  g_assert_true (kiosk_receipt_contradicts (KIOSK_RECEIPT_AHEAD));
  g_assert_true (kiosk_receipt_contradicts (KIOSK_RECEIPT_OTHER_CHAIN));
  g_assert_true (kiosk_receipt_contradicts (KIOSK_RECEIPT_OTHER_LOG));
  for (KioskReceiptVerdict verdict = 0; verdict < KIOSK_RECEIPT_OTHER_LOG; verdict++)
    g_assert_false (kiosk_receipt_contradicts (verdict));
}

/* Not one byte of a good one may be another. */
static void
test_bytes (void)
{
  World world;
  KioskReceiptFacts facts = { .host = "A-03", .last = 1000 };
  g_autofree char *line = sign ("A-03", 0xa5, 500, 0x5a, seed);
  gsize length = strlen (line);
  KioskReceipt receipt;

  world_init (&world);
  facts.collector = world.collector;
  facts.log_key = world.log_key;
  facts.own = &world.own;
  for (gsize i = 0; i < length; i++)
    {
      KioskReceiptVerdict verdict;

      line[i] ^= 1;
      verdict = kiosk_receipt_judge (line, length, &facts, &receipt);
      g_assert_true (verdict == KIOSK_RECEIPT_MALFORMED || verdict == KIOSK_RECEIPT_FORGED);
      line[i] ^= 1;
      g_assert_cmpint (kiosk_receipt_judge (line, i, &facts, &receipt), ==,
                       KIOSK_RECEIPT_MALFORMED);
    }
  g_assert_cmpint (kiosk_receipt_judge (line, length, &facts, &receipt), ==, KIOSK_RECEIPT_GOOD);
}

/* ---- Our own record ---- */

static void
write_lines (const char *folder, const char *name, GPtrArray *lines, guint from, guint until,
             gboolean compressed)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *packed = NULL;
  gsize room, size;

  for (guint i = from; i <= until; i++)
    {
      gsize length;
      const char *bytes = g_bytes_get_data (lines->pdata[i - 1], &length);

      g_string_append_len (text, bytes, (gssize) length);
    }
  room = ZSTD_compressBound (text->len);
  packed = g_malloc (room);
  size = ZSTD_compress (packed, room, text->str, text->len, 3);
  g_assert_true (compressed ? g_file_set_contents (path, packed, (gssize) size, NULL)
                            : g_file_set_contents (path, text->str, (gssize) text->len, NULL));
}

static void
test_find (void)
{
  g_autofree char *folder = g_dir_make_tmp ("kiosk-find-XXXXXX", NULL);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  static const char *const names[]
      = { "audit-000000000001.log.zst", "audit-000000000010.log", "audit.log" };
  guint8 chains[N + 1][KIOSK_AUDIT_HASH_SIZE];
  g_autofree char *torn = g_build_filename (folder, "audit.log", NULL);
  g_autoptr (GError) error = NULL;
  KioskAuditChain found;
  AuditLog log;

  audit_log_begin (&log, 1);
  for (guint i = 1; i <= N; i++)
    {
      const KioskAuditRecord record = { .action = i == 1        ? KIOSK_ACTION_LOG_BEGUN
                                                  : i % 10 == 0 ? KIOSK_ACTION_CHECKPOINT
                                                                : KIOSK_ACTION_LOGIN,
                                        .detail = ",\"event.sequence\":7",
                                        .boot = "b",
                                        .host_id = "A-03" };

      g_ptr_array_add (lines, audit_log_encode (&log, &record));
      memcpy (chains[i], log.state.chain.hash, sizeof chains[i]);
    }
  write_lines (folder, names[0], lines, 1, 10, TRUE);
  write_lines (folder, names[1], lines, 10, 30, FALSE);
  write_lines (folder, names[2], lines, 30, N, FALSE);
  {
    FILE *file = fopen (torn, "a");

    g_assert_nonnull (file);
    g_assert_cmpint (fputs ("{\"half", file), >=, 0);
    fclose (file);
  }
  for (guint i = 1; i <= N; i++)
    {
      g_assert_true (kiosk_log_find_record (folder, i, &found, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (found.sequence, ==, i);
      g_assert_cmpmem (found.hash, sizeof found.hash, chains[i], sizeof chains[i]);
    }
  g_assert_true (kiosk_log_find_record (folder, N + 1, &found, &error));
  g_assert_cmpuint (found.sequence, ==, 0);

  /* the first file was deleted */
  {
    g_autofree char *path = g_build_filename (folder, names[0], NULL);

    g_assert_cmpint (g_remove (path), ==, 0);
  }
  g_assert_true (kiosk_log_find_record (folder, 5, &found, &error));
  g_assert_cmpuint (found.sequence, ==, 0);
  g_assert_true (kiosk_log_find_record (folder, 10, &found, &error));
  g_assert_cmpuint (found.sequence, ==, 10);

  /* and then all of it */
  for (guint i = 1; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_false (kiosk_log_find_record (folder, 5, &found, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  g_test_add_func ("/receipt-judge/judge", test_judge);
  g_test_add_func ("/receipt-judge/bytes", test_bytes);
  g_test_add_func ("/receipt-judge/find", test_find);
  return g_test_run ();
}
