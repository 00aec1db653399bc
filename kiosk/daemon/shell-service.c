/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* The privileged interface to the part that a person touches. GDBus takes the messages apart; what is
 * left to judge here is who the peer is, which request it makes and when. */

#include "shell-service.h"

#include "shell-answer.h"
#include "shell-request.h"
#include "terminal-bus.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <gio/gunixconnection.h>
#include <gio/gunixfdlist.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Milliseconds from one look for a heartbeat to the next; more than LATE: kioskd itself was held up. */
#define LOOK 1000
#define LATE 3000

struct _KioskShellService {
  GDBusServer *server;
  char *path;
  uid_t uid;
  KioskBusTerminal *skeleton;
  GDBusConnection *connection;
  int process;           /* pidfd of the peer: its number may long belong to somebody else */
  gint64 heard, checked; /* monotonic: the last heartbeat, the last look for it */
  guint silence_source;
  KioskShellServiceEvents events;
  gpointer data;
};

static void
drop_peer (KioskShellService *self)
{
  g_autoptr (GDBusConnection) connection = g_steal_pointer (&self->connection);

  g_clear_handle_id (&self->silence_source, g_source_remove);
  kiosk_fd_clear (&self->process);
  if (connection == NULL)
    return;
  g_signal_handlers_disconnect_by_data (connection, self);
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_dbus_connection_close (connection, NULL, NULL, NULL);
}

/* A shell that breaks the contract is not ours any more: gone at once, its supervisor starts another. */
static void
refuse (KioskShellService *self, const char *method)
{
  if (self->process >= 0)
    syscall (SYS_pidfd_send_signal, self->process, SIGKILL, NULL, 0);
  drop_peer (self);
  self->events.refused (method, self->data);
  self->events.lost ("refused", self->data);
}

/* TRUE when @event may happen. Otherwise @invocation is answered, and a forbidden one ends it all. */
static gboolean
authorise (KioskShellService *self, KioskEvent event, GDBusMethodInvocation *invocation)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  KioskRequestVerdict verdict = self->events.authorise (event, self->data);

  if (verdict == KIOSK_REQUEST_ALLOWED)
    return TRUE;
  g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR,
                                                 G_DBUS_ERROR_ACCESS_DENIED, "not allowed");
  if (verdict == KIOSK_REQUEST_FORBIDDEN)
    refuse (self, method);
  return FALSE;
}

/* Comes before the handler of every method, and TRUE keeps it from being called. Not the skeleton's own
 * "g-authorize-method": that one is emitted in a thread of GDBus, beside the main loop's. Swapped, so
 * that it fits all signatures. Methods outside the table do not get here: filter_message(). */
static gboolean
on_any_request (KioskShellService *self, GDBusMethodInvocation *invocation)
{
  const KioskShellRequest *request
      = kiosk_shell_request_find (g_dbus_method_invocation_get_method_name (invocation));

  g_return_val_if_fail (request != NULL, TRUE);
  return !request->always && !authorise (self, request->event, invocation);
}

static void
connect_authorisation (KioskShellService *self)
{
  guint n = 0;
  g_autofree guint *ids = g_signal_list_ids (KIOSK_BUS_TYPE_TERMINAL, &n);

  for (guint i = 0; i < n; i++)
    if (g_str_has_prefix (g_signal_name (ids[i]), "handle-"))
      g_signal_connect_swapped (self->skeleton, g_signal_name (ids[i]), G_CALLBACK (on_any_request),
                                self);
}

typedef struct {
  KioskShellService *self;
  GDBusConnection *connection;
} Stray;

static gboolean
on_stray_message (gpointer data)
{
  Stray *stray = data;

  if (stray->self->connection == stray->connection)
    refuse (stray->self, "unknown method");
  return G_SOURCE_REMOVE;
}

static void
stray_free (gpointer data)
{
  Stray *stray = data;

  g_object_unref (stray->connection);
  g_free (stray);
}

/* GDBus would answer what is not in the interface with an error and go on. Runs in GDBus' own thread:
 * it may only look at the message. @data outlives the connection, which the service closes first. */
