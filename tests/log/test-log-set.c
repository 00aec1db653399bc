/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "../lib/audit-log.h"
#include "kiosk/base/error.h"
#include "kiosk/log/enrolment.h"
#include "kiosk/log/log-set.h"
#include "kiosk/model/audit-actions.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

/* Folders of logs as a terminal leaves them, with compressed files, and damaged ones. */

/* Three files: records 1 to 100, 100 to 200, 200 to 250. */
#define FILES 3
static const guint ends[FILES] = { 100, 200, 250 };

typedef struct {
  char *folder;
  AuditLog log;
  GString *files[FILES];
  guint lines, repeats, good;
  guint64 last;
} Fixture;

static KioskAuditRecord
record_nth (guint n)
{
  gboolean sealed = n == ends[0] || n == ends[1];

  return (KioskAuditRecord){
    .action = n == 1   ? KIOSK_ACTION_LOG_BEGUN
              : sealed ? KIOSK_ACTION_CHECKPOINT
                       : KIOSK_ACTION_LOGIN,
    .outcome = KIOSK_OUTCOME_SUCCESS,
    .realtime = n * G_USEC_PER_SEC,
    .boottime = n,
    .boot = "b",
    .host_id = "A-03",
  };
}

static void
write_file (const Fixture *self, const char *name, const char *bytes, gsize length)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, bytes, (gssize) length, &error);
  g_assert_no_error (error);
}

static void
compress_file (const Fixture *self, const char *name, const GString *text)
{
  gsize room = ZSTD_compressBound (text->len);
  g_autofree char *bytes = g_malloc (room);
  gsize length = ZSTD_compress (bytes, room, text->str, text->len, 3);

  g_assert_false (ZSTD_isError (length));
  write_file (self, name, bytes, length);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint file = 0;

  self->folder = g_dir_make_tmp ("kiosk-log-XXXXXX", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < FILES; i++)
    self->files[i] = g_string_new (NULL);
  audit_log_begin (&self->log, 0);
  for (guint n = 1; n <= ends[FILES - 1]; n++)
    {
      KioskAuditRecord record = record_nth (n);
      g_autoptr (GBytes) line = audit_log_encode (&self->log, &record);
      gsize length;
      const char *bytes = g_bytes_get_data (line, &length);

      g_string_append_len (self->files[file], bytes, (gssize) length);
      if (n == ends[file] && file + 1 < FILES)
        g_string_append_len (self->files[++file], bytes, (gssize) length);
    }
  compress_file (self, "audit-000000000001.log.zst", self->files[0]);
  compress_file (self, "audit-000000000100.log.zst", self->files[1]);
  write_file (self, "audit.log", self->files[2]->str, self->files[2]->len);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  for (guint i = 0; i < FILES; i++)
    g_string_free (self->files[i], TRUE);
}

static gboolean
on_line (const char *line, gsize length, const KioskLogPlace *place, gpointer data)
{
  Fixture *self = data;

  self->lines++;
  self->repeats += place->repeat;
  self->good += place->good && !place->repeat;
  return self->lines < 1000;
}

static KioskAuditReport
read_set (Fixture *self, const KioskAuditKeys *keys)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskLogSet) set = kiosk_log_set_open (self->folder, &error);
  KioskAuditReport report;

  self->lines = self->repeats = self->good = 0;
  g_assert_no_error (error);
  g_assert_true (kiosk_log_set_read (set, keys, on_line, NULL, self, NULL, &report, &error));
  g_assert_no_error (error);
  return report;
}

