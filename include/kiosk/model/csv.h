/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Comma separated values (RFC 4180) for spreadsheets. Pure. */

/* Stands before the first row, so that spreadsheets read UTF-8. */
#define KIOSK_CSV_MARK "\xef\xbb\xbf"

/* Appends one cell to @row, quoted, with a comma before it unless it is the first of its line. A spreadsheet runs what begins like a
 * formula, quoted or not: an apostrophe before = + - @ (also the wide ones), tab or carriage return makes it text. */
void kiosk_csv_append (GString *row, const char *text);

/* Ends the row. */
void kiosk_csv_end (GString *row);
