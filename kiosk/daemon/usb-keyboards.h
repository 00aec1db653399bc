/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/device-rule.h"

/* Which keyboards have worked here, so that after one was unplugged the same can be told from another. Pure, main
 * thread. */
typedef struct _KioskUsbKeyboards KioskUsbKeyboards;

typedef enum {
  KIOSK_KEYBOARD_WORKS,   /* as it is */
  KIOSK_KEYBOARD_CHECKED, /* after somebody has typed a number on it */
  KIOSK_KEYBOARD_WAITS,   /* not while the screen is locked */
} KioskKeyboardAdmission;

KioskUsbKeyboards *kiosk_usb_keyboards_new (void);
void kiosk_usb_keyboards_free (KioskUsbKeyboards *self);

/* What becomes of the keyboard @facts that was just plugged in and that the policy allows. Nobody logged in: it works,
 * for there is nothing yet that it could type into but the log-in. Locked: the same keyboard on the same port
 * works, another one waits. Otherwise each one is checked, also the same: a copy of it looks the same. */
KioskKeyboardAdmission kiosk_usb_keyboards_admit (const KioskUsbKeyboards *self,
                                                  const KioskUsbFacts *facts,
                                                  KioskDeviceMoment moment);

/* It works: until further notice the same may come back while the screen is locked. */
void kiosk_usb_keyboards_remember (KioskUsbKeyboards *self, const KioskUsbFacts *facts);

/* Nobody is logged in any more: what has worked so far is nothing to the next person. */
void kiosk_usb_keyboards_forget (KioskUsbKeyboards *self);
