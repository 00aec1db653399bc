/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "page.h"

/* The servers of the person, and the work for the chosen one. Connecting is the action
 * "kiosk.connect" (server, work number, purpose). */
#define KIOSK_TYPE_SERVERS_PAGE (kiosk_servers_page_get_type ())
G_DECLARE_FINAL_TYPE (KioskServersPage, kiosk_servers_page, KIOSK, SERVERS_PAGE, KioskPageWidget)

GtkWidget *kiosk_servers_page_new (void);

/* Forgets what was typed: another person is coming. */
void kiosk_servers_page_forget (KioskServersPage *self);
