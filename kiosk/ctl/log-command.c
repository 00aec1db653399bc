/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-command.h"

#include "language.h"
#include "log-reader.h"
#include "log-view.h"
#include "kiosk/model/audit-actions.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The command line of verify and show. It reads logs and never writes one. */

#define DEFAULT_LOG "/var/log/maintenance-kiosk/audit.log"
#define TIME_HINT "2026-11-21, \"2026-11-21 10:30\", 2026-11-21T10:30:15Z"
#define TIME_SIZE (sizeof "2026-11-21T10:30:15.123456Z")

enum { EXIT_GOOD = 0, EXIT_FAULT = 1, EXIT_USAGE = 2 };

/* ---- Language and files ---- */

static gboolean
choose_language (const char *option, gboolean *japanese)
{
  KioskLanguage language;

  if (!kiosk_ctl_language (option, &language))
    return FALSE;
  *japanese = language == KIOSK_LANGUAGE_JA;
  return TRUE;
}

static char *
log_path (const char *argument)
{
  return g_file_test (argument, G_FILE_TEST_IS_DIR) ? g_build_filename (argument, "audit.log", NULL)
                                                    : g_strdup (argument);
}

static GOptionContext *
new_context (const char *parameters, const char *summary, const GOptionEntry *entries)
{
  GOptionContext *context = g_option_context_new (parameters);

  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);
  return context;
}

static int
wrong_option (const char *option, const char *allowed)
{
  fprintf (stderr, "kioskctl: %s: %s\n", option, allowed);
  return EXIT_USAGE;
}

/* ---- verify ---- */

typedef struct {
  char first[TIME_SIZE];
  char last[TIME_SIZE];
} Span;

/* Only lines that verify come here, and those begin with their time. */
static void
on_verified_line (const char *line, gsize length, gboolean good, gpointer user_data)
{
  static const char begin[] = "{\"@timestamp\":\"";
  Span *span = user_data;

  if (!good || length < sizeof begin + TIME_SIZE || strncmp (line, begin, sizeof begin - 1) != 0)
    return;
  memcpy (span->last, line + sizeof begin - 1, TIME_SIZE - 1);
  if (span->first[0] == '\0')
    memcpy (span->first, span->last, TIME_SIZE);
}

static char *
show_time (const char *stored)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (stored, NULL);
  g_autoptr (GDateTime) local = time != NULL ? g_date_time_to_local (time) : NULL;

  return local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M:%S") : g_strdup ("-");
}

/* Words and numbers of the first fault, for both commands. */
static char *
describe_fault (const KioskAuditReport *report, gboolean japanese)
{
  g_autofree char *own = report->sequence > 0
                             ? g_strdup_printf ("%" G_GUINT64_FORMAT, report->sequence)
                             : g_strdup (japanese ? "不明" : "unknown");

  if (japanese)
    return g_strdup_printf (
        "%" G_GUINT64_FORMAT " 行目（記録番号 %s、ここにあるべき番号 %" G_GUINT64_FORMAT "）: %s",
        report->line, own, report->expected, kiosk_audit_fault_text (report->fault, TRUE));
  return g_strdup_printf (
      "line %" G_GUINT64_FORMAT " (record %s where %" G_GUINT64_FORMAT " should be): %s",
      report->line, own, report->expected, kiosk_audit_fault_text (report->fault, FALSE));
}

