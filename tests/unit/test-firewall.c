/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The firewall's pure half: what must leave by a policy, what a listing says, what differs, what is told of
 * refused packets. */

#include "kiosk/model/firewall.h"

#include <arpa/inet.h>
#include <string.h>

#define HEAD                                                                                       \
  "[policy]\nformat=1\n[terminal]\nid=t-01\nsite[ja]=試\nsite[en]=T\n"                            \
  "[role engineer]\npersons=a\n[person a]\nname[ja]=あ\nname[en]=A\n"

#define COLLECTOR_KEY                                                                              \
  "[collector]\nkey=d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n"

static const KioskFirewallUsers all_users = { { 903, 904, 905, 106, 998, 0, 906 } };

static KioskPolicy *
parse (const char *more)
{
  g_autofree char *text = g_strconcat (HEAD, more, NULL);
  KioskPolicySource source = { "x", text, strlen (text) };
  g_autoptr (GPtrArray) problems = NULL;
  KioskPolicy *policy = kiosk_policy_parse (&source, 1, &problems);

  /* One fault, and it is the address. */
  if (policy == NULL)
    {
      const KioskPolicyProblem *problem = problems->pdata[0];

      g_assert_cmpuint (problems->len, ==, 1);
      g_assert_true (strstr (problem->reason.en, "“address”") != NULL
                     || strstr (problem->reason.en, "“peer”") != NULL);
    }
  return policy;
}

static KioskEndpoint
endpoint (const char *address, guint16 port)
{
  KioskEndpoint e = { .port = port, .family = strchr (address, ':') != NULL ? AF_INET6 : AF_INET };

  g_assert_cmpint (inet_pton (e.family, address, e.address_bytes), ==, 1);
  return e;
}

/* "set key, set key", in the order of the plan. */
static char *
write_plan (const KioskFirewallWants *wants)
{
  g_autoptr (GPtrArray) elements = kiosk_firewall_plan (wants, NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < elements->len; i++)
    {
      const KioskFirewallElement *element = elements->pdata[i];

      g_string_append_printf (text, "%s%s %s", i > 0 ? "\n" : "", element->set, element->key);
      if (element->timeout > 0)
        g_string_append_printf (text, " for %u", element->timeout);
    }
  return g_string_free (text, FALSE);
}

static void
check_plan (const char *more, const char *const *lines, const char *expected)
{
  g_autoptr (KioskPolicy) policy = parse (more);
  const KioskFirewallWants wants = { .policy = policy, .users = &all_users, .lines = lines };
  g_autofree char *found = NULL;

  g_assert_nonnull (policy);
  found = write_plan (&wants);
  g_assert_cmpstr (found, ==, expected);
}

static const char *const eth0[] = { "eth0", NULL };

