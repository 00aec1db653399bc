/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

#include <gtk/gtk.h>

/* What is there before a log is: where to choose one, how far its verification is, why it could not be read. */
#define KIOSK_TYPE_PAGE_OPEN (kiosk_page_open_get_type ())
G_DECLARE_FINAL_TYPE (KioskPageOpen, kiosk_page_open, KIOSK, PAGE_OPEN, GtkBox)

GtkWidget *kiosk_page_open_new (KioskStore *store);

/* Asks for a folder in a dialog over the window of @widget, and opens it in @store. */
void kiosk_page_open_ask (GtkWidget *widget, KioskStore *store, gboolean file);

/* Asks for a folder to compare with, as of the collector, and opens what is open once more. */
void kiosk_page_open_compare (GtkWidget *widget, KioskStore *store);
