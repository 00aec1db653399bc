/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-writer.h"
#include "audit-ballast.h"
#include "audit-opening.h"
#include "audit-pack.h"
#include "audit-rotation.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

/* Puts encoded records on the disk, the keys behind them ("Key state" in kiosk/docs/AUDIT-FORMAT.md), and checkpoints where they are due.
 *
 * The order of each commit is: lines, fdatasync, other slot, fdatasync, answer. So the log on the disk is never behind the keys, and keys of records
 * that somebody was told of are gone. An error of fsync(2) is told once and then forgotten, with the pages marked clean: so a writer
 * that failed once stays failed. */

#define SYNC_DELAY_MS 10
#define SYNC_RECORDS 128
#define OPEN_RECORDS_MAX 255 /* between two checkpoints */

/* Seconds; a test cannot wait for a minute. */
#ifndef KIOSK_AUDIT_HEARTBEAT
#define KIOSK_AUDIT_HEARTBEAT 60
#endif

struct _KioskAuditWriter {
  int folder;
  int log;
  KioskAuditKeyring *keys;
  KioskAuditPacker *packer;
  const KioskAuditWriterEvents *events; /* NULL while opening: then @error tells all */
  KioskAuditWriterEvents event_table;
  gpointer user_data;
  guint64 rotate_size, floor;
  gint64 rotate_age;  /* microseconds */
  guint64 size;       /* end of the last whole record */
  guint64 first;      /* number of the first record of audit.log */
  gint64 begun;       /* its time */
  guint unsynced;     /* records that no commit has covered */
  guint open_records; /* since the last checkpoint */
  gint64 next_day;    /* unix microseconds of the next midnight */
  guint64 seal_sequence;
  gint64 seal_time;
  guint8 seal_hash[KIOSK_AUDIT_HASH_SIZE];
  gboolean append_only;
  gboolean ballast;  /* there is room kept free */
  guint sync_source; /* pending group */
  GSource *heartbeat;
  GError *failure; /* first failure, for ever */
  guint failed_source, full_source;
};

static KioskAuditState *
state_of (const KioskAuditWriter *self)
{
  return kiosk_audit_keyring_get_state (self->keys);
}

static void
stop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* ---- Failure ---- */

