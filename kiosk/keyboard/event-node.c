/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-input"

#include "event-node.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/major.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

int
kiosk_event_node_open (const char *name, GError **error)
{
  g_autofree char *path = g_build_filename ("/dev/input", name, NULL);
  kiosk_autofd int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
  struct stat status;

  if (fd < 0 || fstat (fd, &status) != 0)
    {
      kiosk_error_set_errno (error, errno, name);
      return -1;
    }
  if (!S_ISCHR (status.st_mode) || major (status.st_rdev) != INPUT_MAJOR)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED, "%s is no event node", name);
      return -1;
    }
  return kiosk_fd_steal (&fd);
}
