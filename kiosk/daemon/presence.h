/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Counts the time without a person (R18; A93, C50) on the clock that also runs during suspend. One
 * limit at a time: until the lock, until the log-off, until the log-in page. No application can hold
 * it up: the only thing that counts is input. Main thread only. */
typedef struct _KioskPresence KioskPresence;

typedef struct {
  /* The time before the limit when people are warned, or the warning is over again. @at is the
   * CLOCK_BOOTTIME microsecond of the limit, 0 for no warning. */
  void (*warning) (gint64 at, gpointer data);
  /* The limit is reached. It fires once. */
  void (*expired) (gpointer data);
} KioskPresenceEvents;

KioskPresence *kiosk_presence_new (const KioskPresenceEvents *events, gpointer data);
void kiosk_presence_free (KioskPresence *self);

/* Watches from now on: @limit seconds after @since (CLOCK_BOOTTIME microseconds), with a warning
 * @warning seconds before. @extends: input moves the limit. */
void kiosk_presence_watch (KioskPresence *self, gint64 since, guint limit, guint warning,
                           gboolean extends);

/* Nothing is watched any more; a warning that stands is taken back without a call. */
void kiosk_presence_stop (KioskPresence *self);

/* There was input at @at (CLOCK_BOOTTIME microseconds; the future is now). */
void kiosk_presence_input (KioskPresence *self, gint64 at);

/* Somebody is there now, as another sign than input shows: a proof of who it is, a sensor. It moves no limit. */
void kiosk_presence_sign (KioskPresence *self);

/* Microseconds since the last sign of a person, input included: at least 1. The shell tells of input every two seconds, so
 * it may be too much by that. */
gint64 kiosk_presence_get_absence (const KioskPresence *self);

/* When the limit is reached as things stand; 0 when nothing is watched. */
gint64 kiosk_presence_get_deadline (const KioskPresence *self);
