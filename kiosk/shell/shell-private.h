/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client.h"
#include "keep.h"
#include "page-form.h"
#include "pulse.h"
#include "shell.h"
#include "window.h"

/* The parts of the shell among themselves: shell.c follows kioskd's status and leads conversations,
 * shell-session.c opens sessions, shell-approval.c asks an approver before,
 * shell-change.c changes a password, shell-actions.c does what keys and buttons ask for. */

struct _KioskShell {
  KioskClient *client;
  KioskDialogue *dialogue;
  KioskWindow *window;
  KioskPulse *pulse; /* NULL before the first page is painted */
  KioskKeep keep;
  KioskViewFacts facts;
  KioskState state; /* of the last status */
  KioskLanguage language;
  gboolean language_chosen; /* by a person, until the next log-out */
  gboolean busy, again;
  gboolean conversation_seen; /* kioskd's status has shown the one that runs */
  gboolean suspended;
  gint64 unreachable_since;
  gint64 waiting_since; /* CLOCK_BOOTTIME: start, or the word that it switches off */
};

/* Shows what is true now. Last step of everything. */
void kiosk_shell_update (KioskShell *self);

/* TRUE: the picture leaves the screen and no key passes, with this call. */
void kiosk_shell_suspend (KioskShell *self, gboolean suspended);
void kiosk_shell_end_picture (KioskShell *self);
void kiosk_shell_update_watermark (KioskShell *self);

/* Opens the session that self->keep describes completely. */
void kiosk_shell_open_session (KioskShell *self);

/* Asks for the credentials of the chosen server, or opens at once when the log-in's are to be used. */
void kiosk_shell_choose_credentials (KioskShell *self);
void kiosk_shell_submit_credentials (KioskShell *self, KioskForm *form);

/* shell-approval.c: a chosen server may need an approver first. */
void kiosk_shell_choose (KioskShell *self);
/* Begins the conversation of the approver @id. */
void kiosk_shell_begin_approval (KioskShell *self, const char *id);
/* The conversation is over; @passed: as kioskd says. */
void kiosk_shell_end_approval (KioskShell *self, gboolean passed);
/* The person goes back to the servers. */
void kiosk_shell_leave_approval (KioskShell *self);

/* shell-change.c: the person changes their password before it expires (R02). Takes over all three. */
void kiosk_shell_begin_change (KioskShell *self, KioskSecret *current, KioskSecret *new,
                               KioskSecret *again);
/* The conversation is over; @passed: as kioskd says. */
void kiosk_shell_end_change (KioskShell *self, gboolean passed);
/* The person goes back to the servers. */
void kiosk_shell_leave_change (KioskShell *self);

/* An answer to BeginConversation or BeginApproval. */
void kiosk_shell_on_conversation (int socket, int none, gpointer data);

void kiosk_shell_add_actions (KioskShell *self);
