/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "audit-fixture.h"

#include "kiosk/base/append-only.h"
#include "kiosk/model/audit-actions.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* The writer on real files and a real full file system. Only the failing calls are made here: no unprivileged file system can be
 * asked for an EIO. Where it may stop in between: test-audit-crash.c. */

#define SYNCS_PER_COMMIT 2

static void
test_write (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = audit_open (fixture);
  static const struct {
    const char *name;
    guint mode;
  } files[] = { { ".", 0700 },      { "audit.log", 0600 },    { "enrolment.json", 0644 },
                { "keys", 0700 },   { "keys/state-0", 0600 }, { "keys/state-1", 0600 },
                { "ballast", 0600 } };
  KioskAuditChain chain;
  guint64 sequence = 0;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = audit_path (fixture, files[i].name);
      struct stat info;

      g_assert_cmpint (stat (path, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 07777, ==, files[i].mode);
    }
  g_assert_cmpuint (audit_assert_good (fixture), ==, 2); /* log-begun, log-opened */

  audit_calls_arrange (AUDIT_CALLS_PASS, 0, 0);
  g_assert_true (audit_append (fixture, writer, TRUE, &sequence, NULL));
  g_assert_cmpuint (sequence, ==, 3);
  g_assert_cmpuint (audit_calls_syncs (), ==, SYNCS_PER_COMMIT);
  g_assert_cmpuint (audit_assert_good (fixture), ==, 3);

  g_clear_pointer (&writer, kiosk_audit_writer_close);
  g_assert_cmpuint (audit_assert_good (fixture), ==, 4); /* log-closed */
  writer = audit_open (fixture);
  g_assert_true (audit_append (fixture, writer, FALSE, &sequence, NULL));
  g_assert_cmpuint (sequence, ==, 6);
  kiosk_audit_writer_get_chain (writer, &chain);
  g_assert_cmpuint (chain.sequence, ==, 6);
  g_assert_cmpuint (audit_assert_good (fixture), ==, 6);
}

/* What the slots of the keys hold is worth nothing for the records that are there, and never the same. */
static void
test_keys_move_on (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = audit_open (fixture);
  KioskAuditSlot slots[2];

  g_assert_true (audit_append (fixture, writer, TRUE, NULL, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *name = g_strdup_printf ("keys/state-%u", i);
      gsize length;
      g_autofree char *bytes = audit_read (fixture, name, &length);

      g_assert_cmpuint (length, ==, KIOSK_AUDIT_SLOT_SIZE);
      g_assert_true (kiosk_audit_slot_unpack ((guint8 *) bytes, &slots[i]));
      g_assert_cmpuint (slots[i].generation % 2, ==, i);
    }
  g_assert_cmpint (ABS ((gint64) slots[0].generation - (gint64) slots[1].generation), ==, 1);
  g_assert_cmpint (
      ABS ((gint64) slots[0].state.chain.sequence - (gint64) slots[1].state.chain.sequence), ==, 1);
  g_assert_true (memcmp (slots[0].state.mac_key, slots[1].state.mac_key, KIOSK_AUDIT_KEY_SIZE)
                 != 0);
}

static void
test_invalid_record (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = audit_open (fixture);
  KioskAuditRecord record = { .action = "no-such-action" };
  g_autoptr (GError) error = NULL;
  guint64 sequence = 77;

  g_assert_false (kiosk_audit_writer_append (writer, &record, TRUE, &sequence, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
  g_assert_cmpuint (sequence, ==, 77);
  g_assert_false (kiosk_audit_writer_get_failed (writer));
  g_assert_true (audit_append (fixture, writer, TRUE, &sequence, NULL));
  g_assert_cmpuint (sequence, ==, 3);
  g_assert_cmpuint (audit_assert_good (fixture), ==, 3);
}

/* 127 records wait, the next one takes all along; one that is alone is synced by the main loop. */
static void
test_groups (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = audit_open (fixture);

  audit_calls_arrange (AUDIT_CALLS_PASS, 0, 0);
  for (guint i = 0; i < 127; i++)
    g_assert_true (audit_append (fixture, writer, FALSE, NULL, NULL));
  g_assert_cmpuint (audit_calls_syncs (), ==, 0);
  g_assert_true (audit_append (fixture, writer, FALSE, NULL, NULL));
  g_assert_cmpuint (audit_calls_syncs (), ==, SYNCS_PER_COMMIT);

  g_assert_true (audit_append (fixture, writer, FALSE, NULL, NULL));
  g_assert_cmpuint (audit_calls_syncs (), ==, SYNCS_PER_COMMIT);
  while (audit_calls_syncs () == SYNCS_PER_COMMIT)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (audit_calls_syncs (), ==, 2 * SYNCS_PER_COMMIT);

  g_assert_true (kiosk_audit_writer_sync (writer, NULL)); /* nothing left to do */
  g_assert_cmpuint (audit_calls_syncs (), ==, 2 * SYNCS_PER_COMMIT);
  g_assert_cmpuint (audit_assert_good (fixture), ==, 131);
}

/* Never more than 255 other records between two, whatever comes between. */
static void
test_checkpoint_count (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = audit_open (fixture);
  guint64 sequence;

  for (guint i = 0; i < 253; i++) /* log-opened was the first */
    g_assert_true (audit_append (fixture, writer, FALSE, NULL, NULL));
  g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"count\""), ==, 0);
  g_assert_true (audit_append (fixture, writer, FALSE, &sequence, NULL));
  g_assert_cmpuint (sequence, ==, 256);
  g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"count\""), ==, 1);
  for (guint i = 0; i < 600; i++)
    g_assert_true (audit_append (fixture, writer, i % 50 == 0, &sequence, NULL));
  g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"count\""), ==, 3);
  g_assert_cmpuint (audit_assert_good (fixture), ==, sequence);
}

