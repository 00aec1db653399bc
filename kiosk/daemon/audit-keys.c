/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-keys.h"
#include "audit-folder.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

/* Threat: whoever has the terminal later, also as root, or its disk. What he finds here lets him write the future of the log, never its past: the keys
 * of records that are on the disk have been replaced, in memory and, two commits later, in the slots. */

struct _KioskAuditKeyring {
  KioskAuditSlot slot;
  guint8 bytes[KIOSK_AUDIT_SLOT_SIZE]; /* on its way to or from the disk */
  guint8 fresh[3][KIOSK_AUDIT_KEY_SIZE];
  int fds[2];
  gboolean failed;
};

static const char *const slot_names[2] = { "state-0", "state-1" };

static KioskAuditKeyring *
keyring_new (void)
{
  KioskAuditKeyring *self;

  if (sodium_init () < 0 || (self = sodium_malloc (sizeof *self)) == NULL)
    g_error ("No locked memory for the keys of the audit log (RLIMIT_MEMLOCK)");
  sodium_memzero (self, sizeof *self);
  self->fds[0] = self->fds[1] = -1;
  return self;
}

void
kiosk_audit_keyring_free (KioskAuditKeyring *self)
{
  if (self == NULL)
    return;
  kiosk_fd_clear (&self->fds[0]);
  kiosk_fd_clear (&self->fds[1]);
  sodium_free (self); /* wipes */
}

/* -1 with @error, or without when there is none. */
static int
open_keys_folder (int folder, GError **error)
{
  kiosk_autofd int fd
      = openat (folder, KIOSK_AUDIT_KEYS_FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat info;

  if (fd < 0 && errno == ENOENT)
    return -1;
  if (fd < 0 || fstat (fd, &info) < 0)
    {
      kiosk_error_set_errno (error, errno, "open the keys of the audit log");
      return -1;
    }
  if ((info.st_uid != 0 && info.st_uid != geteuid ()) || (info.st_mode & 077) != 0)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
                   "the keys of the audit log are open to others");
      return -1;
    }
  return kiosk_fd_steal (&fd);
}

/* Takes the slot over when it is whole and newer than what @self has. */
static gboolean
read_slot (KioskAuditKeyring *self, guint number, gboolean *found, GError **error)
{
  KioskAuditSlot slot;
  ssize_t n;

  /* After a failed write-back the kernel keeps the page as if it were written. */
  posix_fadvise (self->fds[number], 0, 0, POSIX_FADV_DONTNEED);
  do
    n = pread (self->fds[number], self->bytes, sizeof self->bytes, 0);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    return kiosk_error_set_errno (error, errno, "read the keys of the audit log");
  if (n == sizeof self->bytes && kiosk_audit_slot_unpack (self->bytes, &slot)
      && slot.generation % 2 == number && (!*found || slot.generation > self->slot.generation))
    {
      self->slot = slot;
      *found = TRUE;
    }
  sodium_memzero (&slot, sizeof slot);
  sodium_memzero (self->bytes, sizeof self->bytes);
  return TRUE;
}

KioskAuditKeyring *
kiosk_audit_keyring_open (int folder, KioskAuditKeysFound *found, GError **error)
{
  g_autoptr (KioskAuditKeyring) self = keyring_new ();
  g_autoptr (GError) failure = NULL;
  kiosk_autofd int keys = open_keys_folder (folder, &failure);
  gboolean whole = FALSE;

  *found = KIOSK_AUDIT_KEYS_ABSENT;
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  if (keys < 0)
    return NULL;
  *found = KIOSK_AUDIT_KEYS_BROKEN;
  for (guint i = 0; i < 2; i++)
    if (!kiosk_audit_folder_open_file (keys, slot_names[i], O_RDWR, &self->fds[i], error)
        || (self->fds[i] >= 0 && !read_slot (self, i, &whole, error)))
      return NULL;
  /* Both files are synced with their folder before there is a log: one that is missing was taken away. */
  if (!whole || self->fds[0] < 0 || self->fds[1] < 0)
    return NULL;
  *found = KIOSK_AUDIT_KEYS_FOUND;
  return g_steal_pointer (&self);
}

static gboolean
write_slot (KioskAuditKeyring *self, GError **error)
{
  int fd = self->fds[self->slot.generation % 2];
  ssize_t n;

  kiosk_audit_slot_pack (&self->slot, self->bytes);
  do
    n = pwrite (fd, self->bytes, sizeof self->bytes, 0);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    kiosk_error_set_errno (error, errno, "write the keys of the audit log");
  sodium_memzero (self->bytes, sizeof self->bytes);
  if (n < 0)
    return FALSE;
  if (n != sizeof self->bytes)
    return kiosk_error_set_errno (error, ENOSPC, "write the keys of the audit log");
  return fdatasync (fd) == 0
         || kiosk_error_set_errno (error, errno, "sync the keys of the audit log");
}

KioskAuditKeyring *
kiosk_audit_keyring_create (int folder, GError **error)
{
  g_autoptr (KioskAuditKeyring) self = keyring_new ();
  g_autoptr (GError) failure = NULL;
  kiosk_autofd int keys = -1;

  if (mkdirat (folder, KIOSK_AUDIT_KEYS_FOLDER, 0700) < 0 && errno != EEXIST)
    {
      kiosk_error_set_errno (error, errno, "create the folder for the keys of the audit log");
      return NULL;
    }
  keys = open_keys_folder (folder, &failure);
  if (keys < 0)
    {
      if (failure != NULL)
        g_propagate_error (error, g_steal_pointer (&failure));
      else
        kiosk_error_set_errno (error, ENOENT, "open the keys of the audit log");
      return NULL;
    }
  randombytes_buf (self->fresh, sizeof self->fresh);
  kiosk_audit_state_begin (&self->slot.state, self->fresh[0], self->fresh[1], self->fresh[2]);
  sodium_memzero (self->fresh, sizeof self->fresh);
  self->slot.file_first = 1;
  for (guint i = 0; i < 2; i++)
    {
      self->slot.generation = i;
      if (!kiosk_audit_folder_open_file (keys, slot_names[i], O_RDWR | O_CREAT, &self->fds[i],
                                         error)
          || !write_slot (self, error)
          || !kiosk_audit_sync (self->fds[i], "the keys of the audit log", error))
        return NULL;
    }
  if (!kiosk_audit_sync (keys, "the folder of the keys", error)
      || !kiosk_audit_sync (folder, "the directory of the audit log", error))
    return NULL;
  return g_steal_pointer (&self);
}

KioskAuditState *
kiosk_audit_keyring_get_state (KioskAuditKeyring *self)
{
  return &self->slot.state;
}

guint64
kiosk_audit_keyring_get_file_length (const KioskAuditKeyring *self)
{
  return self->slot.file_length;
}

guint64
kiosk_audit_keyring_get_file_first (const KioskAuditKeyring *self)
{
  return self->slot.file_first;
}

gboolean
kiosk_audit_keyring_commit (KioskAuditKeyring *self, guint64 file_first, guint64 file_length,
                            GError **error)
{
  if (self->failed)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_IO, "the keys of the audit log failed before");
      return FALSE;
    }
  self->slot.generation++;
  self->slot.file_first = file_first;
  self->slot.file_length = file_length;
  self->failed = !write_slot (self, error);
  return !self->failed;
}