static int
verify_file (const char *argument, gboolean japanese)
{
  g_autofree char *path = log_path (argument);
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;
  g_autofree char *fault = NULL;
  g_autoptr (GError) error = NULL;
  KioskAuditReport report;
  Span span = { 0 };
  gboolean good;

  if (!kiosk_log_read (path, isatty (STDERR_FILENO), on_verified_line, &span, &report, &error))
    {
      fprintf (stderr, japanese ? "kioskctl: 読み取れません: %s\n" : "kioskctl: cannot read: %s\n",
               error->message);
      return EXIT_USAGE;
    }

  good = report.fault == KIOSK_AUDIT_OK;
  first = show_time (span.first);
  last = show_time (span.last);
  if (japanese)
    printf ("%s: %s\n  つながりを確かめた記録 %" G_GUINT64_FORMAT " 件（%s から %s まで）\n", shown,
            good ? "異常は見つかりませんでした" : "異常があります", report.records, first, last);
  else
    printf ("%s: %s\n  %" G_GUINT64_FORMAT " linked records (from %s to %s)\n", shown,
            good ? "no fault found" : "FAULT", report.records, first, last);
  if (good)
    {
      /* what a chain cannot show is told with the result, so that nobody claims more */
      printf ("%s", japanese
                        ? "  末尾の切り取りは、このファイルだけでは分かりません。件数と最後の"
                          "日時を控えと照らし合わせてください。\n"
                        : "  A cut tail cannot be seen from the file alone: compare number and "
                          "last time with your notes.\n");
      return EXIT_GOOD;
    }
  fault = describe_fault (&report, japanese);
  printf ("  %s\n", fault);
  return EXIT_FAULT;
}

static int
verify (int argc, char **argv)
{
  g_autofree char *lang = NULL;
  g_auto (GStrv) files = NULL;
  const GOptionEntry entries[] = {
    { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, "表示言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context
      = new_context ("[FILE|DIR...]",
                     "監査ログの改ざん・抜けを調べます。\n"
                     "Verifies audit logs: exit status 0 good, 1 fault, 2 not readable.",
                     entries);
  g_autoptr (GError) error = NULL;
  gboolean japanese;
  int status = EXIT_GOOD;

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!choose_language (lang, &japanese))
    return wrong_option ("--lang", "ja, en");
  if (files == NULL)
    return verify_file (DEFAULT_LOG, japanese);
  for (guint i = 0; files[i] != NULL; i++)
    {
      int one = verify_file (files[i], japanese);

      status = MAX (status, one);
    }
  return status;
}

/* ---- show ---- */

typedef struct {
  KioskLogFilter filter;
  KioskLogFormat format;
  GTimeZone *zone;
  gboolean japanese;
  guint64 unreadable;
} Show;

static void
on_shown_line (const char *line, gsize length, gboolean good, gpointer user_data)
{
  Show *show = user_data;
  g_autofree char *text
      = kiosk_log_view_line (line, length, &show->filter, show->format, show->zone, show->japanese);

  if (text == NULL)
    show->unreadable++;
  else
    fputs (text, stdout);
}

static gboolean
parse_format (const char *name, KioskLogFormat *format)
{
  static const char *const names[]
      = { [KIOSK_LOG_TABLE] = "table", [KIOSK_LOG_JSON] = "json", [KIOSK_LOG_CSV] = "csv" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_str_equal (names[i], name != NULL ? name : "table"))
        {
          *format = (KioskLogFormat) i;
          return TRUE;
        }
    }
  return FALSE;
}

/* *@bound as in a record, when @text is given. */
static gboolean
parse_bound (const char *text, gboolean end, GTimeZone *zone, char **bound)
{
  if (text == NULL)
    return TRUE;
  *bound = kiosk_log_view_time (text, end, zone);
  return *bound != NULL;
}

