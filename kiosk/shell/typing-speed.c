/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "typing-speed.h"

#include <string.h>

/* Counts presses. What they spell is not kept. */

/* How long ago @then was; a time that lies ahead, as two keyboards can have it, is very long ago. */
static guint32
age (guint32 now, guint32 then)
{
  return now - then;
}

gboolean
kiosk_typing_press (KioskTyping *self, guint code, guint32 time, guint *presses,
                    guint *milliseconds)
{
  guint count = 0;
  guint32 oldest = 0;

  if (code < KIOSK_TYPING_KEYS)
    {
      guint8 bit = (guint8) (1u << code % 8);

      if ((self->held[code / 8] & bit) != 0)
        return FALSE;
      self->held[code / 8] |= bit;
    }
  self->times[self->next] = time;
  self->next = (self->next + 1) % KIOSK_TYPING_MEMORY;
  self->n = MIN (self->n + 1, KIOSK_TYPING_MEMORY);

  for (guint i = 0; i < self->n; i++)
    if (age (time, self->times[i]) <= KIOSK_TYPING_WINDOW_MS)
      {
        count++;
        oldest = MAX (oldest, age (time, self->times[i]));
      }
  if (count <= KIOSK_TYPING_PRESSES)
    return FALSE;
  if (self->reported && age (time, self->reported_at) < KIOSK_TYPING_PAUSE_MS)
    return FALSE;
  self->reported = TRUE;
  self->reported_at = time;
  *presses = count;
  *milliseconds = oldest;
  return TRUE;
}

void
kiosk_typing_release (KioskTyping *self, guint code)
{
  if (code < KIOSK_TYPING_KEYS)
    self->held[code / 8] &= (guint8) ~(1u << code % 8);
}

void
kiosk_typing_release_all (KioskTyping *self)
{
  memset (self->held, 0, sizeof self->held);
}
