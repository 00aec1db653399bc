/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include <string.h>

/* Hours of work (R29): "Mon-Fri 08:00-20:00; Sat,Sun 22:00-04:00", or "always".
 *
 *   hours = "always" | span *( ";" span )
 *   span  = days " " time "-" time
 *   days  = range *( "," range )       range = day [ "-" day ], may run over the weekend (Sat-Mon)
 *   time  = "00:00" to "24:00"
 *
 * A span belongs to the day on which it begins; 22:00-04:00 ends on the next day. */

#define MINUTES_PER_DAY 1440
#define DAYS 7
#define ALL_DAYS 0x7f
#define MAX_SPANS 32

static gboolean
parse_day (const char **p, guint *day)
{
  static const char *const names[DAYS] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

  for (guint i = 0; i < DAYS; i++)
    if (g_str_has_prefix (*p, names[i]))
      {
        *p += strlen (names[i]);
        *day = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse_days (const char **p, guint8 *days)
{
  *days = 0;
  for (;;)
    {
      guint first, last;

      if (!parse_day (p, &first))
        return FALSE;
      last = first;
      if (**p == '-')
        {
          (*p)++;
          if (!parse_day (p, &last) || last == first)
            return FALSE;
        }
      for (guint day = first;; day = (day + 1) % DAYS)
        {
          if (*days & (1u << day))
            return FALSE; /* a day named twice is a slip */
          *days |= 1u << day;
          if (day == last)
            break;
        }
      if (**p != ',')
        return TRUE;
      (*p)++;
    }
}

static gboolean
parse_time (const char **p, guint16 *minute)
{
  const char *t = *p;
  guint hours, minutes;

  for (guint i = 0; i < 5; i++)
    if (i == 2 ? t[i] != ':' : !g_ascii_isdigit (t[i]))
      return FALSE;
  hours = (guint) (t[0] - '0') * 10 + (guint) (t[1] - '0');
  minutes = (guint) (t[3] - '0') * 10 + (guint) (t[4] - '0');
  if (minutes > 59 || hours > 24 || (hours == 24 && minutes > 0))
    return FALSE;
  *minute = (guint16) (hours * 60 + minutes);
  *p += 5;
  return TRUE;
}

static guint8
next_days (guint8 days)
{
  return (guint8) (((days << 1) | (days >> (DAYS - 1))) & ALL_DAYS);
}

/* Appends @text as one span, or two when it goes over midnight. */
static gboolean
parse_span (const char *text, GArray *hours)
{
  const char *p = text;
  KioskHours span;

  if (!parse_days (&p, &span.days) || *p != ' ')
    return FALSE;
  while (*p == ' ')
    p++;
  if (!parse_time (&p, &span.from) || *p++ != '-' || !parse_time (&p, &span.until) || *p != '\0')
    return FALSE;
  if (span.from == span.until || span.from == MINUTES_PER_DAY)
    return FALSE; /* nothing, or everything? */

  if (span.from < span.until)
    {
      g_array_append_val (hours, span);
    }
  else
    {
      KioskHours evening = { span.days, span.from, MINUTES_PER_DAY };
      KioskHours morning = { next_days (span.days), 0, span.until };

      g_array_append_val (hours, evening);
      if (morning.until > 0)
        g_array_append_val (hours, morning);
    }
  return TRUE;
}

gboolean
kiosk_policy_value_hours (KioskPolicyValue value, GArray *hours, char **text)
{
  const char *raw = value.entry->value;
  g_auto (GStrv) spans = NULL;
  g_autoptr (GArray) parsed = g_array_new (FALSE, FALSE, sizeof (KioskHours));

  if (strcmp (raw, "always") == 0)
    return TRUE;
  spans = g_strsplit (raw, ";", MAX_SPANS + 1);
  for (guint i = 0; spans[i] != NULL; i++)
    if (i == MAX_SPANS || !parse_span (g_strstrip (spans[i]), parsed))
      {
        kiosk_policy_index_problem (
            value.index, value.entry->place,
            "“hours” holds “%s”: expected at most %d spans like Mon-Fri 08:00-20:00; Sat 09:00-12:00 "
            "(days Mon Tue Wed Thu Fri Sat Sun, times 00:00-24:00), or always",
            "「hours」に「%s」があります。Mon-Fri 08:00-20:00; Sat 09:00-12:00 のように %d 個まで書いてください"
            "（曜日は Mon Tue Wed Thu Fri Sat Sun、時刻は 00:00-24:00）。制限しないときは always です",
            spans[i], MAX_SPANS);
        return FALSE;
      }
  g_array_append_vals (hours, parsed->data, parsed->len);
  g_free (*text);
  *text = g_strdup (raw);
  return TRUE;
}
