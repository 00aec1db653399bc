/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/text.h"
#include "kiosk/model/policy.h"

#include <json-glib/json-glib.h>

/* The part of `kioskctl devices` about the ways in that are not USB: one row for each (bus-device.h), whether the kernel has a
 * driver for it, what is there and whether it is shut. Asks sysfs itself, not kioskd.
 *
 * With @builder, in an object of which the caller goes on with the next member: adds the member "ways" (kioskctl(1)); without, prints
 * in @language. @policy (may be NULL) says where the log is. FALSE when a way for data is open, or nothing could be
 * read. */
gboolean kiosk_ctl_buses_show (const KioskPolicy *policy, JsonBuilder *builder,
                               KioskLanguage language);
