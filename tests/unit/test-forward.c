/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* rsyslog.conf as it follows from a policy; and that nothing of a policy becomes a directive. */

#include "kiosk/base/error.h"
#include "kiosk/model/forward.h"

#include <string.h>

static const KioskForwardPlaces places = { "/etc/c", "/var/lib/f" };

static KioskPolicy *
read_policy (const char *sections)
{
  g_autofree char *text
      = g_strconcat ("[policy]\nformat=1\n[terminal]\nid=t-01\nsite[ja]=市\nsite[en]=City\n"
                     "[role engineer]\npersons=a\n[person a]\nname[ja]=a\nname[en]=a\n",
                     sections, NULL);
  const KioskPolicySource source = { "test", text, strlen (text) };
  g_autoptr (GPtrArray) problems = NULL;

  return kiosk_policy_parse (&source, 1, &problems);
}

static KioskPolicy *
parse (const char *sections)
{
  KioskPolicy *policy = read_policy (sections);

  g_assert_nonnull (policy);
  return policy;
}

static guint
count (const char *text, const char *word)
{
  guint n = 0;

  for (const char *at = text; (at = strstr (at, word)) != NULL; at += strlen (word))
    n++;
  return n;
}

static void
test_none (void)
{
  g_autoptr (KioskPolicy) policy = parse ("");
  g_autofree char *text = kiosk_forward_render (policy, &places, NULL);

  g_assert_cmpstr (text, ==, "");
}

static void
test_collector (void)
{
  static const char *const words[] = {
    "global(workDirectory=\"/var/lib/f\" ",
    "target=\"10.2.0.1\" port=\"6514\"",
    "tls=\"on\" tls.authMode=\"name\" tls.permittedPeer=[\"10.2.0.1\"]",
    "tls.caCert=\"/etc/c/ca.pem\" tls.myCert=\"/etc/c/terminal.pem\" "
    "tls.myPrivKey=\"/etc/c/terminal.key\"",
    "file=\"/var/log/maintenance-kiosk/audit.log\"",
    "string=\"%msg%\"",
    "action.resumeRetryCount=\"-1\"",
  };
  g_autoptr (KioskPolicy) policy = parse ("[service collector]\naddress=10.2.0.1\nport=6514\n");
  g_autoptr (GError) error = NULL;
  g_autofree char *text = kiosk_forward_render (policy, &places, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_cmpuint (count (text, words[i]), ==, 1);
  /* one way in, one way out, and no queue in memory that a crash could take */
  g_assert_cmpuint (count (text, "input(type=\"imfile\" file=\"/"), ==, 2);
  g_assert_cmpuint (count (text, "input("), ==, 2);
  g_assert_cmpuint (count (text, "action("), ==, 1);
  g_assert_cmpuint (count (text, "module("), ==, 2);
  g_assert_cmpuint (count (text, "queue.type=\"Direct\""), ==, count (text, "queue.type="));
}

static void
test_six (void)
{
  g_autoptr (KioskPolicy) policy
      = parse ("[service collector]\naddress=2001:db8::1\nport=1\n[log]\ndirectory=/srv/a-1_b.c\n");
  g_autofree char *text = kiosk_forward_render (policy, &places, NULL);

  g_assert_cmpuint (count (text, "target=\"2001:db8::1\" port=\"1\""), ==, 1);
  g_assert_cmpuint (count (text, "file=\"/srv/a-1_b.c/audit.log\""), ==, 1);
}

static void
test_refused (void)
{
  static const char *const folders[]
      = { "/a\"b", "/a b", "/a%b", "/a\\b", "/a$b", "/日誌", "/a;b" };
  static const KioskForwardPlaces bad[]
      = { { "/etc/c\"", "/f" }, { "/etc/c", "f" }, { "", "/f" }, { "/c", "/f\n" } };
  g_autoptr (KioskPolicy) good = parse ("[service collector]\naddress=10.2.0.1\nport=6514\n");
  guint n_refused = 0;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *sections = g_strconcat (
          "[service collector]\naddress=10.2.0.1\nport=6514\n[log]\ndirectory=", folders[i], "\n",
          NULL);
      g_autoptr (KioskPolicy) policy = read_policy (sections);
      g_autoptr (GError) error = NULL;

      if (policy == NULL)
        continue; /* the policy has rules of its own for paths */
      n_refused++;
      g_assert_null (kiosk_forward_render (policy, &places, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
    }
  g_assert_cmpuint (n_refused, >, 0);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (kiosk_forward_render (good, &bad[i], NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/forward/none", test_none);
  g_test_add_func ("/forward/collector", test_collector);
  g_test_add_func ("/forward/six", test_six);
  g_test_add_func ("/forward/refused", test_refused);
  return g_test_run ();
}
