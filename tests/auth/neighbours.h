/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/auth-protocol.h"

#include <gio/gio.h>

/* The real kiosk-auth and its two neighbours: the test is kioskd on one socket and the shell on the
 * other. Every failure ends the test. */

#define PASSWORD "Midori-2026-right"

typedef struct {
  int daemon, shell;
  int auth; /* kiosk-auth's end to the shell, until it goes with the task */
  GSubprocess *process;
} Auth;

/* Accounts t-right, t-other, t-locked, t-closed, t-empty and t-tally, with PASSWORD where they
 * have one. */
void auth_make_people (void);

/* The policy's rules from now on: PAM's files are rendered for them, tasks carry them. auth_make_people() begins with
 * the defaults. */
void auth_set_rules (const KioskIdentityRules *rules);

/* How many failures stand in the tally of @id. */
guint auth_count_failures (const char *id);
void auth_clear_failures (const char *id);

/* Until its hello has come. */
void auth_start (Auth *auth);
void auth_send_task (Auth *auth, KioskAuthPurpose purpose, const char *user);
void auth_say (Auth *auth, KioskAuthMessageKind kind, const char *text);

/* The next message of kiosk-auth; FALSE when it has closed the socket. */
gboolean auth_hear (Auth *auth, KioskAuthMessage *message);
void auth_expect_prompt (Auth *auth);

/* Answers prompts with @answers in turn until kiosk-auth ends; returns how many were wanted. */
guint auth_converse (Auth *auth, const char *const *answers);

KioskAuthVerdict auth_take_verdict (Auth *auth);
/* Answers the next prompt, which must have @topic, and returns the kind of what it was. */
KioskAuthMessageKind auth_answer (Auth *auth, KioskPamTopic topic, const char *answer);
/* Takes texts until one has @topic; none of them may be a prompt. */
void auth_expect_topic (Auth *auth, KioskPamTopic topic);

/* Waits for the process, closes what is open; nothing is left then. */
void auth_end (Auth *auth);
/* It is over, and nobody got in. */
void auth_expect_no_verdict (Auth *auth);

/* A conversation from start to end, which wants @n_answers answers. */
KioskAuthVerdict auth_authenticate (KioskAuthPurpose purpose, const char *user, const char *typed,
                                    const char *const *answers, guint n_answers);
/* A log-in with one prompt. */
KioskAuthReason auth_log_in (const char *id, const char *password);
