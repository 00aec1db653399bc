/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "pages-daemon"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/rdp-protocol.h"
#include "terminal-bus.h"

#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The other ends of kiosk-shell for tests/shell/pages: a real GDBus peer, a real conversation socket
 * and a worker's socket with one painted frame. Lines on standard input say what to answer, each call
 * of the shell is a line on standard output.
 *
 *   terminal|status|servers TEXT   the dictionary or list as GVariant text; status is also sent
 *   prompts TEXT                   as: questions in the order in which they are asked
 *   frame                          the worker publishes its picture again
 *   silent                         heartbeats are no longer answered
 *   close                          the connection is closed */

static KioskBusTerminal *skeleton;
static GDBusConnection *current;
static GVariant *terminal, *status, *servers;
static GStrv prompts;
static guint next_prompt;
static gboolean silent;
static int conversation = -1, worker = -1;
static KioskRdpSize desktop;

G_GNUC_PRINTF (1, 2) static void say (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
  fflush (stdout);
}

/* ---- Conversation ---- */

static void
ask_next (void)
{
  KioskAuthMessage message = { .kind = KIOSK_AUTH_MESSAGE_SECRET };
  const char *text = prompts != NULL ? prompts[next_prompt] : NULL;

  if (text == NULL)
    {
      kiosk_fd_clear (&conversation);
      say ("conversation-over");
      return;
    }
  next_prompt++;
  if (*text == '!') /* a refusal, with the number of its topic, before the next question */
    {
      message.kind = KIOSK_AUTH_MESSAGE_ERROR;
      message.topic = (guint32) g_ascii_strtoull (text + 1, NULL, 10);
      kiosk_channel_text_set (message.text, sizeof message.text, "refused");
      kiosk_channel_send (conversation, &message, sizeof message, NULL, 0, NULL);
      ask_next ();
      return;
    }
  message.topic = kiosk_pam_prompt_topic (text);
  if (*text == '+') /* the answer may be seen */
    {
      message.kind = KIOSK_AUTH_MESSAGE_VISIBLE;
      text++;
    }
  kiosk_channel_text_set (message.text, sizeof message.text, text);
  kiosk_channel_send (conversation, &message, sizeof message, NULL, 0, NULL);
}

static gboolean
on_conversation (gint fd, GIOCondition condition, gpointer data)
{
  KioskAuthMessage message;

  if (!kiosk_channel_receive_exact (fd, &message, sizeof message, NULL, 0, NULL))
    {
      kiosk_fd_clear (&conversation);
      say ("conversation-closed");
      return G_SOURCE_REMOVE;
    }
  say ("%s %s", message.kind == KIOSK_AUTH_MESSAGE_START ? "start" : "answer", message.text);
  ask_next ();
  return conversation >= 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
on_begin (KioskBusTerminal *object, GDBusMethodInvocation *invocation, GUnixFDList *in,
          const char *purpose)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  kiosk_autofd int theirs = -1;

  kiosk_fd_clear (&conversation);
  g_assert_true (kiosk_fd_socket_pair (&conversation, &theirs, NULL));
  next_prompt = 0;
  g_unix_fd_add (conversation, G_IO_IN | G_IO_HUP, on_conversation, NULL);
  g_assert_cmpint (g_unix_fd_list_append (fds, theirs, NULL), ==, 0);
  say ("call BeginConversation %s", purpose);
  kiosk_bus_terminal_complete_begin_conversation (object, invocation, fds,
                                                  g_variant_new_handle (0));
  return TRUE;
}

static gboolean
on_begin_approval (KioskBusTerminal *object, GDBusMethodInvocation *invocation, GUnixFDList *in,
                   const char *server)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  kiosk_autofd int theirs = -1;

  kiosk_fd_clear (&conversation);
  g_assert_true (kiosk_fd_socket_pair (&conversation, &theirs, NULL));
  next_prompt = 0;
  g_unix_fd_add (conversation, G_IO_IN | G_IO_HUP, on_conversation, NULL);
  g_assert_cmpint (g_unix_fd_list_append (fds, theirs, NULL), ==, 0);
  say ("call BeginApproval %s", server);
  kiosk_bus_terminal_complete_begin_approval (object, invocation, fds, g_variant_new_handle (0));
  return TRUE;
}

/* ---- Session ---- */

/* A desktop of plain colours, so that a test can find them on the screen: 2060C0 with a C02020 square. */
static void
paint (guint8 *pixels, guint width, guint height)
{
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        gboolean square = x >= width / 2 - 100 && x < width / 2 + 100 && y >= height / 2 - 60
                          && y < height / 2 + 60;
        guint32 colour = square ? 0xffc02020 : 0xff2060c0;

        memcpy (pixels + ((gsize) y * width + x) * 4, &colour, 4);
      }
}

