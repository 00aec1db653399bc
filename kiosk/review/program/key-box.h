/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reviewer.h"

/* Name, key file and passphrase of who signs. Signals: "changed" (somebody typed), "opened" (the key is open), "activate" (Enter). */
#define KIOSK_TYPE_KEY_BOX (kiosk_key_box_get_type ())
G_DECLARE_FINAL_TYPE (KioskKeyBox, kiosk_key_box, KIOSK, KEY_BOX, GtkBox)

GtkWidget *kiosk_key_box_new (KioskReviewer *reviewer);

/* Whether all three are there. */
gboolean kiosk_key_box_is_complete (KioskKeyBox *self);

/* Opens the key with what was typed; then "opened", or the box says what was wrong. The passphrase is gone from it in any case. */
void kiosk_key_box_open (KioskKeyBox *self);

/* Says @text in red; NULL: nothing. */
void kiosk_key_box_say (KioskKeyBox *self, const char *text);
