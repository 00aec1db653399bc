/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/auth-protocol.h"

#include <glib.h>
#include <security/pam_appl.h>

/* The person's side of the PAM conversation: the socket to the shell. */
typedef struct {
  int socket;
  gint64 answered; /* kiosk_clock_boottime() of the last answer; 0 before the first */
  const KioskIdentityRules *rules; /* for new passwords */
  const char *names[3];            /* what says who it is, for new passwords; NULL-terminated */
  gboolean changing;               /* a password is being changed: identity is proved */
  gboolean refused;                /* since then, the person was told why it is not taken */
  gboolean code_asked;             /* the stack has asked for a second factor's code */
  gint proving;                    /* atomic: an answer has come, and the proof is not complete */
  gint gone;                       /* atomic: nobody is there any more, the stack runs to its end */
} KioskConversation;

/* Waits for START and writes the ID that was typed into @user. Nothing of PAM may run before. */
gboolean kiosk_conversation_begin (KioskConversation *self, char user[KIOSK_AUTH_USER_MAX],
                                   GError **error);

/* The function for struct pam_conv; appdata_ptr is a KioskConversation. Each prompt is asked, with an
 * answer of its own; texts are passed on. A new password that breaks a rule is refused here and asked for again,
 * before any module sees it.
 *
 * When the shell is gone or breaks the protocol the process ends; if an answer has come and the proof is
 * not complete, this and every later prompt fails instead (PAM_CONV_ERR), so that the stack counts a failure.
 * pam_conv(3) hands the answers over to the modules, which wipe and free them. */
int kiosk_conversation_ask (int n_messages, const struct pam_message **messages,
                            struct pam_response **responses, void *appdata_ptr);

/* Asks for a code and forgets the answer. */
void kiosk_conversation_ask_in_vain (KioskConversation *self);

/* Tells the person what @topic says. */
void kiosk_conversation_tell (KioskConversation *self, KioskPamTopic topic);

/* The other thread: shell or kioskd has hung up. Returns when the stack has to be taken to its end, otherwise the
 * process ends. */
void kiosk_conversation_hang_up (KioskConversation *self);
