/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/bus-device.h"

#include <glib.h>

/* Shuts the device at @target (below /sys/devices) in the way @shut and reads back whether it is. May take as long as
 * the device's driver does, so not for the main thread; touches nothing but sysfs. FALSE: it stays open.
 *
 * Threat: what is written to is chosen by kiosk_bus_judge() among what does not carry the system; nothing that a
 * device says of itself gets into a path or a value. */
gboolean kiosk_bus_shut (KioskBusShut shut, const char *target, GError **error);
