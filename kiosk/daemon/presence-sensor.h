/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/presence-protocol.h"

#include <glib.h>

/* One sensor of presence: its process, begun anew when it fails, and what it said last. Main thread only. */
typedef struct _KioskPresenceSensor KioskPresenceSensor;

typedef enum {
  KIOSK_SENSED_NOTHING, /* it has not said anything yet */
  KIOSK_SENSED_PRESENT,
  KIOSK_SENSED_ABSENT,
  KIOSK_SENSED_FAULT, /* it failed, and the next process has not said anything either */
} KioskSensed;

/* How long after a failure the next process is started, milliseconds. */
#define KIOSK_PRESENCE_RESTART 5000

typedef struct {
  /* @now differs from @before. @cause and @detail are there for a fault: a reason for the record, and more words. The sensor
   * must not be freed in here. */
  void (*changed) (KioskSensed now, KioskSensed before, const char *cause, const char *detail,
                   gpointer data);
  /* It says that it is well, and sees somebody still. */
  void (*sees) (gpointer data);
} KioskPresenceSensorEvents;

/* Starts @program soon, and never from in here. @argument is for its task. @events stays the caller's. */
KioskPresenceSensor *kiosk_presence_sensor_new (const char *program, const char *argument,
                                                const KioskPresenceSensorEvents *events,
                                                gpointer data);
void kiosk_presence_sensor_free (KioskPresenceSensor *self);

KioskSensed kiosk_presence_sensor_get (const KioskPresenceSensor *self);
