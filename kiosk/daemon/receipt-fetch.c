/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* kiosk-receipts from start to result. */

#include "receipt-fetch.h"

#include "child.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/channel.h"

#include <glib-unix.h>

#include <string.h>

/* Longer than its own time: this is for a process that hangs or was stopped. */
#define PATIENCE_SECONDS (KIOSK_RECEIPTS_SECONDS + 5)

struct _KioskReceiptFetch {
  KioskReceiptFetchDone done; /* NULL: told */
  gpointer data;
  KioskChild *child;
  int socket; /* -1 until the child has started */
  guint socket_source, timeout_source;
};

/* @self may be freed by the callback: nothing of it is touched afterwards. */
static void
tell (KioskReceiptFetch *self, const KioskReceiptsResult *result, const char *detail)
{
  KioskReceiptFetchDone done = g_steal_pointer (&self->done);

  g_clear_handle_id (&self->socket_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  if (done != NULL)
    done (result, detail, self->data);
}

/* FALSE when there is nothing yet, or nothing any more: then the end of the process tells why. */
static gboolean
take_result (KioskReceiptFetch *self)
{
  g_autofree KioskReceiptsResult *result = g_new0 (KioskReceiptsResult, 1);
  gsize size = 0;

  if (!kiosk_channel_receive (self->socket, result, sizeof *result, &size, NULL, 0, NULL)
      || size == 0)
    return FALSE;
  if (size == sizeof *result && kiosk_receipts_result_valid (result))
    tell (self, result, NULL);
  else
    tell (self, NULL, "kiosk-receipts: not a result");
  return TRUE;
}

static gboolean
on_socket_readable (int fd, GIOCondition condition, gpointer data)
{
  KioskReceiptFetch *self = data;

  self->socket_source = 0;
  take_result (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_timeout (gpointer data)
{
  KioskReceiptFetch *self = data;

  self->timeout_source = 0;
  tell (self, NULL, "kiosk-receipts: no result in time");
  return G_SOURCE_REMOVE;
}

static void
on_child_started (KioskChild *child, int socket, gpointer data)
{
  KioskReceiptFetch *self = data;

  self->socket = socket;
  self->socket_source = g_unix_fd_add (socket, G_IO_IN | G_IO_HUP, on_socket_readable, self);
  self->timeout_source = g_timeout_add_seconds (PATIENCE_SECONDS, on_timeout, self);
}

static void
on_child_ended (KioskChild *child, const char *cause, const char *detail, gpointer data)
{
  KioskReceiptFetch *self = data;
  g_autofree char *kept = g_strdup (detail);

  g_clear_pointer (&self->child, kiosk_child_free);
  /* Its last words may still be in the socket. */
  if (self->socket_source == 0 || !take_result (self))
    tell (self, NULL, kept);
}

static const KioskChildEvents child_events = {
  .started = on_child_started,
  .ended = on_child_ended,
};

KioskReceiptFetch *
kiosk_receipt_fetch_new (const KioskEndpoint *endpoint, KioskReceiptFetchDone done, gpointer data,
                         GError **error)
{
  KioskReceiptsTask task = { .family = (guint32) endpoint->family, .port = endpoint->port };
  KioskReceiptFetch *self = g_new0 (KioskReceiptFetch, 1);

  memcpy (task.address, endpoint->address_bytes, sizeof task.address);
  self->done = done;
  self->data = data;
  self->socket = -1;
  self->child = kiosk_child_start ("kiosk-receipts", &task, sizeof task, NULL, 0, &child_events,
                                   self, error);
  if (self->child == NULL)
    g_clear_pointer (&self, g_free);
  return self;
}

void
kiosk_receipt_fetch_free (KioskReceiptFetch *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->socket_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  kiosk_child_free (self->child);
  kiosk_fd_clear (&self->socket);
  g_free (self);
}
