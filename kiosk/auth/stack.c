/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-auth"

/* The PAM stack, from start to end. Decides nothing beyond its success or failure. */

#include "stack.h"

#include "kiosk/ipc/channel.h"

#include <security/pam_appl.h>

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
    case KIOSK_AUTH_LOGIN:
    default:
      return "maintenance-kiosk";
    }
}

static int
run_stages (pam_handle_t *pam, guint32 *stage)
{
  int code;

  *stage = KIOSK_AUTH_STAGE_AUTHENTICATE;
  code = pam_authenticate (pam, PAM_DISALLOW_NULL_AUTHTOK);
  if (code != PAM_SUCCESS)
    return code;
  *stage = KIOSK_AUTH_STAGE_ACCOUNT;
  code = pam_acct_mgmt (pam, PAM_DISALLOW_NULL_AUTHTOK);
  if (code == PAM_NEW_AUTHTOK_REQD)
    {
      *stage = KIOSK_AUTH_STAGE_CHANGE;
      code = pam_chauthtok (pam, PAM_CHANGE_EXPIRED_AUTHTOK);
    }
  if (code != PAM_SUCCESS)
    return code;
  *stage = KIOSK_AUTH_STAGE_CREDENTIALS;
  code = pam_setcred (pam, PAM_ESTABLISH_CRED);
  if (code != PAM_SUCCESS)
    return code;
  pam_setcred (pam, PAM_DELETE_CRED); /* Kerberos tickets and the like: nobody here needs them */
  *stage = KIOSK_AUTH_STAGE_DONE;
  return PAM_SUCCESS;
}

void
kiosk_stack_run (KioskAuthPurpose purpose, const char *user, KioskConversation *conversation,
                 KioskAuthVerdict *verdict)
{
  const struct pam_conv conv = { kiosk_conversation_ask, conversation };
  pam_handle_t *pam = NULL;
  const void *final_user = NULL;
  union {
    void (*function) (int, unsigned, void *);
    const void *pointer;
  } delay = { no_delay };

  verdict->stage = KIOSK_AUTH_STAGE_START;
  verdict->pam_code = pam_start (service_of (purpose), user, &conv, &pam);
  if (verdict->pam_code == PAM_SUCCESS)
    verdict->pam_code = pam_set_item (pam, PAM_FAIL_DELAY, delay.pointer);
  if (verdict->pam_code == PAM_SUCCESS)
    verdict->pam_code = pam_set_item (pam, PAM_TTY, "maintenance-kiosk");
  if (verdict->pam_code == PAM_SUCCESS)
    verdict->pam_code = run_stages (pam, &verdict->stage);
  /* A module may have changed the name (case, realm): the verdict is about whom it ended with. */
  if (pam != NULL && pam_get_item (pam, PAM_USER, &final_user) == PAM_SUCCESS && final_user != NULL
      && !kiosk_channel_text_set (verdict->user, sizeof verdict->user, final_user)
      && verdict->pam_code == PAM_SUCCESS)
    verdict->pam_code = PAM_SYSTEM_ERR;
  verdict->reason = reason_of (verdict->pam_code);
  verdict->answered = conversation->answered;
  if (pam != NULL)
    pam_end (pam, verdict->pam_code);
}
