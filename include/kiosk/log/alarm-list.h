/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The alarms of a collector, read from the file in which it keeps them (kiosk/docs/COLLECTOR.md, "Watch"). They are not signed: what they say is
 * what the collector's folder says. Any thread. */

#define KIOSK_ALARMS_NAME "alarms.jsonl"

typedef struct {
  gint64 time;   /* unix microseconds, by the collector's clock; 0: it cannot be read */
  char *kind;    /* "gap", "fork", "silence" ...; cleaned, as all texts here, and never NULL */
  char *host;    /* "" without one */
  char *ja, *en; /* the collector's words */
  guint64 record, last; /* 0 without one */
  gboolean lasts;       /* of a gap or silence: the collector has not told that it is over */
} KioskStoredAlarm;

void kiosk_stored_alarm_free (KioskStoredAlarm *alarm);

/* Alarms of @folder (KioskStoredAlarm) in the order in which they were told; empty when there is no file. Ends of gaps and silences are no
 * alarms: they end them. Lines that are none are counted in *@unreadable (may be NULL). NULL with @error when the file cannot be read. */
GPtrArray *kiosk_alarm_list_read (const char *folder, guint *unreadable, GError **error);
