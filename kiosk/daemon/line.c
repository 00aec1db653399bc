/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "line.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

/* Repetitions of one packet; the kernel doubles its patience each time, beginning at 200 ms or more. */
#define RETRANSMITS_UNSTEADY 1
#define RETRANSMITS_DOWN 3

/* Questions into a silence, one each 5 s (kiosk-connect sets that). The first is answered within
 * milliseconds, but may be under way just now. */
#define PROBES_UNSTEADY 2

const char *
kiosk_line_word (const KioskLinkState *link, int connection)
{
  struct tcp_info info = { 0 };
  socklen_t size = sizeof info;

  if (link->link != KIOSK_LINK_OK)
    return "down";
  if (link->gateway == KIOSK_GATEWAY_SILENT)
    return "gateway";
  if (connection < 0 || getsockopt (connection, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
    return "ok";
  if (info.tcpi_retransmits >= RETRANSMITS_DOWN)
    return "down";
  return info.tcpi_retransmits >= RETRANSMITS_UNSTEADY || info.tcpi_probes >= PROBES_UNSTEADY
             ? "unsteady"
             : "ok";
}
