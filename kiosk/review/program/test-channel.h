/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reviewer.h"

#include <gtk/gtk.h>

/* Only in the program that the tests run: lines on standard input are answered on standard output with what the window shows, so
 * that a test reads words and not pixels. It changes nothing in how the program works. */
void kiosk_test_channel_watch (GtkWidget *window, KioskStore *store, KioskReviewer *reviewer);
