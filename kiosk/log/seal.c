/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-log"

#include "kiosk/log/seal.h"

#include "kiosk/log/enrolment.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/audit-fields.h"

#include <string.h>

/* Nearly all lines are no checkpoints, so that is asked first. */

static gboolean
read_chain (const char *line, gsize length, guint8 *hash)
{
  static const char name[] = "\",\"chain\":\"";
  const char *found = memmem (line, length, name, sizeof name - 1);
  char hex[2 * KIOSK_AUDIT_HASH_SIZE + 1];

  if (found == NULL || (gsize) (line + length - found) < sizeof name - 1 + sizeof hex - 1)
    return FALSE;
  memcpy (hex, found + sizeof name - 1, sizeof hex - 1);
  hex[sizeof hex - 1] = '\0';
  return kiosk_hex_to_bytes (hex, hash, KIOSK_AUDIT_HASH_SIZE);
}

gboolean
kiosk_seal_read (const char *line, gsize length, KioskSeal *seal)
{
  static const char mark[] = "\",\"signature\":\"";
  KioskAuditCursor cursor;
  KioskAuditField field;
  gboolean sealed = FALSE;

  *seal = (KioskSeal){ 0 };
  if (line == NULL || memmem (line, length, mark, sizeof mark - 1) == NULL)
    return FALSE;
  kiosk_audit_cursor_init (&cursor, line, length);
  while (kiosk_audit_cursor_next (&cursor, &field))
    if (kiosk_audit_field_is (&field, "@timestamp"))
      kiosk_audit_field_time (&field, &seal->time);
    else if (kiosk_audit_field_is (&field, "event.sequence"))
      kiosk_audit_field_number (&field, &seal->sequence);
    else if (kiosk_audit_field_is (&field, "event.action")
             || kiosk_audit_field_is (&field, "event.reason"))
      {
        g_autofree char *value = kiosk_audit_field_copy (&field);

        sealed |= kiosk_audit_is_checkpoint (value);
        seal->begins_day |= g_str_equal (value, KIOSK_REASON_CHECKPOINT_DAY)
                            || g_str_equal (value, KIOSK_REASON_CHECKPOINT_BEGIN);
      }
  return sealed && seal->sequence > 0 && read_chain (line, length, seal->chain);
}
