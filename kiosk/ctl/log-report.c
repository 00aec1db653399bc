/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-report.h"

#include "log-options.h"
#include "kiosk/base/clock.h"
#include "kiosk/review/evidence.h"
#include "kiosk/review/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads logs into an index that vanishes, and writes the report of it. */

#define UNUSED_DAYS 90

typedef struct {
  char *month, *year, *pdf, *csv, *lang, *terminal, *office, *document, *format, *hours;
  gboolean orders, japanese;
  gint unused;
  GStrv paths;
} Options;

static void
clear_options (Options *o)
{
  g_free (o->month);
  g_free (o->year);
  g_free (o->pdf);
  g_free (o->csv);
  g_free (o->lang);
  g_free (o->terminal);
  g_free (o->office);
  g_free (o->document);
  g_free (o->format);
  g_free (o->hours);
  g_strfreev (o->paths);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, clear_options)

/* "2026-11" or "2026". */
static gboolean
parse_span (const Options *o, KioskReportOptions *report)
{
  int end = -1;

  if ((o->month != NULL) == (o->year != NULL))
    return FALSE;
  if (o->month != NULL)
    return sscanf (o->month, "%4u-%2u%n", &report->year, &report->month, &end) == 2 && end == 7
           && o->month[end] == '\0' && report->month >= 1 && report->month <= 12;
  return sscanf (o->year, "%4u%n", &report->year, &end) == 1 && end == 4 && o->year[end] == '\0';
}

/* "8:30-17:30", from Monday to Friday. */
static gboolean
parse_hours (const char *text, KioskStayHours *hours)
{
  guint from_hour, from_minute, to_hour, to_minute;
  int end = -1;

  *hours = kiosk_stay_office_hours;
  if (text == NULL)
    return TRUE;
  if (sscanf (text, "%2u:%2u-%2u:%2u%n", &from_hour, &from_minute, &to_hour, &to_minute, &end) != 4
      || end < 0 || text[end] != '\0' || from_minute > 59 || to_minute > 59)
    return FALSE;
  hours->from = from_hour * 60 + from_minute;
  hours->to = to_hour * 60 + to_minute;
  return hours->from < hours->to && hours->to <= 24 * 60;
}

static void
on_progress (guint64 done, guint64 total, guint64 records, gpointer user_data)
{
  if (isatty (STDERR_FILENO))
    fprintf (stderr, "\r%3u %%", total > 0 ? (guint) (done * 100 / total) : 0);
}

static gboolean
read_logs (KioskIndex *index, const Options *o, GError **error)
{
  const char *const standard[] = { KIOSK_CTL_LOG_DEFAULT, NULL };
  const char *const *paths = o->paths != NULL ? (const char *const *) o->paths : standard;
  gboolean good = TRUE;

  for (guint i = 0; good && paths[i] != NULL; i++)
    good = kiosk_index_import_path (index, paths[i], NULL, on_progress, NULL, NULL, error);
  if (isatty (STDERR_FILENO))
    fputs ("\r      \r", stderr);
  return good;
}

/* What the collector's receipts beside the logs say against them; NULL: nothing. The conclusion must not claim more than they allow. */
static char *
find_doubt (KioskIndex *index, const Options *o, GError **error)
{
  g_autoptr (GPtrArray) logs = kiosk_index_get_logs (index, error);
  const char *path = o->paths != NULL ? o->paths[0] : KIOSK_CTL_LOG_DEFAULT;
  g_autoptr (KioskEvidence) evidence
      = logs != NULL ? kiosk_evidence_gather (index, logs, path, FALSE, NULL, NULL, NULL, error)
                     : NULL;

  for (guint i = 0; evidence != NULL && i < logs->len; i++)
    {
      const KioskIndexLog *log = logs->pdata[i];
      const KioskWitness *receipts = &kiosk_evidence_find (evidence, log->id)->receipts;

      if (kiosk_witness_contradicts (receipts)
          && (o->terminal == NULL || g_str_equal (o->terminal, log->host)))
        return g_strdup_printf (
            o->japanese ? "端末 %s の記録が、収集サーバーの受領書（記録 %" G_GUINT64_FORMAT
                          "）と食い違います"
                        : "the log of terminal %s contradicts the collector's receipt of record "
                          "%" G_GUINT64_FORMAT,
            log->host, receipts->sequence);
    }
  return NULL;
}

