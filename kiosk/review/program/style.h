/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Style sheets of the program: those of the terminal, and its own on top. */

/* Loads them. Once, after adw_init(). */
void kiosk_style_init (GdkDisplay *display);

/* Light, dark, light ... */
void kiosk_style_cycle (void);

/* The colour that the sheets name @name, for what is drawn and not styled. */
void kiosk_style_colour (GtkWidget *widget, const char *name, GdkRGBA *colour);
