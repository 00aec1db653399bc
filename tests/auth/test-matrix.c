/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* kiosk-auth's way through any stack, as an ordinary user and without a terminal: pam_matrix and pam_debug (pam_wrapper)
 * say what modules may say, and the order of the terminal's own auth part is held against every combination. */

#include "conversation.h"
#include "stack.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/model/tally.h"

#include <glib/gstdio.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PERSON "nobody"
#define RIGHT "right"

static char *folder;

/* As pam/maintenance-kiosk-auth has it, with two factors that always ask. %s: folder. */
#define COUNT(what)                                                                                \
  "pam_faillock.so " what " silent dir=@/tally deny=3 unlock_time=600 fail_interval=600\n"
#define MATRIX(type) type " required " PAM_MATRIX " passdb=@/passdb\n"
#define OUR_AUTH                                                                                   \
  "auth required " COUNT ("preauth") MATRIX ("auth")                                               \
      MATRIX ("auth") "auth sufficient pam_permit.so\n"                                            \
                      "auth [default=die] " COUNT ("authfail")
#define OUR_ACCOUNT "account required " COUNT ("") MATRIX ("account")
#define GOOD_REST "account required pam_permit.so\npassword required pam_deny.so\n"
#define DEBUG_AUTH(value) "auth required pam_debug.so auth=" value "\n" GOOD_REST
#define DEBUG_ACCOUNT(value)                                                                       \
  "auth required pam_debug.so\naccount required pam_debug.so acct=" value "\n"                     \
  "password required pam_deny.so\n"
#define DEBUG_CHANGE(value)                                                                        \
  "auth required pam_debug.so\naccount required pam_debug.so acct=new_authtok_reqd\n"              \
  "password required pam_debug.so chauthtok=" value "\n"

typedef struct {
  const char *name;
  const char *stack;
  const char *answers[5]; /* as many prompts must come */
  KioskAuthReason reason;
  KioskAuthStage stage;
  guint failures; /* in the tally afterwards */
} Case;

#define A KIOSK_AUTH_STAGE_AUTHENTICATE
#define NONE KIOSK_AUTH_REASON_NONE
#define PASSWORD KIOSK_AUTH_REASON_PASSWORD
#define SYSTEM KIOSK_AUTH_REASON_SYSTEM
#define EXPIRED KIOSK_AUTH_REASON_EXPIRED
#define ACCOUNT KIOSK_AUTH_REASON_ACCOUNT
#define DONE KIOSK_AUTH_STAGE_DONE

