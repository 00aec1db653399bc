/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Style sheets and toolkit settings of the whole program. */

/* Loads the sheets and switches off what GTK would do by itself. Once, after adw_init(). */
void kiosk_style_init (GdkDisplay *display);

/* Light, dark, high contrast, light ... for this log-in page and who comes next. */
void kiosk_style_cycle (void);
