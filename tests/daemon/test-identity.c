/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kioskd, kiosk-auth and PAM: that nobody learns from an answer why it was one, that a lock holds across
 * everything that a person can do, two factors, and the change of an expired password (R02-R05). */

#include "terminal.h"

#include "../lib/world.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define WRONG "Wrong-2026-word"
#define RIGHT PASSWORD_OF (ENGINEER)
#define TALLIES "/var/lib/maintenance-kiosk/faillock/"
#define SEED "3132333435363738393031323334353637383930"
#define USERS "/var/lib/maintenance-kiosk/oath/users"

static void
write_policy (const char *sections)
{
  g_autofree char *command
      = g_strdup_printf ("printf '%s' >>/etc/maintenance-kiosk/policy.conf", sections);

  terminal_write_policy ("notice");
  g_free (world_run (command));
}

static void
start (const char *sections)
{
  write_policy (sections);
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
}

static void
set_up (gpointer fixture, gconstpointer data)
{
  terminal_make_people ();
  g_free (world_run ("rm -f " TALLIES "* /run/maintenance-kiosk/tally-clock"));
}

static void
tear_down (gpointer fixture, gconstpointer data)
{
  terminal_disconnect ();
  terminal_stop ();
  world_wait_none ("kiosk-auth");
  log_verify ();
}

static guint
count_failures (const char *id)
{
  g_autofree char *path = g_strconcat (TALLIES, id, NULL);
  gsize length = 0;
  g_autofree char *tally = NULL;
  guint n = 0;

  if (!g_file_get_contents (path, &tally, &length, NULL))
    return 0;
  for (gsize at = 0; at < length; at += 64)
    n += (tally[at + 54] & 1) != 0;
  return n;
}

/* A conversation of kiosk-auth that nobody waits for any more may still count. */
static void
wait_failures (const char *id, guint n)
{
  world_wait_none ("kiosk-auth");
  g_assert_cmpuint (count_failures (id), ==, n);
}

static gint
get_number (const char *key)
{
  g_autoptr (GVariant) answer = terminal_call ("GetStatus", NULL, NULL, NULL);
  g_autoptr (GVariant) status = g_variant_get_child_value (answer, 0);
  gint value = 0;

  g_assert_true (g_variant_lookup (status, key, "i", &value));
  return value;
}

static void
fail_once (const char *id, const char *password)
{
  terminal_authenticate ("login", id, password, "logged-out");
  terminal_request ("Dismiss", NULL);
}

/* ---- Equal answers ---- */

#define N_TRIES 30
#define N_KINDS 4

static const struct {
  const char *name, *id, *password;
} kinds[N_KINDS] = {
  { "unknown", "t-nobody", WRONG },
  { "wrong", ENGINEER, WRONG },
  { "locked", SECOND, PASSWORD_OF (SECOND) },
  { "no-role", OUTSIDE, PASSWORD_OF (OUTSIDE) },
};

