/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "view.h"

#include <gtk/gtk.h>

/* One server in the list: number, name, purpose or why not now, state, last use. */
#define KIOSK_TYPE_SERVER_ROW (kiosk_server_row_get_type ())
G_DECLARE_FINAL_TYPE (KioskServerRow, kiosk_server_row, KIOSK, SERVER_ROW, GtkListBoxRow)

GtkWidget *kiosk_server_row_new (void);
void kiosk_server_row_update (KioskServerRow *self, const KioskView *view,
                              const KioskServer *server, guint number);
