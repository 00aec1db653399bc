/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "page.h"

/* The steps of a connection with the time that each took, and a way out. */
#define KIOSK_TYPE_CONNECTING_PAGE (kiosk_connecting_page_get_type ())
G_DECLARE_FINAL_TYPE (KioskConnectingPage, kiosk_connecting_page, KIOSK, CONNECTING_PAGE,
                      KioskPageWidget)

GtkWidget *kiosk_connecting_page_new (void);
