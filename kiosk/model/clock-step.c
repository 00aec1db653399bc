/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/clock-step.h"

/* Fastest drawing in, as a part of the time that passed. */
#define SLEW_DIVISOR 10

/* Longest time between two samples for which that is conceded: a daemon that stands still for longer is
 * ended by its watchdog, and a machine that sleeps draws nothing in. */
#define SLEW_TIME (60 * G_USEC_PER_SEC)

gboolean
kiosk_clock_steps_take (KioskClockSteps *self, KioskClockSample sample, gboolean set, gint64 limit,
                        KioskClockStep *step)
{
  gint64 passed = sample.boot - self->last.boot;
  gint64 moved = sample.real - self->last.real - passed;
  gint64 slewed = CLAMP (passed, 0, SLEW_TIME) / SLEW_DIVISOR;

  if (!self->started)
    {
      self->started = TRUE;
      self->last = sample;
      return FALSE;
    }
  self->last = sample;
  /* What is too much to be drawn in was set, whether or not the kernel's word has come. */
  if (!set && ABS (moved) <= limit + slewed)
    return FALSE;
  self->pending += moved;
  self->n_pending++;
  if (ABS (self->pending) <= limit)
    return FALSE;
  *step = (KioskClockStep){ self->pending, self->n_pending };
  self->pending = 0;
  self->n_pending = 0;
  return TRUE;
}
