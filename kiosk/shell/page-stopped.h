/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "page.h"

/* Out of service: what happened, why, whom to call, which code to give. Nothing can be done here. */
#define KIOSK_TYPE_STOPPED_PAGE (kiosk_stopped_page_get_type ())
G_DECLARE_FINAL_TYPE (KioskStoppedPage, kiosk_stopped_page, KIOSK, STOPPED_PAGE, KioskPageWidget)

GtkWidget *kiosk_stopped_page_new (void);
