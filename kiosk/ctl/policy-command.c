/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "config.h"

#include "policy-command.h"
#include "language.h"
#include "policy-input.h"

#include "kiosk/model/chrony.h"
#include "kiosk/model/forward.h"

#include <stdio.h>

/* The verbs of `kioskctl policy`. They read files exactly as kioskd does and ask the same functions;
 * nothing is judged here. */

#define EXIT_GOOD 0
#define EXIT_NO 1
#define EXIT_USAGE 2

/* What the command line of any verb can hold. */
typedef struct {
  char *lang;
  char *user;
  char *server;
  char *at;
  char *format;
  GStrv policy; /* --policy, any number */
  GStrv files;  /* what is no option */
  KioskLanguage language;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->lang);
  g_free (options->user);
  g_free (options->server);
  g_free (options->at);
  g_free (options->format);
  g_strfreev (options->policy);
  g_strfreev (options->files);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static const char *
choose (const Options *options, const char *ja, const char *en)
{
  return options->language == KIOSK_LANGUAGE_JA ? ja : en;
}

static gboolean
parse_options (Options *options, const char *parameters, const GOptionEntry *own, int argc,
               char **argv)
{
  const GOptionEntry common[] = {
    { "lang", 0, 0, G_OPTION_ARG_STRING, &options->lang, "言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_autoptr (GError) error = NULL;

  kiosk_ctl_language (NULL, &options->language);
  if (own != NULL)
    g_option_context_add_main_entries (context, own, NULL);
  g_option_context_add_main_entries (context, common, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("kioskctl: %s\n", error->message);
      return FALSE;
    }
  if (!kiosk_ctl_language (options->lang, &options->language))
    {
      g_printerr ("kioskctl: --lang ja|en\n");
      return FALSE;
    }
  return TRUE;
}

static int
run_check (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_autoptr (KioskPolicy) policy = NULL;

  if (!parse_options (&options, "FILE|DIR...", NULL, argc, argv))
    return EXIT_USAGE;
  policy = kiosk_ctl_policy_load (options.files, options.language, stdout);
  if (policy == NULL)
    return EXIT_NO;
  if (options.language == KIOSK_LANGUAGE_JA)
    g_print ("設定に問題はありません（人 %u、サーバー %u、SHA-256 %s）。\n", policy->persons->len,
             policy->servers->len, policy->digest);
  else
    g_print ("The policy is good (%u persons, %u servers, SHA-256 %s).\n", policy->persons->len,
             policy->servers->len, policy->digest);
  return EXIT_GOOD;
}

/* "2026-11-21 08:30" in local time; now for NULL. NULL when it is no such time. */
static GDateTime *
parse_time (const char *text)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autofree char *iso = NULL;

  if (text == NULL)
    return g_date_time_new_now (zone);
  if (!g_regex_match_simple ("^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d$", text, G_REGEX_DOLLAR_ENDONLY,
                             0))
    return NULL;
  iso = g_strdup_printf ("%.10sT%s:00", text, text + 11);
  return g_date_time_new_from_iso8601 (iso, zone);
}

static void
print_place (KioskPolicyPlace place)
{
  g_autofree char *text = kiosk_ctl_quote_line (place);

  g_print ("  %s:%u: %s\n", place.source, place.line, text);
}

static int
run_explain (int argc, char **argv)
{
  static const KioskLabel weekdays[] = {
    { (char *) "月", (char *) "Mon" }, { (char *) "火", (char *) "Tue" },
    { (char *) "水", (char *) "Wed" }, { (char *) "木", (char *) "Thu" },
    { (char *) "金", (char *) "Fri" }, { (char *) "土", (char *) "Sat" },
    { (char *) "日", (char *) "Sun" },
  };
  g_auto (Options) options = { 0 };
  const GOptionEntry own[] = {
    { "user", 0, 0, G_OPTION_ARG_STRING, &options.user, "人の ID / ID of the person", "ID" },
    { "server", 0, 0, G_OPTION_ARG_STRING, &options.server, "サーバーの ID / ID of the server",
      "ID" },
    { "at", 0, 0, G_OPTION_ARG_STRING, &options.at,
      "日時（なければ今）/ local time, now if left out", "\"YYYY-MM-DD HH:MM\"" },
    { "policy", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.policy,
      "設定のファイルかフォルダー / file or folder of the policy, any number", "FILE|DIR" },
    { NULL },
  };
  g_autoptr (KioskPolicy) policy = NULL;
  g_autoptr (GDateTime) time = NULL;
  g_autoptr (GArray) places = NULL;
  g_autofree char *when = NULL;
  g_autofree char *user = NULL;
  g_autofree char *server = NULL;
  KioskLocalTime at;
  KioskVerdict verdict;

  if (!parse_options (&options, NULL, own, argc, argv))
    return EXIT_USAGE;
  time = parse_time (options.at);
  if (options.user == NULL || options.server == NULL || time == NULL || options.files != NULL)
    {
      g_printerr ("kioskctl policy explain --user ID --server ID [--at \"YYYY-MM-DD HH:MM\"] "
                  "[--policy FILE|DIR]...\n");
      return EXIT_USAGE;
    }
  policy = kiosk_ctl_policy_load (options.policy, options.language, stderr);
  if (policy == NULL)
    return EXIT_USAGE;

  at.weekday = (guint) g_date_time_get_day_of_week (time) - 1;
  at.minute = (guint) (g_date_time_get_hour (time) * 60 + g_date_time_get_minute (time));
  verdict = kiosk_policy_decide (policy, options.user, options.server, &at, &places);
  when = g_date_time_format (time, "%Y-%m-%d %H:%M");
  user = kiosk_text_clean (options.user, 64);
  server = kiosk_text_clean (options.server, 64);
  g_print ("%s -> %s, %s (%s)\n%s\n", user, server, when,
           kiosk_label_get (&weekdays[at.weekday], options.language),
           kiosk_label_get (kiosk_verdict_label (verdict), options.language));
  for (guint i = 0; i < places->len; i++)
    print_place (g_array_index (places, KioskPolicyPlace, i));
  if (verdict == KIOSK_VERDICT_ALLOWED)
    {
      g_autofree char *section = g_strdup_printf ("server %s", options.server);
      KioskPolicyPlace ticket = kiosk_policy_place (policy, section, "ticket");

      KioskPolicyPlace approval = kiosk_policy_place (policy, section, "approval");

      if (ticket.line > 0)
        print_place (ticket); /* decides nothing here, but is asked for */
      if (approval.line > 0)
        print_place (approval); /* the same */
    }
  if (places->len == 0)
    g_print ("  %s\n", choose (&options, "設定のどの行にも書かれていません。",
                               "No line of the policy names it."));
  return verdict == KIOSK_VERDICT_ALLOWED ? EXIT_GOOD : EXIT_NO;
}

static int
run_show (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry own[] = {
    { "policy", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.policy,
      "設定のファイルかフォルダー / file or folder of the policy, any number", "FILE|DIR" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &options.format, "形式 / format", "table|json" },
    { NULL },
  };
  g_autoptr (KioskPolicy) policy = NULL;
  gboolean json;

  if (!parse_options (&options, NULL, own, argc, argv))
    return EXIT_USAGE;
  json = g_strcmp0 (options.format, "json") == 0;
  if (options.files != NULL
      || (options.format != NULL && !json && !g_str_equal (options.format, "table")))
    {
      g_printerr ("kioskctl policy show [--format table|json] [--policy FILE|DIR]...\n");
      return EXIT_USAGE;
    }
  policy = kiosk_ctl_policy_load (options.policy, options.language, stderr);
  if (policy == NULL)
    return EXIT_USAGE;
  if (json)
    kiosk_ctl_policy_print_json (policy);
  else
    kiosk_ctl_policy_print_table (policy, options.language);
  return EXIT_GOOD;
}

static int
run_chrony (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  gboolean hosts = FALSE;
  const GOptionEntry own[] = {
    { "hosts", 0, 0, G_OPTION_ARG_NONE, &hosts,
      "/etc/hosts に必要な行 / the lines that /etc/hosts needs", NULL },
    { NULL },
  };
  g_autoptr (KioskPolicy) policy = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!parse_options (&options, "[FILE|DIR]...", own, argc, argv))
    return EXIT_USAGE;
  policy = kiosk_ctl_policy_load (options.files, options.language, stderr);
  if (policy == NULL)
    return EXIT_NO;
  text = hosts ? kiosk_chrony_render_hosts (policy, &error)
               : kiosk_chrony_render (policy, KIOSK_POLICY_DIR "/time.keys", &error);
  if (text == NULL)
    {
      g_printerr ("kioskctl policy chrony: %s\n", error->message);
      return EXIT_NO;
    }
  g_print ("%s", text);
  return EXIT_GOOD;
}