static gboolean
on_failed (gpointer user_data)
{
  KioskAuditWriter *self = user_data;

  self->failed_source = 0;
  self->events->failed (self, self->failure, self->user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_full (gpointer user_data)
{
  KioskAuditWriter *self = user_data;

  self->full_source = 0;
  self->events->full (self, self->user_data);
  return G_SOURCE_REMOVE;
}

/* The file is not written any more, also by who opens the log next: its second name tells. Best effort, the disk fails already. */
static void
name_failed (KioskAuditWriter *self)
{
  g_autofree char *name = g_strdup_printf (KIOSK_AUDIT_FAILED_PREFIX "%" G_GUINT64_FORMAT,
                                           state_of (self)->chain.sequence);

  kiosk_audit_set_append_only (self->log, FALSE);
  if (linkat (self->folder, KIOSK_AUDIT_FILE_NAME, self->folder, name, 0) < 0
      || fsync (self->folder) < 0)
    g_warning ("the audit log that failed keeps no second name: %s, ignoring", g_strerror (errno));
}

/* Takes over @failure and repeats it in @error. Always FALSE. @of_disk: not for want of room. */
static gboolean
fail (KioskAuditWriter *self, GError *failure, gboolean of_disk, GError **error)
{
  self->failure = failure;
  g_clear_handle_id (&self->sync_source, g_source_remove);
  stop_source (&self->heartbeat);
  if (of_disk)
    name_failed (self);
  if (self->events != NULL && self->failed_source == 0)
    self->failed_source = g_idle_add_full (G_PRIORITY_HIGH, on_failed, self, NULL);
  g_propagate_error (error, g_error_copy (failure));
  return FALSE;
}

static gboolean
check_alive (const KioskAuditWriter *self, GError **error)
{
  if (self->failure == NULL)
    return TRUE;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_IO, "the audit log has failed before: %s",
               self->failure->message);
  return FALSE;
}

/* ---- One line, one commit ---- */

/* Takes half a line back. If even that fails the line has no end and counts as torn; it can never pass for a record. */
static void
take_back (KioskAuditWriter *self)
{
  if (self->append_only)
    kiosk_audit_set_append_only (self->log, FALSE);
  if (ftruncate (self->log, (off_t) self->size) < 0)
    g_warning ("half a record stays at the end of the audit log: %s, ignoring", g_strerror (errno));
  if (self->append_only)
    kiosk_audit_set_append_only (self->log, TRUE);
}

static gboolean
write_line (KioskAuditWriter *self, GBytes *line, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data (line, &length);
  int saved;

  if (!kiosk_audit_write_all (self->log, bytes, length, &failure))
    {
      saved = errno;
      take_back (self);
      if (saved == ENOSPC && self->ballast && kiosk_audit_ballast_drop (self->folder))
        {
          self->ballast = FALSE;
          g_message ("The disk of the audit log is full: what was kept free is in use now");
          if (self->events != NULL && self->full_source == 0)
            self->full_source = g_idle_add_full (G_PRIORITY_HIGH, on_full, self, NULL);
          return write_line (self, line, error);
        }
      return fail (self, g_steal_pointer (&failure), saved != ENOSPC, error);
    }
  self->size += length;
  self->unsynced++;
  return TRUE;
}

/* Encodes and writes; the keys in memory have moved on then, also when the write failed: nothing is written after that. */
static gboolean
add (KioskAuditWriter *self, const KioskAuditRecord *record, const guint8 *seed, GBytes **written,
     GError **error)
{
  g_autoptr (GBytes) line = kiosk_audit_encode (record, state_of (self), seed, error);

  if (line == NULL || !write_line (self, line, error))
    return FALSE;
  self->open_records = seed != NULL ? 0 : self->open_records + 1;
  if (written != NULL)
    *written = g_steal_pointer (&line);
  return TRUE;
}

gboolean
kiosk_audit_writer_sync (KioskAuditWriter *self, GError **error)
{
  GError *failure = NULL;

  if (!check_alive (self, error))
    return FALSE;

  g_clear_handle_id (&self->sync_source, g_source_remove);
  if (self->unsynced == 0)
    return TRUE;
  if (fdatasync (self->log) < 0)
    kiosk_error_set_errno (&failure, errno, "sync the audit log");
  else if (kiosk_audit_keyring_commit (self->keys, self->first, self->size, &failure))
    {
      self->unsynced = 0;
      return TRUE;
    }
  return fail (self, failure, TRUE, error);
}

static gboolean
on_group_due (gpointer user_data)
{
  KioskAuditWriter *self = user_data;

  self->sync_source = 0;
  kiosk_audit_writer_sync (self, NULL); /* a failure goes to the callback */
  return G_SOURCE_REMOVE;
}

/* ---- Checkpoints ---- */

static gboolean on_heartbeat (gpointer user_data);

static void
arm_heartbeat (KioskAuditWriter *self)
{
  stop_source (&self->heartbeat);
  self->heartbeat = kiosk_clock_source_new (kiosk_clock_boottime ()
                                            + (gint64) KIOSK_AUDIT_HEARTBEAT * G_USEC_PER_SEC);
  g_source_set_callback (self->heartbeat, on_heartbeat, self, NULL);
  g_source_attach (self->heartbeat, NULL);
}

/* The seal code of a day is that of its first checkpoint of this kind. */
static void
take_seal (KioskAuditWriter *self, guint64 sequence, gint64 time, const guint8 *hash)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) day = NULL, next = NULL;

  self->seal_sequence = sequence;
  self->seal_time = time;
  memcpy (self->seal_hash, hash, sizeof self->seal_hash);
  if (then != NULL)
    day = g_date_time_new_local (g_date_time_get_year (then), g_date_time_get_month (then),
                                 g_date_time_get_day_of_month (then), 0, 0, 0);
  if (day != NULL)
    next = g_date_time_add_days (day, 1);
  self->next_day = next != NULL ? g_date_time_to_unix (next) * G_USEC_PER_SEC : G_MAXINT64;
}

