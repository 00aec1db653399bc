/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "client-private.h"

#include <gio/gunixfdlist.h>

/* Requests to kioskd. What a request leads to comes as a status, not as its answer; so most answers are
 * not looked at. */

/* Connecting may wait for a server; kioskd gives up after 30 s itself. */
#define CONNECT_MS 60000

typedef struct {
  KioskClientAnswer answer;
  void (*told) (gpointer data);
  gpointer data;
} Pending;

static Pending *
pending_new (KioskClientAnswer answer, gpointer data)
{
  Pending *pending = g_new0 (Pending, 1);

  *pending = (Pending){ .answer = answer, .data = data };
  return pending;
}

/* The descriptor that @handle names; -1 when there is none. */
static int
take_fd (GUnixFDList *fds, GVariant *handle)
{
  return fds != NULL && handle != NULL
             ? g_unix_fd_list_get (fds, g_variant_get_handle (handle), NULL)
             : -1;
}

static void
on_begin_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Pending *pending = data;
  g_autoptr (GVariant) handle = NULL;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;

  if (!kiosk_bus_terminal_call_begin_conversation_finish (KIOSK_BUS_TERMINAL (source), &handle,
                                                          &fds, result, &error))
    g_warning ("No conversation: %s", error->message);
  pending->answer (take_fd (fds, handle), -1, pending->data);
}

void
kiosk_client_begin (KioskClient *self, KioskPurpose purpose, KioskClientAnswer answer,
                    gpointer data)
{
  KioskBusTerminal *proxy = kiosk_client_get_proxy (self);

  static const char *const names[] = { "", "login", "unlock", "end", "approve", "change" };

  if (proxy != NULL)
    kiosk_bus_terminal_call_begin_conversation (proxy, names[purpose], NULL, NULL, on_begin_ready,
                                                pending_new (answer, data));
}

static void
on_approval_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Pending *pending = data;
  g_autoptr (GVariant) handle = NULL;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;

  if (!kiosk_bus_terminal_call_begin_approval_finish (KIOSK_BUS_TERMINAL (source), &handle, &fds,
                                                      result, &error))
    g_warning ("No approval: %s", error->message);
  pending->answer (take_fd (fds, handle), -1, pending->data);
}

void
kiosk_client_begin_approval (KioskClient *self, const char *server, KioskClientAnswer answer,
                             gpointer data)
{
  KioskBusTerminal *proxy = kiosk_client_get_proxy (self);

  if (proxy != NULL)
    kiosk_bus_terminal_call_begin_approval (proxy, server, NULL, NULL, on_approval_ready,
                                            pending_new (answer, data));
}

static void
on_connect_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Pending *pending = data;
  g_autoptr (GVariant) worker = NULL;
  g_autoptr (GVariant) frames = NULL;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;

  if (!kiosk_bus_terminal_call_connect_finish (KIOSK_BUS_TERMINAL (source), &worker, &frames, &fds,
                                               result, &error))
    g_warning ("No session: %s", error->message);
  pending->answer (take_fd (fds, worker), take_fd (fds, frames), pending->data);
}

void
kiosk_client_connect (KioskClient *self, const char *server, const char *ticket,
                      const char *purpose, guint width, guint height, KioskClientAnswer answer,
                      gpointer data)
{
  KioskBusTerminal *proxy = kiosk_client_get_proxy (self);

  if (proxy == NULL)
    return;
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (proxy), CONNECT_MS);
  kiosk_bus_terminal_call_connect (proxy, server, ticket, purpose, width, height, NULL, NULL,
                                   on_connect_ready, pending_new (answer, data));
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (proxy), KIOSK_CLIENT_SILENCE_MS);
}

void
kiosk_client_cancel (KioskClient *self)
{
  KioskBusTerminal *proxy = kiosk_client_get_proxy (self);

  if (proxy != NULL)
    kiosk_bus_terminal_call_cancel_conversation (proxy, NULL, NULL, NULL);
}

void
kiosk_client_disconnect (KioskClient *self)
{
  KioskBusTerminal *proxy = kiosk_client_get_proxy (self);

  if (proxy != NULL)
    kiosk_bus_terminal_call_disconnect (proxy, NULL, NULL, NULL);
}

void
kiosk_client_lock (KioskClient *self, gboolean button)
{
  KioskBusTerminal *proxy = kiosk_client_get_proxy (self);

  if (proxy != NULL)
    kiosk_bus_terminal_call_lock (proxy, button ? "button" : "person", NULL, NULL, NULL);
}

void
kiosk_client_logout (KioskClient *self)
{
  KioskBusTerminal *proxy = kiosk_client_get_proxy (self);

  if (proxy != NULL)
    kiosk_bus_terminal_call_logout (proxy, NULL, NULL, NULL);
}

void
kiosk_client_dismiss (KioskClient *self)
{
  KioskBusTerminal *proxy = kiosk_client_get_proxy (self);

  if (proxy != NULL)
    kiosk_bus_terminal_call_dismiss (proxy, NULL, NULL, NULL);
}

void
kiosk_client_dismiss_devices (KioskClient *self)
{
  KioskBusTerminal *proxy = kiosk_client_get_proxy (self);

  if (proxy != NULL)
    kiosk_bus_terminal_call_dismiss_devices (proxy, NULL, NULL, NULL);
}

void
kiosk_client_report_typing (KioskClient *self, guint presses, guint milliseconds)
{
  KioskBusTerminal *proxy = kiosk_client_get_proxy (self);

  if (proxy != NULL)
    kiosk_bus_terminal_call_report_typing (proxy, presses, milliseconds, NULL, NULL, NULL);
}

static void
on_power_off_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Pending *pending = data;
  g_autoptr (GError) error = NULL;

  if (kiosk_bus_terminal_call_power_off_finish (KIOSK_BUS_TERMINAL (source), result, &error))
    pending->told (pending->data);
  else
    g_message ("Not switched off: %s", error->message);
}

void
kiosk_client_power_off (KioskClient *self, void (*told) (gpointer data), gpointer data)
{
  KioskBusTerminal *proxy = kiosk_client_get_proxy (self);
  Pending *pending;

  if (proxy == NULL)
    return;
  pending = pending_new (NULL, data);
  pending->told = told;
  kiosk_bus_terminal_call_power_off (proxy, NULL, on_power_off_ready, pending);
}
