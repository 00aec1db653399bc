/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* chrony.conf as it follows from a policy; and that no name of a policy becomes a directive. */

#include "kiosk/base/error.h"
#include "kiosk/model/chrony.h"

#include <string.h>
#include <sys/socket.h>

#define REST                                                                                       \
  "port 0\ncmdport 0\nbindcmdaddress /\npidfile /run/chrony/chronyd.pid\n"                         \
  "driftfile /var/lib/chrony/drift\nmakestep 1 3\nmaxupdateskew 100\nrtcsync\n"
#define FIRST "# Made from the policy by \"kioskctl policy chrony\".\n"
#define KEYS "/etc/maintenance-kiosk/time.keys"

static KioskPolicy *
parse (const char *sections)
{
  g_autofree char *text
      = g_strconcat ("[policy]\nformat=1\n[terminal]\nid=t-01\nsite[ja]=市\nsite[en]=City\n"
                     "[role engineer]\npersons=a\n[person a]\nname[ja]=a\nname[en]=a\n",
                     sections, NULL);
  const KioskPolicySource source = { "test", text, strlen (text) };
  g_autoptr (GPtrArray) problems = NULL;
  KioskPolicy *policy = kiosk_policy_parse (&source, 1, &problems);

  for (guint i = 0; i < problems->len; i++)
    {
      const KioskPolicyProblem *problem = problems->pdata[i];

      g_test_message ("%u: %s", problem->line, problem->reason.en);
    }
  g_assert_cmpuint (problems->len, ==, 0);
  return policy;
}

#define NTS(id, address, name)                                                                     \
  "[time " id "]\naddress=" address "\nnts=" name                                                  \
  "\ncertificate-authority=/etc/maintenance-kiosk/" id ".pem\n"

static const struct {
  const char *sections, *configuration, *hosts;
} good[] = {
  { "", "", "" },
  { "[time a]\naddress=10.3.0.1\n", FIRST "server 10.3.0.1 port 123 iburst\n" REST, "" },
  { "[time a]\naddress=2001:db8:1::1\nport=1123\n",
    FIRST "server 2001:db8:1::1 port 1123 iburst\n" REST, "" },
  { "[time a]\naddress=10.3.0.1\nkey=7\n",
    FIRST "server 10.3.0.1 port 123 iburst key 7\nkeyfile " KEYS "\nauthselectmode require\n" REST,
    "" },
  { NTS ("a", "10.3.0.1", "time.example"),
    FIRST
    "server time.example port 123 iburst nts certset 1\n"
    "ntstrustedcerts 1 /etc/maintenance-kiosk/a.pem\nnosystemcert\nauthselectmode require\n" REST,
    "10.3.0.1 time.example\n" },
  { NTS ("a", "10.3.0.1", "time.example") "[time b]\naddress=10.3.0.2\n[time c]\naddress=10.3.0.3\nkey=65535\n" NTS (
        "d", "2001:db8:1::1", "time.example.jp"),
    FIRST "server time.example port 123 iburst nts certset 1\n"
          "ntstrustedcerts 1 /etc/maintenance-kiosk/a.pem\n"
          "server 10.3.0.2 port 123 iburst\n"
          "server 10.3.0.3 port 123 iburst key 65535\n"
          "server time.example.jp port 123 iburst nts certset 4\n"
          "ntstrustedcerts 4 /etc/maintenance-kiosk/d.pem\n"
          "keyfile " KEYS "\nnosystemcert\nminsources 2\n" REST,
    "10.3.0.1 time.example\n2001:db8:1::1 time.example.jp\n" },
};

static void
test_render (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (KioskPolicy) policy = parse (good[i].sections);
      g_autoptr (GError) error = NULL;
      g_autofree char *configuration = kiosk_chrony_render (policy, KEYS, &error);
      g_autofree char *hosts = kiosk_chrony_render_hosts (policy, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (configuration, ==, good[i].configuration);
      g_assert_cmpstr (hosts, ==, good[i].hosts);
    }
}

static void
check_refused (const KioskPolicy *policy)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_chrony_render (policy, KEYS, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (kiosk_chrony_render_hosts (policy, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
}

static void
test_twice (void)
{
  g_autoptr (KioskPolicy) address
      = parse ("[time a]\naddress=10.3.0.1\n[time b]\naddress=10.3.0.1\nport=124\n");
  g_autoptr (KioskPolicy) name
      = parse (NTS ("a", "10.3.0.1", "time.example") NTS ("b", "10.3.0.2", "time.example"));

  check_refused (address);
  check_refused (name);
}

/* Not what a policy can hold, but what would come out if it could. */
static void
test_hostile (void)
{
  static const char *const names[] = {
    "",
    "a b",
    "time.example iburst\nallow all",
    "time.example\nserver 192.0.2.66",
    "time.example\rcmdallow",
    "time.example\t",
    "#",
    "time.example;x",
    "\"time.example\"",
    "time\\nexample",
    "時刻",
    "a\xff",
  };
  KioskTimeSource source
      = { .id = (char *) "a",
          .endpoint = { .address = (char *) "10.3.0.1", .family = AF_INET, .port = 123 } };
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();
  KioskPolicy policy = { .time_sources = sources };

  g_ptr_array_add (sources, &source);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_test_message ("%u", i);
      source.nts = (char *) names[i];
      source.authority = (char *) "/etc/a.pem";
      source.endpoint.address = (char *) "10.3.0.1";
      check_refused (&policy);
      source.nts = (char *) "time.example";
      source.authority = (char *) names[i];
      check_refused (&policy);
      source.nts = NULL;
      source.authority = NULL;
      source.endpoint.address = (char *) names[i];
      check_refused (&policy);
    }
  source.endpoint.address = (char *) "10.3.0.1";
  g_free (kiosk_chrony_render (&policy, KEYS, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chrony/render", test_render);
  g_test_add_func ("/chrony/twice", test_twice);
  g_test_add_func ("/chrony/hostile", test_hostile);
  return g_test_run ();
}
