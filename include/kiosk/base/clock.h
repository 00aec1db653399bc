/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Microseconds since the machine started, time asleep included, never set back (CLOCK_BOOTTIME,
 * clock_gettime(2)). Idle times, time-outs and countdowns count on this clock: A93, C50 hold across
 * suspend. */
gint64 kiosk_clock_boottime (void);

/* Microseconds since 1970-01-01 UTC; can be stepped. Only for records and for people. */
gint64 kiosk_clock_realtime (void);

/* Whether the kernel says that a time service keeps the real-time clock in step (adjtimex(2)). */
gboolean kiosk_clock_is_synchronised (void);

/* A source that fires once when kiosk_clock_boottime() reaches @deadline (timerfd_create(2)), also
 * when the machine was asleep at that moment. The callback is a GSourceFunc; attach it and unref it
 * as any other source. */
GSource *kiosk_clock_source_new (gint64 deadline);
