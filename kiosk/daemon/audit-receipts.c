/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-receipts.h"

#include "audit-folder.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Who could write in this folder could bring receipts here, also by hand (COLLECTOR.md): each one counts by its signature, and the file's mode does not. */

#define BYTES_MAX (1 << 18)
#define BYTES_KEPT (1 << 16)

/* @fd is -1 when there is none. */
static gboolean
open_receipts (int folder, int flags, int *fd, GError **error)
{
  struct stat info;

  *fd = openat (folder, KIOSK_AUDIT_RECEIPTS_NAME, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                0600);
  if (*fd < 0 && errno == ENOENT)
    return TRUE;
  if (*fd < 0 || fstat (*fd, &info) != 0)
    return kiosk_error_set_errno (error, errno, KIOSK_AUDIT_RECEIPTS_NAME);
  if (S_ISREG (info.st_mode))
    return TRUE;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED, "%s is no regular file",
               KIOSK_AUDIT_RECEIPTS_NAME);
  return FALSE;
}

/* *@size: where the last whole line ends. */
static gboolean
cut_torn (int fd, off_t *size, GError **error)
{
  char tail[KIOSK_RECEIPT_MAX + 1];
  const char *feed;
  ssize_t length;
  off_t end = lseek (fd, 0, SEEK_END);
  off_t begin = MAX (end - (off_t) sizeof tail, 0);

  if (end < 0 || (length = pread (fd, tail, sizeof tail, begin)) < 0)
    return kiosk_error_set_errno (error, errno, KIOSK_AUDIT_RECEIPTS_NAME);
  *size = end;
  if (length == 0 || tail[length - 1] == '\n')
    return TRUE;
  feed = memrchr (tail, '\n', (gsize) length);
  /* something longer than a receipt: it is left as it is, and ended */
  if (feed == NULL && begin > 0)
    {
      *size = end + 1;
      return kiosk_audit_write_all (fd, "\n", 1, error);
    }
  *size = feed != NULL ? begin + (feed - tail) + 1 : 0;
  return (ftruncate (fd, *size) == 0 && fdatasync (fd) == 0)
         || kiosk_error_set_errno (error, errno, KIOSK_AUDIT_RECEIPTS_NAME);
}

gboolean
kiosk_audit_receipts_mend (int folder, GError **error)
{
  kiosk_autofd int fd = -1;
  off_t size;

  return open_receipts (folder, O_RDWR | O_APPEND, &fd, error)
         && (fd < 0 || cut_torn (fd, &size, error));
}

gboolean
kiosk_audit_receipts_find (int folder, const guint8 *collector, const guint8 *log_key,
                           KioskReceipt *receipt, char line[KIOSK_RECEIPT_MAX + 1])
{
  kiosk_autofd int fd = -1;
  char bytes[KIOSK_RECEIPT_MAX + 2];
  gboolean whole = TRUE; /* the last line that was read ended, so this is the begin of one */
  gboolean found = FALSE;
  FILE *file;

  if (!open_receipts (folder, O_RDONLY, &fd, NULL) || fd < 0 || (file = fdopen (fd, "r")) == NULL)
    return FALSE;
  kiosk_fd_steal (&fd);
  while (fgets (bytes, sizeof bytes, file) != NULL)
    {
      gsize length = strlen (bytes);
      gboolean begins = whole;
      KioskReceipt next;

      whole = length > 0 && bytes[length - 1] == '\n';
      if (!begins || !whole || !kiosk_receipt_read (bytes, length - 1, collector, &next)
          || memcmp (next.log_key, log_key, sizeof next.log_key) != 0
          || (found && next.sequence < receipt->sequence))
        continue;
      found = TRUE;
      *receipt = next;
      if (line != NULL)
        {
          memcpy (line, bytes, length - 1);
          line[length - 1] = '\0';
        }
    }
  fclose (file);
  return found;
}

/* The last of them, in a new file. */
static gboolean
shorten (int folder, int fd, off_t size, GError **error)
{
  g_autofree char *bytes = g_malloc (BYTES_KEPT);
  ssize_t length = pread (fd, bytes, BYTES_KEPT, size - BYTES_KEPT);
  const char *feed = length > 0 ? memchr (bytes, '\n', (gsize) length) : NULL;

  if (feed == NULL)
    return kiosk_error_set_errno (error, length < 0 ? errno : EIO, KIOSK_AUDIT_RECEIPTS_NAME);
  return kiosk_audit_folder_replace (folder, KIOSK_AUDIT_RECEIPTS_NAME, feed + 1,
                                     (gsize) (bytes + length - feed - 1), 0600, error);
}

gboolean
kiosk_audit_receipts_append (int folder, const char *line, gsize length, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%.*s\n", (int) length, line);
  kiosk_autofd int fd = -1;
  off_t size;

  if (!open_receipts (folder, O_RDWR | O_APPEND | O_CREAT, &fd, error)
      || !cut_torn (fd, &size, error))
    return FALSE;
  if (!kiosk_audit_write_all (fd, text, length + 1, error)
      || !kiosk_audit_sync (fd, KIOSK_AUDIT_RECEIPTS_NAME, error)
      || (size == 0 && !kiosk_audit_sync (folder, "the directory of the audit log", error)))
    {
      if (ftruncate (fd, size) != 0)
        g_warning ("Half a receipt stays: %s, ignoring", g_strerror (errno));
      return FALSE;
    }
  return size < BYTES_MAX || shorten (folder, fd, size + (off_t) length + 1, error);
}

gboolean
kiosk_audit_receipts_contradict (int folder, guint64 sequence, const char *line, gsize length,
                                 GError **error)
{
  g_autofree char *name
      = g_strdup_printf (KIOSK_AUDIT_CONTRADICTED_PREFIX "%" G_GUINT64_FORMAT, sequence);
  g_autofree char *text = g_strdup_printf ("%.*s\n", (int) length, line);

  return kiosk_audit_folder_replace (folder, name, text, length + 1, 0600, error);
}
