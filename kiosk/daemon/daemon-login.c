/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Who is there: conversations, verdicts, log-in and log-out (R01, R03, R07). The one place where a
 * verdict of PAM becomes a right, and only together with the policy. */

#include "daemon-private.h"
#include "kept-files.h"
#include "mark.h"

#include "config.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

/* A failure is told this long after the last answer, whatever its cause (R03, C43): longer than any
 * local stack needs, so that neither an unknown ID nor a locked one nor a missing role is faster. */
#define ANSWER_TIME (2 * G_USEC_PER_SEC)

static const struct {
  KioskEvent begin;
  KioskAuthPurpose purpose;
  const char *name; /* of the D-Bus status */
  const char *intent;
  const char *result;
  KioskEvent passed, failed;
  const char *notice;
} kinds[] = {
  { KIOSK_EVENT_BEGIN_LOGIN, KIOSK_AUTH_LOGIN, "login", KIOSK_ACTION_LOGIN_BEGUN,
    KIOSK_ACTION_LOGIN, KIOSK_EVENT_LOGIN_PASSED, KIOSK_EVENT_LOGIN_FAILED, "login-failed" },
  { KIOSK_EVENT_BEGIN_UNLOCK, KIOSK_AUTH_UNLOCK, "unlock", KIOSK_ACTION_UNLOCK_BEGUN,
    KIOSK_ACTION_UNLOCK, KIOSK_EVENT_UNLOCK_PASSED, KIOSK_EVENT_UNLOCK_FAILED, "unlock-failed" },
  { KIOSK_EVENT_BEGIN_END, KIOSK_AUTH_END, "end", KIOSK_ACTION_END_BEGUN, KIOSK_ACTION_END_BY_OTHER,
    KIOSK_EVENT_END_PASSED, KIOSK_EVENT_UNLOCK_FAILED, "end-failed" },
  { KIOSK_EVENT_BEGIN_APPROVAL, KIOSK_AUTH_APPROVE, "approve", KIOSK_ACTION_APPROVE_BEGUN,
    KIOSK_ACTION_APPROVE, KIOSK_EVENT_APPROVAL_PASSED, KIOSK_EVENT_APPROVAL_FAILED,
    "approve-failed" },
  { KIOSK_EVENT_BEGIN_CHANGE, KIOSK_AUTH_CHANGE, "change", KIOSK_ACTION_CHANGE_BEGUN,
    KIOSK_ACTION_CHANGE, KIOSK_EVENT_CHANGE_PASSED, KIOSK_EVENT_CHANGE_FAILED, "change-failed" },
};

/* So many may be counting a last failure at once. */
#define MAX_DEPARTING 4

/* The server that a conversation of this kind is about. */
static const KioskPolicyServer *
server_of (KioskDaemon *self, guint kind)
{
  return kinds[kind].purpose == KIOSK_AUTH_APPROVE ? self->approving : NULL;
}

static guint
kind_of (KioskAuthPurpose purpose)
{
  guint i = 0;

  while (kinds[i].purpose != purpose)
    i++;
  return i;
}

/* Who the verdict is about, for the record. An ID that nothing proved and that is not in the policy is
 * "unlisted": people type passwords into the wrong field. */
static void
name_user (KioskDaemon *self, const KioskAuthVerdict *verdict, gboolean proved, KioskEntry *entry)
{
  const KioskPolicyPerson *person;

  if (verdict == NULL) /* nobody said a name, or it is whoever is logged in */
    return;
  person = kiosk_policy_find_person (self->policy, verdict->user);
  entry->user_id = "unlisted";
  if (person != NULL)
    {
      entry->user_id = person->id;
      entry->user_name = person->name.ja;
    }
  else if (proved)
    entry->user_id = verdict->user;
}

static const char *
reason_of (const KioskAuthVerdict *verdict, gboolean listed)
{
  switch ((KioskAuthReason) verdict->reason)
    {
    case KIOSK_AUTH_REASON_PASSWORD:
      return listed ? KIOSK_REASON_PASSWORD : KIOSK_REASON_UNLISTED;
    case KIOSK_AUTH_REASON_UNKNOWN:
      return listed ? KIOSK_REASON_ACCOUNT : KIOSK_REASON_UNLISTED;
    case KIOSK_AUTH_REASON_TOO_MANY:
      return KIOSK_REASON_TOO_MANY;
    case KIOSK_AUTH_REASON_EXPIRED:
      return KIOSK_REASON_PASSWORD_EXPIRED;
    case KIOSK_AUTH_REASON_ACCOUNT:
      return KIOSK_REASON_ACCOUNT;
    case KIOSK_AUTH_REASON_NONE:
    case KIOSK_AUTH_REASON_SYSTEM:
    default:
      return KIOSK_REASON_PAM;
    }
}

