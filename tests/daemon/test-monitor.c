/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kioskd on a line that is cut, behind a gateway and with servers that fall silent, with a wall
 * clock that jumps: what it records, what it tells machines and people, and what it must not touch. */

#include "terminal.h"

#include "../lib/world.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/model/outage.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATUS "/run/maintenance-kiosk/status.json"
#define PART "/etc/maintenance-kiosk/policy.d/50-watch.conf"
#define WALL_CLOCK "/mnt/build/tests/daemon/libwall-clock.so"
#define OFFSET "/run/wall-clock-offset"

static void
run (const char *command)
{
  g_free (world_run (command));
}

static void
start (const char *part)
{
  g_autofree char *command = g_strdup_printf ("install -d -m 0755 $(dirname " PART
                                              "); printf '%%b' '%s' >" PART "; chmod 0644 " PART,
                                              part);

  run (command);
  terminal_write_policy ("notice");
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
}

static void
stop (void)
{
  terminal_disconnect ();
  terminal_stop ();
  log_verify ();
}

/* ---- The file for machines ---- */

/* The member at @path ("line.state", "servers.list.2.id"), NULL when there is none; owned by @root. */
static JsonNode *
find (JsonNode *root, const char *path)
{
  g_auto (GStrv) words = g_strsplit (path, ".", -1);
  JsonNode *node = root;

  for (guint i = 0; node != NULL && words[i] != NULL; i++)
    if (JSON_NODE_HOLDS_OBJECT (node))
      node = json_object_get_member (json_node_get_object (node), words[i]);
    else if (JSON_NODE_HOLDS_ARRAY (node)
             && (guint) atoi (words[i]) < json_array_get_length (json_node_get_array (node)))
      node = json_array_get_element (json_node_get_array (node), (guint) atoi (words[i]));
    else
      node = NULL;
  return node;
}

static JsonNode *
read_status (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  JsonNode *root = NULL;

  /* Whenever it is read it is whole. */
  if (g_file_get_contents (STATUS, &text, NULL, NULL))
    {
      root = json_from_string (text, &error);
      g_assert_no_error (error);
    }
  return root;
}

static char *
get_status (const char *path)
{
  g_autoptr (JsonNode) root = read_status ();
  JsonNode *node = root != NULL ? find (root, path) : NULL;

  return node != NULL ? json_to_string (node, FALSE) : g_strdup ("");
}

/* @value is JSON: "ok" has quotation marks. */
static void
wait_status (const char *path, const char *value)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  g_autofree char *now = get_status (path);

  while (!g_str_equal (now, value) && g_get_monotonic_time () < deadline)
    {
      terminal_turn ();
      g_free (now);
      now = get_status (path);
    }
  g_assert_cmpstr (now, ==, value);
}

static gint64
get_number (const char *path)
{
  g_autofree char *text = get_status (path);

  return g_ascii_strtoll (text, NULL, 10);
}

/* Exit status of kioskctl, and its output. */
static int
ask_people (const char *options, char **output)
{
  g_autofree char *command = g_strdup_printf (
      "status=0; kioskctl status %s 2>&1 || status=$?; echo \"exit $status\"", options);
  g_autofree char *text = world_run (command);
  const char *end = g_strrstr (text, "exit ");

  g_assert_nonnull (end);
  if (output != NULL)
    *output = g_strndup (text, (gsize) (end - text));
  return atoi (end + 5);
}

static void
check_record (JsonObject *record, const char *outage, const char *reason)
{
  g_assert_cmpstr (log_get (record, "kiosk.outage"), ==, outage);
  g_assert_cmpstr (log_get (record, "event.reason"), ==, reason);
  g_assert_nonnull (log_get (record, "event.start"));
}

/* An end: its duration is that between its two times. A machine under load may have added an interruption (a link that
 * was still coming up when kioskd began), and the kernel may have made one of two that came close together. */
