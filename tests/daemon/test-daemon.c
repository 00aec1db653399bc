/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kioskd with its real programs, firewall, accounts and log, and a shell that keeps the
 * rules. What a shell gets that breaks them: test-hostile.c. */

#include "terminal.h"

#include "../lib/world.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/rdp-protocol.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static void
check_text (const char *key, const char *value)
{
  g_autofree char *now = terminal_get (key);

  g_assert_cmpstr (now, ==, value);
}

/* Each test begins at the log-in page of a fresh kioskd and leaves nothing running. */
static void
set_up (gpointer fixture, gconstpointer data)
{
  terminal_write_policy ("notice");
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
}

static void
tear_down (gpointer fixture, gconstpointer data)
{
  terminal_disconnect ();
  terminal_stop ();
  world_wait_none ("kiosk-auth");
  world_wait_none ("kiosk-connect");
  world_wait_none ("kiosk-rdp");
  g_assert_cmpuint (terminal_count_holes (), ==, 0);
  log_verify ();
}

/* ---- The policy ---- */

static void
test_policy (void)
{
  guint mark = log_mark ();
  g_autoptr (GVariant) terminal = NULL;
  g_autoptr (JsonObject) record = NULL;

  terminal_break_policy ();
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "stopped");
  check_text ("stop-code", "P-01");
  terminal = terminal_call ("GetTerminal", NULL, NULL, NULL);
  g_assert_cmpstr (g_variant_get_type_string (terminal), ==, "(a{sv})");
  g_assert_cmpuint (g_variant_n_children (g_variant_get_child_value (terminal, 0)), ==, 0);
  record = log_wait (mark, "policy-refused", 0);
  g_assert_nonnull (strstr (log_get (record, "message"), "policy.conf:"));
  log_check_order (mark, "log-opened daemon-started policy-refused terminal-stopped");
  log_check_none (mark, "terminal-ready");

  terminal_write_policy ("mended");
  terminal_signal (SIGHUP);
  terminal_wait ("state", "logged-out");
  check_text ("stop-code", "");
  log_check_order (mark, "terminal-stopped policy-accepted terminal-ready");

  /* refused again while somebody is logged in: out */
  terminal_log_in ();
  terminal_break_policy ();
  terminal_signal (SIGHUP);
  terminal_wait ("state", "stopped");
  check_text ("person", "");
  log_check_order (mark, "login logout policy-refused terminal-stopped");
  tear_down (NULL, NULL);
}

/* The log goes where the policy says, also when that is known only later, or changes. */
static void
test_log_moved (void)
{
  g_autoptr (JsonObject) ready = NULL;
  guint mark;

  terminal_break_policy ();
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "stopped");
  mark = log_mark ();
  terminal_write_policy ("moved");
  g_free (world_run ("sed -i 's,^directory=.*,directory=/var/log/kiosk-moved,' "
                     "/etc/maintenance-kiosk/policy.conf"));
  terminal_signal (SIGHUP);
  terminal_wait ("state", "logged-out");
  log_check_none (mark, "terminal-ready");
  g_free (world_run ("grep -q terminal-ready /var/log/kiosk-moved/audit.log; "
                     "kioskctl log verify /var/log/kiosk-moved"));
  terminal_write_policy ("moved back");
  terminal_signal (SIGHUP);
  ready = log_wait (mark, "terminal-ready", 0);
  tear_down (NULL, NULL);
}

static void
test_policy_changed (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) record = NULL;

  terminal_log_in ();
  /* the same policy again changes nothing */
  terminal_signal (SIGHUP);
  for (guint i = 0; i < 20; i++)
    terminal_turn ();
  check_text ("state", "choosing");
  terminal_write_policy ("changed");
  terminal_signal (SIGHUP);
  terminal_wait ("state", "logged-out");
  record = log_wait (mark, "logout", 0);
  g_assert_cmpstr (log_get (record, "user.id"), ==, ENGINEER);
  log_check_order (mark, "login logout policy-accepted terminal-ready");
}

