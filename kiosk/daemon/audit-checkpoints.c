/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-pack.h"
#include "audit-retention.h"
#include "audit-rotation.h"
#include "audit-writer-private.h"

#include "kiosk/base/append-only.h"
#include "kiosk/base/clock.h"
#include "kiosk/model/audit-actions.h"

#include <sodium.h>
#include <string.h>

/* Checkpoints of the audit log, each when it is due ("Checkpoints" in kiosk/docs/AUDIT-FORMAT.md), and the next file, which one of them begins. */

#define SYNC_RECORDS 128

/* Seconds; a test cannot wait for a minute. */
#ifndef KIOSK_AUDIT_HEARTBEAT
#define KIOSK_AUDIT_HEARTBEAT 60
#endif

/* ---- One checkpoint ---- */

static gboolean on_heartbeat (gpointer user_data);

void
kiosk_audit_writer_stop_heartbeat (KioskAuditWriter *self)
{
  if (self->heartbeat != NULL)
    g_source_destroy (self->heartbeat);
  g_clear_pointer (&self->heartbeat, g_source_unref);
}

void
kiosk_audit_writer_arm_heartbeat (KioskAuditWriter *self)
{
  kiosk_audit_writer_stop_heartbeat (self);
  self->heartbeat = kiosk_clock_source_new (kiosk_clock_boottime ()
                                            + (gint64) KIOSK_AUDIT_HEARTBEAT * G_USEC_PER_SEC);
  g_source_set_callback (self->heartbeat, on_heartbeat, self, NULL);
  g_source_attach (self->heartbeat, NULL);
}

static gboolean
on_sealed (gpointer user_data)
{
  KioskAuditWriter *self = user_data;

  self->sealed_source = 0;
  self->events->sealed (self, self->user_data);
  return G_SOURCE_REMOVE;
}

/* The seal code of a day is that of its first checkpoint of this kind. */
void
kiosk_audit_writer_take_seal (KioskAuditWriter *self, guint64 sequence, gint64 time,
                              const guint8 *hash)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) day = NULL, next = NULL;

  self->retention_due = TRUE;
  if (self->events != NULL && self->sealed_source == 0)
    self->sealed_source = g_idle_add (on_sealed, self);
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
gboolean
kiosk_audit_writer_seal (KioskAuditWriter *self, const char *action, const char *reason,
                         GBytes **line, GError **error)
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
  written = kiosk_audit_writer_add (self, &record, seed, line, error)
            && kiosk_audit_writer_sync (self, error);
  sodium_memzero (seed, sizeof seed);
  if (!written)
    return FALSE;
  if (g_str_equal (reason, KIOSK_REASON_CHECKPOINT_DAY)
      || g_str_equal (reason, KIOSK_REASON_CHECKPOINT_BEGIN))
    kiosk_audit_writer_take_seal (self, kiosk_audit_writer_get_state (self)->chain.sequence,
                                  record.realtime, kiosk_audit_writer_get_state (self)->chain.hash);
  kiosk_audit_writer_arm_heartbeat (self);
  return TRUE;
}

gboolean
kiosk_audit_writer_checkpoint (KioskAuditWriter *self, const char *reason, GError **error)
{
  return kiosk_audit_writer_check_alive (self, error)
         && kiosk_audit_writer_seal (self, KIOSK_ACTION_CHECKPOINT, reason, NULL, error);
}

/* ---- The next file ---- */

/* @line is the last one, a checkpoint, and on the disk with its keys. */
gboolean
kiosk_audit_writer_begin_file (KioskAuditWriter *self, GBytes *line, gint64 boottime,
                               GError **error)
{
  GError *failure = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data (line, &length);
  guint64 sequence = kiosk_audit_writer_get_state (self)->chain.sequence;

  if (!kiosk_audit_rotate (self->folder, &self->log, self->first, bytes, length, &failure)
      || !kiosk_audit_keyring_commit (self->keys, sequence, length, &failure))
    return kiosk_audit_writer_fail (self, failure, FALSE, error);
  self->first = sequence;
  self->size = length;
  self->born_at = boottime;
  self->append_only = kiosk_append_only_set (self->log, TRUE);
  kiosk_audit_packer_wake (self->packer, self->first);
  return TRUE;
}

