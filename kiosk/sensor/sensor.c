/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-sensor"

/* What all sensors have in common.
 *
 * Threat: whatever is looked at lies to the program, or talks a driver or a library into something. Then it runs as a user
 * who owns nothing, without files, network or rights, and can say one of three words. The worst that it can do with them is
 * to lock the terminal, or to leave it to the idle time. */

#include "sensor.h"

#include "closed-files.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/base/privileges.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/presence-protocol.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static gboolean
report (KioskPresenceReportKind kind, GError **error)
{
  const KioskPresenceReport message = { .kind = kind };

  return kiosk_channel_send (KIOSK_PRESENCE_FD_DAEMON, &message, sizeof message, NULL, 0, error);
}

/* Until kioskd does not want it any more, or it cannot be told. */
static gboolean
watch (const KioskSensor *sensor, int fd, GError **error)
{
  struct pollfd waiting[] = {
    { .fd = fd, .events = POLLIN },
    { .fd = KIOSK_PRESENCE_FD_DAEMON, .events = POLLRDHUP },
  };
  gboolean told = FALSE, present = FALSE;

  for (;;)
    {
      gboolean now = present;
      int ready;

      if (!told || waiting[0].revents != 0)
        {
          if (!sensor->look (fd, &now, error))
            return FALSE;
          if (!told || now != present)
            {
              if (!report (now ? KIOSK_PRESENCE_PRESENT : KIOSK_PRESENCE_ABSENT, error))
                return FALSE;
              told = TRUE;
              present = now;
            }
        }
      ready = TEMP_FAILURE_RETRY (poll (waiting, G_N_ELEMENTS (waiting), KIOSK_PRESENCE_PULSE));
      if (ready < 0)
        return kiosk_error_set_errno (error, errno, "poll");
      if (waiting[1].revents != 0)
        return TRUE;
      if (ready == 0 && !report (KIOSK_PRESENCE_ALIVE, error))
        return FALSE;
    }
}

int
kiosk_sensor_run (const KioskSensor *sensor)
{
  const int keep[] = { KIOSK_PRESENCE_FD_DAEMON };
  g_autoptr (GError) error = NULL;
  kiosk_autofd int fd = -1;
  KioskPresenceTask task;
  gboolean good = kiosk_privileges_clean (keep, G_N_ELEMENTS (keep), &error)
                  && kiosk_helper_begin (&error)
                  && kiosk_channel_receive_exact (KIOSK_PRESENCE_FD_DAEMON, &task, sizeof task,
                                                  NULL, 0, &error);

  if (good && !kiosk_presence_task_valid (&task))
    {
      g_set_error_literal (&error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "not a task");
      good = FALSE;
    }
  if (good)
    fd = sensor->open (task.argument, &error);
  good = good && fd >= 0 && kiosk_privileges_become (sensor->user, &error)
         && kiosk_privileges_settle (&error) && kiosk_close_files (&error)
         && watch (sensor, fd, &error);
  if (!good)
    g_printerr ("%s: %s\n", sensor->program, error->message);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