static void
publish (void)
{
  KioskRdpFrame frame
      = { KIOSK_RDP_OUTPUT_FRAME, 0, 1, { { 0, 0, desktop.width, desktop.height } } };

  kiosk_channel_send (worker, &desktop, sizeof desktop, NULL, 0, NULL);
  kiosk_channel_send (worker, &frame, sizeof frame, NULL, 0, NULL);
}

static gboolean
on_worker (gint fd, GIOCondition condition, gpointer data)
{
  union {
    KioskRdpCredentials credentials;
    KioskRdpInput input;
  } message;
  gsize size = 0;

  if (!kiosk_channel_receive (fd, &message, sizeof message, &size, NULL, 0, NULL))
    {
      kiosk_fd_clear (&worker);
      say ("worker-closed");
      return G_SOURCE_REMOVE;
    }
  if (size == sizeof message.credentials)
    say ("credentials %s %s %s", message.credentials.domain, message.credentials.user,
         message.credentials.password);
  else if (message.input.kind == KIOSK_RDP_INPUT_KEY)
    say ("key %u %u", message.input.a, message.input.b);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_connect (KioskBusTerminal *object, GDBusMethodInvocation *invocation, GUnixFDList *in,
            const char *server, const char *ticket, const char *purpose, guint width, guint height)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  kiosk_autofd int theirs = -1;
  kiosk_autofd int memory = -1;
  guint8 *pixels;

  say ("call Connect %s %s %s %ux%u", server, ticket, purpose, width, height);
  kiosk_fd_clear (&worker);
  g_assert_true (kiosk_fd_socket_pair (&worker, &theirs, NULL));
  memory = kiosk_fd_new_memory ("frames", KIOSK_RDP_MEMORY_SIZE, NULL);
  g_assert_cmpint (memory, >=, 0);
  pixels = mmap (NULL, KIOSK_RDP_BUFFER_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  g_assert_true (pixels != MAP_FAILED);
  paint (pixels, width, height);
  munmap (pixels, KIOSK_RDP_BUFFER_SIZE);
  g_unix_fd_add (worker, G_IO_IN | G_IO_HUP, on_worker, NULL);
  desktop = (KioskRdpSize){ KIOSK_RDP_OUTPUT_SIZE_ANEW, width, height };
  publish ();
  g_unix_fd_list_append (fds, theirs, NULL);
  g_unix_fd_list_append (fds, memory, NULL);
  kiosk_bus_terminal_complete_connect (object, invocation, fds, g_variant_new_handle (0),
                                       g_variant_new_handle (1));
  return TRUE;
}

/* ---- Plain requests ---- */

static gboolean
on_get_terminal (KioskBusTerminal *object, GDBusMethodInvocation *invocation)
{
  kiosk_bus_terminal_complete_get_terminal (object, invocation, terminal);
  return TRUE;
}

static gboolean
on_get_status (KioskBusTerminal *object, GDBusMethodInvocation *invocation)
{
  say ("call GetStatus");
  kiosk_bus_terminal_complete_get_status (object, invocation, status);
  return TRUE;
}

static gboolean
on_list_servers (KioskBusTerminal *object, GDBusMethodInvocation *invocation)
{
  kiosk_bus_terminal_complete_list_servers (object, invocation, servers);
  return TRUE;
}

static gboolean
on_heartbeat (KioskBusTerminal *object, GDBusMethodInvocation *invocation, guint input_age)
{
  say ("call Heartbeat");
  if (silent)
    g_object_unref (invocation);
  else
    kiosk_bus_terminal_complete_heartbeat (object, invocation);
  return TRUE;
}

static gboolean
on_lock (KioskBusTerminal *object, GDBusMethodInvocation *invocation, const char *cause)
{
  say ("call Lock %s", cause);
  kiosk_bus_terminal_complete_lock (object, invocation);
  return TRUE;
}

#define PLAIN(name, method)                                                                        \
  static gboolean on_##name (KioskBusTerminal *object, GDBusMethodInvocation *invocation)          \
  {                                                                                                \
    say ("call " method);                                                                          \
    kiosk_bus_terminal_complete_##name (object, invocation);                                       \
    return TRUE;                                                                                   \
  }

PLAIN (cancel_conversation, "CancelConversation")
PLAIN (disconnect, "Disconnect")
PLAIN (logout, "Logout")
PLAIN (dismiss, "Dismiss")
PLAIN (dismiss_devices, "DismissDevices")
PLAIN (power_off, "PowerOff")

static gboolean
on_report_typing (KioskBusTerminal *object, GDBusMethodInvocation *invocation, guint presses,
                  guint milliseconds)
{
  say ("call ReportTyping %u %u", presses, milliseconds);
  kiosk_bus_terminal_complete_report_typing (object, invocation);
  return TRUE;
}

/* ---- Orders ---- */

static GVariant *
parse (const char *type, const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = g_variant_parse (G_VARIANT_TYPE (type), text, NULL, NULL, &error);

  if (value == NULL)
    g_error ("%s: %s", text, error->message);
  return value;
}

static void
obey (const char *line)
{
  if (g_str_has_prefix (line, "terminal "))
    terminal = parse ("a{sv}", line + 9);
  else if (g_str_has_prefix (line, "servers "))
    {
      servers = parse ("aa{sv}", line + 8);
      kiosk_bus_terminal_emit_servers_changed (skeleton);
    }
  else if (g_str_has_prefix (line, "status "))
    {
      status = parse ("a{sv}", line + 7);
      kiosk_bus_terminal_emit_status_changed (skeleton, status);
    }
  else if (g_str_has_prefix (line, "prompts "))
    {
      g_autoptr (GVariant) list = parse ("as", line + 8);

      g_strfreev (prompts);
      prompts = g_variant_dup_strv (list, NULL);
    }
  else if (g_str_equal (line, "frame"))
    publish ();
  else if (g_str_equal (line, "silent"))
    silent = TRUE;
  else if (g_str_equal (line, "close") && current != NULL)
    g_dbus_connection_close (current, NULL, NULL, NULL);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree char *line
      = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    exit (0);
  obey (line);
  say ("done");
  g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (source), 0, NULL, on_line, NULL);
}

