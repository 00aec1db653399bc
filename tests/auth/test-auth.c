/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kiosk-auth with the real PAM stack of pam/, real accounts and faillock's real tally, in a
 * world of its own. The test is kioskd on one socket and the shell on the other. */

#include "../lib/world.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"

#include <glib.h>
#include <security/pam_appl.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PASSWORD "Midori-2026-right"

typedef struct {
  int daemon, shell;
  GSubprocess *process;
} Auth;

/* ---- The two neighbours ---- */

static void
start (Auth *auth)
{
  g_autoptr (GError) error = NULL;
  int fds[2];

  kiosk_fd_socket_pair (&auth->daemon, &fds[0], &error);
  g_assert_no_error (error);
  kiosk_fd_socket_pair (&auth->shell, &fds[1], &error);
  g_assert_no_error (error);
  world_limit_waiting (auth->daemon);
  world_limit_waiting (auth->shell);
  auth->process = world_start ("kiosk-auth", fds, 2);
}

static void
send_task (Auth *auth, KioskAuthPurpose purpose, const char *user)
{
  KioskAuthTask task = { .purpose = purpose };

  g_assert_true (kiosk_channel_text_set (task.user, sizeof task.user, user));
  g_assert_true (kiosk_channel_send (auth->daemon, &task, sizeof task, NULL, 0, NULL));
}

static void
say (Auth *auth, KioskAuthMessageKind kind, const char *text)
{
  KioskAuthMessage message = { .kind = kind };

  g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, text));
  g_assert_true (kiosk_channel_send (auth->shell, &message, sizeof message, NULL, 0, NULL));
}

/* The next message of kiosk-auth; FALSE when it has closed the socket. */
static gboolean
hear (Auth *auth, KioskAuthMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (!kiosk_channel_receive_exact (auth->shell, message, sizeof *message, NULL, 0, &error))
    {
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED);
      return FALSE;
    }
  g_assert_true (kiosk_auth_message_valid (message));
  g_assert_true (message->kind >= KIOSK_AUTH_MESSAGE_SECRET
                 && message->kind <= KIOSK_AUTH_MESSAGE_ERROR);
  return TRUE;
}

static void
expect_prompt (Auth *auth)
{
  KioskAuthMessage message;

  g_assert_true (hear (auth, &message));
  g_assert_cmpuint (message.kind, ==, KIOSK_AUTH_MESSAGE_SECRET);
  g_assert_true (message.text[0] != '\0');
}

/* Answers prompts with @answers in turn until kiosk-auth ends; returns how many were wanted. */
static guint
converse (Auth *auth, const char *const *answers)
{
  KioskAuthMessage message;
  guint n = 0;

  while (hear (auth, &message))
    if (message.kind == KIOSK_AUTH_MESSAGE_SECRET || message.kind == KIOSK_AUTH_MESSAGE_VISIBLE)
      {
        g_assert_nonnull (answers[n]);
        say (auth, KIOSK_AUTH_MESSAGE_ANSWER, answers[n++]);
      }
  return n;
}

static KioskAuthVerdict
take_verdict (Auth *auth)
{
  KioskAuthVerdict verdict;
  g_autoptr (GError) error = NULL;

  kiosk_channel_receive_exact (auth->daemon, &verdict, sizeof verdict, NULL, 0, &error);
  g_assert_no_error (error);
  g_assert_true (kiosk_auth_verdict_valid (&verdict));
  return verdict;
}

static void
end (Auth *auth)
{
  world_wait_end (auth->process);
  g_clear_object (&auth->process);
  kiosk_fd_clear (&auth->daemon);
  kiosk_fd_clear (&auth->shell);
  g_assert_cmpuint (world_count_processes ("kiosk-auth"), ==, 0);
}

