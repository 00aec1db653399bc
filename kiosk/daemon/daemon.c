/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* The state machine's hands: asks model/session what an event leads to and carries it out. Nothing
 * that a server or a person typed is parsed anywhere in this program, and nothing happens that could
 * not be written down first: a record that fails takes the terminal out of service. */

#include "daemon-private.h"

#include "config.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"

#include <errno.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long a request may be on its way. */
#define CROSSING_TIME G_USEC_PER_SEC

/* Seconds without input after which an unfinished log-in returns to the first page. */
#define CONVERSATION_IDLE 60

/* Why things end, for the records that the effects of an event write. */
static const char *
reason_of (KioskDaemon *self, KioskEvent event)
{
  switch ((int) event)
    {
    case KIOSK_EVENT_DISCONNECT:
    case KIOSK_EVENT_LOGOUT:
    case KIOSK_EVENT_LOCK:
      return KIOSK_REASON_PERSON;
    case KIOSK_EVENT_END_PASSED:
      return KIOSK_REASON_OTHER;
    case KIOSK_EVENT_CONVERSATION_TIME:
      return KIOSK_REASON_IDLE;
    case KIOSK_EVENT_LOGOFF_TIME:
      return KIOSK_REASON_LOGOFF_TIME;
    case KIOSK_EVENT_DISCONNECT_TIME:
      return KIOSK_REASON_LOCKED;
    case KIOSK_EVENT_LOCK_CAUSE:
    case KIOSK_EVENT_CUT_CAUSE:
      return kiosk_lock_cause_name (self->lock_cause);
    case KIOSK_EVENT_ACCOUNT_CLOSED:
      return KIOSK_REASON_ACCOUNT;
    case KIOSK_EVENT_SHELL_LOST:
      return KIOSK_REASON_SHELL;
    case KIOSK_EVENT_STOP:
      return KIOSK_REASON_STOPPED;
    default:
      return NULL; /* a worker that ended by itself has been recorded already */
    }
}

static KioskRoles
roles (KioskDaemon *self)
{
  return self->status.person != NULL ? self->status.person->roles : 0;
}

GPtrArray *
kiosk_daemon_list_own_servers (KioskDaemon *self)
{
  GPtrArray *own = g_ptr_array_new ();
  KioskLocalTime now = kiosk_daemon_local_time ();

  for (guint i = 0; i < self->policy->servers->len; i++)
    {
      const KioskPolicyServer *server = self->policy->servers->pdata[i];
      KioskVerdict verdict
          = kiosk_policy_decide (self->policy, self->status.person->id, server->id, &now, NULL);

      if (verdict == KIOSK_VERDICT_ALLOWED || verdict == KIOSK_VERDICT_HOURS)
        g_ptr_array_add (own, (gpointer) server);
    }
  return own;
}

KioskLocalTime
kiosk_daemon_local_time (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return (KioskLocalTime){
    .weekday = (guint) g_date_time_get_day_of_week (now) - 1,
    .minute = (guint) (g_date_time_get_hour (now) * 60 + g_date_time_get_minute (now)),
  };
}

/* Ends that leave no time for a good-bye: the server learns of them by a reset. */
static gboolean
is_abrupt (KioskEvent event)
{
  return event == KIOSK_EVENT_STOP || event == KIOSK_EVENT_SHELL_LOST
         || event == KIOSK_EVENT_WORKER_ENDED || event == KIOSK_EVENT_DISCONNECT_TIME
         || event == KIOSK_EVENT_CUT_CAUSE;
}

/* What runs in a state beside the state itself: clocks and the watch over the servers. */
static void
enter_state (KioskDaemon *self, KioskState state)
{
  gint64 now = kiosk_clock_boottime ();

  self->status.warning = "";
  self->status.warning_at = 0;
  kiosk_presence_stop (self->presence);
  if (state == KIOSK_STATE_CONNECTED)
    kiosk_daemon_check_second_person (self);
  kiosk_daemon_watch_servers (self);
  kiosk_daemon_watch_orders (self);
  kiosk_daemon_follow_devices (self);
  if (state != KIOSK_STATE_LOCKED && state != KIOSK_STATE_UNLOCKING)
    kiosk_daemon_cancel_disconnect (self);
  switch (state)
    {
    case KIOSK_STATE_CHOOSING:
    case KIOSK_STATE_APPROVING:
    case KIOSK_STATE_CHANGING:
    case KIOSK_STATE_CONNECTING:
    case KIOSK_STATE_CONNECTED:
      kiosk_presence_watch (self->presence, now, self->policy->idle, self->policy->warning, TRUE);
      break;
    case KIOSK_STATE_AUTHENTICATING:
      kiosk_presence_watch (self->presence, now, CONVERSATION_IDLE, 0, TRUE);
      break;
    case KIOSK_STATE_LOCKED:
    case KIOSK_STATE_UNLOCKING:
      /* Trying to unlock does not put the log-off further away. */
      kiosk_presence_watch (self->presence,
                            self->status.logoff_at - (gint64) self->policy->logoff * G_USEC_PER_SEC,
                            self->policy->logoff, self->policy->warning, FALSE);
      break;
    case KIOSK_STATE_STOPPED:
    case KIOSK_STATE_LOGGED_OUT:
    case KIOSK_N_STATES:
    default:
      break;
    }
}

