/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "view.h"

#include <gtk/gtk.h>

/* The left third of log-in and lock pages: which terminal this is, and a notice; while locked, the
 * way for security staff to end somebody's session. */
#define KIOSK_TYPE_SIDE (kiosk_side_get_type ())
G_DECLARE_FINAL_TYPE (KioskSide, kiosk_side, KIOSK, SIDE, GtkBox)

GtkWidget *kiosk_side_new (void);
void kiosk_side_update (KioskSide *self, const KioskView *view);
