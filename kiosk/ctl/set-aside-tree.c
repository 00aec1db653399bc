/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "set-aside-tree.h"

#include "kiosk/base/append-only.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whoever broke into a terminal could leave anything in the folder of its log, and this runs as root on the machine of somebody who looks for traces: names are taken
 * apart, each folder is opened by itself, and what is not a plain file is refused before anything is done. */

#define DEPTH_MAX 8
#define NAME_MAX_CHARS 255
#define PIECE (256 * 1024)

void
kiosk_set_aside_file_free (KioskSetAsideFile *self)
{
  g_free (self->name);
  g_free (self->sha256);
  g_free (self);
}

/* ---- What is there ---- */

static gboolean
refuse (GError **error, const char *name, const char *what)
{
  g_autofree char *shown = kiosk_text_clean (name, NAME_MAX_CHARS);

  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED, "%s: %s", shown, what);
  return FALSE;
}

static gboolean list_folder (int folder, const char *path, guint depth, const char *const *others,
                             GPtrArray *list, GError **error);

static gboolean
list_one (int folder, const char *name, const char *path, guint depth, const char *const *others,
          GPtrArray *list, GError **error)
{
  g_autofree char *whole = *path != '\0' ? g_strconcat (path, "/", name, NULL) : g_strdup (name);
  g_autofree char *clean = kiosk_text_clean (whole, G_MAXUINT);
  KioskSetAsideFile *file;
  kiosk_autofd int below = -1;
  struct stat info;

  if (fstatat (folder, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
    return kiosk_error_set_errno (error, errno, clean);
  if (depth == 0 && S_ISDIR (info.st_mode) && g_strv_contains (others, name))
    return TRUE;
  if (!g_str_equal (clean, whole))
    return refuse (error, whole, "a name that cannot be shown; give it another one");
  if (S_ISLNK (info.st_mode))
    return refuse (error, whole, "a symbolic link; look at it and take it out of the folder");
  if (!S_ISREG (info.st_mode) && !S_ISDIR (info.st_mode))
    return refuse (error, whole, "no regular file; look at it and take it out of the folder");
  file = g_new0 (KioskSetAsideFile, 1);
  file->name = g_strdup (whole);
  file->is_folder = S_ISDIR (info.st_mode);
  file->mode = info.st_mode & 07777;
  file->size = (guint64) info.st_size;
  file->modified = info.st_mtim.tv_sec;
  g_ptr_array_add (list, file);
  if (!file->is_folder)
    return TRUE;
  if (depth == DEPTH_MAX)
    return refuse (error, whole, "too many folders one in the other");
  below = openat (folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (below < 0)
    return kiosk_error_set_errno (error, errno, whole);
  return list_folder (below, whole, depth + 1, others, list, error);
}

static gboolean
list_folder (int folder, const char *path, guint depth, const char *const *others, GPtrArray *list,
             GError **error)
{
  int copy = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *entries = copy >= 0 ? fdopendir (copy) : NULL;
  struct dirent *entry;
  gboolean done = TRUE;

  if (entries == NULL)
    {
      kiosk_error_set_errno (error, errno, *path != '\0' ? path : "the folder of the log");
      kiosk_fd_clear (&copy);
      return FALSE;
    }
  while (done && (errno = 0, entry = readdir (entries)) != NULL)
    if (!g_str_equal (entry->d_name, ".") && !g_str_equal (entry->d_name, ".."))
      done = list_one (folder, entry->d_name, path, depth, others, list, error);
  if (done && errno != 0)
    done = kiosk_error_set_errno (error, errno, *path != '\0' ? path : "the folder of the log");
  closedir (entries);
  return done;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const KioskSetAsideFile *const *) a)->name,
                 (*(const KioskSetAsideFile *const *) b)->name);
}

GPtrArray *
kiosk_set_aside_list (int folder, const char *const *others, GError **error)
{
  static const char *const none[] = { NULL };
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_set_aside_file_free);

  if (!list_folder (folder, "", 0, others != NULL ? others : none, list, error))
    return NULL;
  g_ptr_array_sort (list, compare_names);
  return g_steal_pointer (&list);
}

