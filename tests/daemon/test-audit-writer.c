/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "audit-writer.h"

#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The writer on real files, a real full file system and with real kills. Only the failing
 * fdatasync(2) is made here: no unprivileged file system can be asked for an EIO. */

static gboolean sync_fails;
static guint n_syncs;

int __real_fdatasync (int fd);
int __wrap_fdatasync (int fd);

int
__wrap_fdatasync (int fd)
{
  n_syncs++;
  if (sync_fails)
    {
      errno = EIO;
      return -1;
    }
  return __real_fdatasync (fd);
}

typedef struct {
  char *root; /* temporary */
  char *folder;
  char *log;
} Fixture;

static const KioskAuditRecord start = { .realtime = 1000000, .boottime = 5, .host_id = "kiosk-01" };

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->root = g_dir_make_tmp ("kiosk-audit-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->folder = g_build_filename (fixture->root, "log", NULL);
  fixture->log = g_build_filename (fixture->folder, KIOSK_AUDIT_FILE_NAME, NULL);
  sync_fails = FALSE;
  n_syncs = 0;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_rmdir (fixture->folder);
  g_assert_cmpint (g_rmdir (fixture->root), ==, 0);
  g_free (fixture->root);
  g_free (fixture->folder);
  g_free (fixture->log);
}

static KioskAuditWriter *
open_writer (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  KioskAuditWriter *writer = kiosk_audit_writer_open (fixture->folder, &start, NULL, NULL, &error);

  g_assert_no_error (error);
  return writer;
}

static void
assert_refused (Fixture *fixture, KioskError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_audit_writer_open (fixture->folder, &start, NULL, NULL, &error));
  g_assert_error (error, KIOSK_ERROR, (int) code);
}

static gboolean
append (KioskAuditWriter *writer, gboolean durable, guint64 *sequence, GError **error)
{
  KioskAuditRecord record = start;

  record.action = KIOSK_ACTION_LOCK;
  record.reason = KIOSK_REASON_IDLE;
  return kiosk_audit_writer_append (writer, &record, durable, sequence, error);
}

static char *
read_log (Fixture *fixture, gsize *length)
{
  g_autoptr (GError) error = NULL;
  char *bytes = NULL;

  g_file_get_contents (fixture->log, &bytes, length, &error);
  g_assert_no_error (error);
  return bytes;
}

static void
write_log (Fixture *fixture, const char *bytes, gsize length)
{
  FILE *file = g_fopen (fixture->log, "w");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, length, file), ==, length);
  g_assert_cmpint (fclose (file), ==, 0);
}

static KioskAuditReport
verify (Fixture *fixture)
{
  g_autoptr (KioskAuditVerifier) verifier = kiosk_audit_verifier_new ();
  gsize length;
  g_autofree char *bytes = read_log (fixture, &length);
  KioskAuditReport report;

  kiosk_audit_verifier_feed (verifier, bytes, length);
  kiosk_audit_verifier_finish (verifier, &report, NULL);
  return report;
}

static void
assert_good (Fixture *fixture, guint64 records)
{
  KioskAuditReport report = verify (fixture);

  g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_OK);
  g_assert_cmpuint (report.records, ==, records);
}

