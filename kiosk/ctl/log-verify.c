/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-verify.h"

#include "log-options.h"
#include "log-receipt.h"
#include "kiosk/log/bundle.h"
#include "kiosk/log/enrolment.h"

#include <json-glib/json-glib.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Says of a log whether it is whole, and no more than was proved. */

#define TIME_SIZE (sizeof "2026-11-21T10:30:15.123456Z")

typedef enum {
  KEY_NONE,      /* signatures were not checked */
  KEY_OWN,       /* that of record 1: the whole log could have been exchanged */
  KEY_ENROLMENT, /* that of enrolment.json beside it: the same, with that file */
  KEY_GIVEN,     /* kept elsewhere */
} KeySource;

typedef struct {
  gboolean japanese;
  gboolean json;
  gboolean has_key, has_secret;
  guint8 key[KIOSK_AUDIT_KEY_SIZE];
  guint8 secret[KIOSK_AUDIT_KEY_SIZE];
} Options;

typedef struct {
  char first[TIME_SIZE];
  char last[TIME_SIZE];
  gboolean progress;
  KioskLogReceipt *receipt;
} Span;

/* Only lines that verify count here, and those begin with their time. */
static gboolean
on_line (const char *line, gsize length, const KioskLogPlace *place, gpointer user_data)
{
  static const char begin[] = "{\"@timestamp\":\"";
  Span *span = user_data;

  if (place->good)
    kiosk_ctl_log_receipt_see (span->receipt, line, length);
  if (!place->good || length < sizeof begin + TIME_SIZE
      || strncmp (line, begin, sizeof begin - 1) != 0)
    return TRUE;
  memcpy (span->last, line + sizeof begin - 1, TIME_SIZE - 1);
  if (span->first[0] == '\0')
    memcpy (span->first, span->last, TIME_SIZE);
  return TRUE;
}

static void
on_progress (guint64 done, guint64 total, gpointer user_data)
{
  const Span *span = user_data;

  if (span->progress)
    fprintf (stderr, "\r%" G_GUINT64_FORMAT " / %" G_GUINT64_FORMAT " MiB", done >> 20,
             total >> 20);
}

static char *
show_time (const char *stored)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (stored, NULL);
  g_autoptr (GDateTime) local = time != NULL ? g_date_time_to_local (time) : NULL;

  return local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M:%S") : g_strdup ("-");
}

static KeySource
key_source (const Options *options, const KioskLogSet *log, const KioskAuditReport *report)
{
  if (options->has_key)
    return KEY_GIVEN;
  if (kiosk_log_set_get_key (log) != NULL)
    return KEY_ENROLMENT;
  return report->has_key ? KEY_OWN : KEY_NONE;
}

/* ---- For people ---- */

static const char *
source_text (KeySource source, gboolean japanese)
{
  switch (source)
    {
    case KEY_GIVEN:
      return japanese ? "指定された鍵で確かめました" : "checked with the key that was given";
    case KEY_ENROLMENT:
      return japanese
                 ? "同じ場所にある enrolment.json "
                   "の鍵で確かめました。別に保管した鍵（--key）で確かめるまで、"
                   "ログ全体の差し替えは分かりません"
                 : "checked with the key of enrolment.json beside it; only a key kept elsewhere "
                   "(--key) shows whether the whole log was exchanged";
    case KEY_OWN:
      return japanese ? "ログ自身の鍵で確かめました。別に保管した鍵（--key）で確かめるまで、"
                        "ログ全体の差し替えは分かりません"
                      : "checked with the log's own key; only a key kept elsewhere (--key) shows "
                        "whether the whole log was exchanged";
    case KEY_NONE:
      break;
    }
  return japanese ? "鍵がないので、確かめていません（--key）" : "not checked: no key (--key)";
}

static void
print_span (const KioskAuditReport *report, const Span *span, gboolean japanese)
{
  g_autofree char *first = show_time (span->first);
  g_autofree char *last = show_time (span->last);
  guint64 end = report->records > 0 ? report->first + report->records - 1 : 0;

  if (japanese)
    printf ("  つながりを確かめた記録 %" G_GUINT64_FORMAT " 件（番号 %" G_GUINT64_FORMAT
            "～%" G_GUINT64_FORMAT "、%s から %s まで）\n",
            report->records, report->first, end, first, last);
  else
    printf ("  %" G_GUINT64_FORMAT " linked records (%" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
            ", from %s to %s)\n",
            report->records, report->first, end, first, last);
}

