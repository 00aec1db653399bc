/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"

#include <glib.h>

/* The hole in the firewall (R08, R12): elements {address . port} in the sets `sessions` (IPv4) and
 * `sessions6` of the table inet kiosk, whose rules are loaded before kioskd (kiosk/data/firewall.nft).
 * Each element carries a time-out in the kernel: when kioskd is dead and does not renew, the hole
 * closes by itself. Main thread only. */
typedef struct _KioskFirewall KioskFirewall;

/* Seconds that an element lives without renewal, and how often it is renewed. */
#define KIOSK_FIREWALL_TIMEOUT 60
#define KIOSK_FIREWALL_RENEWAL 20

/* Takes hold of the table and empties both sets: nothing of an earlier kioskd stays open. NULL when
 * the table is not there as it must be. */
KioskFirewall *kiosk_firewall_new (GError **error);

void kiosk_firewall_free (KioskFirewall *self);

/* Lets kiosk-connect reach @server for the next KIOSK_FIREWALL_TIMEOUT seconds; again renews it. */
gboolean kiosk_firewall_open (KioskFirewall *self, const KioskEndpoint *endpoint, GError **error);

/* Closes it: the kernel drops the next packet, also of a connection that stands. Closing what is not
 * open is no error. */
gboolean kiosk_firewall_close (KioskFirewall *self, const KioskEndpoint *endpoint, GError **error);

/* Closes everything. */
gboolean kiosk_firewall_close_all (KioskFirewall *self, GError **error);
