/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kioskd and the network (R11, R12): who may leave follows the policy, a change by somebody else is
 * noticed, ends what runs and stands in the log, what was refused stands there too, and every end of a session
 * closes its way out. In a world of its own, with a worker that connects and then does nothing
 * (tests/rdp/hostile-worker.c). */

#include "terminal.h"

#include "../lib/world.h"

#include "config.h"

#include "kiosk/base/descriptor.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define MORE "/etc/maintenance-kiosk/policy.d/50-network.conf"
#define QUIET "lock-draws" /* nothing before the lock, and a confirmed lock */

static GSubprocess *server;
static int session[2] = { -1, -1 };

/* ---- The terminal ---- */

static void
begin (const char *more)
{
  g_autofree char *orders = g_strdup (QUIET);

  g_free (world_run ("install -d -m 0755 /etc/maintenance-kiosk/policy.d"));
  g_assert_true (g_file_set_contents (MORE, more, -1, NULL));
  g_free (world_run ("chmod 0644 " MORE "; chattr -f -R -a " LOG_FOLDER
                     " || true; rm -rf " LOG_FOLDER));
  g_assert_true (g_file_set_contents ("/run/hostile", orders, -1, NULL));
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
}

static void
end (void)
{
  terminal_disconnect ();
  terminal_stop ();
  kiosk_fd_clear (&session[0]);
  kiosk_fd_clear (&session[1]);
  log_verify ();
}

static void
open_session (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  kiosk_fd_clear (&session[0]);
  kiosk_fd_clear (&session[1]);
  answer = terminal_call ("Connect", g_variant_new ("(sssuu)", SERVER_SILENT, "", "", 1280, 752),
                          session, &error);
  g_assert_no_error (error);
  terminal_wait ("state", "connected");
  g_assert_cmpuint (terminal_count_holes (), ==, 1);
}

static void
check_text (const char *key, const char *value)
{
  g_autofree char *now = terminal_get (key);

  g_assert_cmpstr (now, ==, value);
}

static gboolean
kernel_has (const char *set, const char *element)
{
  g_autofree char *command = g_strdup_printf ("nft -p list set inet kiosk %s", set);
  g_autofree char *listing = world_run (command);

  return strstr (listing, element) != NULL;
}

/* The record whose message has @words in it. */
static JsonObject *
wait_message (guint mark, const char *action, const char *words)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  guint nth = 0;

  for (;;)
    {
      g_autoptr (JsonObject) record = log_find (mark, action, nth);

      if (record == NULL)
        {
          g_assert_cmpint (g_get_monotonic_time (), <, deadline);
          terminal_turn ();
        }
      else if (strstr (log_get (record, "message"), words) != NULL)
        return g_steal_pointer (&record);
      else
        nth++;
    }
}

/* ---- A program that sends wherever it can, and somebody who hears it ---- */

static GSubprocess *sender, *listener;

static GSubprocess *
start_python (const char *before, const char *code)
{
  g_auto (GStrv) words = g_strsplit (before, " ", -1);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, words[i]);
  g_ptr_array_add (argv, (gpointer) "python3");
  g_ptr_array_add (argv, (gpointer) "-c");
  g_ptr_array_add (argv, (gpointer) code);
  g_ptr_array_add (argv, NULL);
  process
      = g_subprocess_newv ((const char *const *) argv->pdata,
                           G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDIN_PIPE, &error);
  g_assert_no_error (error);
  return process;
}

static char *
read_line (GSubprocess *process)
{
  g_autoptr (GString) line = g_string_new (NULL);
  char c = '\0';

  while (g_input_stream_read (g_subprocess_get_stdout_pipe (process), &c, 1, NULL, NULL) == 1
         && c != '\n')
    g_string_append_c (line, c);
  return g_strdup (line->str);
}

/* Packets of the terminal to the server's port, as they arrive at the server's interface; tells on each line
 * that it reads when the last one came, monotonic microseconds. */
