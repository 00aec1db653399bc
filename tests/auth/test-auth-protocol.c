/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kiosk-auth as a process: what it is, several prompts at once, and whoever breaks the protocol
 * or leaves in the middle of it. */

#include "neighbours.h"

#include "../lib/world.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/channel.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

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

  auth_start (&auth);
  auth_send_task (&auth, KIOSK_AUTH_END, "");
  auth_say (&auth, KIOSK_AUTH_MESSAGE_START, "t-right");
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_assert_true (auth_hear (&auth, &message));
      g_assert_cmpuint (message.kind, ==, expected[i].kind);
      g_assert_cmpstr (message.text, ==, expected[i].text);
      if (message.kind == KIOSK_AUTH_MESSAGE_SECRET || message.kind == KIOSK_AUTH_MESSAGE_VISIBLE)
        auth_say (&auth, KIOSK_AUTH_MESSAGE_ANSWER, factors[answered++]);
    }
  g_assert_false (auth_hear (&auth, &message));
  g_assert_cmpuint (auth_take_verdict (&auth).reason, ==, KIOSK_AUTH_REASON_NONE);
  auth_end (&auth);
  /* exchanged answers are wrong answers */
  g_assert_cmpuint (auth_authenticate (KIOSK_AUTH_END, "", "t-right",
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

        auth_start (&auth);
        auth_send_task (&auth, KIOSK_AUTH_END, "");
        auth_say (&auth, KIOSK_AUTH_MESSAGE_START, "t-right");
        for (guint n = 0; n <= answered;)
          {
            g_assert_true (auth_hear (&auth, &message));
            if (message.kind == KIOSK_AUTH_MESSAGE_SECRET
                || message.kind == KIOSK_AUTH_MESSAGE_VISIBLE)
              {
                if (n < answered)
                  auth_say (&auth, KIOSK_AUTH_MESSAGE_ANSWER, factors[n]);
                n++;
              }
          }
        kiosk_fd_clear (side == 0 ? &auth.shell : &auth.daemon);
        auth_expect_no_verdict (&auth);
      }
}

/* ---- Whoever breaks the protocol or leaves ---- */

typedef enum { BEFORE_TASK, BEFORE_START, AT_PROMPT, N_MOMENTS } Moment;

static void
start_until (Auth *auth, Moment moment, const char *id)
{
  auth_start (auth);
  if (moment > BEFORE_TASK)
    auth_send_task (auth, KIOSK_AUTH_LOGIN, "");
  if (moment > BEFORE_START)
    {
      auth_say (auth, KIOSK_AUTH_MESSAGE_START, id);
      auth_expect_prompt (auth);
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
          auth_send_task (&auth, KIOSK_AUTH_LOGIN, "");
        auth_expect_no_verdict (&auth);
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
      auth_expect_no_verdict (&auth);
    }
  g_assert_cmpuint (auth_log_in ("t-other", PASSWORD), ==, KIOSK_AUTH_REASON_NONE);
}

static void
test_bad_tasks (void)
{
  static const struct {
    guint32 purpose;
    const char *user;
  } tasks[] = {
    { 0, "" },
    { KIOSK_AUTH_PURPOSE_LAST + 1, "" },
    { G_MAXUINT32, "" },
    { KIOSK_AUTH_UNLOCK, "" },
    { KIOSK_AUTH_CHANGE, "" },
    { KIOSK_AUTH_APPROVE, "t-right" },
    { KIOSK_AUTH_LOGIN, "t-right" },
    { KIOSK_AUTH_END, "t-right" },
    { KIOSK_AUTH_PURPOSE_LAST + 1, "t-right" },
  };
  KioskAuthTask task = { .purpose = KIOSK_AUTH_LOGIN };
  Auth auth;

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      auth_start (&auth);
      auth_send_task (&auth, tasks[i].purpose, tasks[i].user);
      auth_expect_no_verdict (&auth);
    }
  auth_start (&auth); /* too short */
  g_assert_true (kiosk_channel_send (auth.daemon, &task, sizeof task - 1, &auth.auth, 1, NULL));
  auth_expect_no_verdict (&auth);
  auth_start (&auth); /* no end of the text */
  task.purpose = KIOSK_AUTH_UNLOCK;
  memset (task.user, 'x', sizeof task.user);
  g_assert_true (kiosk_channel_send (auth.daemon, &task, sizeof task, &auth.auth, 1, NULL));
  auth_expect_no_verdict (&auth);
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
          auth_expect_no_verdict (&auth);
        }
    }
}

/* The shell's socket is missing, is not one, is of another kind, or is not alone. */
static void
test_bad_descriptors (void)
{
  KioskAuthTask task = { .purpose = KIOSK_AUTH_LOGIN };

  for (guint bad = 0; bad < 4; bad++)
    {
      kiosk_autofd int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
      int pair[2], fds[2];
      guint n_fds = bad < 3 ? bad : 1;
      Auth auth;

      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
      auth_start (&auth);
      fds[0] = bad == 1 ? null : bad == 3 ? pair[0] : auth.auth;
      fds[1] = null;
      g_assert_true (kiosk_channel_send (auth.daemon, &task, sizeof task, fds, n_fds, NULL));
      auth_expect_no_verdict (&auth);
      kiosk_fd_clear (&pair[0]);
      kiosk_fd_clear (&pair[1]);
    }
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
      if (g_ascii_strtoull (name, NULL, 10) > KIOSK_AUTH_FD_DAEMON + 1)
        g_assert_true (g_str_has_prefix (target, "socket:"));
      if (g_str_equal (name, "0"))
        g_assert_cmpstr (target, ==, "/dev/null");
    }
  kiosk_fd_clear (&auth.shell);
  auth_expect_no_verdict (&auth);
}

/* From here on the service "end" asks three things at once. */
static void
test_several (void)
{
  g_free (world_run (
      "printf 'auth required %s\\naccount required pam_permit.so\\n' "
      "/mnt/build/tests/auth/pam_questions.so >/run/maintenance-kiosk/pam.d/maintenance-kiosk-end"));
  test_several_prompts ();
  test_several_closed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  world_require ();
  auth_make_people ();
  g_test_add_func ("/auth/closed", test_closed);
  g_test_add_func ("/auth/cancel-is-no-failure", test_cancel_is_no_failure);
  g_test_add_func ("/auth/bad-tasks", test_bad_tasks);
  g_test_add_func ("/auth/bad-messages", test_bad_messages);
  g_test_add_func ("/auth/bad-descriptors", test_bad_descriptors);
  g_test_add_func ("/auth/process", test_process);
  g_test_add_func ("/auth/several-prompts", test_several);
  return g_test_run ();
}
