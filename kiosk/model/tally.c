/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/tally.h"

#include <string.h>

typedef struct {
  char source[52];
  guint16 reserved, status;
  guint64 time;
} Record;

G_STATIC_ASSERT (sizeof (Record) == KIOSK_TALLY_RECORD);

static guint64
moved (guint64 time, gint64 shift, gint64 now)
{
  gint64 result;

  /* A time that no clock shows is damage; it must not become a later one by overflow. */
  if (time > (guint64) now + G_MAXUINT32)
    return (guint64) now;
  result = (gint64) time + CLAMP (shift, -(gint64) G_MAXUINT32, (gint64) G_MAXUINT32);
  return (guint64) CLAMP (result, 0, now);
}

gboolean
kiosk_tally_move (guint8 *tally, gsize size, gint64 shift, gint64 now)
{
  gboolean changed = FALSE;

  now = CLAMP (now, 0, G_MAXINT64 / 2);
  for (gsize at = 0; at + sizeof (Record) <= size; at += sizeof (Record))
    {
      Record record;
      guint64 time;

      memcpy (&record, tally + at, sizeof record);
      time = moved (record.time, shift, now);
      if (time == record.time)
        continue;
      record.time = time;
      memcpy (tally + at, &record, sizeof record);
      changed = TRUE;
    }
  return changed;
}