static void
remove_file (const Fixture *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
test_whole (Fixture *self, gconstpointer data)
{
  KioskAuditKeys keys = { self->log.state.log_key, audit_log_secret () };
  g_autoptr (KioskLogSet) set = kiosk_log_set_open (self->folder, NULL);
  KioskAuditReport report = read_set (self, &keys);

  g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_OK);
  g_assert_cmpuint (report.records, ==, 250);
  g_assert_cmpuint (report.sealed, ==, 200);
  g_assert_cmpuint (report.checkpoints, ==, 3);
  g_assert_cmpuint (self->lines, ==, 252);
  g_assert_cmpuint (self->repeats, ==, 2);
  g_assert_cmpuint (self->good, ==, 250);
  g_assert_cmpuint (g_strv_length ((char **) kiosk_log_set_get_files (set)), ==, 3);
  g_assert_cmpstr (kiosk_log_set_get_files (set)[1], ==, "audit-000000000100.log.zst");
  g_assert_null (kiosk_log_set_get_host (set));

  /* while a file is being compressed it is there twice */
  write_file (self, "audit-000000000100.log", self->files[1]->str, self->files[1]->len);
  write_file (self, "audit-000000000100.log.zst", "half", 4);
  write_file (self, "audit-1.log", "something else", 14);
  write_file (self, "audit.torn-5", "something else", 14);
  g_assert_cmpint (read_set (self, &keys).fault, ==, KIOSK_AUDIT_OK);
}

static void
test_damaged (Fixture *self, gconstpointer data)
{
  static const char *const names[FILES]
      = { "audit-000000000001.log.zst", "audit-000000000100.log.zst", "audit.log" };
  static const struct {
    guint removed;
    KioskAuditFault fault;
    guint file;
    guint64 sequence, records;
  } rows[] = {
    { 0, KIOSK_AUDIT_HEADLESS, 0, 100, 151 },
    { 1, KIOSK_AUDIT_MISSING, 1, 200, 100 },
    { 2, KIOSK_AUDIT_UNJOINED, 2, 0, 200 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[rows[i].removed], NULL);
      g_autofree char *aside = g_strconcat (path, ".aside", NULL);
      KioskAuditReport report;

      g_assert_cmpint (g_rename (path, aside), ==, 0);
      report = read_set (self, NULL);
      g_assert_cmpint (report.fault, ==, rows[i].fault);
      g_assert_cmpuint (report.file, ==, rows[i].file);
      g_assert_cmpuint (report.sequence, ==, rows[i].sequence);
      g_assert_cmpuint (report.records, ==, rows[i].records);
      g_assert_cmpint (g_rename (aside, path), ==, 0);
    }
}

/* Every byte of a compressed file changed, and every length: no crash, never good, never blamed on a file before. */
static void
test_compressed (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "audit-000000000100.log.zst", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  for (gsize at = 0; at < length; at += 7)
    {
      char was = bytes[at];
      KioskAuditReport report;

      bytes[at] ^= 0x10;
      write_file (self, "audit-000000000100.log.zst", bytes, length);
      bytes[at] = was;
      report = read_set (self, NULL);
      /* there are bits without a meaning: then every record is there, and its hash is right */
      if (report.fault == KIOSK_AUDIT_OK)
        g_assert_cmpuint (report.records, ==, 250);
      else
        g_assert_cmpuint (report.file, >=, 1);

      write_file (self, "audit-000000000100.log.zst", bytes, at);
      report = read_set (self, NULL);
      g_assert_cmpint (report.fault, !=, KIOSK_AUDIT_OK);
      g_assert_cmpuint (report.file, ==, 1);
    }
}

