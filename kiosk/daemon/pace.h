/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A limit for requests that are recorded: a shell that was taken over must not be able to fill the log
 * or wear out the disk. KIOSK_PACE_BURST at once and KIOSK_PACE_RATE a second are far more than hands
 * can do. Pure. */
#define KIOSK_PACE_BURST 120
#define KIOSK_PACE_RATE 2

/* Zeroed: nothing was asked for yet. */
typedef struct {
  gint64 paid_until; /* monotonic microseconds: when the bucket is full again */
} KioskPace;

/* Whether one more request is within the limit at @now (monotonic microseconds, never going back);
 * counts it if it is. */
gboolean kiosk_pace_take (KioskPace *self, gint64 now);
