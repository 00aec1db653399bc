/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Answers to requests of the shell; each ends its @invocation. */

void kiosk_shell_answer_error (GDBusMethodInvocation *invocation, const char *message);

/* With the descriptor @fd, which is taken over, or, when that is negative, with @error. */
void kiosk_shell_answer_conversation (GDBusMethodInvocation *invocation, int fd,
                                      const GError *error);
