/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* A shell that does not keep the rules, against the real kioskd. kioskd kills such a peer, so each one
 * is a process of its own: this program again, as the user kiosk, with the name of what it does. */

#include "terminal.h"

#include "../lib/world.h"

#include "kiosk/base/descriptor.h"

#include <gio/gunixfdlist.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define INTERFACE "org.maintenancekiosk.Terminal"

/* Exit code of a hostile shell that is still there. */
#define SURVIVED 42

typedef enum {
  STOPPED,
  LOGGED_OUT,
  AUTHENTICATING,
  CHOOSING,
  CONNECTING,
  LOCKED,
  UNLOCKING,
} Stage;

static const char *const stage_names[] = { "stopped",    "logged-out", "authenticating", "choosing",
                                           "connecting", "locked",     "unlocking" };

/* ---- What a state forbids ---- */

static const struct {
  Stage stage;
  const char *calls; /* method, or purpose of a conversation, blank-separated */
} forbidden[] = {
  { STOPPED, "login unlock end ListServers Connect BeginApproval" },
  { LOGGED_OUT, "unlock end ListServers Connect BeginApproval" },
  { AUTHENTICATING, "login unlock end ListServers Connect BeginApproval PowerOff" },
  { CHOOSING, "login unlock end PowerOff" },
  { CONNECTING, "login unlock end Connect BeginApproval PowerOff" },
  { LOCKED, "login Connect BeginApproval PowerOff" },
  { UNLOCKING, "login unlock end Connect BeginApproval PowerOff" },
};

static void
make_forbidden_call (const char *call)
{
  g_autoptr (GVariant) answer = NULL;

  if (g_str_equal (call, "ListServers") || g_str_equal (call, "PowerOff"))
    answer = terminal_call (call, NULL, NULL, NULL);
  else if (g_str_equal (call, "Connect"))
    answer = terminal_call (call, g_variant_new ("(sssuu)", SERVER_SILENT, "", "", 1280, 752), NULL,
                            NULL);
  else if (g_str_equal (call, "BeginApproval"))
    answer = terminal_call (call, g_variant_new ("(s)", SERVER_SILENT), NULL, NULL);
  else
    answer = terminal_call ("BeginConversation", g_variant_new ("(s)", call), NULL, NULL);
  g_assert_null (answer);
}

/* ---- What is forbidden always ---- */

static const struct {
  const char *name;
  const char *path, *interface, *method, *arguments; /* arguments in GVariant text */
} strays[] = {
  { "unknown-method", "/terminal", INTERFACE, "Reboot", NULL },
  { "empty-interface", "/terminal", NULL, "GetStatus", NULL },
  { "other-interface", "/terminal", "org.maintenancekiosk.Terminal2", "GetStatus", NULL },
  { "peer-interface", "/terminal", "org.freedesktop.DBus.Peer", "Ping", NULL },
  { "introspection", "/terminal", "org.freedesktop.DBus.Introspectable", "Introspect", NULL },
  { "properties", "/terminal", "org.freedesktop.DBus.Properties", "GetAll", "('" INTERFACE "',)" },
  { "root-path", "/", INTERFACE, "GetStatus", NULL },
  { "other-path", "/terminal/x", INTERFACE, "GetStatus", NULL },
  { "argument-too-many", "/terminal", INTERFACE, "GetStatus", "('x',)" },
  { "argument-missing", "/terminal", INTERFACE, "Lock", NULL },
  { "argument-of-other-type", "/terminal", INTERFACE, "Heartbeat", "(int32 1,)" },
  { "arguments-missing", "/terminal", INTERFACE, "Connect", "('down', '', '')" },
  { "argument-wrapped", "/terminal", INTERFACE, "BeginConversation", "(('login',),)" },
  { "unknown-purpose", "/terminal", INTERFACE, "BeginConversation", "('root',)" },
  { "unknown-cause", "/terminal", INTERFACE, "Lock", "('idle',)" },
};

static void
send_and_wait (GDBusConnection *bus, GDBusMessage *message)
{
  g_assert_true (
      g_dbus_connection_send_message (bus, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL));
  g_dbus_connection_flush_sync (bus, NULL, NULL);
  g_usleep (WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC / 2);
}

static void
make_stray_call (guint i)
{
  g_autoptr (GDBusConnection) bus = terminal_open_bus (NULL);
  g_autoptr (GDBusMessage) message = g_dbus_message_new_method_call (
      NULL, strays[i].path, strays[i].interface, strays[i].method);

  if (strays[i].arguments != NULL)
    g_dbus_message_set_body (message, g_variant_new_parsed (strays[i].arguments));
  send_and_wait (bus, message);
}