static void
check_end (JsonObject *record, const char *outage, gint64 at_least)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) first = NULL;
  g_autoptr (GDateTime) last = NULL;

  check_record (record, outage, NULL);
  first = g_date_time_new_from_iso8601 (log_get (record, "event.start"), utc);
  last = g_date_time_new_from_iso8601 (log_get (record, "event.end"), utc);
  g_assert_cmpint (json_object_get_int_member (record, "event.duration") / 1000, ==,
                   g_date_time_difference (last, first));
  g_assert_cmpint (json_object_get_int_member (record, "event.duration"), >, 0);
  g_assert_cmpint (json_object_get_int_member (record, "kiosk.count"), >=, at_least);
  g_assert_cmpstr (log_get (record, "event.outcome"), ==, "success");
}

/* Unix microseconds of event.start. */
static gint64
start_of (JsonObject *record)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (log_get (record, "event.start"), utc);

  return g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
}

/* ---- Line and gateway ---- */

static void
test_line (void)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) begun = NULL;
  g_autoptr (JsonObject) ended = NULL;
  g_autofree char *words = NULL;

  start ("");
  wait_status ("line.state", "\"ok\"");
  wait_status ("line.interface", "\"terminal0\"");
  wait_status ("gateway.state", "\"none\"");
  run ("ip -n servers link set servers0 down"); /* the cable is out */
  terminal_wait ("line", "down");
  wait_status ("line.state", "\"no-carrier\"");
  begun = log_wait (mark, "outage-begun", 0);
  check_record (begun, "line", "no-carrier");
  g_assert_cmpstr (log_get (begun, "event.outcome"), ==, "failure");
  wait_status ("line.outage", "true");
  wait_status ("ok", "false");
  g_assert_cmpint (ask_people ("--lang en", &words), ==, 1);
  g_assert_nonnull (strstr (words, "down: no link on the cable, outage since "));
  run ("ip -n servers link set servers0 up");
  terminal_wait ("line", "ok");
  ended = log_wait (mark, "outage-ended", 0);
  check_end (ended, "line", 1);
  /* both counted back from the clock as it was then */
  g_assert_cmpint (ABS (start_of (ended) - start_of (begun)), <, 100000);
  wait_status ("line.outage", "false");
  wait_status ("line.outages", "1");
  stop ();
}

/* Out and in and out again: one outage, and each interruption counted. */
static void
test_flapping (void)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) begun = NULL;
  g_autoptr (JsonObject) ended = NULL;

  start ("");
  wait_status ("line.state", "\"ok\"");
  run ("for i in {1..20}; do ip -n servers link set servers0 down; sleep 0.02;"
       " ip -n servers link set servers0 up; sleep 0.02; done");
  begun = log_wait (mark, "outage-begun", 0);
  check_record (begun, "line", "no-carrier");
  ended = log_wait (mark, "outage-ended", 0);
  check_end (ended, "line", KIOSK_OUTAGE_FLAPS);
  g_assert_cmpint (get_number ("line.interruptions"), >=,
                   json_object_get_int_member (ended, "kiosk.count"));
  g_assert_null (log_find (mark, "outage-begun", 1));
  stop ();
}

/* kioskd ends in the middle of an outage: the log does not leave it open. */
static void
test_stopped (void)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) begun = NULL;
  g_autoptr (JsonObject) ended = NULL;

  start ("");
  run ("ip -n servers link set servers0 down");
  begun = log_wait (mark, "outage-begun", 0);
  stop ();
  ended = log_find (mark, "outage-ended", 0);
  g_assert_nonnull (ended);
  check_record (ended, "line", "stopped");
  log_check_order (mark, "outage-begun outage-ended daemon-stopped");
  run ("ip -n servers link set servers0 up");
}

