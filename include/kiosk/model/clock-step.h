/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Whether the wall clock was set (R23). Pure: samples of CLOCK_REALTIME and CLOCK_BOOTTIME, taken at the
 * same moment, go in. The second clock cannot be set and also counts while the machine sleeps, so their
 * difference changes in two ways only:
 *
 *   - the clock is set: clock_settime(2), ADJ_SETOFFSET of adjtimex(2), a leap second. The kernel tells
 *     (TFD_TIMER_CANCEL_ON_SET, timerfd_create(2)).
 *   - it is drawn in slowly by the time service, with at most a tenth of the time that passes (chrony's
 *     maxslewrate is 83333 ppm unless it is told otherwise, the kernel's own 500 ppm). That is no step.
 *
 * Settings that are each too small are added up: many small steps do not pass unseen. */

typedef struct {
  gint64 real, boot; /* microseconds */
} KioskClockSample;

/* Zeroed: no sample yet. */
typedef struct {
  gboolean started;
  KioskClockSample last;
  gint64 pending; /* set since the last step that was told */
  guint n_pending;
} KioskClockSteps;

typedef struct {
  gint64 microseconds; /* negative: set back */
  guint settings;      /* how many added up to it */
} KioskClockStep;

/* Takes the next sample. @set: the kernel said that the clock was set since the last one. TRUE when the
 * clock has been moved by more than @limit microseconds since the last TRUE; *@step tells by how much. */
gboolean kiosk_clock_steps_take (KioskClockSteps *self, KioskClockSample sample, gboolean set,
                                 gint64 limit, KioskClockStep *step);
