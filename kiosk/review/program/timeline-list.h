/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "timeline-model.h"

#include <gtk/gtk.h>

/* The table of the timeline: いつ, どこで, だれが, 何を, どうした. A GtkColumnView without a model yet. Times are
 * without their year while @store looks at one month. */
GtkWidget *kiosk_timeline_list_new (KioskStore *store);
