/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/auth-protocol.h"

#include <glib.h>
#include <security/pam_appl.h>

/* The person's side of the PAM conversation: the socket to the shell. */
typedef struct {
  int socket;
  gint64 answered; /* kiosk_clock_boottime() of the last answer; 0 before the first */
} KioskConversation;

/* Waits for START and writes the ID that was typed into @user. Nothing of PAM may run before. */
gboolean kiosk_conversation_begin (KioskConversation *self, char user[KIOSK_AUTH_USER_MAX],
                                   GError **error);

/* The function for struct pam_conv; appdata_ptr is a KioskConversation. Each prompt is asked, with an
 * answer of its own; texts are passed on. When the shell is gone or breaks the protocol the process ends.
 * pam_conv(3) hands the answers over to the modules, which wipe and free them. */
int kiosk_conversation_ask (int n_messages, const struct pam_message **messages,
                            struct pam_response **responses, void *appdata_ptr);