KioskSetAsideFile *
kiosk_set_aside_find (const GPtrArray *list, const char *name)
{
  for (guint i = 0; i < list->len; i++)
    if (g_str_equal (((const KioskSetAsideFile *) list->pdata[i])->name, name))
      return list->pdata[i];
  return NULL;
}

/* ---- Opening ---- */

/* The folder in which @name stands, and its last part; -1 with errno. */
static int
open_parent (int folder, const char *name, const char **last)
{
  kiosk_autofd int at = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const char *slash;

  while (at >= 0 && (slash = strchr (name, '/')) != NULL)
    {
      g_autofree char *part = g_strndup (name, (gsize) (slash - name));
      int next = openat (at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      int saved = errno;

      kiosk_fd_clear (&at);
      errno = saved;
      at = next;
      name = slash + 1;
    }
  *last = name;
  return kiosk_fd_steal (&at);
}

/* -1 with errno. */
static int
open_file (int folder, const char *name)
{
  const char *last;
  kiosk_autofd int parent = open_parent (folder, name, &last);
  kiosk_autofd int file = -1;
  struct stat info;

  if (parent >= 0)
    file = openat (parent, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0 || fstat (file, &info) < 0)
    return -1;
  if (!S_ISREG (info.st_mode))
    {
      errno = EINVAL;
      return -1;
    }
  return kiosk_fd_steal (&file);
}

static gssize
read_piece (int file, char *bytes, gsize size)
{
  gsize length = 0;

  while (length < size)
    {
      ssize_t n = read (file, bytes + length, size - length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      length += (gsize) n;
    }
  return (gssize) length;
}

static gboolean
write_all (int file, const char *bytes, gsize length)
{
  while (length > 0)
    {
      ssize_t n = write (file, bytes, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      bytes += n;
      length -= (gsize) n;
    }
  return TRUE;
}

/* ---- Copying ---- */

static gboolean
copy_bytes (int from, int to)
{
  g_autofree char *bytes = g_malloc (PIECE);
  gssize length;

  while ((length = read_piece (from, bytes, PIECE)) > 0)
    if (!write_all (to, bytes, (gsize) length))
      return FALSE;
  return length == 0;
}

static gboolean
copy_file (int from, int desk, const char *work, const KioskSetAsideFile *file)
{
  const struct timespec times[] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = file->modified } };
  kiosk_autofd int source = open_file (from, file->name);
  kiosk_autofd int copy = -1;

  if (source < 0 || (unlinkat (desk, work, 0) < 0 && errno != ENOENT))
    return FALSE;
  copy = openat (desk, work, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  return copy >= 0 && copy_bytes (source, copy) && fchmod (copy, file->mode & 0777) == 0
         && futimens (copy, times) == 0 && fsync (copy) == 0;
}

gboolean
kiosk_set_aside_copy (int from, int to, int desk, const char *work, const KioskSetAsideFile *file,
                      GError **error)
{
  const char *last;
  kiosk_autofd int parent = open_parent (to, file->name, &last);
  struct stat info;
  gboolean done;

  if (parent < 0)
    return kiosk_error_set_errno (error, errno, file->name);
  if (fstatat (parent, last, &info, AT_SYMLINK_NOFOLLOW) == 0)
    return TRUE;
  if (file->is_folder)
    done = mkdirat (parent, last, 0700) == 0;
  else
    done = copy_file (from, desk, work, file) && renameat (desk, work, parent, last) == 0
           && fsync (desk) == 0;
  return (done && fsync (parent) == 0) || kiosk_error_set_errno (error, errno, file->name);
}

/* ---- Comparing ---- */

/* From the disk, where the kernel can be brought to that: a copy that only it has in memory proves nothing. */
static int
open_on_disk (int folder, const char *name)
{
  int file = open_file (folder, name);

  if (file >= 0)
    posix_fadvise (file, 0, 0, POSIX_FADV_DONTNEED);
  return file;
}

static gboolean
is_one_file (int a, int b)
{
  struct stat first, second;

  return fstat (a, &first) < 0 || fstat (b, &second) < 0
         || (first.st_dev == second.st_dev && first.st_ino == second.st_ino);
}

gboolean
kiosk_set_aside_compare (int from, int to, KioskSetAsideFile *file, gboolean *same, GError **error)
{
  g_autoptr (GChecksum) digest = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *ours = g_malloc (PIECE);
  g_autofree char *theirs = g_malloc (PIECE);
  kiosk_autofd int source = from >= 0 ? open_on_disk (from, file->name) : -1;
  kiosk_autofd int copy = -1;
  guint64 size = 0;
  gssize length;

  *same = FALSE;
  if (from >= 0 && source < 0)
    return errno == ENOENT || kiosk_error_set_errno (error, errno, file->name);
  copy = open_on_disk (to, file->name);
  if (copy < 0)
    return errno == ENOENT || kiosk_error_set_errno (error, errno, file->name);
  if (source >= 0 && is_one_file (source, copy))
    return TRUE;
  do
    {
      length = read_piece (copy, theirs, PIECE);
      if (length < 0)
        return kiosk_error_set_errno (error, errno, file->name);
      if (source >= 0)
        {
          gssize other = read_piece (source, ours, PIECE);

          if (other < 0)
            return kiosk_error_set_errno (error, errno, file->name);
          if (other != length || memcmp (ours, theirs, (gsize) length) != 0)
            return TRUE;
        }
      g_checksum_update (digest, (const guchar *) theirs, length);
      size += (guint64) length;
    }
  while (length == PIECE);
  *same = TRUE;
  file->size = size;
  g_free (file->sha256);
  file->sha256 = g_strdup (g_checksum_get_string (digest));
  return TRUE;
}

/* ---- Removing ---- */

gboolean
kiosk_set_aside_remove (int folder, const KioskSetAsideFile *file, GError **error)
{
  const char *last;
  kiosk_autofd int parent = open_parent (folder, file->name, &last);
  kiosk_autofd int flagged = -1;

  if (parent >= 0 && !file->is_folder)
    {
      flagged = openat (parent, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
      if (flagged >= 0
          && (!kiosk_append_only_release (flagged) || !kiosk_append_only_release (parent)))
        return kiosk_error_set_errno (error, errno, file->name);
    }
  if (parent >= 0 && unlinkat (parent, last, file->is_folder ? AT_REMOVEDIR : 0) == 0)
    return TRUE;
  return errno == ENOENT || kiosk_error_set_errno (error, errno, file->name);
}

/* ---- Small files ---- */

gboolean
kiosk_set_aside_write (int folder, const char *name, const char *bytes, gsize length,
                       GError **error)
{
  g_autofree char *fresh = g_strconcat (name, ".new", NULL);
  kiosk_autofd int file = -1;

  if (unlinkat (folder, fresh, 0) < 0 && errno != ENOENT)
    return kiosk_error_set_errno (error, errno, fresh);
  file = openat (folder, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0 || !write_all (file, bytes, length) || fsync (file) < 0
      || renameat (folder, fresh, folder, name) < 0 || fsync (folder) < 0)
    return kiosk_error_set_errno (error, errno, name);
  return TRUE;
}

char *
kiosk_set_aside_read (int folder, const char *name, gsize max, gsize *length, GError **error)
{
  kiosk_autofd int file = open_file (folder, name);
  g_autofree char *bytes = NULL;
  gssize n;

  if (file < 0 && errno == ENOENT)
    return NULL;
  bytes = g_malloc (max + 2);
  n = file >= 0 ? read_piece (file, bytes, max + 1) : -1;
  if (n < 0)
    {
      kiosk_error_set_errno (error, errno, name);
      return NULL;
    }
  if ((gsize) n > max)
    {
      refuse (error, name, "too large");
      return NULL;
    }
  bytes[n] = '\0';
  *length = (gsize) n;
  return g_steal_pointer (&bytes);
}
