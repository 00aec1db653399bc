/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/secret.h"
#include "kiosk/ipc/rdp-protocol.h"
#include "terminal-status.h"

/* What the shell must remember between two pages, and the only place where a secret stays longer than
 * one message: the log-in's password, when a server of the list takes it, and what the running
 * session was opened with, so that a lost connection can be resumed. */
typedef struct {
  KioskSecret *login; /* NULL for none */
  char *server, *ticket, *purpose;
  char *user, *domain;
  KioskSecret *password; /* NULL for none */
} KioskKeep;

/* A new session is chosen; the old one's password is gone. */
void kiosk_keep_choose (KioskKeep *self, const char *server, const char *ticket,
                        const char *purpose);

/* The credentials for it; takes @password over. */
void kiosk_keep_set_credentials (KioskKeep *self, const char *user, const char *domain,
                                 KioskSecret *password);

/* As above with those of the log-in; FALSE when they are not held. */
gboolean kiosk_keep_use_login (KioskKeep *self, const char *user, const char *domain);

/* Whether a session can be opened with what is held. */
gboolean kiosk_keep_is_complete (const KioskKeep *self);

/* Writes what the worker is told; the caller wipes it. FALSE when something does not fit. */
gboolean kiosk_keep_fill (const KioskKeep *self, KioskRdpCredentials *credentials);

void kiosk_keep_forget_password (KioskKeep *self);
void kiosk_keep_forget_secrets (KioskKeep *self);
void kiosk_keep_forget_all (KioskKeep *self);
