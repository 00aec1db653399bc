/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ipc"

#include "kiosk/ipc/helper.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* Threat: somebody else than kioskd has got hold of the socket of a helper that still has rights. The
 * socket's mode keeps everybody but root out; here the kernel's word is asked once more. */
gboolean
kiosk_helper_begin (GError **error)
{
  const KioskHelperHello hello = { .kind = KIOSK_HELPER_HELLO };
  kiosk_autofd int process = -1;
  pid_t pid;
  uid_t uid;
  int flags;

  if (!kiosk_fd_check_socket (KIOSK_HELPER_FD_DAEMON, AF_UNIX, SOCK_SEQPACKET, error)
      || !kiosk_fd_peer (KIOSK_HELPER_FD_DAEMON, &pid, &uid, error))
    return FALSE;
  if (uid != 0)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
                           "the connection is not of root's");
      return FALSE;
    }
  /* A service manager accepts in its own way; programs that a helper starts must not inherit this. */
  flags = fcntl (KIOSK_HELPER_FD_DAEMON, F_GETFL);
  if (flags < 0 || fcntl (KIOSK_HELPER_FD_DAEMON, F_SETFL, flags & ~O_NONBLOCK) != 0
      || fcntl (KIOSK_HELPER_FD_DAEMON, F_SETFD, FD_CLOEXEC) != 0)
    return kiosk_error_set_errno (error, errno, "connection");
  process = pidfd_open (getpid (), 0);
  if (process < 0)
    return kiosk_error_set_errno (error, errno, "pidfd_open");
  return kiosk_channel_send (KIOSK_HELPER_FD_DAEMON, &hello, sizeof hello, &process, 1, error);
}

gboolean
kiosk_helper_receive_hello (int socket, int *process, pid_t *pid, GError **error)
{
  kiosk_autofd int received = -1;
  KioskHelperHello hello;
  gsize size = 0;

  if (!kiosk_channel_receive (socket, &hello, sizeof hello, &size, &received, 1, error))
    return FALSE;
  if (size == 0)
    {
      *process = -1;
      return TRUE;
    }
  if (size != sizeof hello || hello.kind != KIOSK_HELPER_HELLO)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "not a hello");
      return FALSE;
    }
  if (!kiosk_fd_check_process (received, pid, error))
    return FALSE;
  *process = kiosk_fd_steal (&received);
  return TRUE;
}
