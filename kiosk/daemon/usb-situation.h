/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usb-keyboards.h"
#include "usb-plugged.h"

/* By what USB devices are judged: the policy, the moment, the keyboards that have worked. Main thread only. */
typedef struct {
  KioskPolicy *policy; /* NULL: nothing is allowed */
  KioskDeviceMoment moment;
  KioskUsbKeyboards *keyboards;
  GPtrArray *former; /* policies that verdicts still point into */
} KioskUsbSituation;

void kiosk_usb_situation_init (KioskUsbSituation *self);
void kiosk_usb_situation_clear (KioskUsbSituation *self);

/* FALSE when nothing has changed. @policy is kept; the one before is kept as well, until
 * kiosk_usb_situation_drop_former() is called, when every verdict is a new one. */
gboolean kiosk_usb_situation_change (KioskUsbSituation *self, KioskPolicy *policy,
                                     KioskDeviceMoment moment);
void kiosk_usb_situation_drop_former (KioskUsbSituation *self);

/* Makes a refusal of @verdict; @reason is static. */
void kiosk_usb_situation_refuse (KioskUsbVerdict *verdict, const char *reason, const char *detail);

/* Judges @plugged; @earlier: how many of the devices that are there came before it. TRUE: it is a keyboard that is
 * allowed, and to be checked before it may be typed on; told once. */
gboolean kiosk_usb_situation_judge (KioskUsbSituation *self, KioskUsbPlugged *plugged,
                                    guint earlier, KioskUsbVerdict *verdict);