static GDBusMessage *
filter_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming,
                gpointer data)
{
  Stray *stray;

  if (!incoming || kiosk_shell_request_matches (message))
    return message;
  stray = g_new0 (Stray, 1);
  stray->self = data;
  stray->connection = g_object_ref (connection);
  g_idle_add_full (G_PRIORITY_HIGH, on_stray_message, stray, stray_free);
  g_object_unref (message);
  return NULL;
}

static gboolean
on_get_terminal (KioskBusTerminal *skeleton, GDBusMethodInvocation *invocation, gpointer data)
{
  KioskShellService *self = data;

  kiosk_bus_terminal_complete_get_terminal (skeleton, invocation,
                                            self->events.get_terminal (self->data));
  return TRUE;
}

static gboolean
on_get_status (KioskBusTerminal *skeleton, GDBusMethodInvocation *invocation, gpointer data)
{
  KioskShellService *self = data;

  kiosk_bus_terminal_complete_get_status (skeleton, invocation,
                                          self->events.get_status (self->data));
  return TRUE;
}

static gboolean
on_list_servers (KioskBusTerminal *skeleton, GDBusMethodInvocation *invocation, gpointer data)
{
  KioskShellService *self = data;

  kiosk_bus_terminal_complete_list_servers (skeleton, invocation,
                                            self->events.list_servers (self->data));
  return TRUE;
}

static gboolean
on_begin_approval (KioskBusTerminal *skeleton, GDBusMethodInvocation *invocation,
                   GUnixFDList *fd_list, const char *server, gpointer data)
{
  KioskShellService *self = data;
  g_autoptr (GError) error = NULL;
  int fd = self->events.begin_approval (server, self->data, &error);

  kiosk_shell_answer_conversation (invocation, fd, error);
  return TRUE;
}

static gboolean
on_begin_conversation (KioskBusTerminal *skeleton, GDBusMethodInvocation *invocation,
                       GUnixFDList *fd_list, const char *purpose, gpointer data)
{
  KioskShellService *self = data;
  g_autoptr (GError) error = NULL;
  KioskEvent event;
  int fd;

  if (!kiosk_shell_request_find_purpose (purpose, &event))
    {
      kiosk_shell_answer_error (invocation, "not allowed");
      refuse (self, "BeginConversation");
      return TRUE;
    }
  if (!authorise (self, event, invocation))
    return TRUE;
  fd = self->events.begin_conversation (event, self->data, &error);
  kiosk_shell_answer_conversation (invocation, fd, error);
  return TRUE;
}

static gboolean
on_connect (KioskBusTerminal *skeleton, GDBusMethodInvocation *invocation, GUnixFDList *fd_list,
            const char *server, const char *ticket, const char *purpose, guint width, guint height,
            gpointer data)
{
  KioskShellService *self = data;

  self->events.connect (server, ticket, purpose, width, height, invocation, self->data);
  return TRUE;
}

void
kiosk_shell_service_return_connect (GDBusMethodInvocation *invocation, int worker, int frames,
                                    const char *error_message)
{
  int fds[] = { worker, frames };
  g_autoptr (GUnixFDList) answer = NULL;

  if (error_message != NULL)
    {
      kiosk_shell_answer_error (invocation, error_message);
      return;
    }
  answer = g_unix_fd_list_new_from_array (fds, G_N_ELEMENTS (fds));
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(hh)", 0, 1),
                                                           answer);
}

/* CancelConversation, Disconnect, Logout, Dismiss, DismissDevices: nothing comes with them, nothing is answered. */
static gboolean
on_plain_request (KioskBusTerminal *skeleton, GDBusMethodInvocation *invocation, gpointer data)
{
  const KioskShellRequest *request
      = kiosk_shell_request_find (g_dbus_method_invocation_get_method_name (invocation));
  KioskShellService *self = data;

  g_dbus_method_invocation_return_value (invocation, NULL);
  self->events.request (request->event, NULL, self->data);
  return TRUE;
}

static gboolean
on_power_off (KioskBusTerminal *skeleton, GDBusMethodInvocation *invocation, gpointer data)
{
  KioskShellService *self = data;

  if (self->events.power_off (self->data))
    kiosk_bus_terminal_complete_power_off (skeleton, invocation);
  else
    kiosk_shell_answer_error (invocation, "stays on");
  return TRUE;
}

