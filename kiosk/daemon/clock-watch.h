/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/clock-step.h"

/* Notices when somebody sets the wall clock (R23). Only looks: kioskd may not set it. Main thread only. */
typedef struct _KioskClockWatch KioskClockWatch;

/* @stepped is called for each step of more than the limit; until kiosk_clock_watch_set_limit() that is
 * @limit seconds. */
KioskClockWatch *kiosk_clock_watch_new (guint limit,
                                        void (*stepped) (const KioskClockStep *step, gpointer data),
                                        gpointer data);
void kiosk_clock_watch_free (KioskClockWatch *self);
void kiosk_clock_watch_set_limit (KioskClockWatch *self, guint limit);