/* Ends its group, always: at most one stands behind the keys on the disk, and its own are known there. */
static gboolean
seal (KioskAuditWriter *self, const char *action, const char *reason, GBytes **line, GError **error)
{
  KioskAuditRecord record = { 0 };
  guint8 seed[KIOSK_AUDIT_KEY_SIZE];
  gboolean written;

  self->event_table.fill (&record, self->user_data);
  record.action = action;
  record.outcome = KIOSK_OUTCOME_SUCCESS;
  record.reason = reason;
  record.file = self->first;
  randombytes_buf (seed, sizeof seed);
  written = add (self, &record, seed, line, error) && kiosk_audit_writer_sync (self, error);
  sodium_memzero (seed, sizeof seed);
  if (!written)
    return FALSE;
  if (g_str_equal (reason, KIOSK_REASON_CHECKPOINT_DAY)
      || g_str_equal (reason, KIOSK_REASON_CHECKPOINT_BEGIN))
    take_seal (self, state_of (self)->chain.sequence, record.realtime, state_of (self)->chain.hash);
  arm_heartbeat (self);
  return TRUE;
}

gboolean
kiosk_audit_writer_checkpoint (KioskAuditWriter *self, const char *reason, GError **error)
{
  return check_alive (self, error) && seal (self, KIOSK_ACTION_CHECKPOINT, reason, NULL, error);
}

/* ---- The next file ---- */

/* @line is the last one, a checkpoint, and on the disk with its keys. */
static gboolean
begin_file (KioskAuditWriter *self, GBytes *line, gint64 realtime, GError **error)
{
  GError *failure = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data (line, &length);
  guint64 sequence = state_of (self)->chain.sequence;

  if (!kiosk_audit_rotate (self->folder, &self->log, self->first, bytes, length, &failure)
      || !kiosk_audit_keyring_commit (self->keys, sequence, length, &failure))
    return fail (self, failure, FALSE, error);
  self->first = sequence;
  self->size = length;
  self->begun = realtime;
  self->append_only = kiosk_audit_set_append_only (self->log, TRUE);
  kiosk_audit_packer_wake (self->packer);
  return TRUE;
}

static gboolean
rotate (KioskAuditWriter *self, gint64 realtime, GError **error)
{
  g_autoptr (GBytes) line = NULL;

  return seal (self, KIOSK_ACTION_CHECKPOINT, KIOSK_REASON_CHECKPOINT_ROTATION, &line, error)
         && begin_file (self, line, realtime, error);
}

static gboolean
is_file_full (const KioskAuditWriter *self, gint64 realtime)
{
  return state_of (self)->chain.sequence > self->first
         && ((self->rotate_size > 0 && self->size >= self->rotate_size)
             || (self->rotate_age > 0 && realtime - self->begun >= self->rotate_age));
}

/* What is due behind a record, or in time. */
static gboolean
settle (KioskAuditWriter *self, gint64 realtime, gboolean durable, GError **error)
{
  if (realtime >= self->next_day)
    {
      if (!kiosk_audit_writer_checkpoint (self, KIOSK_REASON_CHECKPOINT_DAY, error))
        return FALSE;
    }
  else if (self->open_records >= OPEN_RECORDS_MAX)
    {
      if (!kiosk_audit_writer_checkpoint (self, KIOSK_REASON_CHECKPOINT_COUNT, error))
        return FALSE;
    }
  else if ((durable || self->unsynced >= SYNC_RECORDS) && !kiosk_audit_writer_sync (self, error))
    return FALSE;
  if (is_file_full (self, realtime))
    return rotate (self, realtime, error);
  if (self->unsynced > 0 && self->sync_source == 0)
    self->sync_source
        = g_timeout_add_full (G_PRIORITY_HIGH, SYNC_DELAY_MS, on_group_due, self, NULL);
  return TRUE;
}

