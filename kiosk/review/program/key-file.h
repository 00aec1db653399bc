/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A button that shows which key file is chosen, and asks for another.
 *
 * Signal: "chosen" (the person took one). */

#define KIOSK_TYPE_KEY_FILE (kiosk_key_file_get_type ())
G_DECLARE_FINAL_TYPE (KioskKeyFile, kiosk_key_file, KIOSK, KEY_FILE, GtkButton)

/* @title is the dialog's. @path may be NULL: none is chosen yet. */
GtkWidget *kiosk_key_file_new (const char *title, const char *path);

/* NULL: none is chosen. */
const char *kiosk_key_file_get_path (KioskKeyFile *self);
