/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "drill-service.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/model/audit-actions.h"

#include <glib-unix.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Threat: somebody tells kioskd that all is well, or that all is lost. Who is root can do worse than either;
 * nobody else gets in. The report is read as one message of exact size, and its texts go into the log only. */

struct _KioskDrillService {
  KioskDrillServiceEvents events;
  gpointer data;
  char *path;
  int listener;
  int peer; /* -1: nobody */
  guint listen_source, peer_source, timeout_source;
};

static void
end (KioskDrillService *self)
{
  g_clear_handle_id (&self->peer_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  if (self->peer < 0)
    return;
  kiosk_fd_clear (&self->peer);
  self->events.over (self->data);
}

static void
give_up (KioskDrillService *self, const char *reason)
{
  self->events.unfinished (reason, self->data);
  end (self);
}

static gboolean
on_timeout (gpointer data)
{
  KioskDrillService *self = data;

  self->timeout_source = 0;
  give_up (self, KIOSK_REASON_TIMEOUT);
  return G_SOURCE_REMOVE;
}

static gboolean
on_message (int fd, GIOCondition condition, gpointer data)
{
  KioskDrillService *self = data;
  KioskDrillReceipt receipt = { .magic = KIOSK_DRILL_RECEIPT };
  KioskDrillReport report;
  g_autoptr (GError) error = NULL;
  gsize size;

  if (!kiosk_channel_receive (fd, &report, sizeof report, &size, NULL, 0, &error))
    {
      gboolean closed = g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED);

      self->peer_source = 0;
      give_up (self, closed ? KIOSK_REASON_ENDED : KIOSK_REASON_PROTOCOL);
      return G_SOURCE_REMOVE;
    }
  if (size == 0)
    return G_SOURCE_CONTINUE;
  self->peer_source = 0;
  if (size != sizeof report || !kiosk_drill_report_valid (&report))
    {
      give_up (self, KIOSK_REASON_PROTOCOL);
      return G_SOURCE_REMOVE;
    }
  receipt.answer = self->events.reported (&report, self->data);
  if (!kiosk_channel_send (fd, &receipt, sizeof receipt, NULL, 0, &error))
    g_message ("Drill: %s", error->message);
  end (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_connection (int fd, GIOCondition condition, gpointer data)
{
  KioskDrillService *self = data;
  kiosk_autofd int peer = accept4 (fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  KioskDrillOrder order = { .magic = KIOSK_DRILL_ORDER };
  g_autoptr (GError) error = NULL;
  pid_t pid;
  uid_t uid;

  if (peer < 0 || !kiosk_fd_peer (peer, &pid, &uid, &error) || uid != 0 || self->peer >= 0)
    return G_SOURCE_CONTINUE;
  if (!self->events.begun (&order, self->data))
    return G_SOURCE_CONTINUE;
  self->peer = kiosk_fd_steal (&peer);
  self->peer_source = g_unix_fd_add (self->peer, G_IO_IN | G_IO_HUP | G_IO_ERR, on_message, self);
  self->timeout_source = g_timeout_add_seconds (KIOSK_DRILL_SECONDS, on_timeout, self);
  if (!kiosk_channel_send (self->peer, &order, sizeof order, NULL, 0, &error))
    give_up (self, KIOSK_REASON_ENDED);
  return G_SOURCE_CONTINUE;
}

static int
listen_at (const char *path, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  kiosk_autofd int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  g_return_val_if_fail (
      g_strlcpy (address.sun_path, path, sizeof address.sun_path) < sizeof address.sun_path, -1);
  unlink (path);
  /* Nobody can connect before listen(2), so the mode is right in time. */
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) != 0
      || chmod (path, 0600) != 0 || listen (fd, 2) != 0)
    {
      kiosk_error_set_errno (error, errno, path);
      return -1;
    }
  return kiosk_fd_steal (&fd);
}

KioskDrillService *
kiosk_drill_service_new (const char *path, const KioskDrillServiceEvents *events, gpointer data,
                         GError **error)
{
  int listener = listen_at (path, error);
  KioskDrillService *self;

  if (listener < 0)
    return NULL;
  self = g_new0 (KioskDrillService, 1);
  self->events = *events;
  self->data = data;
  self->path = g_strdup (path);
  self->listener = listener;
  self->peer = -1;
  self->listen_source = g_unix_fd_add (listener, G_IO_IN, on_connection, self);
  return self;
}

void
kiosk_drill_service_free (KioskDrillService *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->listen_source, g_source_remove);
  g_clear_handle_id (&self->peer_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  kiosk_fd_clear (&self->peer);
  kiosk_fd_clear (&self->listener);
  unlink (self->path);
  g_free (self->path);
  g_free (self);
}

gboolean
kiosk_drill_service_is_busy (const KioskDrillService *self)
{
  return self != NULL && self->peer >= 0;
}
