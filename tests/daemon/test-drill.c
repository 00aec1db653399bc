/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The drill against the real firewall and the real kioskd: it passes, it finds each kind of hole, and what it found
 * has its consequences; and whoever plays the drill without keeping to its protocol achieves nothing. */

#include "terminal.h"

#include "../lib/world.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/drill-protocol.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Networks: the terminal's own, and one without a firewall from which everything gets out. kioskd can be reached
 * from both. A hole in its own it would close itself sooner or later. */
#define GUARDED ""
#define OPEN "ip netns exec servers "

/* Runs the real drill in a network; the terminal's shell goes on living. Its JSON. */
static JsonObject *
run_drill (const char *network, int wanted_status)
{
  g_autofree char *command
      = g_strdup_printf ("%skioskctl network drill --json > /tmp/drill.json", network);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) drill
      = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "sh", "-c", command, NULL);
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) node = NULL;

  g_assert_no_error (error);
  while (g_subprocess_get_identifier (drill) != NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      terminal_turn ();
    }
  g_assert_true (g_file_get_contents ("/tmp/drill.json", &text, NULL, NULL));
  g_test_message ("%s", text);
  g_assert_cmpint (g_subprocess_get_exit_status (drill), ==, wanted_status);
  node = json_from_string (text, &error);
  g_assert_no_error (error);
  return json_node_dup_object (node);
}

static JsonObject *
get_kind (JsonObject *drill, const char *kind)
{
  JsonArray *kinds = json_object_get_array_member (drill, "kinds");

  for (guint i = 0; i < json_array_get_length (kinds); i++)
    {
      JsonObject *finding = json_array_get_object_element (kinds, i);

      if (g_str_equal (json_object_get_string_member (finding, "kind"), kind))
        return finding;
    }
  g_error ("No kind %s", kind);
}

static gboolean
got_through (JsonObject *drill, const char *kind, const char *what)
{
  JsonArray *through = json_object_get_array_member (get_kind (drill, kind), "through");

  for (guint i = 0; i < json_array_get_length (through); i++)
    if (g_str_equal (json_array_get_string_element (through, i), what))
      return TRUE;
  return FALSE;
}

static guint
count_through (JsonObject *drill)
{
  JsonArray *kinds = json_object_get_array_member (drill, "kinds");
  guint n = 0;

  for (guint i = 0; i < json_array_get_length (kinds); i++)
    n += json_array_get_length (
        json_object_get_array_member (json_array_get_object_element (kinds, i), "through"));
  return n;
}

static gint64
count_refused (JsonObject *drill, const char *kind)
{
  return json_object_get_int_member (get_kind (drill, kind), "refused");
}

/* How many records of @action there are behind @mark. */
static guint
count_records (guint mark, const char *action)
{
  guint n = 0;

  for (;;)
    {
      g_autoptr (JsonObject) record = log_find (mark, action, n);

      if (record == NULL)
        return n;
      n++;
    }
}

static void
open_rule (const char *rule)
{
  g_autofree char *command = g_strdup_printf ("nft insert rule inet kiosk output %s accept", rule);

  g_free (world_run (command));
}

static void
load_table (void)
{
  g_free (world_run ("nft -f /mnt/repo/kiosk/data/firewall.nft"));
}

static void
begin (void)
{
  load_table ();
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
}

static void
finish (void)
{
  terminal_disconnect ();
  terminal_stop ();
  log_verify ();
}

/* ---- The drill itself ---- */

static void
test_passes (void)
{
  static const char *const proved[]
      = { "dns",          "web",        "mail",          "icmp",    "ipv6",
          "other-server", "other-port", "closed-server", "gateway", "broadcast" };
  g_autoptr (JsonObject) drill = NULL;
  guint mark;

  begin ();
  mark = log_mark ();
  drill = run_drill (GUARDED, 0);
  g_assert_true (json_object_get_boolean_member (drill, "passed"));
  g_assert_true (json_object_get_boolean_member (drill, "recorded"));
  g_assert_cmpuint (count_through (drill), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (proved); i++)
    {
      g_test_message ("%s", proved[i]);
      g_assert_cmpint (count_refused (drill, proved[i]), >, 0);
    }
  log_check_order (mark, "drill-begun drill-passed");
  g_assert_cmpuint (count_records (mark, "drill-passed"), ==, G_N_ELEMENTS (proved));
  g_assert_cmpuint (count_records (mark, "drill-unproved"), ==, 1); /* the policy has no service */
  log_check_none (mark, "drill-failed");
  terminal_wait ("state", "logged-out");
  finish ();
}

