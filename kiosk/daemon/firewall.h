/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/firewall.h"
#include "kiosk/model/policy.h"

#include <glib.h>

/* The firewall (R08, R11, R12): the table inet kiosk as kiosk/data/firewall.nft has it, and the elements of its
 * sets, which say who may send what where. What the elements are is planned in kiosk/model/firewall.h; this
 * keeps the kernel at that plan and sees when it is not. Main thread only.
 *
 * Each session's element carries a time-out in the kernel: when kioskd is dead and does not renew, the hole
 * closes by itself. */
typedef struct _KioskFirewall KioskFirewall;

/* How often the element of a session is renewed, seconds; see KIOSK_FIREWALL_TIMEOUT. */
#define KIOSK_FIREWALL_RENEWAL 20

/* Loads the table, in place of everything that was loaded: nothing of an earlier kioskd stays open. NULL when
 * that is not possible. *@before (may be NULL) gets what the table counted that stood until now; NULL when there
 * was none of ours. */
KioskFirewall *kiosk_firewall_new (KioskFirewallState **before, GError **error);

void kiosk_firewall_free (KioskFirewall *self);

/* A descriptor that becomes readable with each change of the kernel's ruleset, also with one of our own;
 * owned by @self. kiosk_firewall_check() empties it. */
int kiosk_firewall_get_notices (const KioskFirewall *self);

/* ---- What stands for long ---- */

/* What is let out by @policy, which is kept; NULL: nothing. @left_out (may be NULL) as in
 * kiosk_firewall_plan(). On failure nothing of this is changed. */
gboolean kiosk_firewall_set_policy (KioskFirewall *self, KioskPolicy *policy, GPtrArray **left_out,
                                    GError **error);

/* The wired interfaces that may be used, NULL-terminated; copied. A name that nft could take for more than one
 * interface is refused. */
gboolean kiosk_firewall_set_lines (KioskFirewall *self, const char *const *names, GError **error);

/* The one DHCP server that systemd-networkd may ask (UDP 67; its port does not count); NULL: none. Copied. */
gboolean kiosk_firewall_set_dhcp (KioskFirewall *self, const KioskEndpoint *server, GError **error);

/* ---- Sessions ---- */

/* Lets kiosk-connect reach @endpoint for the next KIOSK_FIREWALL_TIMEOUT seconds. Who opens closes: two may
 * hold one open. */
gboolean kiosk_firewall_open (KioskFirewall *self, const KioskEndpoint *endpoint, GError **error);

/* Its time begins anew. It must be open. */
gboolean kiosk_firewall_renew (KioskFirewall *self, const KioskEndpoint *endpoint, GError **error);

/* Closes it, when nobody else holds it: the kernel drops the next packet, also of a connection that stands.
 * Closing what is not open is no error. */
gboolean kiosk_firewall_close (KioskFirewall *self, const KioskEndpoint *endpoint, GError **error);

/* Closes all, whoever holds them. */
gboolean kiosk_firewall_close_all (KioskFirewall *self, GError **error);

/* ---- Watching over it ---- */

/* Compares what the kernel has with what it must have. *@differences: KioskLabel in words, empty when it is as
 * it must be. *@state: what was read, with the counts of refused packets; NULL when there is no table to
 * read. Both owned by the caller. FALSE when the kernel does not tell. */
gboolean kiosk_firewall_check (KioskFirewall *self, GPtrArray **differences,
                               KioskFirewallState **state, GError **error);

/* Loads the table anew, in one transaction with which everything else goes, then the elements. After a
 * failure the firewall is not to be relied on: only this may be tried again. */
gboolean kiosk_firewall_reload (KioskFirewall *self, GError **error);
