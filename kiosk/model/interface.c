/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/audit-actions.h"
#include "kiosk/model/interface.h"

#include <arpa/inet.h>
#include <net/if_arp.h>
#include <string.h>

/* Judges interfaces. A list of what is allowed, never of what is forbidden; the reasons only say in which
 * way something is not on it. */

/* What a network card that is built in belongs to (vmbus is that of Hyper-V), and what may stand above. */
static const char *const card_buses[] = { "pci", "virtio", "vmbus", NULL };
static const char *const machine_buses[]
    = { "pci", "pci_express", "virtio", "vmbus", "acpi", "platform", NULL };

/* Kinds of an IPsec tunnel: XFRM interface, and the older VTI. */
static const char *const ipsec_kinds[] = { "xfrm", "vti", "vti6", NULL };

static gboolean
has_bus (const KioskInterfaceFacts *facts, const char *bus)
{
  for (guint i = 0; i < KIOSK_INTERFACE_MAX_BUSES; i++)
    if (strcmp (facts->buses[i], bus) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_built_in (const KioskInterfaceFacts *facts)
{
  if (!g_strv_contains (card_buses, facts->buses[0]))
    return FALSE;
  for (guint i = 1; i < KIOSK_INTERFACE_MAX_BUSES && facts->buses[i][0] != '\0'; i++)
    if (!g_strv_contains (machine_buses, facts->buses[i]))
      return FALSE;
  return TRUE;
}

static gboolean
is_tunnel_kind (const char *kind, KioskTunnelKind wanted)
{
  return wanted == KIOSK_TUNNEL_IPSEC ? g_strv_contains (ipsec_kinds, kind)
                                      : strcmp (kind, "wireguard") == 0;
}

static const char *
reason_of (const KioskInterfaceFacts *facts)
{
  if (facts->wireless || strcmp (facts->devtype, "wlan") == 0)
    return KIOSK_REASON_WIRELESS;
  if (has_bus (facts, "bluetooth") || strcmp (facts->devtype, "bluetooth") == 0)
    return KIOSK_REASON_BLUETOOTH;
  if (has_bus (facts, "wwan") || has_bus (facts, "mhi") || strcmp (facts->devtype, "wwan") == 0
      || strcmp (facts->kind, "wwan") == 0)
    return KIOSK_REASON_WWAN;
  if (has_bus (facts, "usb"))
    return KIOSK_REASON_USB;
  if (!facts->complete)
    return KIOSK_REASON_UNREADABLE;
  if (!facts->device)
    return KIOSK_REASON_VIRTUAL;
  if (facts->removable)
    return KIOSK_REASON_REMOVABLE;
  if (!is_built_in (facts))
    return KIOSK_REASON_BUS;
  if (facts->hardware != ARPHRD_ETHER)
    return KIOSK_REASON_HARDWARE;
  /* Cards have no kind of link and no DEVTYPE: with one, the device is only what it sits on. */
  if (facts->kind[0] != '\0' || facts->devtype[0] != '\0')
    return KIOSK_REASON_VIRTUAL;
  return NULL;
}

KioskInterfaceRole
kiosk_interface_judge (const KioskInterfaceFacts *facts, const KioskInterfaceRules *rules,
                       const char **reason)
{
  const KioskTunnel *tunnel = rules->tunnel;
  gboolean named
      = tunnel != NULL && tunnel->interface != NULL && strcmp (tunnel->interface, facts->name) == 0;
  gboolean stands_in = !facts->device && rules->stand_ins != NULL
                       && g_strv_contains (rules->stand_ins, facts->name);
  const char *why = NULL;

  if (reason != NULL)
    *reason = NULL;
  /* By its type: a name can be given to anything. */
  if (facts->hardware == ARPHRD_LOOPBACK && facts->kind[0] == '\0' && !facts->device)
    return KIOSK_INTERFACE_LOOPBACK;
  if (named && (stands_in || (!facts->device && is_tunnel_kind (facts->kind, tunnel->kind))))
    return KIOSK_INTERFACE_TUNNEL;
  if (named)
    why = KIOSK_REASON_TUNNEL;
  else if (stands_in)
    return KIOSK_INTERFACE_LINE;
  else
    why = reason_of (facts);
  if (why == NULL)
    return KIOSK_INTERFACE_LINE;
  if (reason != NULL)
    *reason = why;
  return KIOSK_INTERFACE_FOREIGN;
}

/* " key=value", all that is not a plain character as \ooo; nothing for an empty value. */
static void
append (GString *line, const char *key, const char *value)
{
  g_autofree char *escaped = g_strescape (value, NULL);

  if (*value != '\0')
    g_string_append_printf (line, "%s%s=%s", line->len > 0 ? " " : "", key, escaped);
}

char *
kiosk_interface_describe (const KioskInterfaceFacts *facts)
{
  GString *line = g_string_new (NULL);

  append (line, "interface", facts->name);
  append (line, "kind", facts->kind);
  append (line, "type", facts->devtype);
  append (line, "bus", facts->buses[0]);
  append (line, "driver", facts->driver);
  append (line, "device", facts->ids);
  return g_string_free (line, FALSE);
}

/* "The 'BOOTP server' port", RFC 951. */
#define DHCP_PORT 67

gboolean
kiosk_interface_parse_dhcp (const char *text, gsize length, KioskEndpoint *server)
{
  KioskEndpoint found = { .family = AF_INET, .port = DHCP_PORT };
  char address[INET_ADDRSTRLEN];

  if (length < 2 || length > sizeof address || text[length - 1] != '\n')
    return FALSE;
  memcpy (address, text, length - 1);
  address[length - 1] = '\0';
  if (strlen (address) != length - 1 || inet_pton (AF_INET, address, found.address_bytes) != 1)
    return FALSE;
  found.address = g_strdup (address);
  *server = found;
  return TRUE;
}
