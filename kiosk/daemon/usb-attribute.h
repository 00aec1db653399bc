/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* One attribute of a device in sysfs: read, or written and read back (Documentation/ABI/testing/sysfs-bus-usb:
 * authorized, authorized_default, interface_authorized_default, bConfigurationValue). Any thread.
 *
 * All go by the opened folder of the device, not by its path: when the device is unplugged, the folder is dead for
 * good (kernfs), also when another device gets the same place and with it the same path a moment later. */

/* Opens the folder @path, relative to @parent (AT_FDCWD: none). -1 with @error. */
int kiosk_usb_folder_open (int parent, const char *path, GError **error);

/* The first line of the attribute @name, owned by the caller. NULL with @error: KIOSK_ERROR_CLOSED when the device is
 * gone, KIOSK_ERROR_IO for all else. */
char *kiosk_usb_attribute_read (int folder, const char *name, GError **error);

/* Makes sure that the attribute @name is @value: not written when it is already, read back when it was written.
 * KIOSK_ERROR_CLOSED when the device is gone, KIOSK_ERROR_FAILED when something else was read back, KIOSK_ERROR_IO for
 * all else. */
gboolean kiosk_usb_attribute_set (int folder, const char *name, const char *value, GError **error);