/* ---- Log-in ---- */

static const struct {
  const char *typed, *password;
  const char *reason, *user;
} failures[] = {
  { ENGINEER, "Wrong-2026-word", "password", ENGINEER },
  { "t-nobody", PASSWORD_OF (ENGINEER), "unlisted", "unlisted" },
  { "Geheim-2026-typed-into-the-wrong-field", "", "unlisted", "unlisted" },
  { OUTSIDE, "Wrong-2026-word", "unlisted", "unlisted" },
  { OUTSIDE, PASSWORD_OF (OUTSIDE), "no-role", OUTSIDE },
  { AUDITOR, PASSWORD_OF (AUDITOR), "no-role", AUDITOR },
};

/* The person is told the same whatever the cause; the log has the true one, and nothing that was typed. */
static void
test_login_failures (gpointer fixture, gconstpointer data)
{
  g_autofree char *log = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      guint mark = log_mark ();
      g_autoptr (JsonObject) record = NULL;
      g_autofree char *reference = NULL;

      terminal_authenticate ("login", failures[i].typed, failures[i].password, "logged-out");
      check_text ("error", "login-failed");
      check_text ("person", "");
      reference = terminal_get ("error-reference");
      record = log_wait (mark, "login", 0);
      g_assert_cmpstr (log_get (record, "event.outcome"), ==, "failure");
      g_assert_cmpstr (log_get (record, "event.reason"), ==, failures[i].reason);
      g_assert_cmpstr (log_get (record, "user.id"), ==, failures[i].user);
      g_assert_cmpstr (log_get (record, "kiosk.reference"), ==, reference);
      log_check_order (mark, "login-begun login");
      terminal_request ("Dismiss", NULL);
      check_text ("error", "");
    }
  log = log_read ();
  g_assert_null (strstr (log, "Geheim"));
  g_assert_null (strstr (log, "nobody"));
  g_assert_null (strstr (log, "Wrong-2026"));
  g_assert_null (strstr (log, "Midori"));
}

static void
test_login (gpointer fixture, gconstpointer data)
{
  static const char *const own[] = { SERVER_SILENT, SERVER_DOWN, SERVER_HOURS, SERVER_TICKET };
  guint mark = log_mark ();
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) servers = NULL;
  g_autoptr (JsonObject) record = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  terminal_log_in ();
  check_text ("person", ENGINEER);
  check_text ("person-ja", "佐藤");
  first = terminal_get ("mark-ja");
  g_assert_nonnull (strstr (first, "・"));
  record = log_wait (mark, "login", 0);
  g_assert_cmpstr (log_get (record, "event.outcome"), ==, "success");
  g_assert_cmpstr (log_get (record, "user.id"), ==, ENGINEER);
  g_assert_nonnull (log_get (record, "kiosk.session"));

  /* own servers and no others, in the order of the policy */
  answer = terminal_call ("ListServers", NULL, NULL, NULL);
  g_assert_nonnull (answer);
  servers = g_variant_get_child_value (answer, 0);
  g_assert_cmpuint (g_variant_n_children (servers), ==, G_N_ELEMENTS (own));
  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    {
      g_autoptr (GVariant) server = g_variant_get_child_value (servers, i);
      const char *id = NULL, *state = NULL;

      g_assert_true (g_variant_lookup (server, "id", "&s", &id));
      g_assert_true (g_variant_lookup (server, "state", "&s", &state));
      g_assert_cmpstr (id, ==, own[i]);
      if (g_str_equal (id, SERVER_HOURS))
        g_assert_cmpstr (state, ==, "hours");
      g_assert_null (g_variant_lookup_value (server, "address", NULL));
    }
  terminal_request ("Logout", NULL);
  terminal_wait ("state", "logged-out");
  check_text ("person", "");
  check_text ("mark-ja", "");
  log_check_order (mark, "login-begun login logout");
  terminal_log_in ();
  second = terminal_get ("mark-ja");
  g_assert_cmpstr (first, !=, ""); /* drawn anew; equal only once in 16,256 times */
  g_assert_nonnull (strstr (second, "・"));
}

