/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "columns.h"

guint
kiosk_ctl_columns (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      width += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
    }
  return width;
}

void
kiosk_ctl_print_rows (const GPtrArray *rows, guint n_columns)
{
  g_autofree guint *widths = g_new0 (guint, n_columns);

  for (guint i = 0; i < rows->len; i++)
    for (guint column = 0; column < n_columns; column++)
      widths[column] = MAX (widths[column], kiosk_ctl_columns (((GStrv) rows->pdata[i])[column]));
  for (guint i = 0; i < rows->len; i++)
    {
      GStrv row = rows->pdata[i];

      for (guint column = 0; column < n_columns; column++)
        {
          g_print ("%s", row[column]);
          if (column + 1 < n_columns)
            g_print ("%*s", (int) (widths[column] - kiosk_ctl_columns (row[column]) + 2), "");
        }
      g_print ("\n");
    }
  g_print ("\n");
}