static void
send_signal (void)
{
  g_autoptr (GDBusConnection) bus = terminal_open_bus (NULL);
  g_autoptr (GDBusMessage) message
      = g_dbus_message_new_signal ("/terminal", INTERFACE, "StatusChanged");

  send_and_wait (bus, message);
}

static void
send_descriptor (void)
{
  g_autoptr (GDBusConnection) bus = terminal_open_bus (NULL);
  g_autoptr (GDBusMessage) message
      = g_dbus_message_new_method_call (NULL, "/terminal", INTERFACE, "GetStatus");
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();

  g_assert_cmpint (g_unix_fd_list_append (list, 0, NULL), ==, 0);
  g_dbus_message_set_unix_fd_list (message, list);
  send_and_wait (bus, message);
}

/* Each round is allowed, and each leaves records. */
static void
flood (void)
{
  terminal_connect ();
  for (guint i = 0; i < 10000; i++)
    {
      int fds[2] = { -1, -1 };
      g_autoptr (GVariant) begun
          = terminal_call ("BeginConversation", g_variant_new ("(s)", "login"), fds, NULL);
      g_autoptr (GVariant) cancelled = terminal_call ("CancelConversation", NULL, NULL, NULL);

      kiosk_fd_clear (&fds[0]);
    }
}

/* ---- The hostile process ---- */

static void
reach (Stage stage)
{
  int fds[2];
  g_autoptr (GVariant) answer = NULL;

  terminal_connect ();
  switch (stage)
    {
    case STOPPED:
    case LOGGED_OUT:
      break;
    case AUTHENTICATING:
      terminal_begin ("login", ENGINEER);
      break;
    case CHOOSING:
      terminal_log_in ();
      break;
    case CONNECTING:
      terminal_log_in ();
      answer = terminal_call (
          "Connect", g_variant_new ("(sssuu)", SERVER_SILENT, "", "", 1280, 752), fds, NULL);
      g_assert_nonnull (answer);
      break;
    case LOCKED:
      terminal_log_in ();
      terminal_request ("Lock", g_variant_new ("(s)", "person"));
      break;
    case UNLOCKING:
      terminal_log_in ();
      terminal_request ("Lock", g_variant_new ("(s)", "person"));
      terminal_begin ("unlock", "");
      break;
    default:
      g_assert_not_reached ();
    }
  terminal_wait ("state", stage_names[stage]);
}

/* "STAGE CALL", or the name of something else. */
static int
be_hostile (const char *what)
{
  g_auto (GStrv) words = g_strsplit (what, " ", 2);

  alarm (2 * WORLD_PATIENCE_SECONDS);
  for (guint stage = 0; stage < G_N_ELEMENTS (stage_names); stage++)
    if (words[1] != NULL && g_str_equal (stage_names[stage], words[0]))
      {
        reach (stage);
        if (g_str_equal (words[1], "leave"))
          _exit (0);
        if (g_str_equal (words[1], "stop"))
          raise (SIGSTOP);
        if (g_str_equal (words[1], "sleep") || g_str_equal (words[1], "stop"))
          g_usleep (WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC);
        make_forbidden_call (words[1]);
      }
  for (guint i = 0; i < G_N_ELEMENTS (strays); i++)
    if (g_str_equal (strays[i].name, what))
      make_stray_call (i);
  if (g_str_equal (what, "signal"))
    send_signal ();
  if (g_str_equal (what, "flood"))
    flood ();
  if (g_str_equal (what, "descriptor"))
    send_descriptor ();
  if (g_str_equal (what, "second connection"))
    {
      g_autoptr (GDBusConnection) bus = terminal_open_bus (NULL);
      g_autoptr (GVariant) answer
          = bus == NULL
                ? NULL
                : g_dbus_connection_call_sync (bus, NULL, "/terminal", INTERFACE, "GetStatus", NULL,
                                               NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
      return answer == NULL ? 0 : SURVIVED;
    }
  /* Between its last answer and its death lies a moment. */
  g_usleep (WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC / 2);
  return SURVIVED;
}

static GSubprocess *
start_hostile (const char *user, const char *what)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GError) error = NULL;
  GSubprocess *process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, "setpriv", "--reuid", user,
                          "--regid", user, "--clear-groups", self, "--hostile", what, NULL);

  g_assert_no_error (error);
  return process;
}

/* It was killed for what it did, nothing of it is left, and that stands in the log. */
static void
check_killed (const char *what, const char *record)
{
  guint mark = log_mark ();
  g_autoptr (GSubprocess) process = start_hostile ("kiosk", what);
  g_autoptr (JsonObject) refused = NULL;

  g_test_message ("%s", what);
  world_wait_end (process);
  g_assert_true (g_subprocess_get_if_signaled (process));
  g_assert_cmpint (g_subprocess_get_term_sig (process), ==, SIGKILL);
  refused = log_wait (mark, record, 0);
  world_wait_none ("kiosk-auth");
  world_wait_none ("kiosk-rdp");
  terminal_wait_no_hole ();
}

