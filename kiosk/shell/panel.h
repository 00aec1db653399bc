/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "view.h"

#include <gtk/gtk.h>

/* What the terminal says over a page or a picture: it hangs from the bar and opens its line, because a
 * server could draw a floating card but not this. Countdown before the lock, or the menu. */
#define KIOSK_TYPE_PANEL (kiosk_panel_get_type ())
G_DECLARE_FINAL_TYPE (KioskPanel, kiosk_panel, KIOSK, PANEL, GtkBox)

#define KIOSK_PANEL_HEIGHT 122

GtkWidget *kiosk_panel_new (void);
void kiosk_panel_update (KioskPanel *self, const KioskView *view);

/* A key while the menu is open: arrows walk. TRUE when it was for the panel. */
gboolean kiosk_panel_key (KioskPanel *self, guint keyval);
