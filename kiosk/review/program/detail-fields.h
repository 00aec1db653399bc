/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The fields of a stored line in the words of a person. Pure but for the language of the process. */

typedef struct {
  char *name;  /* "作業番号"; of a field that has no word here, its own name */
  char *value; /* cleaned: nothing in it changes what stands beside it */
} KioskDetailField;

void kiosk_detail_field_free (KioskDetailField *field);

/* All fields of @line (@length bytes) but those that are shown otherwise (time, host, person, action, outcome): first those with words,
 * in a fixed order, then the others as they stand. (KioskDetailField) */
GPtrArray *kiosk_detail_fields (const char *line, gsize length);
