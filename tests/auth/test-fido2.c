/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* Password and FIDO2 key in the real kiosk-auth, by the real pam_u2f with a token made of a file (soft-token.sh). There is
 * no USB here: pam_u2f asks for what a key would have said ("manual" in the place of "cue"), and verifies the same
 * signature over the same challenge (WebAuthn, 7.2). */

#include "neighbours.h"

#include "../lib/world.h"

#include <string.h>

#define PERSON "t-right" /* has a token */
#define OTHER "t-other"  /* has none */
#define WRONG "Midori-2026-wrong"
#define ORIGIN "pam://maintenance-kiosk"
#define SOFT_TOKEN "/mnt/repo/tests/auth/soft-token.sh"
#define TOKEN "/tmp/token"
#define FOREIGN "/tmp/foreign-token"
#define KEYS "/etc/maintenance-kiosk/u2f.keys"
#define STACK "/run/maintenance-kiosk/pam.d/maintenance-kiosk-auth"

#define CHALLENGE_LENGTH 44 /* 32 bytes, base64 */

/* How the token answers. */
typedef struct {
  const char *folder, *origin, *flags;
  const char *challenge; /* NULL: the one that is asked */
} Touch;

static const Touch right = { TOKEN, ORIGIN, "01", NULL };

static void
set_up (gpointer fixture, gconstpointer data)
{
  KioskIdentityRules rules = kiosk_identity_defaults;

  rules.second_factor = KIOSK_SECOND_FACTOR_FIDO2;
  auth_set_rules (&rules);
  auth_clear_failures (PERSON);
  auth_clear_failures (OTHER);
  g_free (world_run ("grep -q 'pam_u2f.so .* cue$' " STACK "; sed -i 's/ cue$/ manual/' " STACK));
}

static void
make_tokens (void)
{
  g_free (world_run ("umask 077; mkdir -p /etc/maintenance-kiosk; " SOFT_TOKEN " " TOKEN
                     " make " PERSON " >" KEYS "; " SOFT_TOKEN " " FOREIGN " make " OTHER
                     " >/dev/null"));
}

/* Takes texts up to the next prompt; the challenge is among them. FALSE: there is no prompt any more. */
static gboolean
hear_prompt (Auth *auth, char challenge[CHALLENGE_LENGTH + 1])
{
  KioskAuthMessage message;

  while (auth_hear (auth, &message))
    {
      if (message.kind != KIOSK_AUTH_MESSAGE_INFO)
        return TRUE;
      if (strstr (message.text, ORIGIN) != NULL)
        g_strlcpy (challenge, message.text, CHALLENGE_LENGTH + 1);
    }
  return FALSE;
}

static void
say (Auth *auth, const char *text)
{
  auth_say (auth, KIOSK_AUTH_MESSAGE_ANSWER, text);
}

/* pam_u2f wants four lines; of the first two it knows better itself. */
static void
touch (Auth *auth, const Touch *how, char challenge[CHALLENGE_LENGTH + 1])
{
  g_autofree char *command = g_strdup_printf (SOFT_TOKEN " %s answer %s %s %s", how->folder,
                                              how->challenge != NULL ? how->challenge : challenge,
                                              how->origin, how->flags);
  g_autofree char *answer = world_run (command);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (answer), "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 2);
  say (auth, challenge);
  g_assert_true (hear_prompt (auth, challenge));
  say (auth, ORIGIN);
  g_assert_true (hear_prompt (auth, challenge));
  say (auth, lines[0]);
  g_assert_true (hear_prompt (auth, challenge));
  say (auth, lines[1]);
}

/* *@asked: whether a challenge came. */
static KioskAuthReason
log_in (const char *id, const char *password, const Touch *how,
        char challenge[CHALLENGE_LENGTH + 1], gboolean *asked)
{
  KioskAuthVerdict verdict;
  Auth auth;

  *challenge = '\0';
  auth_start (&auth);
  auth_send_task (&auth, KIOSK_AUTH_LOGIN, "");
  auth_say (&auth, KIOSK_AUTH_MESSAGE_START, id);
  auth_expect_prompt (&auth);
  say (&auth, password);
  *asked = hear_prompt (&auth, challenge);
  if (*asked)
    {
      touch (&auth, how, challenge);
      g_assert_false (hear_prompt (&auth, challenge));
    }
  verdict = auth_take_verdict (&auth);
  auth_end (&auth);
  return verdict.reason;
}

