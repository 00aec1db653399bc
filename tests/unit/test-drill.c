/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* What the drill tries under which policy, what answers mean, and which messages about it are believed. */

#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/drill-protocol.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/drill.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#define HEAD                                                                                           \
  "[policy]\nformat=1\n[terminal]\nid=t-01\nsite[ja]=市\nsite[en]=City\n[role engineer]\npersons=a\n" \
  "[person a]\nname[ja]=a\nname[en]=a\n"
#define SERVER(id, address)                                                                        \
  "[server " id "]\nlabel[ja]=s\nlabel[en]=s\npurpose[ja]=s\npurpose[en]=s\naddress=" address      \
  "\npersons=a\ncertificate-sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"

static KioskPolicy *
parse (const char *text)
{
  const KioskPolicySource source = { "test", text, strlen (text) };
  g_autoptr (GPtrArray) problems = NULL;
  KioskPolicy *policy = kiosk_policy_parse (&source, 1, &problems);

  g_assert_cmpuint (problems->len, ==, 0);
  return policy;
}

static KioskEndpoint
endpoint (const char *address, guint16 port)
{
  KioskEndpoint end = { .address = (char *) address, .port = port };

  end.family = strchr (address, ':') != NULL ? AF_INET6 : AF_INET;
  g_assert_cmpint (inet_pton (end.family, address, end.address_bytes), ==, 1);
  return end;
}

/* How many attempts have these words in their description. */
static guint
count (GArray *plan, KioskDrillKind kind, const char *words)
{
  guint n = 0;

  for (guint i = 0; i < plan->len; i++)
    {
      const KioskDrillAttempt *attempt = &g_array_index (plan, KioskDrillAttempt, i);
      g_autofree char *text = kiosk_drill_describe (attempt);

      if ((kind == KIOSK_N_DRILL_KINDS || attempt->kind == kind) && strstr (text, words) != NULL)
        n++;
    }
  return n;
}

#define ANY KIOSK_N_DRILL_KINDS