static void
test_cancel (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  int conversation = terminal_begin ("login", ENGINEER);

  check_text ("state", "authenticating");
  check_text ("conversation", "login");
  terminal_request ("CancelConversation", NULL);
  check_text ("state", "logged-out");
  world_wait_none ("kiosk-auth");
  kiosk_fd_clear (&conversation);
  log_check_order (mark, "login-begun conversation-cancelled");
  log_check_none (mark, "login");
}

/* ---- Lock ---- */

static void
test_lock (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) wrong = NULL;
  g_autoptr (JsonObject) end = NULL;
  g_autoptr (JsonObject) logout = NULL;

  terminal_log_in ();
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  check_text ("state", "locked");
  check_text ("lock-cause", "person");
  /* another person, also with the right password of that other person */
  terminal_authenticate ("unlock", SECOND, PASSWORD_OF (SECOND), "locked");
  check_text ("error", "unlock-failed");
  wrong = log_wait (mark, "unlock", 0);
  g_assert_cmpstr (log_get (wrong, "event.outcome"), ==, "failure");
  g_assert_cmpstr (log_get (wrong, "user.id"), ==, ENGINEER);
  terminal_authenticate ("unlock", "", PASSWORD_OF (ENGINEER), "choosing");
  check_text ("error", "");
  log_check_order (mark, "lock unlock-begun unlock unlock-begun unlock");
  {
    /* the key was the sign */
    g_autoptr (JsonObject) lock = log_wait (mark, "lock", 0);
    gint64 absence = json_object_get_int_member (lock, "kiosk.absence");

    g_assert_cmpstr (log_get (lock, "event.reason"), ==, "person");
    g_assert_cmpint (absence, >, 0);
    g_assert_cmpint (absence, <, 5 * G_USEC_PER_SEC);
  }

  /* the end by an engineer is refused, by an auditor it is one */
  terminal_request ("Lock", g_variant_new ("(s)", "button"));
  check_text ("lock-cause", "button");
  terminal_authenticate ("end", SECOND, PASSWORD_OF (SECOND), "locked");
  check_text ("error", "end-failed");
  terminal_authenticate ("end", AUDITOR, PASSWORD_OF (AUDITOR), "logged-out");
  check_text ("person", "");
  end = log_wait (mark, "end-by-other", 1);
  g_assert_cmpstr (log_get (end, "event.outcome"), ==, "success");
  g_assert_cmpstr (log_get (end, "user.id"), ==, AUDITOR);
  logout = log_wait (mark, "logout", 0);
  g_assert_cmpstr (log_get (logout, "user.id"), ==, ENGINEER);
  g_assert_cmpstr (log_get (logout, "event.reason"), ==, "other");
  log_check_order (mark, "end-begun end-by-other end-begun end-by-other logout");
}

/* ---- Connections ---- */

static GVariant *
connect_arguments (const char *server, const char *ticket, const char *purpose)
{
  return g_variant_new ("(sssuu)", server, ticket, purpose, 1280, 752);
}

