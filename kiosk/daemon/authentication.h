/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/auth-protocol.h"

#include <glib.h>

/* One kiosk-auth process and its verdict. Main thread only. */
typedef struct _KioskAuthentication KioskAuthentication;

/* How long a conversation may take in all, milliseconds. */
#define KIOSK_AUTHENTICATION_TIMEOUT 600000 /* a new password may take a while to find */

/* How long one that nobody waits for may take to count its failure, milliseconds. */
#define KIOSK_AUTHENTICATION_LAST_TIME 10000

/* Called once. @verdict is NULL when there is none: the program died, broke the protocol or took too
 * long; @cause and @detail say which (reason and detail of a record). Not after free. */
typedef void (*KioskAuthenticationEnded) (const KioskAuthVerdict *verdict, const char *cause,
                                          const char *detail, gpointer data);

/* Starts kiosk-auth for @purpose; @user is the person to be proved (UNLOCK, CHANGE) or NULL. *@shell gets the
 * shell's end of the conversation, owned by the caller. */
KioskAuthentication *kiosk_authentication_new (KioskAuthPurpose purpose, const char *user,
                                               const KioskIdentityRules *rules, int *shell,
                                               KioskAuthenticationEnded ended, gpointer data,
                                               GError **error);

/* Nobody waits for the verdict any more, and none comes. If kiosk-auth is at work it is not killed but hung up on,
 * so that it can count an answer that was given as a failure (auth-protocol.h); @departed is called when it has
 * ended, and frees @self. FALSE: there is nothing to wait for, the caller frees @self. */
gboolean kiosk_authentication_abandon (KioskAuthentication *self,
                                       void (*departed) (KioskAuthentication *self, gpointer data),
                                       gpointer data);

/* Kills the process if it still runs; NULL is allowed. */
void kiosk_authentication_free (KioskAuthentication *self);

/* Whether kiosk-auth was stopped by a signal and could not answer. */
gboolean kiosk_authentication_is_stopped (const KioskAuthentication *self);

KioskAuthPurpose kiosk_authentication_get_purpose (const KioskAuthentication *self);
