/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/clock-step.h"

/* Notices when somebody sets the wall clock (R23), and that the machine slept (R18). Only looks: kioskd may neither set it
 * nor wake it. Main thread only. */
typedef struct _KioskClockWatch KioskClockWatch;

typedef struct {
  /* The clock was set by more than the limit. */
  void (*stepped) (const KioskClockStep *step, gpointer data);
  /* The machine slept for @microseconds and is awake again: CLOCK_BOOTTIME went on, CLOCK_MONOTONIC did not
   * (clock_gettime(2)). It is told at once (the kernel says that clocks have changed), at the latest after two seconds. */
  void (*slept) (gint64 microseconds, gpointer data);
} KioskClockWatchEvents;

/* Until kiosk_clock_watch_set_limit() the limit is @limit seconds. @events stays the caller's. */
KioskClockWatch *kiosk_clock_watch_new (guint limit, const KioskClockWatchEvents *events,
                                        gpointer data);
void kiosk_clock_watch_free (KioskClockWatch *self);
void kiosk_clock_watch_set_limit (KioskClockWatch *self, guint limit);
