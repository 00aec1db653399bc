/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "terminal-status.h"
#include "texts.h"

/* What a person is told about a refused device. Pure: one table by kind, one by reason. */

/* "USB memory cannot be used". */
KioskText kiosk_device_title (const KioskRefusedDevice *device);
/* What the terminal did: no more than is true for this kind and reason. */
KioskText kiosk_device_effect (const KioskRefusedDevice *device);
KioskText kiosk_device_why (const KioskRefusedDevice *device);
/* What to do with the device; may have {contact}. */
KioskText kiosk_device_first_step (const KioskRefusedDevice *device);
/* Whom to turn to; has {contact} and perhaps {reference}. */
KioskText kiosk_device_second_step (const KioskRefusedDevice *device);
/* Name of a symbolic icon. Static. */
const char *kiosk_device_icon (KioskDeviceKind kind);
