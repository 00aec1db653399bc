/* SPDX-License-Identifier: GPL-3.0-or-later */
/* uevents - what the kernel says about devices, one line each, until killed: "ACTION DEVPATH DRIVER" ("-" where there is
 * none). "lost" when it said more than could be kept (lib/kobject_uevent.c of the kernel). */
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define QUEUE_BYTES (32 << 20)

static const char *
find (const char *message, long length, const char *name)
{
  size_t n = strlen (name);

  for (const char *p = message; p < message + length; p += strlen (p) + 1)
    if (strncmp (p, name, n) == 0)
      return p + n;
  return "-";
}

int
main (void)
{
  struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
  int size = QUEUE_BYTES;
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
  char message[16384];

  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0
      || bind (fd, (struct sockaddr *) &address, sizeof address) != 0)
    return 1;
  puts ("ready");
  fflush (stdout);
  for (;;)
    {
      long length = recv (fd, message, sizeof message - 1, 0);

      if (length < 0 && errno == ENOBUFS)
        puts ("lost");
      else if (length < 0 && errno != EINTR)
        return 1;
      if (length <= 0)
        continue;
      message[length] = '\0';
      printf ("%s %s %s\n", find (message, length, "ACTION="), find (message, length, "DEVPATH="),
              find (message, length, "DRIVER="));
      fflush (stdout);
    }
}