/* The heartbeat is two seconds in this test. */
static void
test_heartbeat (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = audit_open (fixture);
  KioskAuditChain chain;

  for (guint64 expected = 3; expected < 5; expected++)
    {
      do
        {
          g_main_context_iteration (NULL, TRUE);
          kiosk_audit_writer_get_chain (writer, &chain);
        }
      while (chain.sequence < expected);
      g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"heartbeat\""), ==, expected - 2);
    }
  g_assert_cmpuint (audit_assert_good (fixture), ==, 4);
}

static void
test_days (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = audit_open (fixture);
  const gint64 day = 86400LL * G_USEC_PER_SEC;
  char codes[3][KIOSK_AUDIT_SEAL_SIZE];
  guint64 sequence;
  gint64 time;

  g_assert_true (kiosk_audit_writer_get_seal (writer, &sequence, &time, codes[0]));
  g_assert_cmpuint (sequence, ==, 1);
  g_assert_true (time == fixture->realtime);

  g_assert_true (audit_append (fixture, writer, TRUE, NULL, NULL));
  g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"day\""), ==, 0);
  fixture->realtime += day;
  for (guint i = 0; i < 3; i++)
    g_assert_true (audit_append (fixture, writer, TRUE, NULL, NULL));
  g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"day\""), ==, 1);
  g_assert_true (kiosk_audit_writer_get_seal (writer, &sequence, &time, codes[1]));
  g_assert_cmpuint (sequence, ==, 5);
  g_assert_cmpstr (codes[0], !=, codes[1]);
  while (fixture->sealed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->sealed, ==, 1);

  fixture->realtime -= day; /* a clock that is set back makes no new day */
  g_assert_true (audit_append (fixture, writer, TRUE, NULL, NULL));
  g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"day\""), ==, 1);

  /* the same day after a start, and the same code */
  fixture->realtime += day;
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  writer = audit_open (fixture);
  g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"day\""), ==, 1);
  g_assert_true (kiosk_audit_writer_get_seal (writer, &sequence, &time, codes[2]));
  g_assert_cmpuint (sequence, ==, 5);
  g_assert_cmpstr (codes[1], ==, codes[2]);

  /* also when it stands in an older file by now */
  fixture->settings.rotate_size = 1000;
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  writer = audit_open (fixture);
  fixture->settings.rotate_size = 0;
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  writer = audit_open (fixture);
  g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"rotation\""), ==, 1);
  g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"day\""), ==, 1);
  g_assert_true (kiosk_audit_writer_get_seal (writer, &sequence, &time, codes[2]));
  g_assert_cmpuint (sequence, ==, 5);
  g_assert_cmpstr (codes[1], ==, codes[2]);
  audit_assert_good (fixture);
}

