/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-find.h"

#include "log-options.h"
#include "log-view.h"
#include "kiosk/review/index.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* Questions to a log from scripts, answered by an index that stays: it is brought up to date first, for which only what is new in a log is
 * read. The index is for finding; what a court is to see is verified from the log (kioskctl log verify). */

typedef struct {
  char *where, *user, *server, *terminal, *action, *outcome, *session, *ticket, *text;
  char *since, *until, *format, *lang;
  gint limit;
  gboolean oldest, anew, japanese;
  KioskLogFormat view;
  GStrv paths;
} Options;

static void
clear_options (Options *o)
{
  char *const texts[]
      = { o->where,  o->user, o->server, o->terminal, o->action, o->outcome, o->session,
          o->ticket, o->text, o->since,  o->until,    o->format, o->lang };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_strfreev (o->paths);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, clear_options)

/* ---- Options ---- */

static gboolean
parse_time (const char *text, gboolean end, GTimeZone *zone, gint64 *time)
{
  g_autofree char *bound = NULL;
  g_autoptr (GDateTime) parsed = NULL;

  if (text == NULL)
    return TRUE;
  if (!kiosk_ctl_log_bound (text, end, zone, &bound))
    return FALSE;
  parsed = g_date_time_new_from_iso8601 (bound, NULL);
  if (parsed == NULL)
    return FALSE;
  *time = g_date_time_to_unix (parsed) * G_USEC_PER_SEC + g_date_time_get_microsecond (parsed);
  return TRUE;
}

/* ---- The index ---- */

static void
on_progress (guint64 done, guint64 total, guint64 records, gpointer user_data)
{
  if (isatty (STDERR_FILENO))
    fprintf (stderr, "\r%3u %%", total > 0 ? (guint) (done * 100 / total) : 0);
}

static gboolean
bring_up_to_date (KioskIndex *index, const Options *o, GError **error)
{
  gboolean good = TRUE;

  kiosk_index_set_anew (index, o->anew);
  for (guint i = 0; good && o->paths != NULL && o->paths[i] != NULL; i++)
    good = kiosk_index_import_path (index, o->paths[i], NULL, on_progress, NULL, NULL, error);
  if (isatty (STDERR_FILENO))
    fputs ("\r      \r", stderr);
  return good;
}

/* Whoever reads the answer must know that it comes out of a log with a fault. */
static int
tell_faults (KioskIndex *index, const Options *o)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) logs = kiosk_index_get_logs (index, &error);
  int status = EXIT_GOOD;

  if (logs == NULL)
    return kiosk_ctl_log_unreadable (error, o->japanese);
  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = g_ptr_array_index (logs, i);

      if (log->report.fault == KIOSK_AUDIT_OK
          || (o->terminal != NULL && !g_str_equal (log->host, o->terminal)))
        continue;
      status = EXIT_FAULT;
      fprintf (stderr,
               o->japanese ? "kioskctl: 注意: このログには異常があります。%s（%s）: %s\n"
                           : "kioskctl: warning: this log does not verify: %s (%s): %s\n",
               log->path, log->host, kiosk_audit_fault_text (log->report.fault, o->japanese));
    }
  return status;
}

/* ---- Records ---- */

typedef struct {
  const Options *options;
  GTimeZone *zone;
} Print;

static gboolean
on_line (const KioskIndexRecord *record, const char *line, gsize length, gpointer user_data)
{
  static const KioskLogFilter all = { 0 };
  const Print *print = user_data;
  gboolean japanese = print->options->japanese;
  g_autofree char *text
      = kiosk_log_view_line (line, length, &all, print->options->view, print->zone, japanese);

  if (text != NULL)
    fputs (text, stdout);
  else
    fprintf (stderr,
             japanese ? "kioskctl: 記録 %" G_GUINT64_FORMAT " は表示できません\n"
                      : "kioskctl: record %" G_GUINT64_FORMAT " can not be shown\n",
             record->sequence);
  return !ferror (stdout);
}

