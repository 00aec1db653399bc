/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "view.h"

#include <gtk/gtk.h>

/* The trusted bar: 48 px at the top of every page, the one place that no server can draw on. */
#define KIOSK_TYPE_BAR (kiosk_bar_get_type ())
G_DECLARE_FINAL_TYPE (KioskBar, kiosk_bar, KIOSK, BAR, GtkBox)

#define KIOSK_BAR_HEIGHT 48

GtkWidget *kiosk_bar_new (void);
void kiosk_bar_update (KioskBar *self, const KioskView *view);
