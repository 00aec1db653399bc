/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "report-words.h"

#include "kiosk/model/audit-actions.h"

#include <string.h>

/* Words and numbers of a report, in both languages. */

static const char *const texts[KIOSK_REPORT_N_TEXTS][2] = {
#define X(name, ja, en) [KIOSK_REPORT_##name] = { ja, en },
  KIOSK_REPORT_TEXTS (X)
#undef X
};

const char *
kiosk_report_text (KioskReportText text, gboolean japanese)
{
  return texts[text][japanese ? 0 : 1];
}

/* ---- Times and numbers ---- */

static GDateTime *
local (gint64 time, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);

  return utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
}

char *
kiosk_report_time (gint64 time, GTimeZone *zone)
{
  g_autoptr (GDateTime) date = time != 0 ? local (time, zone) : NULL;

  return date != NULL ? g_date_time_format (date, "%Y-%m-%d %H:%M") : g_strdup ("");
}

/* Years of Reiwa begin on 2019-05-01; before, the year alone stands there. */
static char *
year_text (int year, int month)
{
  if (year > 2019 || (year == 2019 && month >= 5))
    return year == 2019 ? g_strdup ("令和元年") : g_strdup_printf ("令和%d年", year - 2018);
  return g_strdup_printf ("%d年", year);
}

char *
kiosk_report_date (gint64 time, GTimeZone *zone, gboolean japanese)
{
  g_autoptr (GDateTime) date = local (time, zone);
  g_autofree char *year = NULL;

  if (date == NULL)
    return g_strdup ("");
  if (!japanese)
    return g_date_time_format (date, "%Y-%m-%d");
  year = year_text (g_date_time_get_year (date), g_date_time_get_month (date));
  return g_strdup_printf ("%s%d月%d日", year, g_date_time_get_month (date),
                          g_date_time_get_day_of_month (date));
}

char *
kiosk_report_span (const KioskReport *report, gboolean japanese)
{
  const KioskReportOptions *o = &report->options;
  g_autoptr (GDateTime) begin = local (report->from, o->zone);
  g_autoptr (GDateTime) last = local (report->to - 1, o->zone);
  g_autofree char *from = g_date_time_format (begin, "%Y-%m-%d");
  g_autofree char *to = g_date_time_format (last, "%Y-%m-%d");
  g_autofree char *year = year_text ((int) o->year, o->month != 0 ? (int) o->month : 12);

  if (!japanese && o->month != 0)
    return g_strdup_printf ("%u-%02u (%s to %s)", o->year, o->month, from, to);
  if (!japanese)
    return g_strdup_printf ("%u (%s to %s)", o->year, from, to);
  if (o->month != 0)
    return g_strdup_printf ("%s%u月分（%u年%u月1日〜%d日）", year, o->month, o->year, o->month,
                            g_date_time_get_day_of_month (last));
  return g_strdup_printf ("%s分（%u年1月1日〜12月31日）", year, o->year);
}

char *
kiosk_report_duration (gint64 microseconds)
{
  gint64 minutes = microseconds / G_USEC_PER_SEC / 60;

  return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d", minutes / 60, (int) (minutes % 60));
}

char *
kiosk_report_number (guint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  gsize length = strlen (digits);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append_c (text, ',');
      g_string_append_c (text, digits[i]);
    }
  return g_string_free (text, FALSE);
}

/* ---- Words of records ---- */

const char *
kiosk_report_action (const char *action, gboolean japanese)
{
  const KioskAuditAction *row = kiosk_audit_action_find (action);

  return row == NULL ? action : japanese ? row->ja : row->en;
}

const char *
kiosk_report_reason (const char *reason, gboolean japanese)
{
  const char *text = kiosk_audit_reason_text (reason, japanese);

  return text != NULL ? text : reason;
}

char *
kiosk_report_who (const char *person, const char *name, gboolean japanese)
{
  if (g_str_equal (person, "unlisted"))
    return g_strdup (kiosk_audit_reason_text (KIOSK_REASON_UNLISTED, japanese));
  if (*name == '\0')
    return g_strdup (person);
  return g_strdup_printf (japanese ? "%s（%s）" : "%s (%s)", name, person);
}

gboolean
kiosk_report_is_unused (const KioskReport *report, const KioskPersonUse *use)
{
  gint64 end = MIN (report->to, report->options.made);

  return report->options.unused_days > 0
         && use->last_use < end - (gint64) report->options.unused_days * 24 * 3600 * G_USEC_PER_SEC;
}

char *
kiosk_report_outage (const KioskOutageSpan *span, gboolean japanese)
{
  if (*span->server != '\0')
    return g_strdup (span->server);
  if (g_str_equal (span->what, "line"))
    return g_strdup (japanese ? "回線" : "line");
  if (g_str_equal (span->what, "gateway"))
    return g_strdup (japanese ? "ゲートウェイ" : "gateway");
  return g_strdup (span->what);
}

