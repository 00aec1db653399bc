/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-export.h"

#include "log-filter.h"
#include "log-options.h"
#include "log-view.h"
#include "kiosk/log/log-set.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/ocsf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Hands records out as CSV, as the stored lines, or as OCSF events. Read once, in constant memory; what does not verify is handed out,
 * too, and said on standard error. */

typedef enum { FORMAT_CSV, FORMAT_JSON, FORMAT_OCSF, N_FORMATS } Format;

typedef struct {
  KioskExportFilter filter;
  Format format;
  GTimeZone *zone;
  gboolean japanese;
  guint64 unreadable;
  FILE *out;
} Export;

static char *
format_line (const Export *self, const char *line, gsize length)
{
  static const KioskLogFilter all = { 0 };
  g_autofree char *event = NULL;

  if (self->format == FORMAT_OCSF)
    {
      event = kiosk_ocsf_event (line, length);
      return event != NULL ? g_strconcat (event, "\n", NULL) : NULL;
    }
  return kiosk_log_view_line (line, length, &all,
                              self->format == FORMAT_CSV ? KIOSK_LOG_CSV : KIOSK_LOG_JSON,
                              self->zone, self->japanese);
}

static gboolean
on_line (const char *line, gsize length, const KioskLogPlace *place, gpointer user_data)
{
  Export *self = user_data;
  gboolean broken = line == NULL;
  g_autofree char *text = NULL;

  if (place->repeat)
    return TRUE;
  if (!broken && kiosk_export_filter_passes (&self->filter, line, length, &broken))
    {
      text = format_line (self, line, length);
      broken = text == NULL;
    }
  if (broken)
    self->unreadable++;
  else if (text != NULL)
    fputs (text, self->out);
  return !ferror (self->out);
}

/* EXIT_GOOD, or EXIT_FAULT when @path does not verify. */
static int
export_log (Export *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskLogSet) log = kiosk_log_set_open (path, &error);
  g_autofree char *fault = NULL;
  KioskAuditReport report;

  if (log == NULL || !kiosk_log_set_read (log, NULL, on_line, NULL, self, NULL, &report, &error))
    return kiosk_ctl_log_unreadable (error, self->japanese);
  if (report.fault == KIOSK_AUDIT_OK)
    return EXIT_GOOD;
  fault = kiosk_ctl_log_describe_fault (log, &report, self->japanese);
  fprintf (stderr,
           self->japanese ? "kioskctl: 注意: このログには異常があります。%s\n"
                          : "kioskctl: warning: this log does not verify: %s\n",
           fault);
  return EXIT_FAULT;
}

static int
finish (Export *self, const char *output, int status)
{
  gboolean good = fflush (self->out) == 0 && !ferror (self->out);

  if (output != NULL && fclose (self->out) != 0)
    good = FALSE;
  if (!good)
    {
      fprintf (stderr, "kioskctl: %s: %s\n", output != NULL ? output : "stdout",
               g_strerror (errno));
      return EXIT_USAGE;
    }
  if (self->unreadable > 0)
    fprintf (stderr,
             self->japanese
                 ? "kioskctl: 記録として読めない %" G_GUINT64_FORMAT " 行は書き出していません\n"
                 : "kioskctl: %" G_GUINT64_FORMAT " lines that are not records were left out\n",
             self->unreadable);
  return status;
}

static int
run (Export *self, GStrv paths, const char *output)
{
  g_autofree char *header = kiosk_log_view_header (
      self->format == FORMAT_CSV ? KIOSK_LOG_CSV : KIOSK_LOG_JSON, self->japanese);
  int status = EXIT_GOOD;

  umask (077); /* what persons did is for who asked for it */
  self->out = output != NULL ? fopen (output, "wxe") : stdout;
  if (self->out == NULL)
    {
      fprintf (stderr, "kioskctl: %s: %s\n", output, g_strerror (errno));
      return EXIT_USAGE;
    }
  fputs (header, self->out);
  if (paths == NULL)
    status = export_log (self, KIOSK_CTL_LOG_DEFAULT);
  for (guint i = 0; paths != NULL && paths[i] != NULL && status != EXIT_USAGE; i++)
    {
      int one = export_log (self, paths[i]);

      status = MAX (status, one);
    }
  return finish (self, output, status);
}

