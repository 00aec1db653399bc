/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "import-fields.h"

#include "kiosk/base/text.h"
#include "kiosk/model/audit.h"

#include <string.h>

/* One pass over a line, for an import. Pure. */

#define NAME(text)                                                                                 \
  {                                                                                                \
    text, sizeof text - 1                                                                          \
  }

static const struct {
  const char *name;
  gsize length;
} names[N_FIELDS] = {
  [FIELD_TIME] = NAME ("@timestamp"),
  [FIELD_SERVER] = NAME ("destination.address"),
  [FIELD_ADDRESS] = NAME ("destination.ip"),
  [FIELD_ACTION] = NAME ("event.action"),
  [FIELD_DURATION] = NAME ("event.duration"),
  [FIELD_END] = NAME ("event.end"),
  [FIELD_OUTCOME] = NAME ("event.outcome"),
  [FIELD_REASON] = NAME ("event.reason"),
  [FIELD_SEQUENCE] = NAME ("event.sequence"),
  [FIELD_START] = NAME ("event.start"),
  [FIELD_SITE] = NAME ("host.geo.name"),
  [FIELD_HOST] = NAME ("host.id"),
  [FIELD_APPROVER] = NAME ("kiosk.approval.by"),
  [FIELD_ORDER] = NAME ("kiosk.approval.order"),
  [FIELD_COUNT] = NAME ("kiosk.count"),
  [FIELD_OUTAGE] = NAME ("kiosk.outage"),
  [FIELD_PURPOSE] = NAME ("kiosk.purpose"),
  [FIELD_REFERENCE] = NAME ("kiosk.reference"),
  [FIELD_SESSION] = NAME ("kiosk.session"),
  [FIELD_TICKET] = NAME ("kiosk.ticket"),
  [FIELD_DETAIL] = NAME ("message"),
  [FIELD_NAME] = NAME ("user.full_name"),
  [FIELD_PERSON] = NAME ("user.id"),
};

/* Where a field's name is among the names from @from on; N_FIELDS: nowhere. Names ascend on both sides, so the
 * search goes on where the last one ended. */
static guint
find (const KioskAuditField *field, guint from)
{
  for (guint i = from; i < N_FIELDS; i++)
    if (names[i].length == field->name_length
        && memcmp (names[i].name, field->name, field->name_length) == 0)
      return i;
  return N_FIELDS;
}

gboolean
kiosk_import_parse (const char *line, gsize length, KioskImportLine *parsed)
{
  KioskAuditCursor cursor;
  KioskAuditField field;
  guint from = 0;

  *parsed = (KioskImportLine){ 0 };
  kiosk_audit_cursor_init (&cursor, line, length);
  while (kiosk_audit_cursor_next (&cursor, &field))
    {
      guint i = find (&field, from);

      if (i == N_FIELDS)
        continue; /* most names are none of ours; one that is out of order is not believed */
      parsed->fields[i] = field;
      from = i + 1;
    }
  return !cursor.broken && parsed->fields[FIELD_ACTION].value != NULL;
}

gboolean
kiosk_import_is (const KioskImportLine *parsed, KioskImportField field, const char *word)
{
  const KioskAuditField *self = &parsed->fields[field];

  return self->value != NULL && self->value_length == strlen (word)
         && memcmp (self->value, word, self->value_length) == 0;
}

/* Nothing in it that cleaning could change: most values are such, and cleaning is slow. */
static gboolean
is_plain (const KioskAuditField *field)
{
  if (field->is_escaped)
    return FALSE;
  for (gsize i = 0; i < field->value_length; i++)
    if (field->value[i] < 0x20 || field->value[i] > 0x7e)
      return FALSE;
  return TRUE;
}

char *
kiosk_import_text (const KioskImportLine *parsed, KioskImportField field)
{
  g_autofree char *raw = NULL;

  if (parsed->fields[field].value == NULL)
    return g_strdup ("");
  if (is_plain (&parsed->fields[field]))
    return g_strndup (parsed->fields[field].value, parsed->fields[field].value_length);
  raw = kiosk_audit_field_copy (&parsed->fields[field]);
  return kiosk_text_clean (raw, KIOSK_AUDIT_LINE_MAX);
}

guint64
kiosk_import_number (const KioskImportLine *parsed, KioskImportField field)
{
  guint64 number = 0;

  if (parsed->fields[field].value != NULL)
    kiosk_audit_field_number (&parsed->fields[field], &number);
  return number;
}

gint64
kiosk_import_time (const KioskImportLine *parsed, KioskImportField field)
{
  gint64 time = 0;

  if (parsed->fields[field].value != NULL)
    kiosk_audit_field_time (&parsed->fields[field], &time);
  return time;
}
