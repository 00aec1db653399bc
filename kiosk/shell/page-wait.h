/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "page.h"

/* The quiet page: the terminal starts and kioskd has not answered yet, or it switches itself off. There
 * is nothing to do on it but wait. */
#define KIOSK_TYPE_WAIT_PAGE (kiosk_wait_page_get_type ())
G_DECLARE_FINAL_TYPE (KioskWaitPage, kiosk_wait_page, KIOSK, WAIT_PAGE, KioskPageWidget)

GtkWidget *kiosk_wait_page_new (void);
