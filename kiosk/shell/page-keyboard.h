/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "page.h"

/* The screen is locked, and a number is to be typed on the keyboard that was plugged in. Nothing on this
 * page takes a key: the new keyboard is read elsewhere, and the others are not asked. */
#define KIOSK_TYPE_KEYBOARD_PAGE (kiosk_keyboard_page_get_type ())
G_DECLARE_FINAL_TYPE (KioskKeyboardPage, kiosk_keyboard_page, KIOSK, KEYBOARD_PAGE, KioskPageWidget)

GtkWidget *kiosk_keyboard_page_new (void);
