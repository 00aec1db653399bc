/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* The terminal's network interfaces (R11, R13): what is refused is recorded, the cables are told to the
 * firewall, and while something foreign stays up the terminal is out of service. */

#include "daemon-private.h"

#define CODE "N-02"

static void
on_refused (const KioskInterfaceFacts *facts, const char *reason, gboolean down, guint times,
            gpointer data)
{
  KioskDaemon *self = data;
  g_autofree char *what = kiosk_interface_describe (facts);
  g_autofree char *detail
      = g_strdup_printf ("%s put-down=%u %s", what, times, down ? "state=down" : "state=up");

  g_message ("Network interface refused (%s): %s", reason, detail);
  kiosk_daemon_record (
      self,
      &(KioskEntry){ .action = KIOSK_ACTION_INTERFACE_REFUSED,
                     .outcome = down ? KIOSK_OUTCOME_SUCCESS : KIOSK_OUTCOME_FAILURE,
                     .reason = reason,
                     .detail = detail },
      NULL);
}

/* The one place at which the firewall learns which interfaces are cables. */
static gboolean
tell_firewall (KioskDaemon *self)
{
#ifdef KIOSK_FIREWALL_HAS_LINES
  g_autoptr (GError) error = NULL;

  if (self->firewall == NULL
      || kiosk_firewall_set_lines (self->firewall, kiosk_interfaces_get_lines (self->interfaces),
                                   &error))
    return TRUE;
  g_warning ("%s", error->message);
  return FALSE;
#else
  return TRUE;
#endif
}

static void
on_changed (gpointer data)
{
  KioskDaemon *self = data;

  if (!kiosk_interfaces_are_well (self->interfaces) || !tell_firewall (self))
    kiosk_daemon_stop_later (self, CODE);
}

static const KioskInterfacesEvents events = {
  .refused = on_refused,
  .changed = on_changed,
};

const char *
kiosk_daemon_ready_interfaces (KioskDaemon *self)
{
  g_autoptr (GError) error = NULL;

  if (self->interfaces == NULL)
    self->interfaces = kiosk_interfaces_new (&events, self, &error);
  if (self->interfaces == NULL
      || !kiosk_interfaces_examine (self->interfaces, self->policy, &error))
    {
      g_warning ("%s", error->message);
      return CODE;
    }
  return tell_firewall (self) ? NULL : CODE;
}
