/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

#include <gtk/gtk.h>

/* 15: the sessions of a day as bars by terminal or person, the same as a table, one of them in full. */
#define KIOSK_TYPE_PAGE_SESSIONS (kiosk_page_sessions_get_type ())
G_DECLARE_FINAL_TYPE (KioskPageSessions, kiosk_page_sessions, KIOSK, PAGE_SESSIONS, GtkBox)

GtkWidget *kiosk_page_sessions_new (KioskStore *store);