static const Case cases[] = {
  /* our order: both are asked whatever the first was; each failure counts once, a success clears */
  { "right-right", OUR_AUTH OUR_ACCOUNT, { RIGHT, RIGHT }, NONE, DONE, 0 },
  { "wrong-right", OUR_AUTH OUR_ACCOUNT, { "x", RIGHT }, PASSWORD, A, 1 },
  { "right-wrong", OUR_AUTH OUR_ACCOUNT, { RIGHT, "x" }, PASSWORD, A, 1 },
  { "wrong-wrong", OUR_AUTH OUR_ACCOUNT, { "x", "x" }, PASSWORD, A, 1 },
  { "empty", OUR_AUTH OUR_ACCOUNT, { "", "" }, PASSWORD, A, 1 },
  /* what modules may say of an identity */
  { "auth-success", DEBUG_AUTH ("success"), { NULL }, NONE, DONE, 0 },
  { "auth-err", DEBUG_AUTH ("auth_err"), { NULL }, PASSWORD, A, 0 },
  { "auth-insufficient", DEBUG_AUTH ("cred_insufficient"), { NULL }, PASSWORD, A, 0 },
  { "auth-unknown", DEBUG_AUTH ("user_unknown"), { NULL }, KIOSK_AUTH_REASON_UNKNOWN, A, 0 },
  { "auth-maxtries", DEBUG_AUTH ("maxtries"), { NULL }, KIOSK_AUTH_REASON_TOO_MANY, A, 0 },
  { "auth-unavailable", DEBUG_AUTH ("authinfo_unavail"), { NULL }, SYSTEM, A, 0 },
  { "auth-abort", DEBUG_AUTH ("abort"), { NULL }, SYSTEM, A, 0 },
  { "auth-system", DEBUG_AUTH ("system_err"), { NULL }, SYSTEM, A, 0 },
  { "auth-conversation", DEBUG_AUTH ("conv_err"), { NULL }, SYSTEM, A, 0 },
  { "auth-ignore", DEBUG_AUTH ("ignore"), { NULL }, ACCOUNT, A, 0 },
  { "auth-no-module", "auth required pam_nowhere.so\n" GOOD_REST, { NULL }, SYSTEM, A, 0 },
  { "auth-no-stack", GOOD_REST, { NULL }, ACCOUNT, A, 0 },
  { "auth-one-of-two",
    "auth required pam_debug.so\nauth required pam_deny.so\n" GOOD_REST,
    { NULL },
    PASSWORD,
    A,
    0 },
  /* of an account */
  { "account-expired",
    DEBUG_ACCOUNT ("acct_expired"),
    { NULL },
    ACCOUNT,
    KIOSK_AUTH_STAGE_ACCOUNT,
    0 },
  { "account-denied",
    DEBUG_ACCOUNT ("perm_denied"),
    { NULL },
    ACCOUNT,
    KIOSK_AUTH_STAGE_ACCOUNT,
    0 },
  { "account-unknown",
    DEBUG_ACCOUNT ("user_unknown"),
    { NULL },
    KIOSK_AUTH_REASON_UNKNOWN,
    KIOSK_AUTH_STAGE_ACCOUNT,
    0 },
  { "account-wrong", DEBUG_ACCOUNT ("auth_err"), { NULL }, PASSWORD, KIOSK_AUTH_STAGE_ACCOUNT, 0 },
  { "account-ignore", DEBUG_ACCOUNT ("ignore"), { NULL }, ACCOUNT, KIOSK_AUTH_STAGE_ACCOUNT, 0 },
  /* of a password that has to be changed */
  { "change-success", DEBUG_CHANGE ("success"), { NULL }, NONE, DONE, 0 },
  { "change-refused", DEBUG_CHANGE ("authtok_err"), { NULL }, EXPIRED, KIOSK_AUTH_STAGE_CHANGE, 0 },
  { "change-busy",
    DEBUG_CHANGE ("authtok_lock_busy"),
    { NULL },
    EXPIRED,
    KIOSK_AUTH_STAGE_CHANGE,
    0 },
  { "change-again", DEBUG_CHANGE ("try_again"), { NULL }, EXPIRED, KIOSK_AUTH_STAGE_CHANGE, 0 },
  { "change-denied", DEBUG_CHANGE ("perm_denied"), { NULL }, ACCOUNT, KIOSK_AUTH_STAGE_CHANGE, 0 },
  { "change-system", DEBUG_CHANGE ("system_err"), { NULL }, SYSTEM, KIOSK_AUTH_STAGE_CHANGE, 0 },
  { "change-no-stack",
    "auth required pam_debug.so\naccount required pam_debug.so acct=new_authtok_reqd\n",
    { NULL },
    ACCOUNT,
    KIOSK_AUTH_STAGE_CHANGE,
    0 },
  /* pam_matrix asks in words of its own for the change */
  { "matrix-change",
    MATRIX ("auth") "account required pam_debug.so acct=new_authtok_reqd\n" MATRIX ("password"),
    { RIGHT, RIGHT, "Kaede-2027-fresh", "Kaede-2027-fresh" },
    NONE,
    DONE,
    0 },
  /* of credentials */
  { "credentials",
    "auth required pam_debug.so cred=cred_err\n" GOOD_REST,
    { NULL },
    SYSTEM,
    KIOSK_AUTH_STAGE_CREDENTIALS,
    0 },
  { "credentials-expired",
    "auth required pam_debug.so cred=cred_expired\n" GOOD_REST,
    { NULL },
    EXPIRED,
    KIOSK_AUTH_STAGE_CREDENTIALS,
    0 },
};