static void
test_refused_servers (gpointer fixture, gconstpointer data)
{
  static const struct {
    const char *server, *ticket, *purpose, *error, *reason;
  } cases[] = {
    { SERVER_HOURS, "", "", "hours", "hours" },
    { SERVER_OTHERS, "", "", "denied", "denied" },
    { "no-such-server", "", "", "denied", "denied" },
    { "10.99.0.11", "", "", "denied", "denied" },
    { "", "", "", "denied", "denied" },
    { SERVER_TICKET, "", "", "ticket", "ticket" },
    { SERVER_TICKET, "W-1", " ", "ticket", "ticket" },
    { SERVER_TICKET, "W\n1", "work", "ticket", "ticket" },
  };

  terminal_log_in ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint mark = log_mark ();
      g_autoptr (JsonObject) record = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *reference = NULL;

      g_assert_null (terminal_call (
          "Connect", connect_arguments (cases[i].server, cases[i].ticket, cases[i].purpose), NULL,
          &error));
      g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_FAILED);
      check_text ("state", "choosing");
      check_text ("error", cases[i].error);
      record = log_wait (mark, "connect", 0);
      g_assert_cmpstr (log_get (record, "event.outcome"), ==, "failure");
      g_assert_cmpstr (log_get (record, "event.reason"), ==, cases[i].reason);
      g_assert_cmpstr (log_get (record, "user.id"), ==, ENGINEER);
      reference = terminal_get ("error-reference");
      g_assert_cmpstr (log_get (record, "kiosk.reference"), ==, reference);
      log_check_none (mark, "connect-begun");
      log_check_none (mark, "firewall-opened");
    }
}

static void
test_server_down (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) record = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *reference = NULL;

  terminal_log_in ();
  g_assert_null (terminal_call ("Connect", connect_arguments (SERVER_DOWN, "", ""), NULL, &error));
  g_assert_nonnull (error);
  terminal_wait ("state", "choosing");
  terminal_wait ("error", "unreachable");
  record = log_wait (mark, "connect", 0);
  g_assert_cmpstr (log_get (record, "event.reason"), ==, "unreachable");
  g_assert_cmpstr (log_get (record, "destination.address"), ==, SERVER_DOWN);
  reference = terminal_get ("error-reference");
  g_assert_cmpstr (reference, !=, "");
  g_assert_cmpstr (log_get (record, "kiosk.reference"), ==, reference);
  log_check_order (mark, "login connect-begun firewall-opened connect");
  log_check_order (mark, "connect-begun firewall-opened firewall-closed");
  /* the list asks servers one at a time through holes of its own; behind the lock nobody asks */
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  terminal_wait_no_hole ();
}

/* The one process called @name, when kioskd has taken its hello: it knows by a pidfd whom it has. */
static pid_t
find_helper (const char *name)
{
  g_autofree char *command
      = g_strdup_printf ("for pid in $(pgrep -x %s); do grep -lsP \"^Pid:\\t$pid$\" "
                         "/proc/$(pgrep -x kioskd)/fdinfo/* || true; done",
                         name);
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  g_autofree char *found = world_run (command);

  while (*found == '\0' && g_get_monotonic_time () < deadline)
    {
      terminal_turn ();
      g_free (found);
      found = world_run (command);
    }
  g_assert_cmpstr (found, !=, "");
  return world_find_process (name);
}

/* Up to the middle of connecting, with a worker and an open hole. Returns the shell's end of the
 * worker's socket, owned by the caller: without it the worker would end. */
static int
begin_connecting (void)
{
  int fds[2] = { -1, -1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  terminal_log_in ();
  answer = terminal_call ("Connect", connect_arguments (SERVER_SILENT, "", ""), fds, &error);
  g_assert_no_error (error);
  g_assert_true (kiosk_fd_check_memory (fds[1], KIOSK_RDP_MEMORY_SIZE, NULL));
  kiosk_fd_clear (&fds[1]);
  check_text ("state", "connecting");
  g_assert_cmpuint (terminal_count_holes (), ==, 1);
  find_helper ("kiosk-rdp");
  return fds[0];
}

static void
test_leave_connecting (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (GSubprocess) server = terminal_serve_silently ();
  int worker = begin_connecting ();

  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  check_text ("state", "locked");
  terminal_wait_no_hole ();
  world_wait_none ("kiosk-rdp");
  kiosk_fd_clear (&worker);
  log_check_order (mark, "connect-begun firewall-opened firewall-closed connect lock");
  terminal_end_server (server);
}

/* Before the worker has even said hello. */
static void
test_leave_starting (gpointer fixture, gconstpointer data)
{
  static const char *const requests[] = { "Disconnect", "Lock", "Logout" };
  g_autoptr (GSubprocess) server = terminal_serve_silently ();

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      gboolean lock = g_str_equal (requests[i], "Lock");
      g_autoptr (GVariant) answer = NULL;
      int fds[2] = { -1, -1 };

      if (i != 1)
        terminal_log_in ();
      answer = terminal_call ("Connect", connect_arguments (SERVER_SILENT, "", ""), fds, NULL);
      g_assert_nonnull (answer);
      terminal_request (requests[i], lock ? g_variant_new ("(s)", "person") : NULL);
      terminal_wait_no_hole ();
      world_wait_none ("kiosk-rdp");
      kiosk_fd_clear (&fds[0]);
      kiosk_fd_clear (&fds[1]);
      if (lock)
        terminal_authenticate ("unlock", ENGINEER, PASSWORD_OF (ENGINEER), "choosing");
      if (lock)
        terminal_request ("Logout", NULL);
    }
  terminal_end_server (server);
}

