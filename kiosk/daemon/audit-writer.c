/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-writer-private.h"
#include "audit-ballast.h"

#include "kiosk/base/append-only.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Puts encoded records on the disk, the keys behind them ("Key state" in kiosk/docs/AUDIT-FORMAT.md), and checkpoints where they are due.
 *
 * The order of each commit is: lines, fdatasync, other slot, fdatasync, answer. So the log on the disk is never behind the keys, and keys of records
 * that somebody was told of are gone. An error of fsync(2) is told once and then forgotten, with the pages marked clean: so a writer
 * that failed once stays failed. */

#define SYNC_DELAY_MS 10

KioskAuditState *
kiosk_audit_writer_get_state (const KioskAuditWriter *self)
{
  return kiosk_audit_keyring_get_state (self->keys);
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
                                           kiosk_audit_writer_get_state (self)->chain.sequence);

  kiosk_append_only_set (self->log, FALSE);
  if (linkat (self->folder, KIOSK_AUDIT_FILE_NAME, self->folder, name, 0) < 0
      || fsync (self->folder) < 0)
    g_warning ("the audit log that failed keeps no second name: %s, ignoring", g_strerror (errno));
}

/* Takes over @failure and repeats it in @error. Always FALSE. @of_disk: not for want of room. */
gboolean
kiosk_audit_writer_fail (KioskAuditWriter *self, GError *failure, gboolean of_disk, GError **error)
{
  self->failure = failure;
  g_clear_handle_id (&self->sync_source, g_source_remove);
  kiosk_audit_writer_stop_heartbeat (self);
  if (of_disk)
    name_failed (self);
  if (self->events != NULL && self->failed_source == 0)
    self->failed_source = g_idle_add_full (G_PRIORITY_HIGH, on_failed, self, NULL);
  g_propagate_error (error, g_error_copy (failure));
  return FALSE;
}

gboolean
kiosk_audit_writer_check_alive (const KioskAuditWriter *self, GError **error)
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
    kiosk_append_only_set (self->log, FALSE);
  if (ftruncate (self->log, (off_t) self->size) < 0)
    g_warning ("half a record stays at the end of the audit log: %s, ignoring", g_strerror (errno));
  if (self->append_only)
    kiosk_append_only_set (self->log, TRUE);
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
      return kiosk_audit_writer_fail (self, g_steal_pointer (&failure), saved != ENOSPC, error);
    }
  self->size += length;
  self->unsynced++;
  return TRUE;
}

/* Encodes and writes; the keys in memory have moved on then, also when the write failed: nothing is written after that. */
gboolean
kiosk_audit_writer_add (KioskAuditWriter *self, const KioskAuditRecord *record, const guint8 *seed,
                        GBytes **written, GError **error)
{
  g_autoptr (GBytes) line
      = kiosk_audit_encode (record, kiosk_audit_writer_get_state (self), seed, error);

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

  if (!kiosk_audit_writer_check_alive (self, error))
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
  return kiosk_audit_writer_fail (self, failure, TRUE, error);
}

static gboolean
on_group_due (gpointer user_data)
{
  KioskAuditWriter *self = user_data;

  self->sync_source = 0;
  kiosk_audit_writer_sync (self, NULL); /* a failure goes to the callback */
  return G_SOURCE_REMOVE;
}

void
kiosk_audit_writer_arm_group (KioskAuditWriter *self)
{
  if (self->unsynced > 0 && self->sync_source == 0)
    self->sync_source
        = g_timeout_add_full (G_PRIORITY_HIGH, SYNC_DELAY_MS, on_group_due, self, NULL);
}

/* ---- What others call ---- */

gboolean
kiosk_audit_writer_append (KioskAuditWriter *self, const KioskAuditRecord *record, gboolean durable,
                           guint64 *sequence, GError **error)
{
  guint64 number;

  if (!kiosk_audit_writer_check_alive (self, error)
      || !kiosk_audit_writer_add (self, record, NULL, NULL, error))
    return FALSE;
  number = kiosk_audit_writer_get_state (self)->chain.sequence;
  if (!kiosk_audit_writer_settle (self, record, durable, error))
    return FALSE;
  if (sequence != NULL)
    *sequence = number;
  return TRUE;
}

void
kiosk_audit_writer_close (KioskAuditWriter *self)
{
  if (self == NULL)
    return;
  if (self->events != NULL && self->failure == NULL
      && !kiosk_audit_writer_seal (self, KIOSK_ACTION_LOG_CLOSED, KIOSK_REASON_CHECKPOINT_END, NULL,
                                   NULL))
    g_warning ("the last records of the audit log may be lost: %s",
               self->failure != NULL ? self->failure->message : "not written");
  kiosk_audit_packer_free (self->packer);
  kiosk_audit_writer_stop_heartbeat (self);
  g_clear_handle_id (&self->sync_source, g_source_remove);
  g_clear_handle_id (&self->failed_source, g_source_remove);
  g_clear_handle_id (&self->full_source, g_source_remove);
  g_clear_handle_id (&self->sealed_source, g_source_remove);
  g_clear_pointer (&self->keys, kiosk_audit_keyring_free);
  kiosk_fd_clear (&self->log);
  kiosk_fd_clear (&self->folder);
  g_clear_error (&self->failure);
  g_free (self);
}

void
kiosk_audit_writer_set_settings (KioskAuditWriter *self, const KioskAuditSettings *settings)
{
  self->settings = *settings;
  self->settings.auditors = NULL;
  self->settings.collector = NULL;
  self->receipt_known = FALSE;
  if (settings->collector != NULL)
    {
      memcpy (self->collector, settings->collector, sizeof self->collector);
      self->settings.collector = self->collector;
    }
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
  return self->ballast && kiosk_audit_ballast_room (self->folder) >= self->settings.floor;
}

char *
kiosk_audit_writer_find_failed (KioskAuditWriter *self)
{
  return kiosk_audit_folder_find_failed (self->folder);
}

void
kiosk_audit_writer_get_chain (const KioskAuditWriter *self, KioskAuditChain *chain)
{
  *chain = kiosk_audit_writer_get_state (self)->chain;
}

gboolean
kiosk_audit_writer_get_seal (const KioskAuditWriter *self, guint64 *sequence, gint64 *time,
                             char code[KIOSK_AUDIT_SEAL_SIZE])
{
  if (self->seal_sequence == 0)
    return FALSE;
  *sequence = self->seal_sequence;
  *time = self->seal_time;
  kiosk_audit_seal_code (kiosk_audit_writer_get_state (self)->log_key, self->seal_hash, code);
  return TRUE;
}

gboolean
kiosk_audit_writer_is_append_only (const KioskAuditWriter *self)
{
  return self->append_only;
}
