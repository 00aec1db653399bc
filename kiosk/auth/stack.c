/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-auth"

/* The PAM stack, from start to end. Decides nothing beyond its success or failure, and that a password that is
 * too old for the policy is changed like one that has expired. */

#include "stack.h"

#include "age.h"

#include "config.h"

#include "kiosk/ipc/channel.h"
#include "kiosk/model/pam-stack.h"

#include <security/pam_appl.h>

#include <pwd.h>
#include <unistd.h>

#ifndef KIOSK_STACK_FOLDER
#define KIOSK_STACK_FOLDER KIOSK_RUN_DIR "/" KIOSK_PAM_FOLDER
#endif

/* How often a change may be tried in one conversation. */
#define MAX_CHANGES 10

/* pam_faildelay and others ask for a delay before a failure is told. kioskd equalises the time of
 * every answer over all causes, which a delay in here would make unequal again: pam_fail_delay(3). */
static void
no_delay (int status, unsigned usec, void *appdata_ptr)
{
}

static KioskAuthReason
reason_of (int pam_code)
{
  switch (pam_code)
    {
    case PAM_SUCCESS:
      return KIOSK_AUTH_REASON_NONE;
    case PAM_AUTH_ERR:
    case PAM_CRED_INSUFFICIENT:
      return KIOSK_AUTH_REASON_PASSWORD;
    case PAM_USER_UNKNOWN:
      return KIOSK_AUTH_REASON_UNKNOWN;
    case PAM_MAXTRIES:
      return KIOSK_AUTH_REASON_TOO_MANY;
    case PAM_NEW_AUTHTOK_REQD:
    case PAM_AUTHTOK_ERR:
    case PAM_AUTHTOK_RECOVERY_ERR:
    case PAM_AUTHTOK_LOCK_BUSY:
    case PAM_TRY_AGAIN:
    case PAM_CRED_EXPIRED:
      return KIOSK_AUTH_REASON_EXPIRED;
    case PAM_ACCT_EXPIRED:
    case PAM_PERM_DENIED:
      return KIOSK_AUTH_REASON_ACCOUNT;
    default:
      return KIOSK_AUTH_REASON_SYSTEM;
    }
}

static const char *
service_of (KioskAuthPurpose purpose)
{
  switch (purpose)
    {
    case KIOSK_AUTH_UNLOCK:
      return "maintenance-kiosk-unlock";
    case KIOSK_AUTH_END:
      return "maintenance-kiosk-end";
    case KIOSK_AUTH_APPROVE:
      return "maintenance-kiosk-approve";
    case KIOSK_AUTH_CHANGE:
      return "maintenance-kiosk-change";
    case KIOSK_AUTH_LOGIN:
    default:
      return "maintenance-kiosk";
    }
}

static const char *
user_of (pam_handle_t *pam)
{
  const void *user = NULL;

  return pam_get_item (pam, PAM_USER, &user) == PAM_SUCCESS && user != NULL ? user : "";
}

/* ---- Stages ---- */

/* An ID that does not exist, or has no code, makes some modules ask for none: it is asked for all the
 * same, so that nobody learns which IDs there are. */
static int
authenticate (pam_handle_t *pam, const KioskAuthTask *task, KioskConversation *conversation)
{
  int code = pam_authenticate (pam, PAM_DISALLOW_NULL_AUTHTOK);

  if (code != PAM_SUCCESS && task->rules.second_factor == KIOSK_SECOND_FACTOR_TOTP
      && !conversation->code_asked)
    kiosk_conversation_ask_in_vain (conversation);
  g_atomic_int_set (&conversation->proving, FALSE);
  return code;
}

/* Whether a person who has just been refused may try with another password. */
static gboolean
may_try_again (int code)
{
  return code == PAM_AUTHTOK_ERR || code == PAM_AUTHTOK_RECOVERY_ERR || code == PAM_AUTH_ERR
         || code == PAM_TRY_AGAIN || code == PAM_MAXTRIES;
}

static void
find_names (pam_handle_t *pam, KioskConversation *conversation)
{
  const struct passwd *account = getpwnam (user_of (pam));

  conversation->names[0] = user_of (pam);
  conversation->names[1] = account != NULL ? account->pw_gecos : NULL;
  conversation->names[2] = NULL;
}

/* PAM_CHANGE_EXPIRED_AUTHTOK, whatever the cause: without it pam_unix takes root's word instead of the current
 * password, and nobody compares the new one with it. */
