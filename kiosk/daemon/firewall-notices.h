/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The kernel's notices of every change of its ruleset, by whomever (netlink(7), NETLINK_NETFILTER, group
 * NFNLGRP_NFTABLES). What they say is not believed but looked up; that there was one is all that counts. */

/* A socket that becomes readable with each change; -1 with @error. */
int kiosk_firewall_notices_open (GError **error);

/* Takes everything out of it. Returns how many transactions there were (NFT_MSG_NEWGEN, one each), -1 when
 * notices were lost or the socket failed: then there may have been any number. */
int kiosk_firewall_notices_drain (int fd);