/* NULL when PAM's success is also ours; otherwise why not. */
static const char *
judge (KioskDaemon *self, KioskAuthPurpose purpose, const char *user)
{
  const KioskPolicyPerson *person = kiosk_policy_find_person (self->policy, user);

  switch (purpose)
    {
    case KIOSK_AUTH_LOGIN:
      return person != NULL && (person->roles & KIOSK_ROLE_ENGINEER) != 0 ? NULL
                                                                          : KIOSK_REASON_NO_ROLE;
    case KIOSK_AUTH_UNLOCK:
    case KIOSK_AUTH_CHANGE:
      return person != NULL && person == self->status.person ? NULL : KIOSK_REASON_OTHER_PERSON;
    case KIOSK_AUTH_END:
      return person != NULL
                     && (person->roles & (KIOSK_ROLE_AUDITOR | KIOSK_ROLE_ADMINISTRATOR)) != 0
                 ? NULL
                 : KIOSK_REASON_NO_ROLE;
    case KIOSK_AUTH_APPROVE:
      if (person == NULL || (person->roles & KIOSK_ROLE_APPROVER) == 0)
        return KIOSK_REASON_NO_ROLE;
      return person == self->status.person ? KIOSK_REASON_SAME_PERSON : NULL;
    default:
      return KIOSK_REASON_INTERNAL;
    }
}

/* NULL when the ID of somebody who is not logged in yet may be used; else why not. */
static char *
find_unused (KioskDaemon *self, const char *user)
{
  const KioskPolicyPerson *person = kiosk_policy_find_person (self->policy, user);

  return person == self->status.person ? NULL : kiosk_daemon_find_unused (self, person);
}

/* The failure may be told now. */
static gboolean
on_answer_time (gpointer data)
{
  KioskDaemon *self = data;
  char *reference = g_steal_pointer (&self->verdict_reference);
  guint kind = kind_of (kiosk_authentication_get_purpose (self->authentication));

  self->verdict_source = 0;
  kiosk_daemon_set_notice (&self->status.notice, kinds[kind].notice, reference);
  kiosk_daemon_step (self, self->verdict_event);
  kiosk_daemon_publish (self);
  return G_SOURCE_REMOVE;
}

static void
fail (KioskDaemon *self, guint kind, const KioskAuthVerdict *verdict, const char *reason,
      const char *detail)
{
  gint64 now = kiosk_clock_boottime ();
  gint64 answered = verdict != NULL ? CLAMP (verdict->answered, now - ANSWER_TIME, now) : now;
  KioskEntry entry = {
    .action = kinds[kind].result,
    .outcome = KIOSK_OUTCOME_FAILURE,
    .reason = reason,
    .detail = detail,
    .server = server_of (self, kind),
    .with_reference = TRUE,
  };

  name_user (self, verdict, verdict != NULL && verdict->reason == KIOSK_AUTH_REASON_NONE, &entry);
  kiosk_daemon_record (self, &entry, &self->verdict_reference);
  if (verdict != NULL && kiosk_policy_find_person (self->policy, verdict->user) != NULL)
    kiosk_history_add_failure (self->history, verdict->user);
  self->verdict_event = kinds[kind].failed;
  self->verdict_source
      = g_timeout_add ((guint) ((answered + ANSWER_TIME - now) / 1000), on_answer_time, self);
}

