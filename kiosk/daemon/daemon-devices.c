/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* What is plugged in (R13, R15, R16), for the log and for the person. */

#include "daemon-private.h"

/* An alarm about typing is recorded that seldom, seconds; the next record tells of those between. */
#define TYPING_PACE 10

void
kiosk_daemon_report_typing (guint presses, guint milliseconds, gpointer data)
{
  KioskDaemon *self = data;
  gint64 now = g_get_monotonic_time ();
  g_autofree char *detail = NULL;

  self->typing_alarms++;
  if (self->typing_told != 0 && now - self->typing_told < TYPING_PACE * (gint64) G_USEC_PER_SEC)
    return;
  self->typing_told = now;
  detail = g_strdup_printf ("presses=%u milliseconds=%u", presses, milliseconds);
  kiosk_daemon_record (self,
                       &(KioskEntry){ .action = KIOSK_ACTION_TYPING_ALARM,
                                      .outcome = KIOSK_OUTCOME_SUCCESS,
                                      .detail = detail,
                                      .count = self->typing_alarms },
                       NULL);
  self->typing_alarms = 0;
}

void
kiosk_daemon_dismiss_devices (KioskDaemon *self)
{
  g_clear_pointer (&self->status.devices, g_ptr_array_unref);
}
