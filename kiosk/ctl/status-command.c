/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "config.h"

#include "status-command.h"
#include "language.h"
#include "status-view.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"

#include <stdio.h>

#define PATH KIOSK_RUN_DIR "/status.json"

/* 512 servers take a quarter of it. */
#define MAX_BYTES (1024 * 1024)

/* kioskd writes it every 15 seconds, whatever happens. */
#define STALE_SECONDS 60

#define EXIT_FINE 0
#define EXIT_WRONG 1
#define EXIT_UNKNOWN 2

/* The file as it is and as an object. NULL after saying why nobody can tell how the terminal is: a status
 * that is not of now is none. */
static GBytes *
load (const char *path, KioskLanguage language, JsonObject **status)
{
  gboolean japanese = language == KIOSK_LANGUAGE_JA;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = kiosk_file_read_trusted (path, MAX_BYTES, &error);
  g_autoptr (JsonObject) object = NULL;
  gint64 age;

  if (bytes == NULL)
    {
      g_printerr (japanese
                      ? "状態が分かりません。%s を読めません（%s）。kioskd は動いていますか。\n"
                      : "Cannot tell: %s cannot be read (%s). Is kioskd running?\n",
                  path, error->message);
      return NULL;
    }
  object
      = kiosk_status_view_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  if (object == NULL)
    {
      g_printerr (japanese ? "状態が分かりません。%s の内容が正しくありません（%s）。\n"
                           : "Cannot tell: %s is not as it must be (%s).\n",
                  path, error->message);
      return NULL;
    }
  age = kiosk_status_view_age (object, kiosk_clock_boottime ());
  if (age < 0)
    g_printerr (
        japanese ? "状態が分かりません。%s は、この端末の今回の起動で書かれたものではありません。\n"
                 : "Cannot tell: %s was not written since this machine was started.\n",
        path);
  else if (age > STALE_SECONDS)
    g_printerr (japanese ? "状態が分かりません。%s は %" G_GINT64_FORMAT
                           " 秒前から書き換えられていません。kioskd が止まっています。\n"
                         : "Cannot tell: %s was last written %" G_GINT64_FORMAT
                           " s ago. kioskd stands still.\n",
                path, age);
  else
    {
      *status = g_steal_pointer (&object);
      return g_steal_pointer (&bytes);
    }
  return NULL;
}

int
kiosk_ctl_status_command (int argc, char **argv)
{
  g_autofree char *lang = NULL;
  g_auto (GStrv) files = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "機械のための形式 / for machines", NULL },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, "言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, "[FILE]" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonObject) status = NULL;
  KioskLanguage language;

  g_set_prgname ("kioskctl status");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("kioskctl: %s\n", error->message);
      return EXIT_UNKNOWN;
    }
  if (!kiosk_ctl_language (lang, &language)
      || (files != NULL && files[0] != NULL && files[1] != NULL))
    {
      g_printerr ("kioskctl status [--json] [--lang ja|en] [FILE]\n");
      return EXIT_UNKNOWN;
    }
  bytes = load (files != NULL && files[0] != NULL ? files[0] : PATH, language, &status);
  if (bytes == NULL)
    return EXIT_UNKNOWN;
  if (json)
    fwrite (g_bytes_get_data (bytes, NULL), 1, g_bytes_get_size (bytes), stdout);
  else
    {
      g_autofree char *text = kiosk_status_view_text (status, language);

      g_print ("%s", text);
    }
  return kiosk_status_view_is_ok (status) ? EXIT_FINE : EXIT_WRONG;
}
