/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "turn-guard.h"

#include <string.h>

static gboolean
has (const guint8 *set, guint code)
{
  return (set[code / 8] & 1u << code % 8) != 0;
}

static void
add (guint8 *set, guint code)
{
  set[code / 8] |= (guint8) (1u << code % 8);
}

void
kiosk_turn_guard_close (KioskTurnGuard *self, gint64 now)
{
  self->closed = TRUE;
  self->shown = FALSE;
  self->last = now;
  memcpy (self->behind, self->held, sizeof self->behind);
}

void
kiosk_turn_guard_open (KioskTurnGuard *self)
{
  self->closed = FALSE;
}

void
kiosk_turn_guard_shown (KioskTurnGuard *self, gint64 now)
{
  if (!self->closed || self->shown)
    return;
  self->shown = TRUE;
  self->last = now;
}

gboolean
kiosk_turn_guard_press (KioskTurnGuard *self, guint code, guint32 time, gint64 now)
{
  gboolean rested = !self->pressed || time - self->pressed_at >= KIOSK_TURN_REST_MS;

  code = MIN (code, KIOSK_TURN_KEYS - 1);
  if (has (self->behind, code)) /* it only repeats */
    return FALSE;
  self->pressed = TRUE;
  self->pressed_at = time;
  add (self->held, code);
  if (self->closed && self->shown && rested
      && now - self->last >= KIOSK_TURN_REST_MS * G_TIME_SPAN_MILLISECOND)
    self->closed = FALSE;
  if (!self->closed)
    return TRUE;
  self->last = now;
  add (self->behind, code);
  return FALSE;
}

void
kiosk_turn_guard_release (KioskTurnGuard *self, guint code)
{
  code = MIN (code, KIOSK_TURN_KEYS - 1);
  self->held[code / 8] &= (guint8) ~(1u << code % 8);
  self->behind[code / 8] &= (guint8) ~(1u << code % 8);
}

void
kiosk_turn_guard_release_all (KioskTurnGuard *self)
{
  memset (self->held, 0, sizeof self->held);
  memset (self->behind, 0, sizeof self->behind);
}