static void
write_file (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_auto (GStrv) pieces = g_strsplit (text, "@", -1);
  g_autofree char *whole = g_strjoinv (folder, pieces);

  g_assert_true (g_file_set_contents (path, whole, -1, NULL));
}

static guint
count_failures (void)
{
  g_autofree char *path = g_build_filename (folder, "tally", PERSON, NULL);
  g_autofree char *tally = NULL;
  gsize length = 0;
  guint n = 0;

  if (!g_file_get_contents (path, &tally, &length, NULL))
    return 0;
  for (gsize at = 0; at < length; at += KIOSK_TALLY_RECORD)
    n += (tally[at + 54] & 1) != 0;
  return n;
}

static void
set_up (const char *stack)
{
  g_autofree char *tally = g_build_filename (folder, "tally", PERSON, NULL);

  g_unlink (tally);
  write_file ("passdb", PERSON ":" RIGHT ":maintenance-kiosk\n");
  write_file ("maintenance-kiosk", stack);
}

/* kiosk-auth's part in a process of its own. */
static pid_t
start (int *shell, int *daemon)
{
  static const KioskAuthTask task
      = { .purpose = KIOSK_AUTH_LOGIN, .rules = { .min_length = 8, .classes = 2 } };
  int theirs_shell = -1, theirs_daemon = -1;
  pid_t child;

  g_assert_true (kiosk_fd_socket_pair (shell, &theirs_shell, NULL));
  g_assert_true (kiosk_fd_socket_pair (daemon, &theirs_daemon, NULL));
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      KioskConversation conversation = { .socket = theirs_shell };
      KioskAuthVerdict verdict = { 0 };

      close (*shell);
      close (*daemon);
      if (!kiosk_stack_run (&task, PERSON, &conversation, &verdict)
          || !kiosk_channel_send (theirs_daemon, &verdict, sizeof verdict, NULL, 0, NULL))
        _exit (EXIT_FAILURE);
      _exit (EXIT_SUCCESS);
    }
  kiosk_fd_clear (&theirs_shell);
  kiosk_fd_clear (&theirs_daemon);
  return child;
}

/* Answers with @answers until they are used up; returns how many prompts came. */
static guint
converse (int shell, const char *const *answers)
{
  KioskAuthMessage message;
  guint n = 0;

  while (kiosk_channel_receive_exact (shell, &message, sizeof message, NULL, 0, NULL))
    {
      g_test_message ("%u %u %s", message.kind, message.topic, message.text);
      g_assert_true (kiosk_auth_message_valid (&message));
      if (message.kind != KIOSK_AUTH_MESSAGE_SECRET && message.kind != KIOSK_AUTH_MESSAGE_VISIBLE)
        continue;
      if (answers[n] == NULL)
        return n;
      message = (KioskAuthMessage){ .kind = KIOSK_AUTH_MESSAGE_ANSWER };
      g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, answers[n++]));
      g_assert_true (kiosk_channel_send (shell, &message, sizeof message, NULL, 0, NULL));
    }
  return n;
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  KioskAuthVerdict verdict;
  int shell, daemon, status;
  guint n = 0;
  pid_t child;

  set_up (c->stack);
  while (c->answers[n] != NULL)
    n++;
  child = start (&shell, &daemon);
  g_assert_cmpuint (converse (shell, c->answers), ==, n);
  g_assert_true (kiosk_channel_receive_exact (daemon, &verdict, sizeof verdict, NULL, 0, NULL));
  g_assert_true (kiosk_auth_verdict_valid (&verdict));
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  g_test_message ("reason %u stage %u code %d", verdict.reason, verdict.stage, verdict.pam_code);
  g_assert_cmpuint (verdict.reason, ==, c->reason);
  g_assert_cmpuint (verdict.stage, ==, c->stage);
  g_assert_cmpstr (verdict.user, ==, PERSON);
  g_assert_cmpint (verdict.days_left, ==, -1);
  g_assert_cmpuint (count_failures (), ==, c->failures);
  kiosk_fd_clear (&shell);
  kiosk_fd_clear (&daemon);
}