static const char hear[]
    = "import select, socket, sys, time\n"
      "s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x800))\n"
      "s.bind(('servers0', 0))\n"
      "last = 0\n"
      "print('ready', flush=True)\n"
      "while True:\n"
      "  for r in select.select([s, sys.stdin], [], [])[0]:\n"
      "    if r is s:\n"
      "      p = s.recv(200)\n"
      "      if p[26:30] == bytes([10, 99, 0, 1]) and p[36:38] == (3389).to_bytes(2, 'big'):\n"
      "        last = time.monotonic_ns() // 1000\n"
      "    elif sys.stdin.readline():\n"
      "      print(last, flush=True)\n"
      "    else: sys.exit()\n";

/* As kiosk-connect: a taken-over program with the one user who may. Sends as long as anything is let out. */
static const char send_always[]
    = "import socket, time\n"
      "print('ready', flush=True)\n"
      "while True:\n"
      "  try:\n"
      "    with socket.create_connection(('10.99.0.11', 3389), timeout=1) as s:\n"
      "      while True:\n"
      "        s.sendall(b'x'); time.sleep(0.0005)\n"
      "  except OSError: time.sleep(0.002)\n";

static void
start_traffic (void)
{
  g_autofree char *ready = NULL;
  g_autofree char *sends = NULL;

  listener = start_python ("ip netns exec servers", hear);
  ready = read_line (listener);
  sender = start_python ("setpriv --reuid kiosk-connect --regid kiosk-connect --clear-groups",
                         send_always);
  sends = read_line (sender);
}

static gint64
ask_last (void)
{
  g_autofree char *line = NULL;

  g_assert_true (g_output_stream_write_all (g_subprocess_get_stdin_pipe (listener), "\n", 1, NULL,
                                            NULL, NULL));
  line = read_line (listener);
  return g_ascii_strtoll (line, NULL, 10);
}

static void
wait_traffic (void)
{
  gint64 begun = g_get_monotonic_time ();

  while (ask_last () <= begun)
    {
      g_assert_cmpint (g_get_monotonic_time () - begun, <, WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC);
      terminal_turn ();
    }
}

/* Until nothing has come for two seconds, though the sender tries all the time. */
static void
report_last (const char *cause, gint64 caused)
{
  gint64 last = ask_last ();
  gint64 deadline = g_get_monotonic_time () + 2 * WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;

  while (g_get_monotonic_time () - MAX (last, caused) < 2 * G_USEC_PER_SEC)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (50000);
      last = ask_last ();
    }
  g_print ("# measured: from %s to the last packet %.1f ms\n", cause,
           (double) MAX (last - caused, 0) / 1000);
}

static void
stop_traffic (void)
{
  g_subprocess_force_exit (sender);
  world_wait_end (sender);
  g_subprocess_force_exit (listener);
  world_wait_end (listener);
  g_clear_object (&sender);
  g_clear_object (&listener);
}

/* ---- Who may leave ---- */

#define SERVICES                                                                                   \
  "[service collector]\naddress=10.99.0.13\nport=6514\n[service update]\naddress=fd99::13\n"       \
  "port=443\n[time a]\naddress=10.99.0.14\nnts=time.example\ncertificate-authority=/etc/time.pem\n"

