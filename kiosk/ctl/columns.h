/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Columns of a terminal that the UTF-8 @text takes: East Asian wide characters take two. */
guint kiosk_ctl_columns (const char *text);

/* Prints @rows, each a GStrv of @n_columns texts, the first one the heading; aligned, two blanks between. */
void kiosk_ctl_print_rows (const GPtrArray *rows, guint n_columns);
