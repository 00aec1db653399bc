/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "page.h"

#include "kiosk/base/secret.h"

/* The change of a password (page 04): three fields, and the rules that are met so far. Nothing can be submitted that
 * breaks one that can be judged here; kiosk-auth and its modules judge the rest.
 *
 * Signals:
 *   "submit" ()
 *   "back"   () */
#define KIOSK_TYPE_PASSWORD_PAGE (kiosk_password_page_get_type ())
G_DECLARE_FINAL_TYPE (KioskPasswordPage, kiosk_password_page, KIOSK, PASSWORD_PAGE, KioskPageWidget)

GtkWidget *kiosk_password_page_new (void);

/* What was typed; the fields are empty afterwards but for the current password, which may be asked for once
 * more. Each is NULL when it is too long for a secret. */
void kiosk_password_page_take (KioskPasswordPage *self, KioskSecret **current, KioskSecret **new,
                               KioskSecret **again);