static int
change (pam_handle_t *pam, KioskConversation *conversation)
{
  int code = PAM_AUTHTOK_ERR;

  conversation->changing = TRUE;
  find_names (pam, conversation);
  for (guint i = 0; i < MAX_CHANGES; i++)
    {
      conversation->refused = FALSE;
      code = pam_chauthtok (pam, PAM_CHANGE_EXPIRED_AUTHTOK);
      if (!may_try_again (code))
        break;
      if (code == PAM_AUTH_ERR || code == PAM_AUTHTOK_RECOVERY_ERR)
        kiosk_conversation_tell (conversation, KIOSK_PAM_TOPIC_WRONG);
      else if (!conversation->refused)
        kiosk_conversation_tell (conversation, KIOSK_PAM_TOPIC_FAILED);
    }
  return code;
}

static int
run_stages (pam_handle_t *pam, const KioskAuthTask *task, KioskConversation *conversation,
            KioskAuthVerdict *verdict)
{
  gint64 days = 0;
  int code;

  verdict->stage = KIOSK_AUTH_STAGE_AUTHENTICATE;
  code = authenticate (pam, task, conversation);
  if (code != PAM_SUCCESS)
    return code;
  verdict->stage = KIOSK_AUTH_STAGE_ACCOUNT;
  code = pam_acct_mgmt (pam, PAM_DISALLOW_NULL_AUTHTOK);
  if (code == PAM_SUCCESS
      && (task->purpose == KIOSK_AUTH_CHANGE
          || (kiosk_age_days_left (user_of (pam), task->rules.max_days, &days) && days < 0)))
    code = PAM_NEW_AUTHTOK_REQD;
  if (code == PAM_NEW_AUTHTOK_REQD)
    {
      verdict->stage = KIOSK_AUTH_STAGE_CHANGE;
      code = change (pam, conversation);
      /* It must have happened: a module that shrugs (PAM_IGNORE) lets nobody past. */
      verdict->changed = code == PAM_SUCCESS;
      if (code == PAM_SUCCESS && kiosk_age_days_left (user_of (pam), task->rules.max_days, &days)
          && days < 0)
        {
          code = PAM_NEW_AUTHTOK_REQD;
          verdict->changed = 0;
        }
    }
  if (code != PAM_SUCCESS)
    return code;
  verdict->stage = KIOSK_AUTH_STAGE_CREDENTIALS;
  code = pam_setcred (pam, PAM_ESTABLISH_CRED);
  if (code != PAM_SUCCESS)
    return code;
  pam_setcred (pam, PAM_DELETE_CRED); /* Kerberos tickets and the like: nobody here needs them */
  verdict->stage = KIOSK_AUTH_STAGE_DONE;
  if (kiosk_age_days_left (user_of (pam), task->rules.max_days, &days))
    verdict->days_left = (gint32) CLAMP (days, 0, G_MAXINT32);
  return PAM_SUCCESS;
}

/* A service without a file is an installation error. libpam would try the service "other" in its place. */
static int
start (const char *service, const char *user, const struct pam_conv *conv, pam_handle_t **pam)
{
  g_autofree char *path = g_build_filename (KIOSK_STACK_FOLDER, service, NULL);

  if (access (path, R_OK) != 0)
    return PAM_OPEN_ERR;
  return pam_start_confdir (service, user, conv, KIOSK_STACK_FOLDER, pam);
}

gboolean
kiosk_stack_run (const KioskAuthTask *task, const char *user, KioskConversation *conversation,
                 KioskAuthVerdict *verdict)
{
  const struct pam_conv conv = { kiosk_conversation_ask, conversation };
  pam_handle_t *pam = NULL;
  union {
    void (*function) (int, unsigned, void *);
    const void *pointer;
  } delay = { no_delay };

  conversation->rules = &task->rules;
  verdict->days_left = -1;
  verdict->stage = KIOSK_AUTH_STAGE_START;
  verdict->pam_code = start (service_of (task->purpose), user, &conv, &pam);
  if (verdict->pam_code == PAM_SUCCESS)
    verdict->pam_code = pam_set_item (pam, PAM_FAIL_DELAY, delay.pointer);
  if (verdict->pam_code == PAM_SUCCESS)
    verdict->pam_code = pam_set_item (pam, PAM_TTY, "maintenance-kiosk");
  if (verdict->pam_code == PAM_SUCCESS)
    verdict->pam_code = run_stages (pam, task, conversation, verdict);
  if (g_atomic_int_get (&conversation->gone))
    return FALSE;
  /* A module may have changed the name (case, realm): the verdict is about whom it ended with. */
  if (pam != NULL && !kiosk_channel_text_set (verdict->user, sizeof verdict->user, user_of (pam))
      && verdict->pam_code == PAM_SUCCESS)
    verdict->pam_code = PAM_SYSTEM_ERR;
  verdict->reason = reason_of (verdict->pam_code);
  verdict->answered = conversation->answered;
  if (pam != NULL)
    pam_end (pam, verdict->pam_code);
  return TRUE;
}