static int
show_file (Show *show, const char *path)
{
  g_autofree char *header = kiosk_log_view_header (show->format, show->japanese);
  g_autofree char *fault = NULL;
  g_autoptr (GError) error = NULL;
  KioskAuditReport report;

  fputs (header, stdout);
  if (!kiosk_log_read (path, FALSE, on_shown_line, show, &report, &error))
    {
      fprintf (stderr,
               show->japanese ? "kioskctl: 読み取れません: %s\n" : "kioskctl: cannot read: %s\n",
               error->message);
      return EXIT_USAGE;
    }
  if (fflush (stdout) != 0 || ferror (stdout))
    {
      fprintf (stderr, "kioskctl: stdout: %s\n", g_strerror (errno));
      return EXIT_USAGE;
    }
  if (show->unreadable > 0)
    fprintf (stderr,
             show->japanese
                 ? "kioskctl: 記録として読めない %" G_GUINT64_FORMAT " 行は表示していません\n"
                 : "kioskctl: %" G_GUINT64_FORMAT " lines that are not records are not shown\n",
             show->unreadable);
  if (report.fault == KIOSK_AUDIT_OK)
    return EXIT_GOOD;
  fault = describe_fault (&report, show->japanese);
  fprintf (stderr,
           show->japanese ? "kioskctl: 注意: このログには異常があります。%s\n"
                          : "kioskctl: warning: this log does not verify: %s\n",
           fault);
  return EXIT_FAULT;
}

static int
show (int argc, char **argv)
{
  g_autofree char *lang = NULL, *format = NULL, *user = NULL, *server = NULL, *action = NULL;
  g_autofree char *since = NULL, *until = NULL, *from = NULL, *to = NULL, *path = NULL;
  g_auto (GStrv) files = NULL;
  const GOptionEntry entries[] = {
    { "user", 0, 0, G_OPTION_ARG_STRING, &user, "利用者ID / ID of the person", "U" },
    { "server", 0, 0, G_OPTION_ARG_STRING, &server, "サーバー / server", "S" },
    { "action", 0, 0, G_OPTION_ARG_STRING, &action, "操作コード / event.action", "A" },
    { "since", 0, 0, G_OPTION_ARG_STRING, &since, "この日時から / from", "\"2026-11-21 10:30\"" },
    { "until", 0, 0, G_OPTION_ARG_STRING, &until, "この日時まで / to", "2026-11-21" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "形式 / format", "table|json|csv" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, "表示言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context
      = new_context ("[FILE|DIR]",
                     "監査ログを、いつ・どこで・だれが・何を・どうした、の形で表示します。\n"
                     "Shows an audit log; times are local.",
                     entries);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GError) error = NULL;
  Show self = { .zone = zone };

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!choose_language (lang, &self.japanese))
    return wrong_option ("--lang", "ja, en");
  if (!parse_format (format, &self.format))
    return wrong_option ("--format", "table, json, csv");
  if (!parse_bound (since, FALSE, zone, &from))
    return wrong_option ("--since", TIME_HINT);
  if (!parse_bound (until, TRUE, zone, &to))
    return wrong_option ("--until", TIME_HINT);
  if (action != NULL && kiosk_audit_action_find (action) == NULL)
    return wrong_option ("--action", "login, lock, connect, disconnect ... (AUDIT-FORMAT.md)");
  if (files != NULL && g_strv_length (files) > 1)
    return wrong_option ("FILE", "1");

  self.filter = (KioskLogFilter){ user, server, action, from, to };
  path = log_path (files != NULL ? files[0] : DEFAULT_LOG);
  return show_file (&self, path);
}

int
kiosk_ctl_log_command (int argc, char **argv)
{
  gboolean help;

  if (argc >= 2 && g_str_equal (argv[1], "verify"))
    {
      g_set_prgname ("kioskctl log verify");
      return verify (argc - 1, argv + 1);
    }
  if (argc >= 2 && g_str_equal (argv[1], "show"))
    {
      g_set_prgname ("kioskctl log show");
      return show (argc - 1, argv + 1);
    }

  help = argc >= 2 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"));
  fputs ("kioskctl log verify [--lang ja|en] [FILE|DIR...]\n"
         "kioskctl log show [--user U] [--server S] [--since T] [--until T] [--action A]\n"
         "                  [--format table|json|csv] [--lang ja|en] [FILE|DIR]\n",
         help ? stdout : stderr);
  return help ? EXIT_GOOD : EXIT_USAGE;
}
