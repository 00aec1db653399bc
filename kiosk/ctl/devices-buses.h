/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/text.h"
#include "kiosk/model/policy.h"

#include <json-glib/json-glib.h>

/* The part of `kioskctl devices` about the ways in that are not USB: one row for each (bus-device.h), whether the kernel
 * has a driver for it, what is there and whether it is shut. Asks sysfs itself, not kioskd. */

/* All that is there and is not simply part of the machine. @policy (may be NULL) says where the log is. NULL when sysfs
 * cannot be read, with a message on standard error. Owned by the caller. */
GPtrArray *kiosk_ctl_ways_find (const KioskPolicy *policy);

/* FALSE when one of them is open that must be shut. */
gboolean kiosk_ctl_ways_are_shut (const GPtrArray *ways);

void kiosk_ctl_ways_print (const GPtrArray *ways, KioskLanguage language);

/* Adds the member "ways" (kioskctl(1)) to the object that @builder is in. */
void kiosk_ctl_ways_add (const GPtrArray *ways, JsonBuilder *builder);