char *
kiosk_report_irregular (const KioskIrregular *irregular, gboolean japanese)
{
  g_autofree char *duration = NULL;

  switch (irregular->kind)
    {
    case KIOSK_IRREGULAR_HOURS:
      duration = kiosk_report_duration (irregular->outside);
      return g_strdup_printf ("%s %s %s", kiosk_report_text (KIOSK_REPORT_OUTSIDE_HOURS, japanese),
                              duration, irregular->server);
    case KIOSK_IRREGULAR_ORDER:
      return g_strdup_printf ("%s %s", kiosk_report_text (KIOSK_REPORT_WITHOUT_ORDER, japanese),
                              irregular->server);
    case KIOSK_IRREGULAR_REFUSED:
      return g_strdup_printf (japanese ? "%s：%s" : "%s: %s",
                              kiosk_report_text (KIOSK_REPORT_WAS_REFUSED, japanese),
                              kiosk_report_reason (irregular->reason, japanese));
    }
  return g_strdup ("");
}

/* ---- Sentences ---- */

char *
kiosk_report_fault (const KioskIndexLog *log, gboolean japanese)
{
  const KioskAuditReport *r = &log->report;
  const char *file
      = r->file < g_strv_length (log->files) ? log->files[r->file] : (japanese ? "不明" : "?");

  if (r->fault == KIOSK_AUDIT_OK)
    return g_strdup (
        kiosk_report_text (r->has_key ? KIOSK_REPORT_GOOD : KIOSK_REPORT_NO_KEY, japanese));
  if (japanese)
    return g_strdup_printf ("異常：%s の %" G_GUINT64_FORMAT " 行目（番号 %" G_GUINT64_FORMAT
                            " があるべき場所）、%s",
                            file, r->line, r->expected, kiosk_audit_fault_text (r->fault, TRUE));
  return g_strdup_printf ("FAULT: %s, line %" G_GUINT64_FORMAT " (where record %" G_GUINT64_FORMAT
                          " should be): %s",
                          file, r->line, r->expected, kiosk_audit_fault_text (r->fault, FALSE));
}

char *
kiosk_report_conclusion (const KioskReport *report, gboolean japanese)
{
  g_autofree char *integrity = NULL;

  if (report->faults > 0)
    integrity = g_strdup_printf (
        japanese ? "結論: %u 台の端末の記録に改ざんまたは抜けがあります（1を参照）。"
                 : "Result: logs that have been changed or have gaps: %u (see 1).",
        report->faults);
  else if (report->options.doubt != NULL)
    integrity = g_strdup_printf (japanese ? "結論: %s（1を参照）。" : "Result: %s (see 1).",
                                 report->options.doubt);
  else
    integrity = g_strdup (japanese ? "結論: 記録の改ざん・抜けは見つかりませんでした。"
                                   : "Result: no change or gap was found.");
  if (report->matters == 0)
    return g_strconcat (
        integrity, japanese ? "対応が必要な事項はありません。" : " Nothing needs action.", NULL);
  return g_strdup_printf (japanese ? "%s対応が必要な事項が %u 件あります（8を参照）。"
                                   : "%s Matters that need action: %u (see 8).",
                          integrity, report->matters);
}

static void
add (GPtrArray *lines, char *line)
{
  g_ptr_array_add (lines, line);
}

static void
add_rise (GPtrArray *lines, const KioskReport *report, const KioskRise *day, gboolean japanese)
{
  g_autofree char *date = kiosk_report_date (day->from, report->options.zone, japanese);

  add (lines,
       g_strdup_printf (japanese ? "%s のログイン失敗 %" G_GUINT64_FORMAT
                                   " 件は急増です（ふだんは %.0f 件まで）。原因を確認します。"
                                 : "%s: %" G_GUINT64_FORMAT
                                   " failed log-ins are a sudden rise (usually up to %.0f). "
                                   "The cause is to be found.",
                        date, day->count, day->threshold));
}

GPtrArray *
kiosk_report_matters (const KioskReport *report, gboolean japanese)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  if (report->options.doubt != NULL)
    add (lines, g_strdup (report->options.doubt));
  for (guint i = 0; i < report->logs->len; i++)
    {
      const KioskIndexLog *log = g_ptr_array_index (report->logs, i);
      g_autofree char *fault = kiosk_report_fault (log, japanese);

      if (log->report.fault != KIOSK_AUDIT_OK)
        add (lines, g_strdup_printf ("%s: %s", log->host, fault));
    }
  for (guint i = 0; i < report->failures->len; i++)
    {
      const KioskRise *day = &g_array_index (report->failures, KioskRise, i);

      if (day->rise)
        add_rise (lines, report, day, japanese);
    }
  if (report->refusal_count > 0)
    {
      g_autofree char *count = kiosk_report_number (report->refusal_count);

      add (lines, g_strdup_printf (
                      japanese ? "機器・接続の拒否 %s 件を本人に確認します（4を参照）。"
                               : "%s refused devices and connections: ask the persons (see 4).",
                      count));
    }
  if (report->irregulars->len > 0)
    add (lines,
         g_strdup_printf (japanese ? "時間外・承認外の作業 %u 件を確認します（6を参照）。"
                                   : "Work outside hours or orders: %u to be checked (see 6).",
                          report->irregulars->len));
  for (guint i = 0; i < report->outages->len; i++)
    {
      const KioskOutageSpan *span = g_ptr_array_index (report->outages, i);
      g_autofree char *what = kiosk_report_outage (span, japanese);

      if (span->end == 0)
        add (lines,
             g_strdup_printf (japanese ? "%s の障害（端末 %s）は終了が記録されていません。"
                                       : "The outage of %s (terminal %s) has no end on record.",
                              what, span->host));
    }
  return lines;
}
