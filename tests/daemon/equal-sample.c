/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* equal-sample ROUNDS - the real kioskd, kiosk-auth and PAM refuse a log-in for each cause that there is, in turns. Each
 * time is a line "sample CAUSE MICROSECONDS". For the test "equal", beside it. */

#include "terminal.h"

#include "../lib/world.h"

#include "kiosk/base/clock.h"

#include <stdlib.h>
#include <unistd.h>

#define WRONG "Wrong-2026-word"
#define TALLIES "/var/lib/maintenance-kiosk/faillock/"

static const struct {
  const char *name, *id, *password;
} causes[] = {
  { "unknown", "t-nobody", WRONG },
  { "wrong", ENGINEER, WRONG },
  { "locked", SECOND, PASSWORD_OF (SECOND) },
  { "no-role", OUTSIDE, PASSWORD_OF (OUTSIDE) },
};

/* Microseconds from the answer until the screen may say that it was refused. */
static gint64
measure (guint cause)
{
  int conversation = terminal_begin ("login", causes[cause].id);
  gint64 begun = kiosk_clock_boottime ();
  g_autofree char *state = NULL;
  g_autofree char *error = NULL;
  gint64 ended;

  terminal_answer (conversation, causes[cause].password);
  while (kiosk_clock_boottime () < begun + 1800000)
    terminal_turn ();
  do
    {
      g_free (state);
      state = terminal_get ("state");
    }
  while (!g_str_equal (state, "logged-out"));
  ended = kiosk_clock_boottime ();
  error = terminal_get ("error");
  g_assert_cmpstr (error, ==, "login-failed");
  terminal_request ("Dismiss", NULL);
  return ended - begun;
}

int
main (int argc, char **argv)
{
  guint rounds = argc == 2 ? (guint) atoi (argv[1]) : 0;

  g_assert_cmpuint (rounds, >, 0);
  world_require ();
  terminal_make_people ();
  terminal_write_policy ("notice");
  g_free (world_run ("printf '[login]\\nattempts=1\\n' >>/etc/maintenance-kiosk/policy.conf"));
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
  terminal_authenticate ("login", SECOND, WRONG, "logged-out"); /* which locks it */
  terminal_request ("Dismiss", NULL);
  for (guint i = 0; i < rounds; i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (causes); j++)
        {
          guint cause = (i + j) % G_N_ELEMENTS (causes);

          g_print ("sample %s %" G_GINT64_FORMAT "\n", causes[cause].name, measure (cause));
        }
      unlink (TALLIES ENGINEER);
    }
  terminal_disconnect ();
  terminal_stop ();
  log_verify ();
  return 0;
}