/* Microseconds from the answer until the screen may say that it was refused. */
static gdouble
measure (guint kind)
{
  int conversation = terminal_begin ("login", kinds[kind].id);
  gint64 begun = kiosk_clock_boottime ();
  g_autofree char *state = NULL;
  g_autofree char *error = NULL;
  gint64 ended;

  terminal_answer (conversation, kinds[kind].password);
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
  return (gdouble) (ended - begun);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

/* Largest distance of two distributions (Kolmogorov, Smirnov), both sorted. */
static gdouble
distance (const gdouble *a, const gdouble *b)
{
  gdouble largest = 0;
  guint i = 0, j = 0;

  while (i < N_TRIES && j < N_TRIES)
    {
      gdouble at = MIN (a[i], b[j]);

      while (i < N_TRIES && a[i] <= at)
        i++;
      while (j < N_TRIES && b[j] <= at)
        j++;
      largest = MAX (largest, ABS ((gdouble) i - (gdouble) j) / N_TRIES);
    }
  return largest;
}

/* Thirty tries each, in turns. Samples of thirty from one distribution differ by more than 0.6 once in a
 * hundred thousand times. */
static void
test_equal (gpointer fixture, gconstpointer data)
{
  static gdouble times[N_KINDS][N_TRIES];

  start ("");
  for (guint i = 0; i < 10; i++)
    fail_once (SECOND, WRONG);
  for (guint i = 0; i < N_TRIES; i++)
    {
      for (guint kind = 0; kind < N_KINDS; kind++)
        times[(kind + i) % N_KINDS][i] = measure ((kind + i) % N_KINDS);
      unlink (TALLIES ENGINEER);
    }
  for (guint kind = 0; kind < N_KINDS; kind++)
    {
      qsort (times[kind], N_TRIES, sizeof (gdouble), compare);
      g_test_message ("%s: median %.1f ms, %.1f to %.1f", kinds[kind].name,
                      times[kind][N_TRIES / 2] / 1000, times[kind][0] / 1000,
                      times[kind][N_TRIES - 1] / 1000);
    }
  for (guint a = 0; a < N_KINDS; a++)
    for (guint b = 0; b < a; b++)
      {
        g_test_message ("%s, %s: %.2f", kinds[a].name, kinds[b].name,
                        distance (times[a], times[b]));
        g_assert_cmpfloat (distance (times[a], times[b]), <=, 0.6);
      }
}

/* ---- The lock ---- */

/* The policy's number of failures, counted together over log-in and unlock, locks both; a new kioskd and the
 * shell's end change nothing. */
static void
test_lock_out (gpointer fixture, gconstpointer data)
{
  start ("[login]\\nattempts=4\\nlockout=600\\n");
  fail_once (ENGINEER, WRONG);
  fail_once (ENGINEER, WRONG);
  terminal_log_in (); /* begins the count anew */
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  terminal_wait ("state", "locked");
  for (guint i = 0; i < 3; i++)
    terminal_authenticate ("unlock", "", WRONG, "locked");
  g_assert_cmpuint (count_failures (ENGINEER), ==, 3);
  terminal_authenticate ("unlock", "", WRONG, "locked");
  g_assert_cmpuint (count_failures (ENGINEER), ==, 4);
  terminal_authenticate ("unlock", "", RIGHT, "locked");

  terminal_signal (SIGKILL);
  terminal_wait_end ();
  terminal_disconnect ();
  terminal_end_helpers ();
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
  fail_once (ENGINEER, RIGHT);
  g_assert_cmpuint (count_failures (ENGINEER), ==, 4);
  terminal_stop ();
  terminal_disconnect ();
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
  fail_once (ENGINEER, RIGHT);

  /* ten minutes later */
  g_free (world_run ("python3 - <<'E'\nimport struct\np = '" TALLIES ENGINEER "'\n"
                     "d = bytearray(open(p, 'rb').read())\n"
                     "for i in range(56, len(d), 64):\n"
                     "    struct.pack_into('=Q', d, i, struct.unpack_from('=Q', d, i)[0] - 601)\n"
                     "open(p, 'r+b').write(d)\nE\n"));
  terminal_log_in ();
  g_assert_cmpuint (count_failures (ENGINEER), ==, 0);
}

static void
test_cancel_counts_nothing (gpointer fixture, gconstpointer data)
{
  start ("[login]\\nattempts=1\\n");
  for (guint i = 0; i < 3; i++)
    {
      int conversation = terminal_begin ("login", ENGINEER);

      terminal_request ("CancelConversation", NULL);
      terminal_wait ("state", "logged-out");
      kiosk_fd_clear (&conversation);
    }
  wait_failures (ENGINEER, 0);
  terminal_log_in ();
}

/* ---- Two factors ---- */

static int
begin_code (const char *password)
{
  KioskAuthMessage message = { .kind = KIOSK_AUTH_MESSAGE_ANSWER };
  int conversation = terminal_begin ("login", ENGINEER);

  g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, password));
  g_assert_true (kiosk_channel_send (conversation, &message, sizeof message, NULL, 0, NULL));
  g_assert_true (
      kiosk_channel_receive_exact (conversation, &message, sizeof message, NULL, 0, NULL));
  g_assert_cmpuint (message.kind, ==, KIOSK_AUTH_MESSAGE_SECRET);
  g_assert_cmpuint (message.topic, ==, KIOSK_PAM_TOPIC_CODE);
  return conversation;
}

