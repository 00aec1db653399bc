/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* What lies over the pages and is answered or closed: a heading, a body, buttons. Signal "closed". */
#define KIOSK_TYPE_SHEET (kiosk_sheet_get_type ())
G_DECLARE_FINAL_TYPE (KioskSheet, kiosk_sheet, KIOSK, SHEET, GtkBox)

/* @accept: word of the suggested button at the right. */
KioskSheet *kiosk_sheet_new (const char *title, const char *help, const char *icon,
                             const char *accept);

GtkBox *kiosk_sheet_get_body (KioskSheet *self);
GtkWidget *kiosk_sheet_get_accept (KioskSheet *self);

/* Another word and sensitivity for it. */
void kiosk_sheet_set_accept (KioskSheet *self, const char *word, gboolean enabled);

/* A button between the two. */
GtkWidget *kiosk_sheet_add_button (KioskSheet *self, const char *word);

/* What was asked for is done: from now on the way back says "Close", not "Cancel". */
void kiosk_sheet_set_done (KioskSheet *self);

/* For a sheet that only has a way back, which is the button at the right. */
void kiosk_sheet_drop_cancel (KioskSheet *self);

void kiosk_sheet_close (KioskSheet *self);

/* A text view of some lines in a box with a name; *@view gets it. */
GtkWidget *kiosk_sheet_text (const char *name, GtkWidget **view);

/* What is in it, without blanks around; owned by the caller. */
char *kiosk_sheet_get_text (GtkWidget *view);
