/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/lock-cause.h"
#include "kiosk/model/policy.h"

#include <glib.h>

/* The session state machine (architecture, step 2): which request is allowed when, and what follows.
 * Pure: the daemon asks what an event leads to, carries out the effects in the given order, and takes
 * over the next state. One table holds every row; what is not in it is forbidden. */

typedef enum {
  KIOSK_STATE_STOPPED, /* out of service: policy refused or log not writable */
  KIOSK_STATE_LOGGED_OUT,
  KIOSK_STATE_AUTHENTICATING, /* a log-in conversation runs */
  KIOSK_STATE_CHOOSING,       /* logged in, no session */
  KIOSK_STATE_APPROVING,      /* logged in, and a second person proves to be there (R29) */
  KIOSK_STATE_CHANGING,       /* logged in, and the person changes their password (R02) */
  KIOSK_STATE_CONNECTING,
  KIOSK_STATE_CONNECTED,
  KIOSK_STATE_LOCKED,
  KIOSK_STATE_UNLOCKING, /* locked, and a conversation runs */
  KIOSK_N_STATES
} KioskState;

/* Everything that can happen. The first group are requests of the shell. */
typedef enum {
  KIOSK_EVENT_BEGIN_LOGIN,
  KIOSK_EVENT_BEGIN_UNLOCK,
  KIOSK_EVENT_BEGIN_END,
  KIOSK_EVENT_BEGIN_APPROVAL,
  KIOSK_EVENT_BEGIN_CHANGE,
  KIOSK_EVENT_CANCEL_CONVERSATION,
  KIOSK_EVENT_LIST_SERVERS,
  KIOSK_EVENT_CONNECT,
  KIOSK_EVENT_DISCONNECT,
  KIOSK_EVENT_LOCK,
  KIOSK_EVENT_LOGOUT,
  KIOSK_EVENT_DISMISS,
  KIOSK_EVENT_DISMISS_DEVICES, /* the cards of refused devices have been read */
  KIOSK_EVENT_REPORT_TYPING,   /* keys came faster than a person types */
  KIOSK_EVENT_POWER_OFF,
  KIOSK_EVENT_HEARTBEAT,
  KIOSK_EVENT_LAST_REQUEST = KIOSK_EVENT_HEARTBEAT,
  /* verdicts and clocks, which only kioskd itself raises */
  KIOSK_EVENT_LOGIN_PASSED,
  KIOSK_EVENT_LOGIN_FAILED,
  KIOSK_EVENT_UNLOCK_PASSED,
  KIOSK_EVENT_UNLOCK_FAILED,
  KIOSK_EVENT_END_PASSED,
  KIOSK_EVENT_APPROVAL_PASSED,
  KIOSK_EVENT_APPROVAL_FAILED,
  KIOSK_EVENT_CHANGE_PASSED,
  KIOSK_EVENT_CHANGE_FAILED,
  KIOSK_EVENT_WORKER_ACTIVE,
  KIOSK_EVENT_WORKER_ENDED,      /* also: could not be started, died, was silent */
  KIOSK_EVENT_CONVERSATION_TIME, /* a log-in was left alone */
  KIOSK_EVENT_DISCONNECT_TIME,   /* locked for so long that the connection is cut */
  KIOSK_EVENT_LOGOFF_TIME,       /* locked for too long */
  KIOSK_EVENT_LOCK_CAUSE,        /* something other than the person locks (lock-cause.h) */
  KIOSK_EVENT_CUT_CAUSE,         /* the same, and nothing that runs is to be trusted */
  KIOSK_EVENT_ACCOUNT_CLOSED,    /* the person may not be here any more */
  KIOSK_EVENT_SHELL_LOST,        /* connection gone, or silent */
  KIOSK_EVENT_STOP,              /* log not writable, policy refused, firewall altered */
  KIOSK_EVENT_READY,             /* all of that is in order again */
  KIOSK_N_EVENTS
} KioskEvent;

/* What has to be done, in ascending order of the bits, before the next state holds. */
typedef enum {
  KIOSK_EFFECT_END_CONVERSATION = 1 << 0, /* kill kiosk-auth, if one runs */
  KIOSK_EFFECT_SUSPEND_WORKER = 1 << 1,   /* no key, no frame from here on */
  KIOSK_EFFECT_END_CONNECTION = 1 << 2,   /* firewall element out, worker stopped */
  KIOSK_EFFECT_FORGET_PERSON = 1 << 3,    /* mark, ticket, times, everything of the log-in */
  KIOSK_EFFECT_GREET_PERSON = 1 << 4,     /* draw the mark, remember the log-in */
  KIOSK_EFFECT_RESUME_WORKER = 1 << 5,
  KIOSK_EFFECT_CLEAR_ERROR = 1 << 6, /* nothing is left to be told */
} KioskEffects;

typedef struct {
  gboolean allowed; /* FALSE: a forbidden request; the caller's connection ends */
  KioskState next;
  KioskEffects effects;
} KioskTransition;

/* What @event leads to in @state for somebody with @roles (0 when nobody is logged in). @connected:
 * whether a worker runs (it decides where unlocking leads). Internal events that mean nothing in a
 * state are allowed and change nothing. */
KioskTransition kiosk_session_step (KioskState state, KioskEvent event, KioskRoles roles,
                                    gboolean connected);

/* The event that @cause is. Never one that the policy has switched off: that is for the caller to know. */
KioskEvent kiosk_session_lock_event (KioskLockCause cause);

/* Names for records and D-Bus: "logged-out", "begin-login" ... Static. */
const char *kiosk_state_name (KioskState state);
const char *kiosk_event_name (KioskEvent event);
