/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reviewer.h"

#include <adwaita.h>

/* The window: bar, list of pages, the line of the verification, the page, and what lies over it. */
#define KIOSK_TYPE_WINDOW (kiosk_window_get_type ())
G_DECLARE_FINAL_TYPE (KioskWindow, kiosk_window, KIOSK, WINDOW, AdwApplicationWindow)

/* @reviewer is kept. Signal "language": the other language is wanted; who made the window makes another. */
GtkWidget *kiosk_window_new (GtkApplication *application, KioskStore *store,
                             KioskReviewer *reviewer);