static void
print_proof (const Options *options, const KioskAuditReport *report, KeySource source)
{
  gboolean japanese = options->japanese;
  guint64 behind = report->records > 0 ? report->first + report->records - 1 - report->sealed : 0;

  if (japanese)
    printf ("  署名 %" G_GUINT64_FORMAT " 件: %s。最後の署名は記録 %" G_GUINT64_FORMAT
            "、その後 %" G_GUINT64_FORMAT " 件はまだ署名されていません\n",
            report->checkpoints, source_text (source, TRUE), report->sealed, behind);
  else
    printf ("  %" G_GUINT64_FORMAT " signatures: %s. The last is record %" G_GUINT64_FORMAT
            "; %" G_GUINT64_FORMAT " records behind it are not signed yet\n",
            report->checkpoints, source_text (source, FALSE), report->sealed, behind);
  printf ("  %s\n", japanese ? options->has_secret ? "認証符号: すべて確かめました"
                                                   : "認証符号: 確かめていません（--secret）"
                    : options->has_secret ? "authentication codes: all checked"
                                          : "authentication codes: not checked (--secret)");
  if (report->clock_back > 0)
    printf (japanese ? "  時刻が戻った箇所 %" G_GUINT64_FORMAT " 件（最初は記録 %" G_GUINT64_FORMAT
                       "）\n"
                     : "  the clock went back %" G_GUINT64_FORMAT
                       " times (first at record %" G_GUINT64_FORMAT ")\n",
            report->clock_back, report->clock_back_sequence);
}

static void
print_text (const Options *options, const char *path, const KioskLogSet *log,
            const KioskAuditReport *report, const Span *span, KioskLogReceiptState receipt)
{
  g_autofree char *shown = g_filename_display_name (path);
  gboolean good = report->fault == KIOSK_AUDIT_OK && receipt != KIOSK_LOG_RECEIPT_AHEAD
                  && receipt != KIOSK_LOG_RECEIPT_CHAIN;
  gboolean japanese = options->japanese;
  g_autofree char *fault = NULL;

  printf ("%s: %s\n", shown,
          japanese ? good ? "異常は見つかりませんでした" : "異常があります"
          : good   ? "no fault found"
                   : "FAULT");
  print_span (report, span, japanese);
  print_proof (options, report, key_source (options, log, report));
  kiosk_ctl_log_receipt_print (span->receipt, receipt, japanese);
  if (report->fault != KIOSK_AUDIT_OK)
    {
      fault = kiosk_ctl_log_describe_fault (log, report, japanese);
      printf ("  %s\n", fault);
      return;
    }
  if (receipt != KIOSK_LOG_RECEIPT_NONE)
    return;
  /* what files cannot show is told with the result, so that nobody claims more */
  printf (
      "%s",
      japanese
          ? "  末尾の切り取りや、古い控えへの差し替えは、ログだけでは分かりません。"
            "封印コード（kioskctl log seal）か、収集サーバーの受領書と照らし合わせてください。\n"
          : "  A cut tail, or an older copy put back, cannot be seen from the log alone: "
            "compare with the ledger of seal codes (kioskctl log seal) or the collector's "
            "receipts.\n");
}

/* ---- For programs ---- */

static void
add_number (JsonBuilder *builder, const char *name, guint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) value);
}

static void
add_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
print_json (const Options *options, const char *path, const KioskLogSet *log,
            const KioskAuditReport *report, const Span *span, KioskLogReceiptState receipt)
{
  static const char *const sources[] = { "none", "own", "enrolment", "given" };
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *file = g_filename_display_name (kiosk_log_set_get_files (log)[report->file]);
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  char hex[2 * KIOSK_AUDIT_KEY_SIZE + 1];

  json_builder_begin_object (builder);
  add_text (builder, "path", shown);
  add_text (builder, "fault", kiosk_audit_fault_name (report->fault));
  add_text (builder, "file", report->fault != KIOSK_AUDIT_OK ? file : "");
  add_number (builder, "line", report->line);
  add_number (builder, "record", report->sequence);
  add_number (builder, "expected", report->expected);
  add_number (builder, "records", report->records);
  add_number (builder, "first", report->first);
  add_text (builder, "from", span->first);
  add_text (builder, "to", span->last);
  add_number (builder, "checkpoints", report->checkpoints);
  add_number (builder, "sealed", report->sealed);
  add_text (builder, "key",
            report->has_key ? sodium_bin2hex (hex, sizeof hex, report->key, sizeof report->key)
                            : "");
  add_text (builder, "key_source", sources[key_source (options, log, report)]);
  json_builder_set_member_name (builder, "codes_checked");
  json_builder_add_boolean_value (builder, options->has_secret);
  add_number (builder, "clock_back", report->clock_back);
  add_number (builder, "receipt", span->receipt->last.sequence);
  add_text (builder, "receipt_time",
            span->receipt->last.time != NULL ? span->receipt->last.time : "");
  add_text (builder, "receipt_says", kiosk_ctl_log_receipt_name (receipt));
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  printf ("%s\n", text);
}

/* ---- The command ---- */

