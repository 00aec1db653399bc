/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/model/pam-words.h"
#include "kiosk/model/password-rules.h"
#include "kiosk/model/policy.h"
#include "kiosk/model/tally.h"

#include <string.h>

/* What the policy says of passwords and log-in, what a new password must be like, what modules' words mean, and
 * the tally under a clock that is set. */

/* ---- The policy ---- */

static KioskPolicy *
parse (const char *more, GPtrArray **problems)
{
  g_autofree char *text = g_strconcat (
      "[policy]\nformat=1\n[terminal]\nid=t1\nsite[ja]=北\nsite[en]=North\n", more, NULL);
  KioskPolicySource source = { "policy.conf", text, strlen (text) };

  return kiosk_policy_parse (&source, 1, problems);
}

static void
test_policy_values (void)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (KioskPolicy) policy
      = parse ("[password]\nmin-length=8\nclasses=3\nhistory=24\nmax-days=30\nnotice-days=7\n"
               "[login]\nsecond-factor=totp\nattempts=3\nlockout=60\nunused-days=90\n"
               "unused=disable\n[person sato]\nname[ja]=佐\nname[en]=S\n"
               "active-since=2026-11-30\n[role engineer]\npersons=sato\n",
               &problems);
  const KioskIdentityRules *rules = &policy->identity;

  g_assert_nonnull (policy);
  g_assert_cmpuint (rules->min_length, ==, 8);
  g_assert_cmpuint (rules->classes, ==, 3);
  g_assert_cmpuint (rules->history, ==, 24);
  g_assert_cmpuint (rules->max_days, ==, 30);
  g_assert_cmpuint (rules->notice_days, ==, 7);
  g_assert_cmpint (rules->second_factor, ==, KIOSK_SECOND_FACTOR_TOTP);
  g_assert_cmpuint (rules->attempts, ==, 3);
  g_assert_cmpuint (rules->lockout, ==, 60);
  g_assert_cmpuint (rules->unused_days, ==, 90);
  g_assert_true (policy->disable_unused);
  g_assert_cmpint (kiosk_policy_find_person (policy, "sato")->active_since, ==, 1795996800);
}

static void
test_policy_defaults (void)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (KioskPolicy) policy = parse ("", &problems);

  g_assert_cmpmem (&policy->identity, sizeof policy->identity, &kiosk_identity_defaults,
                   sizeof kiosk_identity_defaults);
  g_assert_cmpuint (policy->identity.min_length, ==, 12);
  g_assert_cmpuint (policy->identity.classes, ==, 4);
  g_assert_cmpuint (policy->identity.history, ==, 10);
  g_assert_cmpuint (policy->identity.max_days, ==, 90);
  g_assert_cmpuint (policy->identity.notice_days, ==, 14);
  g_assert_cmpuint (policy->identity.attempts, ==, 10);
  g_assert_cmpuint (policy->identity.lockout, ==, 1800);
}

/* The notice that nobody wrote makes way; without an end there is nothing that it must be shorter than. */
static void
test_policy_notice (void)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GPtrArray) more = NULL;
  g_autoptr (KioskPolicy) brief = parse ("[password]\nmax-days=10\n", &problems);
  g_autoptr (KioskPolicy) never = parse ("[password]\nmax-days=0\nnotice-days=60\n", &more);

  g_assert_cmpuint (brief->identity.notice_days, ==, 9);
  g_assert_cmpuint (never->identity.notice_days, ==, 60);
}

