/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "drill-scene.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>

/* Reads how this machine is connected. */

/* RTF_GATEWAY of linux/route.h. */
#define FLAG_GATEWAY 0x2u

static void
clear_endpoint (gpointer data)
{
  g_free (((KioskEndpoint *) data)->address);
}

static GArray *
new_endpoints (void)
{
  GArray *endpoints = g_array_new (FALSE, TRUE, sizeof (KioskEndpoint));

  g_array_set_clear_func (endpoints, clear_endpoint);
  return endpoints;
}

static void
add (GArray *endpoints, int family, const void *bytes)
{
  KioskEndpoint endpoint = { .family = family };
  char text[INET6_ADDRSTRLEN];

  memcpy (endpoint.address_bytes, bytes, family == AF_INET6 ? 16 : 4);
  for (guint i = 0; i < endpoints->len; i++)
    {
      const KioskEndpoint *other = &g_array_index (endpoints, KioskEndpoint, i);

      if (other->family == family && memcmp (other->address_bytes, endpoint.address_bytes, 16) == 0)
        return;
    }
  inet_ntop (family, bytes, text, sizeof text);
  endpoint.address = g_strdup (text);
  g_array_append_val (endpoints, endpoint);
}

/* proc_pid_net(5): Iface Destination Gateway Flags ...; addresses as the machine's own hexadecimal number. */
gboolean
kiosk_drill_place_parse_route (const char *line, KioskEndpoint *gateway)
{
  g_auto (GStrv) fields = g_strsplit (line, "\t", -1);
  guint64 address, flags;
  guint32 bytes;

  if (g_strv_length (fields) < 4 || strlen (fields[2]) != 8
      || !g_ascii_string_to_unsigned (fields[2], 16, 1, G_MAXUINT32, &address, NULL)
      || !g_ascii_string_to_unsigned (fields[3], 16, 0, G_MAXUINT16, &flags, NULL)
      || (flags & FLAG_GATEWAY) == 0)
    return FALSE;
  bytes = (guint32) address;
  gateway->family = AF_INET;
  memcpy (gateway->address_bytes, &bytes, sizeof bytes);
  return TRUE;
}

/* net/ipv6/route.c: destination, length, source, length, next hop, metric, two counters, flags, name. */
gboolean
kiosk_drill_place_parse_route6 (const char *line, KioskEndpoint *gateway)
{
  g_auto (GStrv) fields = g_strsplit (line, " ", -1);
  guint64 flags;

  if (g_strv_length (fields) < 9 || strlen (fields[4]) != 32
      || !g_ascii_string_to_unsigned (fields[8], 16, 0, G_MAXUINT32, &flags, NULL)
      || (flags & FLAG_GATEWAY) == 0)
    return FALSE;
  for (guint i = 0; i < 16; i++)
    {
      int high = g_ascii_xdigit_value (fields[4][2 * i]);
      int low = g_ascii_xdigit_value (fields[4][2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      gateway->address_bytes[i] = (guint8) (high << 4 | low);
    }
  gateway->family = AF_INET6;
  return TRUE;
}

static void
read_routes (const char *path, gboolean (*parse) (const char *line, KioskEndpoint *gateway),
             GArray *gateways)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      KioskEndpoint gateway = { 0 };

      if (parse (lines[i], &gateway))
        add (gateways, gateway.family, gateway.address_bytes);
    }
}

static void
read_interfaces (KioskDrillPlace *place)
{
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) != 0)
    return;
  for (const struct ifaddrs *i = interfaces; i != NULL; i = i->ifa_next)
    {
      gboolean has_address = i->ifa_addr != NULL && i->ifa_addr->sa_family == AF_INET;

      if ((i->ifa_flags & IFF_LOOPBACK) != 0 || (i->ifa_flags & IFF_UP) == 0)
        continue;
      /* One with an address is the line; without any, whatever is up. */
      if (place->line == NULL || has_address)
        {
          g_free (place->line);
          place->line = g_strdup (i->ifa_name);
        }
      if (has_address && (i->ifa_flags & IFF_BROADCAST) != 0 && i->ifa_broadaddr != NULL)
        add (place->broadcasts, AF_INET,
             &((const struct sockaddr_in *) (const void *) i->ifa_broadaddr)->sin_addr);
    }
  freeifaddrs (interfaces);
  if (place->line != NULL)
    place->line_index = if_nametoindex (place->line);
}

void
kiosk_drill_place_read (KioskDrillPlace *place)
{
  *place = (KioskDrillPlace){ .gateways = new_endpoints (), .broadcasts = new_endpoints () };
  read_routes ("/proc/self/net/route", kiosk_drill_place_parse_route, place->gateways);
  read_routes ("/proc/self/net/ipv6_route", kiosk_drill_place_parse_route6, place->gateways);
  read_interfaces (place);
}

void
kiosk_drill_place_clear (KioskDrillPlace *place)
{
  g_clear_pointer (&place->gateways, g_array_unref);
  g_clear_pointer (&place->broadcasts, g_array_unref);
  g_clear_pointer (&place->line, g_free);
}
