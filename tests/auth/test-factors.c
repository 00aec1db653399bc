/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* Two factors in the real kiosk-auth: password and TOTP by the real pam_oath. Every ID is asked the same, every failure
 * counts once, whoever hangs up too late has failed, and the tally outlives clocks (R03, R04, R05). */

#include "neighbours.h"

#include "../lib/world.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/model/tally.h"
#include "tally-clock.h"

#include <string.h>
#include <unistd.h>

#define PERSON "t-right" /* enrolled */
#define OTHER "t-other"  /* not enrolled */
#define SEED "3132333435363738393031323334353637383930"
#define USERS "/var/lib/maintenance-kiosk/oath/users"
#define TALLY "/var/lib/maintenance-kiosk/faillock/" PERSON
#define WRONG "Midori-2026-wrong"

/* Enrolled anew: no code is used up. */
static void
enrol (void)
{
  g_free (world_run ("umask 077; printf 'HOTP/T30/6\\t" PERSON "\\t-\\t" SEED "\\n' >" USERS));
}

static char *
code (const char *when)
{
  g_autofree char *command
      = g_strdup_printf ("oathtool --totp --now \"$(date -ud '%s' +'%%F %%T UTC')\" " SEED, when);

  return g_strchomp (world_run (command));
}

static void
set_up (gpointer fixture, gconstpointer data)
{
  KioskIdentityRules rules = kiosk_identity_defaults;

  rules.second_factor = KIOSK_SECOND_FACTOR_TOTP;
  auth_set_rules (&rules);
  auth_clear_failures (PERSON);
  auth_clear_failures (OTHER);
  enrol ();
}

/* Both prompts come, in this order, whoever it is and whatever was answered. */
static KioskAuthVerdict
try_as (KioskAuthPurpose purpose, const char *id, const char *password, const char *given)
{
  gboolean named = purpose == KIOSK_AUTH_UNLOCK || purpose == KIOSK_AUTH_CHANGE;
  KioskAuthMessage message;
  KioskAuthVerdict verdict;
  Auth auth;

  auth_start (&auth);
  auth_send_task (&auth, purpose, named ? id : "");
  auth_say (&auth, KIOSK_AUTH_MESSAGE_START, named ? "" : id);
  g_assert_true (auth_hear (&auth, &message));
  g_assert_cmpuint (message.kind, ==, KIOSK_AUTH_MESSAGE_SECRET);
  g_assert_cmpuint (message.topic, ==, KIOSK_PAM_TOPIC_NONE);
  g_assert_cmpstr (message.text, ==, "Password: ");
  auth_say (&auth, KIOSK_AUTH_MESSAGE_ANSWER, password);
  g_assert_true (auth_hear (&auth, &message));
  g_assert_cmpuint (message.kind, ==, KIOSK_AUTH_MESSAGE_SECRET);
  g_assert_cmpuint (message.topic, ==, KIOSK_PAM_TOPIC_CODE);
  g_assert_cmpstr (message.text, ==, "One-time password:");
  auth_say (&auth, KIOSK_AUTH_MESSAGE_ANSWER, given);
  g_assert_false (auth_hear (&auth, &message));
  verdict = auth_take_verdict (&auth);
  auth_end (&auth);
  return verdict;
}

static KioskAuthReason
log_in (const char *id, const char *password, const char *given)
{
  return try_as (KIOSK_AUTH_LOGIN, id, password, given).reason;
}

static void
test_right (gpointer fixture, gconstpointer data)
{
  static const KioskAuthPurpose purposes[]
      = { KIOSK_AUTH_LOGIN, KIOSK_AUTH_UNLOCK, KIOSK_AUTH_END, KIOSK_AUTH_APPROVE };

  for (guint i = 0; i < G_N_ELEMENTS (purposes); i++)
    {
      g_autofree char *now = code ("now");

      enrol ();
      g_assert_cmpuint (try_as (purposes[i], PERSON, PASSWORD, now).reason, ==,
                        KIOSK_AUTH_REASON_NONE);
    }
  g_assert_cmpuint (auth_count_failures (PERSON), ==, 0);
}

