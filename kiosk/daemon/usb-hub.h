/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The machine's own USB ports: a root hub says what becomes of the devices that are plugged in behind it
 * (Documentation/ABI/testing/sysfs-bus-usb, authorized_default, interface_authorized_default). Any thread. */

/* Whether the USB device called @sysname is a root hub: "usb1". */
gboolean kiosk_usb_is_root_hub (const char *sysname);

/* Sees to it that the root hub at @syspath refuses devices and interfaces, and reads it back. FALSE: it does not.
 * *@found (owned by the caller) says what was or is wrong; NULL when all was well. */
gboolean kiosk_usb_hub_close (const char *syspath, char **found);
