/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Switching off. Whoever stands before the terminal can pull its plug, so this is no right that must
 * be proved; asked for here, the log says so and ends in order. Only while nobody is logged in: a
 * power key among the keys of a session must not end it. */

#include "daemon-private.h"

#include <errno.h>
#include <signal.h>
#include <systemd/sd-daemon.h>

gboolean
kiosk_daemon_power_off (gpointer data)
{
  KioskDaemon *self = data;

  /* Out of service because there is no log: a broken disk must not keep the machine running. */
  if (!kiosk_daemon_record (
          self, &(KioskEntry){ .action = KIOSK_ACTION_POWER_OFF, .outcome = KIOSK_OUTCOME_UNKNOWN },
          NULL)
      && self->status.state != KIOSK_STATE_STOPPED)
    return FALSE;
  /* Another process 1 would take the signal for something else, or die of it. */
  if (sd_booted () <= 0)
    return FALSE;
  /* systemd(1), SIGNALS: "SIGRTMIN+4: Powers off the machine, starts the poweroff.target unit." */
  if (kill (1, SIGRTMIN + 4) != 0)
    {
      g_warning ("Process 1 cannot be told to switch off: %s", g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}