static void
test_wrong (gpointer fixture, gconstpointer data)
{
  g_autofree char *now = code ("now");

  g_assert_cmpuint (log_in (PERSON, PASSWORD, "000000"), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (auth_count_failures (PERSON), ==, 1);
  g_assert_cmpuint (log_in (PERSON, PASSWORD, ""), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (log_in (PERSON, PASSWORD, "not a code at all"), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (auth_count_failures (PERSON), ==, 3);
  g_assert_cmpuint (log_in (PERSON, WRONG, "000000"), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (auth_count_failures (PERSON), ==, 4);
  g_assert_cmpuint (log_in (PERSON, WRONG, now), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (auth_count_failures (PERSON), ==, 5);
  enrol ();
  g_assert_cmpuint (log_in (PERSON, PASSWORD, now), ==, KIOSK_AUTH_REASON_NONE);
  g_assert_cmpuint (auth_count_failures (PERSON), ==, 0);
}

/* A code is good once, also when the password beside it was wrong. */
static void
test_replayed (gpointer fixture, gconstpointer data)
{
  g_autofree char *now = code ("now");
  g_autofree char *next = code ("now + 30 seconds");
  g_autofree char *late = code ("now + 300 seconds");

  g_assert_cmpuint (log_in (PERSON, PASSWORD, late), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (log_in (PERSON, PASSWORD, now), ==, KIOSK_AUTH_REASON_NONE);
  g_assert_cmpuint (log_in (PERSON, PASSWORD, now), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (log_in (PERSON, WRONG, next), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (log_in (PERSON, PASSWORD, next), ==, KIOSK_AUTH_REASON_PASSWORD);
}

/* IDs that are not enrolled, not there, locked, closed: asked the same, refused. */
static void
test_same_questions (gpointer fixture, gconstpointer data)
{
  g_autofree char *now = code ("now");

  g_assert_cmpuint (log_in (OTHER, PASSWORD, now), !=, KIOSK_AUTH_REASON_NONE);
  g_assert_cmpuint (auth_count_failures (OTHER), ==, 1);
  g_assert_cmpuint (log_in ("t-nobody", PASSWORD, now), ==, KIOSK_AUTH_REASON_UNKNOWN);
  g_assert_cmpuint (log_in ("", PASSWORD, now), ==, KIOSK_AUTH_REASON_UNKNOWN);
  g_assert_cmpuint (log_in ("t-locked", PASSWORD, now), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (log_in ("root", PASSWORD, now), ==, KIOSK_AUTH_REASON_PASSWORD);
}

/* The tenth failure locks; the eleventh try is asked the same, refused although right, and not counted. */
static void
test_locked (gpointer fixture, gconstpointer data)
{
  for (guint i = 0; i < 10; i++)
    log_in (PERSON, i % 2 == 0 ? WRONG : PASSWORD, "000000");
  g_assert_cmpuint (auth_count_failures (PERSON), ==, 10);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *now = code ("now");

      enrol ();
      g_assert_cmpuint (
          try_as (i == 0 ? KIOSK_AUTH_LOGIN : KIOSK_AUTH_UNLOCK, PERSON, PASSWORD, now).reason, ==,
          KIOSK_AUTH_REASON_PASSWORD);
      g_assert_cmpuint (auth_count_failures (PERSON), ==, 10);
    }
}

/* Nothing to prove a code with, or no module for it: nobody gets in. */
static void
test_broken (gpointer fixture, gconstpointer data)
{
  g_autofree char *now = code ("now");

  g_assert_cmpint (unlink (USERS), ==, 0);
  g_assert_cmpuint (log_in (PERSON, PASSWORD, now), !=, KIOSK_AUTH_REASON_NONE);
  enrol ();
  g_free (world_run ("sed -i 's/pam_oath/pam_nowhere/' "
                     "/run/maintenance-kiosk/pam.d/maintenance-kiosk-auth"));
  g_assert_cmpuint (log_in (PERSON, PASSWORD, now), ==, KIOSK_AUTH_REASON_SYSTEM);
}

/* The folder of kioskd counts, and nothing else: a service that is missing there is an installation error. */
static void
test_missing_service (gpointer fixture, gconstpointer data)
{
  KioskAuthVerdict verdict;
  Auth auth;

  g_free (world_run ("rm /run/maintenance-kiosk/pam.d/maintenance-kiosk; "
                     "test -e /etc/pam.d/maintenance-kiosk; "
                     "printf 'auth required pam_permit.so\\naccount required pam_permit.so\\n' "
                     ">/run/maintenance-kiosk/pam.d/other"));
  auth_start (&auth);
  auth_send_task (&auth, KIOSK_AUTH_LOGIN, "");
  auth_say (&auth, KIOSK_AUTH_MESSAGE_START, PERSON);
  verdict = auth_take_verdict (&auth);
  g_assert_cmpuint (verdict.reason, ==, KIOSK_AUTH_REASON_SYSTEM);
  g_assert_cmpuint (verdict.stage, ==, KIOSK_AUTH_STAGE_START);
  auth_end (&auth);
}

/* A part that a service includes is missing. */
static void
test_missing_part (gpointer fixture, gconstpointer data)
{
  KioskAuthVerdict verdict;
  Auth auth;

  g_free (world_run ("rm /run/maintenance-kiosk/pam.d/maintenance-kiosk-auth"));
  auth_start (&auth);
  auth_send_task (&auth, KIOSK_AUTH_LOGIN, "");
  auth_say (&auth, KIOSK_AUTH_MESSAGE_START, PERSON);
  auth_converse (&auth, (const char *[]){ PASSWORD, "000000", NULL });
  verdict = auth_take_verdict (&auth);
  g_assert_cmpuint (verdict.reason, !=, KIOSK_AUTH_REASON_NONE);
  g_assert_cmpuint (verdict.stage, ==, KIOSK_AUTH_STAGE_AUTHENTICATE);
  auth_end (&auth);
}

/* ---- Hanging up ---- */

/* Up to the prompt for the code, unless @answer is NULL: then up to the first. */
static void
begin (Auth *auth, const char *answer)
{
  auth_start (auth);
  auth_send_task (auth, KIOSK_AUTH_LOGIN, "");
  auth_say (auth, KIOSK_AUTH_MESSAGE_START, PERSON);
  auth_expect_prompt (auth);
  if (answer == NULL)
    return;
  auth_say (auth, KIOSK_AUTH_MESSAGE_ANSWER, answer);
  auth_expect_prompt (auth);
}

static void
hang_up (Auth *auth, guint side)
{
  kiosk_fd_clear (side == 0 ? &auth->shell : &auth->daemon);
  auth_expect_no_verdict (auth);
}

/* Before an answer nothing counts; after one, each hang-up is a failure, by whichever side, whatever the
 * answer was: somebody who tries passwords and hangs up locks the ID and learns nothing. */
static void
test_hang_up (gpointer fixture, gconstpointer data)
{
  Auth auth;
  guint failures = 0;

  for (guint side = 0; side < 2; side++)
    {
      begin (&auth, NULL);
      hang_up (&auth, side);
      g_assert_cmpuint (auth_count_failures (PERSON), ==, failures);
      begin (&auth, WRONG);
      hang_up (&auth, side);
      g_assert_cmpuint (auth_count_failures (PERSON), ==, ++failures);
      begin (&auth, PASSWORD);
      hang_up (&auth, side);
      g_assert_cmpuint (auth_count_failures (PERSON), ==, ++failures);
    }
}

/* The same at once behind the answer, without waiting for the next prompt. */
static void
test_hang_up_at_once (gpointer fixture, gconstpointer data)
{
  Auth auth;

  for (guint i = 0; i < 12; i++)
    {
      begin (&auth, NULL);
      auth_say (&auth, KIOSK_AUTH_MESSAGE_ANSWER, WRONG);
      kiosk_fd_clear (&auth.shell);
      auth_expect_no_verdict (&auth);
    }
  /* Either the answer was not looked at, or it was counted; what was not counted nobody learned. */
  g_assert_cmpuint (auth_count_failures (PERSON), <=, 10);
}

/* A shell that breaks the protocol instead of hanging up is no better off. */
static void
test_broken_protocol (gpointer fixture, gconstpointer data)
{
  Auth auth;

  begin (&auth, WRONG);
  auth_say (&auth, KIOSK_AUTH_MESSAGE_START, PERSON);
  auth_expect_no_verdict (&auth);
  g_assert_cmpuint (auth_count_failures (PERSON), ==, 1);
}

/* A module that takes its time: who hangs up meanwhile finds a process that ends, without a verdict. */
static void
test_slow_module (gpointer fixture, gconstpointer data)
{
  Auth auth;

  g_free (world_run ("sed -i '/pam_oath/i auth required pam_exec.so quiet /usr/bin/sleep 300' "
                     "/run/maintenance-kiosk/pam.d/maintenance-kiosk-auth"));
  begin (&auth, NULL);
  auth_say (&auth, KIOSK_AUTH_MESSAGE_ANSWER, PASSWORD);
  while (world_count_processes ("sleep") == 0)
    g_usleep (5000);
  kiosk_fd_clear (&auth.shell);
  auth_expect_no_verdict (&auth);
  g_free (world_run (
      "for p in /proc/[0-9]*; do [ \"$(readlink $p/exe)\" != /usr/bin/sleep ] || kill -KILL ${p#/proc/}; done"));
}

/* ---- The tally ---- */

static void
test_tally_is_roots (gpointer fixture, gconstpointer data)
{
  log_in (PERSON, WRONG, "000000");
  g_free (world_run ("test -s " TALLY));
  g_free (world_run ("[ \"$(stat -c %U:%a /var/lib/maintenance-kiosk/faillock)\" = root:700 ]"));
  g_free (world_run ("! setpriv --reuid " PERSON " --regid " PERSON
                     " --clear-groups sh -c ': >" TALLY "' 2>/dev/null"));
  g_assert_cmpuint (auth_count_failures (PERSON), ==, 1);
}

static void
shift_tally (gint64 seconds)
{
  g_autofree char *tally = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (TALLY, &tally, &length, NULL));
  for (gsize at = 0; at < length; at += KIOSK_TALLY_RECORD)
    {
      guint64 time;

      memcpy (&time, tally + at + 56, sizeof time);
      time += (guint64) seconds;
      memcpy (tally + at + 56, &time, sizeof time);
    }
  g_assert_true (g_file_set_contents_full (TALLY, tally, (gssize) length, G_FILE_SET_CONTENTS_NONE,
                                           0660, NULL));
}

static gint64
latest_failure (void)
{
  g_autofree char *tally = NULL;
  guint64 latest = 0, time;
  gsize length;

  g_assert_true (g_file_get_contents (TALLY, &tally, &length, NULL));
  for (gsize at = 0; at < length; at += KIOSK_TALLY_RECORD)
    {
      memcpy (&time, tally + at + 56, sizeof time);
      latest = MAX (latest, time);
    }
  return (gint64) latest;
}

/* The clock was set by @seconds since a kioskd of this start of the machine last looked: what it counted was under
 * the old clock. */
static void
set_clock (gint64 seconds)
{
  gint64 offset = kiosk_clock_realtime () - kiosk_clock_boottime () - seconds * G_USEC_PER_SEC;
  g_autofree char *memory = g_strdup_printf ("%" G_GINT64_FORMAT "\n", offset);

  shift_tally (-seconds);
  g_assert_true (g_file_set_contents ("/run/maintenance-kiosk/tally-clock", memory, -1, NULL));
}

static KioskTallyClock *
look (void)
{
  return kiosk_tally_clock_new ("/var/lib/maintenance-kiosk/faillock",
                                "/run/maintenance-kiosk/tally-clock");
}

static KioskAuthReason
log_in_right (void)
{
  g_autofree char *now = code ("now");

  enrol ();
  return log_in (PERSON, PASSWORD, now);
}

static void
lock (void)
{
  auth_clear_failures (PERSON);
  for (guint i = 0; i < 10; i++)
    log_in (PERSON, WRONG, "000000");
}

/* Set forward by an hour: for pam_faillock alone the lock is over. It is not. */
static void
test_clock_forward (gpointer fixture, gconstpointer data)
{
  KioskTallyClock *clock;

  lock ();
  set_clock (3600);
  g_assert_cmpuint (log_in_right (), ==, KIOSK_AUTH_REASON_NONE); /* the trap */
  lock ();
  set_clock (3600);
  clock = look ();
  g_assert_cmpuint (log_in_right (), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpint (ABS (latest_failure () - kiosk_clock_realtime () / G_USEC_PER_SEC), <, 120);
  kiosk_tally_clock_free (clock);
}

/* Set back by a day: the lock would last a day longer. It does not. */
static void
test_clock_back (gpointer fixture, gconstpointer data)
{
  KioskTallyClock *clock;

  lock ();
  shift_tally (-1700);
  set_clock (-86400);
  g_assert_cmpint (latest_failure (), >, kiosk_clock_realtime () / G_USEC_PER_SEC + 80000);
  clock = look ();
  g_assert_cmpint (latest_failure (), <=, kiosk_clock_realtime () / G_USEC_PER_SEC - 1690);
  g_assert_cmpuint (log_in_right (), ==, KIOSK_AUTH_REASON_PASSWORD);
  shift_tally (-200); /* half an hour in all */
  g_assert_cmpuint (log_in_right (), ==, KIOSK_AUTH_REASON_NONE);
  kiosk_tally_clock_free (clock);
}

/* A new start of the machine: the lock holds by the wall clock, and never for longer than its full time. */
static void
test_restart (gpointer fixture, gconstpointer data)
{
  KioskTallyClock *clock;

  lock ();
  g_assert_cmpint (unlink ("/run/maintenance-kiosk/tally-clock"), ==, 0);
  clock = look ();
  g_assert_cmpuint (log_in_right (), ==, KIOSK_AUTH_REASON_PASSWORD);
  kiosk_tally_clock_free (clock);
  shift_tally (86400); /* begun with a clock that is a day slow */
  g_assert_cmpint (unlink ("/run/maintenance-kiosk/tally-clock"), ==, 0);
  clock = look ();
  g_assert_cmpint (latest_failure (), <=, kiosk_clock_realtime () / G_USEC_PER_SEC);
  g_assert_cmpuint (log_in_right (), ==, KIOSK_AUTH_REASON_PASSWORD);
  kiosk_tally_clock_free (clock);
}

/* Looking costs nothing and changes nothing while nobody sets the clock. */
static void
test_clock_quiet (gpointer fixture, gconstpointer data)
{
  KioskTallyClock *clock;
  gint64 before;

  log_in (PERSON, WRONG, "000000");
  before = latest_failure ();
  clock = look ();
  for (guint i = 0; i < 5; i++)
    kiosk_tally_clock_settle (clock, i % 2 == 0);
  g_assert_cmpint (latest_failure (), ==, before);
  kiosk_tally_clock_free (clock);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (gpointer fixture, gconstpointer data);
  } tests[] = {
    { "/factors/right", test_right },
    { "/factors/wrong", test_wrong },
    { "/factors/replayed", test_replayed },
    { "/factors/same-questions", test_same_questions },
    { "/factors/locked", test_locked },
    { "/factors/broken", test_broken },
    { "/factors/missing-service", test_missing_service },
    { "/factors/missing-part", test_missing_part },
    { "/factors/hang-up", test_hang_up },
    { "/factors/hang-up-at-once", test_hang_up_at_once },
    { "/factors/broken-protocol", test_broken_protocol },
    { "/factors/slow-module", test_slow_module },
    { "/factors/tally-is-roots", test_tally_is_roots },
    { "/factors/clock-forward", test_clock_forward },
    { "/factors/clock-back", test_clock_back },
    { "/factors/restart", test_restart },
    { "/factors/clock-quiet", test_clock_quiet },
  };

  g_test_init (&argc, &argv, NULL);
  world_require ();
  auth_make_people ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_vtable (tests[i].path, 0, NULL, set_up, tests[i].test, NULL);
  return g_test_run ();
}