static int
find (const Options *o, const KioskIndexFilter *filter, GTimeZone *zone)
{
  g_autofree char *header = kiosk_log_view_header (o->view, o->japanese);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskIndex) index = kiosk_index_open (o->where, &error);
  Print print = { o, zone };

  if (index == NULL || !bring_up_to_date (index, o, &error))
    return kiosk_ctl_log_unreadable (error, o->japanese);
  fputs (header, stdout);
  if (!kiosk_index_foreach_line_of (index, filter,
                                    o->oldest ? KIOSK_INDEX_OLDEST_FIRST : KIOSK_INDEX_NEWEST_FIRST,
                                    (guint) o->limit, on_line, &print, &error))
    return kiosk_ctl_log_unreadable (error, o->japanese);
  if (fflush (stdout) != 0 || ferror (stdout))
    {
      fprintf (stderr, "kioskctl: stdout: %s\n", g_strerror (errno));
      return EXIT_USAGE;
    }
  return tell_faults (index, o);
}

int
kiosk_ctl_log_find (int argc, char **argv)
{
  g_auto (Options) o = { .limit = 100 };
  const GOptionEntry entries[] = {
    { "index", 0, 0, G_OPTION_ARG_STRING, &o.where, "索引 / index", "FILE|postgresql://..." },
    { "user", 0, 0, G_OPTION_ARG_STRING, &o.user, "利用者ID / ID of the person", "U" },
    { "server", 0, 0, G_OPTION_ARG_STRING, &o.server, "サーバー / server", "S" },
    { "terminal", 0, 0, G_OPTION_ARG_STRING, &o.terminal, "端末 / terminal", "T" },
    { "action", 0, 0, G_OPTION_ARG_STRING, &o.action, "操作コード / event.action", "A" },
    { "outcome", 0, 0, G_OPTION_ARG_STRING, &o.outcome, "結果 / outcome",
      "success|failure|unknown" },
    { "session", 0, 0, G_OPTION_ARG_STRING, &o.session, "セッション / session", "S" },
    { "ticket", 0, 0, G_OPTION_ARG_STRING, &o.ticket, "作業番号 / work number", "W" },
    { "text", 0, 0, G_OPTION_ARG_STRING, &o.text, "文字列 / part of a text", "TEXT" },
    { "since", 0, 0, G_OPTION_ARG_STRING, &o.since, "この日時から / from", "2026-11-21" },
    { "until", 0, 0, G_OPTION_ARG_STRING, &o.until, "この日時まで / to", "2026-11-21" },
    { "limit", 0, 0, G_OPTION_ARG_INT, &o.limit, "件数（0 はすべて） / how many (0: all)", "100" },
    { "oldest", 0, 0, G_OPTION_ARG_NONE, &o.oldest, "古い順 / oldest first", NULL },
    { "anew", 0, 0, G_OPTION_ARG_NONE, &o.anew,
      "ログをすべて読み直して検証 / read and verify all of the logs", NULL },
    { "format", 0, 0, G_OPTION_ARG_STRING, &o.format, "形式 / format", "table|json|csv" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &o.lang, "表示言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.paths, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = kiosk_ctl_log_context (
      "[DIR|FILE...]",
      "索引を使って監査ログから記録を探します。ログは増えた分だけを読みます。\n"
      "Finds records by an index that is kept; of logs only what is new is read.",
      entries);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GError) error = NULL;
  const char *actions[] = { NULL, NULL };
  KioskIndexFilter filter = { 0 };

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!kiosk_ctl_log_language (o.lang, &o.japanese))
    return kiosk_ctl_log_wrong_option ("--lang", "ja, en");
  if (o.where == NULL)
    return kiosk_ctl_log_wrong_option ("--index", "FILE, postgresql://...");
  if (!kiosk_log_view_format (o.format, &o.view))
    return kiosk_ctl_log_wrong_option ("--format", "table, json, csv");
  if (o.limit < 0)
    return kiosk_ctl_log_wrong_option ("--limit", "0, 100 ...");
  if (!parse_time (o.since, FALSE, zone, &filter.from))
    return kiosk_ctl_log_wrong_option ("--since", KIOSK_CTL_LOG_TIME_HINT);
  if (!parse_time (o.until, TRUE, zone, &filter.to))
    return kiosk_ctl_log_wrong_option ("--until", KIOSK_CTL_LOG_TIME_HINT);
  actions[0] = o.action;
  filter.host = o.terminal;
  filter.person = o.user;
  filter.server = o.server;
  filter.actions = o.action != NULL ? actions : NULL;
  filter.outcome = o.outcome;
  filter.session = o.session;
  filter.ticket = o.ticket;
  filter.text = o.text;
  return find (&o, &filter, zone);
}
