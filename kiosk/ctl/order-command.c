/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "order-command.h"

#include "policy-input.h"
#include "language.h"
#include "passphrase.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/ipc/policy-file.h"
#include "kiosk/model/order.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The verbs of `kioskctl order`: they ask for passphrases, read and write files. What an order says and
 * whether it holds is judged in kiosk/model/order.c, the same for kioskd. */

enum { EXIT_GOOD = 0, EXIT_NO = 1, EXIT_USAGE = 2 };

typedef struct {
  char *lang, *key, *out, *person, *server, *at;
  GStrv policy, files;
  KioskLanguage language;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->lang);
  g_free (options->key);
  g_free (options->out);
  g_free (options->person);
  g_free (options->server);
  g_free (options->at);
  g_strfreev (options->policy);
  g_strfreev (options->files);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static const char *
choose (const Options *options, const char *ja, const char *en)
{
  return options->language == KIOSK_LANGUAGE_JA ? ja : en;
}

/* FALSE: told already. */
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
fail (const char *path, const GError *error)
{
  g_printerr ("kioskctl order: %s: %s\n", path, error->message);
  return EXIT_USAGE;
}

/* ---- key ---- */

/* A file that was not there before, readable by its owner only from its first moment on. */
static gboolean
write_new (const char *path, const char *text, GError **error)
{
  kiosk_autofd int fd
      = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  gsize length = strlen (text);

  if (fd < 0)
    return kiosk_error_set_errno (error, errno, "open");
  if (TEMP_FAILURE_RETRY (write (fd, text, length)) != (ssize_t) length || fsync (fd) != 0)
    {
      kiosk_error_set_errno (error, errno, "write");
      unlink (path);
      return FALSE;
    }
  return TRUE;
}

/* Asked twice on a terminal: what is typed unseen is mistyped unseen. */
static KioskSecret *
ask_new_passphrase (const Options *options)
{
  g_autoptr (KioskSecret) first = kiosk_ctl_ask_passphrase (choose (
      options, "新しいパスフレーズ（12 文字以上）: ", "New passphrase (12 characters or more): "));
  g_autoptr (KioskSecret) second = NULL;

  if (first == NULL || !isatty (STDIN_FILENO))
    return g_steal_pointer (&first);
  second = kiosk_ctl_ask_passphrase (choose (options, "もう一度: ", "Once more: "));
  if (second != NULL && strcmp (kiosk_secret_peek (first), kiosk_secret_peek (second)) == 0)
    return g_steal_pointer (&first);
  g_printerr ("%s", choose (options, "パスフレーズが一致しません。\n", "They are not the same.\n"));
  return NULL;
}

static int
run_key (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry own[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &options.out, "秘密鍵のファイル / file of the secret key",
      "FILE" },
    { NULL },
  };
  g_autoptr (KioskSecret) passphrase = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *public_key = NULL;

  if (!parse_options (&options, NULL, own, argc, argv))
    return EXIT_USAGE;
  if (options.out == NULL || options.files != NULL)
    {
      g_printerr ("kioskctl order key --out FILE\n");
      return EXIT_USAGE;
    }
  passphrase = ask_new_passphrase (&options);
  if (passphrase == NULL)
    return EXIT_USAGE;
  text = kiosk_order_key_new (kiosk_secret_peek (passphrase), &error);
  if (text == NULL || !write_new (options.out, text, &error))
    return fail (options.out, error);
  public_key = kiosk_order_key_get_public (text, strlen (text), &error);
  if (public_key == NULL)
    return fail (options.out, error);
  g_printerr ("%s",
              choose (&options, "設定には次のように書きます。名前と ID は置き換えてください。\n",
                      "For the policy; NAME and ID are yours to fill in:\n"));
  g_print ("[approver NAME]\nperson=ID\npublic-key=%s\n", public_key);
  return EXIT_GOOD;
}

/* ---- Reading orders ---- */