/* Rule, kind and attempt that must get through by it; without a kioskd that would close the hole. */
static const struct {
  const char *rule, *kind, *what;
} holes[] = {
  /* Nobody serves there: the answer is a reset, as from our own table. */
  { "meta skuid kiosk tcp dport 25", "mail", "kiosk TCP 10.99.0.11 port 25" },
  { "meta skuid nobody udp dport 53", "dns", "nobody UDP 10.99.0.11 port 53" },
  { "meta skuid kiosk-rdp icmp type echo-request", "icmp", "kiosk-rdp ICMP 10.99.0.11" },
  { "meta skuid kiosk-connect tcp dport 3390", "other-port",
    "kiosk-connect TCP 10.99.0.11 port 3390" },
  { "meta skuid kiosk-connect ip daddr 10.99.0.14 tcp dport 3389", "closed-server",
    "kiosk-connect TCP 10.99.0.14 port 3389" },
  { "meta skuid root ip daddr 10.99.0.12 tcp dport 3389", "closed-server",
    "root TCP 10.99.0.12 port 3389" },
  /* Nobody is there at all: the packet waits for a neighbour. */
  { "meta skuid root ip daddr 192.0.2.1 tcp dport 3389", "other-server",
    "root TCP 192.0.2.1 port 3389" },
  { "meta skuid root ip daddr 255.255.255.255", "broadcast", "root UDP 255.255.255.255 port 9" },
  { "meta skuid root ip daddr 224.0.0.251", "broadcast", "root UDP 224.0.0.251 port 9" },
  { "meta skuid root ip daddr 10.99.0.254 tcp dport 22", "gateway",
    "root TCP 10.99.0.254 port 22" },
  { "meta skuid root ip6 daddr 2001:db8::1 tcp dport 443", "ipv6",
    "root TCP 2001:db8::1 port 443" },
  { "meta skuid root ip6 daddr ff02::1 udp dport 9", "ipv6", "root UDP ff02::1 port 9" },
};

static void
test_finds (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (JsonObject) drill = NULL;

  load_table ();
  open_rule (holes[i].rule);
  drill = run_drill (GUARDED, 1);
  g_assert_false (json_object_get_boolean_member (drill, "passed"));
  g_assert_true (got_through (drill, holes[i].kind, holes[i].what));
  load_table ();
}

/* A table that swallows instead of refusing is not ours. */
static void
test_finds_silence (void)
{
  g_autoptr (JsonObject) drill = NULL;

  load_table ();
  g_free (world_run ("nft insert rule inet kiosk output meta skuid kiosk tcp dport 443 drop"));
  drill = run_drill (GUARDED, 1);
  g_assert_true (got_through (drill, "web", "kiosk TCP 10.99.0.11 port 443"));
  load_table ();
}

/* What one program may reach is closed to all others. */
static void
test_services (void)
{
  g_autoptr (JsonObject) good = NULL;
  g_autoptr (JsonObject) bad = NULL;

  g_free (world_run (
      "mkdir -p /etc/maintenance-kiosk/policy.d && printf '[service collector]\naddress=10.99.0.15\n"
      "port=6514\n[time a]\naddress=10.99.0.13\n' > /etc/maintenance-kiosk/policy.d/50.conf"));
  begin ();
  good = run_drill (GUARDED, 0);
  g_assert_cmpint (count_refused (good, "service"), >, 0);
  g_assert_cmpuint (count_through (good), ==, 0);
  finish ();

  load_table ();
  open_rule ("ip daddr 10.99.0.15 tcp dport 6514");
  open_rule ("ip daddr 10.99.0.13 udp dport 123");
  bad = run_drill (GUARDED, 1);
  g_assert_true (got_through (bad, "service", "root TCP 10.99.0.15 port 6514"));
  g_assert_true (got_through (bad, "service", "kiosk-connect UDP 10.99.0.13 port 123"));
  g_assert_false (got_through (bad, "service", "_chrony UDP 10.99.0.13 port 123"));
  load_table ();
  g_free (world_run ("rm -r /etc/maintenance-kiosk/policy.d"));
}

/* ---- What follows ---- */

static void
test_out_of_service (void)
{
  g_autoptr (JsonObject) failed = NULL;
  g_autoptr (JsonObject) passed = NULL;
  g_autoptr (JsonObject) record = NULL;
  guint mark;

  begin ();
  terminal_log_in ();
  mark = log_mark ();
  failed = run_drill (OPEN, 1);
  g_assert_false (json_object_get_boolean_member (failed, "passed"));
  g_assert_true (json_object_get_boolean_member (failed, "recorded"));
  g_assert_true (got_through (failed, "web", "kiosk-rdp TCP 192.0.2.1 port 443"));
  record = log_wait (mark, "drill-failed", 0);
  g_assert_cmpstr (log_get (record, "event.reason"), ==, "dns");
  g_assert_cmpstr (log_get (record, "event.outcome"), ==, "failure");
  g_assert_nonnull (strstr (log_get (record, "message"), "root UDP 192.0.2.1 port 53"));
  terminal_wait ("state", "stopped");
  terminal_wait ("stop-code", "N-03");
  log_check_order (mark, "drill-begun drill-failed logout terminal-stopped");
  /* Looking again does not help while nothing was proved. */
  terminal_signal (SIGHUP);
  for (guint i = 0; i < 50; i++)
    terminal_turn ();
  terminal_wait ("stop-code", "N-03");
  mark = log_mark ();
  passed = run_drill (GUARDED, 0);
  terminal_wait ("state", "logged-out");
  log_check_order (mark, "drill-begun drill-passed terminal-ready");
  finish ();

  /* A new kioskd knows nothing of it. */
  begin ();
  json_object_unref (run_drill (OPEN, 1));
  terminal_wait ("state", "stopped");
  finish ();
  begin ();
  finish ();
}

