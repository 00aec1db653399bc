/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* What answers look like on the bus. Decides nothing. */

#include "shell-answer.h"

#include <gio/gunixfdlist.h>

void
kiosk_shell_answer_error (GDBusMethodInvocation *invocation, const char *message)
{
  g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR, G_DBUS_ERROR_FAILED,
                                                 message);
}

void
kiosk_shell_answer_conversation (GDBusMethodInvocation *invocation, int fd, const GError *error)
{
  g_autoptr (GUnixFDList) answer = NULL;

  if (fd < 0)
    {
      kiosk_shell_answer_error (invocation, error->message);
      return;
    }
  answer = g_unix_fd_list_new_from_array (&fd, 1); /* takes the descriptor */
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0),
                                                           answer);
}