/* NULL with the exit status in *@status: told already. */
static KioskOrder *
load_order (const Options *options, const char *path, int *status)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = kiosk_file_read_trusted (path, KIOSK_ORDER_MAX_BYTES, &error);
  g_autoptr (GPtrArray) problems = NULL;
  KioskOrder *order;

  if (bytes == NULL)
    {
      *status = fail (path, error);
      return NULL;
    }
  order = kiosk_order_parse (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                             &problems);
  for (guint i = 0; i < problems->len; i++)
    {
      g_autofree char *line
          = kiosk_policy_problem_to_string (problems->pdata[i], options->language);

      g_print ("%s\n", line);
    }
  *status = EXIT_NO;
  return order;
}

static char *
show_time (gint64 time)
{
  g_autoptr (GDateTime) local = g_date_time_new_from_unix_local (time);

  return g_date_time_format (local, "%Y-%m-%d %H:%M:%S %z");
}

static void
print_order (const Options *options, const KioskOrder *order)
{
  g_autofree char *persons = g_strjoinv (", ", order->persons);
  g_autofree char *servers = g_strjoinv (", ", order->servers);
  g_autofree char *from = show_time (order->from);
  g_autofree char *until = show_time (order->until);
  const struct {
    const char *ja, *en, *value;
  } rows[] = {
    { "作業番号", "Work number", order->id },
    { "作業者", "Persons", persons },
    { "サーバー", "Servers", servers },
    { "開始", "From", from },
    { "終了", "Until", until },
    { "目的", "Purpose", order->purpose },
    { "承認者", "Approver", order->approver },
    { "SHA-256", "SHA-256", order->digest },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_print ("  %s: %s\n", choose (options, rows[i].ja, rows[i].en), rows[i].value);
}

/* ---- sign ---- */

static int
run_sign (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry own[] = {
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &options.key, "秘密鍵のファイル / file of the secret key",
      "FILE" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &options.out,
      "署名した指示書（なければ元のファイル）/ signed order, else the file itself", "FILE" },
    { NULL },
  };
  g_autoptr (KioskOrder) order = NULL;
  g_autoptr (KioskSecret) passphrase = NULL;
  g_autoptr (GBytes) key = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const char *out;
  int status;

  if (!parse_options (&options, "FILE", own, argc, argv))
    return EXIT_USAGE;
  if (options.key == NULL || options.files == NULL || options.files[1] != NULL)
    {
      g_printerr ("kioskctl order sign FILE --key FILE [--out FILE]\n");
      return EXIT_USAGE;
    }
  order = load_order (&options, options.files[0], &status);
  if (order == NULL)
    return status;
  if (order->has_signature)
    {
      g_print ("%s:%u: %s\n", options.files[0], order->lines[KIOSK_ORDER_LINE_SIGNATURE],
               choose (&options, "すでに署名があります。", "It is signed already."));
      return EXIT_NO;
    }
  key = kiosk_file_read_trusted (options.key, KIOSK_ORDER_MAX_BYTES, &error);
  if (key == NULL)
    return fail (options.key, error);
  print_order (&options, order);
  passphrase = kiosk_ctl_ask_passphrase (
      choose (&options, "この内容に署名します。パスフレーズ: ", "To sign this, passphrase: "));
  if (passphrase == NULL)
    return EXIT_USAGE;
  text = kiosk_order_sign (order, g_bytes_get_data (key, NULL), g_bytes_get_size (key),
                           kiosk_secret_peek (passphrase), &error);
  if (text == NULL)
    return fail (options.key, error);
  out = options.out != NULL ? options.out : options.files[0];
  if (!kiosk_file_replace (out, text, strlen (text), 0644, &error))
    return fail (out, error);
  g_print ("%s: %s\n", out, choose (&options, "署名しました。", "signed."));
  return EXIT_GOOD;
}

/* ---- check ---- */

/* "2026-11-21 08:30" in local time; now for NULL. FALSE when it is no such time. */
static gboolean
parse_time (const char *text, gint64 *moment)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *iso = NULL;

  if (text == NULL)
    time = g_date_time_new_now (zone);
  else if (g_regex_match_simple ("^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d$", text,
                                 G_REGEX_DOLLAR_ENDONLY, 0))
    {
      iso = g_strdup_printf ("%.10sT%s:00", text, text + 11);
      time = g_date_time_new_from_iso8601 (iso, zone);
    }
  if (time == NULL)
    return FALSE;
  *moment = g_date_time_to_unix (time);
  return TRUE;
}

