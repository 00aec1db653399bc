/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Names of the wired interfaces of this machine (sysfs(5), class/net): Ethernet that is not wireless. Sorted,
 * NULL-terminated, owned by the caller. */
GStrv kiosk_interfaces_list (void);
