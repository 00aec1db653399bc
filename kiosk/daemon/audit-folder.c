/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-folder.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A new file is lost in a power cut, whole, until its folder is synced too; and a rename counts only when the folder is on the disk. So each step here
 * ends with a sync of the folder. */

static gboolean
create (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  kiosk_autofd int fd = -1;

  if (mkdir (path, 0700) < 0)
    return errno == EEXIST
           || kiosk_error_set_errno (error, errno, "create the directory of the audit log");
  fd = open (parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || fsync (fd) < 0)
    return kiosk_error_set_errno (error, errno, "sync the new directory of the audit log");
  return TRUE;
}

int
kiosk_audit_folder_open (const char *path, GError **error)
{
  kiosk_autofd int fd = -1;
  struct stat info;

  if (!create (path, error))
    return -1;
  fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &info) < 0)
    {
      kiosk_error_set_errno (error, errno, "open the directory of the audit log");
      return -1;
    }
  if ((info.st_uid != 0 && info.st_uid != geteuid ()) || (info.st_mode & 022) != 0)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
                   "the directory of the audit log can be changed by others");
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) < 0)
    {
      kiosk_error_set_errno (error, errno, "lock the audit log (is another kioskd running?)");
      return -1;
    }
  return kiosk_fd_steal (&fd);
}

gboolean
kiosk_audit_folder_open_file (int folder, const char *name, int flags, int *fd, GError **error)
{
  g_autofree char *what = g_strdup_printf ("open %s", name);
  kiosk_autofd int opened = -1;
  struct stat info;

  /* O_NONBLOCK: a FIFO in its place must not stop the daemon; it means nothing for a file */
  opened = openat (folder, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (opened < 0 && errno == ENOENT)
    {
      *fd = -1;
      return TRUE;
    }
  if (opened < 0 || fstat (opened, &info) < 0)
    return kiosk_error_set_errno (error, errno, what);
  if (!S_ISREG (info.st_mode) || (info.st_uid != 0 && info.st_uid != geteuid ())
      || (info.st_mode & 077) != 0)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
                   "%s is not a file of our own with mode 0600", name);
      return FALSE;
    }
  *fd = kiosk_fd_steal (&opened);
  return TRUE;
}

gboolean
kiosk_audit_write_all (int fd, const char *bytes, gsize length, GError **error)
{
  while (length > 0)
    {
      ssize_t n = write (fd, bytes, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          int saved = n < 0 ? errno : EIO;

          kiosk_error_set_errno (error, saved, "write to the audit log");
          errno = saved;
          return FALSE;
        }
      bytes += n;
      length -= (gsize) n;
    }
  return TRUE;
}

gboolean
kiosk_audit_sync (int fd, const char *what, GError **error)
{
  if (fsync (fd) == 0)
    return TRUE;

  int saved = errno;
  g_autofree char *text = g_strdup_printf ("sync %s", what);

  return kiosk_error_set_errno (error, saved, text);
}

gboolean
kiosk_audit_folder_replace (int folder, const char *name, const char *bytes, gsize length,
                            guint mode, GError **error)
{
  g_autofree char *fresh = g_strdup_printf ("%s.new", name);
  kiosk_autofd int fd = -1;

  if (!kiosk_audit_folder_remove (folder, fresh, error))
    return FALSE;
  fd = openat (folder, fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 || fchmod (fd, mode) < 0)
    return kiosk_error_set_errno (error, errno, fresh);
  if (!kiosk_audit_write_all (fd, bytes, length, error) || !kiosk_audit_sync (fd, fresh, error))
    return FALSE;
  if (renameat (folder, fresh, folder, name) < 0)
    return kiosk_error_set_errno (error, errno, name);
  return kiosk_audit_sync (folder, "the directory of the audit log", error);
}

gboolean
kiosk_audit_folder_remove (int folder, const char *name, GError **error)
{
  if (unlinkat (folder, name, 0) == 0)
    return kiosk_audit_sync (folder, "the directory of the audit log", error);
  return errno == ENOENT || kiosk_error_set_errno (error, errno, name);
}

/* The first name with @prefix, of @inode unless that is 0. */
static char *
find_name (int folder, const char *prefix, guint64 inode)
{
  int copy = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *entries = copy >= 0 ? fdopendir (copy) : NULL;
  struct dirent *entry;
  char *found = NULL;

  if (entries == NULL)
    {
      kiosk_fd_clear (&copy);
      return NULL;
    }
  while (found == NULL && (entry = readdir (entries)) != NULL)
    if (g_str_has_prefix (entry->d_name, prefix))
      {
        struct stat info;

        if (inode == 0
            || (fstatat (folder, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0
                && info.st_ino == inode))
          found = g_strdup (entry->d_name);
      }
  closedir (entries);
  return found;
}

gboolean
kiosk_audit_folder_has_older (int folder)
{
  g_autofree char *name = find_name (folder, "audit-", 0);

  return name != NULL;
}

char *
kiosk_audit_folder_find_name_of (int folder, guint64 inode)
{
  return find_name (folder, KIOSK_AUDIT_FAILED_PREFIX, inode);
}

char *
kiosk_audit_folder_find_failed (int folder)
{
  return find_name (folder, KIOSK_AUDIT_FAILED_PREFIX, 0);
}

char *
kiosk_audit_folder_find_prefix (int folder, const char *prefix)
{
  return find_name (folder, prefix, 0);
}
