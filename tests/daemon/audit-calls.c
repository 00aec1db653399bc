/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "audit-fixture.h"

#include "kiosk/base/append-only.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every system call by which the writer changes something on the disk, between it and the C library. No file system can be asked for an EIO
 * at the right moment, and no kernel for a power cut. */

typedef struct {
  dev_t device;
  ino_t inode;
  goffset size;      /* that was synced */
  char content[256]; /* of a slot of the keys, as it was synced */
  gsize content_length;
} Synced;

static AuditCalls arranged;
static guint arranged_at, n_calls, n_syncs;
static int arranged_number;
static gboolean met;
static GArray *synced; /* Synced; files that were synced once */
static __thread gboolean counted;

void
audit_calls_arrange (AuditCalls what, guint at, int number)
{
  counted = TRUE;
  arranged = what;
  arranged_at = at;
  arranged_number = number;
  n_calls = n_syncs = 0;
  met = FALSE;
  g_clear_pointer (&synced, g_array_unref);
  if (what == AUDIT_CALLS_POWER)
    synced = g_array_new (FALSE, TRUE, sizeof (Synced));
}

guint
audit_calls_count (void)
{
  return n_calls;
}

guint
audit_calls_syncs (void)
{
  return n_syncs;
}

gboolean
audit_calls_met (void)
{
  return met;
}

/* ---- What a power cut takes ---- */

static Synced *
find_synced (int fd)
{
  struct stat info;

  if (synced == NULL || fstat (fd, &info) < 0 || !S_ISREG (info.st_mode))
    return NULL;
  for (guint i = 0; i < synced->len; i++)
    {
      Synced *one = &g_array_index (synced, Synced, i);

      if (one->device == info.st_dev && one->inode == info.st_ino)
        return one;
    }
  g_array_set_size (synced, synced->len + 1);
  g_array_index (synced, Synced, synced->len - 1)
      = (Synced){ .device = info.st_dev, .inode = info.st_ino };
  return &g_array_index (synced, Synced, synced->len - 1);
}

static void
note_synced (int fd)
{
  Synced *one = find_synced (fd);
  struct stat info;

  if (one == NULL || fstat (fd, &info) < 0)
    return;
  one->size = info.st_size;
  if (info.st_size == sizeof one->content)
    one->content_length = (gsize) MAX (pread (fd, one->content, sizeof one->content, 0), 0);
}

/* Nothing of a file that was just made is on the disk. */
static void
note_new (int fd)
{
  struct stat info;

  if (fstat (fd, &info) == 0 && info.st_size == 0)
    find_synced (fd);
}

/* Of each open file: nothing stays of what came after its last sync. */
static void
lose_unsynced (void)
{
  for (int fd = 3; fd < 64; fd++)
    {
      int flags = fcntl (fd, F_GETFL);
      struct stat info;
      guint before = synced->len;
      Synced *one;

      if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY || fstat (fd, &info) < 0
          || !S_ISREG (info.st_mode))
        continue;
      one = find_synced (fd);
      if (synced->len > before) /* never synced here: an older file, opened and unchanged */
        continue;
      if (one->content_length == sizeof one->content)
        {
          if (pwrite (fd, one->content, sizeof one->content, 0) < 0)
            _exit (3);
        }
      else if (info.st_size > one->size)
        {
          kiosk_append_only_set (fd, FALSE);
          if (ftruncate (fd, one->size) < 0)
            _exit (3);
        }
    }
}

/* TRUE: the call is to fail. */
static gboolean
meet (void)
{
  if (!counted || ++n_calls != arranged_at || arranged == AUDIT_CALLS_PASS)
    return FALSE;
  met = TRUE;
  if (arranged == AUDIT_CALLS_FAIL)
    {
      errno = arranged_number;
      return TRUE;
    }
  counted = FALSE;
  if (arranged == AUDIT_CALLS_POWER)
    lose_unsynced ();
  kill (getpid (), SIGKILL);
  return TRUE;
}

/* ---- The calls ---- */

#define WRAP(type, name, parameters, arguments)                                                    \
  type __real_##name parameters;                                                                   \
  type __wrap_##name parameters;                                                                   \
  type __wrap_##name parameters                                                                    \
  {                                                                                                \
    return meet () ? (type) -1 : __real_##name arguments;                                          \
  }

WRAP (ssize_t, write, (int fd, const void *bytes, size_t length), (fd, bytes, length))
WRAP (ssize_t, pwrite64, (int fd, const void *bytes, size_t length, off_t at),
      (fd, bytes, length, at))
WRAP (int, ftruncate64, (int fd, off_t length), (fd, length))
WRAP (int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
WRAP (int, linkat, (int a, const char *from, int b, const char *to, int flags),
      (a, from, b, to, flags))
WRAP (int, unlinkat, (int folder, const char *name, int flags), (folder, name, flags))
WRAP (int, mkdirat, (int folder, const char *name, mode_t mode), (folder, name, mode))
WRAP (int, mkdir, (const char *name, mode_t mode), (name, mode))
WRAP (int, fchmod, (int fd, mode_t mode), (fd, mode))

int __real_openat64 (int folder, const char *name, int flags, ...);
int __wrap_openat64 (int folder, const char *name, int flags, ...);

int
__wrap_openat64 (int folder, const char *name, int flags, ...)
{
  va_list arguments;
  mode_t mode;
  int fd;

  va_start (arguments, flags);
  mode = (flags & O_CREAT) != 0 ? va_arg (arguments, mode_t) : 0;
  va_end (arguments);
  if (meet ())
    return -1;
  fd = __real_openat64 (folder, name, flags, mode);
  if (fd >= 0 && (flags & O_CREAT) != 0)
    note_new (fd);
  return fd;
}

int __real_open64 (const char *name, int flags, ...);
int __wrap_open64 (const char *name, int flags, ...);

int
__wrap_open64 (const char *name, int flags, ...)
{
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = (flags & O_CREAT) != 0 ? va_arg (arguments, mode_t) : 0;
  va_end (arguments);
  return meet () ? -1 : __real_open64 (name, flags, mode);
}

#define WRAP_SYNC(name, amount)                                                                    \
  int __real_##name (int fd);                                                                      \
  int __wrap_##name (int fd);                                                                      \
  int __wrap_##name (int fd)                                                                       \
  {                                                                                                \
    int result;                                                                                    \
                                                                                                   \
    if (counted)                                                                                   \
      n_syncs += (amount);                                                                         \
    if (meet ())                                                                                   \
      return -1;                                                                                   \
    result = __real_##name (fd);                                                                   \
    note_synced (fd);                                                                              \
    return result;                                                                                 \
  }

WRAP_SYNC (fsync, 0)
WRAP_SYNC (fdatasync, 1)
