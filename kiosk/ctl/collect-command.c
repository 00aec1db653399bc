/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "collect-command.h"

#include "collect-inbox.h"
#include "collect-owner.h"
#include "collect-run.h"
#include "collect-status.h"
#include "log-options.h"
#include "kiosk/base/error.h"
#include "kiosk/log/enrolment.h"
#include "kiosk/model/collect.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The way to the verbs, and the two that set a collector up: its key, and which terminals it knows. */

/* Makes a file that was not there, durably. */
static gboolean
make_file (const char *path, const char *text, mode_t mode, GError **error)
{
  gsize length = strlen (text);
  int file = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  gboolean done = file >= 0 && write (file, text, length) == (ssize_t) length && fsync (file) == 0;

  if (!done)
    kiosk_error_set_errno (error, errno, path);
  if (file >= 0)
    close (file);
  return done;
}

static int
fail (const GError *error)
{
  g_printerr ("kioskctl: %s\n", error->message);
  return EXIT_USAGE;
}

/* ---- key ---- */

static int
make_key (int argc, char **argv)
{
  guint8 seed[crypto_sign_SEEDBYTES], secret[crypto_sign_SECRETKEYBYTES];
  guint8 key[crypto_sign_PUBLICKEYBYTES];
  char hex[2 * crypto_sign_SEEDBYTES + 2], shown[2 * crypto_sign_PUBLICKEYBYTES + 1];
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (argc != 2 || sodium_init () < 0)
    return kiosk_ctl_log_wrong_option ("collect key", "FILE");
  randombytes_buf (seed, sizeof seed);
  crypto_sign_seed_keypair (key, secret, seed);
  sodium_bin2hex (hex, sizeof hex, seed, sizeof seed);
  strcat (hex, "\n");
  done = make_file (argv[1], hex, 0600, &error);
  sodium_memzero (seed, sizeof seed);
  sodium_memzero (secret, sizeof secret);
  sodium_memzero (hex, sizeof hex);
  if (!done)
    return fail (error);
  g_print ("%s\n", sodium_bin2hex (shown, sizeof shown, key, sizeof key));
  return EXIT_GOOD;
}

/* ---- add ---- */

static gboolean
add_enrolment (const char *folder, const char *path, GError **error)
{
  g_autoptr (KioskEnrolment) enrolment = NULL;
  g_autofree char *text = NULL, *terminal = NULL, *target = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error)
      || (enrolment = kiosk_enrolment_parse (text, length, error)) == NULL)
    return FALSE;
  if (!kiosk_collect_is_host (enrolment->host))
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                   "%s: an ID of letters, digits, “-”, “_”, “.” is needed", path);
      return FALSE;
    }
  terminal = g_build_filename (folder, enrolment->host, NULL);
  target = g_build_filename (terminal, KIOSK_ENROLMENT_NAME, NULL);
  if (!kiosk_collect_make_folder (folder, terminal, error) || !make_file (target, text, 0640, error)
      || !kiosk_collect_give (folder, target, error))
    return FALSE;
  g_print ("%s\n", enrolment->host);
  return TRUE;
}

static int
add (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc != 3)
    return kiosk_ctl_log_wrong_option ("collect add", "DIR ENROLMENT.json");
  return add_enrolment (argv[1], argv[2], &error) ? EXIT_GOOD : fail (error);
}

int
kiosk_ctl_collect_command (int argc, char **argv)
{
  static const struct {
    const char *name;
    int (*run) (int argc, char **argv);
  } verbs[] = {
    { "key", make_key },
    { "add", add },
    { "run", kiosk_ctl_collect_run },
    { "put", kiosk_ctl_collect_put },
    { "status", kiosk_ctl_collect_status },
  };
  gboolean help;

  for (guint i = 0; argc >= 2 && i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (argv[1], verbs[i].name))
      {
        g_autofree char *name = g_strconcat ("kioskctl collect ", verbs[i].name, NULL);

        g_set_prgname (name);
        return verbs[i].run (argc - 1, argv + 1);
      }
  help = argc >= 2 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"));
  fputs ("kioskctl collect key FILE\n"
         "kioskctl collect add DIR ENROLMENT.json\n"
         "kioskctl collect run [--key FILE] [--gap S] [--silence S] [--rotate KIB] DIR\n"
         "kioskctl collect put DIR FILE|FOLDER...\n"
         "kioskctl collect status [--format text|json] [--lang ja|en] DIR\n",
         help ? stdout : stderr);
  return help ? EXIT_GOOD : EXIT_USAGE;
}
