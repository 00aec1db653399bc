/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-sensor"

/* The lid of a terminal that has one: open is present. kioskd names the event node of the switch (SW_LID, input-event-codes.h
 * of the kernel); the image has no logind that would look at it. */

#include "config.h"

#include "event-node.h"
#include "lid-switch.h"
#include "sensor.h"

int
main (void)
{
  static const KioskSensor lid = {
    .program = "kiosk-sensor-lid",
    .user = KIOSK_SENSOR_USER,
    .open = kiosk_event_node_open,
    .look = kiosk_lid_switch_look,
  };

  return kiosk_sensor_run (&lid);
}
