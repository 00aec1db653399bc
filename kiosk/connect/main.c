/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-connect"

/* The only program that the firewall lets out (R08, R12). It opens the one TCP connection that kioskd
 * names, hands the descriptor over and exits. It resolves no names and reads no byte of the
 * connection, so that nothing a server sends is ever seen under this user id.
 *
 * nftables' `meta skuid` is the user who called socket(2), and passing the descriptor on does not
 * change it: the session's packets keep this program's uid for as long as they flow. */

#include "config.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/base/privileges.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/connect-protocol.h"

#include <glib.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static gboolean
build_address (const KioskConnectTask *task, struct sockaddr_storage *address, socklen_t *length)
{
  memset (address, 0, sizeof *address);
  if (task->port < 1 || task->port > 65535 || task->timeout_ms < 1 || task->timeout_ms > 60000)
    return FALSE;
  if (task->family == AF_INET)
    {
      struct sockaddr_in *v4 = (struct sockaddr_in *) address;

      v4->sin_family = AF_INET;
      v4->sin_port = htons ((guint16) task->port);
      memcpy (&v4->sin_addr, task->address, sizeof v4->sin_addr);
      *length = sizeof *v4;
      return TRUE;
    }
  if (task->family == AF_INET6)
    {
      struct sockaddr_in6 *v6 = (struct sockaddr_in6 *) address;

      v6->sin6_family = AF_INET6;
      v6->sin6_port = htons ((guint16) task->port);
      memcpy (&v6->sin6_addr, task->address, sizeof v6->sin6_addr);
      *length = sizeof *v6;
      return TRUE;
    }
  return FALSE;
}

/* 0, or the errno of what went wrong; the connected socket in *@fd. */
static int
open_connection (const KioskConnectTask *task, int *fd)
{
  kiosk_autofd int s = -1;
  struct sockaddr_storage address;
  struct pollfd waiting[2];
  socklen_t length;
  int value = 1, result = 0;

  if (!build_address (task, &address, &length))
    return EINVAL;
  s = socket (address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
  if (s < 0)
    return errno;
  /* Keys are small packets; waiting for more of them costs 40 ms each (RFC 896). */
  if (setsockopt (s, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value) != 0
      || setsockopt (s, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value) != 0)
    return errno;
  /* A dead line is noticed within 20 s even if nobody types: tcp(7). */
  if (setsockopt (s, IPPROTO_TCP, TCP_KEEPIDLE, &(int){ 5 }, sizeof (int)) != 0
      || setsockopt (s, IPPROTO_TCP, TCP_KEEPINTVL, &(int){ 5 }, sizeof (int)) != 0
      || setsockopt (s, IPPROTO_TCP, TCP_KEEPCNT, &(int){ 3 }, sizeof (int)) != 0
      || setsockopt (s, IPPROTO_TCP, TCP_USER_TIMEOUT, &(int){ 20000 }, sizeof (int)) != 0)
    return errno;
  if (connect (s, (struct sockaddr *) &address, length) != 0 && errno != EINPROGRESS)
    return errno;
  waiting[0] = (struct pollfd){ .fd = s, .events = POLLOUT };
  waiting[1] = (struct pollfd){ .fd = KIOSK_CONNECT_FD_DAEMON, .events = POLLRDHUP };
  switch (TEMP_FAILURE_RETRY (poll (waiting, G_N_ELEMENTS (waiting), (int) task->timeout_ms)))
    {
    case 0:
      return ETIMEDOUT;
    case -1:
      return errno;
    default:
      break;
    }
  if (waiting[1].revents != 0) /* kioskd is gone, or does not want it any more */
    return ECANCELED;
  length = sizeof result;
  if (getsockopt (s, SOL_SOCKET, SO_ERROR, &result, &length) != 0)
    return errno;
  if (result == 0)
    *fd = kiosk_fd_steal (&s);
  return result;
}

int
main (void)
{
  const int keep[] = { KIOSK_CONNECT_FD_DAEMON };
  g_autoptr (GError) error = NULL;
  kiosk_autofd int fd = -1;
  KioskConnectTask task;
  KioskConnectResult result = { 0 };

  if (!kiosk_privileges_clean (keep, G_N_ELEMENTS (keep), &error) || !kiosk_helper_begin (&error)
      || !kiosk_privileges_become (KIOSK_CONNECT_USER, &error) || !kiosk_privileges_settle (&error)
      || !kiosk_channel_receive_exact (KIOSK_CONNECT_FD_DAEMON, &task, sizeof task, NULL, 0,
                                       &error))
    {
      g_printerr ("kiosk-connect: %s\n", error->message);
      return EXIT_FAILURE;
    }
  result.error = open_connection (&task, &fd);
  if (!kiosk_channel_send (KIOSK_CONNECT_FD_DAEMON, &result, sizeof result, &fd, fd >= 0 ? 1 : 0,
                           &error))
    {
      g_printerr ("kiosk-connect: %s\n", error->message);
      return EXIT_FAILURE;
    }
  return EXIT_SUCCESS;
}