static void
test_policy_problems (void)
{
  static const struct {
    const char *text;
    guint line;
    const char *reason;
  } cases[] = {
    { "[password]\nmin-length=7\n", 8, "8 to 64" },
    { "[password]\nmin-length=65\n", 8, "8 to 64" },
    { "[password]\nclasses=0\n", 8, "1 to 4" },
    { "[password]\nclasses=5\n", 8, "1 to 4" },
    { "[password]\nhistory=25\n", 8, "0 to 24" },
    { "[password]\nmax-days=1000\n", 8, "0 to 999" },
    { "[password]\nnotice-days=61\n", 8, "0 to 60" },
    { "[password]\nmax-days=14\nnotice-days=14\n", 9, "less than" },
    { "[password]\nlength=12\n", 8, "unknown key" },
    { "[password a]\nmin-length=12\n", 7, "has no name" },
    { "[login]\nsecond-factor=sms\n", 8, "none, totp, fido2, smartcard" },
    { "[login]\nattempts=0\n", 8, "1 to 20" },
    { "[login]\nattempts=21\n", 8, "1 to 20" },
    { "[login]\nlockout=59\n", 8, "60 to 86400" },
    { "[login]\nlockout=86401\n", 8, "60 to 86400" },
    { "[login]\nunused-days=1000\n", 8, "0 to 999" },
    { "[login]\nunused-days=9\nunused=always\n", 9, "disable" },
    { "[login]\nunused=disable\n", 7, "unused-days" },
    { "[person a]\nname[ja]=a\nname[en]=a\nactive-since=2026-11-31\n[role engineer]\npersons=a\n",
      10, "2026-11-30" },
    { "[person a]\nname[ja]=a\nname[en]=a\nactive-since=1969-01-01\n[role engineer]\npersons=a\n",
      10, "2026-11-30" },
    { "[person a]\nname[ja]=a\nname[en]=a\nactive-since=yesterday1\n[role engineer]\npersons=a\n",
      10, "2026-11-30" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) problems = NULL;
      const KioskPolicyProblem *problem;

      g_assert_null (parse (cases[i].text, &problems));
      g_assert_cmpuint (problems->len, ==, 1);
      problem = problems->pdata[0];
      g_assert_cmpuint (problem->line, ==, cases[i].line);
      g_assert_nonnull (strstr (problem->reason.en, cases[i].reason));
      g_assert_cmpstr (problem->reason.ja, !=, problem->reason.en);
    }
}

/* ---- Passwords ---- */

#define ALL KIOSK_PASSWORD_ALL
#define LENGTH KIOSK_PASSWORD_LENGTH
#define CLASSES KIOSK_PASSWORD_CLASSES
#define PERSON KIOSK_PASSWORD_PERSON
#define OTHER KIOSK_PASSWORD_OTHER
#define CHARACTERS KIOSK_PASSWORD_CHARACTERS

static const struct {
  const char *id, *name, *old, *password;
  guint broken; /* rules that are not met */
} passwords[] = {
  { "k-sato", "佐藤 花子", NULL, "Midori-2026-x", 0 },
  { "k-sato", "佐藤 花子", NULL, "", LENGTH | CLASSES },
  /* length: characters, exactly 12 */
  { "k-sato", "", NULL, "Midori-2026", LENGTH },
  { "k-sato", "", NULL, "Midori-2026x", 0 },
  { "k-sato", "", NULL, "Aa1漢字漢", LENGTH },
  { "k-sato", "", NULL, "Aa1漢字漢字漢字漢字漢", 0 },
  /* classes */
  { "k-sato", "", NULL, "midori-2026-x", CLASSES },
  { "k-sato", "", NULL, "MIDORI-2026-X", CLASSES },
  { "k-sato", "", NULL, "Midori-Midori", CLASSES },
  { "k-sato", "", NULL, "Midori2026xyz", CLASSES },
  { "k-sato", "", NULL, "Midori 2026 x", 0 },
  /* the ID, parts of it, backwards, in other capitals; short ones too */
  { "k-sato", "", NULL, "Midori-Sato-26", PERSON },
  { "k-sato", "", NULL, "Midori-otAs-26", PERSON },
  { "k-sato", "", NULL, "9-K-SATO-midori", PERSON },
  { "k-sato", "", NULL, "Midori-Sat0-26", 0 },
  { "ab", "", NULL, "Midori-Ab-2026", PERSON },
  { "ab", "", NULL, "Midori-bA-2026", PERSON },
  { "ab", "", NULL, "Midori-a.b-2026", 0 },
  { "a", "", NULL, "Banana-2026-x", 0 },
  { "tanaka01", "", NULL, "Xy-Tanaka-2026", PERSON },
  { "tanaka01", "", NULL, "Xy-01-midori-2026", 0 },
  { "li", "", NULL, "Midori-2026-lI", PERSON },
  /* the name */
  { "x9", "Hanako Sato", NULL, "Midori-hanako-26", PERSON },
  { "x9", "Hanako Sato", NULL, "Midori-oTaS-2026", PERSON },
  { "x9", "佐藤 花子", NULL, "Midori-花子-2026", PERSON },
  { "x9", "佐藤 花子", NULL, "Midori-花-2026x", 0 },
  { "x9", "J Li", NULL, "Midori-li-2026x", 0 },
  /* the old one */
  { "x9", "", "Midori-2026-old", "Midori-2026-old", OTHER },
  { "x9", "", "Midori-2026-old", "mIDORI-2026-OLD", OTHER },
  { "x9", "", "Midori-2026-old", "Midori-2026-old1", OTHER },
  { "x9", "", "Midori-2026-old", "dlo-6202-irodiM", OTHER },
  { "x9", "", "Midori-2026-old", "Kaede-2027-new", 0 },
  { "x9", "", "", "Kaede-2027-new", 0 },
  { "x9", "", "\377bytes", "Kaede-2027-new", 0 },
  /* characters that nobody can type again */
  { "x9", "", NULL, "Midori-2026-\t", CHARACTERS | PERSON | OTHER },
  { "x9", "", NULL, "Midori-2026-\377", CHARACTERS | PERSON | OTHER },
  { "x9", "", NULL, "Midori-2026-\342\200\213", CHARACTERS | PERSON | OTHER }, /* zero width */
};