/* JSON on standard output, unless a file was asked for. */
static gboolean
write_report (const KioskReport *report, const Options *o, GError **error)
{
  umask (077); /* what persons did is for who asked for it */
  if (o->csv != NULL)
    {
      g_autofree char *text = kiosk_report_csv (report, o->japanese);

      if (!g_file_set_contents_full (o->csv, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
        return FALSE;
    }
  if (o->pdf != NULL && !kiosk_report_pdf (report, o->japanese, o->pdf, error))
    return FALSE;
  if ((o->csv == NULL && o->pdf == NULL) || o->format != NULL)
    {
      g_autofree char *text = kiosk_report_json (report);

      puts (text);
    }
  return TRUE;
}

static int
make_report (const Options *o, KioskReportOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskIndex) index = kiosk_index_open (NULL, &error);
  g_autoptr (KioskReport) report = NULL;
  g_autofree char *doubt = NULL;

  if (index != NULL && read_logs (index, o, &error))
    options->doubt = doubt = find_doubt (index, o, &error);
  if (error != NULL)
    return kiosk_ctl_log_unreadable (error, o->japanese);
  report = kiosk_report_new (index, options, &error);
  if (report == NULL || !write_report (report, o, &error))
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (fflush (stdout) != 0 || ferror (stdout))
    {
      fprintf (stderr, "kioskctl: stdout: %s\n", g_strerror (errno));
      return EXIT_USAGE;
    }
  if (doubt != NULL)
    fprintf (stderr, "kioskctl: %s\n", doubt);
  if (report->faults == 0)
    return doubt == NULL ? EXIT_GOOD : EXIT_FAULT;
  fprintf (stderr,
           o->japanese ? "kioskctl: 注意: 検証できない記録がある端末 %u 台\n"
                       : "kioskctl: warning: logs that do not verify: %u\n",
           report->faults);
  return EXIT_FAULT;
}

int
kiosk_ctl_log_report (int argc, char **argv)
{
  g_auto (Options) o = { .unused = UNUSED_DAYS };
  const GOptionEntry entries[] = {
    { "month", 0, 0, G_OPTION_ARG_STRING, &o.month, "月次 / of a month", "2026-11" },
    { "year", 0, 0, G_OPTION_ARG_STRING, &o.year, "年次 / of a year", "2026" },
    { "pdf", 0, 0, G_OPTION_ARG_FILENAME, &o.pdf, "印刷用 / to print", "FILE" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &o.csv, "表計算用 / for spreadsheets", "FILE" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &o.format, "標準出力 / on standard output", "json" },
    { "terminal", 0, 0, G_OPTION_ARG_STRING, &o.terminal, "端末 / of one terminal", "T" },
    { "office", 0, 0, G_OPTION_ARG_STRING, &o.office, "部署 / office", "TEXT" },
    { "document", 0, 0, G_OPTION_ARG_STRING, &o.document, "文書番号 / document number", "TEXT" },
    { "hours", 0, 0, G_OPTION_ARG_STRING, &o.hours, "平日の執務時間 / office hours", "8:30-17:30" },
    { "orders", 0, 0, G_OPTION_ARG_NONE, &o.orders,
      "指示書・承認のない接続も挙げる / list work without an order", NULL },
    { "unused", 0, 0, G_OPTION_ARG_INT, &o.unused, "未使用とする日数 / days unused", "90" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &o.lang, "言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.paths, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = kiosk_ctl_log_context (
      "[DIR|FILE...]",
      "監査ログの月次・年次点検報告書を作ります。\n"
      "Makes the report of a month or a year; JSON without --pdf or --csv.",
      entries);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GError) error = NULL;
  KioskReportOptions options = { .zone = zone };

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!kiosk_ctl_log_language (o.lang, &o.japanese))
    return kiosk_ctl_log_wrong_option ("--lang", "ja, en");
  if (!parse_span (&o, &options))
    return kiosk_ctl_log_wrong_option ("--month, --year", "--month 2026-11 | --year 2026");
  if (!parse_hours (o.hours, &options.hours))
    return kiosk_ctl_log_wrong_option ("--hours", "8:30-17:30");
  if (o.format != NULL && !g_str_equal (o.format, "json"))
    return kiosk_ctl_log_wrong_option ("--format", "json");
  if (o.unused < 0)
    return kiosk_ctl_log_wrong_option ("--unused", "0, 90 ...");
  options.host = o.terminal;
  options.office = o.office;
  options.document = o.document;
  options.orders = o.orders;
  options.unused_days = (guint) o.unused;
  options.made = kiosk_clock_realtime ();
  return make_report (&o, &options);
}
