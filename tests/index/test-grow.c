/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "grown-log.h"
#include "index-dump.h"
#include "server.h"

#include "kiosk/log/enrolment.h"
#include "kiosk/log/log-set.h"

#include <glib/gstdio.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An index that is brought up to date step by step, while logs grow and somebody meddles with them, says what a new one says. What happens is drawn by lot;
 * --seed repeats it. */

#define STEPS 24
#define HOSTS 2

typedef struct {
  char *folder;
  KioskIndex *index;
  GrownLog *logs[HOSTS];
  guint part; /* steps in which less than everything was read */
  const KioskAuditKeys *keys;
} Fixture;

static void
enrol (const Fixture *self, const GrownLog *log)
{
  g_autoptr (KioskEnrolment) enrolment = kiosk_enrolment_new ();
  g_autofree char *path = g_build_filename (log->folder, KIOSK_ENROLMENT_NAME, NULL);
  g_autofree char *text = NULL;

  enrolment->host = g_strdup (log->host);
  enrolment->begun = g_strdup ("2026-10-01T00:00:00.000000Z");
  memcpy (enrolment->key, log->log.state.log_key, sizeof enrolment->key);
  text = kiosk_enrolment_print (enrolment);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("grow-XXXXXX", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < HOSTS; i++)
    {
      self->logs[i] = grown_log_new (self->folder, i == 0 ? "A-03" : "B-01", i + 1);
      enrol (self, self->logs[i]);
      grown_log_append (self->logs[i], 150);
    }
  self->index = server_open_index ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  kiosk_index_free (self->index);
  for (guint i = 0; i < HOSTS; i++)
    grown_log_free (self->logs[i]);
  server_remove_tree (self->folder);
  g_free (self->folder);
}

/* ---- An import, and what it must have done ---- */

static guint64
size_of_all (const Fixture *self)
{
  guint64 size = 0;

  for (guint i = 0; i < HOSTS; i++)
    {
      g_autoptr (KioskLogSet) set = kiosk_log_set_open (self->logs[i]->folder, NULL);

      size += kiosk_log_set_get_size (set);
    }
  return size;
}

/* Until the changes lie so far back that another one would be seen. */
static void
settle (const Fixture *self)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  for (guint i = 0; i < HOSTS;)
    {
      g_autoptr (KioskLogSet) set = kiosk_log_set_open (self->logs[i]->folder, NULL);
      g_auto (GStrv) stamps = kiosk_log_set_get_stamps (set, g_get_real_time ());

      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      if (g_strv_contains ((const char *const *) stamps, ""))
        g_usleep (10000);
      else
        i++;
    }
}

/* The first line that is in one of them only. */
static void
assert_same (const char *grown, const char *whole, const char *step)
{
  g_auto (GStrv) a = g_strsplit (grown, "\n", -1);
  g_auto (GStrv) b = g_strsplit (whole, "\n", -1);
  guint i = 0;

  while (a[i] != NULL && b[i] != NULL && g_str_equal (a[i], b[i]))
    i++;
  if (a[i] != NULL || b[i] != NULL)
    g_error ("after %s, line %u\ngrown: %s\nwhole: %s", step, i, a[i], b[i]);
}

