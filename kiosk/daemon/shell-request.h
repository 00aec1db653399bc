/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/session.h"

#include <gio/gio.h>

/* The privileged interface, whole: what is not in its table ends the connection. */

#define KIOSK_SHELL_OBJECT_PATH "/terminal"

typedef struct {
  const char *method;
  const char *signature; /* of its arguments */
  KioskEvent event;      /* which the state machine must allow */
  gboolean always;       /* needs no state */
} KioskShellRequest;

/* The row of @method (NULL allowed), or NULL. Static. Any thread. */
const KioskShellRequest *kiosk_shell_request_find (const char *method);

/* The event that BeginConversation (@purpose) is. FALSE: there is no such purpose. */
gboolean kiosk_shell_request_find_purpose (const char *purpose, KioskEvent *event);

/* Whether @message is a call of the interface to the letter: object, interface, method, types of the
 * arguments, and no descriptor, which no request brings. Any thread. */
gboolean kiosk_shell_request_matches (GDBusMessage *message);
