/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/bus-device.h"

/* Where a device hangs. For bus-device.c alone. */

/* Subsystem of what it hangs from directly; "" for none. */
const char *kiosk_bus_parent (const KioskBusFacts *facts);

/* Whether something that it hangs from is of @subsystem. */
gboolean kiosk_bus_hangs_from (const KioskBusFacts *facts, const char *subsystem);

/* It, or what it hangs from, was plugged in while the machine ran, or can be. */
gboolean kiosk_bus_is_pluggable (const KioskBusFacts *facts);

/* Whether all that it hangs from is part of the machine by its kind; of things that are judged by themselves
 * if @or_judged. */
gboolean kiosk_bus_is_in_machine (const KioskBusFacts *facts, gboolean or_judged);

/* Whether a keyboard, pointer or what belongs to one is built in, or hangs from a USB device that is authorised. */
gboolean kiosk_bus_is_own_input (const KioskBusFacts *facts);

/* Whether a device of a kind that nobody judges may hang from an authorised USB device. */
gboolean kiosk_bus_is_usb_child (const KioskBusFacts *facts);