static void
test_write (Fixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = open_writer (fixture);
  KioskAuditChain chain;
  guint64 sequence = 0;
  struct stat info;

  g_assert_cmpint (stat (fixture->folder, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0700);
  g_assert_cmpint (stat (fixture->log, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0600);
  assert_good (fixture, 1); /* log-opened, durable */
  g_assert_cmpuint (n_syncs, ==, 1);

  g_assert_true (append (writer, TRUE, &sequence, NULL));
  g_assert_cmpuint (sequence, ==, 2);
  g_assert_cmpuint (n_syncs, ==, 2);
  assert_good (fixture, 2);

  g_clear_pointer (&writer, kiosk_audit_writer_close);
  writer = open_writer (fixture);
  g_assert_true (append (writer, FALSE, &sequence, NULL));
  g_assert_cmpuint (sequence, ==, 4);
  kiosk_audit_writer_get_chain (writer, &chain);
  g_assert_cmpuint (chain.sequence, ==, 4);
  assert_good (fixture, 4);
}

static void
test_invalid_record (Fixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = open_writer (fixture);
  KioskAuditRecord record = { .action = "no-such-action" };
  g_autoptr (GError) error = NULL;
  guint64 sequence = 77;

  g_assert_false (kiosk_audit_writer_append (writer, &record, TRUE, &sequence, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
  g_assert_cmpuint (sequence, ==, 77);
  g_assert_false (kiosk_audit_writer_get_failed (writer));
  g_assert_true (append (writer, TRUE, &sequence, NULL));
  g_assert_cmpuint (sequence, ==, 2);
  assert_good (fixture, 2);
}

/* 127 records wait, the next one takes all along; one that is alone is synced by the main loop. */
static void
test_groups (Fixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = open_writer (fixture);
  guint before = n_syncs;

  for (guint i = 0; i < 127; i++)
    g_assert_true (append (writer, FALSE, NULL, NULL));
  g_assert_cmpuint (n_syncs, ==, before);
  g_assert_true (append (writer, FALSE, NULL, NULL));
  g_assert_cmpuint (n_syncs, ==, before + 1);

  g_assert_true (append (writer, FALSE, NULL, NULL));
  g_assert_cmpuint (n_syncs, ==, before + 1);
  while (n_syncs == before + 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_syncs, ==, before + 2);

  g_assert_true (kiosk_audit_writer_sync (writer, NULL)); /* nothing left to do */
  g_assert_cmpuint (n_syncs, ==, before + 2);
  assert_good (fixture, 130);
}

static void
on_failed (KioskAuditWriter *writer, const GError *error, gpointer user_data)
{
  guint *calls = user_data;

  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
  g_assert_true (kiosk_audit_writer_get_failed (writer));
  (*calls)++;
}

/* @data: whether the record that meets the failure is a durable one. */
static void
test_sync_fails (Fixture *fixture, gconstpointer data)
{
  gboolean durable = GPOINTER_TO_INT (data);
  g_autoptr (KioskAuditWriter) writer = NULL;
  g_autoptr (GError) error = NULL;
  guint calls = 0;
  gsize length, later;

  writer = kiosk_audit_writer_open (fixture->folder, &start, on_failed, &calls, &error);
  g_assert_no_error (error);
  sync_fails = TRUE;
  g_assert_true (append (writer, durable, NULL, &error) == !durable);
  if (durable)
    g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
  g_assert_cmpuint (calls, ==, 0);
  while (calls == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (kiosk_audit_writer_get_failed (writer));
  g_clear_error (&error);

  /* for ever, and not one byte more, also when the disk seems well again */
  sync_fails = FALSE;
  g_free (read_log (fixture, &length));
  for (guint i = 0; i < 3; i++)
    {
      g_assert_false (append (writer, i % 2, NULL, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
      g_clear_error (&error);
      g_assert_false (kiosk_audit_writer_sync (writer, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
      g_clear_error (&error);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_free (read_log (fixture, &later));
  g_assert_cmpuint (later, ==, length);
  g_assert_cmpuint (calls, ==, 1);
}

static void
test_two_writers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = open_writer (fixture);

  assert_refused (fixture, KIOSK_ERROR_IO);
  g_assert_true (append (writer, TRUE, NULL, NULL));
  assert_good (fixture, 2);
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  writer = open_writer (fixture);
  assert_good (fixture, 3);
}

/* Each damage keeps the writer out and stays as it is, for whoever has to look at it. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = open_writer (fixture);
  gsize length;
  g_autofree char *good = NULL;
  const char *second;

  for (guint i = 0; i < 3; i++)
    g_assert_true (append (writer, TRUE, NULL, NULL));
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  good = read_log (fixture, &length);
  second = strchr (good, '\n') + 1;

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GString) bad = g_string_new_len (good, (gssize) length);
      g_autofree char *after = NULL;
      gsize after_length;

      if (i == 0) /* changed */
        bad->str[second - good + 20] ^= 1;
      else if (i == 1) /* missing */
        g_string_erase (bad, 0, second - good);
      else if (i == 2) /* doubled */
        g_string_append (bad, good);
      else /* malformed */
        g_string_append (bad, "\n");
      write_log (fixture, bad->str, bad->len);
      assert_refused (fixture, KIOSK_ERROR_UNTRUSTED);
      after = read_log (fixture, &after_length);
      g_assert_cmpmem (after, after_length, bad->str, bad->len);
    }

  write_log (fixture, good, length);
  writer = open_writer (fixture);
  assert_good (fixture, 5);
}

static void
test_torn (Fixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = open_writer (fixture);
  g_autofree char *aside = g_build_filename (fixture->folder, "audit.torn-2", NULL);
  g_autofree char *kept = NULL;
  g_autofree char *log = NULL;
  g_autoptr (GString) torn = NULL;
  gsize length;

  g_clear_pointer (&writer, kiosk_audit_writer_close);
  log = read_log (fixture, &length);
  torn = g_string_new_len (log, (gssize) length);
  g_string_append (torn, "{\"@timestamp\":\"2026");

  for (guint i = 1; i <= 2; i++) /* the second time the file is there already */
    {
      write_log (fixture, torn->str, torn->len);
      writer = open_writer (fixture);
      assert_good (fixture, 3); /* log-opened, log-recovered, log-opened */
      g_clear_pointer (&writer, kiosk_audit_writer_close);
      g_clear_pointer (&kept, g_free);
      g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
      g_assert_cmpstr (kept, ==,
                       i == 1 ? "{\"@timestamp\":\"2026"
                              : "{\"@timestamp\":\"2026{\"@timestamp\":\"2026");
    }

  g_clear_pointer (&log, g_free);
  log = read_log (fixture, &length);
  g_assert_nonnull (strstr (log, "\"event.action\":\"log-recovered\""));
  g_assert_nonnull (strstr (log, "audit.torn-2"));
}

static void
test_untrusted_places (Fixture *fixture, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (fixture->root, "elsewhere", NULL);

  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0777), ==, 0);
  assert_refused (fixture, KIOSK_ERROR_UNTRUSTED);
  g_assert_cmpint (g_chmod (fixture->folder, 0700), ==, 0);

  g_assert_cmpint (symlink (elsewhere, fixture->log), ==, 0);
  assert_refused (fixture, KIOSK_ERROR_IO);
  g_assert_false (g_file_test (elsewhere, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_remove (fixture->log), ==, 0);

  g_assert_cmpint (mkfifo (fixture->log, 0600), ==, 0);
  assert_refused (fixture, KIOSK_ERROR_UNTRUSTED);
  g_assert_cmpint (g_remove (fixture->log), ==, 0);

  write_log (fixture, "", 0);
  g_assert_cmpint (g_chmod (fixture->log, 0644), ==, 0);
  assert_refused (fixture, KIOSK_ERROR_UNTRUSTED);
  g_assert_cmpint (g_chmod (fixture->log, 0600), ==, 0);

  g_assert_cmpint (link (fixture->log, elsewhere), ==, 0);
  assert_refused (fixture, KIOSK_ERROR_UNTRUSTED);
  g_assert_cmpint (g_remove (elsewhere), ==, 0);
}

/* A file system of its own, so small that it fills up: nothing acknowledged is lost, the log still
 * verifies, and the writer is out for good. */
static void
test_disk_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = NULL;
  g_autoptr (GError) error = NULL;
  guint64 acknowledged = 0;
  guint calls = 0;

  if (geteuid () != 0)
    {
      g_test_skip ("needs root to mount");
      return;
    }
  g_assert_cmpint (unshare (CLONE_NEWNS), ==, 0);
  g_assert_cmpint (mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), ==, 0);
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_cmpint (mount ("none", fixture->folder, "tmpfs", 0, "size=65536,mode=0700"), ==, 0);

  writer = kiosk_audit_writer_open (fixture->folder, &start, on_failed, &calls, &error);
  g_assert_no_error (error);
  while (append (writer, TRUE, &acknowledged, &error))
    g_assert_cmpuint (acknowledged, <, 1000);
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
  g_assert_cmpuint (acknowledged, >, 50);
  g_assert_true (kiosk_audit_writer_get_failed (writer));
  assert_good (fixture, acknowledged);
  while (calls == 0)
    g_main_context_iteration (NULL, TRUE);
  g_clear_error (&error);
  g_assert_false (append (writer, TRUE, NULL, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);

  /* no room for log-opened either: no writer */
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  assert_refused (fixture, KIOSK_ERROR_IO);
  assert_good (fixture, acknowledged);

  g_assert_cmpint (mount ("none", fixture->folder, NULL, MS_REMOUNT, "size=1m,mode=0700"), ==, 0);
  writer = open_writer (fixture);
  assert_good (fixture, acknowledged + 1);
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  g_assert_cmpint (umount2 (fixture->folder, MNT_DETACH), ==, 0);
}

/* Runs in a child of its own until it is killed. */
static void
write_and_acknowledge (Fixture *fixture, int pipe_end)
{
  g_autoptr (KioskAuditWriter) writer = open_writer (fixture);
  guint64 sequence;

  for (;;)
    {
      if (!append (writer, TRUE, &sequence, NULL)
          || write (pipe_end, &sequence, sizeof sequence) != sizeof sequence)
        _exit (1);
    }
}

static void
test_killed (Fixture *fixture, gconstpointer data)
{
  guint64 total = 0;

  for (guint round = 0; round < 30; round++)
    {
      guint64 acknowledged = 0, sequence;
      gint stop = g_test_rand_int_range (1, 200);
      KioskAuditReport report;
      int ends[2], status;
      pid_t child;

      g_assert_cmpint (pipe (ends), ==, 0);
      child = fork ();
      g_assert_cmpint (child, >=, 0);
      if (child == 0)
        {
          close (ends[0]);
          write_and_acknowledge (fixture, ends[1]);
        }
      close (ends[1]);
      for (gint n = 0; read (ends[0], &sequence, sizeof sequence) == sizeof sequence; n++)
        {
          acknowledged = sequence;
          if (n == stop)
            g_assert_cmpint (kill (child, SIGKILL), ==, 0);
        }
      close (ends[0]);
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);

      report = verify (fixture);
      g_assert_true (report.fault == KIOSK_AUDIT_OK || report.fault == KIOSK_AUDIT_TORN);
      g_assert_cmpuint (report.records, >=, acknowledged);
      g_assert_cmpuint (acknowledged, >, total);
      total = acknowledged;
    }
  g_test_message ("%" G_GUINT64_FORMAT " records", total);
}

#define ADD(name, function, data)                                                                  \
  g_test_add ("/audit-writer/" name, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("write", test_write, NULL);
  ADD ("invalid-record", test_invalid_record, NULL);
  ADD ("groups", test_groups, NULL);
  ADD ("sync-fails/group", test_sync_fails, GINT_TO_POINTER (FALSE));
  ADD ("sync-fails/durable", test_sync_fails, GINT_TO_POINTER (TRUE));
  ADD ("two-writers", test_two_writers, NULL);
  ADD ("damaged", test_damaged, NULL);
  ADD ("torn", test_torn, NULL);
  ADD ("untrusted-places", test_untrusted_places, NULL);
  ADD ("disk-full", test_disk_full, NULL);
  ADD ("killed", test_killed, NULL);
  return g_test_run ();
}
