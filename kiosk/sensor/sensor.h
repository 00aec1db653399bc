/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A sensor of presence is one program with one KioskSensor: what it looks at. Everything else - the conversation with
 * kioskd (kiosk/ipc/presence-protocol.h), giving up root, the pulse - kiosk_sensor_run() does. It is installed as
 * LIBEXEC/kiosk-sensor-NAME, with a socket unit and a service unit like those of kiosk-sensor-lid; the policy names it in
 * sensor= of a [presence] section. A camera or a badge reader is such a program. */

typedef struct {
  const char *program; /* for its own messages */
  const char *user;    /* what it runs as once it is open */

  /* Opens what @argument (KioskPresenceTask) names, still as root: does that and reads nothing. A descriptor that becomes
   * readable when there is something new; -1 with @error. */
  int (*open) (const char *argument, GError **error);

  /* Reads what there is at @fd, without root, without files: first of all, and whenever it is readable. Must not block.
   * Sets *@present. FALSE with @error: it can not be told any more, and the sensor ends. */
  gboolean (*look) (int fd, gboolean *present, GError **error);
} KioskSensor;

/* The whole of main(): returns its exit code. */
int kiosk_sensor_run (const KioskSensor *sensor);
