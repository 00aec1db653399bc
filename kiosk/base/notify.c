/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-base"

#include "kiosk/base/notify.h"

#include "kiosk/base/descriptor.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* One datagram. The kernel tells the manager who sent it; nothing is read. */

gboolean
kiosk_notify (const char *text)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  const char *path = getenv ("NOTIFY_SOCKET");
  gsize length = path != NULL ? strlen (path) : 0;
  kiosk_autofd int fd = -1;

  if (length < 2 || length >= sizeof address.sun_path || (*path != '/' && *path != '@'))
    return FALSE;
  memcpy (address.sun_path, path, length);
  if (*path == '@') /* in the abstract namespace */
    address.sun_path[0] = '\0';
  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  return fd >= 0
         && sendto (fd, text, strlen (text), MSG_NOSIGNAL, (const struct sockaddr *) &address,
                    (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length))
                == (ssize_t) strlen (text);
}