static void
test_plan (void)
{
  g_autoptr (KioskPolicy) policy = parse (
      HEAD SERVER ("one", "10.1.0.1") SERVER ("two", "2001:db8:1::2\nport=3390")
          SERVER ("three", "10.1.0.3") SERVER ("four", "10.1.0.4") SERVER (
              "five",
              "10.1.0.5") "[service collector]\naddress=10.2.0.1\nport=6514\n"
                          "[collector]\nkey=d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n"
                          "[service update]\naddress=10.2.0.2\nport=443\n"
                          "[time a]\naddress=10.3.0.1\n[time b]\naddress=10.3.0.2\nkey=1\n"
                          "[tunnel]\nkind=wireguard\ninterface=wg0\npeer=10.4.0.1\n");
  gboolean present[16];
  KioskEndpoint gateway = endpoint ("10.1.0.254", 0);
  KioskEndpoint broadcast = endpoint ("10.1.0.255", 0);
  KioskEndpoint session = endpoint ("10.1.0.3", 3389);
  KioskDrillScene scene = { .policy = policy,
                            .present = present,
                            .gateways = &gateway,
                            .n_gateways = 1,
                            .broadcasts = &broadcast,
                            .n_broadcasts = 1 };
  g_autoptr (GArray) plan = NULL;
  guint n_users = 0;

  for (guint i = 0; i < G_N_ELEMENTS (present); i++)
    present[i] = TRUE;
  for (; kiosk_drill_users[n_users].name != NULL; n_users++)
    ;
  plan = kiosk_drill_plan (&scene);
  for (guint kind = 0; kind < KIOSK_N_DRILL_KINDS; kind++)
    for (guint i = 0; i < n_users; i++)
      {
        g_autofree char *user = g_strdup_printf ("%s ", kiosk_drill_users[i].name);

        g_assert_cmpuint (count (plan, kind, user), >, 0); /* everybody tries everything */
      }
  g_assert_cmpuint (count (plan, KIOSK_DRILL_DNS, "kiosk-rdp UDP 192.0.2.1 port 53"), ==, 1);
  g_assert_cmpuint (count (plan, KIOSK_DRILL_DNS, "kiosk-rdp TCP 10.1.0.254 port 53"), ==, 1);
  g_assert_cmpuint (count (plan, KIOSK_DRILL_ICMP, "root ICMP 10.1.0.1"), ==, 1);
  g_assert_cmpuint (count (plan, KIOSK_DRILL_IPV6, "nobody TCP 2001:db8::1 port 443"), ==, 1);
  g_assert_cmpuint (count (plan, KIOSK_DRILL_BROADCAST, "UDP 10.1.0.255 port 9"), ==, n_users);
  g_assert_cmpuint (count (plan, KIOSK_DRILL_GATEWAY, "root TCP 10.1.0.254 port 22"), ==, 1);
  g_assert_cmpuint (count (plan, KIOSK_DRILL_OTHER_PORT, "root TCP 2001:db8:1::2 port 3391"), ==,
                    1);
  /* All servers as kiosk-connect, some as the others. */
  g_assert_cmpuint (count (plan, KIOSK_DRILL_CLOSED_SERVER, "kiosk-connect TCP"), ==, 5);
  g_assert_cmpuint (count (plan, KIOSK_DRILL_CLOSED_SERVER, "root TCP"), ==, 3);
  /* Each service as everybody but its own user. */
  g_assert_cmpuint (count (plan, ANY, "TCP 10.2.0.1 port 6514"), ==, n_users - 1);
  g_assert_cmpuint (count (plan, ANY, "kiosk-log TCP 10.2.0.1 port 6514"), ==, 0);
  g_assert_cmpuint (count (plan, ANY, "kiosk-log TCP 10.2.0.2 port 443"), ==, 1);
  g_assert_cmpuint (count (plan, ANY, "TCP 10.2.0.1 port 6515"), ==, n_users - 1);
  g_assert_cmpuint (count (plan, ANY, "kiosk-receipts TCP 10.2.0.1 port 6515"), ==, 0);
  g_assert_cmpuint (count (plan, ANY, "kiosk-receipts TCP 10.2.0.1 port 6514"), ==, 1);
  g_assert_cmpuint (count (plan, ANY, "kiosk-log TCP 10.2.0.1 port 6515"), ==, 1);
  g_assert_cmpuint (count (plan, ANY, "UDP 10.3.0.1 port 123"), ==, n_users - 1);
  g_assert_cmpuint (count (plan, ANY, "_chrony UDP 10.3.0.2 port 123"), ==, 0);
  g_assert_cmpuint (count (plan, ANY, "_chrony TCP 10.3.0.1 port 4460"), ==, 1); /* no NTS */
  g_assert_cmpuint (count (plan, ANY, "10.4.0.1"), ==, 0);

  /* While a session is open its server is left out, for its user, and nothing else. */
  g_clear_pointer (&plan, g_array_unref);
  scene.session = &session;
  plan = kiosk_drill_plan (&scene);
  g_assert_cmpuint (count (plan, ANY, "kiosk-connect TCP 10.1.0.3 port 3389"), ==, 0);
  g_assert_cmpuint (count (plan, ANY, "kiosk-connect UDP 10.1.0.3 port 3389"), ==, 1);
  g_assert_cmpuint (count (plan, ANY, "root TCP 10.1.0.3 port 3389"), ==, 1);
  g_assert_cmpuint (count (plan, KIOSK_DRILL_CLOSED_SERVER, "kiosk-connect TCP"), ==, 4);

  /* Users whom this machine does not have try nothing. */
  g_clear_pointer (&plan, g_array_unref);
  memset (present, 0, sizeof present);
  present[0] = TRUE;
  plan = kiosk_drill_plan (&scene);
  g_assert_cmpuint (plan->len, >, 0);
  g_assert_cmpuint (count (plan, ANY, "root "), ==, plan->len);
}

