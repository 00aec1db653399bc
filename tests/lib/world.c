/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "world.h"

#include "config.h"

#include "kiosk/base/descriptor.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void
world_require (void)
{
  if (geteuid () == 0 && access ("/mnt/repo/kiosk/demo/world.sh", F_OK) == 0
      && access ("/mnt/installed" KIOSK_LIBEXEC_DIR, F_OK) == 0)
    return;
  g_printerr ("This changes accounts: run it with kiosk/demo/world.sh --build BUILD -- %s\n",
              g_get_prgname ());
  exit (EXIT_FAILURE);
}

char *
world_run (const char *command)
{
  const char *const argv[] = { "/bin/bash", "-euo", "pipefail", "-c", command, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *complaint = NULL;
  char *output = NULL;
  int status;

  g_spawn_sync ("/", (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &complaint,
                &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s: %s", command, error->message, complaint);
  return output;
}

void
world_add_person (const char *id, const char *password)
{
  /* The host may have an account of that name; in here it is ours. */
  g_autofree char *command = g_strdup_printf (
      "userdel %s 2>/dev/null || true; "
      "useradd --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin %s; "
      "echo '%s:%s' | chpasswd --crypt-method YESCRYPT",
      id, id, id, password);

  g_free (world_run (command));
}

GSubprocess *
world_start (const char *program, int *fds, guint n_fds)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *path = g_build_filename (KIOSK_LIBEXEC_DIR, program, NULL);
  const char *const argv[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  /* Warnings are fatal in tests, not in what they test. */
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  for (guint i = 0; i < n_fds; i++)
    g_subprocess_launcher_take_fd (launcher, kiosk_fd_steal (&fds[i]), 3 + (int) i);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}

void
world_wait_end (GSubprocess *process)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;

  while (g_subprocess_get_identifier (process) != NULL && g_get_monotonic_time () < deadline)
    g_usleep (2000);
  g_assert_null (g_subprocess_get_identifier (process));
}

/* How many processes called @name there are, and one of them in *@pid. */
static guint
scan_processes (const char *name, pid_t *pid)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  /* The kernel keeps 15 bytes of a name (proc_pid_comm(5)). */
  g_autofree char *wanted = g_strdup_printf (" (%.15s) ", name);
  const char *entry;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", entry, "stat", NULL);
      g_autofree char *stat = NULL;
      const char *found;

      if (!g_ascii_isdigit (entry[0]) || !g_file_get_contents (path, &stat, NULL, NULL))
        continue;
      found = strstr (stat, wanted);
      if (found == NULL || found[strlen (wanted)] == 'Z')
        continue;
      *pid = (pid_t) g_ascii_strtoll (entry, NULL, 10);
      n++;
    }
  return n;
}

guint
world_count_processes (const char *name)
{
  pid_t pid;

  return scan_processes (name, &pid);
}

pid_t
world_find_process (const char *name)
{
  pid_t pid = 0;

  g_assert_cmpuint (scan_processes (name, &pid), ==, 1);
  return pid;
}

/* Looks, 20 ms apart. */
#define WORLD_CALM 5

void
world_wait_none (const char *name)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  guint calm = 0;

  /* who connected a moment ago may be given a process a moment later */
  while (calm < WORLD_CALM)
    {
      calm = world_count_processes (name) == 0 ? calm + 1 : 0;
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (20000);
    }
}

void
world_limit_waiting (int socket)
{
  struct timeval limit = { .tv_sec = WORLD_PATIENCE_SECONDS };

  g_assert_cmpint (setsockopt (socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), ==, 0);
}
