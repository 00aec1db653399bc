/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

#include <gtk/gtk.h>

/* A sheet (sheet.h) on which seal codes are compared with the paper ledger. */
GtkWidget *kiosk_sheet_ledger_new (KioskStore *store);