static void
test_gateway (void)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) begun = NULL;
  g_autoptr (JsonObject) ended = NULL;

  run (
      "ip -n servers address add 10.99.0.254/24 dev servers0; ip route add default via 10.99.0.254");
  start ("");
  wait_status ("gateway.state", "\"ok\"");
  wait_status ("gateway.address", "\"10.99.0.254\"");
  run (
      "ip -n servers address delete 10.99.0.254/24 dev servers0"); /* nobody answers to that any more */
  terminal_wait ("line", "gateway");
  begun = log_wait (mark, "outage-begun", 0);
  check_record (begun, "gateway", "no-answer");
  g_assert_cmpstr (log_get (begun, "destination.ip"), ==, "10.99.0.254");
  wait_status ("gateway.state", "\"silent\"");
  wait_status ("line.state", "\"ok\"");
  run ("ip -n servers address add 10.99.0.254/24 dev servers0");
  terminal_wait ("line", "ok");
  ended = log_wait (mark, "outage-ended", 0);
  check_end (ended, "gateway", 1);
  run ("ip route delete default; ip -n servers address delete 10.99.0.254/24 dev servers0");
  stop ();
}

/* ---- Servers ---- */

#define WATCH "[watch]\\ninterval=10\\n"

/* Order of terminal_write_policy(). */
enum { SILENT, DOWN, HOURS, TICKET, OTHERS };

/* All of them, with nobody logged in: one that answers, some where nobody listens, one that is not there. */
static void
test_servers (void)
{
  guint mark = log_mark ();
  g_autoptr (GSubprocess) server = terminal_serve_silently ();
  g_autoptr (JsonObject) begun = NULL;
  g_autoptr (JsonObject) ended = NULL;
  gboolean refused = FALSE, no_answer = FALSE;

  run ("ip -n servers address delete 10.99.0.14/24 dev servers0");
  start (WATCH);
  wait_status ("servers.total", "5");
  wait_status ("servers.list.0.state", "\"answering\"");
  wait_status ("servers.list.1.state", "\"silent\"");
  wait_status ("servers.list.4.state", "\"silent\""); /* whosever it is */
  wait_status ("servers.silent", "4");
  g_assert_cmpint (ask_people ("", NULL), ==, 1);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (JsonObject) record = log_wait (mark, "outage-begun", i);
      gboolean down = g_str_equal (log_get (record, "destination.address"), SERVER_DOWN);

      check_record (record, "server", log_get (record, "event.reason"));
      g_assert_null (log_get (record, "user.id"));
      if (down)
        no_answer = g_str_equal (log_get (record, "event.reason"), "no-answer")
                    || g_str_equal (log_get (record, "event.reason"), "unreachable");
      else
        refused = g_str_equal (log_get (record, "event.reason"), "refused");
      g_assert_cmpstr (log_get (record, "destination.address"), !=, SERVER_SILENT);
    }
  g_assert_true (refused);
  g_assert_true (no_answer);
  wait_status ("servers.list.1.outage", "true");

  /* a server that worked ends */
  terminal_end_server (server);
  begun = log_wait (mark, "outage-begun", 4);
  check_record (begun, "server", "refused");
  g_assert_cmpstr (log_get (begun, "destination.address"), ==, SERVER_SILENT);
  g_assert_cmpstr (log_get (begun, "destination.ip"), ==, "10.99.0.11");
  g_clear_object (&server);
  server = terminal_serve_silently ();
  ended = log_wait (mark, "outage-ended", 0);
  check_end (ended, "server", 1);
  g_assert_cmpstr (log_get (ended, "destination.address"), ==, SERVER_SILENT);
  terminal_end_server (server);
  run ("ip -n servers address add 10.99.0.14/24 dev servers0");
  stop ();
  log_check_order (mark, "outage-begun outage-ended outage-ended outage-ended daemon-stopped");
}

/* A cable is one outage, not one of every server. */
static void
test_cable_and_servers (void)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) begun = NULL;
  gint64 asked;

  run ("ip -n servers link set servers0 down");
  start (WATCH);
  wait_status ("servers.silent", "5");
  begun = log_wait (mark, "outage-begun", 0);
  check_record (begun, "line", "no-carrier");
  asked = get_number ("servers.list.4.asked");
  g_assert_cmpint (asked, >, 0);
  for (guint round = 0; round < 2; round++)
    {
      gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;

      while (get_number ("servers.list.4.asked") == asked)
        {
          g_assert_cmpint (g_get_monotonic_time (), <, deadline);
          terminal_turn ();
        }
      asked = get_number ("servers.list.4.asked");
    }
  g_assert_null (log_find (mark, "outage-begun", 1));
  run ("ip -n servers link set servers0 up");
  terminal_wait ("line", "ok");
  stop ();
}