gboolean
kiosk_daemon_step (KioskDaemon *self, KioskEvent event)
{
  KioskState before = self->status.state;
  KioskTransition t = kiosk_session_step (before, event, roles (self), self->connection != NULL);
  const char *reason = reason_of (self, event);

  if (!t.allowed)
    return FALSE;
  if (event == KIOSK_EVENT_LOGIN_PASSED || event == KIOSK_EVENT_UNLOCK_PASSED)
    kiosk_presence_sign (self->presence);
  if (event > KIOSK_EVENT_LAST_REQUEST && t.next != before)
    {
      self->left_state = before;
      self->left_roles = roles (self);
      self->left_at = g_get_monotonic_time ();
    }
  if ((t.effects & KIOSK_EFFECT_END_CONVERSATION) != 0)
    kiosk_daemon_end_conversation (self);
  if ((t.effects & KIOSK_EFFECT_SUSPEND_WORKER) != 0
      && !kiosk_connection_suspend (self->connection))
    kiosk_daemon_lose_connection (self, "kiosk-rdp: lock not confirmed");
  if ((t.effects & KIOSK_EFFECT_END_CONNECTION) != 0)
    kiosk_daemon_end_connection (self, reason, !is_abrupt (event));
  if ((t.effects & KIOSK_EFFECT_FORGET_PERSON) != 0)
    kiosk_daemon_forget_person (self, reason);
  if ((t.effects & KIOSK_EFFECT_GREET_PERSON) != 0)
    kiosk_daemon_greet_person (self);
  if ((t.effects & KIOSK_EFFECT_RESUME_WORKER) != 0)
    kiosk_connection_resume (self->connection);
  if ((t.effects & KIOSK_EFFECT_CLEAR_ERROR) != 0)
    kiosk_notice_clear (&self->status.notice);
  /* What happened behind the lock is told now. */
  if (before == KIOSK_STATE_UNLOCKING && t.next == KIOSK_STATE_CHOOSING)
    {
      kiosk_notice_clear (&self->status.notice);
      self->status.notice = self->lost;
      self->lost = (KioskNotice){ .code = "" };
    }
  self->status.state = t.next;
  if (t.next != before)
    enter_state (self, t.next);
  kiosk_daemon_show_order_warning (self);
  return TRUE;
}

/* What the screen says of the log. */
static void
see_log (KioskDaemon *self)
{
  KioskStatus *status = &self->status;

  status->log_ok = kiosk_recorder_is_open (self->recorder);
  if (!kiosk_recorder_get_seal (self->recorder, &status->seal_sequence, &status->seal_time,
                                status->seal))
    {
      status->seal[0] = '\0';
      status->seal_sequence = 0;
      status->seal_time = 0;
    }
}

void
kiosk_daemon_publish (KioskDaemon *self)
{
  see_log (self);
  kiosk_shell_service_publish (self->service, kiosk_status_to_variant (&self->status));
  kiosk_supervisor_tell (self->supervisor, self->status.state, self->status.stop_code);
  kiosk_daemon_monitor_touch (self);
}

void
kiosk_daemon_set_notice (KioskNotice *notice, const char *code, char *reference)
{
  kiosk_notice_clear (notice);
  notice->code = code;
  notice->reference = reference;
  notice->time = kiosk_clock_realtime ();
}

/* ---- Times ---- */

static void
on_warning (gint64 at, gpointer data)
{
  KioskDaemon *self = data;
  gboolean locked
      = self->status.state == KIOSK_STATE_LOCKED || self->status.state == KIOSK_STATE_UNLOCKING;

  self->status.warning = at == 0 ? "" : locked ? "logoff" : "lock";
  self->status.warning_at = at;
  kiosk_daemon_show_order_warning (self);
  if (at != 0)
    kiosk_daemon_record (
        self,
        &(KioskEntry){ .action = KIOSK_ACTION_IDLE_WARNING,
                       .outcome = KIOSK_OUTCOME_SUCCESS,
                       .reason = locked ? KIOSK_REASON_LOGOFF_TIME : KIOSK_REASON_IDLE },
        NULL);
  kiosk_daemon_publish (self);
}