static void
test_rotation (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = NULL;
  guint64 sequence = 0;
  guint files = 0;

  fixture->settings.rotate_size = 16000;
  writer = audit_open (fixture);
  for (guint i = 0; i < 100; i++)
    g_assert_true (audit_append (fixture, writer, i % 3 == 0, &sequence, NULL));
  files = audit_count (fixture, "\"event.reason\":\"rotation\"");
  g_assert_cmpuint (files, >=, 3);
  audit_assert_good (fixture);

  /* by age: with the next record, or the next heartbeat */
  fixture->settings.rotate_size = 0;
  fixture->settings.rotate_hours = 24;
  g_clear_pointer (&writer, kiosk_audit_writer_close); /* waits for the compression */
  writer = audit_open (fixture);
  fixture->realtime += 48LL * 3600 * G_USEC_PER_SEC; /* that clock can be set */
  g_assert_true (audit_append (fixture, writer, TRUE, &sequence, NULL));
  g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"rotation\""), ==, files);
  fixture->boottime += 24LL * 3600 * G_USEC_PER_SEC;
  g_assert_true (audit_append (fixture, writer, TRUE, &sequence, NULL));
  g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"rotation\""), ==, files + 1);
  g_assert_true (audit_append (fixture, writer, TRUE, &sequence, NULL));
  g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"rotation\""), ==, files + 1);
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  writer = audit_open (fixture);
  audit_assert_good (fixture);
  g_assert_cmpuint (audit_count (fixture, "\"event.action\":\"lock\""), ==, 103);
}

