/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/interface.h"

#include <glib.h>

/* Completes @facts, of which rtnetlink has given name and index, with what sysfs says below /sys/class/net
 * (Documentation/ABI/testing/sysfs-class-net of the kernel): its device, the buses above that, whether it is a
 * radio. The name may belong to another interface by now; then, and when anything cannot be read, `complete` stays
 * FALSE. Needs a sysfs of this process's network namespace. Main thread only. */
void kiosk_interface_facts_read (KioskInterfaceFacts *facts);
