/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-base"

#include "kiosk/base/append-only.h"

#include <linux/fs.h>
#include <sys/ioctl.h>

/* Some file systems have no flags (ENOTTY), others have flags and not this one: what counts is what can be read back. */

KioskAppendOnly
kiosk_append_only_get (int fd)
{
  int flags;

  if (ioctl (fd, FS_IOC_GETFLAGS, &flags) < 0)
    return KIOSK_APPEND_ONLY_UNKNOWN;
  return (flags & FS_APPEND_FL) != 0 ? KIOSK_APPEND_ONLY_SET : KIOSK_APPEND_ONLY_UNSET;
}

gboolean
kiosk_append_only_set (int fd, gboolean append_only)
{
  int flags;

  if (ioctl (fd, FS_IOC_GETFLAGS, &flags) < 0)
    return FALSE;
  flags = append_only ? flags | FS_APPEND_FL : flags & ~FS_APPEND_FL;
  return ioctl (fd, FS_IOC_SETFLAGS, &flags) == 0;
}

gboolean
kiosk_append_only_release (int fd)
{
  int flags;

  if (ioctl (fd, FS_IOC_GETFLAGS, &flags) < 0 || (flags & (FS_APPEND_FL | FS_IMMUTABLE_FL)) == 0)
    return TRUE;
  flags &= ~(FS_APPEND_FL | FS_IMMUTABLE_FL);
  return ioctl (fd, FS_IOC_SETFLAGS, &flags) == 0;
}