static void
test_plan (void)
{
  const KioskFirewallWants nothing = { .users = &all_users };
  g_autofree char *found = write_plan (&nothing);

  g_assert_cmpstr (found, ==, "");
  check_plan ("", eth0, "lines eth0\nservice_lines eth0\nsession_lines eth0");
  check_plan ("[service collector]\naddress=10.0.0.9\nport=6514\n"
              "[service scanner]\naddress=fd00::7\nport=443\n",
              NULL,
              "services 903 . 6 . 10.0.0.9 . 6514\nanswers 6 . 10.0.0.9 . 6514\n"
              "services6 905 . 6 . fd00::7 . 443\nanswers6 6 . fd00::7 . 443");
  /* Receipts, where the collector's key is known, and a port. */
  check_plan ("[service collector]\naddress=10.0.0.9\nport=6514\n" COLLECTOR_KEY, NULL,
              "services 903 . 6 . 10.0.0.9 . 6514\nanswers 6 . 10.0.0.9 . 6514\n"
              "services 906 . 6 . 10.0.0.9 . 6515\nanswers 6 . 10.0.0.9 . 6515");
  check_plan ("[service collector]\naddress=fd00::9\nport=1\nreceipts-port=2\n" COLLECTOR_KEY, NULL,
              "services6 903 . 6 . fd00::9 . 1\nanswers6 6 . fd00::9 . 1\n"
              "services6 906 . 6 . fd00::9 . 2\nanswers6 6 . fd00::9 . 2");
  check_plan ("[service collector]\naddress=10.0.0.9\nport=1\nreceipts-port=0\n" COLLECTOR_KEY,
              NULL, "services 903 . 6 . 10.0.0.9 . 1\nanswers 6 . 10.0.0.9 . 1");
  check_plan (
      "[time a]\naddress=10.0.0.1\n[time b]\naddress=10.0.0.2\nport=1123\nnts=t.example\ncertificate-authority=/etc/x.pem\n",
      NULL,
      "services 106 . 17 . 10.0.0.1 . 123\nanswers 17 . 10.0.0.1 . 123\n"
      "services 106 . 17 . 10.0.0.2 . 1123\nanswers 17 . 10.0.0.2 . 1123\n"
      "services 106 . 6 . 10.0.0.2 . 4460\nanswers 6 . 10.0.0.2 . 4460");
  /* Sessions through the tunnel alone. */
  check_plan ("[tunnel]\nkind=wireguard\ninterface=wg0\npeer=192.0.2.1\n", eth0,
              "lines eth0\nservice_lines eth0\nsession_lines wg0\nservice_lines wg0\n"
              "tunnel 192.0.2.1 . 51820");
  check_plan ("[tunnel]\nkind=ipsec\ninterface=ipsec0\npeer=2001:db8::1\n", eth0,
              "lines eth0\nservice_lines eth0\nsession_lines ipsec0\nservice_lines ipsec0\n"
              "tunnel6 2001:db8::1 . 4500\ntunnel_esp6 2001:db8::1\n"
              "services6 0 . 17 . 2001:db8::1 . 500\nanswers6 17 . 2001:db8::1 . 500\n"
              "services6 0 . 17 . 2001:db8::1 . 4500\nanswers6 17 . 2001:db8::1 . 4500");
}

static void
test_plan_runs (void)
{
  KioskEndpoint a = endpoint ("10.0.0.1", 3389), b = endpoint ("2001:db8:0:0::5", 3390);
  KioskEndpoint dhcp = endpoint ("10.0.0.254", 0);
  const KioskEndpoint *sessions[] = { &a, &b, &a };
  const KioskFirewallWants wants
      = { .users = &all_users, .dhcp = &dhcp, .sessions = sessions, .n_sessions = 3 };
  g_autofree char *found = write_plan (&wants);

  g_assert_cmpstr (found, ==,
                   "services 998 . 17 . 10.0.0.254 . 67\nanswers 17 . 10.0.0.254 . 67\n"
                   "sessions 10.0.0.1 . 3389 for 60\nsessions6 2001:db8::5 . 3390 for 60");
}

static void
test_plan_without_users (void)
{
  const KioskFirewallUsers none = { { -1, -1, -1, -1, -1, -1, -1 } };
  g_autoptr (KioskPolicy) policy = parse (
      "[service update]\naddress=10.0.0.9\nport=443\n[time a]\naddress=10.0.0.1\n"
      "nts=t.example\ncertificate-authority=/etc/x.pem\n[tunnel]\nkind=ipsec\ninterface=x\npeer=192.0.2.1\n");
  const KioskFirewallWants wants = { .policy = policy, .users = &none };
  g_autoptr (GPtrArray) left_out = NULL;
  g_autoptr (GPtrArray) elements = kiosk_firewall_plan (&wants, &left_out);

  for (guint i = 0; i < elements->len; i++)
    g_assert_false (
        g_str_has_prefix (((KioskFirewallElement *) elements->pdata[i])->set, "services"));
  g_assert_cmpuint (left_out->len, ==, 3);
  g_assert_cmpstr (left_out->pdata[0], ==, "service update");
  g_assert_cmpstr (left_out->pdata[1], ==, "time a");
  g_assert_cmpstr (left_out->pdata[2], ==, "tunnel");
}