static gboolean
on_heartbeat (gpointer user_data)
{
  KioskAuditWriter *self = user_data;
  KioskAuditRecord now = { 0 };
  guint64 before = state_of (self)->chain.sequence;

  self->event_table.fill (&now, self->user_data);
  if (settle (self, now.realtime, TRUE, NULL) && state_of (self)->chain.sequence == before)
    kiosk_audit_writer_checkpoint (self, KIOSK_REASON_CHECKPOINT_HEARTBEAT, NULL);
  return G_SOURCE_REMOVE;
}

gboolean
kiosk_audit_writer_append (KioskAuditWriter *self, const KioskAuditRecord *record, gboolean durable,
                           guint64 *sequence, GError **error)
{
  guint64 number;

  if (!check_alive (self, error) || !add (self, record, NULL, NULL, error))
    return FALSE;
  number = state_of (self)->chain.sequence;
  if (!settle (self, record->realtime, durable, error))
    return FALSE;
  if (sequence != NULL)
    *sequence = number;
  return TRUE;
}

/* ---- Opening ---- */

static gboolean
write_own (KioskAuditWriter *self, const char *action, const char *detail, GError **error)
{
  KioskAuditRecord record = { 0 };

  self->event_table.fill (&record, self->user_data);
  record.action = action;
  record.outcome = KIOSK_OUTCOME_SUCCESS;
  record.detail = detail;
  return kiosk_audit_writer_append (self, &record, TRUE, NULL, error);
}

/* A rotation that got no further than its checkpoint is done again from there. */
static gboolean
finish_rotation (KioskAuditWriter *self, GError **error)
{
  char buffer[KIOSK_AUDIT_LINE_MAX];
  guint64 from = self->size > sizeof buffer ? self->size - sizeof buffer : 0;
  ssize_t length = pread (self->log, buffer, self->size - from, (off_t) from);
  KioskAuditRecord now = { 0 };
  g_autoptr (GBytes) line = NULL;
  const char *begin;

  if (length != (ssize_t) (self->size - from) || length < 2)
    return kiosk_error_set_errno (error, length < 0 ? errno : EIO, "read the audit log");
  begin = memrchr (buffer, '\n', (gsize) length - 1);
  begin = begin != NULL ? begin + 1 : buffer;
  line = g_bytes_new (begin, (gsize) (buffer + length - begin));
  self->event_table.fill (&now, self->user_data);
  return begin_file (self, line, now.realtime, error);
}

static gboolean
write_first_records (KioskAuditWriter *self, const KioskAuditOpening *opening, GError **error)
{
  g_autofree char *recovered = NULL;

  /* What stands behind the keys may be in the kernel's memory alone. */
  if (opening->behind > 0
      && (!kiosk_audit_sync (self->log, "the audit log", error)
          || !kiosk_audit_keyring_commit (self->keys, self->first, self->size, error)))
    return FALSE;
  if (opening->rotating && !finish_rotation (self, error))
    return FALSE;
  if (state_of (self)->chain.sequence == 0)
    {
      if (!seal (self, KIOSK_ACTION_LOG_BEGUN, KIOSK_REASON_CHECKPOINT_BEGIN, NULL, error))
        return FALSE;
      self->begun = self->seal_time;
    }
  else if (self->open_records >= OPEN_RECORDS_MAX
           && !kiosk_audit_writer_checkpoint (self, KIOSK_REASON_CHECKPOINT_COUNT, error))
    return FALSE;
  if (opening->torn_name != NULL)
    {
      recovered = g_strdup_printf ("torn last line kept in %s", opening->torn_name);
      if (!write_own (self, KIOSK_ACTION_LOG_RECOVERED, recovered, error))
        return FALSE;
    }
  if (opening->failed_name != NULL)
    {
      g_autofree char *failed
          = g_strdup_printf ("a write failed; the file is kept as %s", opening->failed_name);

      if (!write_own (self, KIOSK_ACTION_LOG_RENEWED, failed, error))
        return FALSE;
    }
  return write_own (self, KIOSK_ACTION_LOG_OPENED, NULL, error);
}