static void
test_two_factors (gpointer fixture, gconstpointer data)
{
  g_autofree char *code = g_strchomp (world_run ("oathtool --totp " SEED));

  start ("[login]\\nsecond-factor=totp\\nattempts=20\\n");
  g_free (world_run ("umask 077; printf 'HOTP/T30/6\\t" ENGINEER "\\t-\\t" SEED "\\n' >" USERS));
  terminal_answer (begin_code (RIGHT), "000000");
  terminal_wait ("state", "logged-out");
  terminal_answer (begin_code (WRONG), code);
  terminal_wait ("state", "logged-out");
  wait_failures (ENGINEER, 2);
  g_free (world_run ("umask 077; printf 'HOTP/T30/6\\t" ENGINEER "\\t-\\t" SEED "\\n' >" USERS));
  g_free (code);
  code = g_strchomp (world_run ("oathtool --totp " SEED));
  terminal_answer (begin_code (RIGHT), code);
  terminal_wait ("state", "choosing");
  wait_failures (ENGINEER, 0);
}

/* A shell that tries passwords and gives up at the second prompt, in each way that there is: counted. */
static void
test_giving_up_counts (gpointer fixture, gconstpointer data)
{
  guint n = 0, mark = log_mark ();
  int conversation;

  start ("[login]\\nsecond-factor=totp\\nattempts=20\\n");
  g_free (world_run ("umask 077; printf 'HOTP/T30/6\\t" ENGINEER "\\t-\\t" SEED "\\n' >" USERS));
  /* it asks kioskd to cancel, and keeps the conversation open */
  conversation = begin_code (WRONG);
  terminal_request ("CancelConversation", NULL);
  terminal_wait ("state", "logged-out");
  wait_failures (ENGINEER, ++n);
  kiosk_fd_clear (&conversation);
  log_check_order (mark, "login-begun conversation-cancelled");
  /* it hangs up */
  conversation = begin_code (WRONG);
  kiosk_fd_clear (&conversation);
  wait_failures (ENGINEER, ++n);
  terminal_wait ("state", "logged-out");
  terminal_request ("Dismiss", NULL);
  /* it dies */
  conversation = begin_code (WRONG);
  terminal_disconnect ();
  wait_failures (ENGINEER, ++n);
  kiosk_fd_clear (&conversation);
  terminal_connect ();
  terminal_wait ("state", "logged-out");
  /* kioskd dies */
  conversation = begin_code (WRONG);
  terminal_signal (SIGKILL);
  terminal_wait_end ();
  wait_failures (ENGINEER, ++n);
  kiosk_fd_clear (&conversation);
  terminal_disconnect ();
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
  /* cancelled many times in a row, as fast as kioskd lets it */
  for (guint i = 0; i < 5; i++)
    {
      conversation = begin_code (WRONG);
      terminal_request ("CancelConversation", NULL);
      terminal_wait ("state", "logged-out");
      kiosk_fd_clear (&conversation);
      n++;
    }
  wait_failures (ENGINEER, n);
}

/* ---- Passwords ---- */

static void
answer_topic (int conversation, KioskPamTopic topic, const char *answer)
{
  KioskAuthMessage message;

  do
    g_assert_true (
        kiosk_channel_receive_exact (conversation, &message, sizeof message, NULL, 0, NULL));
  while (message.kind != KIOSK_AUTH_MESSAGE_SECRET);
  g_assert_cmpuint (message.topic, ==, topic);
  message = (KioskAuthMessage){ .kind = KIOSK_AUTH_MESSAGE_ANSWER };
  g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, answer));
  g_assert_true (kiosk_channel_send (conversation, &message, sizeof message, NULL, 0, NULL));
}