static void
test_disconnect (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (GSubprocess) server = terminal_serve_silently ();
  int worker = begin_connecting ();

  terminal_request ("Disconnect", NULL);
  check_text ("state", "choosing");
  check_text ("error", "");
  world_wait_none ("kiosk-rdp");
  kiosk_fd_clear (&worker);
  terminal_request ("Logout", NULL);
  terminal_wait_no_hole ();
  log_check_order (mark, "connect-begun firewall-opened firewall-closed connect logout");
  terminal_end_server (server);
}

/* ---- Whatever dies ---- */

/* The cable is pulled and put in again. */
static void
test_line (gpointer fixture, gconstpointer data)
{
  g_autofree char *pulled = NULL;
  g_autofree char *plugged = NULL;

  terminal_wait ("line", "ok");
  pulled = world_run ("ip link set terminal0 down");
  terminal_wait ("line", "down");
  plugged = world_run ("ip link set terminal0 up");
  terminal_wait ("line", "ok");
}

static void
test_worker_killed (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (GSubprocess) server = terminal_serve_silently ();
  g_autoptr (JsonObject) died = NULL;
  int worker = begin_connecting ();

  g_assert_cmpint (kill (find_helper ("kiosk-rdp"), SIGKILL), ==, 0);
  terminal_wait ("state", "choosing");
  check_text ("error", "internal");
  kiosk_fd_clear (&worker);
  died = log_wait (mark, "program-died", 0);
  g_assert_cmpstr (log_get (died, "event.reason"), ==, "ended");
  g_assert_cmpstr (log_get (died, "message"), ==, "kiosk-rdp: ended");
  log_check_order (mark, "firewall-opened program-died connect firewall-closed");
  terminal_end_server (server);
}

static void
test_auth_killed (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) died = NULL;
  int conversation = terminal_begin ("login", ENGINEER);

  g_assert_cmpint (kill (find_helper ("kiosk-auth"), SIGKILL), ==, 0);
  terminal_wait ("state", "logged-out");
  check_text ("error", "login-failed");
  kiosk_fd_clear (&conversation);
  died = log_wait (mark, "program-died", 0);
  g_assert_cmpstr (log_get (died, "message"), ==, "kiosk-auth: ended");
  log_check_order (mark, "login-begun program-died login");
}

#define AUTH_SOCKET "/run/maintenance-kiosk/kiosk-auth.sock"

/* A program for which there is no socket, or one where nobody listens: an intent never stands without
 * its result. */
static void
test_auth_missing (gpointer fixture, gconstpointer data)
{
  static const char *const ways[]
      = { "true", "python3 -c 'import socket; socket.socket (socket.AF_UNIX, "
                  "socket.SOCK_SEQPACKET).bind (\"" AUTH_SOCKET "\")'" };

  g_free (world_run ("mv " AUTH_SOCKET " /run/kept.sock"));
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      guint mark = log_mark ();
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) record = NULL;

      g_free (world_run (ways[i]));
      g_assert_null (
          terminal_call ("BeginConversation", g_variant_new ("(s)", "login"), NULL, &error));
      g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_FAILED);
      check_text ("state", "logged-out");
      record = log_wait (mark, "login", 0);
      g_assert_cmpstr (log_get (record, "event.reason"), ==, "internal");
      log_check_order (mark, "login-begun login");
    }
  g_free (world_run ("mv /run/kept.sock " AUTH_SOCKET));
  terminal_log_in ();
}