static void
test_follows_policy (void)
{
  g_autofree char *uid = NULL;
  g_autofree char *element = NULL;
  g_autofree char *answer = NULL;

  g_free (world_run ("id kiosk-log >/dev/null 2>&1 || useradd --system --no-create-home kiosk-log; "
                     "! id kiosk-update >/dev/null 2>&1 || userdel kiosk-update"));
  uid = g_strchomp (world_run ("id -u kiosk-log"));
  element = g_strdup_printf ("%s . 6 . 10.99.0.13 . 6514", uid);
  begin (SERVICES);
  g_assert_true (kernel_has ("services", element));
  g_assert_true (kernel_has ("answers", "6 . 10.99.0.13 . 6514"));
  g_assert_false (kernel_has ("services6", "443"));
  g_assert_true (kernel_has ("session_lines", "\"terminal0\""));
  json_object_unref (
      wait_message (0, "firewall-loaded", "lines: terminal0; collector 10.99.0.13 port 6514"));
  json_object_unref (
      wait_message (0, "firewall-loaded", "no user for [service update], not let out"));
  answer = world_run ("kioskctl network --lang en");
  g_assert_nonnull (strstr (answer, "line: terminal0"));
  g_assert_nonnull (strstr (answer, "service: 10.99.0.13 TCP 6514 (sent by user kiosk-log), "
                                    "because of [service collector] (" MORE ":1)"));
  g_assert_nonnull (strstr (answer, "[service update] stands in the policy, but its user"));
  g_assert_null (strstr (answer, "NOT IN THE POLICY"));

  /* Another policy, while it runs; then none. */
  g_assert_true (g_file_set_contents (MORE,
                                      "[tunnel]\nkind=wireguard\ninterface=wg0\n"
                                      "peer=10.99.0.12\n",
                                      -1, NULL));
  g_free (world_run ("chmod 0644 " MORE));
  terminal_signal (SIGHUP);
  json_object_unref (wait_message (0, "firewall-loaded", "sessions by wg0 alone"));
  g_assert_false (kernel_has ("services", element));
  g_assert_true (kernel_has ("tunnel", "10.99.0.12 . 51820"));
  g_assert_true (kernel_has ("session_lines", "\"wg0\""));
  g_assert_false (kernel_has ("session_lines", "terminal0"));
  g_assert_true (kernel_has ("lines", "\"terminal0\""));
  terminal_break_policy ();
  terminal_signal (SIGHUP);
  terminal_wait ("state", "stopped");
  g_assert_false (kernel_has ("tunnel", "51820"));
  terminal_write_policy ("notice");
  end ();
}

static void
test_kioskctl (void)
{
  g_autofree char *text = NULL;
  g_autofree char *json = NULL;
  g_autofree char *wrong = NULL;
  g_autofree char *refused = NULL;

  begin ("");
  terminal_log_in ();
  open_session ();
  text = world_run ("kioskctl network --lang ja");
  g_assert_nonnull (strstr (text, "10.99.0.11 TCP 3389（送るプログラムのユーザー: kiosk-connect）、"
                                  "理由: silent (silent)"));
  json = world_run ("kioskctl network --json | python3 -c 'import json, sys; "
                    "n = json.load(sys.stdin); print(sorted((l[\"for\"], l.get(\"address\"), "
                    "l.get(\"port\")) for l in n[\"leaves\"]), n[\"wrong\"])'");
  g_assert_cmpstr (json, ==, "[('line', None, None), ('session', '10.99.0.11', 3389)] []\n");
  refused = world_run ("setpriv --reuid kiosk --regid kiosk --clear-groups kioskctl network "
                       "--lang en 2>&1 || echo status $?");
  g_assert_cmpstr (refused, ==, "kioskctl: only root can read the firewall.\nstatus 2\n");
  terminal_request ("Logout", NULL);
  terminal_wait_no_hole ();
  end ();
  g_free (world_run ("nft add table ip evil; "
                     "nft add element inet kiosk sessions '{ 10.99.0.15 . 1 timeout 1m }'"));
  wrong = world_run ("kioskctl network --lang en || echo status $?");
  g_assert_nonnull (strstr (wrong, "Foreign table: table ip evil {"));
  g_assert_nonnull (
      strstr (wrong, "10.99.0.15 TCP 1 (sent by user kiosk-connect), NOT IN THE POLICY"));
  g_assert_nonnull (strstr (wrong, "status 1"));
}

/* ---- Changes by somebody else ---- */