/* The policy's age, whatever the account says: told beforehand, then changed before anything else. */
static void
test_age (gpointer fixture, gconstpointer data)
{
  static const char fresh[] = "Kaede-2027-fresh";
  int conversation;

  start ("[password]\\nmax-days=30\\nnotice-days=7\\n");
  g_free (world_run ("chage -d $(($(date +%s) / 86400 - 10)) " ENGINEER));
  terminal_log_in ();
  g_assert_cmpint (get_number ("password-days"), ==, -1);
  terminal_request ("Logout", NULL);
  terminal_wait ("state", "logged-out");
  g_free (world_run ("chage -d $(($(date +%s) / 86400 - 25)) " ENGINEER));
  terminal_log_in ();
  g_assert_cmpint (get_number ("password-days"), ==, 5);
  terminal_request ("Logout", NULL);
  terminal_wait ("state", "logged-out");
  g_assert_cmpint (get_number ("password-days"), ==, -1);

  g_free (world_run ("chage -d $(($(date +%s) / 86400 - 31)) " ENGINEER));
  conversation = terminal_begin ("login", ENGINEER);
  {
    KioskAuthMessage message = { .kind = KIOSK_AUTH_MESSAGE_ANSWER };

    g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, RIGHT));
    g_assert_true (kiosk_channel_send (conversation, &message, sizeof message, NULL, 0, NULL));
  }
  answer_topic (conversation, KIOSK_PAM_TOPIC_CURRENT, RIGHT);
  answer_topic (conversation, KIOSK_PAM_TOPIC_NEW, "short");
  {
    g_autofree char *state = terminal_get ("state");

    g_assert_cmpstr (state, ==, "authenticating");
  }
  answer_topic (conversation, KIOSK_PAM_TOPIC_NEW, fresh);
  answer_topic (conversation, KIOSK_PAM_TOPIC_AGAIN, fresh);
  terminal_wait ("state", "choosing");
  kiosk_fd_clear (&conversation);
  g_assert_cmpint (get_number ("password-days"), ==, -1);
}

/* ---- The service files ---- */

/* They follow the policy; when they cannot, nobody gets in, and it comes back by itself. */
static void
test_service_files (gpointer fixture, gconstpointer data)
{
  start ("[password]\\nmin-length=20\\nclasses=3\\nhistory=7\\n"
         "[login]\\nattempts=3\\nlockout=120\\n");
  g_free (world_run ("cd /run/maintenance-kiosk/pam.d; "
                     "[ \"$(stat -c %U:%a .)\" = root:700 ]; "
                     "[ \"$(stat -c %U:%a maintenance-kiosk-password)\" = root:600 ]; "
                     "grep -q 'minlen=20 minclass=3' maintenance-kiosk-password; "
                     "grep -q 'remember=7' maintenance-kiosk-password; "
                     "[ $(grep -c 'deny=3 unlock_time=120 fail_interval=120' "
                     "maintenance-kiosk-auth) = 2 ]; "
                     "! grep -r include . | grep -v /run/maintenance-kiosk/pam.d"));
  write_policy ("[login]\\nattempts=5\\n");
  terminal_signal (SIGHUP);
  terminal_wait ("state", "logged-out");
  g_free (world_run ("for i in $(seq 100); do grep -q deny=5 "
                     "/run/maintenance-kiosk/pam.d/maintenance-kiosk-auth && exit; sleep 0.1; "
                     "done; exit 1"));
  terminal_stop ();
  terminal_disconnect ();

  g_free (world_run ("mv /etc/pam.d/maintenance-kiosk-account /etc/pam.d/aside"));
  terminal_start ();
  terminal_connect ();
  terminal_wait ("stop-code", "A-01");
  g_free (world_run ("mv /etc/pam.d/aside /etc/pam.d/maintenance-kiosk-account"));
  terminal_signal (SIGHUP);
  terminal_wait ("state", "logged-out");
  terminal_log_in ();
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (gpointer fixture, gconstpointer data);
  } tests[] = {
    { "/identity/lock-out", test_lock_out },
    { "/identity/cancel-counts-nothing", test_cancel_counts_nothing },
    { "/identity/two-factors", test_two_factors },
    { "/identity/giving-up-counts", test_giving_up_counts },
    { "/identity/age", test_age },
    { "/identity/service-files", test_service_files },
    { "/answers/equal", test_equal },
  };

  g_test_init (&argc, &argv, NULL);
  world_require ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_vtable (tests[i].path, 0, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