static void
test_session (void)
{
  g_autoptr (GSubprocess) server = terminal_serve_silently ();
  g_autoptr (JsonObject) drill = NULL;
  g_autoptr (JsonObject) failed = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2] = { -1, -1 };
  guint mark;

  begin ();
  terminal_log_in ();
  answer = terminal_call ("Connect", g_variant_new ("(sssuu)", SERVER_SILENT, "", "", 1280u, 720u),
                          fds, &error);
  g_assert_no_error (error);
  terminal_wait ("state", "connecting");
  mark = log_mark ();
  drill = run_drill (GUARDED, 0);
  g_assert_cmpuint (count_through (drill), ==, 0);
  log_check_none (mark, "drill-failed");
  terminal_wait ("state", "connecting");
  g_assert_cmpuint (terminal_count_holes (), ==, 1);

  /* Something that got through ends it. */
  failed = run_drill (OPEN, 1);
  terminal_wait ("state", "stopped");
  g_assert_cmpuint (terminal_count_holes (), ==, 0);
  log_check_order (mark, "drill-failed firewall-closed terminal-stopped");
  kiosk_fd_clear (&fds[0]);
  kiosk_fd_clear (&fds[1]);
  terminal_end_server (server);
  finish ();
}

/* Without kioskd it is done all the same, and says that it is not on record. */
static void
test_without_daemon (void)
{
  g_autoptr (JsonObject) good = NULL;
  g_autoptr (JsonObject) bad = NULL;

  load_table ();
  good = run_drill (GUARDED, 2);
  g_assert_true (json_object_get_boolean_member (good, "passed"));
  g_assert_false (json_object_get_boolean_member (good, "recorded"));
  open_rule ("meta skuid kiosk tcp dport 25");
  bad = run_drill (GUARDED, 1);
  g_assert_false (json_object_get_boolean_member (bad, "recorded"));
  load_table ();
}

static void
test_words (void)
{
  g_autofree char *ja = NULL;
  g_autofree char *en = NULL;
  g_autofree char *other = NULL;

  begin ();
  ja = world_run ("kioskctl network drill --lang ja");
  en = world_run ("kioskctl network drill --lang en");
  g_assert_nonnull (strstr (ja, "合格: 出てはならない通信は、すべて止まりました。記録しました。"));
  g_assert_nonnull (strstr (en, "Passed: everything that must not get out was refused."));
  other = world_run (
      "setpriv --reuid nobody --clear-groups kioskctl network drill --lang en 2>&1 || echo $?");
  g_assert_cmpstr (other, ==, "Please run this as root.\n2\n");
  finish ();
}

/* ---- Whoever does not keep to the protocol ---- */

static int
connect_to (void)
{
  const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = KIOSK_DRILL_SOCKET };
  kiosk_autofd int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  world_limit_waiting (fd);
  return connect (fd, (const struct sockaddr *) &address, sizeof address) == 0
             ? kiosk_fd_steal (&fd)
             : -1;
}

static int
begin_by_hand (void)
{
  int fd = connect_to ();
  KioskDrillOrder order;

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (kiosk_channel_receive_exact (fd, &order, sizeof order, NULL, 0, NULL));
  g_assert_true (kiosk_drill_order_valid (&order));
  return fd;
}

static void
check_unfinished (guint mark, const char *reason)
{
  g_autoptr (JsonObject) record = log_wait (mark, "drill-unfinished", 0);

  g_assert_cmpstr (log_get (record, "event.reason"), ==, reason);
  g_assert_cmpstr (log_get (record, "event.outcome"), ==, "failure");
  log_check_none (mark, "drill-passed");
  log_check_none (mark, "drill-failed");
}