/* Names of the order that the policy does not know: they hold nothing up, but help nobody. */
static void
print_strangers (const Options *options, const KioskOrder *order, const KioskPolicy *policy,
                 const char *path)
{
  for (guint i = 0; order->persons[i] != NULL; i++)
    if (kiosk_policy_find_person (policy, order->persons[i]) == NULL)
      g_print ("%s:%u: %s: %s\n", path, order->lines[KIOSK_ORDER_LINE_PERSONS], order->persons[i],
               choose (options, "設定にない人です。", "not a person of the policy."));
  for (guint i = 0; order->servers[i] != NULL; i++)
    if (kiosk_policy_find_server (policy, order->servers[i]) == NULL)
      g_print ("%s:%u: %s: %s\n", path, order->lines[KIOSK_ORDER_LINE_SERVERS], order->servers[i],
               choose (options, "設定にないサーバーです。", "not a server of the policy."));
}

static int
run_check (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry own[] = {
    { "policy", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.policy,
      "設定のファイルかフォルダー / file or folder of the policy, any number", "FILE|DIR" },
    { "person", 0, 0, G_OPTION_ARG_STRING, &options.person, "人の ID / ID of the person", "ID" },
    { "server", 0, 0, G_OPTION_ARG_STRING, &options.server, "サーバーの ID / ID of the server",
      "ID" },
    { "at", 0, 0, G_OPTION_ARG_STRING, &options.at,
      "日時（なければ今）/ local time, now if left out", "\"YYYY-MM-DD HH:MM\"" },
    { NULL },
  };
  g_autoptr (KioskPolicy) policy = NULL;
  g_autoptr (KioskOrder) order = NULL;
  KioskOrderVerdict verdict;
  gint64 moment;
  int status;

  if (!parse_options (&options, "FILE", own, argc, argv))
    return EXIT_USAGE;
  if (options.files == NULL || options.files[1] != NULL || !parse_time (options.at, &moment))
    {
      g_printerr ("kioskctl order check FILE [--person ID] [--server ID] "
                  "[--at \"YYYY-MM-DD HH:MM\"] [--policy FILE|DIR]...\n");
      return EXIT_USAGE;
    }
  policy = kiosk_ctl_policy_load (options.policy, options.language, stderr);
  if (policy == NULL)
    return EXIT_USAGE;
  order = load_order (&options, options.files[0], &status);
  if (order == NULL)
    return status;
  verdict = kiosk_order_judge (order, policy, options.person, options.server, moment);
  if (kiosk_order_verdict_line (order, verdict) > 0)
    g_print ("%s:%u: ", options.files[0], kiosk_order_verdict_line (order, verdict));
  else
    g_print ("%s: ", options.files[0]);
  g_print ("%s\n", kiosk_label_get (kiosk_order_verdict_label (verdict), options.language));
  print_order (&options, order);
  print_strangers (&options, order, policy, options.files[0]);
  return verdict == KIOSK_ORDER_VALID ? EXIT_GOOD : EXIT_NO;
}

int
kiosk_ctl_order_command (int argc, char **argv)
{
  static const struct {
    const char *verb;
    int (*run) (int argc, char **argv);
    const char *usage;
  } verbs[] = {
    { "key", run_key, "--out FILE" },
    { "sign", run_sign, "FILE --key FILE [--out FILE]" },
    { "check", run_check,
      "FILE [--person ID] [--server ID] [--at \"YYYY-MM-DD HH:MM\"] [--policy FILE|DIR]..." },
  };
  g_autofree char *program = g_strdup_printf ("kioskctl order %s", argc >= 2 ? argv[1] : "");
  gboolean help = argc >= 2 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"));

  g_set_prgname (program); /* what --help of a verb shows */
  if (sodium_init () < 0)
    {
      g_printerr ("kioskctl order: libsodium\n");
      return EXIT_USAGE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (argc >= 2 && g_str_equal (argv[1], verbs[i].verb))
      return verbs[i].run (argc - 1, argv + 1);
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (help)
      g_print ("kioskctl order %s [--lang ja|en] %s\n", verbs[i].verb, verbs[i].usage);
    else
      g_printerr ("kioskctl order %s [--lang ja|en] %s\n", verbs[i].verb, verbs[i].usage);
  return help ? EXIT_GOOD : EXIT_USAGE;
}
