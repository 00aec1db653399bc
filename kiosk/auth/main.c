/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-auth"

/* One PAM conversation, in a process of its own (auth-protocol.h). It is root, because unix_chkpwd(8)
 * lets others check only their own password and faillock's tally must belong to root. So it takes
 * nothing from its surroundings: no arguments, a fixed environment, the connection of kioskd and with
 * the task the socket to the shell. Either one closed ends it: a thread watches them while a module may
 * be waiting for something else. */

#include "conversation.h"
#include "stack.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/base/privileges.h"
#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"

#include <glib.h>

#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long the stack may take to its end when nobody is there any more, seconds. */
#define LAST_SECONDS 8

/* Hang-up of either side: the person cancelled, or kioskd is gone. A module that sleeps must not keep
 * a half-proved identity alive: no verdict can go out any more, and it ends soon. _exit: no module's clean-up may
 * write one now. */
static gpointer
watch_sockets (gpointer data)
{
  KioskConversation *conversation = data;
  struct pollfd sockets[] = {
    { .fd = KIOSK_AUTH_FD_DAEMON, .events = POLLRDHUP },
    { .fd = conversation->socket, .events = POLLRDHUP },
  };

  for (;;)
    if (poll (sockets, G_N_ELEMENTS (sockets), -1) > 0
        && ((sockets[0].revents | sockets[1].revents) & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL))
               != 0)
      {
        kiosk_conversation_hang_up (conversation);
        g_usleep (LAST_SECONDS * G_USEC_PER_SEC);
        _exit (EXIT_FAILURE);
      }
  return NULL;
}

static gboolean
receive_task (KioskAuthTask *task, int *shell, GError **error)
{
  if (!kiosk_channel_receive_exact (KIOSK_AUTH_FD_DAEMON, task, sizeof *task, shell, 1, error)
      || !kiosk_fd_check_socket (*shell, AF_UNIX, SOCK_SEQPACKET, error))
    return FALSE;
  if (kiosk_auth_task_valid (task))
    return TRUE;
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "malformed task");
  return FALSE;
}

static gboolean
run (GError **error)
{
  const int keep[] = { KIOSK_AUTH_FD_DAEMON };
  static KioskConversation conversation = { .socket = -1 }; /* the thread looks at it to the end */
  KioskAuthTask task;
  KioskAuthVerdict verdict = { 0 };
  char typed[KIOSK_AUTH_USER_MAX];

  if (!kiosk_privileges_clean (keep, G_N_ELEMENTS (keep), error) || !kiosk_helper_begin (error)
      || !kiosk_privileges_settle (error))
    return FALSE;
  /* Modules hold passwords on heap and stack: nothing of this process may reach a swap device. */
  if (mlockall (MCL_CURRENT | MCL_FUTURE) != 0)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "memory cannot be locked");
      return FALSE;
    }
  setlocale (LC_ALL, "C.UTF-8");
  /* Never closed: the thread looks at it until the process ends. */
  if (!receive_task (&task, &conversation.socket, error))
    return FALSE;
  g_thread_unref (g_thread_new ("watch", watch_sockets, &conversation));
  if (!kiosk_conversation_begin (&conversation, typed, error))
    return FALSE;
  if (!kiosk_stack_run (&task, task.user[0] != '\0' ? task.user : typed, &conversation, &verdict))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED, "nobody is there any more");
      return FALSE;
    }
  return kiosk_channel_send (KIOSK_AUTH_FD_DAEMON, &verdict, sizeof verdict, NULL, 0, error);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;

  if (run (&error))
    return EXIT_SUCCESS;
  g_printerr ("kiosk-auth: %s\n", error->message);
  return EXIT_FAILURE;
}
