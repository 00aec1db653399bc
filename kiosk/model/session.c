/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

/* The session state machine. Everything that may happen stands in one table below; the code under it
 * only looks rows up. A request of the shell without a row is forbidden. */

#include "kiosk/model/session.h"

#define IN(state) (1u << KIOSK_STATE_##state)
/* Logged in, and a conversation runs beside the choice of a server. */
#define ASIDE (IN (APPROVING) | IN (CHANGING))
#define LOGGED_IN (IN (CHOOSING) | ASIDE | IN (CONNECTING) | IN (CONNECTED))
#define SOMEBODY (LOGGED_IN | IN (LOCKED) | IN (UNLOCKING))
#define RUNNING (SOMEBODY | IN (LOGGED_OUT) | IN (AUTHENTICATING))
#define ANY (RUNNING | IN (STOPPED))

/* End of a log-in, whatever the reason: nothing of the person is left. */
#define LOG_OFF                                                                                    \
  (KIOSK_EFFECT_END_CONVERSATION | KIOSK_EFFECT_END_CONNECTION | KIOSK_EFFECT_FORGET_PERSON)

#define SAME KIOSK_N_STATES

typedef enum {
  ALWAYS,
  WITH_WORKER,
  WITHOUT_WORKER,
} Condition;

typedef struct {
  KioskEvent event;
  guint states;     /* mask of IN() */
  KioskRoles roles; /* one of these is needed; 0: none */
  Condition condition;
  KioskState next; /* SAME: stays */
  KioskEffects effects;
} Row;

#define E(name) KIOSK_EVENT_##name
#define S(name) KIOSK_STATE_##name
#define X(name) KIOSK_EFFECT_##name

/* From wherever somebody works to the locked page; @worker is what becomes of a session that stands. */
#define LOCK_ROWS(event, worker)                                                                   \
  { E (event), IN (CONNECTED), 0, ALWAYS, S (LOCKED), X (worker) | X (CLEAR_ERROR) },              \
      { E (event), IN (CONNECTING), 0, ALWAYS, S (LOCKED), X (END_CONNECTION) | X (CLEAR_ERROR) }, \
      { E (event), IN (CHOOSING), 0, ALWAYS, S (LOCKED), X (CLEAR_ERROR) },                        \
  {                                                                                                \
    E (event), ASIDE, 0, ALWAYS, S (LOCKED), X (END_CONVERSATION) | X (CLEAR_ERROR)                \
  }