static void
take_over (KioskAuditWriter *self, KioskAuditOpening *opening)
{
  self->log = kiosk_fd_steal (&opening->log);
  self->keys = g_steal_pointer (&opening->keys);
  self->size = opening->size;
  self->first = opening->first;
  self->begun = opening->begun;
  self->open_records = opening->open_records;
  if (opening->day_sequence > 0)
    take_seal (self, opening->day_sequence, opening->day_time, opening->day_hash);
  self->append_only = kiosk_audit_set_append_only (self->log, TRUE);
}

KioskAuditWriter *
kiosk_audit_writer_open (const char *directory, const KioskAuditSettings *settings,
                         const KioskAuditWriterEvents *events, gpointer user_data, GError **error)
{
  g_autoptr (KioskAuditWriter) self = g_new0 (KioskAuditWriter, 1);
  g_auto (KioskAuditOpening) opening = { .log = -1 };
  g_autoptr (GError) no_room = NULL;
  KioskAuditRecord now = { 0 };

  self->log = -1;
  self->event_table = *events;
  self->user_data = user_data;
  self->rotate_size = settings->rotate_size;
  self->rotate_age = (gint64) settings->rotate_hours * 3600 * G_USEC_PER_SEC;
  self->floor = settings->floor;
  self->folder = kiosk_audit_folder_open (directory, error);
  events->fill (&now, user_data);
  if (self->folder < 0
      || !kiosk_audit_opening_find (&opening, self->folder, now.host_id, now.realtime,
                                    settings->auditors, error))
    return NULL;
  take_over (self, &opening);
  self->ballast = kiosk_audit_ballast_load (self->folder, &no_room);
  if (!self->ballast)
    g_message ("Audit log: %s", no_room->message);
  self->packer = kiosk_audit_packer_new (directory);
  if (!write_first_records (self, &opening, error))
    return NULL;
  kiosk_audit_packer_wake (self->packer);
  /* from here on only: who gets no writer hears of a failure from @error */
  self->events = &self->event_table;
  return g_steal_pointer (&self);
}

void
kiosk_audit_writer_close (KioskAuditWriter *self)
{
  if (self == NULL)
    return;
  if (self->events != NULL && self->failure == NULL
      && !seal (self, KIOSK_ACTION_LOG_CLOSED, KIOSK_REASON_CHECKPOINT_END, NULL, NULL))
    g_warning ("the last records of the audit log may be lost: %s",
               self->failure != NULL ? self->failure->message : "not written");
  kiosk_audit_packer_free (self->packer);
  stop_source (&self->heartbeat);
  g_clear_handle_id (&self->sync_source, g_source_remove);
  g_clear_handle_id (&self->failed_source, g_source_remove);
  g_clear_handle_id (&self->full_source, g_source_remove);
  g_clear_pointer (&self->keys, kiosk_audit_keyring_free);
  kiosk_fd_clear (&self->log);
  kiosk_fd_clear (&self->folder);
  g_clear_error (&self->failure);
  g_free (self);
}

/* ---- What is asked ---- */

gboolean
kiosk_audit_writer_get_failed (const KioskAuditWriter *self)
{
  return self->failure != NULL;
}

gboolean
kiosk_audit_writer_has_room (KioskAuditWriter *self)
{
  if (!self->ballast)
    self->ballast = kiosk_audit_ballast_load (self->folder, NULL);
  return self->ballast && kiosk_audit_ballast_room (self->folder) >= self->floor;
}

char *
kiosk_audit_writer_find_failed (KioskAuditWriter *self)
{
  return kiosk_audit_folder_find_failed (self->folder);
}

void
kiosk_audit_writer_get_chain (const KioskAuditWriter *self, KioskAuditChain *chain)
{
  *chain = state_of (self)->chain;
}

gboolean
kiosk_audit_writer_get_seal (const KioskAuditWriter *self, guint64 *sequence, gint64 *time,
                             char code[KIOSK_AUDIT_SEAL_SIZE])
{
  if (self->seal_sequence == 0)
    return FALSE;
  *sequence = self->seal_sequence;
  *time = self->seal_time;
  kiosk_audit_seal_code (state_of (self)->log_key, self->seal_hash, code);
  return TRUE;
}

gboolean
kiosk_audit_writer_is_append_only (const KioskAuditWriter *self)
{
  return self->append_only;
}