/* Texts that are more than an address to somebody. */
static void
test_injection (void)
{
  static const char *const texts[] = {
    "10.9.0.2 . 3389 }; insert rule inet kiosk output accept",
    "10.9.0.2 . 3389 } ; flush ruleset",
    "10.9.0.2-10.9.0.200",
    "10.9.0.0/24",
    "0.0.0.0/0",
    "@sessions",
    "$evil",
    "*",
    "10.9.0.2, 10.9.0.3",
    "10.9.0.2\\s.\\s3389",
    "\\\"10.9.0.2\\\"",
    "localhost",
    "server.example",
    "10.1",
    "0x0a090002",
    "012.9.0.2",
    "167772162",
    "::ffff:10.9.0.2",
    "fe80::1%eth0",
    "{\"prefix\":{\"addr\":\"10.9.0.0\",\"len\":8}}",
    "１０.９.０.２",
  };
  static const char *const sections[] = {
    "service collector", "service update", "service scanner", "time a", "tunnel", "server s"
  };

  for (guint s = 0; s < G_N_ELEMENTS (sections); s++)
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
      {
        gboolean tunnel = g_str_equal (sections[s], "tunnel");
        g_autofree char *more = g_strdup_printf (
            "[%s]\n%s%s=%s\n%s%s", sections[s], tunnel ? "kind=wireguard\ninterface=wg0\n" : "",
            tunnel ? "peer" : "address", texts[i],
            g_str_has_prefix (sections[s], "service") ? "port=514\n" : "",
            g_str_has_prefix (sections[s], "server")
                ? "label[ja]=a\nlabel[en]=a\npurpose[ja]=a\npurpose[en]=a\npersons=a\n"
                  "certificate-sha256=0123456789abcdef0123456789abcdef0123456789abcdef"
                  "0123456789abcdef\n"
                : "");
        g_autoptr (KioskPolicy) policy = parse (more);

        if (policy != NULL)
          g_error ("accepted: %s", more);
      }
}

static void
test_line_names (void)
{
  static const char *const good[] = { "eth0", "enp0s31f6", "wg-a.1", "terminal0" };
  static const char *const bad[]
      = { "",     "lo",   "e*",   "*", "@lines", "eth0 ", "a/b",
          "0eth", "a\"b", "a\nb", "é", "a}",     "$a",    "abcdefghijklmnop" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (kiosk_firewall_line_is_valid (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (kiosk_firewall_line_is_valid (bad[i]));
}

/* ---- Listings ---- */

/* As nft 1.0.6 and 1.1 write it. */
static const char listing[]
    = "{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\"}},"
      "{\"table\": {\"family\": \"inet\", \"name\": \"kiosk\", \"handle\": 1}},"
      "{\"counter\": {\"name\": \"refused_out\", \"packets\": 9, \"bytes\": 496}},"
      "{\"counter\": {\"name\": \"refused_in\", \"packets\": 3, \"bytes\": 4}},"
      "{\"counter\": {\"name\": \"ignored_in\", \"packets\": 2, \"bytes\": 4}},"
      "{\"set\": {\"name\": \"lines\", \"elem\": [\"a0\"]}},"
      "{\"set\": {\"name\": \"session_lines\"}},"
      "{\"set\": {\"name\": \"sessions\", \"elem\": [{\"elem\": {\"val\": {\"concat\": "
      "[\"10.1.0.2\", 3389]}, \"timeout\": 60, \"expires\": 59}}]}},"
      "{\"set\": {\"name\": \"services\", \"elem\": [{\"concat\": [903, 6, \"10.1.0.3\", 514]}]}},"
      "{\"set\": {\"name\": \"tunnel_esp\", \"elem\": [{\"prefix\": {\"addr\": \"10.0.0.0\", "
      "\"len\": 8}}]}},"
      "{\"set\": {\"name\": \"tries_out\", \"elem\": [{\"elem\": {\"val\": {\"concat\": "
      "[0, 17, \"10.1.0.2\", 53]}, \"expires\": 599, \"counter\": {\"packets\": 7, \"bytes\": 1}}}]}},"
      "{\"set\": {\"name\": \"tries_in_other6\", \"elem\": [{\"elem\": {\"val\": {\"concat\": "
      "[58, \"fd00::9\"]}, \"expires\": 599, \"counter\": {\"packets\": 1, \"bytes\": 1}}}]}},"
      "{\"set\": {\"name\": \"somebody\", \"elem\": [1]}}]}";

static void
test_state (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskFirewallState) state = kiosk_firewall_state_parse (listing, &error);
  const KioskFirewallElement *element;
  const KioskFirewallTry *try;

  g_assert_no_error (error);
  g_assert_cmpuint (state->refused_out, ==, 9);
  g_assert_cmpuint (state->refused_in, ==, 3);
  g_assert_cmpuint (state->ignored_in, ==, 2);
  g_assert_cmpuint (state->elements->len, ==, 4);
  element = state->elements->pdata[1];
  g_assert_cmpstr (element->set, ==, "sessions");
  g_assert_cmpstr (element->key, ==, "10.1.0.2 . 3389");
  g_assert_cmpuint (element->timeout, ==, 60);
  g_assert_cmpuint (element->expires, ==, 59);
  g_assert_cmpstr (((KioskFirewallElement *) state->elements->pdata[2])->key, ==,
                   "903 . 6 . 10.1.0.3 . 514");
  g_assert_cmpuint (state->tries->len, ==, 2);
  try = state->tries->pdata[0];
  g_assert_cmpint (try->uid, ==, 0);
  g_assert_cmpuint (try->protocol, ==, 17);
  g_assert_cmpstr (try->address, ==, "10.1.0.2");
  g_assert_cmpuint (try->port, ==, 53);
  g_assert_cmpuint (try->packets, ==, 7);
  try = state->tries->pdata[1];
  g_assert_cmpint (try->direction, ==, KIOSK_FIREWALL_IN);
  g_assert_cmpint (try->uid, ==, -1);
  g_assert_cmpstr (try->address, ==, "fd00::9");
}

static void
test_bad_listings (void)
{
  static const char *const bad[] = { "", "{", "[]", "1", "null", "{\"nftables\": 1}", "{}" };
  static const char *const odd[]
      = { "{\"nftables\": [1, null, [], {\"set\": 1}, {\"set\": {}}, {\"counter\": []}]}",
          "{\"nftables\": [{\"set\": {\"name\": \"sessions\", \"elem\": [null, 1, {}, "
          "{\"elem\": {}}, {\"elem\": 1}, {\"concat\": 1}, {\"concat\": [null, {}]}]}}]}",
          "{\"nftables\": [{\"set\": {\"name\": \"tries_out\", \"elem\": [\"x\", "
          "{\"elem\": {\"val\": 1}}, {\"elem\": {\"val\": {\"concat\": []}}}]}}]}" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_firewall_state_parse (bad[i], &error));
      g_assert_nonnull (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autoptr (KioskFirewallState) state = kiosk_firewall_state_parse (odd[i], NULL);

      g_assert_nonnull (state);
      g_assert_cmpuint (state->tries->len, ==, 0);
    }
}

/* ---- Differences ---- */

static const char own_rules[]
    = "table inet kiosk {\n\tset lines {\n\t\ttype ifname\n\t}\n\n"
      "\tchain output {\n\t\ttype filter hook output priority filter; "
      "policy drop;\n\t\toifname \"lo\" accept\n\t\tgoto refused\n\t}\n}\n";

static char *
join (const GPtrArray *differences)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < differences->len; i++)
    {
      const KioskLabel *label = differences->pdata[i];

      g_assert_cmpstr (label->ja, !=, label->en);
      g_string_append_printf (text, "%s%s", i > 0 ? "; " : "", label->en);
    }
  return g_string_free (text, FALSE);
}

