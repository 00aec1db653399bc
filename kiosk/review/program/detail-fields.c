/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "detail-fields.h"

#include "texts.h"

#include "kiosk/model/audit-fields.h"

/* From members of a line to words. */

#define VALUE_CHARS 400

typedef enum { PLAIN, TIME, NANOSECONDS, MICROSECONDS, STATE, OUTAGE } Kind;

static const struct {
  const char *field;
  KioskSay name;
  Kind kind;
} known[] = {
  { "destination.address", KIOSK_SAY_SERVER, PLAIN },
  { "kiosk.ticket", KIOSK_SAY_TICKET, PLAIN },
  { "kiosk.purpose", KIOSK_SAY_PURPOSE, PLAIN },

  { "message", KIOSK_SAY_DETAIL, PLAIN },
  { "kiosk.reference", KIOSK_SAY_REFERENCE, PLAIN },
  { "kiosk.session", KIOSK_SAY_SESSION, PLAIN },
  { "kiosk.approval.by", KIOSK_SAY_APPROVED_BY, PLAIN },
  { "kiosk.approval.order", KIOSK_SAY_ORDER, PLAIN },
  { "destination.ip", KIOSK_SAY_ADDRESS, PLAIN },
  { "source.ip", KIOSK_SAY_SOURCE, PLAIN },
  { "kiosk.outage", KIOSK_SAY_OUTAGE_OF, OUTAGE },
  { "event.start", KIOSK_SAY_FROM, TIME },
  { "event.end", KIOSK_SAY_UNTIL, TIME },
  { "event.duration", KIOSK_SAY_DURATION, NANOSECONDS },
  { "kiosk.count", KIOSK_SAY_COUNT, PLAIN },
  { "kiosk.clock", KIOSK_SAY_CLOCK, STATE },
  { "tls.server.hash.sha256", KIOSK_SAY_CERTIFICATE, PLAIN },
  { "kiosk.policy", KIOSK_SAY_POLICY, PLAIN },
  { "kiosk.boot", KIOSK_SAY_BOOT, PLAIN },
  { "kiosk.monotonic", KIOSK_SAY_UPTIME, MICROSECONDS },
};

/* Shown above the list, or the same in every record. */
static const char *const elsewhere[]
    = { "@timestamp",   "event.action",  "event.category", "event.kind",     "event.outcome",
        "event.reason", "event.type",    "ecs.version",    "event.sequence", "host.id",
        "host.name",    "host.geo.name", "user.id",        "user.name",      "user.full_name" };

void
kiosk_detail_field_free (KioskDetailField *field)
{
  g_free (field->name);
  g_free (field->value);
  g_free (field);
}

static char *
value_of (const KioskAuditField *field, Kind kind)
{
  g_autofree char *raw = kiosk_audit_field_copy (field);
  gint64 time;
  guint64 number;

  switch (kind)
    {

    case TIME:
      if (kiosk_audit_field_time (field, &time))
        return kiosk_say_stamp (time);
      break;
    case NANOSECONDS:
      if (kiosk_audit_field_number (field, &number))
        return kiosk_say_span ((gint64) (number / 1000));
      break;
    case MICROSECONDS:
      if (kiosk_audit_field_number (field, &number))
        return kiosk_say_span ((gint64) MIN (number, G_MAXINT64));
      break;
    case STATE:
      return g_strdup (
          kiosk_say (g_str_equal (raw, "synchronised") ? KIOSK_SAY_CLOCK_OK : KIOSK_SAY_CLOCK_OFF));
    case OUTAGE:
      if (g_str_equal (raw, "line") || g_str_equal (raw, "gateway") || g_str_equal (raw, "server"))
        return g_strdup (kiosk_say (g_str_equal (raw, "line")      ? KIOSK_SAY_LINE
                                    : g_str_equal (raw, "gateway") ? KIOSK_SAY_GATEWAY
                                                                   : KIOSK_SAY_SERVER));
      break;
    case PLAIN:
      break;
    }
  return kiosk_text_clean (raw, VALUE_CHARS);
}

static char *
name_of (const KioskAuditField *field)
{
  g_autofree char *name = g_strndup (field->name, field->name_length);

  return kiosk_text_clean (name, 64);
}

static void
append (GPtrArray *fields, char *name, char *value)
{
  KioskDetailField *field = g_new0 (KioskDetailField, 1);

  field->name = name;
  field->value = value;
  g_ptr_array_add (fields, field);
}

static void
add_known (GPtrArray *fields, const char *line, gsize length, guint which)
{
  KioskAuditCursor cursor;
  KioskAuditField field;

  kiosk_audit_cursor_init (&cursor, line, length);
  while (kiosk_audit_cursor_next (&cursor, &field))
    if (kiosk_audit_field_is (&field, known[which].field))
      append (fields, g_strdup (kiosk_say (known[which].name)),
              value_of (&field, known[which].kind));
}

static gboolean
is_other (const KioskAuditField *field)
{
  for (guint i = 0; i < G_N_ELEMENTS (elsewhere); i++)
    if (kiosk_audit_field_is (field, elsewhere[i]))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (kiosk_audit_field_is (field, known[i].field))
      return FALSE;
  return TRUE;
}

GPtrArray *
kiosk_detail_fields (const char *line, gsize length)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_detail_field_free);
  KioskAuditCursor cursor;
  KioskAuditField field;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    add_known (fields, line, length, i);
  kiosk_audit_cursor_init (&cursor, line, length);
  while (kiosk_audit_cursor_next (&cursor, &field))
    if (is_other (&field))
      append (fields, name_of (&field), value_of (&field, PLAIN));
  return fields;
}
