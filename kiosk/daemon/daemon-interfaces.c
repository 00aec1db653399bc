/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* The terminal's network interfaces (R11, R13): what is refused is recorded, the cables are told to the
 * firewall, and while something foreign stays up the terminal is out of service. */

#include "daemon-private.h"

#include "config.h"

#include "kiosk/base/error.h"
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

gboolean
kiosk_daemon_follow_interfaces (KioskDaemon *self, GError **error)
{
  const char *const *lines;
  KioskEndpoint dhcp = { 0 };
  gboolean good;

  if (self->interfaces == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_IO, "the interfaces are not known");
      return FALSE;
    }
  lines = kiosk_interface_watch_get_lines (self->interfaces);
  if (self->lines != NULL && g_strv_equal (lines, (const char *const *) self->lines))
    return TRUE;
  read_dhcp (&dhcp);
  good = kiosk_firewall_set_lines (self->firewall, lines, error)
         && kiosk_firewall_set_dhcp (self->firewall, dhcp.address != NULL ? &dhcp : NULL, error);
  g_free (dhcp.address);
  if (!good)
    return FALSE;
  g_strfreev (self->lines);
  self->lines = g_strdupv ((GStrv) lines);
  return TRUE;
}

static void
on_changed (gpointer data)
{
  KioskDaemon *self = data;

  if (!kiosk_interface_watch_are_well (self->interfaces))
    kiosk_daemon_stop_later (self, CODE);
  else
    kiosk_daemon_check_network (self);
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
  return NULL;
}
