/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-base"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMORY_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

void
kiosk_fd_clear (int *fd)
{
  int saved_errno = errno;

  if (*fd >= 0)
    close (*fd); /* EINTR on Linux means closed too: never retry */
  *fd = -1;
  errno = saved_errno;
}

int
kiosk_fd_steal (int *fd)
{
  int taken = *fd;

  *fd = -1;
  return taken;
}

gboolean
kiosk_fd_socket_pair (int *first, int *second, GError **error)
{
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return kiosk_error_set_errno (error, errno, "socketpair");
  *first = pair[0];
  *second = pair[1];
  return TRUE;
}

int
kiosk_fd_new_memory (const char *name, gsize size, GError **error)
{
  kiosk_autofd int fd = memfd_create (name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (fd < 0 || ftruncate (fd, (off_t) size) != 0 || fcntl (fd, F_ADD_SEALS, MEMORY_SEALS) != 0)
    {
      kiosk_error_set_errno (error, errno, "memory file");
      return -1;
    }
  return kiosk_fd_steal (&fd);
}

gboolean
kiosk_fd_check_memory (int fd, gsize size, GError **error)
{
  struct stat status;
  int seals = fcntl (fd, F_GET_SEALS);

  if (seals < 0 || (seals & MEMORY_SEALS) != MEMORY_SEALS || fstat (fd, &status) != 0
      || !S_ISREG (status.st_mode) || status.st_size != (off_t) size)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
                           "descriptor is not a sealed memory file of the agreed size");
      return FALSE;
    }
  return TRUE;
}

gboolean
kiosk_fd_check_socket (int fd, int domain, int type, GError **error)
{
  int value = -1;
  socklen_t length = sizeof value;
  struct sockaddr_storage peer;
  socklen_t peer_length = sizeof peer;

  if (getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &value, &length) == 0 && value == domain
      && getsockopt (fd, SOL_SOCKET, SO_TYPE, &value, &length) == 0 && value == type
      && getpeername (fd, (struct sockaddr *) &peer, &peer_length) == 0)
    return TRUE;
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
                       "descriptor is not a connected socket of the agreed kind");
  return FALSE;
}

gboolean
kiosk_fd_check_process (int fd, pid_t *pid, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fdinfo/%d", fd);
  g_autofree char *text = NULL;
  const char *line = NULL;
  gint64 value = 0;

  /* Only pidfds have this line: proc_pid_fdinfo(5). 0: a process outside of our namespace. */
  if (g_file_get_contents (path, &text, NULL, NULL))
    line = strstr (text, "\nPid:\t");
  if (line != NULL)
    value = g_ascii_strtoll (line + strlen ("\nPid:\t"), NULL, 10);
  if (value > 0)
    {
      *pid = (pid_t) value;
      return TRUE;
    }
  if (value < 0)
    g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED, "the process has ended");
  else
    g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED, "descriptor is not a process");
  return FALSE;
}

gboolean
kiosk_fd_peer (int fd, pid_t *pid, uid_t *uid, GError **error)
{
  struct ucred peer;
  socklen_t length = sizeof peer;

  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || length != sizeof peer)
    return kiosk_error_set_errno (error, errno, "SO_PEERCRED");
  *pid = peer.pid;
  *uid = peer.uid;
  return TRUE;
}
