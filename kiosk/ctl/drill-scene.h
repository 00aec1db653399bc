/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"

#include <glib.h>

/* What the drill has to know of this machine's network. */
typedef struct {
  GArray *gateways;   /* KioskEndpoint, each once */
  GArray *broadcasts; /* KioskEndpoint, each once */
  char *line;         /* an interface that is up; NULL: none */
  guint line_index;   /* its number; 0 without */
} KioskDrillPlace;

/* Asks the kernel (getifaddrs(3), /proc/self/net/route, /proc/self/net/ipv6_route). What cannot be read is left out. Cleared with
 * kiosk_drill_place_clear(). */
void kiosk_drill_place_read (KioskDrillPlace *place);
void kiosk_drill_place_clear (KioskDrillPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskDrillPlace, kiosk_drill_place_clear)

/* One line of either table of routes: family and bytes of its gateway. FALSE when it has none, or is no such line. */
gboolean kiosk_drill_place_parse_route (const char *line, KioskEndpoint *gateway);
gboolean kiosk_drill_place_parse_route6 (const char *line, KioskEndpoint *gateway);