/* The socket is there; the program can not be started, says nothing, or something else than hello. */
static void
test_auth_broken (gpointer fixture, gconstpointer data)
{
  static const struct {
    const char *way;
    const char *reason;
    const char *message;
  } ways[] = {
    { "chmod 0644 kiosk-auth", "ended", "kiosk-auth: did not start" },
    { "printf '#!/bin/bash\nexec cat <&3 >/dev/null\n' >kiosk-auth", "timeout",
      "kiosk-auth: did not start" },
    { "printf '#!/bin/bash\nprintf 1iHK >&3; exec cat <&3 >/dev/null\n' >kiosk-auth", "protocol",
      "kiosk-auth: wrong hello" },
  };

  g_free (world_run ("cp -a /usr/libexec/maintenance-kiosk/kiosk-auth /run/kept"));
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *command
          = g_strdup_printf ("cd /usr/libexec/maintenance-kiosk; %s", ways[i].way);
      guint mark = log_mark ();
      g_autoptr (JsonObject) died = NULL;
      g_autoptr (GVariant) answer = NULL;
      int fds[2] = { -1, -1 };

      g_free (world_run ("cp -a /run/kept /usr/libexec/maintenance-kiosk/kiosk-auth"));
      g_free (world_run (command));
      answer = terminal_call ("BeginConversation", g_variant_new ("(s)", "login"), fds, NULL);
      g_assert_nonnull (answer);
      kiosk_fd_clear (&fds[0]);
      terminal_wait ("state", "logged-out");
      check_text ("error", "login-failed");
      died = log_wait (mark, "program-died", 0);
      g_assert_cmpstr (log_get (died, "event.reason"), ==, ways[i].reason);
      g_assert_cmpstr (log_get (died, "message"), ==, ways[i].message);
      log_check_order (mark, "login-begun program-died login");
      /* its connection was closed, which ends also one that kioskd knows nothing about */
      world_wait_none ("cat");
    }
  g_free (world_run ("cp -a /run/kept /usr/libexec/maintenance-kiosk/kiosk-auth"));
  terminal_log_in ();
}

/* A signal takes effect a moment after kill(2) has returned. */
static void
wait_until_stopped (pid_t process)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) process);
  gboolean stopped = FALSE;

  while (!stopped)
    {
      g_autofree char *stat = NULL;
      const char *state;

      g_assert_true (g_file_get_contents (path, &stat, NULL, NULL));
      state = strrchr (stat, ')');
      stopped = state != NULL && state[1] == ' ' && state[2] == 'T';
      g_usleep (1000);
    }
}

/* One that hangs is ended with the conversation. */
static void
test_auth_stopped (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  int conversation = terminal_begin ("login", ENGINEER);
  pid_t process = find_helper ("kiosk-auth");
  g_autoptr (JsonObject) died = NULL;

  g_assert_cmpint (kill (process, SIGSTOP), ==, 0);
  wait_until_stopped (process);
  terminal_request ("CancelConversation", NULL);
  check_text ("state", "logged-out");
  world_wait_none ("kiosk-auth");
  died = log_wait (mark, "program-died", 0);
  g_assert_cmpstr (log_get (died, "message"), ==, "kiosk-auth: stopped");
  log_check_order (mark, "login-begun program-died conversation-cancelled");
  kiosk_fd_clear (&conversation);
}