static void
pass (KioskDaemon *self, guint kind, const KioskAuthVerdict *verdict)
{
  const KioskPolicyPerson *person = kiosk_policy_find_person (self->policy, verdict->user);
  KioskEntry entry = {
    .action = kinds[kind].result,
    .outcome = KIOSK_OUTCOME_SUCCESS,
    .server = server_of (self, kind),
  };
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *session = g_date_time_format (now, "S-%m%d-%H%M%S");

  if (kinds[kind].purpose == KIOSK_AUTH_LOGIN)
    {
      self->status.person = person;
      kiosk_recorder_set_person (self->recorder, person, session);
      g_free (self->status.session);
      self->status.session = g_strdup (session);
    }
  if (kinds[kind].purpose == KIOSK_AUTH_APPROVE)
    entry.detail = self->status.person->id; /* both IDs in one record */
  /* Told only when it is time to think of it; who approves or ends is told nothing here. */
  if (person == self->status.person)
    self->status.password_days
        = verdict->days_left >= 0
                  && (guint) verdict->days_left <= self->policy->identity.notice_days
              ? verdict->days_left
              : -1;
  name_user (self, verdict, TRUE, &entry);
  /* The record first: a log-in that cannot be recorded is none. */
  if (!kiosk_daemon_record (self, &entry, NULL))
    return;
  /* Who unlocks has logged in before; and nothing more is written between them and their picture. */
  if (kinds[kind].purpose != KIOSK_AUTH_UNLOCK && kinds[kind].purpose != KIOSK_AUTH_CHANGE)
    kiosk_daemon_note_use (self, person);
  if (kinds[kind].purpose == KIOSK_AUTH_APPROVE)
    kiosk_daemon_grant (self, person);
  kiosk_daemon_step (self, kinds[kind].passed);
  kiosk_daemon_publish (self);
}

/* A password that had expired was changed on the way, whatever is judged of the rest. */
static void
record_change (KioskDaemon *self, const KioskAuthVerdict *verdict)
{
  KioskEntry entry = {
    .action = KIOSK_ACTION_CHANGE,
    .outcome = KIOSK_OUTCOME_SUCCESS,
    .reason = KIOSK_REASON_PASSWORD_EXPIRED,
  };

  name_user (self, verdict, TRUE, &entry);
  kiosk_daemon_record (self, &entry, NULL);
}

static void
on_authentication_ended (const KioskAuthVerdict *verdict, const char *cause, const char *detail,
                         gpointer data)
{
  KioskDaemon *self = data;
  guint kind = kind_of (kiosk_authentication_get_purpose (self->authentication));
  g_autofree char *words = NULL;
  g_autofree char *unused = NULL;
  const char *refusal;

  if (verdict == NULL)
    {
      KioskEntry died = { .action = KIOSK_ACTION_PROGRAM_DIED,
                          .outcome = KIOSK_OUTCOME_FAILURE,
                          .reason = cause != NULL ? cause : KIOSK_REASON_PROTOCOL,
                          .detail = detail != NULL ? detail : "kiosk-auth" };

      kiosk_daemon_record (self, &died, NULL);
      fail (self, kind, NULL, died.reason, died.detail);
      return;
    }
  if (verdict->changed != 0 && kinds[kind].purpose != KIOSK_AUTH_CHANGE)
    record_change (self, verdict);
  words = g_strdup_printf ("PAM stage %u, code %d", verdict->stage, verdict->pam_code);
  if (verdict->reason != KIOSK_AUTH_REASON_NONE)
    {
      gboolean listed = kiosk_policy_find_person (self->policy, verdict->user) != NULL;

      fail (self, kind, verdict, reason_of (verdict, listed), words);
      return;
    }
  refusal = judge (self, kinds[kind].purpose, verdict->user);
  if (refusal == NULL && (unused = find_unused (self, verdict->user)) != NULL)
    fail (self, kind, verdict, KIOSK_REASON_UNUSED, unused);
  else if (refusal != NULL)
    fail (self, kind, verdict, refusal, words);
  else
    pass (self, kind, verdict);
}

static void
on_departed (KioskAuthentication *authentication, gpointer data)
{
  KioskDaemon *self = data;

  g_ptr_array_remove_fast (self->departing, authentication);
}

static KioskAuthentication *
start (KioskDaemon *self, guint kind, int *shell, GError **error)
{
  gboolean own
      = kinds[kind].purpose == KIOSK_AUTH_UNLOCK || kinds[kind].purpose == KIOSK_AUTH_CHANGE;
  const char *user = own ? self->status.person->id : NULL;

  if (self->departing->len >= MAX_DEPARTING)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED,
                           "earlier conversations have not ended yet");
      return NULL;
    }
  kiosk_tally_clock_settle (self->tally_clock, TRUE);
  if (kiosk_kept_files_are_used () && !kiosk_kept_files_refresh ("/etc", KIOSK_STATE_DIR, error))
    return NULL;
  return kiosk_authentication_new (kinds[kind].purpose, user, &self->policy->identity, shell,
                                   on_authentication_ended, self, error);
}

