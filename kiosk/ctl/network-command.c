/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

/* Asks the kernel itself, not kioskd: the answer is what holds, whoever brought it about. */

#include "network-command.h"

#include "config.h"

#include "drill-command.h"
#include "language.h"
#include "network-view.h"

#include "kiosk/base/file.h"
#include "kiosk/ipc/policy-file.h"
#include "kiosk/network/ruleset.h"

#include <string.h>
#include <unistd.h>

#define EXIT_GOOD 0
#define EXIT_NO 1
#define EXIT_USAGE 2

#define OWN_TABLE "table inet kiosk {"

static GPtrArray *
find_strangers (const char *rules, gboolean ja)
{
  GPtrArray *strangers = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) lines = g_strsplit (rules, "\n", -1);
  gboolean found = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_equal (lines[i], OWN_TABLE))
      found = TRUE;
    else if (g_str_has_prefix (lines[i], "table "))
      g_ptr_array_add (strangers, g_strdup_printf (ja ? "端末のものではない表があります: %s"
                                                      : "Foreign table: %s",
                                                   lines[i]));
    else if (strstr (lines[i], "flags dormant") != NULL)
      g_ptr_array_add (strangers, g_strdup (ja ? "表が止められています。何も遮断されていません。"
                                               : "A table sleeps: it holds nothing back."));
  if (!found)
    g_ptr_array_add (strangers, g_strdup (ja ? "端末の通信制限が読み込まれていません。"
                                             : "The terminal's firewall is not loaded."));
  return strangers;
}

static gboolean
is_by_policy (const KioskNetworkView *view)
{
  for (guint i = 0; i < view->leaves->len; i++)
    if (((const KioskLeave *) view->leaves->pdata[i])->why == NULL)
      return FALSE;
  return view->with_policy && view->strangers->len == 0;
}

static int
show (KioskLanguage language, gboolean json)
{
  gboolean ja = language == KIOSK_LANGUAGE_JA;
  g_autoptr (KioskRuleset) ruleset = kiosk_ruleset_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *rules = kiosk_ruleset_list_rules (ruleset, &error);
  g_auto (GStrv) paths = kiosk_file_list_policy (KIOSK_POLICY_DIR);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (KioskPolicy) policy = NULL;
  g_autoptr (KioskFirewallState) state = NULL;
  g_autoptr (GPtrArray) strangers = NULL;
  g_autoptr (GPtrArray) left_out = NULL;
  g_autoptr (GPtrArray) leaves = NULL;
  KioskFirewallUsers users;
  KioskNetworkView view;

  if (rules != NULL)
    strangers = find_strangers (rules, ja);
  /* The JSON of a table that sleeps is not to be asked for. */
  if (rules != NULL && strstr (rules, OWN_TABLE) != NULL && strstr (rules, "dormant") == NULL)
    state = kiosk_ruleset_read_state (ruleset, &error);
  if (state == NULL)
    {
      for (guint i = 0; strangers != NULL && i < strangers->len; i++)
        g_printerr ("%s\n", (const char *) strangers->pdata[i]);
      if (error != NULL)
        g_printerr ("kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  policy = kiosk_policy_load ((const char *const *) paths, &problems);
  if (policy == NULL)
    g_printerr (
        "%s", ja ? "設定を読み込めないため、理由は表示できません（kioskctl policy check）。\n"
                 : "The policy cannot be read, so no reasons are shown (kioskctl policy check).\n");
  kiosk_ruleset_find_users (&users);
  leaves = kiosk_ctl_network_explain (state, policy, &users, language, &left_out);
  view = (KioskNetworkView){ state, leaves, left_out, strangers, policy != NULL };
  if (json)
    kiosk_ctl_network_print_json (&view);
  else
    kiosk_ctl_network_print (&view, language);
  return is_by_policy (&view) ? EXIT_GOOD : EXIT_NO;
}

int
kiosk_ctl_network_command (int argc, char **argv)
{
  g_autofree char *lang = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, "言語 / language", "ja|en" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "JSON 形式 / as JSON", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  KioskLanguage language;

  if (argc >= 2 && g_str_equal (argv[1], "drill"))
    return kiosk_ctl_drill_command (argc - 1, argv + 1);
  g_set_prgname ("kioskctl network");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (argc > 1 || !kiosk_ctl_language (lang, &language))
    {
      g_printerr ("kioskctl network [--lang ja|en] [--json]\n");
      return EXIT_USAGE;
    }
  if (geteuid () != 0)
    {
      g_printerr ("%s", language == KIOSK_LANGUAGE_JA
                            ? "kioskctl: 通信の制限は管理者（root）だけが読めます。\n"
                            : "kioskctl: only root can read the firewall.\n");
      return EXIT_USAGE;
    }
  return show (language, json);
}