/* @from replaced by @to in the listing leads to these words. */
static void
check_rules (const char *from, const char *to, const char *expected)
{
  g_auto (GStrv) parts = g_strsplit (own_rules, from, 2);
  g_autofree char *found = parts[1] != NULL ? g_strconcat (parts[0], to, parts[1], NULL)
                                            : g_strconcat (own_rules, to, NULL);
  g_autoptr (GPtrArray) differences = kiosk_firewall_compare_rules (own_rules, found);
  g_autofree char *words = join (differences);

  g_assert_cmpstr (words, ==, expected);
}

static void
test_rules (void)
{
  check_rules ("nowhere", "", "");
  check_rules ("\t\tgoto", "\t\ttcp dport 22 accept\n\t\tgoto",
               "added in table inet kiosk: chain output: tcp dport 22 accept");
  check_rules ("\t\tgoto refused\n", "", "missing in table inet kiosk: chain output: goto refused");
  check_rules ("policy drop", "policy accept",
               "added in table inet kiosk: chain output: type filter hook output priority filter; "
               "policy accept;; missing in table inet kiosk: chain output: type filter hook output "
               "priority filter; policy drop;");
  check_rules ("table inet kiosk {\n", "table inet kiosk {\n\tflags dormant\n\n",
               "added in table inet kiosk: table: flags dormant");
  check_rules ("nowhere", "table netdev evil {\n\tchain x {\n\t\taccept\n\t}\n}\n",
               "foreign table: netdev evil");
  check_rules ("nowhere", "table ip mine { # progname nft\n\tflags owner\n}\n",
               "foreign table: ip mine");
  check_rules (own_rules, "", "missing table: inet kiosk");
  check_rules ("\t\toifname \"lo\" accept\n\t\tgoto refused\n",
               "\t\tgoto refused\n\t\toifname \"lo\" accept\n", "the rules stand in another order");
  /* Twice the same is one too many. */
  check_rules ("\t\tgoto refused\n", "\t\tgoto refused\n\t\tgoto refused\n",
               "added in table inet kiosk: chain output: goto refused");
  /* A name that would write its own record. */
  check_rules ("nowhere",
               "table ip a\xe2\x80\xae"
               "b {\n}\n",
               "foreign table: ip a\xef\xbf\xbd"
               "b");
}

