/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "client-private.h"

#include "config.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"

#include <stdlib.h>
#include <unistd.h>

/* One peer-to-peer connection. Where kioskd listens is a constant: nothing that a person or an
 * environment can change may lead the shell to another master. */

#define RETRY_SECONDS 2
#define HEARTBEAT_FASTEST_MS 500
#define PAUSE_USEC (1 * G_USEC_PER_SEC)

struct _KioskClient {
  GObject parent_instance;
  GDBusConnection *connection;
  KioskBusTerminal *proxy;
  KioskStatus *status;
  KioskTerminal *terminal;
  GPtrArray *servers;
  gboolean listing;
  guint retry, hurry;
  gint64 last_input, last_heartbeat;
};

G_DEFINE_FINAL_TYPE (KioskClient, kiosk_client, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, SIGNAL_GONE, SIGNAL_HURRY, N_SIGNALS };
static guint signals[N_SIGNALS];

static void try_connection (KioskClient *self);

G_NORETURN static void
surprise (const GError *error)
{
  g_critical ("kioskd's answer is not as documented: %s", error->message);
  exit (EXIT_FAILURE);
}

static void
changed (KioskClient *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static char *
address (void)
{
#ifdef KIOSK_SHELL_TEST
  return g_strdup_printf ("unix:path=%s/kiosk-shell.sock", g_getenv ("XDG_RUNTIME_DIR"));
#else
  return g_strdup ("unix:path=" KIOSK_RUN_DIR "/shell.sock");
#endif
}

/* Only root may be our master. */
static gboolean
peer_is_daemon (GDBusConnection *connection)
{
  GIOStream *stream = g_dbus_connection_get_stream (connection);
  GSocket *socket = G_IS_SOCKET_CONNECTION (stream)
                        ? g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream))
                        : NULL;
  pid_t pid;
  uid_t uid;

  if (socket == NULL || !kiosk_fd_peer (g_socket_get_fd (socket), &pid, &uid, NULL))
    return FALSE;
#ifdef KIOSK_SHELL_TEST
  return uid == 0 || uid == getuid ();
#else
  return uid == 0;
#endif
}

static gboolean
on_retry (gpointer data)
{
  KioskClient *self = data;

  self->retry = 0;
  try_connection (self);
  return G_SOURCE_REMOVE;
}

static void
retry_later (KioskClient *self)
{
  if (self->retry == 0)
    self->retry = g_timeout_add_seconds (RETRY_SECONDS, on_retry, self);
}

/* Secrets and picture first ("gone"), then everything else. */
static void
drop (KioskClient *self)
{
  gboolean known = self->proxy != NULL;

  g_clear_handle_id (&self->hurry, g_source_remove);
  if (self->proxy != NULL)
    g_signal_handlers_disconnect_by_data (self->proxy, self);
  g_clear_object (&self->proxy);
  if (self->connection != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      g_dbus_connection_close (self->connection, NULL, NULL, NULL);
    }
  g_clear_object (&self->connection);
  g_clear_pointer (&self->status, kiosk_status_free);
  g_clear_pointer (&self->servers, g_ptr_array_unref);
  self->listing = FALSE;
  if (known)
    {
      g_warning ("kioskd does not answer");
      g_signal_emit (self, signals[SIGNAL_GONE], 0);
      changed (self);
    }
  retry_later (self);
}

/* ---- Heartbeat ---- */

static void
on_heartbeat_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KioskClient) self = data;
  g_autoptr (GError) error = NULL;

  if (!kiosk_bus_terminal_call_heartbeat_finish (KIOSK_BUS_TERMINAL (source), result, &error)
      && self->proxy == KIOSK_BUS_TERMINAL (source))
    {
      g_warning ("No heartbeat: %s", error->message);
      drop (self);
    }
}