static void
test_enough (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (KioskLogSet) set = kiosk_log_set_open (self->folder, NULL);
  g_autoptr (GError) error = NULL;
  KioskAuditReport report;

  self->lines = 990;
  g_assert_true (kiosk_log_set_read (set, NULL, on_line, NULL, self, NULL, &report, &error));
  g_assert_cmpuint (self->lines, ==, 1000);
  g_cancellable_cancel (cancellable);
  g_assert_false (
      kiosk_log_set_read (set, NULL, on_line, NULL, self, cancellable, &report, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_enrolment (Fixture *self, gconstpointer data)
{
  guint8 seeds[2][KIOSK_AUDIT_KEY_SIZE] = { { 1 }, { 2 } }, key[KIOSK_AUDIT_KEY_SIZE];
  guint8 opened[KIOSK_AUDIT_KEY_SIZE], whole[crypto_sign_SECRETKEYBYTES];
  static const guint8 no_point[KIOSK_AUDIT_KEY_SIZE] = { 0 };
  g_autoptr (KioskEnrolment) written = kiosk_enrolment_new ();
  g_autoptr (KioskEnrolment) read = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  written->host = g_strdup ("A-03");
  written->begun = g_strdup ("2026-11-21T10:30:15.123456Z");
  memcpy (written->key, self->log.state.log_key, sizeof written->key);
  crypto_sign_seed_keypair (key, whole, seeds[0]);
  g_assert_true (kiosk_enrolment_add_auditor (written, "高橋", key, audit_log_secret ()));
  g_assert_false (kiosk_enrolment_add_auditor (written, "nobody", no_point, audit_log_secret ()));
  text = kiosk_enrolment_print (written);
  g_assert_true (g_str_has_prefix (
      text,
      "{\"version\":2,\"host\":\"A-03\",\"begun\":\"2026-11-21T10:30:15.123456Z\",\"key\":\""));
  g_assert_true (g_str_has_suffix (text, "\"}]}\n"));
  read = kiosk_enrolment_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (read->auditors->len, ==, 1);
  g_assert_cmpmem (read->key, sizeof read->key, written->key, sizeof written->key);
  g_assert_true (kiosk_enrolment_open (read, seeds[0], opened));
  g_assert_cmpmem (opened, sizeof opened, audit_log_secret (), sizeof opened);
  g_assert_false (kiosk_enrolment_open (read, seeds[1], opened));

  /* beside the log its key counts */
  write_file (self, KIOSK_ENROLMENT_NAME, text, strlen (text));
  g_assert_cmpint (read_set (self, NULL).fault, ==, KIOSK_AUDIT_OK);
  read->key[0] ^= 1;
  g_free (text);
  text = kiosk_enrolment_print (read);
  write_file (self, KIOSK_ENROLMENT_NAME, text, strlen (text));
  g_assert_cmpint (read_set (self, NULL).fault, ==, KIOSK_AUDIT_FOREIGN);
}

static void
test_bad_enrolments (Fixture *self, gconstpointer data)
{
  static const char *const texts[] = {
    "",
    "[]",
    "{}",
    "{\"version\":1,\"host\":\"a\",\"begun\":\"b\",\"key\":\"00\",\"auditors\":[]}",
    "{\"version\":2,\"host\":\"a\",\"begun\":\"b\",\"key\":\"00\",\"auditors\":[]}",
    "{\"version\":2,\"host\":5,\"begun\":\"b\",\"key\":\"00\",\"auditors\":[]}",
    "{\"version\":2,\"host\":\"a\",\"begun\":\"b\",\"key\":"
    "\"0000000000000000000000000000000000000000000000000000000000000000\"}",
    "{\"version\":2,\"host\":\"a\",\"begun\":\"b\",\"key\":"
    "\"0000000000000000000000000000000000000000000000000000000000000000\",\"auditors\":[5]}",
    "\xff",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskLogSet) set = NULL;

      g_assert_null (kiosk_enrolment_parse (texts[i], strlen (texts[i]), &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
      write_file (self, KIOSK_ENROLMENT_NAME, texts[i], strlen (texts[i]));
      g_clear_error (&error);
      set = kiosk_log_set_open (self->folder, &error);
      g_assert_null (set);
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
    }
}

static void
test_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  remove_file (self, "audit.log");
  remove_file (self, "audit-000000000001.log.zst");
  remove_file (self, "audit-000000000100.log.zst");
  g_assert_null (kiosk_log_set_open (self->folder, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*run) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/log-set/whole", test_whole },           { "/log-set/damaged", test_damaged },
    { "/log-set/compressed", test_compressed }, { "/log-set/enough", test_enough },
    { "/log-set/enrolment", test_enrolment },   { "/log-set/bad-enrolments", test_bad_enrolments },
    { "/log-set/nothing", test_nothing },
  };

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