static void
test_plan_of_little (void)
{
  g_autoptr (KioskPolicy) policy = parse (HEAD);
  const gboolean present[16] = { TRUE, FALSE };
  KioskDrillScene scene = { .policy = policy, .present = present };
  g_autoptr (GArray) plan = kiosk_drill_plan (&scene);

  g_assert_cmpuint (count (plan, KIOSK_DRILL_DNS, "192.0.2.1"), ==, 2);
  g_assert_cmpuint (count (plan, KIOSK_DRILL_GATEWAY, ""), ==, 0);
  g_assert_cmpuint (count (plan, KIOSK_DRILL_SERVICE, ""), ==, 0);
}

static const struct {
  const char *what;
  KioskDrillSight sight;
  KioskDrillResult result;
} sights[] = {
  { "TCP reset by our table", { .later_error = ECONNREFUSED }, KIOSK_DRILL_REFUSED },
  { "TCP reset at once", { .start_error = ECONNREFUSED }, KIOSK_DRILL_REFUSED },
  { "datagram refused", { .send_error = EPERM }, KIOSK_DRILL_REFUSED },
  { "datagram refused, told by ICMP", { .send_error = ECONNREFUSED }, KIOSK_DRILL_REFUSED },
  { "TCP reset by a machine that was reached",
    { .later_error = ECONNREFUSED, .left = TRUE },
    KIOSK_DRILL_THROUGH },
  { "datagram refused after one left", { .send_error = EPERM, .left = TRUE }, KIOSK_DRILL_THROUGH },
  { "connected", { .answered = TRUE }, KIOSK_DRILL_THROUGH },
  { "connected and left", { .answered = TRUE, .left = TRUE }, KIOSK_DRILL_THROUGH },
  { "sent, no answer", { .left = TRUE }, KIOSK_DRILL_THROUGH },
  { "silence", { 0 }, KIOSK_DRILL_THROUGH },
  { "no neighbour answered", { .later_error = EHOSTUNREACH }, KIOSK_DRILL_THROUGH },
  { "timed out", { .later_error = ETIMEDOUT }, KIOSK_DRILL_THROUGH },
  { "no route", { .start_error = ENETUNREACH }, KIOSK_DRILL_NO_WAY },
  { "no route, but it left", { .start_error = ENETUNREACH, .left = TRUE }, KIOSK_DRILL_THROUGH },
  { "a route that says unreachable", { .start_error = EHOSTUNREACH }, KIOSK_DRILL_NO_WAY },
  { "a route that forbids", { .start_error = EACCES }, KIOSK_DRILL_NO_WAY },
  { "no address", { .start_error = EADDRNOTAVAIL }, KIOSK_DRILL_NO_WAY },
  { "no IPv6", { .start_error = EAFNOSUPPORT }, KIOSK_DRILL_NO_WAY },
  { "no route when it was sent", { .send_error = ENETUNREACH }, KIOSK_DRILL_NO_WAY },
  { "something that nobody foresaw", { .start_error = EIO }, KIOSK_DRILL_THROUGH },
  { "something that nobody foresaw, later", { .later_error = EPROTO }, KIOSK_DRILL_THROUGH },
};

static void
test_judge (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sights); i++)
    {
      g_test_message ("%s", sights[i].what);
      g_assert_cmpint (kiosk_drill_judge (&sights[i].sight), ==, sights[i].result);
    }
}

static void
test_names (void)
{
  for (guint kind = 0; kind < KIOSK_N_DRILL_KINDS; kind++)
    for (guint language = 0; language < 2; language++)
      g_assert_nonnull (kiosk_audit_reason_text (kiosk_drill_kind_name (kind), language == 0));
  g_assert_null (kiosk_drill_kind_name (KIOSK_N_DRILL_KINDS));
}

/* ---- Messages ---- */

