/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "prompts.h"
#include "terminal-status.h"

#include "kiosk/base/secret.h"
#include "kiosk/model/pam-words.h"

#include <glib-object.h>

/* One conversation with PAM through kiosk-auth (auth-protocol.h): a question at a time, each with its
 * own answer. The verdict is not heard here; it comes as kioskd's status. Main thread.
 *
 * Signals:
 *   "changed" ()  something to show is different
 *   "broken"  ()  kiosk-auth sent something wrong; the socket is closed, the caller cancels */
#define KIOSK_TYPE_DIALOGUE (kiosk_dialogue_get_type ())
G_DECLARE_FINAL_TYPE (KioskDialogue, kiosk_dialogue, KIOSK, DIALOGUE, GObject)

/* Seconds without a key until the conversation is given up. */
#define KIOSK_DIALOGUE_PATIENCE 60

KioskDialogue *kiosk_dialogue_new (void);

/* Forgets everything and prepares for a new conversation. @id: what was typed as ID, or NULL when
 * kioskd knows the person. */
void kiosk_dialogue_prepare (KioskDialogue *self, KioskPurpose purpose, const char *id);

/* An answer for the first prompt, if that turns out to be the one for the password. */
void kiosk_dialogue_hold_answer (KioskDialogue *self, KioskSecret *secret);

/* Takes over @socket and begins the PAM stack. */
void kiosk_dialogue_start (KioskDialogue *self, int socket);

/* Answers the open prompt; FALSE when there is none. @secret stays the caller's. */
gboolean kiosk_dialogue_answer (KioskDialogue *self, const KioskSecret *secret);

/* Answers the prompts of a change, now or as they come: each once, until one is refused. Takes over all three. */
void kiosk_dialogue_change (KioskDialogue *self, KioskSecret *current, KioskSecret *new,
                            KioskSecret *again);

/* Closes the socket and forgets everything. */
void kiosk_dialogue_end (KioskDialogue *self);

/* The password that was proved, when the purpose was log-in or unlock; NULL when there was none. The
 * caller asks after kioskd has said that the person passed, and owns it. */
KioskSecret *kiosk_dialogue_take_password (KioskDialogue *self);

/* ---- What there is to show ---- */

KioskPurpose kiosk_dialogue_get_purpose (const KioskDialogue *self);
/* From prepare until end. */
gboolean kiosk_dialogue_is_running (const KioskDialogue *self);
/* The open prompt; NONE while kiosk-auth or kioskd thinks. */
KioskPrompt kiosk_dialogue_get_prompt (const KioskDialogue *self, gboolean *secret);
/* The module's own words for it, cleaned. */
const char *kiosk_dialogue_get_prompt_text (const KioskDialogue *self);
/* The last message of a module, cleaned; "" for none. Its topic, when it is one for which there are words. */
const char *kiosk_dialogue_get_message (const KioskDialogue *self);
KioskPamTopic kiosk_dialogue_get_message_topic (const KioskDialogue *self);
/* Whether a password is being changed, and whether the person is to say how. */
gboolean kiosk_dialogue_is_changing (const KioskDialogue *self);
gboolean kiosk_dialogue_is_asking_change (const KioskDialogue *self);
/* "" when kioskd knows the person. */
const char *kiosk_dialogue_get_id (const KioskDialogue *self);
/* How many prompts were answered, and which. */
guint kiosk_dialogue_get_n_answered (const KioskDialogue *self);
KioskPrompt kiosk_dialogue_get_answered (const KioskDialogue *self, guint index);