static void
test_passwords (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (passwords); i++)
    {
      const char *const names[] = { passwords[i].id, passwords[i].name, NULL };
      guint met = kiosk_password_rules_check (&kiosk_identity_defaults, names, passwords[i].old,
                                              passwords[i].password);

      g_test_message ("%u: %s", i, passwords[i].id);
      g_assert_cmphex (met, ==, ALL & ~passwords[i].broken);
    }
}

static void
test_password_bounds (void)
{
  static const char *const names[] = { "x9", NULL };
  KioskIdentityRules rules = { .min_length = 8, .classes = 1 };
  g_autofree char *longest = g_strnfill (KIOSK_PASSWORD_MAX_BYTES, 'a');
  g_autofree char *longer = g_strnfill (KIOSK_PASSWORD_MAX_BYTES + 1, 'a');

  g_assert_cmphex (kiosk_password_rules_check (&rules, names, NULL, "aaaaaaaa"), ==, ALL);
  g_assert_cmphex (kiosk_password_rules_check (&rules, names, NULL, "aaaaaaa"), ==, ALL & ~LENGTH);
  g_assert_cmphex (kiosk_password_rules_check (&rules, names, NULL, longest), ==, ALL);
  g_assert_cmphex (kiosk_password_rules_check (&rules, names, NULL, longer), ==, LENGTH | CLASSES);
  for (guint classes = 1; classes <= 4; classes++)
    {
      static const char *const with[] = { "aaaaaaaa", "aaaaaaA", "aaaaaA1", "aaaaA1-", NULL };

      g_assert_cmpuint (kiosk_password_classes (with[classes - 1]), ==, classes);
    }
  g_assert_cmpuint (kiosk_password_length ("漢字ab"), ==, 4);
  g_assert_cmpuint (kiosk_password_length ("\377\377"), ==, 2);
}

/* ---- Words ---- */

static const struct {
  const char *text;
  KioskPamTopic topic;
} asked[] = {
  { "Current password: ", KIOSK_PAM_TOPIC_CURRENT },
  { "(current) UNIX password: ", KIOSK_PAM_TOPIC_CURRENT },
  { "Current Password: ", KIOSK_PAM_TOPIC_CURRENT },
  { "(current) NT password: ", KIOSK_PAM_TOPIC_CURRENT },
  { "Enter old password: ", KIOSK_PAM_TOPIC_CURRENT },
  { "New password: ", KIOSK_PAM_TOPIC_NEW },
  { "New UNIX password: ", KIOSK_PAM_TOPIC_NEW },
  { "Enter new NT password: ", KIOSK_PAM_TOPIC_NEW },
  { "Retype new password: ", KIOSK_PAM_TOPIC_AGAIN },
  { "Reenter new Password: ", KIOSK_PAM_TOPIC_AGAIN },
  { "New password (again): ", KIOSK_PAM_TOPIC_AGAIN },
  { "Password: ", KIOSK_PAM_TOPIC_NONE },
  { "One-time password (OATH) for `sato': ", KIOSK_PAM_TOPIC_CODE },
  { "Verification code: ", KIOSK_PAM_TOPIC_CODE },
  { "PIN: ", KIOSK_PAM_TOPIC_NONE },
  { "", KIOSK_PAM_TOPIC_NONE },
};

