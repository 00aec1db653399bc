/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kioskd and PAM, and a policy that disables IDs which nobody uses (R06). */

#include "terminal.h"

#include "../lib/world.h"

#include <signal.h>
#include <string.h>

#define USES "/var/lib/maintenance-kiosk/uses"
#define DISABLE "[login]\\nunused-days=60\\nunused=disable\\n"

static void
write_policy (const char *sections)
{
  g_autofree char *command
      = g_strdup_printf ("printf '%s' >>/etc/maintenance-kiosk/policy.conf", sections);

  terminal_write_policy ("notice");
  g_free (world_run (command));
}

static void
start (void)
{
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
}

static void
stop (void)
{
  terminal_disconnect ();
  terminal_stop ();
}

/* Another policy, and in force. */
static void
reload (void)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) ready = NULL;

  terminal_signal (SIGHUP);
  ready = log_wait (mark, "terminal-ready", 0);
  terminal_wait ("state", "logged-out");
}

/* ENGINEER was used so many days ago, SECOND yesterday. */
static void
set_days (guint days)
{
  g_autofree char *command
      = g_strdup_printf ("umask 077; { echo \"$(($(date +%%s) - %u * 86400)) " ENGINEER
                         "\"; echo \"$(($(date +%%s) - 86400)) " SECOND "\"; } >" USES,
                         days);

  g_free (world_run (command));
}

static void
set_up (gpointer fixture, gconstpointer data)
{
  terminal_make_people ();
  g_free (world_run ("install -d -m 0700 /var/lib/maintenance-kiosk; rm -f " USES));
}

static void
tear_down (gpointer fixture, gconstpointer data)
{
  stop ();
  world_wait_none ("kiosk-auth");
  log_verify ();
}

static void
check_refused (guint days)
{
  guint mark = log_mark ();
  g_autofree char *words = g_strdup_printf (", %u days", days);
  g_autofree char *error = NULL;
  g_autoptr (JsonObject) record = NULL;

  terminal_authenticate ("login", ENGINEER, PASSWORD_OF (ENGINEER), "logged-out");
  error = terminal_get ("error");
  g_assert_cmpstr (error, ==, "login-failed"); /* as for every other cause */
  record = log_wait (mark, "login", 0);
  g_assert_cmpstr (log_get (record, "event.outcome"), ==, "failure");
  g_assert_cmpstr (log_get (record, "event.reason"), ==, "unused");
  g_assert_cmpstr (log_get (record, "user.id"), ==, ENGINEER);
  g_assert_nonnull (strstr (log_get (record, "message"), words));
  terminal_request ("Dismiss", NULL);
}

static void
log_in_and_out (const char *id, const char *password)
{
  terminal_authenticate ("login", id, password, "choosing");
  terminal_request ("Logout", NULL);
  terminal_wait ("state", "logged-out");
}

static void
test_disabled (gpointer fixture, gconstpointer data)
{
  write_policy (DISABLE);
  set_days (61);
  start ();
  check_refused (61);
  log_in_and_out (SECOND, PASSWORD_OF (SECOND));
  /* what the person does, and another start, change nothing */
  check_refused (61);
  stop ();
  start ();
  check_refused (61);
  g_free (world_run ("{ kioskctl accounts --lang en || [ $? = 1 ]; } | grep '^" ENGINEER
                     " .* unused ' >/dev/null"));
}

static void
test_listed (gpointer fixture, gconstpointer data)
{
  write_policy ("[login]\\nunused-days=60\\n");
  set_days (61);
  start ();
  log_in_and_out (ENGINEER, PASSWORD_OF (ENGINEER));
}

/* A use, and so the next one is counted from there; also over a restart. */
static void
test_used (gpointer fixture, gconstpointer data)
{
  write_policy (DISABLE);
  set_days (59);
  start ();
  log_in_and_out (ENGINEER, PASSWORD_OF (ENGINEER));
  g_free (world_run ("[ $(($(date +%s) - $(sed -n 's/ " ENGINEER "$//p' " USES "))) -lt 60 ]"
                     " && [ \"$(stat -c %U:%a " USES ")\" = root:600 ]"));
  stop ();
  start ();
  log_in_and_out (ENGINEER, PASSWORD_OF (ENGINEER));
}

/* A terminal that has never seen anybody, and one whose file is damaged. */
static void
test_new (gpointer fixture, gconstpointer data)
{
  write_policy (DISABLE);
  start ();
  log_in_and_out (ENGINEER, PASSWORD_OF (ENGINEER));
  stop ();
  g_free (world_run ("head -c 1000 /dev/urandom >" USES));
  start ();
  log_in_and_out (ENGINEER, PASSWORD_OF (ENGINEER));
}

/* The way back: a day in the policy. One that is too long ago is none. */
static void
test_way_back (gpointer fixture, gconstpointer data)
{
  write_policy (DISABLE);
  set_days (200);
  start ();
  check_refused (200);
  g_free (world_run ("install -d /etc/maintenance-kiosk/policy.d; printf '[person " ENGINEER
                     "]\\nactive-since=%s\\n' \"$(date -u -d '-100 days' +%F)\" "
                     ">/etc/maintenance-kiosk/policy.d/1.conf"));
  reload ();
  check_refused (100);
  g_free (world_run ("printf '[person " ENGINEER "]\\nactive-since=%s\\n' \"$(date -u +%F)\" "
                     ">/etc/maintenance-kiosk/policy.d/1.conf"));
  reload ();
  log_in_and_out (ENGINEER, PASSWORD_OF (ENGINEER));
  /* used now: the line is not needed any more */
  g_free (world_run ("rm /etc/maintenance-kiosk/policy.d/1.conf"));
  reload ();
  log_in_and_out (ENGINEER, PASSWORD_OF (ENGINEER));
}

/* Who ends or approves is judged as well. */
static void
test_others (gpointer fixture, gconstpointer data)
{
  guint mark;
  g_autoptr (JsonObject) record = NULL;

  write_policy (DISABLE);
  set_days (1);
  g_free (world_run ("echo \"$(($(date +%s) - 70 * 86400)) " AUDITOR "\" >>" USES));
  start ();
  terminal_log_in ();
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  mark = log_mark ();
  terminal_authenticate ("end", AUDITOR, PASSWORD_OF (AUDITOR), "locked");
  record = log_wait (mark, "end-by-other", 0);
  g_assert_cmpstr (log_get (record, "event.reason"), ==, "unused");
  terminal_authenticate ("unlock", "", PASSWORD_OF (ENGINEER), "choosing");
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (gpointer fixture, gconstpointer data);
  } tests[] = {
    { "/unused/disabled", test_disabled }, { "/unused/listed", test_listed },
    { "/unused/used", test_used },         { "/unused/new", test_new },
    { "/unused/way-back", test_way_back }, { "/unused/others", test_others },
  };

  g_test_init (&argc, &argv, NULL);
  world_require ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_vtable (tests[i].path, 0, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