int
kiosk_daemon_begin_conversation (KioskEvent event, gpointer data, GError **error)
{
  KioskDaemon *self = data;
  kiosk_autofd int shell = -1;
  guint kind = 0;

  while (kinds[kind].begin != event)
    kind++;
  if ((self->status.state == KIOSK_STATE_LOGGED_OUT && !kiosk_daemon_check_log (self))
      || !kiosk_daemon_record (
          self, &(KioskEntry){ .action = kinds[kind].intent, .server = server_of (self, kind) },
          NULL))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "not recorded");
      return -1;
    }
  kiosk_daemon_end_conversation (self);
  self->authentication = start (self, kind, &shell, error);
  if (self->authentication == NULL)
    {
      kiosk_daemon_record (self,
                           &(KioskEntry){ .action = kinds[kind].result,
                                          .outcome = KIOSK_OUTCOME_FAILURE,
                                          .reason = KIOSK_REASON_INTERNAL,
                                          .detail = (*error)->message },
                           NULL);
      return -1;
    }
  kiosk_daemon_step (self, event);
  self->status.conversation = kinds[kind].name;
  kiosk_daemon_publish (self);
  return kiosk_fd_steal (&shell);
}

void
kiosk_daemon_record_given_up (KioskDaemon *self, const char *reason)
{
  /* No verdict yet: the intent on record gets its end. */
  if (self->authentication != NULL && self->verdict_source == 0)
    {
      if (kiosk_authentication_is_stopped (self->authentication))
        kiosk_daemon_record (self,
                             &(KioskEntry){ .action = KIOSK_ACTION_PROGRAM_DIED,
                                            .outcome = KIOSK_OUTCOME_FAILURE,
                                            .reason = KIOSK_REASON_SIGNAL,
                                            .detail = "kiosk-auth: stopped" },
                             NULL);
      kiosk_daemon_record (self,
                           &(KioskEntry){ .action = KIOSK_ACTION_CONVERSATION_CANCELLED,
                                          .outcome = KIOSK_OUTCOME_SUCCESS,
                                          .reason = reason },
                           NULL);
    }
}

void
kiosk_daemon_give_up_conversation (KioskDaemon *self, KioskEvent event)
{
  kiosk_daemon_record_given_up (self, event == KIOSK_EVENT_CANCEL_CONVERSATION ? KIOSK_REASON_PERSON
                                                                               : KIOSK_REASON_IDLE);
  kiosk_daemon_step (self, event);
  kiosk_daemon_publish (self);
}

void
kiosk_daemon_end_conversation (KioskDaemon *self)
{
  g_clear_handle_id (&self->verdict_source, g_source_remove);
  g_clear_pointer (&self->verdict_reference, g_free);
  if (self->authentication != NULL
      && kiosk_authentication_abandon (self->authentication, on_departed, self))
    g_ptr_array_add (self->departing, g_steal_pointer (&self->authentication));
  g_clear_pointer (&self->authentication, kiosk_authentication_free);
  self->status.conversation = "";
}

void
kiosk_daemon_greet_person (KioskDaemon *self)
{
  const char *id = self->status.person->id;

  g_free (self->status.mark.ja);
  g_free (self->status.mark.en);
  self->status.mark = kiosk_mark_draw ();
  kiosk_history_get_login (self->history, id, &self->status.last_login,
                           &self->status.failures_since);
  kiosk_history_add_login (self->history, id, kiosk_clock_realtime ());
  kiosk_daemon_watch_account (self);
  kiosk_daemon_begin_presence (self);
}

void
kiosk_daemon_forget_person (KioskDaemon *self, const char *reason)
{
  if (self->status.person != NULL)
    kiosk_daemon_record (self,
                         &(KioskEntry){ .action = KIOSK_ACTION_LOGOUT,
                                        .outcome = KIOSK_OUTCOME_SUCCESS,
                                        .reason = reason },
                         NULL);
  kiosk_recorder_set_person (self->recorder, NULL, NULL);
  kiosk_daemon_unwatch_account (self);
  kiosk_daemon_end_presence (self);
  self->grant = (KioskGrant){ 0 };
  self->approving = NULL;
  self->status.person = NULL;
  self->status.server = NULL;
  g_clear_pointer (&self->status.session, g_free);
  g_clear_pointer (&self->status.mark.ja, g_free);
  g_clear_pointer (&self->status.mark.en, g_free);
  g_clear_pointer (&self->status.ticket, g_free);
  g_clear_pointer (&self->purpose, g_free);
  kiosk_notice_clear (&self->lost);
  self->status.connected_since = 0;
  self->status.step = 0;
  self->status.lock_cause = "";
  self->status.locked_since = 0;
  self->status.logoff_at = 0;
  self->status.last_login = 0;
  self->status.failures_since = 0;
  self->status.password_days = -1;
}
