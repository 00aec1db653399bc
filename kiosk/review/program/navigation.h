/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

#include <gtk/gtk.h>

/* The list of pages at the left, with the number of matters that somebody should look at. */
#define KIOSK_TYPE_NAVIGATION (kiosk_navigation_get_type ())
G_DECLARE_FINAL_TYPE (KioskNavigation, kiosk_navigation, KIOSK, NAVIGATION, GtkBox)

/* Signal "page" (char *name): it was chosen. */
GtkWidget *kiosk_navigation_new (KioskStore *store);

/* Marks the page @name as the one that is shown; no signal. */
void kiosk_navigation_select (KioskNavigation *self, const char *name);

/* What stands at its foot: who reviews. */
void kiosk_navigation_set_reviewer (KioskNavigation *self, const char *name);

/* Rises in failed log-ins and refused devices in the period of @store. */
void kiosk_count_matters (KioskStore *store, guint *rises, guint *devices, guint *work);
