/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "row.h"

#include "texts.h"

#include "kiosk/model/audit-actions.h"

/* One row and its words. No queries. */

struct _KioskRow {
  GObject parent_instance;
  KioskIndexRecord *record;
  char *fault;
};

G_DEFINE_FINAL_TYPE (KioskRow, kiosk_row, G_TYPE_OBJECT)

static void
kiosk_row_finalize (GObject *object)
{
  KioskRow *self = KIOSK_ROW (object);

  g_clear_pointer (&self->record, kiosk_index_record_free);
  g_free (self->fault);
  G_OBJECT_CLASS (kiosk_row_parent_class)->finalize (object);
}

static void
kiosk_row_class_init (KioskRowClass *class)
{
  G_OBJECT_CLASS (class)->finalize = kiosk_row_finalize;
}

static void
kiosk_row_init (KioskRow *self)
{
}

KioskRow *
kiosk_row_new (KioskIndexRecord *record)
{
  KioskRow *self = g_object_new (KIOSK_TYPE_ROW, NULL);

  self->record = record;
  return self;
}

KioskRow *
kiosk_row_new_fault (const KioskIndexLog *log)
{
  KioskRow *self = g_object_new (KIOSK_TYPE_ROW, NULL);
  const KioskAuditReport *report = &log->report;

  if (report->fault == KIOSK_AUDIT_MISSING && report->sequence > report->expected)
    {
      g_autofree char *n = kiosk_say_number (report->sequence - report->expected);
      g_autofree char *a = kiosk_say_number (report->expected);
      g_autofree char *b = kiosk_say_number (report->sequence - 1);

      self->fault
          = kiosk_say_format (KIOSK_SAY_GAP_ROW, "n", n, "a", a, "b", b, "name", log->host, NULL);
    }
  else
    self->fault = kiosk_say_format (
        KIOSK_SAY_FAULT_ROW, "fault",
        kiosk_audit_fault_text (report->fault, kiosk_say_is_japanese ()), "name", log->host, NULL);
  return self;
}

const KioskIndexRecord *
kiosk_row_get_record (KioskRow *self)
{
  return self->record;
}

const char *
kiosk_row_get_fault (KioskRow *self)
{
  return self->fault;
}

char *
kiosk_record_describe_outcome (const KioskIndexRecord *record)
{
  const KioskAuditAction *action = kiosk_audit_action_find (record->action);
  /* That a refusal succeeded is not what a person understands by success. */
  gboolean refused = action != NULL && g_str_equal (action->type, "denied")
                     && g_str_equal (record->outcome, "success");
  g_autofree char *outcome
      = refused ? g_strdup (kiosk_say (KIOSK_SAY_REFUSED)) : kiosk_say_outcome (record->outcome);
  g_autofree char *reason = kiosk_say_reason (record->reason);

  if (*reason == '\0')
    return g_steal_pointer (&outcome);
  return g_strdup_printf (kiosk_say_is_japanese () ? "%s（%s）" : "%s (%s)", outcome, reason);
}

char *
kiosk_record_describe_action (const KioskIndexRecord *record)
{
  g_autofree char *action = kiosk_say_action (record->action);
  const char *on = *record->server != '\0' ? record->server : record->ticket;

  return *on != '\0' ? g_strdup_printf ("%s　%s", action, on) : g_steal_pointer (&action);
}

const char *
kiosk_record_get_icon (const KioskIndexRecord *record, const char **colour)
{
  const KioskAuditAction *action = kiosk_audit_action_find (record->action);
  gboolean refused = action != NULL && g_str_equal (action->type, "denied");

  if (record->trouble && refused)
    {
      *colour = "err-text";
      return "kiosk-refused-symbolic";
    }
  if (record->trouble || g_str_equal (record->outcome, "failure"))
    {
      *colour = "warn-text";
      return "dialog-warning-symbolic";
    }
  if (g_str_equal (record->action, KIOSK_ACTION_LOCK))
    {
      *colour = "dim-label";
      return "system-lock-screen-symbolic";
    }
  if (g_str_equal (record->outcome, "success"))
    {
      *colour = "ok-text";
      return "object-select-symbolic";
    }
  *colour = "dim-label";
  return "content-loading-symbolic";
}