/* @data: whether the record that meets the failure is a durable one. */
static void
test_sync_fails (AuditFixture *fixture, gconstpointer data)
{
  gboolean durable = GPOINTER_TO_INT (data);
  g_autoptr (KioskAuditWriter) writer = audit_open (fixture);
  g_autoptr (GError) error = NULL;
  g_autofree char *failed = NULL;
  gsize length, later;

  audit_calls_arrange (AUDIT_CALLS_FAIL, 2, EIO); /* write, fdatasync */
  g_assert_true (audit_append (fixture, writer, durable, NULL, &error) == !durable);
  if (durable)
    g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
  g_assert_cmpuint (fixture->failures, ==, 0);
  while (fixture->failures == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (kiosk_audit_writer_get_failed (writer));
  g_clear_error (&error);

  /* for ever, and not one byte more, also when the disk seems well again */
  g_free (audit_read (fixture, KIOSK_AUDIT_FILE_NAME, &length));
  for (guint i = 0; i < 3; i++)
    {
      g_assert_false (audit_append (fixture, writer, i % 2, NULL, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
      g_clear_error (&error);
      g_assert_false (kiosk_audit_writer_sync (writer, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
      g_clear_error (&error);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_free (audit_read (fixture, KIOSK_AUDIT_FILE_NAME, &later));
  g_assert_cmpuint (later, ==, length);
  g_assert_cmpuint (fixture->failures, ==, 1);

  /* who opens it again writes into another file and keeps that one for whoever looks */
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  writer = audit_open (fixture);
  failed = kiosk_audit_writer_find_failed (writer);
  g_assert_nonnull (failed);
  g_free (audit_read (fixture, failed, &later));
  g_assert_cmpuint (later, ==, length);
  g_assert_cmpuint (audit_count (fixture, "\"event.action\":\"log-renewed\""), ==, 1);
  audit_assert_good (fixture);
}

static void
test_two_writers (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = audit_open (fixture);

  audit_assert_refused (fixture, KIOSK_ERROR_IO, "another kioskd");
  g_assert_true (audit_append (fixture, writer, TRUE, NULL, NULL));
  g_assert_cmpuint (audit_assert_good (fixture), ==, 3);
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  writer = audit_open (fixture);
  g_assert_cmpuint (audit_assert_good (fixture), ==, 5);
}

/* Each damage keeps the writer out and stays as it is, for whoever has to look at it. */
static void
test_damaged (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = audit_open (fixture);
  gsize length;
  g_autofree char *good = NULL;
  const char *second;

  for (guint i = 0; i < 3; i++)
    g_assert_true (audit_append (fixture, writer, TRUE, NULL, NULL));
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  good = audit_read (fixture, KIOSK_AUDIT_FILE_NAME, &length);
  second = strchr (good, '\n') + 1;

  for (guint i = 0; i < 5; i++)
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
      else if (i == 3) /* malformed */
        g_string_append (bad, "\n");
      else /* torn, before a record that was written: cut */
        g_string_truncate (bad, length - 5);
      audit_write (fixture, KIOSK_AUDIT_FILE_NAME, bad->str, bad->len);
      audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, i < 4 ? "does not verify" : "shorter");
      after = audit_read (fixture, KIOSK_AUDIT_FILE_NAME, &after_length);
      g_assert_cmpmem (after, after_length, bad->str, bad->len);
    }

  audit_write (fixture, KIOSK_AUDIT_FILE_NAME, good, length);
  writer = audit_open (fixture);
  g_assert_cmpuint (audit_assert_good (fixture), ==, 7);
}

static void
test_torn (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = audit_open (fixture);
  static const char torn[] = "{\"@timestamp\":\"2026";

  for (guint64 next = 4; next <= 7; next += 3) /* log-closed is 3 and 6 */
    {
      g_autofree char *aside = g_strdup_printf ("audit.torn-%" G_GUINT64_FORMAT, next);
      g_autofree char *kept = NULL;
      g_autofree char *log = NULL;
      gsize length;
      g_autoptr (GString) bytes = NULL;

      g_clear_pointer (&writer, kiosk_audit_writer_close);
      log = audit_read (fixture, KIOSK_AUDIT_FILE_NAME, &length);
      bytes = g_string_new_len (log, (gssize) length);
      g_string_append (bytes, torn);
      audit_write (fixture, KIOSK_AUDIT_FILE_NAME, bytes->str, bytes->len);
      if (next == 7) /* there is one of that name already: nothing is overwritten */
        audit_write (fixture, aside, "before", 6);
      writer = audit_open (fixture);
      g_assert_cmpuint (audit_assert_good (fixture), ==, next + 1); /* log-recovered, log-opened */
      kept = audit_read (fixture, aside, &length);
      g_assert_cmpstr (kept, ==, next == 4 ? torn : "before{\"@timestamp\":\"2026");
    }
  g_assert_cmpuint (audit_count (fixture, "\"event.action\":\"log-recovered\""), ==, 2);
  g_assert_cmpuint (audit_count (fixture, "torn last line kept in audit.torn-4\""), ==, 1);
}

static void
test_untrusted_places (AuditFixture *fixture, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (fixture->root, "elsewhere", NULL);

  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0777), ==, 0);
  audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, NULL);
  g_assert_cmpint (g_chmod (fixture->folder, 0700), ==, 0);

  g_assert_cmpint (symlink (elsewhere, fixture->log), ==, 0);
  audit_assert_refused (fixture, KIOSK_ERROR_IO, NULL);
  g_assert_false (g_file_test (elsewhere, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_remove (fixture->log), ==, 0);

  g_assert_cmpint (mkfifo (fixture->log, 0600), ==, 0);
  audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, NULL);
  g_assert_cmpint (g_remove (fixture->log), ==, 0);

  audit_write (fixture, KIOSK_AUDIT_FILE_NAME, "", 0);
  g_assert_cmpint (g_chmod (fixture->log, 0644), ==, 0);
  audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, NULL);
  g_assert_cmpint (g_remove (fixture->log), ==, 0);

  kiosk_audit_writer_close (audit_open (fixture));
  {
    int fd = open (fixture->log, O_RDONLY);

    kiosk_append_only_set (fd, FALSE); /* no second name while it is set */
    close (fd);
  }
  g_assert_cmpint (link (fixture->log, elsewhere), ==, 0);
  audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, "second name");
  g_assert_cmpint (g_remove (elsewhere), ==, 0);
  kiosk_audit_writer_close (audit_open (fixture));
}

static void
mount_small (AuditFixture *fixture, const char *options)
{
  g_assert_cmpint (unshare (CLONE_NEWNS), ==, 0);
  g_assert_cmpint (mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), ==, 0);
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_cmpint (mount ("none", fixture->folder, "tmpfs", 0, options), ==, 0);
}

/* A file system of its own, so small that it fills up: nothing acknowledged is lost, the log still
 * verifies, and the writer is out for good. */
