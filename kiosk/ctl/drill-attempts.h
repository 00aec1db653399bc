/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "drill-scene.h"

#include "kiosk/model/drill.h"

#include <glib.h>

/* Carries the @attempts (KioskDrillAttempt) out and returns what became of each, KioskDrillResult in the same order,
 * owned by the caller. @users: uid and gid for each of kiosk_drill_users.
 *
 * A process of a user is known to the firewall by the user who made its socket (nft(8), meta skuid: the fsuid of the
 * file's credentials, net/netfilter/nft_meta.c). So the sockets are made here under that fsuid (setfsuid(2)), and the
 * rest of root's rights is kept: in particular CAP_NET_RAW, with which every user tries ICMP. Where there is no route,
 * the attempt is made a second time at the line itself (socket(7), SO_BINDTODEVICE), so that the firewall is asked.
 *
 * NULL with @error when this process may not do that, or could not watch what leaves the machine: then nothing
 * is known. Needs CAP_NET_RAW, CAP_SETUID, CAP_SETGID. */
typedef struct {
  uid_t uid;
  gid_t gid;
} KioskDrillIdentity;

GArray *kiosk_drill_try (GArray *attempts, const KioskDrillIdentity *users,
                         const KioskDrillPlace *place, GError **error);
