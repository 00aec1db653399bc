/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Names of the wired interfaces of this machine (netdevice(7)): Ethernet that is not wireless. Sorted,
 * NULL-terminated, owned by the caller. */
GStrv kiosk_interfaces_list (void);