static void
test_order (void)
{
  KioskDrillOrder order = { .magic = KIOSK_DRILL_ORDER };

  g_assert_true (kiosk_drill_order_valid (&order));
  order.port = 1;
  g_assert_false (kiosk_drill_order_valid (&order));
  order.family = AF_INET;
  g_assert_true (kiosk_drill_order_valid (&order));
  order.address[4] = 1;
  g_assert_false (kiosk_drill_order_valid (&order));
  order.family = AF_INET6;
  g_assert_true (kiosk_drill_order_valid (&order));
  order.port = 65536;
  g_assert_false (kiosk_drill_order_valid (&order));
  order.port = 65535;
  order.family = AF_UNIX;
  g_assert_false (kiosk_drill_order_valid (&order));
  order.family = AF_INET6;
  order.magic = KIOSK_DRILL_REPORT;
  g_assert_false (kiosk_drill_order_valid (&order));
}

static void
test_report (void)
{
  KioskDrillReport report = { .magic = KIOSK_DRILL_REPORT };
  KioskDrillFinding *finding = &report.findings[KIOSK_N_DRILL_KINDS - 1];

  g_assert_true (kiosk_drill_report_valid (&report));
  finding->through = 1;
  g_assert_false (kiosk_drill_report_valid (&report)); /* what? */
  g_assert_true (kiosk_channel_text_set (finding->what, sizeof finding->what, "root TCP"));
  g_assert_true (kiosk_drill_report_valid (&report));
  finding->through = 0;
  g_assert_false (kiosk_drill_report_valid (&report));
  finding->through = KIOSK_DRILL_MAX_ATTEMPTS;
  finding->refused = KIOSK_DRILL_MAX_ATTEMPTS;
  finding->no_way = KIOSK_DRILL_MAX_ATTEMPTS;
  g_assert_true (kiosk_drill_report_valid (&report));
  finding->no_way++;
  g_assert_false (kiosk_drill_report_valid (&report));
  finding->no_way = 0;
  finding->refused = G_MAXUINT32;
  g_assert_false (kiosk_drill_report_valid (&report));
  finding->refused = 0;
  memset (finding->what, 'x', sizeof finding->what);
  g_assert_false (kiosk_drill_report_valid (&report)); /* no end */
  finding->what[sizeof finding->what - 1] = '\0';
  g_assert_true (kiosk_drill_report_valid (&report));
  finding->what[3] = '\0';
  g_assert_false (kiosk_drill_report_valid (&report)); /* something behind the end */
  memset (finding->what, 0, sizeof finding->what);
  finding->what[0] = '\xff';
  g_assert_false (kiosk_drill_report_valid (&report));
  finding->what[0] = 'x';
  report.magic = 0;
  g_assert_false (kiosk_drill_report_valid (&report));
}

static void
test_receipt (void)
{
  KioskDrillReceipt receipt = { .magic = KIOSK_DRILL_RECEIPT };

  g_assert_false (kiosk_drill_receipt_valid (&receipt));
  for (receipt.answer = KIOSK_DRILL_ANSWER_PASSED;
       receipt.answer <= KIOSK_DRILL_ANSWER_NOT_RECORDED; receipt.answer++)
    g_assert_true (kiosk_drill_receipt_valid (&receipt));
  g_assert_false (kiosk_drill_receipt_valid (&receipt));
  receipt.answer = KIOSK_DRILL_ANSWER_PASSED;
  receipt.magic++;
  g_assert_false (kiosk_drill_receipt_valid (&receipt));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/drill/plan", test_plan);
  g_test_add_func ("/drill/plan-of-little", test_plan_of_little);
  g_test_add_func ("/drill/judge", test_judge);
  g_test_add_func ("/drill/names", test_names);
  g_test_add_func ("/drill/order", test_order);
  g_test_add_func ("/drill/report", test_report);
  g_test_add_func ("/drill/receipt", test_receipt);
  return g_test_run ();
}
