/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

#include <gtk/gtk.h>

/* 16: failed log-ins over time, what is usual, what rose, who it was, what to check. Signal "note" (gint64 key of a record). */
#define KIOSK_TYPE_PAGE_FAILURES (kiosk_page_failures_get_type ())
G_DECLARE_FINAL_TYPE (KioskPageFailures, kiosk_page_failures, KIOSK, PAGE_FAILURES, GtkBox)

GtkWidget *kiosk_page_failures_new (KioskStore *store);
