/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* A sensor of presence that a test steers, made like any other (kiosk/sensor/sensor.h). What it looks at is a pipe,
 * /run/fake-NAME, and what stands in it: p somebody is there, a nobody is there, x it fails, j it says what no sensor may
 * say, s it stands still. */

#include "config.h"

#include "sensor.h"

#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/presence-protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int
open_pipe (const char *argument, GError **error)
{
  g_autofree char *path = g_strconcat ("/run/fake-", argument, NULL);
  int fd = open (path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    kiosk_error_set_errno (error, errno, path);
  return fd;
}

static gboolean
look (int fd, gboolean *present, GError **error)
{
  const KioskPresenceReport nonsense = { .kind = 4 };
  static gboolean somebody = TRUE;
  char letter;

  /* One at a time: each is a change by itself. */
  if (read (fd, &letter, 1) == 1)
    switch (letter)
      {
      case 'x':
        g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "told to fail");
        return FALSE;
      case 'j':
        return kiosk_channel_send (KIOSK_PRESENCE_FD_DAEMON, &nonsense, sizeof nonsense, NULL, 0,
                                   error);
      case 's':
        raise (SIGSTOP);
        break;
      default:
        somebody = letter == 'p';
        break;
      }
  *present = somebody;
  return TRUE;
}

int
main (void)
{
  static const KioskSensor fake = {
    .program = "fake-sensor",
    .user = KIOSK_SENSOR_USER,
    .open = open_pipe,
    .look = look,
  };

  return kiosk_sensor_run (&fake);
}
