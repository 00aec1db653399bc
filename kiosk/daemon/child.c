/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Starting and ending our programs. GSubprocess reaps them itself, so a process id can not come to
 * mean another process between its end and a kill. */

#include "child.h"

#include "config.h"

#include "kiosk/base/descriptor.h"

#include <gio/gio.h>

#include <string.h>

struct _KioskChild {
  GSubprocess *process;
  char *program;
  gboolean over;         /* reaped */
  KioskChildEnded ended; /* NULL: nobody wants to know any more */
  gpointer data;
};

static void
destroy (KioskChild *self)
{
  g_object_unref (self->process);
  g_free (self->program);
  g_free (self);
}

static void
on_process_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  GSubprocess *process = G_SUBPROCESS (source);
  g_autofree char *detail = NULL;
  KioskChild *self = data;

  g_subprocess_wait_finish (process, result, NULL); /* cannot fail: nothing cancels it */
  self->over = TRUE;
  if (self->ended == NULL)
    {
      destroy (self);
      return;
    }
  if (g_subprocess_get_if_signaled (process))
    detail = g_strdup_printf ("%s: signal %d", self->program, g_subprocess_get_term_sig (process));
  else
    detail = g_strdup_printf ("%s: exit %d", self->program, g_subprocess_get_exit_status (process));
  /* May free @self. */
  self->ended (self, g_subprocess_get_if_signaled (process) ? "signal" : "exit", detail,
               self->data);
}

KioskChild *
kiosk_child_start (const char *program, int *fds, guint n_fds, KioskChildEnded ended, gpointer data,
                   GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *path = g_build_filename (KIOSK_LIBEXEC_DIR, program, NULL);
  const char *const argv[] = { path, NULL };
  char *environment[] = { NULL };
  GSubprocess *process;
  KioskChild *self;

  for (guint i = 0; i < n_fds; i++)
    g_subprocess_launcher_take_fd (launcher, kiosk_fd_steal (&fds[i]), 3 + (int) i);
  g_subprocess_launcher_set_environ (launcher, environment);
  g_subprocess_launcher_set_cwd (launcher, "/");
  process = g_subprocess_launcher_spawnv (launcher, argv, error);
  if (process == NULL)
    return NULL;
  self = g_new0 (KioskChild, 1);
  self->process = process;
  self->program = g_strdup (program);
  self->ended = ended;
  self->data = data;
  /* Without a cancellable: GSubprocess notices the end in a thread of its own, and a cancellation in
   * the same moment would race with it. */
  g_subprocess_wait_async (process, NULL, on_process_ended, self);
  return self;
}

gboolean
kiosk_child_is_stopped (const KioskChild *self)
{
  const char *pid = g_subprocess_get_identifier (self->process);
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat", pid != NULL ? pid : "");
  g_autofree char *stat = NULL;
  const char *state;

  if (pid == NULL || !g_file_get_contents (path, &stat, NULL, NULL))
    return FALSE;
  state = strrchr (stat, ')'); /* the name before it may hold anything */
  return state != NULL && state[1] == ' ' && (state[2] == 'T' || state[2] == 't');
}

void
kiosk_child_free (KioskChild *self)
{
  if (self == NULL)
    return;
  self->ended = NULL;
  if (self->over)
    destroy (self);
  else
    g_subprocess_force_exit (self->process); /* its end frees @self */
}