static void
test_protocol (void)
{
  KioskDrillReport report = { .magic = KIOSK_DRILL_REPORT };
  KioskDrillReport bad[3]
      = { { .magic = 0 }, { .magic = KIOSK_DRILL_REPORT }, { .magic = KIOSK_DRILL_REPORT } };
  guint mark;
  int fd, second;
  char byte;

  begin ();
  /* Somebody else does not even get in. */
  g_assert_cmpint (seteuid (65534), ==, 0);
  g_assert_cmpint (connect_to (), ==, -1);
  g_assert_cmpint (seteuid (0), ==, 0);

  mark = log_mark ();
  fd = begin_by_hand ();
  second = connect_to (); /* one at a time */
  g_assert_cmpint (recv (second, &byte, 1, 0), ==, 0);
  kiosk_fd_clear (&second);
  kiosk_fd_clear (&fd);
  check_unfinished (mark, "ended");

  mark = log_mark ();
  fd = begin_by_hand ();
  g_assert_true (kiosk_channel_send (fd, &report, sizeof report - 1, NULL, 0, NULL));
  g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 0);
  kiosk_fd_clear (&fd);
  check_unfinished (mark, "protocol");

  bad[1].findings[0].through = 1;
  bad[2].findings[3].refused = KIOSK_DRILL_MAX_ATTEMPTS + 1;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      mark = log_mark ();
      fd = begin_by_hand ();
      g_assert_true (kiosk_channel_send (fd, &bad[i], sizeof bad[i], NULL, 0, NULL));
      g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 0);
      kiosk_fd_clear (&fd);
      check_unfinished (mark, "protocol");
    }
  terminal_wait ("state", "logged-out");
  finish ();
}

/* A session that begins while the drill runs may be what got through. */
static void
test_disturbed (void)
{
  KioskDrillReport report = { .magic = KIOSK_DRILL_REPORT };
  KioskDrillFinding *finding = &report.findings[KIOSK_DRILL_CLOSED_SERVER];
  KioskDrillReceipt receipt;
  guint mark;
  int fd;

  begin ();
  terminal_log_in ();
  finding->through = 1;
  g_assert_true (kiosk_channel_text_set (finding->what, sizeof finding->what, "kiosk-connect TCP"));
  mark = log_mark ();
  fd = begin_by_hand ();
  terminal_wait_no_hole (); /* servers are not asked meanwhile */
  for (guint i = 0; i < 200; i++)
    {
      terminal_turn ();
      g_assert_cmpuint (i % 20 == 0 ? terminal_count_holes () : 0, ==, 0);
    }
  g_clear_pointer (
      &(GVariant *){ terminal_call (
          "Connect", g_variant_new ("(sssuu)", SERVER_DOWN, "", "", 1280u, 720u), NULL, NULL) },
      g_variant_unref);
  log_wait (mark, "firewall-opened", 0);
  g_assert_true (kiosk_channel_send (fd, &report, sizeof report, NULL, 0, NULL));
  g_assert_true (kiosk_channel_receive_exact (fd, &receipt, sizeof receipt, NULL, 0, NULL));
  g_assert_cmpuint (receipt.answer, ==, KIOSK_DRILL_ANSWER_AGAIN);
  kiosk_fd_clear (&fd);
  check_unfinished (mark, "disturbed");
  terminal_wait ("stop-code", "");

  /* The same with nothing that disturbs it counts. */
  terminal_wait ("state", "choosing");
  terminal_wait_no_hole ();
  fd = begin_by_hand ();
  g_assert_true (kiosk_channel_send (fd, &report, sizeof report, NULL, 0, NULL));
  g_assert_true (kiosk_channel_receive_exact (fd, &receipt, sizeof receipt, NULL, 0, NULL));
  g_assert_cmpuint (receipt.answer, ==, KIOSK_DRILL_ANSWER_FAILED);
  kiosk_fd_clear (&fd);
  terminal_wait ("stop-code", "N-03");
  finish ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  world_require ();
  terminal_make_people ();
  terminal_write_policy ("drill");
  /* Ways that lead somewhere: a gateway that nobody is, and IPv6. */
  g_free (world_run ("ip route add default via 10.99.0.254 dev terminal0; "
                     "ip -6 address add 2001:db8:99::1/64 dev terminal0 nodad; "
                     "ip -6 route add default dev terminal0"));
  g_test_add_func ("/drill/passes", test_passes);
  for (guint i = 0; i < G_N_ELEMENTS (holes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/drill/finds/%s/%u", holes[i].kind, i);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_finds);
    }
  g_test_add_func ("/drill/finds-silence", test_finds_silence);
  g_test_add_func ("/drill/services", test_services);
  g_test_add_func ("/drill/out-of-service", test_out_of_service);
  g_test_add_func ("/drill/session", test_session);
  g_test_add_func ("/drill/without-daemon", test_without_daemon);
  g_test_add_func ("/drill/words", test_words);
  g_test_add_func ("/drill/protocol", test_protocol);
  g_test_add_func ("/drill/disturbed", test_disturbed);
  return g_test_run ();
}