static gboolean
has_hole (const char *address)
{
  g_autofree char *text = world_run ("nft list set inet kiosk sessions");

  return strstr (text, address) != NULL;
}

/* The others are asked while a session is being opened; its own hole and connection stay. Server and
 * session have the same address, so a question to it would end both. */
static void
test_session (void)
{
  g_autoptr (GSubprocess) server = terminal_serve_silently ();
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *connections = NULL;
  int fds[2] = { -1, -1 };
  gint64 own, other, deadline;

  start (WATCH);
  wait_status ("servers.list.0.state", "\"answering\"");
  terminal_log_in ();
  answer = terminal_call ("Connect", g_variant_new ("(sssuu)", SERVER_SILENT, "", "", 1280, 752),
                          fds, &error);
  g_assert_no_error (error);
  deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  wait_status ("state",
               "\"connecting\""); /* what is in the file from here on was asked before or since */
  own = get_number ("servers.list.0.asked");
  other = get_number ("servers.list.3.asked");
  while (get_number ("servers.list.3.asked") == other)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_assert_true (has_hole ("10.99.0.11"));
      terminal_turn ();
    }
  g_assert_cmpint (get_number ("servers.list.0.asked"), ==, own);
  connections = world_run ("ss -Htn state established dst 10.99.0.11:3389 | wc -l");
  g_assert_cmpint (atoi (connections), ==, 1);
  terminal_request ("Disconnect", NULL);
  kiosk_fd_clear (&fds[0]);
  kiosk_fd_clear (&fds[1]);
  terminal_wait ("state", "choosing");
  terminal_request ("Logout", NULL);
  stop ();
  terminal_end_server (server);
}

/* ---- The file itself ---- */

static void
test_file (void)
{
  struct stat status;
  g_autofree char *json = NULL;
  g_autofree char *file = NULL;
  g_autofree char *ja = NULL;
  g_autofree char *missing = NULL;
  g_autofree char *everything = NULL;
  gint64 before;

  start ("[time ntp-1]\\naddress=10.99.0.15\\n");
  wait_status ("state", "\"logged-out\"");
  wait_status ("terminal", "\"t-01\"");
  wait_status ("locked", "false");
  wait_status ("log.ok", "true");
  wait_status ("firewall.ok", "true");
  wait_status ("clock.sources", "1");
  g_assert_cmpint (stat (STATUS, &status), ==, 0);
  g_assert_cmphex (status.st_mode & 07777, ==, 0644);
  g_assert_cmpuint (status.st_uid, ==, 0);
  terminal_log_in ();
  wait_status ("state", "\"choosing\"");
  wait_status ("records.login.success", "1");
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  wait_status ("locked", "true");

  /* nothing of the person: neither ID nor name */
  g_assert_true (g_file_get_contents (STATUS, &everything, NULL, NULL));
  g_assert_null (strstr (everything, ENGINEER));
  g_assert_null (strstr (everything, "Sato"));
  g_assert_null (strstr (everything, "佐藤"));

  ask_people ("--json", &json);
  g_assert_true (g_file_get_contents (STATUS, &file, NULL, NULL));
  if (!g_str_equal (json, file)) /* written anew between the two */
    g_assert_nonnull (strstr (json, "\"written_boottime_us\""));
  ask_people ("--lang ja", &ja);
  g_assert_nonnull (strstr (ja, "ロック中"));

  /* it is written although nothing happens */
  before = get_number ("written_boottime_us");
  for (guint i = 0; i < 2; i++)
    {
      gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;

      while (get_number ("written_boottime_us") == before)
        {
          g_assert_cmpint (g_get_monotonic_time (), <, deadline);
          terminal_turn ();
        }
      g_assert_cmpint (get_number ("written_boottime_us") - before, <=, 30 * G_USEC_PER_SEC);
      before = get_number ("written_boottime_us");
    }
  stop ();
  g_assert_cmpint (ask_people ("--lang en", &missing), ==, 2);
  g_assert_nonnull (strstr (missing, "Cannot tell"));

  /* out of service is wrong, but can be told */
  terminal_break_policy ();
  terminal_start ();
  wait_status ("stop_code", "\"P-01\"");
  wait_status ("problems.0", "\"out-of-service\"");
  g_assert_cmpint (ask_people ("", NULL), ==, 1);
  terminal_stop ();
}