static gboolean
parse_format (const char *name, Format *format)
{
  static const char *const names[N_FORMATS] = { "csv", "json", "ocsf" };

  for (guint i = 0; name != NULL && i < N_FORMATS; i++)
    if (g_str_equal (names[i], name))
      {
        *format = (Format) i;
        return TRUE;
      }
  return FALSE;
}

int
kiosk_ctl_log_export (int argc, char **argv)
{
  g_autofree char *lang = NULL, *format = NULL, *user = NULL, *server = NULL, *terminal = NULL;
  g_autofree char *action = NULL, *category = NULL, *outcome = NULL, *reason = NULL;
  g_autofree char *session = NULL, *ticket = NULL, *text = NULL, *output = NULL;
  g_autofree char *since = NULL, *until = NULL, *from = NULL, *to = NULL;
  g_auto (GStrv) paths = NULL;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "形式 / format", "csv|json|ocsf" },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &output, "新しいファイルへ / into a new file",
      "FILE" },
    { "user", 0, 0, G_OPTION_ARG_STRING, &user, "利用者ID / ID of the person", "U" },
    { "terminal", 0, 0, G_OPTION_ARG_STRING, &terminal, "端末 / terminal", "T" },
    { "server", 0, 0, G_OPTION_ARG_STRING, &server, "サーバー / server", "S" },
    { "action", 0, 0, G_OPTION_ARG_STRING, &action, "操作コード / event.action", "A" },
    { "category", 0, 0, G_OPTION_ARG_STRING, &category, "分類 / event.category", "C" },
    { "outcome", 0, 0, G_OPTION_ARG_STRING, &outcome, "結果 / event.outcome", "O" },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, "理由コード / event.reason", "R" },
    { "session", 0, 0, G_OPTION_ARG_STRING, &session, "セッション / kiosk.session", "S" },
    { "ticket", 0, 0, G_OPTION_ARG_STRING, &ticket, "作業番号 / kiosk.ticket", "N" },
    { "text", 0, 0, G_OPTION_ARG_STRING, &text, "含まれる文字列 / part of a value", "TEXT" },
    { "since", 0, 0, G_OPTION_ARG_STRING, &since, "この日時から / from", "\"2026-11-21 10:30\"" },
    { "until", 0, 0, G_OPTION_ARG_STRING, &until, "この日時まで / to", "2026-11-21" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, "表示言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context
      = kiosk_ctl_log_context ("[DIR|FILE...]",
                               "監査ログを、ほかのプログラムのために書き出します。\n"
                               "Hands an audit log to other programs; OCSF is version 1.3.0.",
                               entries);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GError) error = NULL;
  Export self = { .zone = zone };

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!kiosk_ctl_log_language (lang, &self.japanese))
    return kiosk_ctl_log_wrong_option ("--lang", "ja, en");
  if (!parse_format (format, &self.format))
    return kiosk_ctl_log_wrong_option ("--format", "csv, json, ocsf");
  if (!kiosk_ctl_log_bound (since, FALSE, zone, &from))
    return kiosk_ctl_log_wrong_option ("--since", KIOSK_CTL_LOG_TIME_HINT);
  if (!kiosk_ctl_log_bound (until, TRUE, zone, &to))
    return kiosk_ctl_log_wrong_option ("--until", KIOSK_CTL_LOG_TIME_HINT);
  if (action != NULL && kiosk_audit_action_find (action) == NULL)
    return kiosk_ctl_log_wrong_option ("--action",
                                       "login, lock, connect, disconnect ... (AUDIT-FORMAT.md)");
  self.filter = (KioskExportFilter){ user,   server,  terminal, action, category, outcome,
                                     reason, session, ticket,   text,   from,     to };
  return run (&self, paths, output);
}
