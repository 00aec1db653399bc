/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "devices-scan.h"

#include <json-glib/json-glib.h>

/* The words and the JSON of `kioskctl devices`. */

/* Why a device is refused, or what it may do: one line for people. Owned by the caller. */
char *kiosk_ctl_device_verdict_text (const KioskUsbVerdict *verdict, KioskLanguage language);

/* Adds the members of @verdict to the object that @builder has open. */
void kiosk_ctl_device_verdict_json (JsonBuilder *builder, const KioskUsbVerdict *verdict);

/* Prints what @builder has built, with a line feed. */
void kiosk_ctl_print_json (JsonBuilder *builder);

/* What holds for a device whatever the moment, or only now and then. */
typedef struct {
  const KioskPluggedIn *device;
  KioskUsbVerdict verdict; /* of the most generous moment */
  gboolean always;         /* the same at every moment */
  gboolean as_wanted;      /* the kernel lets nothing work that the policy does not */
} KioskDeviceView;

/* The whole table; @policy_read FALSE: without verdicts. */
void kiosk_ctl_devices_print (const GPtrArray *buses, const GPtrArray *views, gboolean policy_read,
                              KioskLanguage language);
void kiosk_ctl_devices_print_json (const GPtrArray *buses, const GPtrArray *views,
                                   gboolean policy_read, const GPtrArray *ways);
