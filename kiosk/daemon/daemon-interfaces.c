/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* The terminal's network interfaces (R11, R13): what is refused is recorded, the cables are told to the
 * firewall, and while something foreign stays up the terminal is out of service. */

#include "daemon-private.h"

#include "config.h"

#include "kiosk/base/file.h"

#define CODE "N-02"
#define DHCP_SERVER KIOSK_POLICY_DIR "/dhcp-server"
#define DHCP_MAX_BYTES 64

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

/* The server that gives this terminal its address: of the image, or none. */
static void
read_dhcp (KioskEndpoint *server)
{
  g_autoptr (GBytes) bytes = kiosk_file_read_trusted (DHCP_SERVER, DHCP_MAX_BYTES, NULL);

  if (bytes != NULL
      && !kiosk_interface_parse_dhcp (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                      server))
    g_warning ("%s is not an address, ignoring", DHCP_SERVER);
}

/* The one place at which the firewall learns which interfaces are cables, and who gives out addresses. */
static gboolean
tell_firewall (KioskDaemon *self)
{
  g_autoptr (GError) error = NULL;
  KioskEndpoint dhcp = { 0 };
  gboolean good = TRUE;

  if (self->firewall == NULL)
    return TRUE;
  read_dhcp (&dhcp);
#ifdef KIOSK_FIREWALL_HAS_LINES
  good = kiosk_firewall_set_lines (self->firewall,
                                   kiosk_interface_watch_get_lines (self->interfaces), &error)
         && kiosk_firewall_set_dhcp (self->firewall, dhcp.address != NULL ? &dhcp : NULL, &error);
#endif
  g_free (dhcp.address);
  if (!good)
    g_warning ("%s", error->message);
  return good;
}

static void
on_changed (gpointer data)
{
  KioskDaemon *self = data;

  if (!kiosk_interface_watch_are_well (self->interfaces) || !tell_firewall (self))
    kiosk_daemon_stop_later (self, CODE);
}

static const KioskInterfaceWatchEvents events = {
  .refused = on_refused,
  .changed = on_changed,
};

const char *
kiosk_daemon_ready_interfaces (KioskDaemon *self)
{
  g_autoptr (GError) error = NULL;

  if (self->interfaces == NULL)
    self->interfaces = kiosk_interface_watch_new (&events, self, &error);
  if (self->interfaces == NULL
      || !kiosk_interface_watch_examine (self->interfaces, self->policy, &error))
    {
      g_warning ("%s", error->message);
      return CODE;
    }
  return tell_firewall (self) ? NULL : CODE;
}
