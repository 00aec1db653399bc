/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-filter.h"

#include "kiosk/model/audit-fields.h"

#include <string.h>

/* A filter over stored lines, without an index: for an export everything is read once anyway. */

typedef struct {
  const char *name;
  const char *wanted; /* NULL: any */
  gboolean found;
} Wanted;

/* A value with escapes is compared without them. */
static gboolean
equals (const KioskAuditField *field, const char *wanted)
{
  g_autofree char *text = NULL;

  if (!field->is_escaped)
    return strlen (wanted) == field->value_length
           && memcmp (wanted, field->value, field->value_length) == 0;
  text = kiosk_audit_field_copy (field);
  return g_str_equal (text, wanted);
}

static gboolean
contains (const KioskAuditField *field, const char *part)
{
  g_autofree char *text = NULL;

  if (!field->is_escaped)
    return memmem (field->value, field->value_length, part, strlen (part)) != NULL;
  text = kiosk_audit_field_copy (field);
  return strstr (text, part) != NULL;
}

static gboolean
is_in_time (const KioskExportFilter *filter, const KioskAuditField *field)
{
  g_autofree char *time = kiosk_audit_field_copy (field);

  return (filter->since == NULL || strcmp (time, filter->since) >= 0)
         && (filter->until == NULL || strcmp (time, filter->until) < 0);
}

gboolean
kiosk_export_filter_passes (const KioskExportFilter *filter, const char *line, gsize length,
                            gboolean *broken)
{
  Wanted wanted[] = {
    { "destination.address", filter->server, FALSE },
    { "event.action", filter->action, FALSE },
    { "event.category", filter->category, FALSE },
    { "event.outcome", filter->outcome, FALSE },
    { "event.reason", filter->reason, FALSE },
    { "host.id", filter->terminal, FALSE },
    { "kiosk.session", filter->session, FALSE },
    { "kiosk.ticket", filter->ticket, FALSE },
    { "user.id", filter->user, FALSE },
  };
  gboolean in_time = filter->since == NULL && filter->until == NULL;
  gboolean has_text = filter->text == NULL, all = TRUE;
  KioskAuditCursor cursor;
  KioskAuditField field;

  kiosk_audit_cursor_init (&cursor, line, length);
  while (kiosk_audit_cursor_next (&cursor, &field))
    {
      for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
        if (wanted[i].wanted != NULL && kiosk_audit_field_is (&field, wanted[i].name))
          wanted[i].found = equals (&field, wanted[i].wanted);
      if (!in_time && kiosk_audit_field_is (&field, "@timestamp"))
        in_time = is_in_time (filter, &field);
      has_text = has_text || contains (&field, filter->text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    all = all && (wanted[i].wanted == NULL || wanted[i].found);
  *broken = cursor.broken;
  return !cursor.broken && all && in_time && has_text;
}
