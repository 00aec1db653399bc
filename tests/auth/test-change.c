/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The change of a password in the real kiosk-auth with the real stack: expired ones, every rule, refusals in words,
 * the age of the policy, and that nobody gets past (R02, R30). */

#include "neighbours.h"

#include "../lib/world.h"

#include "kiosk/base/descriptor.h"

#include <string.h>

#define AGED "t-aged"
#define FRESH "Kaede-2027-fresh"

/* AGED has PASSWORD, which has to be changed at once; nothing of earlier cases is left. */
static void
set_up (gpointer fixture, gconstpointer data)
{
  world_add_person (AGED, PASSWORD);
  g_free (world_run ("usermod -c 'Momoko Hayashi' " AGED "; chage -d 0 " AGED
                     "; rm -f /etc/security/opasswd /var/lib/maintenance-kiosk/opasswd; "
                     "install -m 0600 /dev/null /etc/security/opasswd"));
  auth_set_rules (&kiosk_identity_defaults);
}

static void
begin (Auth *auth, KioskAuthPurpose purpose, const char *id)
{
  gboolean named = purpose == KIOSK_AUTH_UNLOCK || purpose == KIOSK_AUTH_CHANGE;

  auth_start (auth);
  auth_send_task (auth, purpose, named ? id : "");
  auth_say (auth, KIOSK_AUTH_MESSAGE_START, named ? "" : id);
  auth_answer (auth, KIOSK_PAM_TOPIC_NONE, PASSWORD);
}

/* Up to the prompt for the new one. */
static void
begin_change (Auth *auth)
{
  begin (auth, KIOSK_AUTH_LOGIN, AGED);
  auth_answer (auth, KIOSK_PAM_TOPIC_CURRENT, PASSWORD);
}

static void
expect_passed (Auth *auth)
{
  KioskAuthMessage message;
  KioskAuthVerdict verdict;

  while (auth_hear (auth, &message))
    g_assert_cmpuint (message.kind, ==, KIOSK_AUTH_MESSAGE_INFO);
  verdict = auth_take_verdict (auth);
  g_assert_cmpuint (verdict.reason, ==, KIOSK_AUTH_REASON_NONE);
  g_assert_cmpuint (verdict.stage, ==, KIOSK_AUTH_STAGE_DONE);
  auth_end (auth);
}

static void
expect_change (Auth *auth, const char *password)
{
  auth_answer (auth, KIOSK_PAM_TOPIC_NEW, password);
  auth_answer (auth, KIOSK_PAM_TOPIC_AGAIN, password);
  expect_passed (auth);
}

/* A conversation that is left in the middle of a change has no verdict, and changes nothing. */
static void
leave (Auth *auth)
{
  kiosk_fd_clear (&auth->shell);
  auth_expect_no_verdict (auth);
}

static void
test_expired (gpointer fixture, gconstpointer data)
{
  Auth auth;
  g_autofree char *hash = NULL;

  begin_change (&auth);
  expect_change (&auth, FRESH);
  g_assert_cmpuint (auth_log_in (AGED, FRESH), ==, KIOSK_AUTH_REASON_NONE);
  g_assert_cmpuint (auth_log_in (AGED, PASSWORD), ==, KIOSK_AUTH_REASON_PASSWORD);
  hash = world_run ("getent shadow " AGED);
  g_assert_true (g_str_has_prefix (hash, AGED ":$y$"));
}

/* What kiosk-auth itself refuses is asked for again at once. */
static const struct {
  const char *name, *password;
  KioskPamTopic topic;
} weak[] = {
  { "empty", "", KIOSK_PAM_TOPIC_EMPTY },
  { "short", "Kaede-2027x", KIOSK_PAM_TOPIC_SHORT },
  { "short-in-characters", "Aa1-楓楓楓楓", KIOSK_PAM_TOPIC_SHORT },
  { "no-capital", "kaede-2027-fresh", KIOSK_PAM_TOPIC_CLASSES },
  { "no-small-letter", "KAEDE-2027-FRESH", KIOSK_PAM_TOPIC_CLASSES },
  { "no-digit", "Kaede-fresh-leaf", KIOSK_PAM_TOPIC_CLASSES },
  { "no-sign", "Kaede2027fresh", KIOSK_PAM_TOPIC_CLASSES },
  { "id", "Kaede-2027-T-aged", KIOSK_PAM_TOPIC_PERSON },
  { "part-of-id", "Kaede-2027-aGed", KIOSK_PAM_TOPIC_PERSON },
  { "id-backwards", "Kaede-2027-deGa", KIOSK_PAM_TOPIC_PERSON },
  { "name", "Hayashi-2027-leaf", KIOSK_PAM_TOPIC_PERSON },
  { "control-character", "Kaede-2027\tfresh", KIOSK_PAM_TOPIC_CHARACTERS },
};

