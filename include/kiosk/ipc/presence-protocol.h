/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A sensor of presence: says whether somebody is there, and nothing else. Descriptor 3 is a SOCK_SEQPACKET socket to kioskd:
 * the hello out (helper.h), one KioskPresenceTask in, then KioskPresenceReport out. The first report is PRESENT or ABSENT;
 * then one follows whenever that changes, and ALIVE when there was none for KIOSK_PRESENCE_PULSE. Who is silent for
 * KIOSK_PRESENCE_SILENCE, says something else, or ends is at fault. The socket closed ends the sensor at once: it runs only
 * while somebody is logged in. What a sensor is made of: kiosk/sensor/sensor.h. */

#include "kiosk/ipc/helper.h"

#include <glib.h>

#define KIOSK_PRESENCE_FD_DAEMON KIOSK_HELPER_FD_DAEMON

/* Milliseconds. */
#define KIOSK_PRESENCE_PULSE 2000
#define KIOSK_PRESENCE_SILENCE 7000

typedef struct {
  char argument[64]; /* NAME of [presence NAME]; of the lid the event node, "event3" */
} KioskPresenceTask;

typedef enum {
  KIOSK_PRESENCE_PRESENT = 1,
  KIOSK_PRESENCE_ABSENT,
  KIOSK_PRESENCE_ALIVE, /* as before */
} KioskPresenceReportKind;

typedef struct {
  guint32 kind;
} KioskPresenceReport;

/* Whether @task is one: its argument is an identifier (kiosk_text_is_id()), ended within the field, with nothing behind. */
gboolean kiosk_presence_task_valid (const KioskPresenceTask *task);

/* Whether @report can come; @first: before any other. */
gboolean kiosk_presence_report_valid (const KioskPresenceReport *report, gboolean first);