static const struct {
  const char *text;
  KioskPamTopic topic;
} told[] = {
  { "BAD PASSWORD: The password is shorter than 12 characters", KIOSK_PAM_TOPIC_SHORT },
  { "BAD PASSWORD: The password is too short", KIOSK_PAM_TOPIC_SHORT },
  { "You must choose a longer password.", KIOSK_PAM_TOPIC_SHORT },
  { "BAD PASSWORD: The password contains less than 4 character classes", KIOSK_PAM_TOPIC_CLASSES },
  { "BAD PASSWORD: The password contains less than 1 digits", KIOSK_PAM_TOPIC_CLASSES },
  { "BAD PASSWORD: The password contains too few uppercase letters", KIOSK_PAM_TOPIC_CLASSES },
  { "BAD PASSWORD: The password contains the user name in some form", KIOSK_PAM_TOPIC_PERSON },
  { "BAD PASSWORD: The password contains words from the real name of the user in some form",
    KIOSK_PAM_TOPIC_PERSON },
  { "BAD PASSWORD: The password is the same as the old one", KIOSK_PAM_TOPIC_SIMILAR },
  { "BAD PASSWORD: The password is too similar to the old one", KIOSK_PAM_TOPIC_SIMILAR },
  { "BAD PASSWORD: The password differs with case changes only", KIOSK_PAM_TOPIC_SIMILAR },
  { "BAD PASSWORD: The password is just rotated old one", KIOSK_PAM_TOPIC_SIMILAR },
  { "Password unchanged", KIOSK_PAM_TOPIC_SIMILAR },
  { "BAD PASSWORD: The password fails the dictionary check - it is based on a dictionary word",
    KIOSK_PAM_TOPIC_COMMON },
  { "BAD PASSWORD: The password is a palindrome", KIOSK_PAM_TOPIC_COMMON },
  { "BAD PASSWORD: The password contains monotonic sequence longer than 4 characters",
    KIOSK_PAM_TOPIC_COMMON },
  { "BAD PASSWORD: something that no version says yet", KIOSK_PAM_TOPIC_WEAK },
  { "Password has been already used.", KIOSK_PAM_TOPIC_USED },
  { "Password has been already used. Choose another.", KIOSK_PAM_TOPIC_USED },
  { "Sorry, passwords do not match.", KIOSK_PAM_TOPIC_MISMATCH },
  { "Passwords do not match", KIOSK_PAM_TOPIC_MISMATCH },
  { "No password supplied", KIOSK_PAM_TOPIC_EMPTY },
  { "No password has been supplied.", KIOSK_PAM_TOPIC_EMPTY },
  { "You must wait longer to change your password.", KIOSK_PAM_TOPIC_SOON },
  { "You must wait longer to change your password", KIOSK_PAM_TOPIC_SOON },
  { "Old password not accepted. Authentication failure", KIOSK_PAM_TOPIC_WRONG },
  { "Password change failed. Server message: ", KIOSK_PAM_TOPIC_FAILED },
  { "Authentication token manipulation error", KIOSK_PAM_TOPIC_FAILED },
  { "The password has not been changed.", KIOSK_PAM_TOPIC_FAILED },
  { "You must change your password now and login again!", KIOSK_PAM_TOPIC_EXPIRED },
  { "You are required to change your password immediately (password expired).",
    KIOSK_PAM_TOPIC_EXPIRED },
  { "Warning: your password will expire in 5 days.", KIOSK_PAM_TOPIC_EXPIRES },
  { "Please touch the device.", KIOSK_PAM_TOPIC_TOUCH },
  { "Have a nice day", KIOSK_PAM_TOPIC_NONE },
  { "", KIOSK_PAM_TOPIC_NONE },
};