/* A bundle is also what was signed, file by file. */
static gboolean
check_bundle (const Options *options, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskBundle) bundle = kiosk_bundle_check (path, &error);
  char hex[2 * KIOSK_BUNDLE_KEY_SIZE + 1];

  if (bundle == NULL)
    {
      fprintf (stderr,
               options->japanese
                   ? "kioskctl: この証拠一式は、署名されたときのままではありません: %s\n"
                   : "kioskctl: this bundle is not what was signed: %s\n",
               error->message);
      return FALSE;
    }
  if (!options->json)
    printf (options->japanese
                ? "%s: 証拠一式 %u 個のファイルは、署名されたときのままです\n  署名した鍵: %s\n"
                : "%s: the %u files of the bundle are what was signed\n  signed by key: %s\n",
            path, bundle->files->len,
            sodium_bin2hex (hex, sizeof hex, bundle->signer, sizeof bundle->signer));
  return TRUE;
}

static int
verify_one (const Options *options, const char *path)
{
  g_autofree char *list = g_build_filename (path, KIOSK_BUNDLE_NAME, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskLogSet) log = NULL;
  KioskAuditKeys keys
      = { options->has_key ? options->key : NULL, options->has_secret ? options->secret : NULL };
  g_auto (KioskLogReceipt) last = { 0 };
  Span span = { .progress = isatty (STDERR_FILENO), .receipt = &last };
  KioskLogReceiptState receipt;
  KioskAuditReport report;
  gboolean bundle = g_file_test (list, G_FILE_TEST_EXISTS);

  if (bundle && !check_bundle (options, path))
    return EXIT_FAULT;
  log = kiosk_log_set_open (path, &error);
  if (log != NULL)
    kiosk_ctl_log_receipt_load (&last, path,
                                options->has_key ? options->key : kiosk_log_set_get_key (log));
  if (log == NULL
      || !kiosk_log_set_read (log, &keys, on_line, on_progress, &span, NULL, &report, &error))
    return kiosk_ctl_log_unreadable (error, options->japanese);
  if (span.progress)
    fprintf (stderr, "\r\033[K");
  /* Behind a fault nothing proves anything, and it is a fault already. */
  receipt = report.fault == KIOSK_AUDIT_OK ? kiosk_ctl_log_receipt_judge (&last, &report, bundle)
                                           : KIOSK_LOG_RECEIPT_NONE;
  if (options->json)
    print_json (options, path, log, &report, &span, receipt);
  else
    print_text (options, path, log, &report, &span, receipt);
  return report.fault == KIOSK_AUDIT_OK && receipt != KIOSK_LOG_RECEIPT_AHEAD
                 && receipt != KIOSK_LOG_RECEIPT_CHAIN
             ? EXIT_GOOD
             : EXIT_FAULT;
}

static gboolean
read_secret (const char *path, guint8 *secret)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  gboolean good;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return FALSE;
  good = kiosk_hex_to_bytes (g_strstrip (text), secret, KIOSK_AUDIT_KEY_SIZE);
  sodium_memzero (text, length);
  return good;
}

int
kiosk_ctl_log_verify (int argc, char **argv)
{
  g_autofree char *lang = NULL, *key = NULL, *secret = NULL, *format = NULL;
  g_auto (GStrv) files = NULL;
  const GOptionEntry entries[] = {
    { "key", 0, 0, G_OPTION_ARG_STRING, &key, "最初の公開鍵 / first public key", "HEX" },
    { "secret", 0, 0, G_OPTION_ARG_FILENAME, &secret,
      "開封した秘密（kioskctl log unseal） / unsealed secret", "FILE" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "形式 / format", "text|json" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, "表示言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context
      = kiosk_ctl_log_context ("[DIR|FILE...]",
                               "監査ログの改ざん・抜けを調べます。\n"
                               "Verifies audit logs: exit status 0 good, 1 fault, 2 not readable.",
                               entries);
  g_autoptr (GError) error = NULL;
  Options options = { 0 };
  int status = EXIT_GOOD;

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!kiosk_ctl_log_language (lang, &options.japanese))
    return kiosk_ctl_log_wrong_option ("--lang", "ja, en");
  options.json = g_strcmp0 (format, "json") == 0;
  if (format != NULL && !options.json && !g_str_equal (format, "text"))
    return kiosk_ctl_log_wrong_option ("--format", "text, json");
  options.has_key = key != NULL;
  if (key != NULL && !kiosk_hex_to_bytes (key, options.key, sizeof options.key))
    return kiosk_ctl_log_wrong_option ("--key", "64 × 0-9 a-f");
  options.has_secret = secret != NULL;
  if (secret != NULL && !read_secret (secret, options.secret))
    return kiosk_ctl_log_wrong_option ("--secret", "kioskctl log unseal");
  if (files == NULL)
    status = verify_one (&options, KIOSK_CTL_LOG_DEFAULT);
  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    {
      int one = verify_one (&options, files[i]);

      status = MAX (status, one);
    }
  sodium_memzero (options.secret, sizeof options.secret);
  return status;
}
