/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "form.h"
#include "page.h"

/* Log-in, credentials of a server, lock and end: the terminal at the left, a form at the right.
 *
 * Signals: "submit" () and "back" () of the form. */
#define KIOSK_TYPE_FORM_PAGE (kiosk_form_page_get_type ())
G_DECLARE_FINAL_TYPE (KioskFormPage, kiosk_form_page, KIOSK, FORM_PAGE, KioskPageWidget)

GtkWidget *kiosk_form_page_new (KioskPage kind);
KioskPage kiosk_form_page_get_kind (KioskFormPage *self);
KioskForm *kiosk_form_page_get_form (KioskFormPage *self);
