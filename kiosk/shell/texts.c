/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "texts.h"

#include <string.h>

/* Words and dates of the shell. Pure but for the local time zone. Formats are not given to printf: a
 * value from outside can hold anything. */

/* How many characters stay together at the end: an ending and the word that it belongs to (連絡してください。),
 * or a few of any kind. */
#define KEPT 8
#define KEPT_KANJI 2
#define KEPT_ANY 4
#define WORD_JOINER 0x2060
#define NO_BREAK_SPACE 0xa0

static const struct {
  const char *ja, *en;
} texts[KIOSK_N_TEXTS] = {
#define T(name, ja_text, en_text) [KIOSK_TEXT_##name] = { ja_text, en_text },
#include "texts.def"
#undef T
};

const char *
kiosk_text_get (KioskLanguage language, KioskText text)
{
  g_assert (text < KIOSK_N_TEXTS);
  return language == KIOSK_LANGUAGE_JA ? texts[text].ja : texts[text].en;
}

char *
kiosk_text_format (KioskLanguage language, KioskText text, ...)
{
  va_list words;
  char *filled;

  va_start (words, text);
  filled = kiosk_text_fill (kiosk_text_get (language, text), words);
  va_end (words);
  return filled;
}

static const char *const days_ja[] = { "月", "火", "水", "木", "金", "土", "日" };
static const char *const days_en[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char *const months_en[]
    = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static GDateTime *
local (gint64 realtime)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (realtime / G_USEC_PER_SEC);
  GDateTime *result = utc != NULL ? g_date_time_to_local (utc) : NULL;

  /* A time that no calendar knows can only come from a broken clock; show the epoch. */
  return result != NULL ? result : g_date_time_new_from_unix_utc (0);
}

char *
kiosk_text_date (KioskLanguage language, gint64 realtime)
{
  g_autoptr (GDateTime) when = local (realtime);
  int day = g_date_time_get_day_of_week (when) - 1;
  int month = g_date_time_get_month (when);

  if (language == KIOSK_LANGUAGE_JA)
    return g_strdup_printf ("%d月%d日（%s）", month, g_date_time_get_day_of_month (when),
                            days_ja[day]);
  return g_strdup_printf ("%s %d %s", days_en[day], g_date_time_get_day_of_month (when),
                          months_en[month - 1]);
}

char *
kiosk_text_time (gint64 realtime)
{
  g_autoptr (GDateTime) when = local (realtime);

  return g_strdup_printf ("%02d:%02d", g_date_time_get_hour (when), g_date_time_get_minute (when));
}

char *
kiosk_text_date_time (KioskLanguage language, gint64 realtime)
{
  g_autofree char *date = kiosk_text_date (language, realtime);
  g_autofree char *time = kiosk_text_time (realtime);

  return g_strdup_printf ("%s %s", date, time);
}

char *
kiosk_text_timestamp (gint64 realtime)
{
  g_autoptr (GDateTime) when = local (realtime);

  return g_date_time_format (when, "%Y-%m-%d %H:%M:%S");
}

/* Goes back over up to @max characters that @is_kind accepts, from @end to @text at most. */
static const char *
go_back (const char *text, const char *end, guint max, gboolean (*is_kind) (gunichar c))
{
  for (guint i = 0; i < max && end > text; i++)
    {
      const char *before = g_utf8_prev_char (end);

      if (!is_kind (g_utf8_get_char (before)))
        break;
      end = before;
    }
  return end;
}

static gboolean
is_ending (gunichar c)
{
  return (c >= 0x3040 && c <= 0x309f) || c == 0x3002; /* hiragana, 。 */
}

static gboolean
is_kanji (gunichar c)
{
  return c >= 0x4e00 && c <= 0x9fff;
}

char *
kiosk_text_keep_end (const char *text)
{
  const char *end = text + strlen (text);
  const char *word = go_back (text, go_back (text, end, KEPT, is_ending), KEPT_KANJI, is_kanji);
  const char *start = MIN (word, go_back (text, end, KEPT_ANY, g_unichar_iswide));
  GString *out = g_string_new_len (text, start - text);

  for (const char *p = start; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (p > start)
        g_string_append_unichar (out, WORD_JOINER);
      g_string_append_unichar (out, g_utf8_get_char (p));
    }
  return g_string_free (out, FALSE);
}

char *
kiosk_text_keep_whole (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (p > text)
        g_string_append_unichar (out, WORD_JOINER);
      g_string_append_unichar (out, c == ' ' ? NO_BREAK_SPACE : c);
    }
  return g_string_free (out, FALSE);
}

char *
kiosk_text_hours (KioskLanguage language, const char *hours)
{
  GString *out = g_string_new (NULL);

  for (const char *p = hours; *p != '\0';)
    {
      guint day;

      for (day = 0; day < G_N_ELEMENTS (days_en); day++)
        if (strncmp (p, days_en[day], 3) == 0)
          break;
      if (day < G_N_ELEMENTS (days_en))
        {
          g_string_append (out, language == KIOSK_LANGUAGE_JA ? days_ja[day] : days_en[day]);
          p += 3;
        }
      else if (*p == '-')
        {
          g_string_append (out, "–");
          p++;
        }
      else if ((*p == ';' || *p == ',') && language == KIOSK_LANGUAGE_JA)
        {
          g_string_append (out, p[1] == ' ' || p[1] == '\0' ? "、" : "・");
          p += p[1] == ' ' ? 2 : 1;
        }
      else
        g_string_append_c (out, *p++);
    }
  return g_string_free (out, FALSE);
}
