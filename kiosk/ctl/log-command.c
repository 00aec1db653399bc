/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-command.h"

#include "log-again.h"
#include "log-export.h"
#include "config.h"
#include "log-incident.h"
#include "log-keys.h"
#include "log-options.h"
#include "log-set-aside.h"
#include "log-verify.h"
#include "log-view.h"
#include "kiosk/log/log-set.h"
#include "kiosk/model/audit-actions.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The command line of show, and the way to the other verbs. They read logs and never write one. */

/* ---- show ---- */

typedef struct {
  KioskLogFilter filter;
  KioskLogFormat format;
  GTimeZone *zone;
  gboolean japanese;
  guint64 unreadable;
} Show;

static gboolean
on_shown_line (const char *line, gsize length, const KioskLogPlace *place, gpointer user_data)
{
  Show *show = user_data;
  g_autofree char *text = NULL;

  if (place->repeat)
    return TRUE;
  text
      = kiosk_log_view_line (line, length, &show->filter, show->format, show->zone, show->japanese);
  if (text == NULL)
    show->unreadable++;
  else
    fputs (text, stdout);
  return TRUE;
}

static int
show_file (Show *show, const char *path)
{
  g_autofree char *header = kiosk_log_view_header (show->format, show->japanese);
  g_autofree char *fault = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskLogSet) log = kiosk_log_set_open (path, &error);
  KioskAuditReport report;

  fputs (header, stdout);
  if (log == NULL
      || !kiosk_log_set_read (log, NULL, on_shown_line, NULL, show, NULL, &report, &error))
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
  fault = kiosk_ctl_log_describe_fault (log, &report, show->japanese);
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
  g_autofree char *since = NULL, *until = NULL, *from = NULL, *to = NULL;
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
  g_autoptr (GOptionContext) context = kiosk_ctl_log_context (
      "[FILE|DIR]",
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
  if (!kiosk_ctl_log_language (lang, &self.japanese))
    return kiosk_ctl_log_wrong_option ("--lang", "ja, en");
  if (!kiosk_log_view_format (format, &self.format))
    return kiosk_ctl_log_wrong_option ("--format", "table, json, csv");
  if (!kiosk_ctl_log_bound (since, FALSE, zone, &from))
    return kiosk_ctl_log_wrong_option ("--since", KIOSK_CTL_LOG_TIME_HINT);
  if (!kiosk_ctl_log_bound (until, TRUE, zone, &to))
    return kiosk_ctl_log_wrong_option ("--until", KIOSK_CTL_LOG_TIME_HINT);
  if (action != NULL && kiosk_audit_action_find (action) == NULL)
    return kiosk_ctl_log_wrong_option ("--action",
                                       "login, lock, connect, disconnect ... (AUDIT-FORMAT.md)");
  if (files != NULL && g_strv_length (files) > 1)
    return kiosk_ctl_log_wrong_option ("FILE", "1");

  self.filter = (KioskLogFilter){ user, server, action, from, to };
  return show_file (&self, files != NULL ? files[0] : KIOSK_CTL_LOG_DEFAULT);
}

/* Becomes @program, which stands beside this one where it is built, and else where programs of ours are installed. */
static int
become (const char *program, char **argv)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  g_autofree char *beside = g_build_filename (folder, program, NULL);
  g_autofree char *installed = g_build_filename (KIOSK_LIBEXEC_DIR, program, NULL);

  execv (beside, argv);
  execv (installed, argv);
  fprintf (stderr,
           "kioskctl: 報告書や索引は、監査担当のパソコンで作ります（%s: %s）\n"
           "kioskctl: reports and indexes are made on the auditor's PC (%s: %s)\n",
           program, g_strerror (errno), program, g_strerror (errno));
  return EXIT_USAGE;
}

static int
report (int argc, char **argv)
{
  return become ("kiosk-log-report", argv);
}

static int
find (int argc, char **argv)
{
  return become ("kiosk-log-find", argv);
}

static int export(int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    if (g_str_equal (argv[i], "--incident") || g_str_has_prefix (argv[i], "--incident="))
      return kiosk_ctl_log_incident (argc, argv);
  return kiosk_ctl_log_export (argc, argv);
}

int
kiosk_ctl_log_command (int argc, char **argv)
{
  static const struct {
    const char *name;
    int (*run) (int argc, char **argv);
  } verbs[] = {
    { "verify", kiosk_ctl_log_verify },
    { "show", show },
    { "enrolment", kiosk_ctl_log_enrolment },
    { "unseal", kiosk_ctl_log_unseal },
    { "seal", kiosk_ctl_log_seal },
    { "export", export },
    { "report", report },
    { "find", find },
    { "again", kiosk_ctl_log_again },
    { "set-aside", kiosk_ctl_log_set_aside },
  };
  gboolean help;

  for (guint i = 0; argc >= 2 && i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (argv[1], verbs[i].name))
      {
        g_autofree char *name = g_strconcat ("kioskctl log ", verbs[i].name, NULL);

        g_set_prgname (name);
        return verbs[i].run (argc - 1, argv + 1);
      }

  help = argc >= 2 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"));
  fputs (
      "kioskctl log verify [--key HEX] [--secret FILE] [--format text|json] [--lang ja|en] "
      "[DIR|FILE...]\n"
      "kioskctl log show [--user U] [--server S] [--since T] [--until T] [--action A]\n"
      "                  [--format table|json|csv] [--lang ja|en] [DIR|FILE]\n"
      "kioskctl log export --format csv|json|ocsf [--user U] [--server S] [--since T] ...\n"
      "                    [--output FILE] [--lang ja|en] [DIR|FILE...]\n"
      "kioskctl log export --incident DIR --key KEY-FILE [--since T] [--until T]\n"
      "                    [--policy DIR] [--software FILE] [LOG-DIR]\n"
      "kioskctl log report --month 2026-11|--year 2026 [--pdf FILE] [--csv FILE] [--lang ja|en]\n"
      "                    [--terminal T] [DIR|FILE...]\n"
      "kioskctl log find --index FILE|postgresql://... [--user U] [--since T] [--until T] ...\n"
      "                  [--limit N] [--format table|json|csv] [--lang ja|en] [DIR|FILE...]\n"
      "kioskctl log seal [--check CODE --record N] [--lang ja|en] [DIR|FILE]\n"
      "kioskctl log enrolment [--lang ja|en] [DIR]\n"
      "kioskctl log unseal --key KEY-FILE [DIR]\n"
      "kioskctl log set-aside --log DIR --to NEW-DIR --reason TEXT [--by NAME] [--json]\n"
      "                       [--lang ja|en]\n"
      "kioskctl log again DIR SPOOL\n",
      help ? stdout : stderr);
  return help ? EXIT_GOOD : EXIT_USAGE;
}