/* The first row that fits decides. */
static const Row rows[] = {
  /* Requests of the shell. */
  { E (BEGIN_LOGIN), IN (LOGGED_OUT), 0, ALWAYS, S (AUTHENTICATING), X (CLEAR_ERROR) },
  { E (BEGIN_UNLOCK), IN (LOCKED), 0, ALWAYS, S (UNLOCKING), X (CLEAR_ERROR) },
  { E (BEGIN_END), IN (LOCKED), 0, ALWAYS, S (UNLOCKING), X (CLEAR_ERROR) },
  { E (BEGIN_APPROVAL), IN (CHOOSING), KIOSK_ROLE_ENGINEER, ALWAYS, S (APPROVING),
    X (CLEAR_ERROR) },
  { E (BEGIN_CHANGE), IN (CHOOSING), 0, ALWAYS, S (CHANGING), X (CLEAR_ERROR) },
  { E (CANCEL_CONVERSATION), ASIDE, 0, ALWAYS, S (CHOOSING), X (END_CONVERSATION) },
  { E (CANCEL_CONVERSATION), IN (AUTHENTICATING), 0, ALWAYS, S (LOGGED_OUT), X (END_CONVERSATION) },
  { E (CANCEL_CONVERSATION), IN (UNLOCKING), 0, ALWAYS, S (LOCKED), X (END_CONVERSATION) },
  { E (LIST_SERVERS), SOMEBODY, 0, ALWAYS, SAME, 0 },
  { E (CONNECT), IN (CHOOSING), KIOSK_ROLE_ENGINEER, ALWAYS, S (CONNECTING), X (CLEAR_ERROR) },
  { E (DISCONNECT), IN (CONNECTING) | IN (CONNECTED), 0, ALWAYS, S (CHOOSING), X (END_CONNECTION) },
  LOCK_ROWS (LOCK, SUSPEND_WORKER),
  { E (LOCK), IN (LOCKED) | IN (UNLOCKING), 0, ALWAYS, SAME, 0 },
  { E (LOGOUT), LOGGED_IN, 0, ALWAYS, S (LOGGED_OUT), LOG_OFF | X (CLEAR_ERROR) },
  { E (DISMISS), RUNNING, 0, ALWAYS, SAME, X (CLEAR_ERROR) },
  { E (DISMISS_DEVICES), ANY, 0, ALWAYS, SAME, 0 },
  { E (REPORT_TYPING), ANY, 0, ALWAYS, SAME, 0 },
  { E (POWER_OFF), IN (LOGGED_OUT) | IN (STOPPED), 0, ALWAYS, SAME, 0 },
  { E (HEARTBEAT), ANY, 0, ALWAYS, SAME, 0 },

  /* Requests that can cross an event of ours on the way: answered as if they had come in time. */
  { E (CANCEL_CONVERSATION), ANY, 0, ALWAYS, SAME, 0 },
  { E (DISCONNECT), ANY, 0, ALWAYS, SAME, 0 },
  { E (LOCK), ANY, 0, ALWAYS, SAME, 0 },
  { E (LOGOUT), ANY, 0, ALWAYS, SAME, 0 },
  { E (DISMISS), ANY, 0, ALWAYS, SAME, 0 },

  /* Verdicts. */
  { E (LOGIN_PASSED), IN (AUTHENTICATING), 0, ALWAYS, S (CHOOSING),
    X (END_CONVERSATION) | X (GREET_PERSON) | X (CLEAR_ERROR) },
  { E (LOGIN_FAILED), IN (AUTHENTICATING), 0, ALWAYS, S (LOGGED_OUT), X (END_CONVERSATION) },
  { E (UNLOCK_PASSED), IN (UNLOCKING), 0, WITH_WORKER, S (CONNECTED),
    X (END_CONVERSATION) | X (RESUME_WORKER) | X (CLEAR_ERROR) },
  { E (UNLOCK_PASSED), IN (UNLOCKING), 0, WITHOUT_WORKER, S (CHOOSING), X (END_CONVERSATION) },
  { E (UNLOCK_FAILED), IN (UNLOCKING), 0, ALWAYS, S (LOCKED), X (END_CONVERSATION) },
  { E (END_PASSED), IN (UNLOCKING), 0, ALWAYS, S (LOGGED_OUT), LOG_OFF | X (CLEAR_ERROR) },
  { E (APPROVAL_PASSED), IN (APPROVING), 0, ALWAYS, S (CHOOSING),
    X (END_CONVERSATION) | X (CLEAR_ERROR) },
  { E (APPROVAL_FAILED), IN (APPROVING), 0, ALWAYS, S (CHOOSING), X (END_CONVERSATION) },
  { E (CHANGE_PASSED), IN (CHANGING), 0, ALWAYS, S (CHOOSING),
    X (END_CONVERSATION) | X (CLEAR_ERROR) },
  { E (CHANGE_FAILED), IN (CHANGING), 0, ALWAYS, S (CHOOSING), X (END_CONVERSATION) },

  /* The worker. */
  { E (WORKER_ACTIVE), IN (CONNECTING), 0, ALWAYS, S (CONNECTED), X (CLEAR_ERROR) },
  { E (WORKER_ENDED), IN (CONNECTING) | IN (CONNECTED), 0, ALWAYS, S (CHOOSING),
    X (END_CONNECTION) },
  { E (WORKER_ENDED), IN (LOCKED) | IN (UNLOCKING), 0, ALWAYS, SAME, X (END_CONNECTION) },

  /* Clocks (A93, C50). */
  { E (CONVERSATION_TIME), IN (AUTHENTICATING), 0, ALWAYS, S (LOGGED_OUT), X (END_CONVERSATION) },
  { E (DISCONNECT_TIME), IN (LOCKED) | IN (UNLOCKING), 0, ALWAYS, SAME, X (END_CONNECTION) },
  { E (LOGOFF_TIME), IN (LOCKED) | IN (UNLOCKING), 0, ALWAYS, S (LOGGED_OUT),
    LOG_OFF | X (CLEAR_ERROR) },

  /* What locks (lock-cause.h). A log-in goes on: there is nothing yet that anybody could reach. An unlock does not: what
   * it proved may not be true any more when it is done. */
  LOCK_ROWS (LOCK_CAUSE, SUSPEND_WORKER),
  { E (LOCK_CAUSE), IN (UNLOCKING), 0, ALWAYS, S (LOCKED), X (END_CONVERSATION) },
  /* The same, and what runs is not to be trusted any more. */
  LOCK_ROWS (CUT_CAUSE, END_CONNECTION),
  { E (CUT_CAUSE), IN (LOCKED), 0, ALWAYS, SAME, X (END_CONNECTION) },
  { E (CUT_CAUSE), IN (UNLOCKING), 0, ALWAYS, S (LOCKED),
    X (END_CONVERSATION) | X (END_CONNECTION) },

  /* What ends everything. */
  { E (ACCOUNT_CLOSED), SOMEBODY, 0, ALWAYS, S (LOGGED_OUT), LOG_OFF | X (CLEAR_ERROR) },
  { E (SHELL_LOST), RUNNING, 0, ALWAYS, S (LOGGED_OUT), LOG_OFF | X (CLEAR_ERROR) },
  { E (STOP), ANY, 0, ALWAYS, S (STOPPED), LOG_OFF | X (CLEAR_ERROR) },
  { E (READY), IN (STOPPED), 0, ALWAYS, S (LOGGED_OUT), X (CLEAR_ERROR) },
};

