/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/tally.h"

#include <string.h>

/* faillock.h of Linux-PAM: struct tally; the one place that knows it. */
#define STATUS_VALID 0x1

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

static gboolean
read_failure (const guint8 *record, guint64 *time)
{
  Record failure;

  memcpy (&failure, record, sizeof failure);
  *time = failure.time;
  return (failure.status & STATUS_VALID) != 0 && *time <= G_MAXINT64 / 2;
}

gboolean
kiosk_tally_count (const guint8 *bytes, gsize length, const KioskTallyRule *rule, gint64 now,
                   guint *failures)
{
  guint64 latest = 0, time;

  *failures = 0;
  for (gsize at = 0; at + sizeof (Record) <= length; at += sizeof (Record))
    if (read_failure (bytes + at, &time))
      latest = MAX (latest, time);
  for (gsize at = 0; at + sizeof (Record) <= length; at += sizeof (Record))
    if (read_failure (bytes + at, &time) && latest - time < rule->interval)
      (*failures)++;
  if ((gint64) latest + rule->lockout < now)
    *failures = 0; /* the next failure begins anew */
  return rule->attempts > 0 && *failures >= rule->attempts;
}
