/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "language.h"

/* One rule for all sub-commands. */

gboolean
kiosk_ctl_language (const char *option, KioskLanguage *language)
{
  static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
  const char *locale = "";

  if (option != NULL)
    {
      if (!g_str_equal (option, "ja") && !g_str_equal (option, "en"))
        return FALSE;
      *language = g_str_equal (option, "ja") ? KIOSK_LANGUAGE_JA : KIOSK_LANGUAGE_EN;
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (variables) && locale[0] == '\0'; i++)
    {
      const char *value = g_getenv (variables[i]);

      locale = value != NULL ? value : "";
    }
  *language = locale[0] == '\0' || locale[0] == 'C' || g_str_has_prefix (locale, "POSIX")
                      || g_str_has_prefix (locale, "ja")
                  ? KIOSK_LANGUAGE_JA
                  : KIOSK_LANGUAGE_EN;
  return TRUE;
}