/* Where the image has them (kiosk-forward.service). */
static const KioskForwardPlaces forward_places
    = { KIOSK_POLICY_DIR "/collector", "/var/lib/kiosk-forward" };

static int
run_forward (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry own[] = { { NULL } };
  g_autoptr (KioskPolicy) policy = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!parse_options (&options, "[FILE|DIR]...", own, argc, argv))
    return EXIT_USAGE;
  policy = kiosk_ctl_policy_load (options.files, options.language, stderr);
  if (policy == NULL)
    return EXIT_NO;
  text = kiosk_forward_render (policy, &forward_places, &error);
  if (text == NULL)
    {
      g_printerr ("kioskctl policy forward: %s\n", error->message);
      return EXIT_NO;
    }
  g_print ("%s", text);
  return EXIT_GOOD;
}

int
kiosk_ctl_policy_command (int argc, char **argv)
{
  static const struct {
    const char *verb;
    int (*run) (int argc, char **argv);
    const char *usage;
  } verbs[] = {
    { "check", run_check, "[FILE|DIR]..." },
    { "explain", run_explain,
      "--user ID --server ID [--at \"YYYY-MM-DD HH:MM\"] [--policy FILE|DIR]..." },
    { "chrony", run_chrony, "[--hosts] [FILE|DIR]..." },
    { "forward", run_forward, "[FILE|DIR]..." },
    { "show", run_show, "[--format table|json] [--policy FILE|DIR]..." },
  };
  g_autofree char *program = g_strdup_printf ("kioskctl policy %s", argc >= 2 ? argv[1] : "");
  gboolean help = argc >= 2 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"));

  g_set_prgname (program); /* what --help of a verb shows */
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (argc >= 2 && g_str_equal (argv[1], verbs[i].verb))
      return verbs[i].run (argc - 1, argv + 1);
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (help)
      g_print ("kioskctl policy %s [--lang ja|en] %s\n", verbs[i].verb, verbs[i].usage);
    else
      g_printerr ("kioskctl policy %s [--lang ja|en] %s\n", verbs[i].verb, verbs[i].usage);
  return help ? EXIT_GOOD : EXIT_USAGE;
}
