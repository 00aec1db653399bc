/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-incident.h"

#include "log-options.h"
#include "passphrase.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/log/bundle.h"
#include "kiosk/log/enrolment.h"
#include "kiosk/model/audit-fields.h"
#include "kiosk/model/order.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Whole files of the log, as they are: an excerpt of lines would prove nothing. What is put in is only copied. */

#define TIME_SIZE (sizeof "2026-11-21T10:30:15.123456Z")
#define RECEIPTS_NAME "receipts.jsonl"

typedef struct {
  char *since, *until; /* as in a record */
  char *key, *policy, *software, *output, *log;
  gboolean japanese;
} Options;

/* A file of the log. */
typedef struct {
  guint64 first;
  char begin[TIME_SIZE], end[TIME_SIZE];
} Part;

static void
options_clear (Options *self)
{
  g_free (self->since);
  g_free (self->until);
  g_free (self->key);
  g_free (self->policy);
  g_free (self->software);
  g_free (self->output);
  g_free (self->log);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* ---- Which files ---- */

static gboolean
on_line (const char *line, gsize length, const KioskLogPlace *place, gpointer user_data)
{
  GArray *parts = user_data;
  KioskAuditCursor cursor;
  KioskAuditField field;
  Part *part;

  if (line == NULL)
    return TRUE;
  if (parts->len <= place->file)
    g_array_set_size (parts, place->file + 1);
  part = &g_array_index (parts, Part, place->file);
  kiosk_audit_cursor_init (&cursor, line, length);
  while (kiosk_audit_cursor_next (&cursor, &field))
    if (kiosk_audit_field_is (&field, "@timestamp") && field.value_length + 1 == TIME_SIZE)
      {
        memcpy (part->end, field.value, field.value_length);
        if (*part->begin == '\0')
          memcpy (part->begin, part->end, TIME_SIZE);
      }
    else if (part->first == 0 && kiosk_audit_field_is (&field, "event.sequence"))
      kiosk_audit_field_number (&field, &part->first);
  return TRUE;
}

static gboolean
is_wanted (const Options *options, const Part *part)
{
  return (options->since == NULL || strcmp (part->end, options->since) >= 0)
         && (options->until == NULL || strcmp (part->begin, options->until) < 0);
}

/* From the first to the last file that has something of the span; the whole log when a clock was set so that none has. */
static void
choose_files (const Options *options, const GArray *parts, guint *from, guint *to)
{
  *from = parts->len;
  *to = 0;
  for (guint i = 0; i < parts->len; i++)
    if (is_wanted (options, &g_array_index (parts, Part, i)))
      {
        *from = MIN (*from, i);
        *to = i + 1;
      }
  if (*from >= *to)
    {
      *from = 0;
      *to = parts->len;
    }
}

/* ---- Copies ---- */

static gboolean
put_in (KioskBundle *bundle, const char *output, const char *name, const char *source,
        GError **error)
{
  g_autofree char *target = g_build_filename (output, name, NULL);
  g_autofree char *bytes = NULL, *sha256 = NULL;
  gsize length;

  if (!g_file_get_contents (source, &bytes, &length, error)
      || !kiosk_file_replace (target, bytes, length, 0600, error))
    return FALSE;
  sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, length);
  kiosk_bundle_add (bundle, name, sha256, length);
  return TRUE;
}

/* What is not there is not in the bundle, and so not in its list. */
static gboolean
put_in_if_there (KioskBundle *bundle, const char *output, const char *name, const char *folder,
                 GError **error)
{
  g_autofree char *source = g_build_filename (folder, name, NULL);

  return !g_file_test (source, G_FILE_TEST_EXISTS) || put_in (bundle, output, name, source, error);
}

