/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include <net/if.h>
#include <netinet/in.h>

/* What the kernel knows of cable and gateway (R14): rtnetlink(7). Nothing of ours leaves the terminal for
 * it. Whether the gateway is there, the kernel's own neighbour detection says (ARP; RFC 4861 for IPv6),
 * which is asked to look when its knowledge is old. Main thread only. */
typedef struct _KioskLinkWatch KioskLinkWatch;

typedef enum {
  KIOSK_LINK_OK,         /* a wired interface has a carrier and an address */
  KIOSK_LINK_NO_CARRIER, /* none has a carrier */
  KIOSK_LINK_NO_ADDRESS, /* one has, but no address that reaches beyond the cable */
} KioskLink;

typedef enum {
  KIOSK_GATEWAY_NONE,    /* no route leads through one */
  KIOSK_GATEWAY_UNKNOWN, /* not seen yet, or cannot be seen: no link */
  KIOSK_GATEWAY_OK,
  KIOSK_GATEWAY_SILENT,
} KioskGateway;

typedef struct {
  KioskLink link;
  char interface[IF_NAMESIZE]; /* that carries the line, or did; "" for none so far */
  guint interfaces;            /* how often another one took its place; then @drops counts anew */
  guint32 drops;               /* how often its carrier was lost since it exists */
  KioskGateway gateway;
  char gateway_address[INET6_ADDRSTRLEN]; /* "" without */
} KioskLinkState;

/* @changed is called when anything of the state has changed. NULL when the kernel cannot be asked. */
KioskLinkWatch *kiosk_link_watch_new (void (*changed) (gpointer data), gpointer data,
                                      GError **error);
void kiosk_link_watch_free (KioskLinkWatch *self);

/* Owned by @self, changes with the next turn of the main loop. */
const KioskLinkState *kiosk_link_watch_get (const KioskLinkWatch *self);
