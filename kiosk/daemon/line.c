/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "line.h"

#include <glib.h>

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* Repetitions of one packet; the kernel doubles its patience each time, beginning at 200 ms or more. */
#define RETRANSMITS_UNSTEADY 1
#define RETRANSMITS_DOWN 3

/* Questions into a silence, one each 5 s (kiosk-connect sets that). The first is answered within
 * milliseconds, but may be under way just now. */
#define PROBES_UNSTEADY 2

static gboolean
has_carrier (void)
{
  struct ifaddrs *interfaces = NULL;
  gboolean found = FALSE;

  if (getifaddrs (&interfaces) != 0)
    return FALSE;
  for (const struct ifaddrs *i = interfaces; i != NULL && !found; i = i->ifa_next)
    found = i->ifa_addr != NULL
            && (i->ifa_addr->sa_family == AF_INET || i->ifa_addr->sa_family == AF_INET6)
            && (i->ifa_flags & IFF_LOOPBACK) == 0 && (i->ifa_flags & IFF_RUNNING) != 0;
  freeifaddrs (interfaces);
  return found;
}

const char *
kiosk_line_state (int connection)
{
  struct tcp_info info = { 0 };
  socklen_t size = sizeof info;

  if (!has_carrier ())
    return "down";
  if (connection < 0 || getsockopt (connection, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
    return "ok";
  if (info.tcpi_retransmits >= RETRANSMITS_DOWN)
    return "down";
  return info.tcpi_retransmits >= RETRANSMITS_UNSTEADY || info.tcpi_probes >= PROBES_UNSTEADY
             ? "unsteady"
             : "ok";
}
