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
  { E (LOCK), IN (CONNECTED), 0, ALWAYS, S (LOCKED), X (SUSPEND_WORKER) | X (CLEAR_ERROR) },
  { E (LOCK), IN (CONNECTING), 0, ALWAYS, S (LOCKED), X (END_CONNECTION) | X (CLEAR_ERROR) },
  { E (LOCK), IN (CHOOSING), 0, ALWAYS, S (LOCKED), X (CLEAR_ERROR) },
  { E (LOCK), ASIDE, 0, ALWAYS, S (LOCKED), X (END_CONVERSATION) | X (CLEAR_ERROR) },
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
  { E (IDLE), IN (CONNECTED), 0, ALWAYS, S (LOCKED), X (SUSPEND_WORKER) | X (CLEAR_ERROR) },
  { E (IDLE), IN (CONNECTING), 0, ALWAYS, S (LOCKED), X (END_CONNECTION) | X (CLEAR_ERROR) },
  { E (IDLE), IN (CHOOSING), 0, ALWAYS, S (LOCKED), X (CLEAR_ERROR) },
  { E (IDLE), ASIDE, 0, ALWAYS, S (LOCKED), X (END_CONVERSATION) | X (CLEAR_ERROR) },
  { E (IDLE), IN (AUTHENTICATING), 0, ALWAYS, S (LOGGED_OUT), X (END_CONVERSATION) },
  { E (DISCONNECT_TIME), IN (LOCKED) | IN (UNLOCKING), 0, ALWAYS, SAME, X (END_CONNECTION) },
  { E (LOGOFF_TIME), IN (LOCKED) | IN (UNLOCKING), 0, ALWAYS, S (LOGGED_OUT),
    LOG_OFF | X (CLEAR_ERROR) },

  /* A network that is not the one it was: what ran through it is cut, and whose it was proves to be there. */
  { E (FIREWALL_CHANGED), IN (CONNECTED) | IN (CONNECTING), 0, ALWAYS, S (LOCKED),
    X (END_CONNECTION) | X (CLEAR_ERROR) },
  { E (FIREWALL_CHANGED), IN (CHOOSING), 0, ALWAYS, S (LOCKED), X (CLEAR_ERROR) },
  { E (FIREWALL_CHANGED), ASIDE, 0, ALWAYS, S (LOCKED), X (END_CONVERSATION) | X (CLEAR_ERROR) },
  { E (FIREWALL_CHANGED), IN (LOCKED) | IN (UNLOCKING), 0, ALWAYS, SAME, X (END_CONNECTION) },

  /* A keyboard that was not there before. A log-in goes on: there is nothing yet that it could type into. */
  { E (NEW_KEYBOARD), IN (CONNECTED), 0, ALWAYS, S (LOCKED), X (SUSPEND_WORKER) | X (CLEAR_ERROR) },
  { E (NEW_KEYBOARD), IN (CONNECTING), 0, ALWAYS, S (LOCKED),
    X (END_CONNECTION) | X (CLEAR_ERROR) },
  { E (NEW_KEYBOARD), IN (CHOOSING), 0, ALWAYS, S (LOCKED), X (CLEAR_ERROR) },
  { E (NEW_KEYBOARD), ASIDE, 0, ALWAYS, S (LOCKED), X (END_CONVERSATION) | X (CLEAR_ERROR) },

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
    [KIOSK_EVENT_IDLE] = "idle",
    [KIOSK_EVENT_DISCONNECT_TIME] = "disconnect-time",
    [KIOSK_EVENT_LOGOFF_TIME] = "logoff-time",
    [KIOSK_EVENT_FIREWALL_CHANGED] = "firewall-changed",
    [KIOSK_EVENT_NEW_KEYBOARD] = "new-keyboard",
    [KIOSK_EVENT_ACCOUNT_CLOSED] = "account-closed",
    [KIOSK_EVENT_SHELL_LOST] = "shell-lost",
    [KIOSK_EVENT_STOP] = "stop",
    [KIOSK_EVENT_READY] = "ready",
  };
  return names[event];
}
