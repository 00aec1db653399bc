/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reviewer.h"

/* Prints what @page shows: its chart and its table, or the records of the timeline, with what the verification said. That it was
 * printed, and by whom, is in the journal before the first page is. @file NULL: asks for the printer; else a PDF. */
void kiosk_print (GtkWindow *window, KioskStore *store, KioskReviewer *reviewer, GtkWidget *page,
                  const char *file);