/* ---- The clock ---- */

/* Only kioskd gets the other clock: its wall clock and nothing else, as OFFSET says. */
static void
start_with_clock (const char *part)
{
  run ("echo 0 >" OFFSET);
  g_setenv ("LD_PRELOAD", WALL_CLOCK, TRUE);
  g_setenv ("WALL_CLOCK_OFFSET", OFFSET, TRUE);
  start (part);
  g_unsetenv ("LD_PRELOAD");
}

static void
check_step (guint mark, guint nth, const char *reason, gint64 seconds)
{
  g_autoptr (JsonObject) record = log_wait (mark, "clock-stepped", nth);
  gint64 step = json_object_get_int_member (record, "kiosk.step");

  g_assert_cmpstr (log_get (record, "event.reason"), ==, reason);
  g_assert_cmpint (ABS (step - seconds * G_USEC_PER_SEC), <, G_USEC_PER_SEC);
}

/* Nobody touches anything until @action is on record; its kiosk.monotonic. */
static gint64
sit_until (guint mark, const char *action)
{
  gint64 begin = g_get_monotonic_time ();
  gint64 deadline = begin + 2 * WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  g_autoptr (JsonObject) record = NULL;

  while ((record = log_find (mark, action, 0)) == NULL)
    {
      gint64 now = g_get_monotonic_time ();

      g_assert_cmpint (now, <, deadline);
      terminal_request ("Heartbeat", g_variant_new ("(u)", (guint) ((now - begin) / 1000) + 60000));
      g_usleep (500000);
    }
  return json_object_get_int_member (record, "kiosk.monotonic");
}

static void
test_clock (void)
{
  guint mark = log_mark ();
  gint64 login, lock, logout;

  start_with_clock (
      "[lock]\\nidle=30\\nlogoff=60\\nwarning=5\\ndisconnect=60\\nclock-step=false\\n");
  terminal_log_in ();
  login = sit_until (mark, "login");
  run ("echo 86400 >" OFFSET);
  check_step (mark, 0, "forward", 86400);
  wait_status ("clock.steps", "1");
  lock = sit_until (mark, "lock"); /* not earlier for it */
  g_assert_cmpint (lock - login, >=, 30 * G_USEC_PER_SEC);
  {
    /* since the log-in nobody has been there */
    g_autoptr (JsonObject) record = log_wait (mark, "lock", 0);
    gint64 absence = json_object_get_int_member (record, "kiosk.absence");

    g_assert_cmpstr (log_get (record, "event.reason"), ==, "idle");
    g_assert_cmpint (absence, >=, 30 * G_USEC_PER_SEC);
    g_assert_cmpint (absence, <=, lock - login + G_USEC_PER_SEC);
  }
  run ("echo -86400 >" OFFSET);
  check_step (mark, 1, "backward", 2 * 86400);
  logout = sit_until (mark, "logout"); /* not two days later */
  g_assert_cmpint (logout - lock, >=, 60 * G_USEC_PER_SEC);
  g_assert_null (log_find (mark, "clock-stepped", 2));
  stop ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  world_require ();
  terminal_make_people ();
  g_test_add_func ("/monitor/line", test_line);
  g_test_add_func ("/monitor/flapping", test_flapping);
  g_test_add_func ("/monitor/stopped", test_stopped);
  g_test_add_func ("/reach/gateway", test_gateway);
  g_test_add_func ("/reach/servers", test_servers);
  g_test_add_func ("/reach/cable-and-servers", test_cable_and_servers);
  g_test_add_func ("/monitor/session", test_session);
  g_test_add_func ("/monitor/file", test_file);
  g_test_add_func ("/monitor/clock", test_clock);
  return g_test_run ();
}
