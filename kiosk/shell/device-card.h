/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "view.h"

#include <gtk/gtk.h>

/* Refused devices: a card that hangs from the bar and opens its line above itself, over any page and over
 * the picture. Takes no focus and no key; it stays until the device is unplugged or somebody has read it
 * (Ctrl+Alt+Esc, or its button). */
#define KIOSK_TYPE_DEVICE_CARD (kiosk_device_card_get_type ())
G_DECLARE_FINAL_TYPE (KioskDeviceCard, kiosk_device_card, KIOSK, DEVICE_CARD, GtkBox)

#define KIOSK_DEVICE_CARD_WIDTH 495 /* logical pixels */

GtkWidget *kiosk_device_card_new (void);

/* Shows the devices of @view, or hides the card when it is not to be seen. */
void kiosk_device_card_update (KioskDeviceCard *self, const KioskView *view);

/* How far it reaches below the bar with its present words, in logical pixels; 0 while it is hidden. */
int kiosk_device_card_get_height (KioskDeviceCard *self);
