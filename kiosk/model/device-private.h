/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the files about devices share among themselves:
 *
 *   usb-descriptors.c  bytes -> what a device says that it is, or why they are refused
 *   device-kind.c      classes -> what a person is told
 *   device-facts.c     the facts: equal, digest, one line for the log
 *   device-rule.c      what one rule asks for, and what each purpose can mean
 *   device-judge.c     facts and rules -> verdict
 *   policy-devices.c   sections of the policy -> rules
 */

#include "kiosk/model/device-rule.h"

gboolean kiosk_usb_pattern_matches (KioskUsbPattern pattern, KioskUsbClass class);

/* From the device's class and that of every interface in every configuration. */
KioskDeviceKind kiosk_usb_kind (const KioskUsbDescriptors *descriptors);

/* Whether a rule for @purpose can let an interface of @class work at all. */
gboolean kiosk_device_purpose_admits (KioskDevicePurpose purpose, KioskUsbClass class);

/* Whether a device of @class can serve @purpose: drivers may look at the class of the device alone. */
gboolean kiosk_device_purpose_admits_device (KioskDevicePurpose purpose, KioskUsbClass class);

/* Whether the allow rule @rule lets an interface of @class work: named, or without names the usual ones of its purpose;
 * and admitted. */
gboolean kiosk_device_rule_admits (const KioskDeviceRule *rule, KioskUsbClass class);

/* Whether @rule has no ports or names that of @facts, and so on. */
gboolean kiosk_device_rule_fits_id (const KioskDeviceRule *rule,
                                    const KioskUsbDescriptors *descriptors);
gboolean kiosk_device_rule_fits_port (const KioskDeviceRule *rule, const KioskUsbFacts *facts);
gboolean kiosk_device_rule_fits_serial (const KioskDeviceRule *rule, const KioskUsbFacts *facts);
gboolean kiosk_device_rule_fits_digest (const KioskDeviceRule *rule, const KioskUsbFacts *facts);
gboolean kiosk_device_rule_fits_moment (const KioskDeviceRule *rule, KioskDeviceMoment moment);

void kiosk_device_rule_free (gpointer rule);
void kiosk_device_port_free (gpointer port);
