/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Pages of a report as they will be on paper, one below the other; by the same code. Tab goes from page to page. */
GtkWidget *kiosk_preview_new (void);

/* @pages (cairo_surface_t, see kiosk_report_pages()) is taken over; NULL empties it. */
void kiosk_preview_set_pages (GtkWidget *preview, GPtrArray *pages);
