/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "row.h"
#include "store.h"

/* The records that pass a filter, newest first, as a list of KioskRow that is read a page at a time where somebody
 * looks: its first page at once, its length as soon as it is counted (in a thread), and never more than a few pages in memory,
 * however many records there are. Faults of logs stand as rows of their own in their place. */
#define KIOSK_TYPE_TIMELINE_MODEL (kiosk_timeline_model_get_type ())
G_DECLARE_FINAL_TYPE (KioskTimelineModel, kiosk_timeline_model, KIOSK, TIMELINE_MODEL, GObject)

/* What @store looks at now, with its view. Signal "counted": the length is final. */
KioskTimelineModel *kiosk_timeline_model_new (KioskStore *store);

/* How many records pass; faults do not count. *@final: it is counted. */
guint64 kiosk_timeline_model_get_total (KioskTimelineModel *self, gboolean *final);

/* The place of the record @key, or of the fault of the log whose first bad record it is; FALSE when it is not in the list. */
gboolean kiosk_timeline_model_find (KioskTimelineModel *self, gint64 key, guint *position);

/* The place of the first row that tells of a fault; FALSE without one. */
gboolean kiosk_timeline_model_find_fault (KioskTimelineModel *self, guint *position);
