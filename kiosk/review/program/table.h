/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "texts.h"

#include <gtk/gtk.h>

/* A short table of texts (hundreds of rows, not millions). Signals: "activated" and "selected" (gint64 key of the row). */
#define KIOSK_TYPE_TABLE (kiosk_table_get_type ())
G_DECLARE_FINAL_TYPE (KioskTable, kiosk_table, KIOSK, TABLE, GtkBox)

typedef struct {
  KioskSay title;
  int width;       /* pixels; 0: its share of what is left */
  gboolean number; /* to the right */
} KioskTableColumn;

/* @columns live as long as the table. @name: for a screen reader. */
GtkWidget *kiosk_table_new (const KioskTableColumn *columns, guint n_columns, const char *name);

/* @cells: one for each column, copied. @key: what the signals name the row by. @class (may be NULL): style class of the last
 * column's text, or of all when it begins with "row-". */
void kiosk_table_add (KioskTable *self, gint64 key, const char *class, char *const *cells);
void kiosk_table_clear (KioskTable *self);
guint kiosk_table_get_n_rows (KioskTable *self);

/* Key of the chosen row; 0 without one. */
gint64 kiosk_table_get_selected (KioskTable *self);

/* Its cells for paper: row @row, column @column; owned by the table. */
const char *kiosk_table_get_cell (KioskTable *self, guint row, guint column);
guint kiosk_table_get_n_columns (KioskTable *self);
const KioskTableColumn *kiosk_table_get_column (KioskTable *self, guint column);
