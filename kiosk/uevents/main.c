/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-uevents"

/* Tells the compositor that a monitor or a keyboard was plugged. cage runs in an empty network namespace,
 * and udev's news are netlink messages of one namespace: without this, a monitor that is switched off and
 * on again would stay dark. The news go one way, from the system to the screen, unread.
 *
 * Descriptor 3 is a netlink socket in the system's namespace, bound to the group of udev's messages and
 * made by the service manager (kiosk-uevents.socket); this process itself is in the screen's namespace
 * (JoinsNamespaceOf=) and opens its second socket there. Root with CAP_NET_ADMIN, because libudev believes
 * root only and the kernel lets nobody else speak to a group (netlink(7)). */

#include "kiosk/base/descriptor.h"

#include <glib.h>

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#define SYSTEM_FD 3
#define UDEV_GROUP 2 /* systemd, device-monitor-private.h: MONITOR_GROUP_UDEV */

/* udev sends nothing longer (device-monitor.c). */
#define MESSAGE_MAX 8192

static gboolean
is_uevent_socket (int fd)
{
  int domain = -1, protocol = -1;
  socklen_t size = sizeof (int);

  return getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_NETLINK
         && getsockopt (fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0
         && protocol == NETLINK_KOBJECT_UEVENT;
}

/* Length of the next message from the system's udevd, or 0 for one that is not. */
static gssize
receive (int fd, char *message, gsize size)
{
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE (sizeof (struct ucred))];
  } control;
  struct sockaddr_nl sender = { 0 };
  struct iovec data = { .iov_base = message, .iov_len = size };
  struct msghdr header = {
    .msg_name = &sender,
    .msg_namelen = sizeof sender,
    .msg_iov = &data,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof control,
  };
  gssize length = TEMP_FAILURE_RETRY (recvmsg (fd, &header, MSG_CMSG_CLOEXEC));
  struct cmsghdr *first = length > 0 ? CMSG_FIRSTHDR (&header) : NULL;
  struct ucred credentials;

  if (length < 0)
    return errno == ENOBUFS ? 0 : -1; /* more news than fit; the next ones come again */
  if (first == NULL || first->cmsg_level != SOL_SOCKET || first->cmsg_type != SCM_CREDENTIALS)
    return 0;
  memcpy (&credentials, CMSG_DATA (first), sizeof credentials);
  /* The kernel's own messages come from port 0; of others only root's count. */
  if ((header.msg_flags & MSG_TRUNC) != 0 || credentials.uid != 0 || sender.nl_pid == 0
      || sender.nl_groups != UDEV_GROUP)
    return 0;
  return length;
}

int
main (void)
{
  const struct sockaddr_nl group = { .nl_family = AF_NETLINK, .nl_groups = UDEV_GROUP };
  kiosk_autofd int screen = -1;
  char message[MESSAGE_MAX];

  if (!is_uevent_socket (SYSTEM_FD))
    {
      g_printerr ("kiosk-uevents: descriptor 3 is not a socket of udev's news\n");
      return EXIT_FAILURE;
    }
  screen = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
  if (screen < 0)
    {
      g_printerr ("kiosk-uevents: netlink: %s\n", g_strerror (errno));
      return EXIT_FAILURE;
    }
  for (;;)
    {
      gssize length = receive (SYSTEM_FD, message, sizeof message);

      if (length < 0)
        {
          g_printerr ("kiosk-uevents: %s\n", g_strerror (errno));
          return EXIT_FAILURE;
        }
      /* ECONNREFUSED: nobody listens in there yet. */
      if (length > 0
          && sendto (screen, message, (gsize) length, 0, (const struct sockaddr *) &group,
                     sizeof group)
                 < 0
          && errno != ECONNREFUSED && errno != ENOBUFS)
        g_printerr ("kiosk-uevents: passing on: %s\n", g_strerror (errno));
    }
}