static void
expect (const char *id, const char *password, const Touch *how, KioskAuthReason reason,
        guint failures)
{
  char challenge[CHALLENGE_LENGTH + 1];
  gboolean asked;

  g_assert_cmpuint (log_in (id, password, how, challenge, &asked), ==, reason);
  g_assert_true (asked);
  g_assert_cmpuint (auth_count_failures (id), ==, failures);
}

static void
test_right (gpointer fixture, gconstpointer data)
{
  expect (PERSON, PASSWORD, &right, KIOSK_AUTH_REASON_NONE, 0);
}

/* Each counts once, and a right one afterwards clears the tally. */
static void
test_wrong (gpointer fixture, gconstpointer data)
{
  const Touch foreign = { FOREIGN, ORIGIN, "01", NULL };
  const Touch elsewhere = { TOKEN, "pam://somewhere-else", "01", NULL };
  const Touch untouched = { TOKEN, ORIGIN, "00", NULL };

  expect (PERSON, PASSWORD, &foreign, KIOSK_AUTH_REASON_PASSWORD, 1);
  expect (PERSON, PASSWORD, &elsewhere, KIOSK_AUTH_REASON_PASSWORD, 2);
  expect (PERSON, PASSWORD, &untouched, KIOSK_AUTH_REASON_PASSWORD, 3);
  /* The key is asked also when the password was wrong, and both together are one failure. */
  expect (PERSON, WRONG, &right, KIOSK_AUTH_REASON_PASSWORD, 4);
  expect (PERSON, WRONG, &foreign, KIOSK_AUTH_REASON_PASSWORD, 5);
  expect (PERSON, PASSWORD, &right, KIOSK_AUTH_REASON_NONE, 0);
}

/* What a key has said once is worth nothing the next time: the challenge is another one. */
static void
test_replayed (gpointer fixture, gconstpointer data)
{
  char before[CHALLENGE_LENGTH + 1], now[CHALLENGE_LENGTH + 1];
  Touch again = right;
  gboolean asked;

  g_assert_cmpuint (log_in (PERSON, PASSWORD, &right, before, &asked), ==, KIOSK_AUTH_REASON_NONE);
  again.challenge = before;
  g_assert_cmpuint (log_in (PERSON, PASSWORD, &again, now, &asked), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (strlen (before), ==, CHALLENGE_LENGTH);
  g_assert_cmpstr (before, !=, now);
  g_assert_cmpuint (auth_count_failures (PERSON), ==, 1);
}

/* No token, no way in; the failure counts. */
static void
test_without (gpointer fixture, gconstpointer data)
{
  char challenge[CHALLENGE_LENGTH + 1];
  gboolean asked;

  g_assert_cmpuint (log_in (OTHER, PASSWORD, &right, challenge, &asked), !=,
                    KIOSK_AUTH_REASON_NONE);
  g_assert_false (asked);
  g_assert_cmpuint (auth_count_failures (OTHER), ==, 1);
  g_free (world_run ("mv " KEYS " " KEYS ".away"));
  g_assert_cmpuint (log_in (PERSON, PASSWORD, &right, challenge, &asked), !=,
                    KIOSK_AUTH_REASON_NONE);
  g_free (world_run ("mv " KEYS ".away " KEYS));
}

/* As it is installed, with a key that is not plugged in: no touch is waited for, and nobody gets in. */
static void
test_unplugged (gpointer fixture, gconstpointer data)
{
  char challenge[CHALLENGE_LENGTH + 1];
  gboolean asked;

  g_free (world_run ("sed -i 's/ manual$/ cue/' " STACK));
  g_assert_cmpuint (log_in (PERSON, PASSWORD, &right, challenge, &asked), !=,
                    KIOSK_AUTH_REASON_NONE);
  g_assert_false (asked);
  g_assert_cmpuint (auth_count_failures (PERSON), ==, 1);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (gpointer fixture, gconstpointer data);
  } tests[] = {
    { "/fido2/right", test_right },         { "/fido2/wrong", test_wrong },
    { "/fido2/replayed", test_replayed },   { "/fido2/without", test_without },
    { "/fido2/unplugged", test_unplugged },
  };

  g_test_init (&argc, &argv, NULL);
  world_require ();
  auth_make_people ();
  make_tokens ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_vtable (tests[i].path, 0, NULL, set_up, tests[i].test, NULL);
  return g_test_run ();
}
