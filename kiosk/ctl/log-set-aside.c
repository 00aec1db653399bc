/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-set-aside.h"

#include "log-options.h"
#include "set-aside.h"
#include "kiosk/base/text.h"
#include "kiosk/model/forerunner.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The command line; set-aside.c does it. */

static void
print_text (const KioskSetAsideNote *note, const char *target, gboolean japanese)
{
  char chain[2 * KIOSK_AUDIT_HASH_SIZE + 1];

  sodium_bin2hex (chain, sizeof chain, note->last.hash, sizeof note->last.hash);
  if (japanese)
    printf ("%s: %u 個のファイルを保全し、%s から取り除きました\n"
            "  検証: %s\n"
            "  最後の記録 %" G_GUINT64_FORMAT "、ハッシュ %s\n"
            "  次の起動で新しい記録が始まり、その 2 番目の記録が、この記録のことを伝えます\n",
            target, note->files->len, note->log, note->verdict_ja, note->last.sequence, chain);
  else
    printf ("%s: %u files were set aside and removed from %s\n"
            "  verification: %s\n"
            "  last record %" G_GUINT64_FORMAT ", chain %s\n"
            "  the next start begins a new log, whose second record tells of this one\n",
            target, note->files->len, note->log, note->verdict, note->last.sequence, chain);
}

/* Who works as root has logged in as somebody. */
static const char *
own_name (void)
{
  const char *name = g_getenv ("SUDO_USER");

  return name != NULL && *name != '\0' ? name : g_get_user_name ();
}

static gboolean
is_text (const char *text, guint max_chars)
{
  g_autofree char *clean = kiosk_text_clean (text, max_chars);

  return *text != '\0' && g_str_equal (clean, text);
}

int
kiosk_ctl_log_set_aside (int argc, char **argv)
{
  g_autofree char *log = NULL, *target = NULL, *reason = NULL, *by = NULL, *lang = NULL;
  gboolean json = FALSE, japanese;
  const GOptionEntry entries[] = {
    { "log", 0, 0, G_OPTION_ARG_FILENAME, &log, "記録のフォルダー / folder of the log", "DIR" },
    { "to", 0, 0, G_OPTION_ARG_FILENAME, &target, "保全先の新しいフォルダー / new folder", "DIR" },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, "理由 / why", "TEXT" },
    { "by", 0, 0, G_OPTION_ARG_STRING, &by, "保全した人 / who does it", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "機械のための形式 / for machines", NULL },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, "表示言語 / language", "ja|en" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = kiosk_ctl_log_context (
      NULL,
      "異常のあった監査ログを証拠として保全し、端末が次の起動で新しい記録を始められるようにします。\n"
      "Keeps a log with an alarm as evidence; the terminal begins a new one at its next start.",
      entries);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSetAsideNote) note = NULL;
  g_autofree char *text = NULL;
  KioskSetAside what;

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!kiosk_ctl_log_language (lang, &japanese))
    return kiosk_ctl_log_wrong_option ("--lang", "ja, en");
  if (log == NULL || argc > 1)
    return kiosk_ctl_log_wrong_option ("--log", "DIR");
  if (target == NULL)
    return kiosk_ctl_log_wrong_option ("--to", japanese ? "新しいフォルダー" : "a new folder");
  if (reason == NULL || !is_text (reason, KIOSK_FORERUNNER_REASON_MAX))
    return kiosk_ctl_log_wrong_option ("--reason", japanese ? "200 文字以内の文"
                                                            : "a text of at most 200 characters");
  if (by == NULL)
    by = g_strdup (own_name ());
  if (!is_text (by, KIOSK_FORERUNNER_BY_MAX))
    return kiosk_ctl_log_wrong_option ("--by", japanese ? "64 文字以内の名前"
                                                        : "a name of at most 64 characters");
  umask (077);
  what = (KioskSetAside){ .log = log, .target = target, .by = by, .reason = reason };
  note = kiosk_set_aside_run (&what, &error);
  if (note == NULL)
    {
      fprintf (stderr,
               japanese ? "kioskctl: 保全できません: %s\n" : "kioskctl: not set aside: %s\n",
               error->message);
      return EXIT_USAGE;
    }
  text = kiosk_set_aside_note_print (note);
  if (json)
    fputs (text, stdout);
  else
    print_text (note, target, japanese);
  return EXIT_GOOD;
}