/* The next shell finds the log-in page. */
static void
check_fresh (const char *state)
{
  terminal_connect ();
  terminal_wait ("state", state);
  terminal_wait ("person", "");
  terminal_disconnect ();
}

/* ---- Tests ---- */

static void
test_forbidden (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_auto (GStrv) calls = g_strsplit (forbidden[i].calls, " ", -1);
  g_autoptr (GSubprocess) server = terminal_serve_silently ();

  if (forbidden[i].stage == STOPPED)
    terminal_break_policy ();
  else
    terminal_write_policy ("notice");
  terminal_start ();
  for (guint c = 0; calls[c] != NULL; c++)
    {
      g_autofree char *what = g_strdup_printf ("%s %s", stage_names[forbidden[i].stage], calls[c]);

      check_killed (what, "request-refused");
    }
  check_fresh (forbidden[i].stage == STOPPED ? "stopped" : "logged-out");
  terminal_stop ();
  terminal_end_server (server);
}

static void
test_strays (void)
{
  terminal_write_policy ("notice");
  terminal_start ();
  for (guint i = 0; i < G_N_ELEMENTS (strays); i++)
    check_killed (strays[i].name, "request-refused");
  check_killed ("signal", "request-refused");
  check_killed ("descriptor", "request-refused");
  check_fresh ("logged-out");
  terminal_stop ();
}

/* What is allowed can be too much: ended before it has written much. */
static void
test_flood (void)
{
  guint before;

  terminal_write_policy ("notice");
  terminal_start ();
  before = log_mark ();
  check_killed ("flood", "request-refused");
  /* Two requests and two records a round, and what the end of a shell writes. */
  g_assert_cmpuint (log_mark () - before, <, 200);
  check_fresh ("logged-out");
  terminal_stop ();
}

/* The first shell goes on working; the second one, and whoever is somebody else, gets nothing. */
static void
test_other_connections (void)
{
  static const struct {
    const char *user, *record;
  } others[] = { { "kiosk", "second connection" },
                 { "root", "connection of another user" },
                 { "kiosk-rdp", NULL } }; /* does not get past the mode of the socket */

  terminal_write_policy ("notice");
  terminal_start ();
  terminal_connect ();
  terminal_log_in ();
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      guint mark = log_mark ();
      g_autoptr (GSubprocess) process = start_hostile (others[i].user, "second connection");

      while (g_subprocess_get_identifier (process) != NULL)
        terminal_turn ();
      g_assert_true (g_subprocess_get_successful (process));
      if (others[i].record != NULL)
        {
          g_autoptr (JsonObject) record = log_wait (mark, "request-refused", 0);

          g_assert_cmpstr (log_get (record, "message"), ==, others[i].record);
        }
      terminal_wait ("state", "choosing");
    }
  terminal_disconnect ();
  terminal_stop ();
}

/* Gone, hanging or silent: logged out, and a silent one is ended. */
static void
test_lost (void)
{
  guint mark;
  g_autoptr (GSubprocess) gone = NULL;
  g_autoptr (JsonObject) logout = NULL;

  terminal_write_policy ("notice");
  terminal_start ();
  check_killed ("choosing stop", "heartbeat-missed");
  check_killed ("locked sleep", "heartbeat-missed");
  mark = log_mark ();
  gone = start_hostile ("kiosk", "choosing leave");
  world_wait_end (gone);
  logout = log_wait (mark, "logout", 0);
  g_assert_cmpstr (log_get (logout, "event.reason"), ==, "shell");
  g_assert_cmpstr (log_get (logout, "user.id"), ==, ENGINEER);
  log_check_order (mark, "login program-died logout");
  terminal_wait_no_hole ();
  check_fresh ("logged-out");
  terminal_stop ();
  log_verify ();
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--hostile"))
    return be_hostile (argv[2]);
  g_test_init (&argc, &argv, NULL);
  world_require ();
  terminal_make_people ();
  for (guint i = 0; i < G_N_ELEMENTS (forbidden); i++)
    {
      g_autofree char *path = g_strdup_printf ("/hostile/%s", stage_names[forbidden[i].stage]);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_forbidden);
    }
  g_test_add_func ("/hostile/strays", test_strays);
  g_test_add_func ("/hostile/flood", test_flood);
  g_test_add_func ("/hostile/other-connections", test_other_connections);
  g_test_add_func ("/hostile/lost", test_lost);
  return g_test_run ();
}
