/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-base"

#include "kiosk/base/file.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
check_owner (const struct stat *status, const char *what, GError **error)
{
  if (status->st_uid == 0 || status->st_uid == geteuid ())
    return TRUE;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED, "%s belongs to user %u, not to root",
               what, (guint) status->st_uid);
  return FALSE;
}

static gboolean
check_file (int fd, gsize max_bytes, gsize *size, GError **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0)
    return kiosk_error_set_errno (error, errno, "fstat");
  if (!S_ISREG (status.st_mode))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED, "not a regular file");
      return FALSE;
    }
  if (!check_owner (&status, "the file", error))
    return FALSE;
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
                           "group or others may write the file");
      return FALSE;
    }
  if ((guint64) status.st_size > max_bytes)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
                   "longer than %" G_GSIZE_FORMAT " bytes", max_bytes);
      return FALSE;
    }
  *size = (gsize) status.st_size;
  return TRUE;
}

/* Who may write the folder can replace the file. */
static gboolean
check_folder (int folder, GError **error)
{
  struct stat status;

  if (fstat (folder, &status) != 0)
    return kiosk_error_set_errno (error, errno, "fstat");
  if (!check_owner (&status, "the folder", error))
    return FALSE;
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (status.st_mode & S_ISVTX) == 0)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
                           "group or others may write the folder of the file");
      return FALSE;
    }
  return TRUE;
}

static GBytes *
read_all (int fd, gsize size, GError **error)
{
  g_autofree char *buffer = g_malloc (size + 1);
  gsize used = 0;

  while (used < size)
    {
      ssize_t n = TEMP_FAILURE_RETRY (read (fd, buffer + used, size - used));
      if (n < 0)
        {
          kiosk_error_set_errno (error, errno, "read");
          return NULL;
        }
      if (n == 0)
        break;
      used += (gsize) n;
    }
  return g_bytes_new_take (g_steal_pointer (&buffer), used);
}

GBytes *
kiosk_file_read_trusted (const char *path, gsize max_bytes, GError **error)
{
  g_autofree char *folder_path = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  kiosk_autofd int folder = open (folder_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  kiosk_autofd int fd = -1;
  gsize size = 0;

  if (folder < 0)
    {
      kiosk_error_set_errno (error, errno, "folder");
      return NULL;
    }
  /* O_NONBLOCK: a FIFO must not hold us up before we see that it is one. */
  fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    {
      if (errno == ELOOP)
        g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED, "is a symbolic link");
      else
        kiosk_error_set_errno (error, errno, "open");
      return NULL;
    }
  if (!check_folder (folder, error) || !check_file (fd, max_bytes, &size, error))
    return NULL;
  return read_all (fd, size, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GStrv
kiosk_file_list_policy (const char *folder)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GPtrArray *paths = g_ptr_array_new ();
  g_autofree char *parts = g_build_filename (folder, "policy.d", NULL);
  g_autoptr (GDir) dir = g_dir_open (parts, 0, NULL);
  const char *name;

  g_ptr_array_add (paths, g_build_filename (folder, "policy.conf", NULL));
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.' && strlen (name) > strlen (".conf") && g_str_has_suffix (name, ".conf"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      char *owned = names->pdata[i];
      g_ptr_array_add (paths, g_build_filename (parts, owned, NULL));
      g_free (owned);
    }
  g_ptr_array_add (paths, NULL);
  return (GStrv) g_ptr_array_free (paths, FALSE);
}

gboolean
kiosk_file_replace (const char *path, const char *bytes, gsize length, guint mode, GError **error)
{
  g_autofree char *new_path = g_strconcat (path, ".new", NULL);
  kiosk_autofd int fd = -1;
  gsize done = 0;

  if (unlink (new_path) != 0 && errno != ENOENT)
    return kiosk_error_set_errno (error, errno, new_path);
  fd = open (new_path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return kiosk_error_set_errno (error, errno, new_path);
  while (done < length)
    {
      ssize_t n = TEMP_FAILURE_RETRY (write (fd, bytes + done, length - done));

      if (n < 0)
        return kiosk_error_set_errno (error, errno, new_path);
      done += (gsize) n;
    }
  if (fchmod (fd, (mode_t) mode) != 0 || rename (new_path, path) != 0)
    return kiosk_error_set_errno (error, errno, path);
  return TRUE;
}

gboolean
kiosk_file_make_folder (const char *path, guint mode, GError **error)
{
  struct stat status;

  if (mkdir (path, (mode_t) mode) != 0 && errno != EEXIST)
    return kiosk_error_set_errno (error, errno, path);
  if (lstat (path, &status) != 0)
    return kiosk_error_set_errno (error, errno, path);
  if (!S_ISDIR (status.st_mode) || status.st_uid != geteuid ())
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED, "%s is not a folder of root's", path);
      return FALSE;
    }
  if ((status.st_mode & 07777) != mode && chmod (path, (mode_t) mode) != 0)
    return kiosk_error_set_errno (error, errno, path);
  return TRUE;
}