static void
on_expired (gpointer data)
{
  KioskDaemon *self = data;

  if (self->status.state == KIOSK_STATE_LOCKED || self->status.state == KIOSK_STATE_UNLOCKING)
    {
      kiosk_daemon_step (self, KIOSK_EVENT_LOGOFF_TIME);
      kiosk_daemon_publish (self);
    }
  else if (self->status.state == KIOSK_STATE_AUTHENTICATING)
    kiosk_daemon_give_up_conversation (self, KIOSK_EVENT_CONVERSATION_TIME);
  else
    kiosk_daemon_lock (self, KIOSK_LOCK_IDLE, NULL);
}

/* ---- The shell ---- */

static KioskRequestVerdict
on_authorise (KioskEvent event, gpointer data)
{
  KioskDaemon *self = data;
  gboolean connected = self->connection != NULL;
  gboolean recorded = event != KIOSK_EVENT_HEARTBEAT && event != KIOSK_EVENT_LIST_SERVERS
                      && event != KIOSK_EVENT_DISMISS && event != KIOSK_EVENT_DISMISS_DEVICES
                      && event != KIOSK_EVENT_REPORT_TYPING;

  if (recorded && !kiosk_pace_take (&self->pace, g_get_monotonic_time ()))
    return KIOSK_REQUEST_FORBIDDEN;
  if (kiosk_session_step (self->status.state, event, roles (self), connected).allowed)
    return KIOSK_REQUEST_ALLOWED;
  /* A person presses a key in the very moment in which a clock or a crash ends the state: that request
   * was right when it was sent. It is refused, but nobody is thrown out for it. */
  if (self->left_at != 0 && g_get_monotonic_time () - self->left_at < CROSSING_TIME
      && kiosk_session_step (self->left_state, event, self->left_roles, connected).allowed)
    return KIOSK_REQUEST_LATE;
  return KIOSK_REQUEST_FORBIDDEN;
}

static void
on_refused (const char *method, gpointer data)
{
  KioskDaemon *self = data;

  kiosk_daemon_record (self,
                       &(KioskEntry){ .action = KIOSK_ACTION_REQUEST_REFUSED,
                                      .outcome = KIOSK_OUTCOME_SUCCESS,
                                      .reason = kiosk_state_name (self->status.state),
                                      .detail = method },
                       NULL);
}

static void
on_shell_connected (gpointer data)
{
  kiosk_daemon_record (
      data,
      &(KioskEntry){ .action = KIOSK_ACTION_SHELL_CONNECTED, .outcome = KIOSK_OUTCOME_SUCCESS },
      NULL);
}

static void
on_shell_lost (const char *reason, gpointer data)
{
  KioskDaemon *self = data;
  gboolean silent = g_str_equal (reason, "silent");

  kiosk_daemon_record (
      self,
      &(KioskEntry){ .action = silent ? KIOSK_ACTION_HEARTBEAT_MISSED : KIOSK_ACTION_PROGRAM_DIED,
                     .outcome = KIOSK_OUTCOME_FAILURE,
                     .reason = silent ? KIOSK_REASON_TIMEOUT : KIOSK_REASON_SHELL,
                     .detail = "kiosk-shell" },
      NULL);
  kiosk_daemon_step (self, KIOSK_EVENT_SHELL_LOST);
  self->left_at = 0; /* nothing of the next shell can be on its way already */
  kiosk_daemon_publish (self);
}

static GVariant *
on_get_terminal (gpointer data)
{
  return kiosk_status_terminal_to_variant (((KioskDaemon *) data)->policy);
}

static GVariant *
on_get_status (gpointer data)
{
  KioskDaemon *self = data;

  see_log (self);
  return kiosk_status_to_variant (&self->status);
}

static void
on_request (KioskEvent event, const char *argument, gpointer data)
{
  KioskDaemon *self = data;

  if (event == KIOSK_EVENT_LOCK)
    {
      if (self->status.person != NULL && self->status.state != KIOSK_STATE_LOCKED
          && self->status.state != KIOSK_STATE_UNLOCKING)
        {
          kiosk_presence_sign (self->presence);
          kiosk_daemon_lock (
              self, g_str_equal (argument, "button") ? KIOSK_LOCK_BUTTON : KIOSK_LOCK_PERSON, NULL);
        }
      return;
    }
  if (event == KIOSK_EVENT_CANCEL_CONVERSATION)
    {
      kiosk_daemon_give_up_conversation (self, event);
      return;
    }
  if (event == KIOSK_EVENT_LOGOUT)
    kiosk_daemon_record_given_up (self, KIOSK_REASON_PERSON);
  if (event == KIOSK_EVENT_DISMISS_DEVICES)
    kiosk_daemon_dismiss_devices (self);
  kiosk_daemon_step (self, event);
  kiosk_daemon_publish (self);
}

static void
on_heartbeat (guint input_age, gpointer data)
{
  KioskDaemon *self = data;

  kiosk_presence_input (self->presence, kiosk_clock_boottime () - (gint64) input_age * 1000);
}