void
kiosk_client_beat (KioskClient *self)
{
  if (self->proxy == NULL)
    return;
  self->last_heartbeat = kiosk_clock_boottime ();
  kiosk_bus_terminal_call_heartbeat (self->proxy, kiosk_client_input_age (self), NULL,
                                     on_heartbeat_ready, g_object_ref (self));
}

static gboolean
on_hurry (gpointer data)
{
  KioskClient *self = data;

  self->hurry = 0;
  g_signal_emit (self, signals[SIGNAL_HURRY], 0);
  return G_SOURCE_REMOVE;
}

guint
kiosk_client_input_age (KioskClient *self)
{
  return MIN (G_MAXUINT32, (kiosk_clock_boottime () - self->last_input) / 1000);
}

void
kiosk_client_note_input (KioskClient *self)
{
  gint64 now = kiosk_clock_boottime ();
  gint64 pause = now - self->last_input;
  gint64 wait = HEARTBEAT_FASTEST_MS - (now - self->last_heartbeat) / 1000;

  self->last_input = now;
  if (self->proxy == NULL || self->hurry != 0)
    return;
  if (pause < PAUSE_USEC && (self->status == NULL || self->status->warning == KIOSK_WARNING_NONE))
    return;
  if (wait <= 0)
    g_signal_emit (self, signals[SIGNAL_HURRY], 0);
  else
    self->hurry = g_timeout_add (wait, on_hurry, self);
}

/* ---- What kioskd says ---- */

static void
on_terminal_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KioskClient) self = data;
  g_autoptr (GVariant) dictionary = NULL;
  g_autoptr (GError) error = NULL;

  if (!kiosk_bus_terminal_call_get_terminal_finish (KIOSK_BUS_TERMINAL (source), &dictionary,
                                                    result, NULL))
    return;
  g_clear_pointer (&self->terminal, kiosk_terminal_free);
  self->terminal = kiosk_terminal_parse (dictionary, &error);
  if (self->terminal == NULL)
    surprise (error);
  changed (self);
}

static void
on_servers_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KioskClient) self = data;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;

  if (self->proxy != KIOSK_BUS_TERMINAL (source))
    return;
  self->listing = FALSE;
  if (!kiosk_bus_terminal_call_list_servers_finish (self->proxy, &list, result, NULL))
    {
      changed (self); /* which may have waited for the list */
      return;
    }
  g_clear_pointer (&self->servers, g_ptr_array_unref);
  self->servers = kiosk_servers_parse (list, &error);
  if (self->servers == NULL)
    surprise (error);
  changed (self);
}

static gboolean
may_list (const KioskStatus *status)
{
  return status->state == KIOSK_STATE_CHOOSING || status->state == KIOSK_STATE_APPROVING
         || status->state == KIOSK_STATE_CHANGING || status->state == KIOSK_STATE_CONNECTING
         || status->state == KIOSK_STATE_CONNECTED;
}

static void
list_servers (KioskClient *self)
{
  if (self->listing || self->status == NULL || !may_list (self->status))
    return;
  self->listing = TRUE;
  kiosk_bus_terminal_call_list_servers (self->proxy, NULL, on_servers_ready, g_object_ref (self));
}

static void
take_status (KioskClient *self, GVariant *dictionary)
{
  g_autoptr (GError) error = NULL;
  KioskStatus *status = kiosk_status_parse (dictionary, &error);
  gboolean woke;

  if (status == NULL)
    surprise (error);
  woke = self->status == NULL
         || (self->status->state == KIOSK_STATE_STOPPED && status->state != KIOSK_STATE_STOPPED);
  /* The list is that of one person: it goes with them. */
  if (status->state == KIOSK_STATE_STOPPED || status->state == KIOSK_STATE_LOGGED_OUT
      || status->state == KIOSK_STATE_AUTHENTICATING)
    g_clear_pointer (&self->servers, g_ptr_array_unref);
  g_clear_pointer (&self->status, kiosk_status_free);
  self->status = status;
  if (woke)
    kiosk_bus_terminal_call_get_terminal (self->proxy, NULL, on_terminal_ready,
                                          g_object_ref (self));
  if (self->servers == NULL)
    list_servers (self);
  /* A page without servers would be shown for a moment: it waits for them. */
  if (self->servers != NULL || !self->listing || status->state != KIOSK_STATE_CHOOSING)
    changed (self);
}