static void
test_weak (gpointer fixture, gconstpointer data)
{
  Auth auth;

  begin_change (&auth);
  for (guint i = 0; i < G_N_ELEMENTS (weak); i++)
    {
      g_test_message ("%s", weak[i].name);
      auth_answer (&auth, KIOSK_PAM_TOPIC_NEW, weak[i].password);
      auth_expect_topic (&auth, weak[i].topic);
    }
  expect_change (&auth, FRESH);
}

/* What the modules refuse begins the change anew. */
static const struct {
  const char *name, *password, *again;
  KioskPamTopic topic;
} refused[] = {
  { "same", PASSWORD, NULL, KIOSK_PAM_TOPIC_SIMILAR },
  { "capitals", "mIDORI-2026-RIGHT", NULL, KIOSK_PAM_TOPIC_SIMILAR },
  { "rotated", "idori-2026-rightM", NULL, KIOSK_PAM_TOPIC_SIMILAR },
  { "palindrome", "Kaede-2772-edeaK", NULL, KIOSK_PAM_TOPIC_COMMON },
  { "dictionary", "Elephants-12", NULL, KIOSK_PAM_TOPIC_COMMON },
  { "mismatch", FRESH, "Kaede-2027-other", KIOSK_PAM_TOPIC_MISMATCH },
};

static void
test_refused (gpointer fixture, gconstpointer data)
{
  Auth auth;

  begin_change (&auth);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_test_message ("%s", refused[i].name);
      auth_answer (&auth, KIOSK_PAM_TOPIC_NEW, refused[i].password);
      if (refused[i].again != NULL)
        auth_answer (&auth, KIOSK_PAM_TOPIC_AGAIN, refused[i].again);
      auth_expect_topic (&auth, refused[i].topic);
      auth_answer (&auth, KIOSK_PAM_TOPIC_CURRENT, PASSWORD);
    }
  expect_change (&auth, FRESH);
}

static void
test_wrong_current (gpointer fixture, gconstpointer data)
{
  Auth auth;

  begin (&auth, KIOSK_AUTH_LOGIN, AGED);
  auth_answer (&auth, KIOSK_PAM_TOPIC_CURRENT, "Midori-2026-wrong");
  auth_expect_topic (&auth, KIOSK_PAM_TOPIC_WRONG);
  auth_answer (&auth, KIOSK_PAM_TOPIC_CURRENT, PASSWORD);
  expect_change (&auth, FRESH);
}

/* Ten times in vain: no way in. */
static void
test_nobody_past (gpointer fixture, gconstpointer data)
{
  KioskAuthMessage message;
  KioskAuthVerdict verdict;
  Auth auth;

  begin (&auth, KIOSK_AUTH_LOGIN, AGED);
  for (guint i = 0; i < 10; i++)
    {
      auth_answer (&auth, KIOSK_PAM_TOPIC_CURRENT, PASSWORD);
      auth_answer (&auth, KIOSK_PAM_TOPIC_NEW, PASSWORD);
      auth_expect_topic (&auth, KIOSK_PAM_TOPIC_SIMILAR);
    }
  while (auth_hear (&auth, &message))
    g_assert_cmpuint (message.kind, ==, KIOSK_AUTH_MESSAGE_INFO);
  verdict = auth_take_verdict (&auth);
  g_assert_cmpuint (verdict.reason, ==, KIOSK_AUTH_REASON_EXPIRED);
  g_assert_cmpuint (verdict.stage, ==, KIOSK_AUTH_STAGE_CHANGE);
  auth_end (&auth);
}