/* Three failures lock; the fourth try is asked the same questions, and refused though right. */
static void
test_lock (void)
{
  static const char *const wrong[] = { RIGHT, "x", NULL };
  static const char *const right[] = { RIGHT, RIGHT, NULL };

  set_up (OUR_AUTH OUR_ACCOUNT);
  for (guint i = 0; i < 5; i++)
    {
      KioskAuthVerdict verdict;
      int shell, daemon;
      pid_t child = start (&shell, &daemon);

      g_assert_cmpuint (converse (shell, i < 3 ? wrong : right), ==, 2);
      g_assert_true (kiosk_channel_receive_exact (daemon, &verdict, sizeof verdict, NULL, 0, NULL));
      g_assert_cmpuint (verdict.reason, ==, PASSWORD);
      g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
      g_assert_cmpuint (count_failures (), ==, MIN (i + 1, 3));
      kiosk_fd_clear (&shell);
      kiosk_fd_clear (&daemon);
    }
}

/* The person is gone at the first, second ... prompt: no verdict; a failure from the first answer on, but not
 * any more while a proved person changes the password. */
static void
test_gone (void)
{
  static const struct {
    const char *stack;
    const char *answers[5];
    guint failures;
  } rows[] = {
    { OUR_AUTH OUR_ACCOUNT, { NULL }, 0 },
    { OUR_AUTH OUR_ACCOUNT, { RIGHT, NULL }, 1 },
    { OUR_AUTH OUR_ACCOUNT, { "x", NULL }, 1 },
    { OUR_AUTH "account required pam_debug.so acct=new_authtok_reqd\n" MATRIX ("password"),
      { RIGHT, RIGHT, NULL },
      0 },
    { OUR_AUTH "account required pam_debug.so acct=new_authtok_reqd\n" MATRIX ("password"),
      { RIGHT, RIGHT, RIGHT, NULL },
      0 },
    { OUR_AUTH "account required pam_debug.so acct=new_authtok_reqd\n" MATRIX ("password"),
      { RIGHT, RIGHT, RIGHT, "Kaede-2027-fresh", NULL },
      0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      KioskAuthVerdict verdict;
      int shell, daemon, status;
      pid_t child;

      g_test_message ("row %u", i);
      set_up (rows[i].stack);
      child = start (&shell, &daemon);
      converse (shell, rows[i].answers);
      kiosk_fd_clear (&shell);
      g_assert_false (
          kiosk_channel_receive_exact (daemon, &verdict, sizeof verdict, NULL, 0, NULL));
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_cmpint (WEXITSTATUS (status), ==, EXIT_FAILURE);
      g_assert_cmpuint (count_failures (), ==, rows[i].failures);
      kiosk_fd_clear (&daemon);
    }
}

int
main (int argc, char **argv)
{
  const struct passwd *person = getpwnam (PERSON);
  g_autofree char *tally = NULL;
  g_autoptr (GError) error = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (person);
  if (geteuid () == 0)
    {
      g_assert_cmpint (setgid (person->pw_gid), ==, 0);
      g_assert_cmpint (setuid (person->pw_uid), ==, 0);
    }
  folder = g_dir_make_tmp ("kiosk-pam-XXXXXX", &error);
  g_assert_no_error (error);
  g_setenv ("STACK_FOLDER", folder, TRUE);
  tally = g_build_filename (folder, "tally", NULL);
  g_assert_cmpint (g_mkdir (tally, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/matrix/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/matrix/lock", test_lock);
  g_test_add_func ("/matrix/gone", test_gone);
  result = g_test_run ();
  {
    static const char *const names[]
        = { "tally/" PERSON, "tally", "passdb", "maintenance-kiosk", NULL };

    for (guint i = 0; names[i] != NULL; i++)
      {
        g_autofree char *path = g_build_filename (folder, names[i], NULL);

        g_remove (path);
      }
  }
  g_rmdir (folder);
  g_free (folder);
  return result;
}