static void
check (Fixture *self, const char *step)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskIndex) whole = kiosk_index_open (NULL, &error);
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;

  kiosk_index_import_path (self->index, self->folder, self->keys, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  if (kiosk_index_get_read (self->index) < size_of_all (self))
    self->part++;
  kiosk_index_import_path (whole, self->folder, self->keys, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (kiosk_index_get_read (whole), ==, size_of_all (self));
  a = index_dump (self->index);
  b = index_dump (whole);
  assert_same (a, b, step);
}

/* ---- What happens to a log ---- */

static void
flip (const char *path, gsize at)
{
  g_autofree char *text = NULL;
  gsize length;
  FILE *file;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  if (length == 0)
    return;
  file = fopen (path, "r+");
  g_assert_cmpint (fseek (file, (long) (at % length), SEEK_SET), ==, 0);
  g_assert_cmpint (fputc (text[at % length] ^ 1, file), !=, EOF);
  g_assert_cmpint (fclose (file), ==, 0);
}

/* The current file: as it was, and again as it is. */
static void
put_back (Fixture *self, GrownLog *log, gboolean cut)
{
  g_autofree char *path = grown_log_path (log, grown_log_count (log) - 1);
  g_autofree char *text = NULL;
  gsize length, part;

  if (!cut)
    grown_log_append (log, 90);
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  part = (gsize) g_test_rand_int_range (0, (gint32) length);
  g_assert_cmpint (truncate (path, (off_t) part), ==, 0);
  check (self, "cut");
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
  check (self, "copy put back");
}

/* What is damaged is repaired: a byte of an older file, and back. */
static void
damage_and_repair (Fixture *self, GrownLog *log, guint number)
{
  g_autofree char *path = grown_log_path (log, number);
  gsize at = (gsize) g_test_rand_int_range (0, 1 << 20);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  flip (path, at);
  check (self, "damage");
  if (number + 1 < grown_log_count (log))
    {
      grown_log_append (log, 30);
      check (self, "growth behind damage");
    }
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
  check (self, "repair");
}

static void
other_key (Fixture *self)
{
  static const guint8 key[KIOSK_AUDIT_KEY_SIZE] = { 1 };
  const KioskAuditKeys keys = { .key = key };

  self->keys = &keys;
  check (self, "another key");
  self->keys = NULL;
  check (self, "the right key");
}

/* A file whose last line has no end. */
static void
tear (Fixture *self, GrownLog *log)
{
  g_autofree char *path = grown_log_path (log, grown_log_count (log) - 1);
  g_autofree char *text = NULL;
  gsize length;

  grown_log_append (log, 5);
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_cmpint (truncate (path, (off_t) length - g_test_rand_int_range (1, 200)), ==, 0);
  check (self, "torn");
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
  check (self, "mended");
}

static void
step (Fixture *self, GrownLog *log)
{
  guint last = grown_log_count (log) - 1;

  switch (g_test_rand_int_range (0, 14))
    {
    case 0:
    case 1:
      grown_log_rotate (log);
      break;
    case 2:
    case 3:
      grown_log_rotate (log);
      grown_log_compress (log);
      grown_log_append (log, 10);
      break;
    case 4:
      grown_log_compress (log);
      break;
    case 5:
      if (grown_log_delete (log))
        check (self, "deletion");
      break;
    case 6:
      damage_and_repair (self, log, (guint) g_test_rand_int_range (0, (gint32) last + 1));
      break;
    case 7:
      put_back (self, log, g_test_rand_int_range (0, 2) > 0);
      break;
    case 8:
      tear (self, log);
      break;
    case 9:
      if (g_test_rand_int_range (0, 3) == 0)
        other_key (self);
      break;
    default:
      break;
    }
  grown_log_append (log, (guint) g_test_rand_int_range (0, 60));
}

/* ---- Tests ---- */

static void
test_lots (Fixture *self, gconstpointer data)
{
  check (self, "the begin");
  for (guint i = 0; i < STEPS; i++)
    {
      step (self, self->logs[g_test_rand_int_range (0, HOSTS)]);
      if (g_test_rand_int_range (0, 3) == 0)
        settle (self);
      check (self, "growth");
    }
  g_assert_cmpuint (self->part, >, STEPS / 4);
}

/* Enough files, the clocks far enough behind. */
static void
grow_files (Fixture *self)
{
  for (guint i = 0; i < 5; i++)
    {
      grown_log_rotate (self->logs[0]);
      grown_log_append (self->logs[0], 120);
      if (i > 1)
        grown_log_compress (self->logs[0]);
    }
  settle (self);
  check (self, "the begin");
}

static guint64
size_of_current (const Fixture *self, guint log)
{
  g_autofree char *path = grown_log_path (self->logs[log], grown_log_count (self->logs[log]) - 1);
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  return (guint64) status.st_size;
}

static guint64
size_of_file (const Fixture *self, guint n)
{
  g_autofree char *path = grown_log_path (self->logs[0], n);
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  return (guint64) status.st_size;
}

/* What has grown is read, and nothing else. */
static void
test_read (Fixture *self, gconstpointer data)
{
  guint64 read;

  grow_files (self);
  check (self, "nothing");
  g_assert_cmpuint (kiosk_index_get_read (self->index), ==, 0);
  grown_log_append (self->logs[0], 30);
  check (self, "growth");
  g_assert_cmpuint (kiosk_index_get_read (self->index), ==, size_of_current (self, 0));
  /* the file that was the current one is another one, and the new one is new */
  settle (self);
  check (self, "nothing");
  grown_log_rotate (self->logs[0]);
  check (self, "rotation");
  g_assert_cmpuint (kiosk_index_get_read (self->index), ==,
                    size_of_file (self, 5) + size_of_current (self, 0));
  settle (self);
  check (self, "nothing");
  /* the first that is not compressed: from there on */
  grown_log_compress (self->logs[0]);
  read = size_of_file (self, 3) + size_of_file (self, 4) + size_of_file (self, 5)
         + size_of_current (self, 0);
  check (self, "compression");
  g_assert_cmpuint (kiosk_index_get_read (self->index), ==, read);
}

/* The oldest file goes by the rules: the rest is known. */
static void
test_deletion (Fixture *self, gconstpointer data)
{
  guint part = 0;

  grow_files (self);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (grown_log_delete (self->logs[0]));
      check (self, "deletion");
      part += kiosk_index_get_read (self->index) == size_of_current (self, 0);
      settle (self);
      check (self, "nothing");
    }
  /* unless somebody was logged in where it ended, or something was out */
  g_test_message ("%u of 3 without reading everything", part);
}