/* Whoever leaves at any prompt has changed nothing, has not failed, and finds the change again. */
static void
test_cancelled (gpointer fixture, gconstpointer data)
{
  Auth auth;

  for (guint step = 0; step < 3; step++)
    {
      begin (&auth, KIOSK_AUTH_LOGIN, AGED);
      if (step > 0)
        auth_answer (&auth, KIOSK_PAM_TOPIC_CURRENT, PASSWORD);
      if (step > 1)
        auth_answer (&auth, KIOSK_PAM_TOPIC_NEW, FRESH);
      if (step < 2)
        {
          KioskAuthMessage message;

          do
            g_assert_true (auth_hear (&auth, &message));
          while (message.kind != KIOSK_AUTH_MESSAGE_SECRET);
        }
      else
        auth_expect_prompt (&auth);
      leave (&auth);
      g_assert_cmpuint (auth_count_failures (AGED), ==, 0);
    }
  begin_change (&auth);
  expect_change (&auth, FRESH);
}

/* As many as the policy says do not come again, the one before them may. */
static void
test_history (gpointer fixture, gconstpointer data)
{
  static const char *const row[]
      = { "Sakura-4711-bird", "Ringo+8812-cloud", "Budou=2093-river", "Mikan#5527-stone" };
  KioskIdentityRules rules = kiosk_identity_defaults;
  const char *current = PASSWORD;
  Auth auth;

  rules.history = 3;
  auth_set_rules (&rules);
  for (guint i = 0; i < G_N_ELEMENTS (row); i++)
    {
      auth_start (&auth);
      auth_send_task (&auth, KIOSK_AUTH_CHANGE, AGED);
      auth_say (&auth, KIOSK_AUTH_MESSAGE_START, "");
      auth_answer (&auth, KIOSK_PAM_TOPIC_NONE, current);
      if (i > 0) /* the one before it */
        {
          auth_answer (&auth, KIOSK_PAM_TOPIC_CURRENT, current);
          auth_answer (&auth, KIOSK_PAM_TOPIC_NEW, i == 1 ? PASSWORD : row[i - 2]);
          auth_answer (&auth, KIOSK_PAM_TOPIC_AGAIN, i == 1 ? PASSWORD : row[i - 2]);
          auth_expect_topic (&auth, KIOSK_PAM_TOPIC_USED);
        }
      auth_answer (&auth, KIOSK_PAM_TOPIC_CURRENT, current);
      expect_change (&auth, row[i]);
      current = row[i];
    }
  auth_start (&auth);
  auth_send_task (&auth, KIOSK_AUTH_CHANGE, AGED);
  auth_say (&auth, KIOSK_AUTH_MESSAGE_START, "");
  auth_answer (&auth, KIOSK_PAM_TOPIC_NONE, current);
  auth_answer (&auth, KIOSK_PAM_TOPIC_CURRENT, current);
  expect_change (&auth, PASSWORD);
}

/* ---- Ages ---- */

static KioskAuthVerdict
log_in_at (const char *days_ago)
{
  g_autofree char *command
      = g_strdup_printf ("chage -M 99999 -d $(($(date +%%s) / 86400 - %s)) " AGED, days_ago);

  g_free (world_run (command));
  return auth_authenticate (KIOSK_AUTH_LOGIN, "", AGED, (const char *[]){ PASSWORD, NULL }, 1);
}

/* The policy's 90 days, whatever the account says. */
static void
test_age (gpointer fixture, gconstpointer data)
{
  Auth auth;

  g_assert_cmpint (log_in_at ("0").days_left, ==, 90);
  g_assert_cmpint (log_in_at ("76").days_left, ==, 14);
  g_assert_cmpint (log_in_at ("90").days_left, ==, 0);
  g_free (world_run ("chage -d $(($(date +%s) / 86400 - 91)) " AGED));
  begin_change (&auth);
  expect_change (&auth, FRESH);
}

/* A shorter limit of the account counts too. */
static void
test_age_of_account (gpointer fixture, gconstpointer data)
{
  KioskAuthVerdict verdict;
  Auth auth;

  g_free (world_run ("chage -M 30 -d $(($(date +%s) / 86400 - 10)) " AGED));
  verdict = auth_authenticate (KIOSK_AUTH_LOGIN, "", AGED, (const char *[]){ PASSWORD, NULL }, 1);
  g_assert_cmpint (verdict.days_left, ==, 20);
  g_free (world_run ("chage -d $(($(date +%s) / 86400 - 31)) " AGED));
  begin_change (&auth);
  expect_change (&auth, FRESH);
}

static void
test_no_age (gpointer fixture, gconstpointer data)
{
  KioskIdentityRules rules = kiosk_identity_defaults;

  rules.max_days = 0;
  auth_set_rules (&rules);
  g_assert_cmpint (log_in_at ("4000").days_left, ==, -1);
}

