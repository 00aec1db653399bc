/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

#include <gtk/gtk.h>

/* What all pages have in common: they ask the index anew when another terminal or period is looked at, but only
 * when they are on the screen. */

/* Calls @refresh (@page) now and then: when @page is shown and what @store looks at has changed since. */
void kiosk_page_watch (GtkWidget *page, KioskStore *store, void (*refresh) (GtkWidget *page));

/* Asks anew although nothing has changed in the store. */
void kiosk_page_renew (GtkWidget *page);