static void
test_elements (void)
{
  KioskEndpoint a = endpoint ("10.1.0.2", 3389);
  const KioskEndpoint *sessions[] = { &a };
  const KioskFirewallWants wants
      = { .users = &all_users, .lines = eth0, .sessions = sessions, .n_sessions = 1 };
  g_autoptr (GPtrArray) planned = kiosk_firewall_plan (&wants, NULL);
  g_autoptr (KioskFirewallState) state = kiosk_firewall_state_parse (listing, NULL);
  g_autoptr (GPtrArray) differences = kiosk_firewall_compare_elements (planned, state->elements);
  g_autoptr (GPtrArray) same = kiosk_firewall_compare_elements (planned, planned);
  g_autofree char *words = join (differences);

  g_assert_cmpuint (same->len, ==, 0);
  g_assert_cmpstr (words, ==,
                   "added in set lines: a0; added in set services: 903 . 6 . 10.1.0.3 . 514; "
                   "added in set tunnel_esp: {\"prefix\":{\"addr\":\"10.0.0.0\",\"len\":8}}; "
                   "missing in set lines: eth0; missing in set service_lines: eth0; "
                   "missing in set session_lines: eth0");
  ((KioskFirewallElement *) state->elements->pdata[1])->timeout = 86400;
  g_clear_pointer (&differences, g_ptr_array_unref);
  differences = kiosk_firewall_compare_elements (planned, state->elements);
  g_assert_cmpstr (((KioskLabel *) differences->pdata[1])->en, ==,
                   "time-out in set sessions altered: 10.1.0.2 . 3389 (86400 s instead of 60 s)");
}

/* ---- Refused packets ---- */

#define MINUTE ((gint64) 60 * G_USEC_PER_SEC)

/* A state with @n senders, of which the i-th has counts[i] packets, and @total in all. */
static KioskFirewallState *
make_state (const guint64 *counts, guint n, guint64 total)
{
  KioskFirewallState *state = kiosk_firewall_state_parse ("{\"nftables\":[]}", NULL);

  state->refused_out = total;
  for (guint i = 0; i < n; i++)
    if (counts[i] > 0)
      {
        KioskFirewallTry *try = g_new0 (KioskFirewallTry, 1);

        try->uid = i;
        try->protocol = 17;
        try->address = g_strdup ("10.0.0.1");
        try->port = 53;
        try->packets = counts[i];
        g_ptr_array_add (state->tries, try);
      }
  return state;
}

static void
update (KioskFirewallTally *tally, const guint64 *counts, guint n, guint64 total)
{
  g_autoptr (KioskFirewallState) state = make_state (counts, n, total);

  kiosk_firewall_tally_update (tally, state, FALSE);
}

