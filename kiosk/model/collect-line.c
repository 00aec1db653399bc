/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "collect-private.h"

#include "kiosk/model/audit-actions.h"
#include "kiosk/model/audit-fields.h"
#include "kiosk/model/audit-format.h"

#include <sodium.h>
#include <string.h>

/* What a line says of itself, before anything else is known. */

void
kiosk_collect_entry_free (gpointer data)
{
  KioskCollectEntry *self = data;

  g_bytes_unref (self->line);
  g_free (self);
}

gboolean
kiosk_collect_line_ends (const char *bytes, gsize length)
{
  KioskAuditCursor cursor;
  KioskAuditField field;

  kiosk_audit_cursor_init (&cursor, bytes, length);
  while (kiosk_audit_cursor_next (&cursor, &field))
    if (kiosk_audit_field_is (&field, "event.action"))
      {
        g_autofree char *action = kiosk_audit_field_copy (&field);

        return g_str_equal (action, KIOSK_ACTION_LOG_CLOSED)
               || g_str_equal (action, KIOSK_ACTION_POWER_OFF);
      }
  return FALSE;
}

/* What can be told of a line by itself. NULL with *@fault when it is no record. */
KioskCollectEntry *
kiosk_collect_entry_read (GBytes *line, KioskAuditFault *fault, guint64 *sequence)
{
  gsize length;
  const char *bytes = g_bytes_get_data (line, &length);
  guint8 hash[KIOSK_AUDIT_HASH_SIZE];
  KioskAuditLine parts;
  KioskAuditBody body;
  KioskCollectEntry *self;

  *fault = KIOSK_AUDIT_MALFORMED;
  *sequence = 0;
  if (length > KIOSK_AUDIT_LINE_MAX)
    return NULL;
  *sequence = kiosk_audit_line_sequence (bytes, length);
  if (!kiosk_audit_line_split (bytes, length, &parts))
    return NULL;
  kiosk_audit_link (hash, parts.previous, bytes, parts.body_length);
  if (memcmp (hash, parts.chain, sizeof hash) != 0)
    *fault = KIOSK_AUDIT_CHANGED;
  else if (parts.sequence > 0 && kiosk_audit_body_read (bytes, parts.body_length, &body)
           && body.checkpoint == parts.sealed && body.begins == (parts.sequence == 1))
    *fault = KIOSK_AUDIT_OK;
  if (*fault != KIOSK_AUDIT_OK)
    return NULL;

  self = g_new0 (KioskCollectEntry, 1);
  self->line = g_bytes_ref (line);
  self->sequence = parts.sequence;
  self->sealed = parts.sealed;
  self->ends = kiosk_collect_line_ends (bytes, length);
  memcpy (self->previous, parts.previous, sizeof self->previous);
  memcpy (self->chain, parts.chain, sizeof self->chain);
  crypto_generichash (self->digest, sizeof self->digest, (const guint8 *) bytes, length, NULL, 0);
  return self;
}

gboolean
kiosk_collect_is_host (const char *host)
{
  gsize length = strlen (host);

  if (length == 0 || length > 64 || *host == '.' || *host == '-' || g_str_equal (host, "unknown"))
    return FALSE;
  for (const char *p = host; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("-_.", *p) == NULL)
      return FALSE;
  return TRUE;
}

char *
kiosk_collect_line_host (const char *line, gsize length)
{
  KioskAuditCursor cursor;
  KioskAuditField field;

  kiosk_audit_cursor_init (&cursor, line, length);
  while (kiosk_audit_cursor_next (&cursor, &field))
    if (kiosk_audit_field_is (&field, "host.id"))
      {
        g_autofree char *host = kiosk_audit_field_copy (&field);

        return kiosk_collect_is_host (host) ? g_steal_pointer (&host) : NULL;
      }
  return NULL;
}

guint64
kiosk_collect_line_sequence (const char *line, gsize length)
{
  return kiosk_audit_line_sequence (line, length);
}
