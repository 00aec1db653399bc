/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "neighbours.h"

#include "../lib/helper.h"
#include "../lib/world.h"

#include "config.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/model/pam-stack.h"
#include "kiosk/model/tally.h"
#include "pam-folder.h"

#include <stdlib.h>

#define TALLIES "/var/lib/maintenance-kiosk/faillock"

static KioskIdentityRules rules_now;

void
auth_make_people (void)
{
  static const char *const people[]
      = { "t-right", "t-other", "t-locked", "t-closed", "t-empty", "t-tally" };

  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    world_add_person (people[i], PASSWORD);
  g_free (world_run (
      "userdel t-nobody 2>/dev/null || true; passwd -q -l t-locked; passwd -q -d t-empty; "
      "chage -E 0 t-closed; "
      "install -d -m 0755 " KIOSK_RUN_DIR "; install -d -m 0700 /var/lib/maintenance-kiosk "
      "/var/lib/maintenance-kiosk/faillock /var/lib/maintenance-kiosk/oath"));
  auth_set_rules (&kiosk_identity_defaults);
}

void
auth_set_rules (const KioskIdentityRules *rules)
{
  g_autoptr (GError) error = NULL;

  rules_now = *rules;
  kiosk_pam_folder_write (KIOSK_PAM_SITE, KIOSK_RUN_DIR "/" KIOSK_PAM_FOLDER, rules, &error);
  g_assert_no_error (error);
}

guint
auth_count_failures (const char *id)
{
  g_autofree char *path = g_build_filename (TALLIES, id, NULL);
  g_autofree char *tally = NULL;
  gsize length = 0, n = 0;

  if (!g_file_get_contents (path, &tally, &length, NULL))
    return 0;
  for (gsize at = 0; at < length; at += KIOSK_TALLY_RECORD)
    n += (tally[at + 54] & 1) != 0; /* TALLY_STATUS_VALID */
  return (guint) n;
}

void
auth_clear_failures (const char *id)
{
  g_autofree char *command = g_strdup_printf ("faillock --dir " TALLIES " --user %s --reset", id);

  g_free (world_run (command));
}

void
auth_start (Auth *auth)
{
  g_autoptr (GError) error = NULL;
  int theirs = -1;

  kiosk_fd_socket_pair (&auth->daemon, &theirs, &error);
  g_assert_no_error (error);
  kiosk_fd_socket_pair (&auth->shell, &auth->auth, &error);
  g_assert_no_error (error);
  world_limit_waiting (auth->daemon);
  world_limit_waiting (auth->shell);
  auth->process = world_start ("kiosk-auth", &theirs, 1);
  helper_expect_hello (auth->daemon, atoi (g_subprocess_get_identifier (auth->process)));
}

void
auth_send_task (Auth *auth, KioskAuthPurpose purpose, const char *user)
{
  KioskAuthTask task = { .purpose = purpose, .rules = rules_now };

  g_assert_true (kiosk_channel_text_set (task.user, sizeof task.user, user));
  g_assert_true (kiosk_channel_send (auth->daemon, &task, sizeof task, &auth->auth, 1, NULL));
  kiosk_fd_clear (&auth->auth);
}

void
auth_say (Auth *auth, KioskAuthMessageKind kind, const char *text)
{
  KioskAuthMessage message = { .kind = kind };

  g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, text));
  g_assert_true (kiosk_channel_send (auth->shell, &message, sizeof message, NULL, 0, NULL));
}

gboolean
auth_hear (Auth *auth, KioskAuthMessage *message)
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

void
auth_expect_prompt (Auth *auth)
{
  KioskAuthMessage message;

  g_assert_true (auth_hear (auth, &message));
  g_assert_cmpuint (message.kind, ==, KIOSK_AUTH_MESSAGE_SECRET);
  g_assert_true (message.text[0] != '\0');
}

