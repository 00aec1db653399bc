/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/audit-fields.h"

#include <string.h>

/* Walks over the members of a line as they are stored. It is what building an index does most, so it looks at each byte once, with
 * memchr(3), and leaves it where it is. It believes nothing: a line may come from anybody. */

#define TAIL_NAME "kiosk.integrity"
#define MICROSECONDS ((gint64) 1000000)

/* ---- The cursor ---- */

static gboolean
fail (KioskAuditCursor *cursor)
{
  cursor->next = NULL;
  cursor->broken = TRUE;
  return FALSE;
}

/* The quotation mark that ends the string which begins at @text; NULL without one. */
static const char *
find_quote (const char *text, const char *end, gboolean *escaped)
{
  const char *quote = memchr (text, '"', (gsize) (end - text));

  *escaped = FALSE;
  if (quote == NULL || memchr (text, '\\', (gsize) (quote - text)) == NULL)
    return quote;

  *escaped = TRUE;
  for (const char *p = text; p < end; p++)
    {
      if (*p == '"')
        return p;
      if (*p == '\\')
        p++;
    }
  return NULL;
}

/* After a member comes a comma and a name, or the end of the object. */
static gboolean
step (KioskAuditCursor *cursor, const char *behind)
{
  if (behind >= cursor->end)
    return fail (cursor);
  if (*behind == ',')
    cursor->next = behind + 1;
  else if (*behind == '}' && behind + 1 == cursor->end)
    cursor->next = NULL;
  else
    return fail (cursor);
  return TRUE;
}

void
kiosk_audit_cursor_init (KioskAuditCursor *cursor, const char *line, gsize length)
{
  *cursor = (KioskAuditCursor){ 0 };
  if (length > 0 && line[length - 1] == '\n')
    length--;
  cursor->end = line + length;
  cursor->broken = length < 2 || *line != '{';
  cursor->next = cursor->broken ? NULL : line + 1;
}

gboolean
kiosk_audit_cursor_next (KioskAuditCursor *cursor, KioskAuditField *field)
{
  const char *p = cursor->next, *quote;

  if (p == NULL)
    return FALSE;
  if (p >= cursor->end || *p != '"')
    return fail (cursor);
  quote = memchr (p + 1, '"', (gsize) (cursor->end - p - 1));
  if (quote == NULL || cursor->end - quote < 3 || quote[1] != ':')
    return fail (cursor);
  field->name = p + 1;
  field->name_length = (gsize) (quote - field->name);

  p = quote + 2;
  field->is_string = *p == '"';
  field->is_escaped = FALSE;
  if (field->is_string)
    {
      field->value = p + 1;
      quote = find_quote (field->value, cursor->end, &field->is_escaped);
      if (quote == NULL)
        return fail (cursor);
      field->value_length = (gsize) (quote - field->value);
      return step (cursor, quote + 1);
    }
  if (*p == '{' && kiosk_audit_field_is (field, TAIL_NAME))
    {
      cursor->next = NULL;
      return FALSE;
    }
  field->value = p;
  while (p < cursor->end && g_ascii_isdigit (*p))
    p++;
  field->value_length = (gsize) (p - field->value);
  return field->value_length > 0 ? step (cursor, p) : fail (cursor);
}

/* ---- A field ---- */

gboolean
kiosk_audit_field_is (const KioskAuditField *field, const char *name)
{
  return strlen (name) == field->name_length && memcmp (name, field->name, field->name_length) == 0;
}

char *
kiosk_audit_field_copy (const KioskAuditField *field)
{
  g_autofree char *text = g_strndup (field->value, field->value_length);
  char *to = text;

  if (field->is_escaped)
    {
      for (const char *from = text; *from != '\0'; from++)
        {
          if (*from == '\\' && from[1] != '\0')
            from++;
          *to++ = *from;
        }
      *to = '\0';
    }
  return g_utf8_make_valid (text, -1);
}

gboolean
kiosk_audit_field_number (const KioskAuditField *field, guint64 *number)
{
  guint64 value = 0;

  if (field->is_string || field->value_length == 0)
    return FALSE;
  for (gsize i = 0; i < field->value_length; i++)
    {
      guint digit = (guint) (field->value[i] - '0');

      if (digit > 9 || value > ((guint64) G_MAXINT64 - digit) / 10)
        return FALSE;
      value = value * 10 + digit;
    }
  *number = value;
  return TRUE;
}

/* @count digits at @text. */
static gboolean
read_digits (const char *text, guint count, gint64 *value)
{
  *value = 0;
  for (guint i = 0; i < count; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      *value = *value * 10 + (text[i] - '0');
    }
  return TRUE;
}

/* Days since 1970-01-01 in the Gregorian calendar; years are counted from March, so that the leap day is the last. */
static gint64
count_days (gint64 year, gint64 month, gint64 day)
{
  gint64 y = month > 2 ? year : year - 1;
  gint64 m = month > 2 ? month - 3 : month + 9;

  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

gboolean
kiosk_audit_field_time (const KioskAuditField *field, gint64 *realtime)
{
  static const char form[] = "0000-00-00T00:00:00.000000Z";
  const char *text = field->value;
  gint64 year, month, day, hour, minute, second, fraction;

  if (!field->is_string || field->value_length != sizeof form - 1)
    return FALSE;
  for (gsize i = 0; i < sizeof form - 1; i++)
    if (form[i] != '0' && text[i] != form[i])
      return FALSE;
  if (!read_digits (text, 4, &year) || !read_digits (text + 5, 2, &month)
      || !read_digits (text + 8, 2, &day) || !read_digits (text + 11, 2, &hour)
      || !read_digits (text + 14, 2, &minute) || !read_digits (text + 17, 2, &second)
      || !read_digits (text + 20, 6, &fraction))
    return FALSE;
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59
      || second > 60)
    return FALSE;
  *realtime
      = ((count_days (year, month, day) * 24 + hour) * 3600 + minute * 60 + second) * MICROSECONDS
        + fraction;
  return TRUE;
}
