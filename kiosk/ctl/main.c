/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "config.h"

#include "accounts-command.h"
#include "collect-command.h"
#include "devices-command.h"
#include "language.h"
#include "log-command.h"
#include "network-command.h"
#include "order-command.h"
#include "policy-command.h"
#include "status-command.h"

#include <glib.h>

#include <locale.h>
#include <stdio.h>

/* kioskctl: what administrators, image builders and auditors ask. It only reads (but for the keys
 * and signatures of orders, which it writes where it is told); what it can read is what the caller's
 * own rights allow. This file picks the sub-command and knows nothing else. */

#define EXIT_USAGE 2

static const struct {
  const char *name;
  int (*run) (int argc, char **argv); /* argv[0] is the name */
  KioskLabel help;
} commands[] = {
  { "accounts",
    kiosk_ctl_accounts_command,
    { (char *) "IDの一覧、状態、確認が必要な点を表示する",
      (char *) "list IDs, their state and what is to be looked at" } },
  { "policy",
    kiosk_ctl_policy_command,
    { (char *) "設定を確認し、説明し、表示する", (char *) "check, explain and show the policy" } },
  { "log",
    kiosk_ctl_log_command,
    { (char *) "操作の記録を検証し、表示する", (char *) "verify and show the audit log" } },
  { "collect",
    kiosk_ctl_collect_command,
    { (char *) "端末の記録を集め、検証して保存する",
      (char *) "collect, verify and store the logs of terminals" } },
  { "devices",
    kiosk_ctl_devices_command,
    { (char *) "つながっている機器と、その判定を表示する",
      (char *) "show what is plugged in and what may work; judge descriptors; write rules" } },
  { "network",
    kiosk_ctl_network_command,
    { (char *) "今、端末から出られる通信を表示し、点検する",
      (char *) "show what may leave right now, and why; prove that nothing else does" } },
  { "order",
    kiosk_ctl_order_command,
    { (char *) "作業指示書に署名し、確認する", (char *) "sign and check work orders" } },
  { "status",
    kiosk_ctl_status_command,
    { (char *) "端末の今の状態を表示する", (char *) "show how the terminal is now" } },
};

/* Texts are UTF-8 and go out as they are. GLib would turn Japanese into question marks where the
 * locale is not installed, as on a terminal image or in a unit. */
static void
print_raw (const char *text)
{
  fputs (text, stdout);
  fflush (stdout); /* in order with standard error */
}

static void
print_error_raw (const char *text)
{
  fputs (text, stderr);
}

static void
print_help (void)
{
  KioskLanguage language;

  kiosk_ctl_language (NULL, &language);
  g_print ("%s", language == KIOSK_LANGUAGE_JA ? "使い方: kioskctl コマンド ...\n\n"
                                               : "Usage: kioskctl COMMAND ...\n\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-10s %s\n", commands[i].name, kiosk_label_get (&commands[i].help, language));
  g_print ("%s", language == KIOSK_LANGUAGE_JA
                     ? "\n詳しくは: kioskctl コマンド --help\n版の表示: kioskctl --version\n"
                     : "\nMore: kioskctl COMMAND --help\nVersion: kioskctl --version\n");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_set_print_handler (print_raw);
  g_set_printerr_handler (print_error_raw);

  if (argc < 2)
    {
      print_help ();
      return EXIT_USAGE;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      g_print ("kioskctl (maintenance-kiosk) %s\n", KIOSK_VERSION);
      return 0;
    }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")
      || g_str_equal (argv[1], "help"))
    {
      print_help ();
      return 0;
    }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].name))
      return commands[i].run (argc - 1, argv + 1);

  g_printerr ("kioskctl: %s? (kioskctl --help)\n", argv[1]);
  return EXIT_USAGE;
}