/* A date that nobody knows is not younger than the limit. */
static void
test_no_date (gpointer fixture, gconstpointer data)
{
  Auth auth;

  g_free (world_run ("chage -d -1 " AGED));
  begin_change (&auth);
  expect_change (&auth, FRESH);
}

/* ---- Other purposes ---- */

static void
test_purposes (gpointer fixture, gconstpointer data)
{
  static const KioskAuthPurpose purposes[]
      = { KIOSK_AUTH_UNLOCK, KIOSK_AUTH_END, KIOSK_AUTH_APPROVE };

  for (guint i = 0; i < G_N_ELEMENTS (purposes); i++)
    {
      Auth auth;

      set_up (NULL, NULL);
      begin (&auth, purposes[i], AGED);
      auth_answer (&auth, KIOSK_PAM_TOPIC_CURRENT, PASSWORD);
      expect_change (&auth, FRESH);
    }
}

/* A change that the person wants, with the proof before it that counts failures. */
static void
test_wanted (gpointer fixture, gconstpointer data)
{
  KioskAuthVerdict verdict;
  Auth auth;

  g_free (world_run ("chage -d $(($(date +%s) / 86400 - 80)) " AGED));
  begin (&auth, KIOSK_AUTH_CHANGE, AGED);
  auth_answer (&auth, KIOSK_PAM_TOPIC_CURRENT, PASSWORD);
  expect_change (&auth, FRESH);
  verdict = auth_authenticate (KIOSK_AUTH_CHANGE, AGED, "", (const char *[]){ PASSWORD, NULL }, 1);
  g_assert_cmpuint (verdict.reason, ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (auth_count_failures (AGED), ==, 1);
  g_assert_cmpuint (verdict.changed, ==, 0);
  verdict = auth_authenticate (KIOSK_AUTH_LOGIN, "", AGED, (const char *[]){ FRESH, NULL }, 1);
  g_assert_cmpint (verdict.days_left, ==, 90);
  g_assert_cmpuint (verdict.changed, ==, 0);
}

/* A site's own module with other words, which are shown as they came; a change that it takes without changing
 * anything lets nobody past. */
static void
test_other_module (gpointer fixture, gconstpointer data)
{
  KioskAuthMessage message;
  KioskAuthVerdict verdict;
  Auth auth;

  g_free (world_run ("printf 'password required pam_echo.so file=/tmp/words\\n"
                     "password required pam_permit.so\\n' "
                     ">/run/maintenance-kiosk/pam.d/maintenance-kiosk-password; "
                     "printf 'Ask the \\033help desk' >/tmp/words"));
  begin (&auth, KIOSK_AUTH_LOGIN, AGED);
  do
    g_assert_true (auth_hear (&auth, &message));
  while (strstr (message.text, "help desk") == NULL);
  g_assert_cmpuint (message.kind, ==, KIOSK_AUTH_MESSAGE_INFO);
  g_assert_cmpuint (message.topic, ==, KIOSK_PAM_TOPIC_NONE);
  g_assert_null (strchr (message.text, '\033'));
  while (auth_hear (&auth, &message))
    g_assert_cmpuint (message.kind, ==, KIOSK_AUTH_MESSAGE_INFO);
  verdict = auth_take_verdict (&auth);
  g_assert_cmpuint (verdict.reason, ==, KIOSK_AUTH_REASON_EXPIRED);
  g_assert_cmpuint (verdict.stage, ==, KIOSK_AUTH_STAGE_CHANGE);
  g_assert_cmpuint (verdict.changed, ==, 0);
  auth_end (&auth);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (gpointer fixture, gconstpointer data);
  } tests[] = {
    { "/change/expired", test_expired },
    { "/change/weak", test_weak },
    { "/change/refused", test_refused },
    { "/change/wrong-current", test_wrong_current },
    { "/change/nobody-past", test_nobody_past },
    { "/change/cancelled", test_cancelled },
    { "/change/history", test_history },
    { "/change/age", test_age },
    { "/change/age-of-account", test_age_of_account },
    { "/change/no-age", test_no_age },
    { "/change/no-date", test_no_date },
    { "/change/purposes", test_purposes },
    { "/change/wanted", test_wanted },
    { "/change/other-module", test_other_module },
  };

  g_test_init (&argc, &argv, NULL);
  world_require ();
  auth_make_people ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_vtable (tests[i].path, 0, NULL, set_up, tests[i].test, NULL);
  return g_test_run ();
}