static void
test_words (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      g_test_message ("%s", asked[i].text);
      g_assert_cmpint (kiosk_pam_prompt_topic (asked[i].text), ==, asked[i].topic);
      g_assert_null (kiosk_pam_topic_label (asked[i].topic));
    }
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    {
      g_test_message ("%s", told[i].text);
      g_assert_cmpint (kiosk_pam_message_topic (told[i].text), ==, told[i].topic);
    }
  for (guint topic = KIOSK_PAM_TOPIC_SHORT; topic <= KIOSK_PAM_TOPIC_LAST; topic++)
    {
      const KioskLabel *label = kiosk_pam_topic_label (topic);

      g_assert_true (g_str_has_suffix (label->ja, "。"));
      g_assert_true (g_str_has_suffix (label->en, "."));
    }
  g_assert_null (kiosk_pam_topic_label (KIOSK_PAM_TOPIC_LAST + 1));
}

/* ---- The tally ---- */

#define NOW G_GINT64_CONSTANT (1800000000)

static void
put_time (guint8 *record, guint64 time)
{
  memset (record, 'x', 54);
  record[54] = 1;
  record[55] = 0;
  memcpy (record + 56, &time, sizeof time);
}

static const struct {
  gint64 time, shift, expected;
} times[] = {
  { NOW - 10, 0, NOW - 10 },
  { NOW - 10, 5, NOW - 5 },
  { NOW - 10, 10, NOW },
  { NOW - 10, 11, NOW },                  /* not into the future */
  { NOW + 3600, 0, NOW },                 /* set back, or a start with a wrong clock */
  { NOW + 3600, -3600, NOW },             /* set back by an hour: counted a moment ago */
  { NOW + 3600 - 100, -3600, NOW - 100 }, /* the same, a while ago */
  { NOW - 3600 - 100, 3600, NOW - 100 },  /* set forward: still a moment ago */
  { 5, -10, 0 },                          /* nothing before the beginning */
  { G_MAXINT64, 100, NOW },               /* damage does not lock for ever */
  { NOW, G_MAXINT64, NOW },
  { NOW, G_MININT64, 0 },
};

static void
test_tally (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      guint8 tally[2 * KIOSK_TALLY_RECORD + 7], before[sizeof tally];
      guint64 moved;

      put_time (tally, NOW - 20);
      put_time (tally + KIOSK_TALLY_RECORD, (guint64) times[i].time);
      memset (tally + 2 * KIOSK_TALLY_RECORD, 'y', 7); /* a piece of a record stays as it is */
      memcpy (before, tally, sizeof tally);
      g_assert_cmpint (kiosk_tally_move (tally, sizeof tally, times[i].shift, NOW), ==,
                       times[i].shift != 0 || times[i].expected != times[i].time);
      memcpy (&moved, tally + KIOSK_TALLY_RECORD + 56, sizeof moved);
      g_assert_cmpint ((gint64) moved, ==, times[i].expected);
      g_assert_cmpmem (tally + KIOSK_TALLY_RECORD, 56, before + KIOSK_TALLY_RECORD, 56);
      g_assert_cmpmem (tally + 2 * KIOSK_TALLY_RECORD, 7, before + 2 * KIOSK_TALLY_RECORD, 7);
    }
  g_assert_false (kiosk_tally_move (NULL, 0, 100, NOW));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identity/policy/values", test_policy_values);
  g_test_add_func ("/identity/policy/defaults", test_policy_defaults);
  g_test_add_func ("/identity/policy/notice", test_policy_notice);
  g_test_add_func ("/identity/policy/problems", test_policy_problems);
  g_test_add_func ("/identity/passwords", test_passwords);
  g_test_add_func ("/identity/password-bounds", test_password_bounds);
  g_test_add_func ("/identity/words", test_words);
  g_test_add_func ("/identity/tally", test_tally);
  return g_test_run ();
}
