/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "collect-owner.h"

#include "kiosk/base/error.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

gboolean
kiosk_collect_give (const char *folder, const char *path, GError **error)
{
  struct stat owner, now;

  if (stat (folder, &owner) != 0 || lstat (path, &now) != 0)
    return kiosk_error_set_errno (error, errno, path);
  if ((owner.st_uid == now.st_uid && owner.st_gid == now.st_gid)
      || lchown (path, owner.st_uid, owner.st_gid) == 0)
    return TRUE;
  return kiosk_error_set_errno (error, errno, path);
}

gboolean
kiosk_collect_make_folder (const char *folder, const char *path, GError **error)
{
  if (mkdir (path, 0750) == 0)
    return kiosk_collect_give (folder, path, error);
  return errno == EEXIST || kiosk_error_set_errno (error, errno, path);
}