static void
test_disk_full (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = NULL;
  g_autoptr (GError) error = NULL;
  guint64 acknowledged = 0;

  if (geteuid () != 0)
    {
      g_test_skip ("needs root to mount");
      return;
    }
  mount_small (fixture, "size=131072,mode=0700");
  writer = audit_open (fixture);
  g_assert_false (kiosk_audit_writer_has_room (writer)); /* for what is to be kept free */
  while (audit_append (fixture, writer, TRUE, &acknowledged, &error))
    g_assert_cmpuint (acknowledged, <, 1000);
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
  g_assert_cmpuint (acknowledged, >, 50);
  g_assert_true (kiosk_audit_writer_get_failed (writer));
  g_assert_cmpuint (audit_assert_good (fixture), ==, acknowledged);
  while (fixture->failures == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->full, ==, 0);
  g_clear_error (&error);
  g_assert_false (audit_append (fixture, writer, TRUE, NULL, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);

  /* no room for log-opened either: no writer */
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  audit_assert_refused (fixture, KIOSK_ERROR_IO, NULL);
  g_assert_cmpuint (audit_assert_good (fixture), ==, acknowledged);

  g_assert_cmpint (mount ("none", fixture->folder, NULL, MS_REMOUNT, "size=1m,mode=0700"), ==, 0);
  writer = audit_open (fixture);
  g_assert_null (
      kiosk_audit_writer_find_failed (writer)); /* want of room is no fault of the disk */
  g_assert_cmpuint (audit_assert_good (fixture), ==, acknowledged + 1);
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  g_assert_cmpint (umount2 (fixture->folder, MNT_DETACH), ==, 0);
}

/* The room that was kept free is there when it is needed, once. */
static void
test_ballast (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = NULL;
  g_autofree char *filler = NULL;
  g_autofree char *ballast = NULL;
  guint64 acknowledged = 0;
  g_autofree char *bytes = g_malloc0 (1 << 20);
  FILE *file;

  if (geteuid () != 0)
    {
      g_test_skip ("needs root to mount");
      return;
    }
  mount_small (fixture, "size=12m,mode=0700");
  fixture->settings.floor = 1 << 20;
  writer = audit_open (fixture);
  g_assert_true (kiosk_audit_writer_has_room (writer));
  filler = audit_path (fixture, "filler");
  ballast = audit_path (fixture, "ballast");
  file = g_fopen (filler, "w");
  setvbuf (file, NULL, _IONBF, 0);
  while (fwrite (bytes, 1, 1 << 20, file) == 1 << 20)
    ;
  fclose (file);
  g_assert_false (kiosk_audit_writer_has_room (writer)); /* below the floor */
  g_assert_true (g_file_test (ballast, G_FILE_TEST_EXISTS));

  while (fixture->full == 0)
    {
      g_assert_true (audit_append (fixture, writer, TRUE, &acknowledged, NULL));
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpuint (acknowledged, <, 10000);
    }
  g_assert_false (g_file_test (ballast, G_FILE_TEST_EXISTS));
  for (guint i = 0; i < 200; i++) /* what runs is closed */
    g_assert_true (audit_append (fixture, writer, TRUE, &acknowledged, NULL));
  g_assert_false (kiosk_audit_writer_has_room (writer));
  g_assert_cmpuint (audit_assert_good (fixture), ==, acknowledged);

  g_assert_cmpint (g_remove (filler), ==, 0);
  g_assert_true (kiosk_audit_writer_has_room (writer));
  g_assert_true (g_file_test (ballast, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (fixture->full, ==, 1);
  g_assert_cmpuint (fixture->failures, ==, 0);
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  g_assert_cmpint (umount2 (fixture->folder, MNT_DETACH), ==, 0);
}

#define ADD(name, function, data)                                                                  \
  g_test_add ("/audit-writer/" name, AuditFixture, data, audit_set_up, function, audit_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("write", test_write, NULL);
  ADD ("keys-move-on", test_keys_move_on, NULL);
  ADD ("invalid-record", test_invalid_record, NULL);
  ADD ("groups", test_groups, NULL);
  ADD ("checkpoint-count", test_checkpoint_count, NULL);
  ADD ("heartbeat", test_heartbeat, NULL);
  ADD ("days", test_days, NULL);
  ADD ("rotation", test_rotation, NULL);
  ADD ("sync-fails/group", test_sync_fails, GINT_TO_POINTER (FALSE));
  ADD ("sync-fails/durable", test_sync_fails, GINT_TO_POINTER (TRUE));
  ADD ("two-writers", test_two_writers, NULL);
  ADD ("damaged", test_damaged, NULL);
  ADD ("torn", test_torn, NULL);
  ADD ("untrusted-places", test_untrusted_places, NULL);
  ADD ("disk-full", test_disk_full, NULL);
  ADD ("ballast", test_ballast, NULL);
  return g_test_run ();
}