static gboolean
on_report_typing (KioskBusTerminal *skeleton, GDBusMethodInvocation *invocation, guint presses,
                  guint milliseconds, gpointer data)
{
  KioskShellService *self = data;

  kiosk_bus_terminal_complete_report_typing (skeleton, invocation);
  self->events.typing (presses, milliseconds, self->data);
  return TRUE;
}

static gboolean
on_lock (KioskBusTerminal *skeleton, GDBusMethodInvocation *invocation, const char *cause,
         gpointer data)
{
  KioskShellService *self = data;

  if (!g_str_equal (cause, "person") && !g_str_equal (cause, "button"))
    {
      kiosk_shell_answer_error (invocation, "not allowed");
      refuse (self, "Lock");
      return TRUE;
    }
  self->events.request (KIOSK_EVENT_LOCK, cause, self->data);
  kiosk_bus_terminal_complete_lock (skeleton, invocation);
  return TRUE;
}

static gboolean
on_heartbeat (KioskBusTerminal *skeleton, GDBusMethodInvocation *invocation, guint input_age,
              gpointer data)
{
  KioskShellService *self = data;

  self->heard = g_get_monotonic_time ();
  kiosk_bus_terminal_complete_heartbeat (skeleton, invocation);
  self->events.heartbeat (input_age, self->data);
  return TRUE;
}

static void
on_connection_closed (GDBusConnection *connection, gboolean remote_peer_vanished, GError *error,
                      gpointer data)
{
  KioskShellService *self = data;

  drop_peer (self);
  self->events.lost ("closed", self->data);
}

static gboolean
on_silence_check (gpointer data)
{
  KioskShellService *self = data;
  gint64 now = g_get_monotonic_time ();

  /* A look that comes late means that it was us who did not listen (a disk that takes seconds to flush,
   * a machine that is emulated): what the shell said meanwhile has not been read yet. */
  if (now - self->checked > LATE * G_TIME_SPAN_MILLISECOND)
    self->heard = now;
  self->checked = now;
  if (now - self->heard < KIOSK_SHELL_SILENCE * G_TIME_SPAN_MILLISECOND)
    return G_SOURCE_CONTINUE;
  self->silence_source = 0;
  syscall (SYS_pidfd_send_signal, self->process, SIGKILL, NULL, 0);
  drop_peer (self);
  self->events.lost ("silent", self->data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_allow_mechanism (GDBusAuthObserver *observer, const char *mechanism, gpointer data)
{
  return g_str_equal (mechanism, "EXTERNAL"); /* the kernel's word, no cookies in files */
}

static gboolean
on_other_user (gpointer data)
{
  KioskShellService *self = data;

  self->events.refused ("connection of another user", self->data);
  return G_SOURCE_REMOVE;
}

/* Runs in a thread of GDBus, as the authentication does. */
static gboolean
on_authorize_peer (GDBusAuthObserver *observer, GIOStream *stream, GCredentials *credentials,
                   gpointer data)
{
  KioskShellService *self = data;

  if (credentials != NULL && g_credentials_get_unix_user (credentials, NULL) == self->uid)
    return TRUE;
  g_idle_add (on_other_user, self);
  return FALSE;
}

static gboolean
on_new_connection (GDBusServer *server, GDBusConnection *connection, gpointer data)
{
  KioskShellService *self = data;
  GCredentials *credentials = g_dbus_connection_get_peer_credentials (connection);
  pid_t pid = credentials != NULL ? g_credentials_get_unix_pid (credentials, NULL) : -1;
  g_autoptr (GError) error = NULL;

  /* One shell. A second one may be somebody who found a way to run a program as its user. */
  if (self->connection != NULL)
    {
      self->events.refused ("second connection", self->data);
      return FALSE;
    }
  if (pid <= 0)
    return FALSE;
  self->process = (int) syscall (SYS_pidfd_open, pid, 0);
  if (self->process < 0
      || !g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), connection,
                                            KIOSK_SHELL_OBJECT_PATH, &error))
    {
      g_warning ("Shell: %s", error != NULL ? error->message : g_strerror (errno));
      kiosk_fd_clear (&self->process);
      return FALSE;
    }
  self->connection = g_object_ref (connection);
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  g_dbus_connection_add_filter (connection, filter_message, self, NULL);
  g_signal_connect (connection, "closed", G_CALLBACK (on_connection_closed), self);
  self->heard = self->checked = g_get_monotonic_time ();
  self->silence_source = g_timeout_add (LOOK, on_silence_check, self);
  self->events.connected (self->data);
  return TRUE;
}

