/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Keeps pam_faillock's tallies in step with a clock that is set (kiosk/model/tally.h says why). Main thread only. */
typedef struct _KioskTallyClock KioskTallyClock;

/* @folder: the tallies. @memory: a file in /run, in which the next kioskd of the same start of the machine finds how
 * the clock was when the tallies were last looked at. */
KioskTallyClock *kiosk_tally_clock_new (const char *folder, const char *memory);
void kiosk_tally_clock_free (KioskTallyClock *self);

/* Moves the tallies if the wall clock was set by a second or more since the last time. @thoroughly: looks into them
 * in any case, for times that lie in the future. */
void kiosk_tally_clock_settle (KioskTallyClock *self, gboolean thoroughly);
