/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-keys.h"

#include "log-options.h"
#include "passphrase.h"
#include "kiosk/log/auditor-key.h"
#include "kiosk/log/seal.h"

#include <qrencode.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* What people keep away from the terminal to hold against its log: the first key, the first secret, the seal codes. */

/* ---- enrolment ---- */

static KioskEnrolment *
read_enrolment (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, KIOSK_ENROLMENT_NAME, NULL);
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  return kiosk_enrolment_parse (text, length, error);
}

/* Two rows of modules in one line of half blocks, with the quiet zone of four that ISO/IEC 18004 asks for; light on dark, as
 * consoles are. */
static void
print_qr (const char *text)
{
  static const char *const blocks[] = { "█", "▀", "▄", " " };
  QRcode *code = QRcode_encodeString (text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
  int width = code != NULL ? code->width : 0;

  for (int y = -4; y < width + 4 && code != NULL; y += 2)
    {
      for (int x = -4; x < width + 4; x++)
        {
          guint dark = 0;

          for (int half = 0; half < 2; half++)
            if (x >= 0 && x < width && y + half >= 0 && y + half < width
                && (code->data[(y + half) * width + x] & 1) != 0)
              dark |= half == 0 ? 2 : 1;
          fputs (blocks[dark], stdout);
        }
      putchar ('\n');
    }
  QRcode_free (code);
}

/* In groups of four, four groups a line: so that two people can compare it. */
static void
print_groups (const char *hex)
{
  for (guint i = 0; hex[i] != '\0'; i++)
    {
      if (i % 16 == 0)
        fputs ("  ", stdout);
      putchar (hex[i]);
      if (i % 16 == 15)
        putchar ('\n');
      else if (i % 4 == 3)
        putchar (' ');
    }
}

int
kiosk_ctl_log_enrolment (int argc, char **argv)
{
  g_autofree char *lang = NULL;
  g_auto (GStrv) folders = NULL;
  const GOptionEntry entries[] = {
    { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, "表示言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &folders, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = kiosk_ctl_log_context (
      "[DIR]",
      "このログの最初の公開鍵を表示します。端末とは別に保管し、検証に使います。\n"
      "Shows the first public key of the log, to be kept away from the terminal.",
      entries);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEnrolment) enrolment = NULL;
  g_autofree char *text = NULL;
  char hex[2 * KIOSK_AUDIT_KEY_SIZE + 1];
  gboolean japanese;

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!kiosk_ctl_log_language (lang, &japanese))
    return kiosk_ctl_log_wrong_option ("--lang", "ja, en");
  enrolment = read_enrolment (folders != NULL ? folders[0] : KIOSK_CTL_LOG_DEFAULT, &error);
  if (enrolment == NULL)
    return kiosk_ctl_log_unreadable (error, japanese);

  sodium_bin2hex (hex, sizeof hex, enrolment->key, sizeof enrolment->key);
  printf (japanese ? "端末 %s の監査ログ（%s に開始）の公開鍵:\n"
                   : "Public key of the audit log of terminal %s, begun %s:\n",
          enrolment->host, enrolment->begun);
  print_groups (hex);
  printf (japanese ? "認証符号を確かめられる監査担当:" : "Auditors who can check its codes:");
  for (guint i = 0; i < enrolment->auditors->len; i++)
    printf (" %s", ((const KioskEnrolmentAuditor *) enrolment->auditors->pdata[i])->name);
  printf ("%s\n", enrolment->auditors->len > 0 ? "" : japanese ? " なし" : " none");
  text = g_strdup_printf ("kiosk-log:2:%s:%s", enrolment->host, hex);
  printf ("%s\n", text);
  print_qr (text);
  return EXIT_GOOD;
}

/* ---- unseal ---- */

static int
unseal (const char *folder, const char *key_path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskEnrolment) enrolment = read_enrolment (folder, &error);
  g_autoptr (KioskSecret) passphrase = NULL;
  g_autoptr (KioskAuditorKey) auditor = NULL;
  g_autofree char *key = NULL;
  guint8 *secret;
  char hex[2 * KIOSK_AUDIT_KEY_SIZE + 1];
  gsize length = 0;

  if (enrolment == NULL || !g_file_get_contents (key_path, &key, &length, &error))
    return kiosk_ctl_log_unreadable (error, FALSE);
  passphrase = kiosk_ctl_ask_passphrase ("パスフレーズ / passphrase: ");
  if (passphrase == NULL)
    return kiosk_ctl_log_wrong_option ("--key", "passphrase");
  auditor = kiosk_auditor_key_open (key, length, kiosk_secret_peek (passphrase), &error);
  if (auditor == NULL)
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_FAULT;
    }
  secret = kiosk_auditor_key_unseal (auditor, enrolment);
  if (secret == NULL)
    {
      fprintf (stderr, "kioskctl: この鍵の持ち主には封をしていません / not sealed to this key\n");
      return EXIT_FAULT;
    }
  printf ("%s\n", sodium_bin2hex (hex, sizeof hex, secret, KIOSK_AUDIT_KEY_SIZE));
  kiosk_auditor_secret_free (secret);
  sodium_memzero (hex, sizeof hex);
  return EXIT_GOOD;
}

