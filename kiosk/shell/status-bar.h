/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "view.h"

#include <gtk/gtk.h>

/* The line at the bottom: recording, line, clock; image and whom to call. Not shown in a session. */
#define KIOSK_TYPE_STATUS_BAR (kiosk_status_bar_get_type ())
G_DECLARE_FINAL_TYPE (KioskStatusBar, kiosk_status_bar, KIOSK, STATUS_BAR, GtkBox)

GtkWidget *kiosk_status_bar_new (void);
void kiosk_status_bar_update (KioskStatusBar *self, const KioskView *view);