static void
test_tally (void)
{
  KioskFirewallTally *tally = kiosk_firewall_tally_new ();
  const KioskFirewallTry *try;
  guint64 others;
  gint64 now = MINUTE;

  g_assert_false (kiosk_firewall_tally_next (tally, now, &try, &others));
  update (tally, (guint64[]){ 3, 5 }, 2, 10);
  g_assert_true (kiosk_firewall_tally_next (tally, now, &try, &others));
  g_assert_cmpint (try->uid, ==, 1);
  g_assert_cmpuint (try->packets, ==, 5);
  g_assert_true (kiosk_firewall_tally_next (tally, now, &try, &others));
  g_assert_cmpuint (try->packets, ==, 3);
  g_assert_true (kiosk_firewall_tally_next (tally, now, &try, &others));
  g_assert_null (try);
  g_assert_cmpuint (others, ==, 2);
  g_assert_false (kiosk_firewall_tally_next (tally, now, &try, &others));
  /* Within the minute nothing, then all of it; then only after two. */
  update (tally, (guint64[]){ 3, 9 }, 2, 14);
  g_assert_false (kiosk_firewall_tally_next (tally, now + MINUTE - 1, &try, &others));
  update (tally, (guint64[]){ 3, 10 }, 2, 15);
  g_assert_true (kiosk_firewall_tally_next (tally, now + MINUTE, &try, &others));
  g_assert_cmpuint (try->packets, ==, 5);
  update (tally, (guint64[]){ 3, 11 }, 2, 16);
  g_assert_false (kiosk_firewall_tally_next (tally, now + 2 * MINUTE, &try, &others));
  g_assert_true (kiosk_firewall_tally_next (tally, now + 3 * MINUTE, &try, &others));
  g_assert_cmpuint (try->packets, ==, 1);
  /* A table that was loaded anew counts from zero. */
  {
    g_autoptr (KioskFirewallState) state = make_state ((guint64[]){ 4, 20 }, 2, 24);

    kiosk_firewall_tally_update (tally, state, TRUE);
  }
  g_assert_true (kiosk_firewall_tally_next (tally, now + 60 * MINUTE, &try, &others));
  g_assert_cmpuint (try->packets, ==, 20);
  g_assert_true (kiosk_firewall_tally_next (tally, now + 60 * MINUTE, &try, &others));
  g_assert_cmpuint (try->packets, ==, 4);
  g_assert_false (kiosk_firewall_tally_next (tally, now + 60 * MINUTE, &try, &others));
  kiosk_firewall_tally_free (tally);
}

/* Whatever comes in whatever order, in the end every packet was told once. And never more than the pace. */
static void
test_tally_loses_nothing (void)
{
  enum { SENDERS = 40 };
  KioskFirewallTally *tally = kiosk_firewall_tally_new ();
  guint64 kernel[SENDERS] = { 0 }, kernel_total = 0, told = 0, sent = 0, others;
  const KioskFirewallTry *try;
  gint64 now = MINUTE;

  for (guint round = 0; round < 3000; round++)
    {
      gboolean fresh = g_test_rand_int_range (0, 100) == 0;
      g_autoptr (KioskFirewallState) state = NULL;
      guint n_told = 0;

      if (fresh)
        {
          memset (kernel, 0, sizeof kernel);
          kernel_total = 0;
        }
      for (int i = g_test_rand_int_range (0, 30); i > 0; i--)
        {
          guint sender = (guint) g_test_rand_int_range (0, SENDERS + 5);

          /* The last five have no room in the kernel's set. */
          if (sender < SENDERS)
            kernel[sender]++;
          kernel_total++;
          sent++;
        }
      state = make_state (kernel, SENDERS, kernel_total);
      kiosk_firewall_tally_update (tally, state, fresh);
      /* The kernel forgets one from time to time. */
      kernel[g_test_rand_int_range (0, SENDERS)] = 0;
      now += g_test_rand_int_range (0, (int) MINUTE);
      while (kiosk_firewall_tally_next (tally, now, &try, &others))
        {
          n_told += try != NULL;
          told += try != NULL ? try->packets : others;
        }
      g_assert_cmpuint (n_told, <=, KIOSK_FIREWALL_TALLY_PACE);
      g_assert_cmpuint (told, <=, sent);
    }
  for (guint i = 0; i < 200; i++)
    {
      now += 60 * MINUTE;
      while (kiosk_firewall_tally_next (tally, now, &try, &others))
        told += try != NULL ? try->packets : others;
    }
  g_assert_cmpuint (told, ==, sent);
  kiosk_firewall_tally_free (tally);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/firewall/plan", test_plan);
  g_test_add_func ("/firewall/plan/runs", test_plan_runs);
  g_test_add_func ("/firewall/plan/without-users", test_plan_without_users);
  g_test_add_func ("/firewall/injection", test_injection);
  g_test_add_func ("/firewall/line-names", test_line_names);
  g_test_add_func ("/firewall/state", test_state);
  g_test_add_func ("/firewall/state/bad", test_bad_listings);
  g_test_add_func ("/firewall/rules", test_rules);
  g_test_add_func ("/firewall/elements", test_elements);
  g_test_add_func ("/firewall/tally", test_tally);
  g_test_add_func ("/firewall/tally/loses-nothing", test_tally_loses_nothing);
  return g_test_run ();
}
