/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-ballast.h"
#include "audit-folder.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

guint64
kiosk_audit_ballast_room (int folder)
{
  struct statvfs info;

  return fstatvfs (folder, &info) == 0 ? (guint64) info.f_bavail * info.f_frsize : 0;
}

gboolean
kiosk_audit_ballast_load (int folder, GError **error)
{
  kiosk_autofd int fd = -1;
  int problem;

  if (!kiosk_audit_folder_open_file (folder, KIOSK_AUDIT_BALLAST_NAME, O_RDWR | O_CREAT, &fd,
                                     error))
    return FALSE;
  problem = fd >= 0 ? posix_fallocate (fd, 0, KIOSK_AUDIT_BALLAST_SIZE) : ENOENT;
  if (problem != 0)
    {
      unlinkat (folder, KIOSK_AUDIT_BALLAST_NAME, 0);
      return kiosk_error_set_errno (error, problem, "keep room for closing records");
    }
  return kiosk_audit_sync (fd, "the room for closing records", error);
}

gboolean
kiosk_audit_ballast_drop (int folder)
{
  return unlinkat (folder, KIOSK_AUDIT_BALLAST_NAME, 0) == 0;
}
