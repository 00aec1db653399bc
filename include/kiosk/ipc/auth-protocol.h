/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* kiosk-auth and its two neighbours, each at the other end of a SOCK_SEQPACKET socket:
 *
 *   descriptor 3   kioskd       the hello out (helper.h), one KioskAuthTask in with one descriptor,
 *                               one KioskAuthVerdict out
 *   with the task  kiosk-shell  KioskAuthMessage both ways: the PAM conversation
 *
 * The shell never learns the verdict here, kioskd never sees an answer (architecture: the process
 * that talks is never the process that decides). Either socket closed ends kiosk-auth at once, with
 * no verdict, which kioskd counts as a failure.
 *
 * A conversation: the shell sends START (with the ID for a log-in; empty when the task names the
 * person), which begins the PAM stack: a prompt that nobody began counts no failure. Then any
 * number of PROMPT -> ANSWER, INFO, ERROR (no answer) from kiosk-auth, until it closes the socket.
 *
 * Who leaves before the first answer has not failed. Who leaves after it, while the proof is not complete, has:
 * otherwise a shell could try passwords and hang up before anybody counts. kiosk-auth then takes
 * the stack to its end without the shell, and gives no verdict.
 *
 * A password that has expired, or that the policy calls too old, is changed in the same conversation, and so is
 * one for KIOSK_AUTH_CHANGE: prompts with the topics CURRENT, NEW, AGAIN. A refusal is an ERROR
 * with its topic, and the prompts come again; nobody gets past without a new password.
 */

#include "kiosk/ipc/helper.h"
#include "kiosk/model/identity.h"
#include "kiosk/model/pam-words.h"

#include <glib.h>

#define KIOSK_AUTH_FD_DAEMON KIOSK_HELPER_FD_DAEMON

typedef enum {
  KIOSK_AUTH_LOGIN = 1,   /* anybody; the ID comes with START */
  KIOSK_AUTH_UNLOCK = 2,  /* only the person named in the task */
  KIOSK_AUTH_END = 3,     /* an auditor or administrator, to end somebody else's session */
  KIOSK_AUTH_APPROVE = 4, /* a second person, for a session of somebody else */
  KIOSK_AUTH_CHANGE = 5,  /* the person named in the task changes the password */
  KIOSK_AUTH_PURPOSE_LAST = KIOSK_AUTH_CHANGE
} KioskAuthPurpose;

#define KIOSK_AUTH_USER_MAX 64
#define KIOSK_AUTH_TEXT_MAX 512

typedef enum {
  KIOSK_AUTH_MESSAGE_START = 1, /* shell: text = ID typed, or empty */
  KIOSK_AUTH_MESSAGE_SECRET,    /* auth: prompt whose answer is not shown (PAM_PROMPT_ECHO_OFF) */
  KIOSK_AUTH_MESSAGE_VISIBLE,   /* auth: prompt whose answer is shown (PAM_PROMPT_ECHO_ON) */
  KIOSK_AUTH_MESSAGE_INFO,      /* auth: text to show (PAM_TEXT_INFO) */
  KIOSK_AUTH_MESSAGE_ERROR,     /* auth: text to show (PAM_ERROR_MSG) */
  KIOSK_AUTH_MESSAGE_ANSWER,    /* shell: text = the answer to the last prompt */
} KioskAuthMessageKind;

typedef struct {
  guint32 kind;                   /* KioskAuthMessageKind */
  guint32 topic;                  /* KioskPamTopic; of the shell's messages NONE */
  char text[KIOSK_AUTH_TEXT_MAX]; /* UTF-8, NUL-terminated, NUL to the end; wiped after use */
} KioskAuthMessage;

typedef struct {
  guint32 purpose;                /* KioskAuthPurpose */
  char user[KIOSK_AUTH_USER_MAX]; /* must prove to be there: UNLOCK, CHANGE; else empty */
  KioskIdentityRules rules;       /* of the policy */
} KioskAuthTask;

typedef enum {
  KIOSK_AUTH_STAGE_START = 1,    /* pam_start(): installation error */
  KIOSK_AUTH_STAGE_AUTHENTICATE, /* pam_authenticate() */
  KIOSK_AUTH_STAGE_ACCOUNT,      /* pam_acct_mgmt() */
  KIOSK_AUTH_STAGE_CHANGE,       /* pam_chauthtok() */
  KIOSK_AUTH_STAGE_CREDENTIALS,  /* pam_setcred() */
  KIOSK_AUTH_STAGE_DONE,         /* all passed */
} KioskAuthStage;

/* Why, in the few kinds that kioskd records; the code itself is libpam's matter. */
typedef enum {
  KIOSK_AUTH_REASON_NONE = 0, /* everything passed */
  KIOSK_AUTH_REASON_PASSWORD, /* wrong password, code or token; also a locked tally */
  KIOSK_AUTH_REASON_UNKNOWN,  /* no such account */
  KIOSK_AUTH_REASON_TOO_MANY, /* the stack says that there were too many attempts */
  KIOSK_AUTH_REASON_EXPIRED,  /* password expired and not changed */
  KIOSK_AUTH_REASON_ACCOUNT,  /* account expired, locked, not permitted */
  KIOSK_AUTH_REASON_SYSTEM,   /* the stack or its installation is broken */
  KIOSK_AUTH_REASON_LAST = KIOSK_AUTH_REASON_SYSTEM
} KioskAuthReason;

typedef struct {
  guint32 reason;   /* KioskAuthReason; NONE is the one success */
  guint32 stage;    /* last stage that was entered */
  gint32 pam_code;  /* pam(3) return value of that stage */
  gint32 days_left; /* of the password; 0: its last day; -1: no end, or none that is known */
  gint64 answered;  /* kiosk_clock_boottime() of the last answer, for equal times */
  char user[KIOSK_AUTH_USER_MAX]; /* PAM_USER at the end of the stack */
  guint32 changed;  /* 1: the password was changed, whatever came afterwards; else 0 */
  guint32 reserved; /* 0 */
} KioskAuthVerdict;

/* Whether a message that came in can mean anything: purposes, kinds, reasons and stages that exist,
 * texts that are texts; a task names a person exactly for UNLOCK and CHANGE; a success is one only at the last
 * stage, with PAM's 0 and with a name. */
gboolean kiosk_auth_task_valid (const KioskAuthTask *task);
gboolean kiosk_auth_message_valid (const KioskAuthMessage *message);
gboolean kiosk_auth_verdict_valid (const KioskAuthVerdict *verdict);