/* Damage in an old file is found at once, and stays found. */
static void
test_old_damage (Fixture *self, gconstpointer data)
{
  g_autofree char *path = grown_log_path (self->logs[0], 1);
  g_autoptr (GPtrArray) logs = NULL;
  guint64 records;

  grow_files (self);
  flip (path, 5000);
  check (self, "damage");
  for (guint i = 0; i < 3; i++)
    {
      grown_log_append (self->logs[0], 30);
      settle (self);
      check (self, "growth behind it");
    }
  logs = kiosk_index_get_logs (self->index, NULL);
  records = ((const KioskIndexLog *) g_ptr_array_index (logs, 0))->report.records;
  g_assert_cmpint (((const KioskIndexLog *) g_ptr_array_index (logs, 0))->report.fault, !=,
                   KIOSK_AUDIT_OK);
  g_assert_cmpuint (records, >, 100);
  flip (path, 5000);
  check (self, "repair");
}

/* Whoever holds the secret, or does not trust what was kept, has everything read. */
static void
test_whole (Fixture *self, gconstpointer data)
{
  const KioskAuditKeys secretive = { .secret = audit_log_secret () };

  grow_files (self);
  kiosk_index_set_anew (self->index, TRUE);
  check (self, "nothing, anew");
  g_assert_cmpuint (kiosk_index_get_read (self->index), ==, size_of_all (self));
  kiosk_index_set_anew (self->index, FALSE);
  check (self, "nothing");
  g_assert_cmpuint (kiosk_index_get_read (self->index), ==, 0);
  self->keys = &secretive;
  check (self, "with the secret");
  g_assert_cmpuint (kiosk_index_get_read (self->index), ==, size_of_all (self));
  check (self, "with the secret, again");
  g_assert_cmpuint (kiosk_index_get_read (self->index), ==, size_of_all (self));
  self->keys = NULL;
  check (self, "without it");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/grow/read", Fixture, NULL, set_up, test_read, tear_down);
  g_test_add ("/grow/deletion", Fixture, NULL, set_up, test_deletion, tear_down);
  g_test_add ("/grow/old-damage", Fixture, NULL, set_up, test_old_damage, tear_down);
  g_test_add ("/grow/whole", Fixture, NULL, set_up, test_whole, tear_down);
  g_test_add ("/grow/lots", Fixture, NULL, set_up, test_lots, tear_down);
  return g_test_run ();
}