static void
test_changed_in_session (void)
{
  static const struct {
    const char *command, *words;
  } cases[] = {
    { "nft add table netdev evil", "foreign table: netdev evil" },
    { "nft insert rule inet kiosk output accept", "chain output: accept" },
    { "nft flush chain inet kiosk refused", "missing in table inet kiosk: chain refused" },
    { "nft add element inet kiosk sessions '{ 10.99.0.15 . 443 timeout 1d }'",
      "added in set sessions: 10.99.0.15 . 443" },
    { "nft flush ruleset", "missing table: inet kiosk" },
  };

  begin ("");
  terminal_log_in ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint mark;
      g_autofree char *tables = NULL;

      g_test_message ("%s", cases[i].command);
      open_session ();
      mark = log_mark ();
      g_free (world_run (cases[i].command));
      terminal_wait ("state", "locked");
      check_text ("lock-cause", "firewall");
      json_object_unref (wait_message (mark, "firewall-changed", cases[i].words));
      terminal_wait_no_hole ();
      world_wait_none ("kiosk-rdp");
      tables = world_run ("nft list tables");
      g_assert_cmpstr (tables, ==, "table inet kiosk\n");
      g_assert_false (kernel_has ("sessions", "10.99.0.15"));
      log_check_order (mark, "firewall-closed disconnect lock firewall-changed");
      terminal_authenticate ("unlock", ENGINEER, PASSWORD_OF (ENGINEER), "choosing");
      check_text ("error", "firewall");
      terminal_request ("Dismiss", NULL);
    }
  end ();
}

static void
test_changed_otherwise (void)
{
  guint mark;

  begin ("");
  mark = log_mark ();
  g_free (world_run ("nft add rule inet kiosk input tcp dport 22 accept"));
  json_object_unref (wait_message (mark, "firewall-changed", "chain input: tcp dport 22 accept"));
  check_text ("state", "logged-out");
  g_free (world_run ("! nft list chain inet kiosk input | grep -q 'dport 22'"));
  /* While locked with a session: it ends there. */
  terminal_log_in ();
  open_session ();
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  terminal_wait ("state", "locked");
  mark = log_mark ();
  g_free (world_run ("nft add table arp a"));
  json_object_unref (wait_message (mark, "firewall-changed", "foreign table: arp a"));
  check_text ("lock-cause", "person");
  terminal_wait_no_hole ();
  terminal_authenticate ("unlock", ENGINEER, PASSWORD_OF (ENGINEER), "choosing");
  check_text ("error", "firewall");
  end ();
}

/* A table that belongs to another process cannot be taken away: then nothing is let out, and nobody in. */
static void
test_not_repaired (void)
{
  g_autoptr (GSubprocess) owner = NULL;
  g_autoptr (GError) error = NULL;
  guint mark;

  begin ("");
  terminal_log_in ();
  open_session ();
  mark = log_mark ();
  owner = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                            &error, "nft", "-i", NULL);
  g_assert_no_error (error);
  g_assert_true (g_output_stream_write_all (g_subprocess_get_stdin_pipe (owner),
                                            "add table ip mine { flags owner; }\n", 35, NULL, NULL,
                                            NULL));
  terminal_wait ("state", "stopped");
  check_text ("stop-code", "N-01");
  json_object_unref (wait_message (mark, "firewall-changed", "foreign table: ip mine"));
  terminal_wait_no_hole ();
  g_subprocess_force_exit (owner);
  world_wait_end (owner);
  terminal_wait ("state", "logged-out");
  end ();
}

/* The machine came up without a firewall: that one can be loaded now does not bring it back. */
static void
test_links_down (void)
{
  g_assert_cmpint (g_mkdir (KIOSK_LINKS_DOWN_MARK, 0755), ==, 0);
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "stopped");
  check_text ("stop-code", "N-01");
  g_assert_cmpint (g_rmdir (KIOSK_LINKS_DOWN_MARK), ==, 0);
  terminal_wait ("state", "logged-out");
  end ();
}

/* ---- What was refused ---- */

