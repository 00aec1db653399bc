/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-rotation.h"
#include "audit-folder.h"

#include "kiosk/base/append-only.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define COPY_SIZE (1 << 16)

static int
create_next (int folder, GError **error)
{
  int fd;

  if (!kiosk_audit_folder_remove (folder, KIOSK_AUDIT_NEXT_NAME, error))
    return -1;
  fd = openat (folder, KIOSK_AUDIT_NEXT_NAME,
               O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    kiosk_error_set_errno (error, errno, "create the next file of the audit log");
  return fd;
}

static gboolean
replace (int folder, int *log, int *next, GError **error)
{
  if (renameat (folder, KIOSK_AUDIT_NEXT_NAME, folder, KIOSK_AUDIT_FILE_NAME) < 0)
    return kiosk_error_set_errno (error, errno, "put the next file of the audit log in its place");
  if (!kiosk_audit_sync (folder, "the directory of the audit log", error))
    return FALSE;
  kiosk_fd_clear (log);
  *log = kiosk_fd_steal (next);
  return TRUE;
}

/* The full file gets its second name before it loses the first: it is never without one. */
gboolean
kiosk_audit_rotate (int folder, int *log, guint64 first, const char *line, gsize length,
                    GError **error)
{
  g_autofree char *old = g_strdup_printf (KIOSK_AUDIT_OLD_NAME, first);
  kiosk_autofd int next = create_next (folder, error);

  if (next < 0 || !kiosk_audit_write_all (next, line, length, error)
      || !kiosk_audit_sync (next, "the next file of the audit log", error))
    return FALSE;
  kiosk_append_only_set (*log, FALSE);
  if (linkat (folder, KIOSK_AUDIT_FILE_NAME, folder, old, 0) < 0)
    return kiosk_error_set_errno (error, errno, "give the full file of the audit log its name");
  return kiosk_audit_sync (folder, "the directory of the audit log", error)
         && replace (folder, log, &next, error);
}

gboolean
kiosk_audit_renew (int folder, int *log, guint64 size, GError **error)
{
  g_autofree char *buffer = g_malloc (COPY_SIZE);
  kiosk_autofd int next = create_next (folder, error);
  guint64 at = 0;

  if (next < 0)
    return FALSE;
  while (at < size)
    {
      ssize_t n = pread (*log, buffer, MIN (COPY_SIZE, size - at), (off_t) at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return kiosk_error_set_errno (error, n < 0 ? errno : EIO, "read the audit log that failed");
      if (!kiosk_audit_write_all (next, buffer, (gsize) n, error))
        return FALSE;
      at += (guint64) n;
    }
  return kiosk_audit_sync (next, "the audit log in its new file", error)
         && replace (folder, log, &next, error);
}
