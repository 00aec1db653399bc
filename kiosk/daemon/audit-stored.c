/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-stored.h"

#include "kiosk/model/audit-actions.h"

#include <sodium.h>
#include <string.h>

/* Inside a string every quotation mark has a backslash before it: so a name with its quotation marks and the colon stands in a line once, where the
 * member is ("Line" in kiosk/docs/AUDIT-FORMAT.md), and searching is as good as parsing. */

static const char *
find (const char *line, gsize length, const char *text)
{
  return memmem (line, length, text, strlen (text));
}

gboolean
kiosk_audit_stored_has (const char *line, gsize length, const char *name, const char *value)
{
  g_autofree char *member = g_strdup_printf ("\"%s\":\"%s\"", name, value);

  return find (line, length, member) != NULL;
}

guint64
kiosk_audit_stored_sequence (const char *line, gsize length)
{
  static const char name[] = ",\"event.sequence\":";
  const char *p = find (line, length, name);
  guint64 number = 0;

  if (p == NULL)
    return 0;
  for (p += sizeof name - 1; p < line + length && g_ascii_isdigit (*p); p++)
    number = number * 10 + (guint64) g_ascii_digit_value (*p);
  return number;
}

gint64
kiosk_audit_stored_time (const char *line, gsize length)
{
  static const char name[] = "{\"@timestamp\":\"";
  const gsize size = sizeof "2026-11-21T10:30:15.123456Z" - 1;
  g_autofree char *text = NULL;
  g_autoptr (GDateTime) time = NULL;

  if (length < sizeof name - 1 + size || memcmp (line, name, sizeof name - 1) != 0)
    return -1;
  text = g_strndup (line + sizeof name - 1, size);
  time = g_date_time_new_from_iso8601 (text, NULL);
  return time == NULL
             ? -1
             : g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
}

gboolean
kiosk_audit_stored_ends_with (const char *line, gsize length, const guint8 *hash)
{
  g_autoptr (GString) member = g_string_new ("\",\"chain\":\"");
  const char *tail = find (line, length, ",\"kiosk.integrity\":{");

  for (guint i = 0; i < KIOSK_AUDIT_HASH_SIZE; i++)
    g_string_append_printf (member, "%02x", hash[i]);
  return tail != NULL && find (tail, (gsize) (line + length - tail), member->str) != NULL;
}

gboolean
kiosk_audit_stored_is_checkpoint (const char *line, gsize length)
{
  static const char *const actions[]
      = { KIOSK_ACTION_LOG_BEGUN, KIOSK_ACTION_CHECKPOINT, KIOSK_ACTION_LOG_CLOSED };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (kiosk_audit_stored_has (line, length, "event.action", actions[i]))
      return TRUE;
  return FALSE;
}

gboolean
kiosk_audit_stored_read_seal (const char *line, gsize length, KioskAuditDaySeal *seal)
{
  static const char chain[] = "\",\"chain\":\"";
  KioskAuditDaySeal found = { .sequence = kiosk_audit_stored_sequence (line, length),
                              .time = kiosk_audit_stored_time (line, length) };
  const char *at;

  if (!kiosk_audit_stored_is_checkpoint (line, length)
      || (!kiosk_audit_stored_has (line, length, "event.reason", KIOSK_REASON_CHECKPOINT_DAY)
          && !kiosk_audit_stored_has (line, length, "event.reason", KIOSK_REASON_CHECKPOINT_BEGIN)))
    return FALSE;
  at = find (line, length, chain);
  if (at == NULL
      || sodium_hex2bin (found.hash, sizeof found.hash, at + sizeof chain - 1,
                         2 * sizeof found.hash, NULL, NULL, NULL)
             != 0)
    return FALSE;
  *seal = found;
  return TRUE;
}

gboolean
kiosk_audit_lines_feed (KioskAuditLines *self, const char *bytes, gsize length,
                        KioskAuditOnLine on_line, gpointer user_data)
{
  while (length > 0)
    {
      const char *end = memchr (bytes, '\n', length);
      gsize part = end != NULL ? (gsize) (end - bytes) + 1 : length;

      if (self->length + part > sizeof self->bytes)
        return FALSE;
      memcpy (self->bytes + self->length, bytes, part);
      self->length += part;
      bytes += part;
      length -= part;
      if (end != NULL)
        {
          gsize whole = self->length;

          self->length = 0;
          if (!on_line (self->bytes, whole, user_data))
            return FALSE;
        }
    }
  return TRUE;
}
