/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kioskd, kiosk-auth and PAM: a password that its person changes before it expires, and one that has expired
 * when somebody unlocks, approves or ends (R02). */

#include "terminal.h"

#include "../lib/world.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"

#include <signal.h>

#define RIGHT PASSWORD_OF (ENGINEER)
#define WRONG "Wrong-2026-word"
#define FRESH "Kaede-2027-fresh"
#define APPROVER "t-approver"
#define TALLIES "/var/lib/maintenance-kiosk/faillock/"
#define TOO_OLD "$(($(date +%s) / 86400 - 100))"
#define NEARLY "$(($(date +%s) / 86400 - 80))"

static void
check_text (const char *key, const char *value)
{
  g_autofree char *now = terminal_get (key);

  g_assert_cmpstr (now, ==, value);
}

static gint
get_days (void)
{
  g_autoptr (GVariant) answer = terminal_call ("GetStatus", NULL, NULL, NULL);
  g_autoptr (GVariant) status = g_variant_get_child_value (answer, 0);
  gint days = 0;

  g_assert_true (g_variant_lookup (status, "password-days", "i", &days));
  return days;
}

static void
set_up (gpointer fixture, gconstpointer data)
{
  terminal_make_people ();
  world_add_person (APPROVER, PASSWORD_OF (APPROVER));
  terminal_write_policy ("notice");
  g_free (world_run (
      "rm -f " TALLIES "* /run/maintenance-kiosk/tally-clock /etc/security/opasswd; "
      "printf '[person " APPROVER "]\\nname[ja]=高橋\\nname[en]=Takahashi\\n"
      "[role approver]\\npersons=" APPROVER "\\n[login]\\nattempts=4\\n"
      "[server second]\\nlabel[ja]=s\\nlabel[en]=s\\npurpose[ja]=s\\npurpose[en]=s\\n"
      "address=10.99.0.16\\ncertificate-sha256="
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\\n"
      "persons=" ENGINEER "\\napproval=person\\n' >>/etc/maintenance-kiosk/policy.conf"));
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
}

static void
tear_down (gpointer fixture, gconstpointer data)
{
  terminal_disconnect ();
  terminal_stop ();
  world_wait_none ("kiosk-auth");
  log_verify ();
}

/* The next question is about @topic, and gets @answer; texts before it are passed over. */
static void
reply (int conversation, KioskPamTopic topic, const char *answer)
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

/* Answers the first question, which is asked already. */
static void
prove (int conversation, const char *answer)
{
  KioskAuthMessage message = { .kind = KIOSK_AUTH_MESSAGE_ANSWER };

  g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, answer));
  g_assert_true (kiosk_channel_send (conversation, &message, sizeof message, NULL, 0, NULL));
}

static void
change (int conversation, const char *current, const char *fresh)
{
  prove (conversation, current);
  reply (conversation, KIOSK_PAM_TOPIC_CURRENT, current);
  reply (conversation, KIOSK_PAM_TOPIC_NEW, fresh);
  reply (conversation, KIOSK_PAM_TOPIC_AGAIN, fresh);
}

/* ---- Before it expires ---- */

static void
test_wanted (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) begun = NULL;
  g_autoptr (JsonObject) done = NULL;
  int conversation;

  g_free (world_run ("chage -d " NEARLY " " ENGINEER));
  terminal_log_in ();
  g_assert_cmpint (get_days (), ==, 10);
  conversation = terminal_begin ("change", "");
  check_text ("state", "changing");
  check_text ("conversation", "change");
  prove (conversation, RIGHT);
  reply (conversation, KIOSK_PAM_TOPIC_CURRENT, RIGHT);
  reply (conversation, KIOSK_PAM_TOPIC_NEW, "short");
  reply (conversation, KIOSK_PAM_TOPIC_NEW, FRESH);
  reply (conversation, KIOSK_PAM_TOPIC_AGAIN, FRESH);
  terminal_wait ("state", "choosing");
  kiosk_fd_clear (&conversation);
  check_text ("error", "");
  check_text ("conversation", "");
  check_text ("person", ENGINEER);
  g_assert_cmpint (get_days (), ==, -1);
  log_check_order (mark, "login password-change-begun password-change");
  begun = log_wait (mark, "password-change-begun", 0);
  g_assert_cmpstr (log_get (begun, "user.id"), ==, ENGINEER);
  g_assert_cmpstr (log_get (begun, "event.outcome"), ==, "unknown");
  done = log_wait (mark, "password-change", 0);
  g_assert_cmpstr (log_get (done, "user.id"), ==, ENGINEER);
  g_assert_cmpstr (log_get (done, "event.outcome"), ==, "success");
  g_assert_cmpstr (log_get (done, "event.category"), ==, "iam");
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  terminal_authenticate ("unlock", "", RIGHT, "locked");
  terminal_authenticate ("unlock", "", FRESH, "choosing");
}

