/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-bench"

#include "../lib/audit-log.h"
#include "events.h"
#include "kiosk/log/log-set.h"
#include "kiosk/model/audit-actions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* log-maker FOLDER RECORDS PER-DAY [plain] - a log as a terminal would have written it: working days of ten hours, with the records
 * that sessions make, a checkpoint after 60 s or 255 records, files of 64 MiB compressed like the terminal's; "plain": not compressed.
 * Prints the first key. */

#define FILE_SIZE (64 << 20)
#define DAY_SECONDS (10 * 3600)

typedef struct {
  const char *folder;
  AuditLog log;
  GString *file;
  guint64 file_first;
  guint64 since_checkpoint;
  gint64 checkpoint_time;
  gint64 time;
  GBytes *last;
  GThread *compressor; /* of the file before */
  gboolean plain;
} Maker;

static void
write_file (const char *folder, const char *name, const char *bytes, gsize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents_full (path, bytes, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 &error))
    g_error ("%s", error->message);
}

typedef struct {
  const char *folder;
  GString *text;
  guint64 first;
  gboolean plain;
} File;

/* In a thread: a third of the work. */
static gpointer
end_of_file (gpointer data)
{
  File *file = data;
  gsize room = ZSTD_compressBound (file->text->len), length;
  g_autofree char *bytes = NULL;
  g_autofree char *name = g_strdup_printf (KIOSK_LOG_OLDER_PREFIX "%012" G_GUINT64_FORMAT ".log%s",
                                           file->first, file->plain ? "" : ".zst");

  if (file->plain)
    write_file (file->folder, name, file->text->str, file->text->len);
  else
    {
      bytes = g_malloc (room);
      length = ZSTD_compress (bytes, room, file->text->str, file->text->len, 3);
      write_file (file->folder, name, bytes, length);
    }
  g_string_free (file->text, TRUE);
  g_free (file);
  return NULL;
}

static void
end_file (Maker *self)
{
  File *file = g_new (File, 1);

  *file = (File){ self->folder, self->file, self->file_first, self->plain };
  if (self->compressor != NULL)
    g_thread_join (self->compressor);
  self->compressor = g_thread_new ("end-of-file", end_of_file, file);
  self->file = g_string_sized_new (FILE_SIZE + (1 << 16));
  g_string_append_len (self->file, g_bytes_get_data (self->last, NULL),
                       (gssize) g_bytes_get_size (self->last));
  self->file_first = self->log.state.chain.sequence;
}

static void
add (Maker *self, KioskAuditRecord record)
{
  record.realtime = self->time;
  record.boottime = self->time - G_GINT64_CONSTANT (1735000000) * G_USEC_PER_SEC;
  record.boot = "0f8b6a52-3c1d-4e7f-9a60-5b2c8d1e4f70";
  record.clock = "synchronised";
  record.host_id = "A-03";
  record.host_site = "みどり野市役所 本庁舎3階";
  record.policy = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  g_clear_pointer (&self->last, g_bytes_unref);
  self->last = audit_log_encode (&self->log, &record);
  g_string_append_len (self->file, g_bytes_get_data (self->last, NULL),
                       (gssize) g_bytes_get_size (self->last));
}

static void
add_checkpoint (Maker *self, const char *reason)
{
  add (self,
       (KioskAuditRecord){ .action = self->log.state.chain.sequence == 0 ? KIOSK_ACTION_LOG_BEGUN
                                                                         : KIOSK_ACTION_CHECKPOINT,
                           .outcome = KIOSK_OUTCOME_SUCCESS,
                           .reason = reason,
                           .file = self->file_first });
  self->since_checkpoint = 0;
  self->checkpoint_time = self->time;
}

static void
add_nth (Maker *self, guint64 n)
{
  BenchEvent event;

  bench_event_make (&event, n);
  add (self, event.record);
  self->since_checkpoint++;
}

int
main (int argc, char **argv)
{
  guint64 records, per_day;
  Maker self = { 0 };

  if (argc != 4 && (argc != 5 || !g_str_equal (argv[4], "plain")))
    {
      fprintf (stderr, "log-maker FOLDER RECORDS PER-DAY [plain]\n");
      return 2;
    }
  self.folder = argv[1];
  self.plain = argc == 5;
  records = strtoull (argv[2], NULL, 10);
  per_day = MAX (strtoull (argv[3], NULL, 10), 1);
  self.file = g_string_sized_new (FILE_SIZE + (1 << 16));
  self.file_first = 1;
  audit_log_begin (&self.log, 0);
  for (guint i = 0; i < KIOSK_AUDIT_KEY_SIZE; i++)
    printf ("%02x", self.log.state.log_key[i]);
  printf ("\n");
  self.time = G_GINT64_CONSTANT (1735860000) * G_USEC_PER_SEC; /* 3 January 2025, 08:20 in Japan */
  add_checkpoint (&self, KIOSK_REASON_CHECKPOINT_BEGIN);
  for (guint64 n = 0; self.log.state.chain.sequence < records; n++)
    {
      gint64 next = (gint64) (n / per_day * 86400 * (guint64) G_USEC_PER_SEC
                              + n % per_day * DAY_SECONDS * (guint64) G_USEC_PER_SEC / per_day)
                    + G_GINT64_CONSTANT (1735860000) * G_USEC_PER_SEC;

      /* a heartbeat each minute of the ten hours; the nights are off */
      while (next - self.time > 60 * G_USEC_PER_SEC
             && next - self.time < (gint64) 3600 * G_USEC_PER_SEC)
        {
          self.time += 60 * G_USEC_PER_SEC;
          add_checkpoint (&self, KIOSK_REASON_CHECKPOINT_HEARTBEAT);
        }
      self.time = next;
      add_nth (&self, n);
      if (self.since_checkpoint == 255)
        add_checkpoint (&self, KIOSK_REASON_CHECKPOINT_COUNT);
      else if (self.time - self.checkpoint_time >= 60 * G_USEC_PER_SEC)
        add_checkpoint (&self, KIOSK_REASON_CHECKPOINT_HEARTBEAT);
      if (self.file->len >= FILE_SIZE)
        {
          add_checkpoint (&self, KIOSK_REASON_CHECKPOINT_ROTATION);
          end_file (&self);
        }
    }
  if (self.compressor != NULL)
    g_thread_join (self.compressor);
  write_file (self.folder, KIOSK_LOG_CURRENT_NAME, self.file->str, self.file->len);
  return 0;
}
