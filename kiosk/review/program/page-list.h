/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

#include <gtk/gtk.h>

/* Pages that are one table with a sentence above it. Enter or a double click shows the record in the timeline. */
typedef enum {
  KIOSK_LIST_DEVICES, /* devices and interfaces that were refused */
  KIOSK_LIST_OUTAGES,
  KIOSK_LIST_WORK,    /* outside hours or orders */
  KIOSK_LIST_PERSONS, /* IDs and their last use */
} KioskListKind;

#define KIOSK_TYPE_PAGE_LIST (kiosk_page_list_get_type ())
G_DECLARE_FINAL_TYPE (KioskPageList, kiosk_page_list, KIOSK, PAGE_LIST, GtkBox)

GtkWidget *kiosk_page_list_new (KioskStore *store, KioskListKind kind);

/* Days without use after which an ID is pointed out. */
#define KIOSK_UNUSED_DAYS 90
