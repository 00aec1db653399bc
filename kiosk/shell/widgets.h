/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* The small pieces that every page is made of. @classes: style classes, separated by blanks. */

/* A label, left aligned, one line with an ellipsis; kiosk_paragraph_new() wraps instead. */
GtkWidget *kiosk_label_new (const char *classes);
GtkWidget *kiosk_paragraph_new (const char *classes);

/* Sets the text unless it stands there already (a clock would redraw the page every second), and
 * hides an empty label. */
void kiosk_label_set (GtkWidget *label, const char *text);

/* A symbolic icon that says nothing to a screen reader; the words beside it do. */
GtkWidget *kiosk_icon_new (const char *icon, int size, const char *classes);

/* @icon, made by kiosk_icon_new(), in the middle of a coloured circle. */
GtkWidget *kiosk_circle_new (GtkWidget *icon, const char *classes);

/* @child in the middle, @width wide at most and wherever there is room. */
GtkWidget *kiosk_middle_new (GtkWidget *child, int width);

/* A key as it is printed on the keyboard. */
GtkWidget *kiosk_key_new (const char *key);

GtkWidget *kiosk_box_new (GtkOrientation orientation, int spacing, const char *classes);

/* A button of icon, word and key; @icon and @key may be NULL. */
GtkWidget *kiosk_button_new (const char *icon, const char *key, const char *classes);
void kiosk_button_set (GtkWidget *button, const char *text);

/* Adds or removes one style class. */
void kiosk_style_toggle (GtkWidget *widget, const char *class, gboolean on);

/* The accessible name of a widget. */
void kiosk_accessible_name (GtkWidget *widget, const char *name);
