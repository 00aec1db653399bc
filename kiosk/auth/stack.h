/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation.h"

#include "kiosk/ipc/auth-protocol.h"

/* Runs the PAM stack of @task for @user and fills @verdict: pam_start_confdir(3) in kioskd's folder,
 * pam_authenticate(3), pam_acct_mgmt(3), pam_chauthtok(3) when the password has expired, is older than the policy
 * allows, or is to be changed, pam_setcred(3). The first stage that fails is the verdict. No PAM session is opened: no
 * process ever runs under the person's id.
 *
 * FALSE: nobody is there any more, and there is no verdict. */
gboolean kiosk_stack_run (const KioskAuthTask *task, const char *user,
                          KioskConversation *conversation, KioskAuthVerdict *verdict);
