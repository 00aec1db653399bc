/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "row.h"
#include "store.h"

#include <gtk/gtk.h>

/* One record in full beside the timeline: who, what, where in words, every field that is stored, what proves it,
 * and the stored line itself, which nobody can change here. Signal "note" (gint64 key): a note is to be written; "context"
 * (gint64 key): what came before and after is to be shown. */
#define KIOSK_TYPE_DETAIL (kiosk_detail_get_type ())
G_DECLARE_FINAL_TYPE (KioskDetail, kiosk_detail, KIOSK, DETAIL, GtkBox)

GtkWidget *kiosk_detail_new (KioskStore *store);

/* @row NULL: nothing is chosen. */
void kiosk_detail_show (KioskDetail *self, KioskRow *row);
