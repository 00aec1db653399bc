/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "timeline-model.h"

#include <gtk/gtk.h>

/* 14: all records, conditions above, one record in full beside them. Signal "note" (gint64 key). */
#define KIOSK_TYPE_PAGE_TIMELINE (kiosk_page_timeline_get_type ())
G_DECLARE_FINAL_TYPE (KioskPageTimeline, kiosk_page_timeline, KIOSK, PAGE_TIMELINE, GtkBox)

GtkWidget *kiosk_page_timeline_new (KioskStore *store);

/* The focus into the full text. */
void kiosk_page_timeline_search (KioskPageTimeline *self);

/* Shows the row that tells of a fault. */
void kiosk_page_timeline_show_fault (KioskPageTimeline *self);

/* The parts between which F6 walks, in order; at most @max of them. */
guint kiosk_page_timeline_get_areas (KioskPageTimeline *self, GtkWidget **areas, guint max);

/* What its table shows. */
KioskTimelineModel *kiosk_page_timeline_get_model (KioskPageTimeline *self);
