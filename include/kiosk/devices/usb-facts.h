/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/device-rule.h"

#include <glib.h>

/* Reads what the kernel says about USB devices from sysfs (Documentation/ABI/stable/sysfs-bus-usb). Reads only; every
 * attribute is there while the device is refused. Any thread. */

/* Reads all of the device at @syspath ("/sys/devices/.../1-2.3"). FALSE (KIOSK_ERROR_IO) when something that every
 * device has could not be read, or it changed meanwhile: such a device is to be refused. @facts is cleared then. */
gboolean kiosk_usb_facts_read (const char *syspath, KioskUsbFacts *facts, GError **error);