/* kioskd itself: its helpers notice and end, and the next one begins with nothing. */
static void
test_daemon_killed (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (GSubprocess) server = terminal_serve_silently ();
  int worker = begin_connecting ();

  terminal_signal (SIGKILL);
  terminal_wait_end ();
  terminal_disconnect ();
  world_wait_none ("kiosk-rdp");
  kiosk_fd_clear (&worker);
  g_assert_cmpuint (terminal_count_holes (), ==, 1); /* nobody was left to close it */
  terminal_start ();
  terminal_connect ();
  check_text ("state", "logged-out");
  check_text ("person", "");
  g_assert_cmpuint (terminal_count_holes (), ==, 0);
  log_check_order (mark, "firewall-opened log-opened daemon-started terminal-ready");
  terminal_end_server (server);
}

static void
test_daemon_killed_in_conversation (gpointer fixture, gconstpointer data)
{
  int conversation = terminal_begin ("login", ENGINEER);

  terminal_signal (SIGKILL);
  terminal_wait_end ();
  terminal_disconnect ();
  world_wait_none ("kiosk-auth");
  kiosk_fd_clear (&conversation);
  terminal_start ();
  terminal_connect ();
  check_text ("state", "logged-out");
}

/* ---- No record, no act ---- */

static void
test_log_full (void)
{
  g_autoptr (GVariant) answer = NULL;
  guint mark;

  g_free (world_run ("mount -t tmpfs -o size=48m,mode=0700 full " LOG_FOLDER));
  set_up (NULL, NULL);
  terminal_log_in ();
  mark = log_mark ();
  g_free (world_run ("dd if=/dev/zero of=" LOG_FOLDER "/filler bs=4k 2>/dev/null || true"));
  answer = terminal_call ("Connect", connect_arguments (SERVER_TICKET, "W-1", "p"), NULL, NULL);
  g_assert_null (answer);
  terminal_wait ("state", "stopped");
  check_text ("stop-code", "L-03");
  check_text ("person", "");
  log_check_none (mark, "connect-begun");
  log_check_order (mark, "connect logout terminal-stopped"); /* in the room that was kept free */
  terminal_wait_no_hole ();

  g_free (world_run ("rm " LOG_FOLDER "/filler"));
  terminal_signal (SIGHUP);
  terminal_wait ("state", "logged-out");
  log_check_order (mark, "terminal-stopped policy-accepted terminal-ready");
  terminal_log_in ();
  tear_down (NULL, NULL);
  g_free (world_run ("umount " LOG_FOLDER));
}

/* A log that cannot even be opened, and one that somebody has altered. */
static void
test_log_refused (void)
{
  g_free (world_run ("mount -t tmpfs -o size=48m,mode=0700 broken " LOG_FOLDER
                     "; mount -o remount,ro " LOG_FOLDER));
  terminal_write_policy ("notice");
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "stopped");
  check_text ("stop-code", "L-01");
  g_free (world_run ("mount -o remount,rw " LOG_FOLDER));
  terminal_signal (SIGHUP);
  terminal_wait ("state", "logged-out");
  terminal_disconnect ();
  terminal_stop ();

  g_free (world_run ("cp " LOG_FOLDER "/audit.log /tmp/kept.log; "
                     "chattr -a " LOG_FOLDER "/audit.log 2>/dev/null || true; "
                     "sed -i '3s/daemon-started/daemon-stopped/' " LOG_FOLDER "/audit.log"));
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "stopped");
  check_text ("stop-code", "L-01");
  g_free (world_run ("cp /tmp/kept.log " LOG_FOLDER "/audit.log"));
  terminal_signal (SIGHUP);
  terminal_wait ("state", "logged-out");
  tear_down (NULL, NULL);
  g_free (world_run ("umount " LOG_FOLDER));
}

