/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kiosk-auth with the real PAM stack of pam/, real accounts and faillock's real tally, in a
 * world of its own: whom it lets in. */

#include "neighbours.h"

#include "../lib/world.h"

typedef struct {
  const char *name;
  const char *typed;
  const char *password;
  KioskAuthReason reason;
  KioskAuthStage stage;
  const char *user;
} Case;

#define TOO_LONG "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg"

static const Case cases[] = {
  { "right", "t-right", PASSWORD, KIOSK_AUTH_REASON_NONE, KIOSK_AUTH_STAGE_DONE, "t-right" },
  { "wrong", "t-right", "Midori-2026-wrong", KIOSK_AUTH_REASON_PASSWORD,
    KIOSK_AUTH_STAGE_AUTHENTICATE, "t-right" },
  { "empty-password", "t-right", "", KIOSK_AUTH_REASON_PASSWORD, KIOSK_AUTH_STAGE_AUTHENTICATE,
    "t-right" },
  { "no-password-set", "t-empty", "", KIOSK_AUTH_REASON_PASSWORD, KIOSK_AUTH_STAGE_AUTHENTICATE,
    "t-empty" },
  { "unknown", "t-nobody", PASSWORD, KIOSK_AUTH_REASON_UNKNOWN, KIOSK_AUTH_STAGE_AUTHENTICATE,
    "t-nobody" },
  { "empty-id", "", PASSWORD, KIOSK_AUTH_REASON_UNKNOWN, KIOSK_AUTH_STAGE_AUTHENTICATE, "?" },
  { "long-id", TOO_LONG, PASSWORD, KIOSK_AUTH_REASON_UNKNOWN, KIOSK_AUTH_STAGE_AUTHENTICATE, "?" },
  { "minus-id", "-t-right", PASSWORD, KIOSK_AUTH_REASON_UNKNOWN, KIOSK_AUTH_STAGE_AUTHENTICATE,
    "?" },
  { "path-id", "../../../etc/passwd", PASSWORD, KIOSK_AUTH_REASON_UNKNOWN,
    KIOSK_AUTH_STAGE_AUTHENTICATE, "../../../etc/passwd" },
  { "line-id", "t-right\nt-other", PASSWORD, KIOSK_AUTH_REASON_UNKNOWN,
    KIOSK_AUTH_STAGE_AUTHENTICATE, "t-right\nt-other" },
  { "locked", "t-locked", PASSWORD, KIOSK_AUTH_REASON_PASSWORD, KIOSK_AUTH_STAGE_AUTHENTICATE,
    "t-locked" },
  { "closed", "t-closed", PASSWORD, KIOSK_AUTH_REASON_ACCOUNT, KIOSK_AUTH_STAGE_ACCOUNT,
    "t-closed" },
  { "root", "root", PASSWORD, KIOSK_AUTH_REASON_PASSWORD, KIOSK_AUTH_STAGE_AUTHENTICATE, "root" },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  KioskAuthVerdict verdict = auth_authenticate (KIOSK_AUTH_LOGIN, "", c->typed,
                                                (const char *[]){ c->password, NULL }, 1);

  g_assert_cmpstr (verdict.user, ==, c->user);
  g_assert_cmpuint (verdict.stage, ==, c->stage);
  g_assert_cmpuint (verdict.reason, ==, c->reason);
}

/* Who must prove to be there stands in the task; what is typed does not count. */
static void
test_unlock (void)
{
  static const char *const answers[] = { PASSWORD, NULL };
  KioskAuthVerdict v = auth_authenticate (KIOSK_AUTH_UNLOCK, "t-right", "t-other", answers, 1);

  g_assert_cmpuint (v.reason, ==, KIOSK_AUTH_REASON_NONE);
  g_assert_cmpstr (v.user, ==, "t-right");
  v = auth_authenticate (KIOSK_AUTH_UNLOCK, "t-locked", "t-right", answers, 1);
  g_assert_cmpuint (v.reason, ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpstr (v.user, ==, "t-locked");
  v = auth_authenticate (KIOSK_AUTH_END, "", "t-right", answers, 1);
  g_assert_cmpuint (v.reason, ==, KIOSK_AUTH_REASON_NONE);
}

static void
test_longest_answer (void)
{
  g_autofree char *longest = g_strnfill (KIOSK_AUTH_TEXT_MAX - 1, 'x');

  g_assert_cmpuint (auth_log_in ("t-other", longest), ==, KIOSK_AUTH_REASON_PASSWORD);
}

/* Ten failures lock, for the right password too, in every service of the terminal; a success before
 * that begins the count anew. */
static void
test_tally (void)
{
  static const char *const right[] = { PASSWORD, NULL };

  for (guint i = 0; i < 9; i++)
    g_assert_cmpuint (auth_log_in ("t-tally", "wrong"), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (auth_log_in ("t-tally", PASSWORD), ==, KIOSK_AUTH_REASON_NONE);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpuint (auth_log_in ("t-tally", "wrong"), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (auth_log_in ("t-tally", PASSWORD), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (auth_authenticate (KIOSK_AUTH_UNLOCK, "t-tally", "", right, 1).reason, ==,
                    KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (auth_authenticate (KIOSK_AUTH_END, "", "t-tally", right, 1).reason, ==,
                    KIOSK_AUTH_REASON_PASSWORD);
  g_free (world_run ("faillock --dir /var/lib/maintenance-kiosk/faillock --user t-tally --reset"));
  g_assert_cmpuint (auth_log_in ("t-tally", PASSWORD), ==, KIOSK_AUTH_REASON_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  world_require ();
  auth_make_people ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/auth/verdict/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/auth/unlock", test_unlock);
  g_test_add_func ("/auth/longest-answer", test_longest_answer);
  g_test_add_func ("/auth/tally", test_tally);
  return g_test_run ();
}
