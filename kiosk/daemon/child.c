/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Asking for our programs and ending them. A program is known by the pidfd that it sends of itself:
 * unlike a number it never comes to mean another process, and it works for processes that are nobody's
 * child of ours.
 *
 * Threat: a helper that has been taken over wants to outlive its session. By then kioskd holds the pidfd,
 * because without one nothing is handed over from which it could be taken over. A false pidfd does not
 * help it either: the hello comes before the first byte is read. */

#include "child.h"

#include "config.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/helper.h"
#include "kiosk/model/audit-actions.h"

#include <glib-unix.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/un.h>

struct _KioskChild {
  char *program;
  int socket;  /* until the hello; then the caller's */
  int process; /* pidfd; -1 until the hello */
  pid_t pid;
  guint source; /* of the socket, then of the pidfd */
  guint timeout_source;
  GBytes *task;
  int fds[KIOSK_CHANNEL_MAX_FDS];
  guint n_fds;
  KioskChildEvents events;
  gpointer data;
};

static void
drop_task (KioskChild *self)
{
  g_clear_pointer (&self->task, g_bytes_unref);
  while (self->n_fds > 0)
    kiosk_fd_clear (&self->fds[--self->n_fds]);
}

/* @self may be freed by the callback: nothing of it is touched afterwards. */
static void
tell_end (KioskChild *self, const char *cause, const char *what)
{
  g_autofree char *detail = g_strdup_printf ("%s: %s", self->program, what);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  self->events.ended (self, cause, detail, self->data);
}

static gboolean
on_process_ended (int fd, GIOCondition condition, gpointer data)
{
  tell_end (data, KIOSK_REASON_ENDED, "ended");
  return G_SOURCE_REMOVE;
}

/* TRUE without a hello when there is none yet. */
static gboolean
take_hello (KioskChild *self, GError **error)
{
  gsize size;
  const void *task = g_bytes_get_data (self->task, &size);

  if (!kiosk_helper_receive_hello (self->socket, &self->process, &self->pid, error))
    return FALSE;
  if (self->process < 0)
    return TRUE;
  if (!kiosk_channel_send (self->socket, task, size, self->fds, self->n_fds, error))
    return FALSE;
  drop_task (self);
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  self->source = g_unix_fd_add (self->process, G_IO_IN, on_process_ended, self);
  self->events.started (self, kiosk_fd_steal (&self->socket), self->data);
  return TRUE;
}

static gboolean
on_socket_readable (int fd, GIOCondition condition, gpointer data)
{
  KioskChild *self = data;
  g_autoptr (GError) error = NULL;

  if (take_hello (self, &error))
    return G_SOURCE_CONTINUE; /* or removed */
  g_warning ("%s: %s", self->program, error->message);
  if (g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_INVALID)
      || g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED))
    tell_end (self, KIOSK_REASON_PROTOCOL, "wrong hello");
  else
    tell_end (self, KIOSK_REASON_ENDED, "did not start");
  return G_SOURCE_REMOVE;
}

static gboolean
on_timeout (gpointer data)
{
  KioskChild *self = data;

  self->timeout_source = 0;
  tell_end (self, KIOSK_REASON_TIMEOUT, "did not start");
  return G_SOURCE_REMOVE;
}

static int
connect_to (const char *program, GError **error)
{
  kiosk_autofd int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  pid_t pid;
  uid_t uid;

  g_snprintf (address.sun_path, sizeof address.sun_path, KIOSK_RUN_DIR "/%s.sock", program);
  if (fd < 0 || connect (fd, (const struct sockaddr *) &address, sizeof address) != 0)
    {
      kiosk_error_set_errno (error, errno, program);
      return -1;
    }
  if (!kiosk_fd_peer (fd, &pid, &uid, error))
    return -1;
  if (uid != 0)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED, "%s: its socket is not root's",
                   program);
      return -1;
    }
  return kiosk_fd_steal (&fd);
}

KioskChild *
kiosk_child_start (const char *program, const void *task, gsize size, const int *fds, guint n_fds,
                   const KioskChildEvents *events, gpointer data, GError **error)
{
  kiosk_autofd int fd = connect_to (program, error);
  KioskChild *self;

  if (fd < 0)
    return NULL;
  self = g_new0 (KioskChild, 1);
  self->program = g_strdup (program);
  self->process = -1;
  self->events = *events;
  self->data = data;
  self->task = g_bytes_new (task, size);
  for (; self->n_fds < n_fds; self->n_fds++)
    {
      self->fds[self->n_fds] = fcntl (fds[self->n_fds], F_DUPFD_CLOEXEC, 3);
      if (self->fds[self->n_fds] < 0)
        {
          kiosk_error_set_errno (error, errno, program);
          self->socket = -1;
          kiosk_child_free (self);
          return NULL;
        }
    }
  self->socket = kiosk_fd_steal (&fd);
  self->source = g_unix_fd_add (self->socket, G_IO_IN | G_IO_HUP, on_socket_readable, self);
  self->timeout_source = g_timeout_add (KIOSK_CHILD_START_TIMEOUT, on_timeout, self);
  return self;
}

gboolean
kiosk_child_wait_started (KioskChild *self, gint64 deadline)
{
  while (self->process < 0)
    {
      struct pollfd waiting = { .fd = self->socket, .events = POLLIN };
      gint64 left = (deadline - kiosk_clock_boottime ()) / 1000;

      if (left <= 0 || poll (&waiting, 1, (int) left) <= 0 || !take_hello (self, NULL))
        return FALSE;
    }
  return TRUE;
}

gboolean
kiosk_child_is_stopped (const KioskChild *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) self->pid);
  g_autofree char *stat = NULL;
  const char *state;

  if (self->process < 0 || !g_file_get_contents (path, &stat, NULL, NULL))
    return FALSE;
  state = strrchr (stat, ')'); /* the name before it may hold anything */
  /* Still there, so what was read was not about a later process of the same number. */
  return state != NULL && state[1] == ' ' && (state[2] == 'T' || state[2] == 't')
         && pidfd_send_signal (self->process, 0, NULL, 0) == 0;
}

void
kiosk_child_free (KioskChild *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  if (self->process >= 0 && pidfd_send_signal (self->process, SIGKILL, NULL, 0) != 0
      && errno != ESRCH)
    g_warning ("Ending %s: %s", self->program, g_strerror (errno));
  kiosk_fd_clear (&self->process);
  kiosk_fd_clear (&self->socket);
  drop_task (self);
  g_free (self->program);
  g_free (self);
}
