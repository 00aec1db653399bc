/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "supervisor.h"

#include "kiosk/base/notify.h"

#include <systemd/sd-daemon.h>

/* Sends words to the service manager; reads nothing but NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID,
 * which libsystemd does. Before the main loop and after it a message may be waited for; in it none is:
 * what the manager has no room for is lost, and the next one follows.
 *
 * Limits. The watchdog is petted at a third of its time, so two thirds are left for the longest thing
 * that the main loop does in one piece. That is a record on a disk that is slow to flush, and, much
 * longer, verifying a whole audit log when a changed policy names another folder. The verification at
 * the start comes before READY=1: the unit's time to start limits that one, not its watchdog. */

struct _KioskSupervisor {
  guint watchdog_source;
  char *told; /* the last STATUS= */
};

static gboolean
on_watchdog (gpointer data)
{
  kiosk_notify ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

KioskSupervisor *
kiosk_supervisor_new (void)
{
  KioskSupervisor *self = g_new0 (KioskSupervisor, 1);
  guint64 usec = 0;

  if (sd_watchdog_enabled (0, &usec) > 0)
    self->watchdog_source
        = g_timeout_add ((guint) CLAMP (usec / 3 / 1000, 1, G_MAXUINT / 2), on_watchdog, NULL);
  return self;
}

void
kiosk_supervisor_free (KioskSupervisor *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->watchdog_source, g_source_remove);
  g_free (self->told);
  g_free (self);
}

void
kiosk_supervisor_ready (KioskSupervisor *self)
{
  sd_notify (0, "READY=1");
}

void
kiosk_supervisor_stopping (KioskSupervisor *self)
{
  sd_notify (0, "STOPPING=1");
}

void
kiosk_supervisor_tell (KioskSupervisor *self, KioskState state, const char *stop_code)
{
  static const char *const lines[KIOSK_N_STATES] = {
    [KIOSK_STATE_STOPPED] = "Out of service",
    [KIOSK_STATE_LOGGED_OUT] = "Ready, nobody is logged in",
    [KIOSK_STATE_AUTHENTICATING] = "Somebody is logging in",
    [KIOSK_STATE_CHOOSING] = "In use, not connected",
    [KIOSK_STATE_APPROVING] = "In use, somebody is approving",
    [KIOSK_STATE_CHANGING] = "In use, a password is being changed",
    [KIOSK_STATE_CONNECTING] = "In use, connecting to a server",
    [KIOSK_STATE_CONNECTED] = "In use, connected to a server",
    [KIOSK_STATE_LOCKED] = "Locked",
    [KIOSK_STATE_UNLOCKING] = "Locked, somebody is unlocking",
  };
  g_autofree char *line = state == KIOSK_STATE_STOPPED && *stop_code != '\0'
                              ? g_strdup_printf ("STATUS=%s: %s", lines[state], stop_code)
                              : g_strdup_printf ("STATUS=%s", lines[state]);

  if (g_strcmp0 (line, self->told) == 0)
    return;
  if (!kiosk_notify (line))
    return;
  g_free (self->told);
  self->told = g_steal_pointer (&line);
}