/* A wrong password counts with those of log-in and unlock, and locks all of them. */
static void
test_wrong (gpointer fixture, gconstpointer data)
{
  guint mark;

  terminal_authenticate ("login", ENGINEER, WRONG, "logged-out");
  terminal_request ("Dismiss", NULL);
  terminal_log_in (); /* begins the count anew */
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (JsonObject) record = NULL;

      mark = log_mark ();
      terminal_authenticate ("change", "", WRONG, "choosing");
      check_text ("error", "change-failed");
      record = log_wait (mark, "password-change", 0);
      g_assert_cmpstr (log_get (record, "event.outcome"), ==, "failure");
      g_assert_cmpstr (log_get (record, "event.reason"), ==, "password");
      g_assert_cmpstr (log_get (record, "user.id"), ==, ENGINEER);
      terminal_request ("Dismiss", NULL);
    }
  terminal_authenticate ("change", "", RIGHT, "choosing");
  check_text ("error", "change-failed");
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  terminal_authenticate ("unlock", "", RIGHT, "locked");
}

static void
check_unchanged (void)
{
  world_wait_none ("kiosk-auth");
  g_free (world_run ("[ ! -s " TALLIES ENGINEER " ]"));
  terminal_authenticate ("unlock", "", RIGHT, "choosing");
}

/* Given up, locked or logged out in the middle: the old password is the one that counts. */
static void
test_given_up (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) locked = NULL;
  int conversation;

  terminal_log_in ();
  conversation = terminal_begin ("change", "");
  terminal_request ("CancelConversation", NULL);
  check_text ("state", "choosing");
  kiosk_fd_clear (&conversation);
  log_check_order (mark, "password-change-begun conversation-cancelled");

  mark = log_mark ();
  conversation = terminal_begin ("change", "");
  prove (conversation, RIGHT);
  reply (conversation, KIOSK_PAM_TOPIC_CURRENT, RIGHT);
  terminal_request ("Lock", g_variant_new ("(s)", "button"));
  check_text ("state", "locked");
  kiosk_fd_clear (&conversation);
  locked = log_wait (mark, "conversation-cancelled", 0);
  g_assert_cmpstr (log_get (locked, "event.reason"), ==, "button");
  log_check_order (mark, "password-change-begun conversation-cancelled lock");
  check_unchanged ();

  mark = log_mark ();
  conversation = terminal_begin ("change", "");
  prove (conversation, RIGHT);
  reply (conversation, KIOSK_PAM_TOPIC_CURRENT, RIGHT);
  reply (conversation, KIOSK_PAM_TOPIC_NEW, FRESH);
  terminal_request ("Logout", NULL);
  check_text ("state", "logged-out");
  kiosk_fd_clear (&conversation);
  log_check_order (mark, "password-change-begun conversation-cancelled logout");
  world_wait_none ("kiosk-auth");
  terminal_log_in ();
}