static void
test_refused (void)
{
  guint mark;
  g_autoptr (JsonObject) record = NULL;
  g_autoptr (JsonObject) incoming = NULL;

  begin ("");
  mark = log_mark ();
  g_free (world_run (
      "setpriv --reuid nobody --regid nogroup --clear-groups bash -c 'for i in 1 2 3; do "
      "echo x > /dev/udp/10.99.0.12/53 || true; done' 2>/dev/null"));
  record = wait_message (mark, "traffic-refused", "UDP out");
  g_assert_cmpstr (log_get (record, "message"), ==, "UDP out, uid 65534, user nobody, 3 packets");
  g_assert_cmpstr (log_get (record, "destination.ip"), ==, "10.99.0.12");
  g_assert_cmpint (json_object_get_int_member (record, "destination.port"), ==, 53);
  g_free (world_run ("timeout 1 ip netns exec servers bash -c 'echo > /dev/tcp/10.99.0.1/22' "
                     "2>/dev/null || true"));
  incoming = wait_message (mark, "traffic-refused", "TCP in, ");
  g_assert_cmpstr (log_get (incoming, "source.ip"), ==, "10.99.0.11");
  end ();
}

/* Before kioskd began: of the table of the boot each try is told, of that of an earlier kioskd the sum. */
static void
test_refused_before (void)
{
  static const char send[] = "setpriv --reuid nobody --regid nogroup --clear-groups bash -c "
                             "'echo x > /dev/udp/10.99.0.12/54 || true' 2>/dev/null";
  g_autoptr (JsonObject) record = NULL;
  g_autoptr (JsonObject) sum = NULL;

  g_free (world_run ("nft -f " KIOSK_DATA_DIR "/firewall.nft"));
  g_free (world_run (send));
  begin ("");
  record = wait_message (0, "traffic-refused", "UDP out");
  g_assert_cmpstr (log_get (record, "message"), ==, "UDP out, uid 65534, user nobody, 1 packets");
  g_assert_cmpint (json_object_get_int_member (record, "destination.port"), ==, 54);
  end ();
  g_free (world_run (send));
  begin ("");
  sum = wait_message (0, "traffic-refused", "until kioskd began anew");
  g_assert_true (g_str_has_prefix (log_get (sum, "message"), "1 packets"));
  end ();
}

/* ---- How soon it is closed ---- */

static void
test_locked_at_once (void)
{
  guint mark;
  gint64 caused;

  begin ("[lock]\ndisconnect=0\n");
  terminal_log_in ();
  open_session ();
  mark = log_mark ();
  start_traffic ();
  wait_traffic ();
  caused = g_get_monotonic_time ();
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  report_last ("a lock (disconnect=0)", caused);
  check_text ("state", "locked");
  g_assert_cmpuint (terminal_count_holes (), ==, 0);
  log_check_order (mark, "lock firewall-closed disconnect");
  stop_traffic ();
  terminal_authenticate ("unlock", ENGINEER, PASSWORD_OF (ENGINEER), "choosing");
  check_text ("error", "locked");
  end ();
}

static void
test_locked_later (void)
{
  g_autoptr (JsonObject) record = NULL;
  guint mark;

  begin ("[lock]\ndisconnect=2\n");
  terminal_log_in ();
  open_session ();
  mark = log_mark ();
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  /* Back in time: nothing is cut, and the clock stands. */
  terminal_authenticate ("unlock", ENGINEER, PASSWORD_OF (ENGINEER), "connected");
  log_check_none (mark, "disconnect");
  terminal_request ("Disconnect", NULL);
  terminal_wait ("state", "choosing");
  open_session ();
  mark = log_mark ();
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  record = log_wait (mark, "disconnect", 0);
  g_assert_cmpstr (log_get (record, "event.reason"), ==, "locked");
  check_text ("state", "locked");
  terminal_wait_no_hole ();
  end ();
}

static void
test_log_off (void)
{
  gint64 caused;

  begin ("");
  terminal_log_in ();
  open_session ();
  start_traffic ();
  wait_traffic ();
  caused = g_get_monotonic_time ();
  terminal_request ("Logout", NULL);
  report_last ("a log-off (with good-bye)", caused);
  g_assert_cmpuint (terminal_count_holes (), ==, 0);
  stop_traffic ();
  end ();
}