static void
on_status_changed (KioskBusTerminal *proxy, GVariant *dictionary, KioskClient *self)
{
  take_status (self, dictionary);
}

static void
on_servers_changed (KioskBusTerminal *proxy, KioskClient *self)
{
  list_servers (self);
}

static void
on_status_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KioskClient) self = data;
  g_autoptr (GVariant) dictionary = NULL;
  g_autoptr (GError) error = NULL;

  if (self->proxy != KIOSK_BUS_TERMINAL (source))
    return;
  if (!kiosk_bus_terminal_call_get_status_finish (self->proxy, &dictionary, result, &error))
    {
      g_warning ("No status: %s", error->message);
      drop (self);
      return;
    }
  take_status (self, dictionary);
}

/* ---- Connection ---- */

static void
on_closed (GDBusConnection *connection, gboolean vanished, GError *error, KioskClient *self)
{
  drop (self);
}

static void
on_connection_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (KioskClient) self = data;
  g_autoptr (GError) error = NULL;

  self->connection = g_dbus_connection_new_for_address_finish (result, &error);
  if (self->connection == NULL || !peer_is_daemon (self->connection))
    {
      g_debug ("No connection to kioskd: %s",
               error != NULL ? error->message : "not the right peer");
      drop (self);
      return;
    }
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), self);
  self->proxy = kiosk_bus_terminal_proxy_new_sync (self->connection,
                                                   G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES
                                                       | G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START,
                                                   NULL, "/terminal", NULL, &error);
  if (self->proxy == NULL)
    surprise (error);
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (self->proxy), KIOSK_CLIENT_SILENCE_MS);
  g_signal_connect (self->proxy, "status-changed", G_CALLBACK (on_status_changed), self);
  g_signal_connect (self->proxy, "servers-changed", G_CALLBACK (on_servers_changed), self);
  kiosk_bus_terminal_call_get_status (self->proxy, NULL, on_status_ready, g_object_ref (self));
}

static void
try_connection (KioskClient *self)
{
  g_autofree char *where = address ();

  g_dbus_connection_new_for_address (where, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL,
                                     NULL, on_connection_ready, g_object_ref (self));
}

/* ---- Object ---- */

static void
kiosk_client_class_init (KioskClientClass *class)
{
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", KIOSK_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_GONE] = g_signal_new ("gone", KIOSK_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_HURRY] = g_signal_new ("hurry", KIOSK_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_client_init (KioskClient *self)
{
  self->last_input = kiosk_clock_boottime ();
}

KioskClient *
kiosk_client_new (void)
{
  return g_object_new (KIOSK_TYPE_CLIENT, NULL);
}

void
kiosk_client_start (KioskClient *self)
{
  try_connection (self);
}

gboolean
kiosk_client_is_reachable (KioskClient *self)
{
  return self->status != NULL;
}

const KioskStatus *
kiosk_client_get_status (KioskClient *self)
{
  return self->status;
}

const KioskTerminal *
kiosk_client_get_terminal (KioskClient *self)
{
  return self->terminal;
}

const GPtrArray *
kiosk_client_get_servers (KioskClient *self)
{
  return self->servers;
}

const KioskServer *
kiosk_client_find_server (KioskClient *self, const char *id)
{
  for (guint i = 0; self->servers != NULL && i < self->servers->len; i++)
    if (g_strcmp0 (((KioskServer *) self->servers->pdata[i])->id, id) == 0)
      return self->servers->pdata[i];
  return NULL;
}

KioskBusTerminal *
kiosk_client_get_proxy (KioskClient *self)
{
  return self->proxy;
}