static const KioskShellServiceEvents service_events = {
  .authorise = on_authorise,
  .refused = on_refused,
  .connected = on_shell_connected,
  .lost = on_shell_lost,
  .get_terminal = on_get_terminal,
  .get_status = on_get_status,
  .list_servers = kiosk_daemon_list_servers,
  .begin_conversation = kiosk_daemon_begin_conversation,
  .begin_approval = kiosk_daemon_begin_approval,
  .connect = kiosk_daemon_connect,
  .request = on_request,
  .power_off = kiosk_daemon_power_off,
  .typing = kiosk_daemon_report_typing,
  .heartbeat = on_heartbeat,
};

static const KioskPresenceEvents presence_events = {
  .warning = on_warning,
  .expired = on_expired,
};

/* ---- Beginning and end ---- */

KioskDaemon *
kiosk_daemon_new (GError **error)
{
  const struct passwd *user = getpwnam (KIOSK_USER);
  KioskDaemon *self;

  if (user == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED,
                           "there is no user \"" KIOSK_USER "\"");
      return NULL;
    }
  if (!kiosk_file_make_folder (KIOSK_RUN_DIR, 0755, error)
      || !kiosk_file_make_folder (KIOSK_STATE_DIR, 0700, error)
      || !kiosk_file_make_folder (KIOSK_STATE_DIR "/faillock", 0700, error)
      || !kiosk_file_make_folder (KIOSK_STATE_DIR "/orders", 0700, error)
      || !kiosk_file_make_folder (KIOSK_STATE_DIR "/oath", 0700, error))
    return NULL;
  self = g_new0 (KioskDaemon, 1);
  self->status = (KioskStatus){
    .state = KIOSK_STATE_STOPPED,
    .lock_cause = "",
    .warning = "",
    .stop_code = "",
    .conversation = "",
    .password_days = -1,
  };
  kiosk_notice_clear (&self->status.notice);
  kiosk_notice_clear (&self->lost);
  self->boot_difference = kiosk_boot_find_difference ();
  self->recorder = kiosk_recorder_new ();
  self->history = kiosk_history_new (KIOSK_STATE_DIR "/history");
  self->departing = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_authentication_free);
  self->tally_clock
      = kiosk_tally_clock_new (KIOSK_STATE_DIR "/faillock", KIOSK_RUN_DIR "/tally-clock");
  self->presence = kiosk_presence_new (&presence_events, self);
  self->supervisor = kiosk_supervisor_new ();
  self->service = kiosk_shell_service_new (KIOSK_RUN_DIR "/shell.sock", user->pw_uid, user->pw_gid,
                                           &service_events, self, error);
  if (self->service == NULL || !kiosk_daemon_monitor_begin (self, error))
    {
      kiosk_daemon_free (self);
      return NULL;
    }
  kiosk_daemon_begin_drills (self);
  kiosk_daemon_begin_receipts (self);
  kiosk_daemon_try_ready (self);
  kiosk_supervisor_ready (self->supervisor);
  return self;
}

void
kiosk_daemon_free (KioskDaemon *self)
{
  if (self == NULL)
    return;
  kiosk_supervisor_stopping (self->supervisor);
  kiosk_daemon_step (self, KIOSK_EVENT_STOP);
  kiosk_daemon_end_leaving (self);
  kiosk_daemon_monitor_end (self);
  if (kiosk_recorder_is_open (self->recorder))
    kiosk_recorder_write (
        self->recorder,
        &(KioskEntry){ .action = KIOSK_ACTION_DAEMON_STOPPED, .outcome = KIOSK_OUTCOME_SUCCESS },
        NULL);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_handle_id (&self->stop_source, g_source_remove);
  kiosk_shell_service_free (self->service);
  kiosk_supervisor_free (self->supervisor);
  kiosk_server_watch_free (self->watch);
  kiosk_presence_free (self->presence);
  g_ptr_array_unref (self->departing);
  kiosk_tally_clock_free (self->tally_clock);
  kiosk_uses_free (self->uses);
  g_clear_pointer (&self->orders_told, g_array_unref);
  kiosk_drill_service_free (self->drill);
  kiosk_daemon_free_receipts (self);
  kiosk_daemon_free_devices (self);
  kiosk_daemon_free_presence (self);
  kiosk_daemon_free_network (self);
  kiosk_interface_watch_free (self->interfaces);
  kiosk_bus_watch_free (self->buses);
  kiosk_screen_watch_free (self->screens);
  kiosk_history_free (self->history);
  kiosk_recorder_free (self->recorder);
  kiosk_notice_clear (&self->status.notice);
  kiosk_notice_clear (&self->lost);
  g_free (self->certificate);
  g_free (self->boot_difference);
  g_clear_pointer (&self->policy, kiosk_policy_unref);
  g_free (self);
}