static gboolean
on_new_connection (GDBusServer *server, GDBusConnection *connection, gpointer data)
{
  g_set_object (&current, connection);
  return g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (skeleton), connection,
                                           "/terminal", NULL);
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autofree char *path = g_build_filename (g_getenv ("XDG_RUNTIME_DIR"), "kiosk-shell.sock", NULL);
  g_autofree char *where = g_strconcat ("unix:path=", path, NULL);
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (input);
  g_autoptr (GError) error = NULL;
  GDBusServer *server;

  skeleton = kiosk_bus_terminal_skeleton_new ();
  terminal = parse ("a{sv}", "{}");
  servers = parse ("aa{sv}", "[]");
  status = parse ("a{sv}", "{'state': <'stopped'>}");
  g_signal_connect (skeleton, "handle-get-terminal", G_CALLBACK (on_get_terminal), NULL);
  g_signal_connect (skeleton, "handle-get-status", G_CALLBACK (on_get_status), NULL);
  g_signal_connect (skeleton, "handle-list-servers", G_CALLBACK (on_list_servers), NULL);
  g_signal_connect (skeleton, "handle-begin-conversation", G_CALLBACK (on_begin), NULL);
  g_signal_connect (skeleton, "handle-begin-approval", G_CALLBACK (on_begin_approval), NULL);
  g_signal_connect (skeleton, "handle-cancel-conversation", G_CALLBACK (on_cancel_conversation),
                    NULL);
  g_signal_connect (skeleton, "handle-connect", G_CALLBACK (on_connect), NULL);
  g_signal_connect (skeleton, "handle-disconnect", G_CALLBACK (on_disconnect), NULL);
  g_signal_connect (skeleton, "handle-lock", G_CALLBACK (on_lock), NULL);
  g_signal_connect (skeleton, "handle-logout", G_CALLBACK (on_logout), NULL);
  g_signal_connect (skeleton, "handle-dismiss", G_CALLBACK (on_dismiss), NULL);
  g_signal_connect (skeleton, "handle-dismiss-devices", G_CALLBACK (on_dismiss_devices), NULL);
  g_signal_connect (skeleton, "handle-report-typing", G_CALLBACK (on_report_typing), NULL);
  g_signal_connect (skeleton, "handle-power-off", G_CALLBACK (on_power_off), NULL);
  g_signal_connect (skeleton, "handle-heartbeat", G_CALLBACK (on_heartbeat), NULL);
  unlink (path);
  server = g_dbus_server_new_sync (where, G_DBUS_SERVER_FLAGS_NONE, guid, NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (server, "new-connection", G_CALLBACK (on_new_connection), NULL);
  g_dbus_server_start (server);
  g_data_input_stream_read_line_async (lines, 0, NULL, on_line, NULL);
  say ("ready");
  g_main_loop_run (loop);
  return 0;
}