/* Its program dies, and the account is closed, in the middle. */
static void
test_ends (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  int conversation;

  terminal_log_in ();
  conversation = terminal_begin ("change", "");
  prove (conversation, RIGHT);
  reply (conversation, KIOSK_PAM_TOPIC_CURRENT, RIGHT);
  g_assert_cmpint (kill (world_find_process ("kiosk-auth"), SIGKILL), ==, 0);
  terminal_wait ("state", "choosing");
  check_text ("error", "change-failed");
  kiosk_fd_clear (&conversation);
  log_check_order (mark, "password-change-begun program-died password-change");
  terminal_request ("Dismiss", NULL);

  conversation = terminal_begin ("change", "");
  g_free (world_run ("usermod -L " ENGINEER));
  terminal_wait ("state", "logged-out");
  kiosk_fd_clear (&conversation);
  g_free (world_run ("usermod -U " ENGINEER));
}

/* ---- Expired meanwhile ---- */

static void
test_unlock (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) changed = NULL;
  int conversation;

  terminal_log_in ();
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  g_free (world_run ("chage -d " TOO_OLD " " ENGINEER));
  conversation = terminal_begin ("unlock", "");
  prove (conversation, RIGHT);
  reply (conversation, KIOSK_PAM_TOPIC_CURRENT, RIGHT);
  reply (conversation, KIOSK_PAM_TOPIC_NEW, "short");
  check_text ("state", "unlocking");
  /* nobody gets past without a new one */
  terminal_request ("CancelConversation", NULL);
  check_text ("state", "locked");
  kiosk_fd_clear (&conversation);
  conversation = terminal_begin ("unlock", "");
  change (conversation, RIGHT, FRESH);
  terminal_wait ("state", "choosing");
  kiosk_fd_clear (&conversation);
  g_assert_cmpint (get_days (), ==, -1);
  changed = log_wait (mark, "password-change", 0);
  g_assert_cmpstr (log_get (changed, "event.outcome"), ==, "success");
  g_assert_cmpstr (log_get (changed, "event.reason"), ==, "password-expired");
  g_assert_cmpstr (log_get (changed, "user.id"), ==, ENGINEER);
  log_check_order (mark, "unlock-begun conversation-cancelled unlock-begun password-change unlock");
}

static int
begin_approval (void)
{
  KioskAuthMessage message = { .kind = KIOSK_AUTH_MESSAGE_START };
  g_autoptr (GError) error = NULL;
  int fds[2] = { -1, -1 };
  g_autoptr (GVariant) answer
      = terminal_call ("BeginApproval", g_variant_new ("(s)", "second"), fds, &error);

  g_assert_no_error (error);
  world_limit_waiting (fds[0]);
  g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, APPROVER));
  g_assert_true (kiosk_channel_send (fds[0], &message, sizeof message, NULL, 0, NULL));
  g_assert_true (kiosk_channel_receive_exact (fds[0], &message, sizeof message, NULL, 0, NULL));
  return fds[0];
}

/* Who approves or ends has no log-in of their own at this terminal: the change is made where they stand. */
static void
test_others (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) approved = NULL;
  int conversation;

  terminal_log_in ();
  g_free (world_run ("chage -d " TOO_OLD " " APPROVER "; chage -d " TOO_OLD " " AUDITOR));
  conversation = begin_approval ();
  change (conversation, PASSWORD_OF (APPROVER), FRESH);
  terminal_wait ("state", "choosing");
  kiosk_fd_clear (&conversation);
  check_text ("error", "");
  approved = log_wait (mark, "approve", 0);
  g_assert_cmpstr (log_get (approved, "event.outcome"), ==, "success");
  g_assert_cmpstr (log_get (approved, "user.id"), ==, APPROVER);
  g_assert_cmpint (get_days (), ==, -1);

  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  conversation = terminal_begin ("end", AUDITOR);
  change (conversation, PASSWORD_OF (AUDITOR), FRESH);
  terminal_wait ("state", "logged-out");
  kiosk_fd_clear (&conversation);
  log_check_order (mark, "password-change approve lock password-change end-by-other logout");
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (gpointer fixture, gconstpointer data);
  } tests[] = {
    { "/passwords/wanted", test_wanted },     { "/passwords/wrong", test_wrong },
    { "/passwords/given-up", test_given_up }, { "/passwords/ends", test_ends },
    { "/passwords/unlock", test_unlock },     { "/passwords/others", test_others },
  };

  g_test_init (&argc, &argv, NULL);
  world_require ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_vtable (tests[i].path, 0, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