static gboolean
put_in_policy (KioskBundle *bundle, const char *output, const char *folder, GError **error)
{
  g_autofree char *target = g_build_filename (output, "policy", NULL);
  g_auto (GStrv) files = kiosk_file_list_policy (folder);

  if (!kiosk_file_make_folder (target, 0700, error))
    return FALSE;
  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autofree char *base = g_path_get_basename (files[i]);
      g_autofree char *name = g_build_filename ("policy", base, NULL);

      if (g_file_test (files[i], G_FILE_TEST_EXISTS)
          && !put_in (bundle, output, name, files[i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
put_in_all (const Options *options, const KioskLogSet *log, const GArray *parts,
            KioskBundle *bundle, GError **error)
{
  const char *const *names = kiosk_log_set_get_files (log);
  guint from, to;

  choose_files (options, parts, &from, &to);
  /* first: a receipt must not be newer than the copy of the log */
  if (!put_in_if_there (bundle, options->output, RECEIPTS_NAME, options->log, error))
    return FALSE;
  bundle->first = parts->len > 0 ? g_array_index (parts, Part, from).first : 0;
  for (guint i = from; i < to; i++)
    {
      g_autofree char *source = g_build_filename (options->log, names[i], NULL);

      if (!put_in (bundle, options->output, names[i], source, error))
        return FALSE;
    }
  return put_in_if_there (bundle, options->output, KIOSK_ENROLMENT_NAME, options->log, error)
         && (options->policy == NULL
             || put_in_policy (bundle, options->output, options->policy, error))
         && (options->software == NULL
             || put_in (bundle, options->output, "software.txt", options->software, error));
}

/* ---- The list and its signature ---- */

static gboolean
open_key (const char *path, guint8 *seed, GError **error)
{
  g_autoptr (KioskSecret) passphrase = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  passphrase = kiosk_ctl_ask_passphrase ("パスフレーズ / passphrase: ");
  if (passphrase == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "passphrase");
      return FALSE;
    }
  return kiosk_order_key_open (text, length, kiosk_secret_peek (passphrase), seed, error);
}

static gboolean
sign (const Options *options, KioskBundle *bundle, const guint8 *seed, GError **error)
{
  g_autofree char *path = g_build_filename (options->output, KIOSK_BUNDLE_NAME, NULL);
  g_autofree char *signature_path
      = g_build_filename (options->output, KIOSK_BUNDLE_SIGNATURE_NAME, NULL);
  g_autofree char *text = NULL, *signature = NULL;
  guint8 secret[crypto_sign_SECRETKEYBYTES];

  crypto_sign_seed_keypair (bundle->signer, secret, seed);
  sodium_memzero (secret, sizeof secret);
  text = kiosk_bundle_print (bundle);
  signature = kiosk_bundle_sign (text, strlen (text), seed);
  return kiosk_file_replace (path, text, strlen (text), 0600, error)
         && kiosk_file_replace (signature_path, signature, strlen (signature), 0600, error);
}

static int
make_bundle (const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskLogSet) log = kiosk_log_set_open (options->log, &error);
  g_autoptr (GArray) parts = g_array_new (FALSE, TRUE, sizeof (Part));
  g_autoptr (KioskBundle) bundle = kiosk_bundle_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  guint8 seed[KIOSK_BUNDLE_KEY_SIZE];
  KioskAuditReport report;
  gboolean good;

  if (log == NULL || !kiosk_log_set_read (log, NULL, on_line, NULL, parts, NULL, &report, &error))
    return kiosk_ctl_log_unreadable (error, options->japanese);
  bundle->host = g_strdup (kiosk_log_set_get_host (log));
  bundle->since = g_strdup (options->since);
  bundle->until = g_strdup (options->until);
  bundle->made = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S.000000Z");
  umask (077);
  if (g_mkdir (options->output, 0700) != 0)
    return kiosk_ctl_log_wrong_option ("--incident",
                                       options->japanese ? "新しいフォルダー" : "a new folder");
  good = open_key (options->key, seed, &error) && put_in_all (options, log, parts, bundle, &error)
         && sign (options, bundle, seed, &error);
  sodium_memzero (seed, sizeof seed);
  if (!good)
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  printf (options->japanese ? "%s: %u 個のファイルに署名しました%s\n"
                            : "%s: %u files, listed and signed%s\n",
          options->output, bundle->files->len,
          report.fault == KIOSK_AUDIT_OK ? ""
          : options->japanese            ? "（このログには異常があります）"
                                         : " (this log does not verify)");
  return report.fault == KIOSK_AUDIT_OK ? EXIT_GOOD : EXIT_FAULT;
}

int
kiosk_ctl_log_incident (int argc, char **argv)
{
  g_autofree char *lang = NULL, *since = NULL, *until = NULL;
  g_auto (GStrv) folders = NULL;
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "incident", 0, 0, G_OPTION_ARG_FILENAME, &options.output,
      "新しいフォルダーへ / into a new folder", "DIR" },
    { "since", 0, 0, G_OPTION_ARG_STRING, &since, "この日時から / from", "\"2026-11-21 10:30\"" },
    { "until", 0, 0, G_OPTION_ARG_STRING, &until, "この日時まで / to", "2026-11-21" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &options.key, "署名する鍵ファイル / key file that signs",
      "KEY-FILE" },
    { "policy", 0, 0, G_OPTION_ARG_FILENAME, &options.policy,
      "端末のポリシーのフォルダー / folder of the terminal's policy", "DIR" },
    { "software", 0, 0, G_OPTION_ARG_FILENAME, &options.software,
      "端末のソフトウェア一覧 / list of its software", "FILE" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, "表示言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &folders, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = kiosk_ctl_log_context (
      "--incident DIR --key KEY-FILE [LOG-DIR]",
      "事故の報告のために、期間の記録・鍵・受領書・ポリシーをまとめて署名します。\n"
      "Puts the records of a span, keys, receipts and policy into one signed folder.",
      entries);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GError) error = NULL;

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!kiosk_ctl_log_language (lang, &options.japanese))
    return kiosk_ctl_log_wrong_option ("--lang", "ja, en");
  if (options.key == NULL)
    return kiosk_ctl_log_wrong_option ("--key", "KEY-FILE (kioskctl order key)");
  if (!kiosk_ctl_log_bound (since, FALSE, zone, &options.since))
    return kiosk_ctl_log_wrong_option ("--since", KIOSK_CTL_LOG_TIME_HINT);
  if (!kiosk_ctl_log_bound (until, TRUE, zone, &options.until))
    return kiosk_ctl_log_wrong_option ("--until", KIOSK_CTL_LOG_TIME_HINT);
  options.log = g_strdup (folders != NULL ? folders[0] : KIOSK_CTL_LOG_DEFAULT);
  if (!g_file_test (options.log, G_FILE_TEST_IS_DIR))
    return kiosk_ctl_log_wrong_option ("LOG-DIR", options.log);
  return make_bundle (&options);
}