int
kiosk_ctl_log_unseal (int argc, char **argv)
{
  g_autofree char *key = NULL;
  g_auto (GStrv) folders = NULL;
  const GOptionEntry entries[] = {
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "監査担当の鍵ファイル / auditor's key file",
      "KEY-FILE" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &folders, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = kiosk_ctl_log_context (
      "[DIR]",
      "ログの最初の秘密を開封して表示します（kioskctl log verify --secret に渡します）。\n"
      "Opens the first secret of the log, for kioskctl log verify --secret. Keep it away from the "
      "terminal.",
      entries);
  g_autoptr (GError) error = NULL;

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (key == NULL)
    return kiosk_ctl_log_wrong_option ("--key", "KEY-FILE (kioskctl order key)");
  return unseal (folders != NULL ? folders[0] : KIOSK_CTL_LOG_DEFAULT, key);
}

/* ---- seal ---- */

typedef struct {
  char day[sizeof "2026-11-21"];
  guint64 sequence;
  guint8 hash[KIOSK_AUDIT_HASH_SIZE];
} Seal;

typedef struct {
  GArray *seals;  /* of Seal: the first of each day */
  guint64 wanted; /* every checkpoint with this number, too */
} Seals;

static gboolean
on_line (const char *line, gsize length, const KioskLogPlace *place, gpointer user_data)
{
  Seals *self = user_data;
  KioskSeal read;
  Seal seal = { .sequence = 0 };

  if (place->good && !place->repeat && kiosk_seal_read (line, length, &read)
      && (read.begins_day || read.sequence == self->wanted))
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (read.time / G_USEC_PER_SEC);
      g_autofree char *day = g_date_time_format (time, "%Y-%m-%d");
      const Seal *last
          = self->seals->len > 0 ? &g_array_index (self->seals, Seal, self->seals->len - 1) : NULL;

      g_strlcpy (seal.day, day, sizeof seal.day);
      seal.sequence = read.sequence;
      memcpy (seal.hash, read.chain, sizeof seal.hash);
      if (last == NULL || !g_str_equal (last->day, day) || seal.sequence == self->wanted)
        g_array_append_val (self->seals, seal);
    }
  return TRUE;
}

static int
check_code (const Seals *self, const guint8 *key, const char *written, gboolean japanese)
{
  for (guint i = 0; i < self->seals->len; i++)
    {
      const Seal *seal = &g_array_index (self->seals, Seal, i);
      char code[KIOSK_AUDIT_SEAL_SIZE];

      kiosk_audit_seal_code (key, seal->hash, code);
      if (seal->sequence != self->wanted || !kiosk_audit_seal_code_equal (written, code))
        continue;
      printf (japanese ? "一致しました: 記録 %" G_GUINT64_FORMAT " までは、控えたときのままです\n"
                       : "The code is right: up to record %" G_GUINT64_FORMAT
                         " the log is what it was when the code was written down\n",
              seal->sequence);
      return EXIT_GOOD;
    }
  printf ("%s", japanese ? "一致しません: 控えたあとで記録が変わったか、番号か控えが違います\n"
                         : "The code is wrong: the log was changed since, or number or code were "
                           "written down wrongly\n");
  return EXIT_FAULT;
}

static int
print_seals (const Seals *self, const guint8 *key)
{
  for (guint i = 0; i < self->seals->len; i++)
    {
      const Seal *seal = &g_array_index (self->seals, Seal, i);
      char code[KIOSK_AUDIT_SEAL_SIZE];

      kiosk_audit_seal_code (key, seal->hash, code);
      printf ("%s  %10" G_GUINT64_FORMAT "  %s\n", seal->day, seal->sequence, code);
    }
  return EXIT_GOOD;
}

int
kiosk_ctl_log_seal (int argc, char **argv)
{
  g_autofree char *lang = NULL, *check = NULL, *fault = NULL;
  g_auto (GStrv) files = NULL;
  gint64 record = 0;
  const GOptionEntry entries[] = {
    { "check", 0, 0, G_OPTION_ARG_STRING, &check, "控えた封印コード / code from the ledger",
      "XXXX-XXXX-XXXX" },
    { "record", 0, 0, G_OPTION_ARG_INT64, &record, "その記録番号 / its record", "N" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, "表示言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = kiosk_ctl_log_context (
      "[DIR|FILE]",
      "日ごとの封印コードを表示するか、控えたコードと照らし合わせます。\n"
      "Shows the seal code of each day, or compares one from the paper ledger.",
      entries);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskLogSet) log = NULL;
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Seal));
  Seals seals = { .seals = list };
  KioskAuditReport report;
  gboolean japanese;

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!kiosk_ctl_log_language (lang, &japanese))
    return kiosk_ctl_log_wrong_option ("--lang", "ja, en");
  if ((check != NULL) != (record > 0))
    return kiosk_ctl_log_wrong_option ("--check", "--record N");
  seals.wanted = (guint64) record;
  log = kiosk_log_set_open (files != NULL ? files[0] : KIOSK_CTL_LOG_DEFAULT, &error);
  if (log == NULL || !kiosk_log_set_read (log, NULL, on_line, NULL, &seals, NULL, &report, &error))
    return kiosk_ctl_log_unreadable (error, japanese);
  if (report.fault != KIOSK_AUDIT_OK || !report.has_key)
    {
      fault = kiosk_ctl_log_describe_fault (log, &report, japanese);
      fprintf (stderr, "kioskctl: %s\n",
               report.fault != KIOSK_AUDIT_OK ? fault
               : japanese                     ? "ログの鍵が分かりません"
                                              : "the key of the log is not known");
      return EXIT_FAULT;
    }
  return check != NULL ? check_code (&seals, report.key, check, japanese)
                       : print_seals (&seals, report.key);
}