static gboolean
rotate (KioskAuditWriter *self, gint64 boottime, GError **error)
{
  g_autoptr (GBytes) line = NULL;

  return kiosk_audit_writer_seal (self, KIOSK_ACTION_CHECKPOINT, KIOSK_REASON_CHECKPOINT_ROTATION,
                                  &line, error)
         && kiosk_audit_writer_begin_file (self, line, boottime, error);
}

/* Its age is counted on the clock that cannot be set: no new file because somebody set the other. */
static gboolean
is_file_full (const KioskAuditWriter *self, gint64 boottime)
{
  gint64 limit = (gint64) self->settings.rotate_hours * 3600 * G_USEC_PER_SEC;

  return kiosk_audit_writer_get_state (self)->chain.sequence > self->first
         && ((limit > 0 && boottime - self->born_at >= limit)
             || (self->settings.rotate_size > 0 && self->size >= self->settings.rotate_size));
}

/* What is due behind a record, or in time. */
gboolean
kiosk_audit_writer_settle (KioskAuditWriter *self, const KioskAuditRecord *now, gboolean durable,
                           GError **error)
{
  if (now->realtime >= self->next_day)
    {
      if (!kiosk_audit_writer_checkpoint (self, KIOSK_REASON_CHECKPOINT_DAY, error))
        return FALSE;
    }
  else if (self->open_records >= KIOSK_AUDIT_OPEN_RECORDS_MAX)
    {
      if (!kiosk_audit_writer_checkpoint (self, KIOSK_REASON_CHECKPOINT_COUNT, error))
        return FALSE;
    }
  else if ((durable || self->unsynced >= SYNC_RECORDS) && !kiosk_audit_writer_sync (self, error))
    return FALSE;
  if (is_file_full (self, now->boottime))
    return rotate (self, now->boottime, error);
  kiosk_audit_writer_arm_group (self);
  return TRUE;
}

/* ---- What is too old ---- */

gboolean
kiosk_audit_writer_delete_old (KioskAuditWriter *self, GError **error)
{
  for (;;)
    {
      g_autoptr (KioskAuditOldFile) file = NULL;
      KioskAuditRecord record = { 0 };

      self->event_table.fill (&record, self->user_data);
      if (self->settings.collector == NULL || self->settings.hold || self->settings.keep_days == 0)
        return TRUE;
      file = kiosk_audit_retention_find (self->folder, self->settings.keep_days, record.realtime,
                                         self->collector,
                                         kiosk_audit_writer_get_state (self)->log_key, self->first);
      if (file == NULL)
        return TRUE;
      record.action = KIOSK_ACTION_LOG_DELETED;
      record.outcome = KIOSK_OUTCOME_UNKNOWN;
      record.file = file->first;
      record.last = file->last;
      record.file_digest = file->digest;
      if (!kiosk_audit_writer_append (self, &record, TRUE, NULL, error)
          || !kiosk_audit_folder_remove (self->folder, file->name, error))
        return FALSE;
    }
}

/* ---- In time ---- */

static gboolean
on_heartbeat (gpointer user_data)
{
  KioskAuditWriter *self = user_data;
  KioskAuditRecord now = { 0 };
  guint64 before = kiosk_audit_writer_get_state (self)->chain.sequence;

  self->event_table.fill (&now, self->user_data);
  if (kiosk_audit_writer_settle (self, &now, TRUE, NULL)
      && kiosk_audit_writer_get_state (self)->chain.sequence == before)
    kiosk_audit_writer_checkpoint (self, KIOSK_REASON_CHECKPOINT_HEARTBEAT, NULL);
  if (self->failure == NULL && self->retention_due)
    {
      g_autoptr (GError) error = NULL;

      self->retention_due = FALSE;
      if (!kiosk_audit_writer_delete_old (self, &error))
        g_warning ("Old files of the audit log: %s, ignoring", error->message);
    }
  return G_SOURCE_REMOVE;
}
