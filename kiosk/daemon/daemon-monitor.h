/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "clock-watch.h"
#include "link-watch.h"

#include "kiosk/model/outage.h"

/* What daemon-monitor.c knows, for daemon-status-file.c, which writes it down for machines. */

struct _KioskMonitor {
  KioskLinkWatch *link;
  KioskClockWatch *clock;
  KioskOutage line, gateway, sync;
  guint interfaces; /* of the link's state, as they were last; with */
  guint32 drops;
  KioskClockStep step; /* the last one */
  gint64 step_at;      /* unix microseconds; 0: none yet */
  guint64 n_steps;
  guint tick_source;
  guint write_source;    /* a change is to be written soon */
  gint64 written;        /* CLOCK_BOOTTIME microseconds */
  gboolean write_failed; /* and that stands in the journal */
};