static gboolean
fits (const Row *row, KioskState state, KioskEvent event, KioskRoles roles, gboolean connected)
{
  return row->event == event && (row->states & (1u << state)) != 0
         && (row->roles == 0 || (row->roles & roles) != 0)
         && (row->condition == ALWAYS || (row->condition == WITH_WORKER) == (connected != FALSE));
}

KioskTransition
kiosk_session_step (KioskState state, KioskEvent event, KioskRoles roles, gboolean connected)
{
  KioskTransition none = { .allowed = event > KIOSK_EVENT_LAST_REQUEST, .next = state };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (fits (&rows[i], state, event, roles, connected))
      return (KioskTransition){
        .allowed = TRUE,
        .next = rows[i].next == SAME ? state : rows[i].next,
        .effects = rows[i].effects,
      };
  return none;
}

KioskEvent
kiosk_session_lock_event (KioskLockCause cause)
{
  if (cause == KIOSK_LOCK_PERSON || cause == KIOSK_LOCK_BUTTON)
    return KIOSK_EVENT_LOCK;
  return kiosk_lock_cause_cuts (cause) ? KIOSK_EVENT_CUT_CAUSE : KIOSK_EVENT_LOCK_CAUSE;
}

const char *
kiosk_state_name (KioskState state)
{
  static const char *const names[KIOSK_N_STATES] = {
    [KIOSK_STATE_STOPPED] = "stopped",
    [KIOSK_STATE_LOGGED_OUT] = "logged-out",
    [KIOSK_STATE_AUTHENTICATING] = "authenticating",
    [KIOSK_STATE_CHOOSING] = "choosing",
    [KIOSK_STATE_APPROVING] = "approving",
    [KIOSK_STATE_CHANGING] = "changing",
    [KIOSK_STATE_CONNECTING] = "connecting",
    [KIOSK_STATE_CONNECTED] = "connected",
    [KIOSK_STATE_LOCKED] = "locked",
    [KIOSK_STATE_UNLOCKING] = "unlocking",
  };
  return names[state];
}

const char *
kiosk_event_name (KioskEvent event)
{
  static const char *const names[KIOSK_N_EVENTS] = {
    [KIOSK_EVENT_BEGIN_LOGIN] = "begin-login",
    [KIOSK_EVENT_BEGIN_UNLOCK] = "begin-unlock",
    [KIOSK_EVENT_BEGIN_END] = "begin-end",
    [KIOSK_EVENT_BEGIN_APPROVAL] = "begin-approval",
    [KIOSK_EVENT_BEGIN_CHANGE] = "begin-change",
    [KIOSK_EVENT_CANCEL_CONVERSATION] = "cancel-conversation",
    [KIOSK_EVENT_LIST_SERVERS] = "list-servers",
    [KIOSK_EVENT_CONNECT] = "connect",
    [KIOSK_EVENT_DISCONNECT] = "disconnect",
    [KIOSK_EVENT_LOCK] = "lock",
    [KIOSK_EVENT_LOGOUT] = "logout",
    [KIOSK_EVENT_DISMISS] = "dismiss",
    [KIOSK_EVENT_DISMISS_DEVICES] = "dismiss-devices",
    [KIOSK_EVENT_REPORT_TYPING] = "report-typing",
    [KIOSK_EVENT_POWER_OFF] = "power-off",
    [KIOSK_EVENT_HEARTBEAT] = "heartbeat",
    [KIOSK_EVENT_LOGIN_PASSED] = "login-passed",
    [KIOSK_EVENT_LOGIN_FAILED] = "login-failed",
    [KIOSK_EVENT_UNLOCK_PASSED] = "unlock-passed",
    [KIOSK_EVENT_UNLOCK_FAILED] = "unlock-failed",
    [KIOSK_EVENT_END_PASSED] = "end-passed",
    [KIOSK_EVENT_APPROVAL_PASSED] = "approval-passed",
    [KIOSK_EVENT_APPROVAL_FAILED] = "approval-failed",
    [KIOSK_EVENT_CHANGE_PASSED] = "change-passed",
    [KIOSK_EVENT_CHANGE_FAILED] = "change-failed",
    [KIOSK_EVENT_WORKER_ACTIVE] = "worker-active",
    [KIOSK_EVENT_WORKER_ENDED] = "worker-ended",
    [KIOSK_EVENT_CONVERSATION_TIME] = "conversation-time",
    [KIOSK_EVENT_DISCONNECT_TIME] = "disconnect-time",
    [KIOSK_EVENT_LOGOFF_TIME] = "logoff-time",
    [KIOSK_EVENT_LOCK_CAUSE] = "lock-cause",
    [KIOSK_EVENT_CUT_CAUSE] = "cut-cause",
    [KIOSK_EVENT_ACCOUNT_CLOSED] = "account-closed",
    [KIOSK_EVENT_SHELL_LOST] = "shell-lost",
    [KIOSK_EVENT_STOP] = "stop",
    [KIOSK_EVENT_READY] = "ready",
  };
  return names[event];
}
