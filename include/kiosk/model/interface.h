/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"

#include <glib.h>

/* Which network interfaces a terminal has (R11, R13): the wired line, the tunnel of the policy, and nothing
 * else. Pure: what the kernel says about an interface goes in, what it counts as comes out. Any thread.
 *
 * Everything that is not known to be good is foreign: a new kind of radio or of tunnel needs no line here to
 * be refused. */

/* IFNAMSIZ of the kernel. */
#define KIOSK_INTERFACE_NAME_SIZE 16

/* How many devices stand one above the other between an interface and the machine, at most. */
#define KIOSK_INTERFACE_MAX_BUSES 16

/* What the kernel says. Texts are bytes of the kernel or of a device, NUL-terminated; "" where it says
 * nothing. */
typedef struct {
  char name[KIOSK_INTERFACE_NAME_SIZE];
  guint index;       /* unique while the machine runs; names change */
  guint16 hardware;  /* ARPHRD_..., if_arp.h */
  gboolean up;       /* IFF_UP */
  char kind[32];     /* IFLA_INFO_KIND of rtnetlink(7): "veth", "wireguard" ... */
  char devtype[32];  /* DEVTYPE of its uevent: "wlan", "wwan", "bluetooth" ... */
  gboolean wireless; /* phy80211 or wireless in sysfs */
  gboolean device;   /* it belongs to a device */
  gboolean
      complete; /* sysfs said all of it; FALSE: something could not be read, or changed meanwhile */
  /* Buses from its own device upwards to the root of the machine ("virtio", "pci", "pci"). */
  char buses[KIOSK_INTERFACE_MAX_BUSES][16];
  gboolean removable; /* one of those devices can be plugged in while the machine runs */
  char driver[64];    /* of its device */
  char ids[64];       /* MODALIAS of its device: vendor and product */
} KioskInterfaceFacts;

/* What counts beside hardware. */
typedef struct {
  const KioskTunnel *tunnel; /* of the policy; NULL or without an interface: none */
  const char *const
      *stand_ins; /* NULL-terminated, may be NULL: names that count as a cable although no
                                   * hardware is behind them. Only worlds have any (kiosk/demo/world.sh); a
                                   * terminal's image has no such list (kiosk/image/check-tree.py). */
} KioskInterfaceRules;

typedef enum {
  KIOSK_INTERFACE_LOOPBACK,
  KIOSK_INTERFACE_LINE,   /* a cable */
  KIOSK_INTERFACE_TUNNEL, /* that of the policy */
  KIOSK_INTERFACE_FOREIGN,
} KioskInterfaceRole;

/* What @facts counts as under @rules. *@reason (may be NULL) gets why a foreign one is, one of the words
 * KIOSK_REASON_WIRELESS to KIOSK_REASON_UNREADABLE (audit-actions.h); NULL for the others. Static. */
KioskInterfaceRole kiosk_interface_judge (const KioskInterfaceFacts *facts,
                                          const KioskInterfaceRules *rules, const char **reason);

/* One line for the log, of printable ASCII alone whatever the device calls itself: name, kind or bus, driver
 * and ids. Owned by the caller. */
char *kiosk_interface_describe (const KioskInterfaceFacts *facts);

/* The content of the image's file `dhcp-server`: one IPv4 address and a line feed, as kiosk/image/site-settings.py writes it.
 * FALSE, @server untouched, when it is anything else. @server->address is owned by the caller; its port is 67. */
gboolean kiosk_interface_parse_dhcp (const char *text, gsize length, KioskEndpoint *server);