static void
test_changed_traffic (void)
{
  gint64 caused;

  begin ("");
  terminal_log_in ();
  open_session ();
  start_traffic ();
  wait_traffic ();
  caused = g_get_monotonic_time ();
  g_free (world_run ("nft insert rule inet kiosk output accept"));
  report_last ("a foreign rule that accepts everything", caused);
  stop_traffic ();
  terminal_wait ("state", "locked");
  end ();
}

/* Nobody starts kioskd again, nobody renews: the kernel alone closes it. */
static void
test_killed (gconstpointer data)
{
  gboolean stopped = g_str_equal (data, "stopped");
  gint64 caused;

  begin ("");
  terminal_log_in ();
  open_session ();
  start_traffic ();
  wait_traffic ();
  caused = g_get_monotonic_time ();
  terminal_signal (stopped ? SIGSTOP : SIGKILL);
  report_last (stopped ? "kioskd standing still (missed renewal)" : "kill -9 of kioskd", caused);
  g_assert_cmpuint (terminal_count_holes (), ==, 0);
  stop_traffic ();
  if (stopped)
    terminal_signal (SIGKILL);
  terminal_disconnect ();
  terminal_wait_end ();
  terminal_end_helpers ();
  kiosk_fd_clear (&session[0]);
  kiosk_fd_clear (&session[1]);
}

/* Takes every connection and answers whatever it hears: the worker waits for that. */
static const char serve[] = "import selectors, socket\n"
                            "s = selectors.DefaultSelector()\n"
                            "s.register(socket.create_server(('10.99.0.11', 3389)), 1, True)\n"
                            "print('ready', flush=True)\n"
                            "while True:\n"
                            "  for key, _ in s.select():\n"
                            "    if key.data: s.register(key.fileobj.accept()[0], 1)\n"
                            "    else:\n"
                            "      try: heard = key.fileobj.recv(4096)\n"
                            "      except OSError: heard = b''\n"
                            "      if heard: key.fileobj.send(b'!')\n"
                            "      else: s.unregister(key.fileobj); key.fileobj.close()\n";

int
main (int argc, char **argv)
{
  int status;
  const char *hostile;
  g_autofree char *install = NULL;
  g_autofree char *ready = NULL;

  g_test_init (&argc, &argv, NULL);
  world_require ();
  hostile = argc > 1 ? argv[1] : "";
  install = g_strdup_printf ("install -m 0755 '%s' " KIOSK_LIBEXEC_DIR "/kiosk-rdp", hostile);
  g_free (world_run (install));
  terminal_make_people ();
  terminal_write_policy ("notice");
  server = start_python ("ip netns exec servers", serve);
  ready = read_line (server);
  g_assert_cmpstr (ready, ==, "ready");
  g_test_add_func ("/network/follows-policy", test_follows_policy);
  g_test_add_func ("/network/kioskctl", test_kioskctl);
  g_test_add_func ("/network/changed/in-session", test_changed_in_session);
  g_test_add_func ("/network/changed/otherwise", test_changed_otherwise);
  g_test_add_func ("/network/links-down", test_links_down);
  g_test_add_func ("/network/changed/not-repaired", test_not_repaired);
  g_test_add_func ("/network/changed/traffic", test_changed_traffic);
  g_test_add_func ("/network/refused", test_refused);
  g_test_add_func ("/network/refused-before", test_refused_before);
  g_test_add_func ("/network/locked/at-once", test_locked_at_once);
  g_test_add_func ("/network/locked/later", test_locked_later);
  g_test_add_func ("/network/log-off", test_log_off);
  g_test_add_data_func ("/cut/killed", "killed", test_killed);
  g_test_add_data_func ("/cut/stopped", "stopped", test_killed);
  status = g_test_run ();
  g_subprocess_force_exit (server);
  return status;
}
