/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

#include <gtk/gtk.h>

/* The line of conditions above the timeline: full text, time, person, server, kind, only failures. It writes into the
 * view of the store. Signal "filtered": somebody changed it. */
#define KIOSK_TYPE_FILTER_BAR (kiosk_filter_bar_get_type ())
G_DECLARE_FINAL_TYPE (KioskFilterBar, kiosk_filter_bar, KIOSK, FILTER_BAR, GtkBox)

GtkWidget *kiosk_filter_bar_new (KioskStore *store);

/* Shows what the view of the store says, and what there is to choose from. */
void kiosk_filter_bar_load (KioskFilterBar *self);

/* The focus into the full text. */
void kiosk_filter_bar_search (KioskFilterBar *self);

/* Reads a time as a person types it, local: "2026-11-20" or "2026-11-20 09:00"; @end: a day alone means its end. Unix
 * microseconds; "" is 0. FALSE when it is none. */
gboolean kiosk_filter_parse_time (const char *text, gboolean end, gint64 *time);
