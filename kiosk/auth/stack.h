/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation.h"

#include "kiosk/ipc/auth-protocol.h"

/* Runs the PAM stack of the task's purpose for @user and fills @verdict: pam_start(3),
 * pam_authenticate(3), pam_acct_mgmt(3), pam_chauthtok(3) when the password has expired,
 * pam_setcred(3). The first stage that fails is the verdict. No PAM session is opened: no process ever
 * runs under the person's id. */
void kiosk_stack_run (KioskAuthPurpose purpose, const char *user, KioskConversation *conversation,
                      KioskAuthVerdict *verdict);
