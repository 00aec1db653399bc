/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-ballast.h"
#include "audit-day.h"
#include "audit-forerunner.h"
#include "audit-opening.h"
#include "audit-pack.h"
#include "audit-receipts.h"
#include "audit-writer-private.h"

#include "kiosk/base/append-only.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* From what audit-opening.c found to a writer that has written its first records. */

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

/* Whether the log before this one was set aside. Only as record 2, which also comes when the machine stopped behind record 1: in a log that has gone on the note
 * is one that was read before, or not meant for it. */
static gboolean
write_forerunner (KioskAuditWriter *self, GError **error)
{
  g_auto (KioskForerunner) found = { 0 };
  g_autofree char *text = NULL;
  KioskAuditForerunner what = kiosk_audit_forerunner_read (self->folder, &found, &text);
  gboolean good = what == KIOSK_AUDIT_FORERUNNER_GOOD;
  KioskAuditRecord record = { 0 };

  if (what == KIOSK_AUDIT_FORERUNNER_ABSENT)
    return TRUE;
  if (good && kiosk_audit_writer_get_state (self)->chain.sequence == 1)
    text = kiosk_forerunner_describe (&found);
  if (text != NULL)
    {
      self->event_table.fill (&record, self->user_data);
      record.action = KIOSK_ACTION_LOG_BEGUN_ANEW;
      record.outcome = good ? KIOSK_OUTCOME_SUCCESS : KIOSK_OUTCOME_FAILURE;
      record.reason = good ? KIOSK_REASON_SET_ASIDE : KIOSK_REASON_FORERUNNER;
      record.last = found.last.sequence;
      record.detail = text;
      if (!kiosk_audit_writer_append (self, &record, TRUE, NULL, error))
        return FALSE;
    }
  kiosk_audit_forerunner_put_away (self->folder, what);
  return TRUE;
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
  return kiosk_audit_writer_begin_file (self, line, now.boottime, error);
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
  if (kiosk_audit_writer_get_state (self)->chain.sequence == 0)
    {
      if (!kiosk_audit_writer_seal (self, KIOSK_ACTION_LOG_BEGUN, KIOSK_REASON_CHECKPOINT_BEGIN,
                                    NULL, error))
        return FALSE;
    }
  else if (self->open_records >= KIOSK_AUDIT_OPEN_RECORDS_MAX
           && !kiosk_audit_writer_checkpoint (self, KIOSK_REASON_CHECKPOINT_COUNT, error))
    return FALSE;
  if (!write_forerunner (self, error))
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
take_over (KioskAuditWriter *self, KioskAuditOpening *opening, const KioskAuditRecord *now)
{
  self->log = kiosk_fd_steal (&opening->log);
  self->keys = g_steal_pointer (&opening->keys);
  self->size = opening->size;
  self->first = opening->first;
  self->born_at
      = now->boottime - (opening->begun >= 0 ? MAX (now->realtime - opening->begun, 0) : 0);
  self->open_records = opening->open_records;
  self->append_only = kiosk_append_only_set (self->log, TRUE);
}

KioskAuditWriter *
kiosk_audit_writer_open (const char *directory, const KioskAuditSettings *settings,
                         const KioskAuditWriterEvents *events, gpointer user_data, GError **error)
{
  g_autoptr (KioskAuditWriter) self = g_new0 (KioskAuditWriter, 1);
  g_auto (KioskAuditOpening) opening = { .log = -1 };
  g_autoptr (GError) no_room = NULL;
  g_autoptr (GError) torn = NULL;
  KioskAuditRecord now = { 0 };

  self->log = -1;
  self->event_table = *events;
  self->user_data = user_data;
  self->retention_due = TRUE;
  kiosk_audit_writer_set_settings (self, settings);
  self->folder = kiosk_audit_folder_open (directory, error);
  events->fill (&now, user_data);
  if (self->folder < 0
      || !kiosk_audit_opening_find (&opening, self->folder, now.host_id, now.realtime,
                                    settings->auditors, error))
    return NULL;
  take_over (self, &opening, &now);
  if (opening.seal.sequence > 0
      || (self->first > 1
          && kiosk_audit_day_find (directory, kiosk_audit_writer_get_state (self)->log_key,
                                   &opening.seal)))
    kiosk_audit_writer_take_seal (self, opening.seal.sequence, opening.seal.time,
                                  opening.seal.hash);
  if (!kiosk_audit_receipts_mend (self->folder, &torn))
    g_warning ("Receipts: %s, ignoring", torn->message);
  self->ballast = kiosk_audit_ballast_load (self->folder, &no_room);
  if (!self->ballast)
    g_message ("Audit log: %s", no_room->message);
  self->packer = kiosk_audit_packer_new (directory);
  if (!write_first_records (self, &opening, error))
    return NULL;
  kiosk_audit_packer_wake (self->packer, self->first);
  if (self->heartbeat == NULL) /* nothing was due */
    kiosk_audit_writer_arm_heartbeat (self);
  /* from here on only: who gets no writer hears of a failure from @error */
  self->events = &self->event_table;
  return g_steal_pointer (&self);
}
