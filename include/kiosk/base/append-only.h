/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The flag "append only" of a file (FS_IOC_SETFLAGS, ioctl_iflags(2)): nobody, not even root, can cut, rename or remove it while it is set; root can take
 * it off. @fd is open for reading or writing. Any thread. */

typedef enum {
  KIOSK_APPEND_ONLY_SET,
  KIOSK_APPEND_ONLY_UNSET,
  KIOSK_APPEND_ONLY_UNKNOWN, /* the file system has no such flags */
} KioskAppendOnly;

/* As the file system has it now. */
KioskAppendOnly kiosk_append_only_get (int fd);

/* FALSE where the file system has none or this process may not (CAP_LINUX_IMMUTABLE); then nothing has changed. */
gboolean kiosk_append_only_set (int fd, gboolean append_only);

/* Takes off both what keeps a file from being removed: this flag and "immutable". FALSE as above; TRUE where there is nothing to take off. */
gboolean kiosk_append_only_release (int fd);