/* It is over, and nobody got in. */
static void
expect_no_verdict (Auth *auth)
{
  world_wait_end (auth->process);
  g_assert_true (g_subprocess_get_if_exited (auth->process));
  g_assert_cmpint (g_subprocess_get_exit_status (auth->process), ==, 1);
  if (auth->daemon >= 0)
    {
      KioskAuthVerdict verdict;
      g_autoptr (GError) error = NULL;

      g_assert_false (kiosk_channel_receive_exact (auth->daemon, &verdict, sizeof verdict, NULL, 0, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED);
    }
  end (auth);
}

/* A conversation from start to end. */
static KioskAuthVerdict
authenticate (KioskAuthPurpose purpose, const char *user, const char *typed,
              const char *const *answers, guint n_answers)
{
  gint64 begun = kiosk_clock_boottime ();
  KioskAuthVerdict verdict;
  Auth auth;

  start (&auth);
  send_task (&auth, purpose, user);
  say (&auth, KIOSK_AUTH_MESSAGE_START, typed);
  g_assert_cmpuint (converse (&auth, answers), ==, n_answers);
  verdict = take_verdict (&auth);
  g_assert_true (verdict.answered >= begun && verdict.answered <= kiosk_clock_boottime ());
  g_assert_cmpint (g_subprocess_get_identifier (auth.process) == NULL
                       || g_subprocess_wait (auth.process, NULL, NULL),
                   ==, TRUE);
  g_assert_true (g_subprocess_get_successful (auth.process));
  end (&auth);
  return verdict;
}

static KioskAuthReason
log_in (const char *id, const char *password)
{
  return authenticate (KIOSK_AUTH_LOGIN, "", id, (const char *[]){ password, NULL }, 1).reason;
}

/* ---- Verdicts ---- */

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
  { "wrong", "t-right", "Midori-2026-wrong", KIOSK_AUTH_REASON_PASSWORD, KIOSK_AUTH_STAGE_AUTHENTICATE,
    "t-right" },
  { "empty-password", "t-right", "", KIOSK_AUTH_REASON_PASSWORD, KIOSK_AUTH_STAGE_AUTHENTICATE,
    "t-right" },
  { "no-password-set", "t-empty", "", KIOSK_AUTH_REASON_PASSWORD, KIOSK_AUTH_STAGE_AUTHENTICATE,
    "t-empty" },
  { "unknown", "t-nobody", PASSWORD, KIOSK_AUTH_REASON_UNKNOWN, KIOSK_AUTH_STAGE_AUTHENTICATE,
    "t-nobody" },
  { "empty-id", "", PASSWORD, KIOSK_AUTH_REASON_UNKNOWN, KIOSK_AUTH_STAGE_AUTHENTICATE, "" },
  { "long-id", TOO_LONG, PASSWORD, KIOSK_AUTH_REASON_UNKNOWN, KIOSK_AUTH_STAGE_AUTHENTICATE, "?" },
  { "minus-id", "-t-right", PASSWORD, KIOSK_AUTH_REASON_UNKNOWN, KIOSK_AUTH_STAGE_AUTHENTICATE, "?" },
  { "path-id", "../../../etc/passwd", PASSWORD, KIOSK_AUTH_REASON_UNKNOWN,
    KIOSK_AUTH_STAGE_AUTHENTICATE, "../../../etc/passwd" },
  { "line-id", "t-right\nt-other", PASSWORD, KIOSK_AUTH_REASON_UNKNOWN,
    KIOSK_AUTH_STAGE_AUTHENTICATE, "t-right\nt-other" },
  { "locked", "t-locked", PASSWORD, KIOSK_AUTH_REASON_PASSWORD, KIOSK_AUTH_STAGE_AUTHENTICATE,
    "t-locked" },
  { "closed", "t-closed", PASSWORD, KIOSK_AUTH_REASON_ACCOUNT, KIOSK_AUTH_STAGE_ACCOUNT, "t-closed" },
  { "root", "root", PASSWORD, KIOSK_AUTH_REASON_PASSWORD, KIOSK_AUTH_STAGE_AUTHENTICATE, "root" },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  KioskAuthVerdict verdict = authenticate (KIOSK_AUTH_LOGIN, "", c->typed,
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
  KioskAuthVerdict v = authenticate (KIOSK_AUTH_UNLOCK, "t-right", "t-other", answers, 1);

  g_assert_cmpuint (v.reason, ==, KIOSK_AUTH_REASON_NONE);
  g_assert_cmpstr (v.user, ==, "t-right");
  v = authenticate (KIOSK_AUTH_UNLOCK, "t-locked", "t-right", answers, 1);
  g_assert_cmpuint (v.reason, ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpstr (v.user, ==, "t-locked");
  v = authenticate (KIOSK_AUTH_END, "", "t-right", answers, 1);
  g_assert_cmpuint (v.reason, ==, KIOSK_AUTH_REASON_NONE);
}

static void
test_longest_answer (void)
{
  g_autofree char *longest = g_strnfill (KIOSK_AUTH_TEXT_MAX - 1, 'x');

  g_assert_cmpuint (log_in ("t-other", longest), ==, KIOSK_AUTH_REASON_PASSWORD);
}

/* A password that has expired is changed in the same conversation. */
static void
test_expired (void)
{
  const char *const weak[] = { PASSWORD, PASSWORD, "short", "short", NULL };
  const char *const strong[] = { PASSWORD, PASSWORD, "Kaede-2027-fresh", "Kaede-2027-fresh", NULL };
  KioskAuthVerdict v;
  Auth auth;

  start (&auth);
  send_task (&auth, KIOSK_AUTH_LOGIN, "");
  say (&auth, KIOSK_AUTH_MESSAGE_START, "t-aged");
  g_assert_cmpuint (converse (&auth, weak), >=, 3);
  v = take_verdict (&auth);
  g_assert_cmpuint (v.reason, ==, KIOSK_AUTH_REASON_EXPIRED);
  g_assert_cmpuint (v.stage, ==, KIOSK_AUTH_STAGE_CHANGE);
  end (&auth);

  v = authenticate (KIOSK_AUTH_LOGIN, "", "t-aged", strong, 4);
  g_assert_cmpuint (v.reason, ==, KIOSK_AUTH_REASON_NONE);
  g_assert_cmpuint (log_in ("t-aged", "Kaede-2027-fresh"), ==, KIOSK_AUTH_REASON_NONE);
  g_assert_cmpuint (log_in ("t-aged", PASSWORD), ==, KIOSK_AUTH_REASON_PASSWORD);
}

/* Ten failures lock, for the right password too, in every service of the terminal; a success before
 * that begins the count anew. */
static void
test_tally (void)
{
  static const char *const right[] = { PASSWORD, NULL };

  for (guint i = 0; i < 9; i++)
    g_assert_cmpuint (log_in ("t-tally", "wrong"), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (log_in ("t-tally", PASSWORD), ==, KIOSK_AUTH_REASON_NONE);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpuint (log_in ("t-tally", "wrong"), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (log_in ("t-tally", PASSWORD), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (authenticate (KIOSK_AUTH_UNLOCK, "t-tally", "", right, 1).reason, ==,
                    KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (authenticate (KIOSK_AUTH_END, "", "t-tally", right, 1).reason, ==,
                    KIOSK_AUTH_REASON_PASSWORD);
  g_free (world_run ("faillock --dir /var/lib/maintenance-kiosk/faillock --user t-tally --reset"));
  g_assert_cmpuint (log_in ("t-tally", PASSWORD), ==, KIOSK_AUTH_REASON_NONE);
}

/* ---- Several prompts in one call of the module ---- */

static const char *const factors[] = { "4711", "secret-code", "暗証", NULL };

static void
test_several_prompts (void)
{
  static const struct {
    KioskAuthMessageKind kind;
    const char *text;
  } expected[] = {
    { KIOSK_AUTH_MESSAGE_INFO, "Two factors are needed" },
    { KIOSK_AUTH_MESSAGE_VISIBLE, "Number of your token: 4711" },
    { KIOSK_AUTH_MESSAGE_SECRET, "Code of your token: secret-code" },
    { KIOSK_AUTH_MESSAGE_ERROR, "This token is\357\277\275nearly \357\277\275[31mempty" },
    { KIOSK_AUTH_MESSAGE_SECRET, "番号: 暗証" },
  };
  guint answered = 0;
  KioskAuthMessage message;
  Auth auth;

  start (&auth);
  send_task (&auth, KIOSK_AUTH_END, "");
  say (&auth, KIOSK_AUTH_MESSAGE_START, "t-right");
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_assert_true (hear (&auth, &message));
      g_assert_cmpuint (message.kind, ==, expected[i].kind);
      g_assert_cmpstr (message.text, ==, expected[i].text);
      if (message.kind == KIOSK_AUTH_MESSAGE_SECRET || message.kind == KIOSK_AUTH_MESSAGE_VISIBLE)
        say (&auth, KIOSK_AUTH_MESSAGE_ANSWER, factors[answered++]);
    }
  g_assert_false (hear (&auth, &message));
  g_assert_cmpuint (take_verdict (&auth).reason, ==, KIOSK_AUTH_REASON_NONE);
  end (&auth);
  /* exchanged answers are wrong answers */
  g_assert_cmpuint (authenticate (KIOSK_AUTH_END, "", "t-right",
                                  (const char *[]){ "secret-code", "4711", "暗証", NULL }, 3)
                        .reason,
                    ==, KIOSK_AUTH_REASON_PASSWORD);
}

/* Either side gone in the middle of several prompts. */
static void
test_several_closed (void)
{
  for (guint side = 0; side < 2; side++)
    for (guint answered = 0; answered < 3; answered++)
      {
        KioskAuthMessage message;
        Auth auth;

        start (&auth);
        send_task (&auth, KIOSK_AUTH_END, "");
        say (&auth, KIOSK_AUTH_MESSAGE_START, "t-right");
        for (guint n = 0; n <= answered;)
          {
            g_assert_true (hear (&auth, &message));
            if (message.kind == KIOSK_AUTH_MESSAGE_SECRET || message.kind == KIOSK_AUTH_MESSAGE_VISIBLE)
              {
                if (n < answered)
                  say (&auth, KIOSK_AUTH_MESSAGE_ANSWER, factors[n]);
                n++;
              }
          }
        kiosk_fd_clear (side == 0 ? &auth.shell : &auth.daemon);
        expect_no_verdict (&auth);
      }
}

/* ---- Whoever breaks the protocol or leaves ---- */

typedef enum {
  BEFORE_TASK,
  BEFORE_START,
  AT_PROMPT,
  N_MOMENTS
} Moment;

static void
start_until (Auth *auth, Moment moment, const char *id)
{
  start (auth);
  if (moment > BEFORE_TASK)
    send_task (auth, KIOSK_AUTH_LOGIN, "");
  if (moment > BEFORE_START)
    {
      say (auth, KIOSK_AUTH_MESSAGE_START, id);
      expect_prompt (auth);
    }
}

static void
test_closed (void)
{
  for (guint side = 0; side < 2; side++)
    for (Moment moment = 0; moment < N_MOMENTS; moment++)
      {
        Auth auth;

        start_until (&auth, moment, "t-right");
        kiosk_fd_clear (side == 0 ? &auth.shell : &auth.daemon);
        /* Without a task it waits for one; the shell's end counts from then on. */
        if (side == 0 && moment == BEFORE_TASK)
          send_task (&auth, KIOSK_AUTH_LOGIN, "");
        expect_no_verdict (&auth);
      }
}

/* Who cancels, however often, has not failed. */
static void
test_cancel_is_no_failure (void)
{
  for (guint i = 0; i < 12; i++)
    {
      Auth auth;

      start_until (&auth, AT_PROMPT, "t-other");
      kiosk_fd_clear (&auth.shell);
      expect_no_verdict (&auth);
    }
  g_assert_cmpuint (log_in ("t-other", PASSWORD), ==, KIOSK_AUTH_REASON_NONE);
}

static void
test_bad_tasks (void)
{
  static const struct {
    guint32 purpose;
    const char *user;
  } tasks[] = {
    { 0, "" }, { 4, "" }, { G_MAXUINT32, "" }, { KIOSK_AUTH_UNLOCK, "" }, { KIOSK_AUTH_LOGIN, "t-right" },
    { KIOSK_AUTH_END, "t-right" }, { 4, "t-right" },
  };
  KioskAuthTask task = { .purpose = KIOSK_AUTH_LOGIN };
  Auth auth;

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      start (&auth);
      send_task (&auth, tasks[i].purpose, tasks[i].user);
      expect_no_verdict (&auth);
    }
  start (&auth); /* too short */
  g_assert_true (kiosk_channel_send (auth.daemon, &task, sizeof task - 1, NULL, 0, NULL));
  expect_no_verdict (&auth);
  start (&auth); /* no end of the text */
  task.purpose = KIOSK_AUTH_UNLOCK;
  memset (task.user, 'x', sizeof task.user);
  g_assert_true (kiosk_channel_send (auth.daemon, &task, sizeof task, NULL, 0, NULL));
  expect_no_verdict (&auth);
}

/* Wrong kind, wrong size, no text, a descriptor: in place of START and in place of ANSWER. */
static void
test_bad_messages (void)
{
  for (Moment moment = BEFORE_START; moment <= AT_PROMPT; moment++)
    {
      guint32 wanted
          = moment == BEFORE_START ? KIOSK_AUTH_MESSAGE_START : KIOSK_AUTH_MESSAGE_ANSWER;

      for (guint bad = 0; bad < 15; bad++)
        {
          struct {
            KioskAuthMessage message;
            char more[8];
          } m = { .message = { .kind = wanted } };
          gsize size = sizeof m.message;
          guint n_fds = 0;
          Auth auth;

          kiosk_channel_text_set (m.message.text, sizeof m.message.text, "t-right");
          if (bad < 8)
            m.message.kind = bad == wanted ? G_MAXUINT32 : bad;
          else if (bad == 8)
            size = 1;
          else if (bad == 9)
            size--;
          else if (bad == 10)
            size++;
          else if (bad == 11)
            memset (m.message.text, 'x', sizeof m.message.text); /* longer than allowed */
          else if (bad == 12)
            m.message.text[sizeof m.message.text - 1] = 'x';
          else if (bad == 13)
            m.message.text[0] = '\377';
          else
            n_fds = 1;
          start_until (&auth, moment, "t-right");
          g_assert_true (kiosk_channel_send (auth.shell, &m, size, &auth.shell, n_fds, NULL));
          expect_no_verdict (&auth);
        }
    }
}

/* Descriptors that are not what they should be. */
static void
test_bad_descriptors (void)
{
  int fds[2] = { -1, -1 };
  int other = -1, pair[2];
  g_autoptr (GSubprocess) process = NULL;

  g_assert_true (kiosk_fd_socket_pair (&fds[0], &other, NULL));
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  fds[1] = pair[0];
  process = world_start ("kiosk-auth", fds, 2);
  world_wait_end (process);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
  kiosk_fd_clear (&other);
  kiosk_fd_clear (&pair[1]);
}

/* ---- The process itself ---- */

static char *
read_proc (GSubprocess *process, const char *name, gsize *length)
{
  g_autofree char *path
      = g_strdup_printf ("/proc/%s/%s", g_subprocess_get_identifier (process), name);
  char *content = NULL;

  g_assert_true (g_file_get_contents (path, &content, length, NULL));
  return content;
}

static void
test_process (void)
{
  g_autofree char *environment = NULL;
  g_autofree char *limits = NULL;
  g_autofree char *descriptors = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  Auth auth;

  start_until (&auth, AT_PROMPT, "t-right");
#ifndef __SANITIZE_ADDRESS__
  {
    g_autofree char *status = read_proc (auth.process, "status", NULL);
    const char *locked = strstr (status, "VmLck:");

    g_assert_nonnull (locked);
    g_assert_cmpuint (g_ascii_strtoull (g_strchug ((char *) locked + 6), NULL, 10), >, 1000);
  }
#endif
  limits = read_proc (auth.process, "limits", NULL);
  g_assert_true (g_regex_match_simple ("Max core file size +0 +0", limits, 0, 0));
  descriptors = g_strdup_printf ("/proc/%s/fd", g_subprocess_get_identifier (auth.process));
  dir = g_dir_open (descriptors, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *link = g_build_filename (descriptors, name, NULL);
      g_autofree char *target = g_file_read_link (link, NULL);

      /* beside its five only what libc opens for the system log */
      if (g_ascii_strtoull (name, NULL, 10) > KIOSK_AUTH_FD_SHELL)
        g_assert_true (g_str_has_prefix (target, "socket:"));
      if (g_str_equal (name, "0"))
        g_assert_cmpstr (target, ==, "/dev/null");
    }
  kiosk_fd_clear (&auth.shell);
  expect_no_verdict (&auth);
}

static void
make_people (void)
{
  static const char *const people[]
      = { "t-right", "t-other", "t-locked", "t-closed", "t-aged", "t-empty", "t-tally" };

  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    world_add_person (people[i], PASSWORD);
  g_free (world_run ("userdel t-nobody 2>/dev/null || true; passwd -q -l t-locked; passwd -q -d t-empty; "
                     "chage -E 0 t-closed; chage -d 0 t-aged; "
                     "install -d -m 0700 /var/lib/maintenance-kiosk /var/lib/maintenance-kiosk/faillock"));
}

/* From here on the service "end" asks three things at once. */
static void
change_end_service (void)
{
  g_free (world_run ("printf 'auth required %s\\naccount required pam_permit.so\\n' "
                     "/mnt/build/tests/auth/pam_questions.so >/etc/pam.d/maintenance-kiosk-end"));
}

static void
test_several (void)
{
  change_end_service ();
  test_several_prompts ();
  test_several_closed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  world_require ();
  make_people ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/auth/verdict/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/auth/unlock", test_unlock);
  g_test_add_func ("/auth/longest-answer", test_longest_answer);
  g_test_add_func ("/auth/expired", test_expired);
  g_test_add_func ("/auth/tally", test_tally);
  g_test_add_func ("/auth/closed", test_closed);
  g_test_add_func ("/auth/cancel-is-no-failure", test_cancel_is_no_failure);
  g_test_add_func ("/auth/bad-tasks", test_bad_tasks);
  g_test_add_func ("/auth/bad-messages", test_bad_messages);
  g_test_add_func ("/auth/bad-descriptors", test_bad_descriptors);
  g_test_add_func ("/auth/process", test_process);
  /* last: it changes the service */
  g_test_add_func ("/auth/several-prompts", test_several);
  return g_test_run ();
}