guint
auth_converse (Auth *auth, const char *const *answers)
{
  KioskAuthMessage message;
  guint n = 0;

  while (auth_hear (auth, &message))
    if (message.kind == KIOSK_AUTH_MESSAGE_SECRET || message.kind == KIOSK_AUTH_MESSAGE_VISIBLE)
      {
        g_assert_nonnull (answers[n]);
        auth_say (auth, KIOSK_AUTH_MESSAGE_ANSWER, answers[n++]);
      }
  return n;
}

KioskAuthVerdict
auth_take_verdict (Auth *auth)
{
  KioskAuthVerdict verdict;
  g_autoptr (GError) error = NULL;

  kiosk_channel_receive_exact (auth->daemon, &verdict, sizeof verdict, NULL, 0, &error);
  g_assert_no_error (error);
  g_assert_true (kiosk_auth_verdict_valid (&verdict));
  return verdict;
}

KioskAuthMessageKind
auth_answer (Auth *auth, KioskPamTopic topic, const char *answer)
{
  KioskAuthMessage message;

  do
    g_assert_true (auth_hear (auth, &message));
  while (message.kind == KIOSK_AUTH_MESSAGE_INFO || message.topic == KIOSK_PAM_TOPIC_EXPIRED);
  g_test_message ("%u %u %s", message.kind, message.topic, message.text);
  g_assert_cmpuint (message.topic, ==, topic);
  g_assert_true (message.kind == KIOSK_AUTH_MESSAGE_SECRET
                 || message.kind == KIOSK_AUTH_MESSAGE_VISIBLE);
  auth_say (auth, KIOSK_AUTH_MESSAGE_ANSWER, answer);
  return message.kind;
}

void
auth_expect_topic (Auth *auth, KioskPamTopic topic)
{
  KioskAuthMessage message;

  do
    {
      g_assert_true (auth_hear (auth, &message));
      g_test_message ("%u %u %s", message.kind, message.topic, message.text);
      g_assert_true (message.kind == KIOSK_AUTH_MESSAGE_INFO
                     || message.kind == KIOSK_AUTH_MESSAGE_ERROR);
    }
  while (message.topic != (guint32) topic);
}

void
auth_end (Auth *auth)
{
  world_wait_end (auth->process);
  g_clear_object (&auth->process);
  kiosk_fd_clear (&auth->daemon);
  kiosk_fd_clear (&auth->shell);
  kiosk_fd_clear (&auth->auth);
  g_assert_cmpuint (world_count_processes ("kiosk-auth"), ==, 0);
}

void
auth_expect_no_verdict (Auth *auth)
{
  world_wait_end (auth->process);
  g_assert_true (g_subprocess_get_if_exited (auth->process));
  g_assert_cmpint (g_subprocess_get_exit_status (auth->process), ==, 1);
  if (auth->daemon >= 0)
    {
      KioskAuthVerdict verdict;
      g_autoptr (GError) error = NULL;

      g_assert_false (
          kiosk_channel_receive_exact (auth->daemon, &verdict, sizeof verdict, NULL, 0, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED);
    }
  auth_end (auth);
}

KioskAuthVerdict
auth_authenticate (KioskAuthPurpose purpose, const char *user, const char *typed,
                   const char *const *answers, guint n_answers)
{
  gint64 begun = kiosk_clock_boottime ();
  KioskAuthVerdict verdict;
  Auth auth;

  auth_start (&auth);
  auth_send_task (&auth, purpose, user);
  auth_say (&auth, KIOSK_AUTH_MESSAGE_START, typed);
  g_assert_cmpuint (auth_converse (&auth, answers), ==, n_answers);
  verdict = auth_take_verdict (&auth);
  g_assert_true (verdict.answered >= begun && verdict.answered <= kiosk_clock_boottime ());
  g_assert_cmpint (g_subprocess_get_identifier (auth.process) == NULL
                       || g_subprocess_wait (auth.process, NULL, NULL),
                   ==, TRUE);
  g_assert_true (g_subprocess_get_successful (auth.process));
  auth_end (&auth);
  return verdict;
}

KioskAuthReason
auth_log_in (const char *id, const char *password)
{
  return auth_authenticate (KIOSK_AUTH_LOGIN, "", id, (const char *[]){ password, NULL }, 1).reason;
}
