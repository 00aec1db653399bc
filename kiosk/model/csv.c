/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/csv.h"

/* Cells of comma separated values. */

static gboolean
is_formula (const char *text)
{
  static const gunichar signs[]
      = { '=', '+', '-', '@', '\t', '\r', 0xff1d, 0xff0b, 0xff0d, 0xff20 };
  gunichar c = g_utf8_get_char_validated (text, -1);

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (c == signs[i])
      return TRUE;
  return FALSE;
}

void
kiosk_csv_append (GString *row, const char *text)
{
  if (row->len > 0 && row->str[row->len - 1] != '\n')
    g_string_append_c (row, ',');
  g_string_append_c (row, '"');
  if (is_formula (text))
    g_string_append_c (row, '\'');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (row, '"');
      g_string_append_c (row, *p);
    }
  g_string_append_c (row, '"');
}

void
kiosk_csv_end (GString *row)
{
  g_string_append (row, "\r\n");
}
