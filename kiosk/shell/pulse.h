/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

/* The pulse of screen and shell together: it beats only while the compositor answers.
 *
 * Without a compositor that draws, the last picture would stay on the screen while this program lives
 * on and says so. So each beat is the answer to a question of its own (wl_display.sync); while one is
 * open, no other is asked and nothing beats. Nothing here waits: a question that is never answered is
 * a pulse that stops. Main thread only. */
typedef struct _KioskPulse KioskPulse;

/* Milliseconds from one question to the next. */
#define KIOSK_PULSE_MS 2000

typedef void (*KioskPulseBeat) (gpointer data);

/* Starts to ask the compositor of @display, at once and then every KIOSK_PULSE_MS. Each answer pets the
 * service manager's watchdog (sd_notify(3): WATCHDOG=1, READY=1 with the first), if there is one, and
 * calls @beat. Called when the first page has been painted: its answer comes behind that page. */
KioskPulse *kiosk_pulse_new (GdkDisplay *display, KioskPulseBeat beat, gpointer data);

/* Stops it. NULL is allowed. */
void kiosk_pulse_free (KioskPulse *self);

/* Asks now rather than with the next turn, unless an answer is on its way already. */
void kiosk_pulse_hurry (KioskPulse *self);
