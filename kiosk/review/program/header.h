/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

#include <gtk/gtk.h>

/* The bar at the top: sidebar, period, terminal, title, search, print, sign-off, menu. What is pressed are actions of the
 * window: win.sidebar, win.search, win.print, win.sign, win.open, win.language, win.appearance, window.close. */
GtkWidget *kiosk_header_new (KioskStore *store);
