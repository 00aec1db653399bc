/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include <net/if.h>

/* Questions to the kernel about interfaces, routes and neighbours, and one order: to look whether a
 * neighbour is there. rtnetlink(7), through libmnl. Main thread only; the kernel answers at once. */
typedef struct _KioskLinkQuery KioskLinkQuery;

/* An Ethernet interface, or what rides on one (VLAN, bond). A tunnel or a loopback says nothing of the
 * cable and is none. */
typedef struct {
  int index;
  char name[IF_NAMESIZE];
  gboolean running; /* switched on, and with a carrier */
  gboolean address; /* has one that reaches beyond the cable */
  guint32 drops;    /* how often the carrier was lost: IFLA_CARRIER_DOWN_COUNT */
} KioskWired;

/* That of the default route, else that of the route to most: table main, one hop, by a wired interface. */
typedef struct {
  int family; /* 0: none */
  int index;  /* of the interface */
  guint8 address[16];
  guint prefix, metric; /* of the route */
} KioskGatewayRoute;

/* What the kernel thinks of a neighbour. */
typedef struct {
  guint state;      /* NUD_..., 0 when it knows nothing: linux/neighbour.h */
  gint64 confirmed; /* seconds ago */
} KioskNeighbour;

KioskLinkQuery *kiosk_link_query_new (GError **error);
void kiosk_link_query_free (KioskLinkQuery *self);

/* Asks for interfaces and routes: @wired (KioskWired) is emptied and filled, *@gateway is set. FALSE when
 * the kernel had no consistent answer; ask again. */
gboolean kiosk_link_query_collect (KioskLinkQuery *self, GArray *wired, KioskGatewayRoute *gateway);

KioskNeighbour kiosk_link_query_neighbour (KioskLinkQuery *self, const KioskGatewayRoute *gateway);

/* Tells the kernel to find out whether @gateway is there: where its hardware address is known, by single
 * requests (NUD_PROBE), else as if a packet had to go there (NTF_USE). Needs CAP_NET_ADMIN. */
void kiosk_link_query_probe (KioskLinkQuery *self, const KioskGatewayRoute *gateway,
                             const KioskNeighbour *neighbour);
