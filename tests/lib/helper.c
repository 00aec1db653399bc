/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "helper.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/helper.h"

#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/un.h>

void
helper_expect_hello (int daemon, pid_t pid)
{
  kiosk_autofd int process = -1;
  g_autoptr (GError) error = NULL;
  pid_t told = 0;

  kiosk_helper_receive_hello (daemon, &process, &told, &error);
  g_assert_no_error (error);
  g_assert_cmpint (process, >=, 0);
  if (pid != 0)
    g_assert_cmpint (told, ==, pid);
  g_assert_cmpint (pidfd_send_signal (process, 0, NULL, 0), ==, 0);
}

int
helper_connect (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  kiosk_autofd int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  return connect (fd, (const struct sockaddr *) &address, sizeof address) == 0
             ? kiosk_fd_steal (&fd)
             : -1;
}
