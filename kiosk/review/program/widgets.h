/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* The small pieces that every page is made of. @classes: style classes, separated by blanks. */

/* A label, left aligned, one line with an ellipsis; the paragraph wraps instead, and is at least 14 characters wide. */
GtkWidget *kiosk_label (const char *text, const char *classes);
GtkWidget *kiosk_paragraph (const char *text, const char *classes);

/* A symbolic icon that says nothing to a screen reader; the words beside it do. */
GtkWidget *kiosk_icon (const char *icon, int size, const char *classes);

GtkWidget *kiosk_hbox (int spacing, const char *classes);
GtkWidget *kiosk_vbox (int spacing, const char *classes);

/* A button of icon and word, either may be NULL. */
GtkWidget *kiosk_button (const char *icon, const char *text, const char *classes);

/* A key as it is printed on the keyboard. */
GtkWidget *kiosk_key (const char *key);

/* @child in a scrolled window that takes all room. */
GtkWidget *kiosk_scrolled (GtkWidget *child);

/* A box with a name above what is typed in: @child an entry, text view. */
GtkWidget *kiosk_text_box (const char *name, GtkWidget *child);

void kiosk_classes (GtkWidget *widget, const char *classes);
void kiosk_set_class (GtkWidget *widget, const char *class, gboolean on);
void kiosk_name (GtkWidget *widget, const char *name); /* what a screen reader says */

/* Focus into the one of @n @areas behind the one that has @focus (may be NULL), or the next that takes it. */
void kiosk_focus_next (GtkWidget *focus, GtkWidget *const *areas, guint n);

/* Takes all children out of a box. */
void kiosk_clear_box (GtkWidget *box);