static void
connect_plain_requests (KioskShellService *self)
{
  static const char *const signals[]
      = { "handle-cancel-conversation", "handle-disconnect", "handle-logout", "handle-dismiss",
          "handle-dismiss-devices" };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect (self->skeleton, signals[i], G_CALLBACK (on_plain_request), self);
}

KioskShellService *
kiosk_shell_service_new (const char *path, uid_t uid, gid_t gid,
                         const KioskShellServiceEvents *events, gpointer data, GError **error)
{
  KioskShellService *self = g_new0 (KioskShellService, 1);
  g_autoptr (GDBusAuthObserver) observer = g_dbus_auth_observer_new ();
  g_autofree char *escaped = g_dbus_address_escape_value (path);
  g_autofree char *address = g_strdup_printf ("unix:path=%s", escaped);
  g_autofree char *guid = g_dbus_generate_guid ();

  self->path = g_strdup (path);
  self->uid = uid;
  self->process = -1;
  self->events = *events;
  self->data = data;
  self->skeleton = kiosk_bus_terminal_skeleton_new ();
  connect_authorisation (self); /* first: handlers are called in the order of their connection */
  connect_plain_requests (self);
  g_signal_connect (self->skeleton, "handle-get-terminal", G_CALLBACK (on_get_terminal), self);
  g_signal_connect (self->skeleton, "handle-get-status", G_CALLBACK (on_get_status), self);
  g_signal_connect (self->skeleton, "handle-list-servers", G_CALLBACK (on_list_servers), self);
  g_signal_connect (self->skeleton, "handle-begin-conversation", G_CALLBACK (on_begin_conversation),
                    self);
  g_signal_connect (self->skeleton, "handle-begin-approval", G_CALLBACK (on_begin_approval), self);
  g_signal_connect (self->skeleton, "handle-connect", G_CALLBACK (on_connect), self);
  g_signal_connect (self->skeleton, "handle-lock", G_CALLBACK (on_lock), self);
  g_signal_connect (self->skeleton, "handle-report-typing", G_CALLBACK (on_report_typing), self);
  g_signal_connect (self->skeleton, "handle-power-off", G_CALLBACK (on_power_off), self);
  g_signal_connect (self->skeleton, "handle-heartbeat", G_CALLBACK (on_heartbeat), self);
  g_signal_connect (observer, "allow-mechanism", G_CALLBACK (on_allow_mechanism), self);
  g_signal_connect (observer, "authorize-authenticated-peer", G_CALLBACK (on_authorize_peer), self);
  if (unlink (path) != 0 && errno != ENOENT)
    {
      kiosk_error_set_errno (error, errno, path);
      kiosk_shell_service_free (self);
      return NULL;
    }
  self->server
      = g_dbus_server_new_sync (address, G_DBUS_SERVER_FLAGS_NONE, guid, observer, NULL, error);
  if (self->server == NULL)
    {
      kiosk_shell_service_free (self);
      return NULL;
    }
  g_signal_connect (self->server, "new-connection", G_CALLBACK (on_new_connection), self);
  /* umask 077 is in force: nobody could connect between its birth and these two calls. */
  if (chown (path, 0, gid) != 0 || chmod (path, 0660) != 0)
    {
      kiosk_error_set_errno (error, errno, path);
      kiosk_shell_service_free (self);
      return NULL;
    }
  g_dbus_server_start (self->server);
  return self;
}

void
kiosk_shell_service_free (KioskShellService *self)
{
  if (self == NULL)
    return;
  drop_peer (self);
  if (self->server != NULL)
    g_dbus_server_stop (self->server);
  g_clear_object (&self->server);
  g_clear_object (&self->skeleton);
  g_free (self->path);
  g_free (self);
}

void
kiosk_shell_service_publish (KioskShellService *self, GVariant *status)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (status);

  if (self->connection != NULL)
    kiosk_bus_terminal_emit_status_changed (self->skeleton, owned);
}

void
kiosk_shell_service_publish_servers (KioskShellService *self)
{
  if (self->connection != NULL)
    kiosk_bus_terminal_emit_servers_changed (self->skeleton);
}
