/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reviewer.h"
#include "store.h"

#include <gtk/gtk.h>

/* A sheet (sheet.h) on which an auditor opens the sealed secret, so that the codes of all records are checked. */
GtkWidget *kiosk_sheet_codes_new (KioskStore *store, KioskReviewer *reviewer);