/* What a person does then: the log is set aside as it is, and the next start begins another that tells of it. */
static void
test_log_set_aside (void)
{
  g_autofree char *before = NULL, *after = NULL, *note = NULL;
  g_autoptr (JsonObject) begun = NULL, anew = NULL;

  g_free (world_run ("mount -t tmpfs -o size=48m,mode=0700 altered " LOG_FOLDER));
  terminal_write_policy ("notice");
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
  g_free (
      world_run ("! kioskctl log set-aside --log " LOG_FOLDER
                 " --to /tmp/aside --reason 'too early' 2>/tmp/refused"
                 " && grep -q 'a kioskd writes this log' /tmp/refused && test ! -e /tmp/aside"));
  terminal_disconnect ();
  terminal_stop ();
  g_free (world_run ("cd " LOG_FOLDER " && { chattr -a audit.log 2>/dev/null || true; }"
                     " && sed -i '3s/daemon-started/daemon-stopped/' audit.log"));
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "stopped");
  check_text ("stop-code", "L-01");
  terminal_disconnect ();
  terminal_stop ();

  before = world_run ("kioskctl log verify --format json " LOG_FOLDER
                      " | sed 's/\"path\":\"[^\"]*\"//' || true");
  note = world_run ("umask 077; kioskctl log set-aside --log " LOG_FOLDER
                    " --to /tmp/aside --reason 'L-01 of today' --by sato --json");
  g_assert_nonnull (strstr (note, "\"reason\" : \"L-01 of today\""));
  after = world_run ("kioskctl log verify --format json /tmp/aside/log"
                     " | sed 's/\"path\":\"[^\"]*\"//' || true");
  g_assert_nonnull (strstr (before, "\"fault\":\"changed\""));
  g_assert_cmpstr (after, ==, before);
  g_free (world_run ("test \"$(ls -A " LOG_FOLDER ")\" = forerunner.json"));

  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
  log_verify ();
  begun = log_find (0, "log-begun", 0);
  anew = log_find (0, "log-begun-anew", 0);
  g_assert_cmpint (json_object_get_int_member (begun, "event.sequence"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (anew, "event.sequence"), ==, 2);
  g_assert_cmpstr (log_get (anew, "event.reason"), ==, "set-aside");
  g_assert_nonnull (strstr (log_get (anew, "message"), "; by sato: L-01 of today"));
  g_assert_null (log_find (0, "log-begun-anew", 1));
  terminal_log_in ();
  tear_down (NULL, NULL);
  g_free (world_run ("umount " LOG_FOLDER));
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (gpointer fixture, gconstpointer data);
  } tests[] = {
    { "/daemon/policy-changed", test_policy_changed },
    { "/daemon/login-failures", test_login_failures },
    { "/daemon/login", test_login },
    { "/daemon/cancel", test_cancel },
    { "/daemon/lock", test_lock },
    { "/daemon/refused-servers", test_refused_servers },
    { "/daemon/server-down", test_server_down },
    { "/daemon/leave-connecting", test_leave_connecting },
    { "/daemon/leave-starting", test_leave_starting },
    { "/daemon/disconnect", test_disconnect },
    { "/daemon/line", test_line },
    { "/daemon/worker-killed", test_worker_killed },
    { "/daemon/auth-killed", test_auth_killed },
    { "/daemon/auth-missing", test_auth_missing },
    { "/daemon/auth-broken", test_auth_broken },
    { "/daemon/auth-stopped", test_auth_stopped },
    { "/daemon/daemon-killed", test_daemon_killed },
    { "/daemon/daemon-killed-in-conversation", test_daemon_killed_in_conversation },
  };

  g_test_init (&argc, &argv, NULL);
  world_require ();
  terminal_make_people ();
  g_test_add_func ("/daemon/policy", test_policy);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, char, NULL, (void (*) (char *, gconstpointer)) set_up,
                (void (*) (char *, gconstpointer)) tests[i].test,
                (void (*) (char *, gconstpointer)) tear_down);
  g_test_add_func ("/daemon/log-moved", test_log_moved);
  g_test_add_func ("/daemon/log-full", test_log_full);
  g_test_add_func ("/daemon/log-refused", test_log_refused);
  g_test_add_func ("/daemon/log-set-aside", test_log_set_aside);
  return g_test_run ();
}
