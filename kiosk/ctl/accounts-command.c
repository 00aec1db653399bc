/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "accounts-command.h"

#include "accounts-private.h"
#include "policy-input.h"
#include "language.h"

/* The command line of `kioskctl accounts`. */

enum { EXIT_GOOD = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2 };

typedef struct {
  char *lang;
  GStrv policy, rest;
  gboolean csv, json;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->lang);
  g_strfreev (options->policy);
  g_strfreev (options->rest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
has_findings (const KioskAccounts *accounts)
{
  for (guint i = 0; i < accounts->rows->len; i++)
    if (((const KioskAccountRow *) accounts->rows->pdata[i])->findings != 0)
      return TRUE;
  return FALSE;
}

int
kiosk_ctl_accounts_command (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "csv", 0, 0, G_OPTION_ARG_NONE, &options.csv, "表計算ソフト用 / for spreadsheets", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "機械のための形式 / for machines", NULL },
    { "policy", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.policy,
      "設定のファイルかフォルダー / file or folder of the policy, any number", "FILE|DIR" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &options.lang, "言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.rest, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskPolicy) policy = NULL;
  g_autoptr (KioskAccounts) accounts = NULL;
  KioskLanguage language;

  g_set_prgname ("kioskctl accounts");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!kiosk_ctl_language (options.lang, &language) || options.rest != NULL
      || (options.csv && options.json))
    {
      g_printerr ("kioskctl accounts [--csv|--json] [--lang ja|en] [--policy FILE|DIR]...\n");
      return EXIT_USAGE;
    }
  policy = kiosk_ctl_policy_load (options.policy, language, stderr);
  if (policy == NULL)
    return EXIT_USAGE;
  accounts = kiosk_accounts_gather (policy, &error);
  if (accounts == NULL)
    {
      g_printerr (language == KIOSK_LANGUAGE_JA ? "kioskctl accounts: 読み取れません: %s\n"
                                                : "kioskctl accounts: cannot read: %s\n",
                  error->message);
      return EXIT_USAGE;
    }
  if (options.json)
    kiosk_accounts_print_json (accounts);
  else if (options.csv)
    kiosk_accounts_print_csv (accounts, language);
  else
    kiosk_accounts_print_table (accounts, language);
  if (!accounts->log_good)
    g_printerr ("%s",
                language == KIOSK_LANGUAGE_JA
                    ? "kioskctl: 注意: 操作の記録に異常があります（kioskctl log verify）。"
                      "最終利用は、異常の前までの記録によります。\n"
                    : "kioskctl: warning: the audit log does not verify (kioskctl log verify); "
                      "last uses are those before the fault.\n");
  return has_findings (accounts) || !accounts->log_good ? EXIT_FINDINGS : EXIT_GOOD;
}
