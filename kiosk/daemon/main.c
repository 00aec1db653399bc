/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* kioskd: the one program with rights. No options: where things are is decided when it is built, so
 * that neither a command line nor an environment can point it elsewhere. The one exception are
 * NOTIFY_SOCKET and WATCHDOG_*, which are the service manager's: they say where it wants to hear that
 * kioskd lives, and nothing is read from there. */

#include "daemon.h"

#include <glib-unix.h>

#include <stdlib.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

static gboolean
on_terminate (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_reload (gpointer data)
{
  kiosk_daemon_reload (data);
  return G_SOURCE_CONTINUE;
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  const struct rlimit none = { 0, 0 };
  KioskDaemon *daemon;

  umask (077);
  if (prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || setrlimit (RLIMIT_CORE, &none) != 0
      || sodium_init () < 0)
    {
      g_printerr ("kioskd: cannot protect itself\n");
      return EXIT_FAILURE;
    }
  daemon = kiosk_daemon_new (&error);
  if (daemon == NULL)
    {
      g_printerr ("kioskd: %s\n", error->message);
      return EXIT_FAILURE;
    }
  g_unix_signal_add (SIGTERM, on_terminate, loop);
  g_unix_signal_add (SIGINT, on_terminate, loop);
  g_unix_signal_add (SIGHUP, on_reload, daemon);
  g_main_loop_run (loop);
  kiosk_daemon_free (daemon);
  return EXIT_SUCCESS;
}
