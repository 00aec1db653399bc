/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "texts.h"

#include "kiosk/model/audit-actions.h"

#include <string.h>

/* Words, dates and numbers. Pure but for the local time zone and the language of the process. */

static const struct {
  const char *ja, *en;
} texts[KIOSK_N_SAY] = {
#define T(name, ja_text, en_text) [KIOSK_SAY_##name] = { ja_text, en_text },
#include "texts.def"
#undef T
};

static KioskLanguage chosen = KIOSK_LANGUAGE_JA;

void
kiosk_say_set_language (KioskLanguage language)
{
  chosen = language;
}

KioskLanguage
kiosk_say_get_language (void)
{
  return chosen;
}

gboolean
kiosk_say_is_japanese (void)
{
  return chosen == KIOSK_LANGUAGE_JA;
}

const char *
kiosk_say_get (KioskLanguage language, KioskSay text)
{
  g_assert (text < KIOSK_N_SAY);
  return language == KIOSK_LANGUAGE_JA ? texts[text].ja : texts[text].en;
}

const char *
kiosk_say (KioskSay text)
{
  return kiosk_say_get (chosen, text);
}

char *
kiosk_say_format (KioskSay text, ...)
{
  va_list words;
  char *filled;

  va_start (words, text);
  filled = kiosk_text_fill (kiosk_say (text), words);
  va_end (words);
  return filled;
}

char *
kiosk_say_number (guint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  gsize length = strlen (digits);
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append_c (out, ',');
      g_string_append_c (out, digits[i]);
    }
  return g_string_free (out, FALSE);
}

/* ---- Times ---- */

static const char *const days_ja[] = { "月", "火", "水", "木", "金", "土", "日" };
static const char *const days_en[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char *const months_en[]
    = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static GDateTime *
local (gint64 time)
{
  GDateTime *result = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);

  return result != NULL ? result : g_date_time_new_from_unix_utc (0);
}

char *
kiosk_say_stamp (gint64 time)
{
  g_autoptr (GDateTime) when = local (time);

  return g_date_time_format (when, "%Y-%m-%d %H:%M:%S");
}

char *
kiosk_say_clock (gint64 time)
{
  g_autoptr (GDateTime) when = local (time);

  return g_date_time_format (when, "%H:%M");
}

char *
kiosk_say_day (gint64 time)
{
  g_autoptr (GDateTime) when = local (time);
  int day = g_date_time_get_day_of_week (when) - 1;
  int month = g_date_time_get_month (when);

  if (kiosk_say_is_japanese ())
    return g_strdup_printf ("%d月%d日（%s）", month, g_date_time_get_day_of_month (when),
                            days_ja[day]);
  return g_strdup_printf ("%s %d %s", days_en[day], g_date_time_get_day_of_month (when),
                          months_en[month - 1]);
}

char *
kiosk_say_month (gint64 time)
{
  g_autoptr (GDateTime) when = local (time);
  int year = g_date_time_get_year (when), month = g_date_time_get_month (when);

  return kiosk_say_is_japanese () ? g_strdup_printf ("%d年%d月", year, month)
                                  : g_strdup_printf ("%s %d", months_en[month - 1], year);
}

char *
kiosk_say_span (gint64 span)
{
  gint64 minutes = (span / G_USEC_PER_SEC + 30) / 60;
  gboolean ja = kiosk_say_is_japanese ();

  if (minutes < 60)
    return g_strdup_printf (ja ? "%d分" : "%d min", (int) minutes);
  return g_strdup_printf (ja ? "%" G_GINT64_FORMAT "時間%02d分" : "%" G_GINT64_FORMAT " h %02d",
                          minutes / 60, (int) (minutes % 60));
}

/* ---- Words of records ---- */

char *
kiosk_say_action (const char *action)
{
  const KioskAuditAction *row = kiosk_audit_action_find (action);

  if (row == NULL)
    return g_strdup (action != NULL ? action : "");
  return g_strdup (kiosk_say_is_japanese () ? row->ja : row->en);
}

char *
kiosk_say_outcome (const char *outcome)
{
  if (g_strcmp0 (outcome, "success") == 0)
    return g_strdup (kiosk_say (KIOSK_SAY_SUCCESS));
  if (g_strcmp0 (outcome, "failure") == 0)
    return g_strdup (kiosk_say (KIOSK_SAY_FAILURE));
  if (g_strcmp0 (outcome, "unknown") == 0)
    return g_strdup (kiosk_say (KIOSK_SAY_INTENT));
  return g_strdup (outcome != NULL ? outcome : "");
}

char *
kiosk_say_reason (const char *reason)
{
  const char *text = kiosk_audit_reason_text (reason, kiosk_say_is_japanese ());

  return g_strdup (text != NULL ? text : reason != NULL ? reason : "");
}

char *
kiosk_say_person (const char *id, const char *name)
{
  if (g_strcmp0 (id, "unlisted") == 0)
    return g_strdup (kiosk_say (KIOSK_SAY_UNLISTED));
  if (name != NULL && *name != '\0')
    return g_strdup (name);
  return g_strdup (id != NULL && *id != '\0' ? id : kiosk_say (KIOSK_SAY_BY_TERMINAL));
}
