/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-base"

#include "kiosk/base/text.h"

#include <string.h>

#define REPLACEMENT 0xfffd

const char *
kiosk_label_get (const KioskLabel *label, KioskLanguage language)
{
  return language == KIOSK_LANGUAGE_JA ? label->ja : label->en;
}

/* Characters that would change lines, direction or the look of what stands beside them. */
static gboolean
is_harmful (gunichar c)
{
  /* Letters, marks and symbols by their type, but nothing to see. Variation selectors are left: names
   * of people need them. */
  switch (c)
    {
    case 0x034f: /* combining grapheme joiner */
    case 0x115f: /* Hangul fillers */
    case 0x1160:
    case 0x3164:
    case 0xffa0:
    case 0x17b4: /* Khmer inherent vowels */
    case 0x17b5:
    case 0x2800: /* Braille without a dot */
      return TRUE;
    default:
      break;
    }
  switch ((int) g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT: /* bidirectional controls, zero-width characters, soft hyphen */
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_UNASSIGNED:
      return TRUE;
    default:
      return g_unichar_iszerowidth (c) && !g_unichar_ismark (c);
    }
}

char *
kiosk_text_clean (const char *text, guint max_chars)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *clean = g_string_new (NULL);
  const char *p = valid;
  guint n = 0;

  while (*p != '\0' && n < max_chars)
    {
      guint run = 0;
      gunichar c;

      /* nearly all that comes here is printable ASCII, which needs no look into tables */
      while (n + run + 1 < max_chars && g_ascii_isprint (p[run]))
        run++;
      g_string_append_len (clean, p, (gssize) run);
      p += run;
      n += run;
      if (*p == '\0')
        break;
      c = g_utf8_get_char (p);
      p = g_utf8_next_char (p);
      if (++n == max_chars && *p != '\0')
        c = 0x2026;
      g_string_append_unichar (clean, is_harmful (c) ? REPLACEMENT : c);
    }
  return g_string_free (clean, FALSE);
}

gboolean
kiosk_text_is_id (const char *text)
{
  gsize length = 0;

  for (; text[length] != '\0'; length++)
    {
      char c = text[length];
      gboolean plain = g_ascii_islower (c) || g_ascii_isdigit (c);

      if (length >= 63 || !(plain || (length > 0 && (c == '-' || c == '_' || c == '.'))))
        return FALSE;
    }
  return length > 0;
}

char *
kiosk_text_fill (const char *text, va_list words)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0';)
    {
      const char *end = *p == '{' ? strchr (p, '}') : NULL;
      const char *value = NULL;

      if (end != NULL)
        {
          va_list copy;

          va_copy (copy, words);
          for (const char *word; value == NULL && (word = va_arg (copy, const char *)) != NULL;)
            {
              const char *candidate = va_arg (copy, const char *);
              gsize length = strlen (word);

              if (length == (gsize) (end - p - 1) && strncmp (p + 1, word, length) == 0)
                value = candidate;
            }
          va_end (copy);
        }
      if (value != NULL)
        {
          g_string_append (out, value);
          p = end + 1;
        }
      else
        g_string_append_c (out, *p++);
    }
  return g_string_free (out, FALSE);
}
