/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A label that asks for no room and is drawn in full over what stands to its right: one row of a table that reads as one
 * sentence across all columns. */
#define KIOSK_TYPE_OVERHANG (kiosk_overhang_get_type ())
G_DECLARE_FINAL_TYPE (KioskOverhang, kiosk_overhang, KIOSK, OVERHANG, GtkWidget)

/* @child must be visible and single-line; owned by the widget. */
GtkWidget *kiosk_overhang_new (GtkWidget *child);
