/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* A token bucket, kept as the one moment in which it is full again. */

#include "pace.h"

#define COST (G_USEC_PER_SEC / KIOSK_PACE_RATE)

gboolean
kiosk_pace_take (KioskPace *self, gint64 now)
{
  gint64 paid_until = MAX (self->paid_until, now) + COST;

  if (paid_until - now > KIOSK_PACE_BURST * COST)
    return FALSE;
  self->paid_until = paid_until;
  return TRUE;
}
