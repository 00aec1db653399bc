/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-input"

#include "closed-files.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

gboolean
kiosk_close_files (GError **error)
{
  const struct landlock_ruleset_attr rules
      = { .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1 };
  kiosk_autofd int fd = (int) syscall (SYS_landlock_create_ruleset, &rules, sizeof rules, 0);

  if (fd < 0 && (errno == ENOSYS || errno == EOPNOTSUPP))
    return TRUE;
  if (fd < 0 || syscall (SYS_landlock_restrict_self, fd, 0) != 0)
    return kiosk_error_set_errno (error, errno, "landlock");
  return TRUE;
}
