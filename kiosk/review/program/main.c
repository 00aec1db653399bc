/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "reviewer.h"
#include "store.h"
#include "style.h"
#include "texts.h"
#include "window.h"

#include "kiosk/model/audit.h"

#ifdef KIOSK_REVIEW_TEST
#include "test-channel.h"
#endif

#include <adwaita.h>
#include <locale.h>

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* kiosk-review: security staff read audit logs, and write down that and what they read. The logs are never written. */

#define KNOWN_KEYS "/etc/kiosk-review/known-keys"

typedef struct {
  KioskStore *store;
  KioskReviewer *reviewer;
  char *path;
  GtkWidget *window;
} Program;

static void on_language (KioskWindow *window, Program *program);

static void
show_window (GtkApplication *application, Program *program)
{
  GtkWidget *before = program->window;

  program->window = kiosk_window_new (application, program->store, program->reviewer);
  g_signal_connect (program->window, "language", G_CALLBACK (on_language), program);
  gtk_window_present (GTK_WINDOW (program->window));
  if (before != NULL)
    gtk_window_destroy (GTK_WINDOW (before));
#ifdef KIOSK_REVIEW_TEST
  kiosk_test_channel_watch (program->window, program->store, program->reviewer);
#endif
}

/* The words are made with the widgets: another language is another window over the same logs. */
static void
on_language (KioskWindow *window, Program *program)
{
  kiosk_say_set_language (kiosk_say_is_japanese () ? KIOSK_LANGUAGE_EN : KIOSK_LANGUAGE_JA);
  show_window (gtk_window_get_application (GTK_WINDOW (window)), program);
}

static void
on_activate (GtkApplication *application, Program *program)
{
  kiosk_style_init (gdk_display_get_default ());
  show_window (application, program);
  if (program->path != NULL)
    kiosk_store_open (program->store, program->path);
}

static gboolean
choose_language (const char *option)
{
  const char *const *names = g_get_language_names ();

  if (option == NULL && g_str_has_prefix (names[0], "en"))
    kiosk_say_set_language (KIOSK_LANGUAGE_EN);
  else if (option != NULL && g_str_equal (option, "en"))
    kiosk_say_set_language (KIOSK_LANGUAGE_EN);
  else if (option != NULL && !g_str_equal (option, "ja"))
    return FALSE;
  return TRUE;
}

/* One that was named must be there; the usual one may be missing. */
static gboolean
read_known_keys (const char *named, KioskKnownKeys **known, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (named == NULL && !g_file_test (KNOWN_KEYS, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!g_file_get_contents (named != NULL ? named : KNOWN_KEYS, &text, &length, error))
    return FALSE;
  *known = kiosk_known_keys_parse (text, length, error);
  return *known != NULL;
}

int
main (int argc, char **argv)
{
  g_autofree char *language = NULL;
  g_autofree char *log_key = NULL;
  g_autofree char *name = NULL;
  g_autofree char *key_file = NULL;
  g_autofree char *journal = NULL;
  g_autofree char *known_file = NULL;
  g_autofree char *copy = NULL;
  g_auto (GStrv) paths = NULL;
  const GOptionEntry entries[] = {
    { "lang", 0, 0, G_OPTION_ARG_STRING, &language, "言語 / language", "ja|en" },
    { "log-key", 0, 0, G_OPTION_ARG_STRING, &log_key,
      "端末の登録時の鍵 / key of the terminal's enrolment", "HEX" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, "確認する人の氏名 / name of who reviews", "NAME" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key_file, "署名キー / file of the signing key", "FILE" },
    { "journal", 0, 0, G_OPTION_ARG_FILENAME, &journal,
      "確認の記録（なければ記録のそば）/ journal of reviews, else beside the log", "FILE" },
    { "known-keys", 0, 0, G_OPTION_ARG_FILENAME, &known_file,
      "鍵の一覧 / list of keys, else " KNOWN_KEYS, "FILE" },
    { "compare", 0, 0, G_OPTION_ARG_FILENAME, &copy,
      "比べる写し（収集サーバーの記録など）/ copy to compare with, as of the collector", "DIR" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("[FILE|DIR]");
  g_autoptr (AdwApplication) application = NULL;
  g_autoptr (KioskProofs) proofs = NULL;
  g_autofree char *copy_path = NULL;
  KioskKnownKeys *known = NULL;
  g_autoptr (GError) error = NULL;
  guint8 key[KIOSK_AUDIT_KEY_SIZE];
  gsize key_length = 0;
  Program program = { 0 };
  int status;

  setlocale (LC_ALL, ""); /* names and paths of the command line are in its characters */
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("kiosk-review: %s\n", error->message);
      return EXIT_FAILURE;
    }
  if (!choose_language (language) || (paths != NULL && paths[0] != NULL && paths[1] != NULL))
    {
      g_printerr ("kiosk-review [--lang ja|en] [FILE|DIR]\n");
      return EXIT_FAILURE;
    }
  if (sodium_init () < 0
      || (log_key != NULL
          && (sodium_hex2bin (key, sizeof key, log_key, strlen (log_key), NULL, &key_length, NULL)
                  != 0
              || key_length != sizeof key)))
    {
      g_printerr ("kiosk-review: --log-key: %d hex digits\n", 2 * KIOSK_AUDIT_KEY_SIZE);
      return EXIT_FAILURE;
    }

  if (!read_known_keys (known_file, &known, &error))
    {
      g_printerr ("kiosk-review: %s\n", error->message);
      return EXIT_FAILURE;
    }

  copy_path = copy != NULL ? g_canonicalize_filename (copy, NULL) : NULL;
  proofs = kiosk_proofs_new (known, copy_path);
  program.store = kiosk_store_new (log_key != NULL ? key : NULL, proofs);
  program.reviewer = kiosk_reviewer_new (name, key_file, journal);
  program.path
      = paths != NULL && paths[0] != NULL ? g_canonicalize_filename (paths[0], NULL) : NULL;
  /* Each start is a program of its own: two logs are looked at side by side in two windows. */
  application = adw_application_new ("org.maintenancekiosk.review", G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), &program);
  status = g_application_run (G_APPLICATION (application), 0, NULL);
  g_clear_object (&program.store);
  g_clear_object (&program.reviewer);
  g_free (program.path);
  return status;
}
