/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-sensor"

/* The lid of a terminal that has one: open is present. kioskd names the event node of the switch (SW_LID, input-event-codes.h
 * of the kernel); the image has no logind that would look at it. */

#include "config.h"

#include "event-node.h"
#include "sensor.h"

#include "kiosk/base/error.h"

#include <errno.h>
#include <libevdev/libevdev.h>
#include <string.h>
#include <sys/ioctl.h>

/* Events only say that something has changed: what holds, the switch itself says (EVIOCGSW), so that none can be lost. */
static gboolean
look (int fd, gboolean *present, GError **error)
{
  struct input_event events[16];
  guint8 switches[SW_MAX / 8 + 1] = { 0 };
  ssize_t n;

  do
    n = TEMP_FAILURE_RETRY (read (fd, events, sizeof events));
  while (n > 0);
  if (n == 0 || errno != EAGAIN)
    return kiosk_error_set_errno (error, n == 0 ? ENODEV : errno, "lid");
  if (ioctl (fd, EVIOCGSW (sizeof switches), switches) < 0)
    return kiosk_error_set_errno (error, errno, "EVIOCGSW");
  *present = (switches[SW_LID / 8] & (1 << (SW_LID % 8))) == 0;
  return TRUE;
}

int
main (void)
{
  static const KioskSensor lid = {
    .program = "kiosk-sensor-lid",
    .user = KIOSK_SENSOR_USER,
    .open = kiosk_event_node_open,
    .look = look,
  };

  return kiosk_sensor_run (&lid);
}
