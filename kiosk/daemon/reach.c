/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* kiosk-connect from start to descriptor. */

#include "reach.h"

#include "child.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/connect-protocol.h"

#include <glib-unix.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

struct _KioskReach {
  int family;
  guint timeout_ms;
  KioskChild *child;
  int socket; /* -1 until the child has started */
  guint socket_source;
  guint timeout_source;
  KioskReachDone done;
  gpointer data;
};

/* @self may be freed by the callback: nothing of it is touched afterwards. */
static void
tell (KioskReach *self, int fd, int saved_errno, const char *detail)
{
  KioskReachDone done = self->done;

  g_clear_handle_id (&self->socket_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  self->done = NULL;
  if (done != NULL)
    done (fd, saved_errno, detail, self->data);
}

/* Reads the one result. An IP socket of the right family must come with success and nothing with
 * failure. */
static gboolean
receive_result (KioskReach *self, KioskConnectResult *result, int *fd, GError **error)
{
  kiosk_autofd int received = -1;
  gsize size = 0;

  /* Look at the bytes first: only they tell whether a descriptor belongs to them. */
  if (recv (self->socket, result, sizeof *result, MSG_PEEK | MSG_DONTWAIT) != sizeof *result)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED, "no result");
      return FALSE;
    }
  if (!kiosk_channel_receive (self->socket, result, sizeof *result, &size, &received,
                              result->error == 0 ? 1 : 0, error))
    return FALSE;
  if (size != sizeof *result
      || (result->error == 0
          && !kiosk_fd_check_socket (received, self->family, SOCK_STREAM, error)))
    return FALSE;
  *fd = kiosk_fd_steal (&received);
  return TRUE;
}

static gboolean
on_socket_readable (int source_fd, GIOCondition condition, gpointer data)
{
  KioskReach *self = data;
  KioskConnectResult result;
  int fd = -1;

  self->socket_source = 0;
  /* Closed without a result: the end of the process tells why. */
  if (receive_result (self, &result, &fd, NULL))
    tell (self, fd, result.error, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_child_ended (KioskChild *child, const char *cause, const char *detail, gpointer data)
{
  KioskReach *self = data;
  g_autofree char *kept = g_strdup (detail);
  KioskConnectResult result;
  int fd = -1;

  g_clear_pointer (&self->child, kiosk_child_free);
  if (self->socket_source != 0 && receive_result (self, &result, &fd, NULL))
    tell (self, fd, result.error, NULL);
  else
    tell (self, -1, EPROTO, kept);
}

static gboolean
on_timeout (gpointer data)
{
  KioskReach *self = data;

  self->timeout_source = 0;
  tell (self, -1, ETIMEDOUT, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_child_started (KioskChild *child, int socket, gpointer data)
{
  KioskReach *self = data;

  self->socket = socket;
  if (self->done == NULL)
    return;
  self->socket_source = g_unix_fd_add (socket, G_IO_IN | G_IO_HUP, on_socket_readable, self);
  /* Longer than its own time-out: this one is for a process that hangs or was stopped. */
  self->timeout_source = g_timeout_add (self->timeout_ms + 2000, on_timeout, self);
}

static const KioskChildEvents child_events = {
  .started = on_child_started,
  .ended = on_child_ended,
};

KioskReach *
kiosk_reach_new (const KioskEndpoint *endpoint, guint timeout_ms, KioskReachDone done,
                 gpointer data, GError **error)
{
  KioskConnectTask task = {
    .family = (guint32) endpoint->family,
    .port = endpoint->port,
    .timeout_ms = timeout_ms,
  };
  KioskReach *self;

  memcpy (task.address, endpoint->address_bytes, sizeof task.address);
  self = g_new0 (KioskReach, 1);
  self->family = endpoint->family;
  self->timeout_ms = timeout_ms;
  self->done = done;
  self->data = data;
  self->socket = -1;
  self->child = kiosk_child_start ("kiosk-connect", &task, sizeof task, NULL, 0, &child_events,
                                   self, error);
  if (self->child == NULL)
    {
      g_free (self);
      return NULL;
    }
  return self;
}

void
kiosk_reach_free (KioskReach *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->socket_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  kiosk_child_free (self->child);
  kiosk_fd_clear (&self->socket);
  g_free (self);
}

void
kiosk_reach_cut (int *fd)
{
  const struct sockaddr nowhere = { .sa_family = AF_UNSPEC }; /* connect(2) */

  if (*fd >= 0 && connect (*fd, &nowhere, sizeof nowhere) != 0)
    g_warning ("Cutting a connection: %s", g_strerror (errno));
  kiosk_fd_clear (fd);
}
