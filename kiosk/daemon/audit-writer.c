/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-writer.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Puts encoded records on the disk. It decides nothing and reads nothing but its own file.
 *
 * Two traps are met here. A new file is lost in a power cut, whole, until its directory is synced
 * too: so both are synced before the first record. And an error of fsync(2) is told once and then
 * forgotten, with the pages marked clean: so a writer that failed once stays failed. */

#define SYNC_DELAY_MS 10
#define SYNC_RECORDS 128

struct _KioskAuditWriter {
  int fd;
  KioskAuditChain chain;
  goffset size;      /* end of the last whole record */
  guint unsynced;    /* records that no fdatasync() has covered */
  guint sync_source; /* pending group */
  GError *failure;   /* first failure, for ever */
  guint failed_source;
  KioskAuditFailed failed;
  gpointer user_data;
};

/* ---- Failure ---- */

static gboolean
on_failed (gpointer user_data)
{
  KioskAuditWriter *self = user_data;

  self->failed_source = 0;
  self->failed (self, self->failure, self->user_data);
  return G_SOURCE_REMOVE;
}

/* Takes over @failure and repeats it in @error. Always FALSE. */
static gboolean
fail (KioskAuditWriter *self, GError *failure, GError **error)
{
  self->failure = failure;
  g_clear_handle_id (&self->sync_source, g_source_remove);
  if (self->failed != NULL)
    self->failed_source = g_idle_add_full (G_PRIORITY_HIGH, on_failed, self, NULL);
  g_propagate_error (error, g_error_copy (failure));
  return FALSE;
}

static gboolean
check_alive (const KioskAuditWriter *self, GError **error)
{
  if (self->failure == NULL)
    return TRUE;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_IO, "the audit log has failed before: %s",
               self->failure->message);
  return FALSE;
}

/* ---- Writing ---- */

static gboolean
write_all (int fd, const char *bytes, gsize length, GError **error)
{
  while (length > 0)
    {
      ssize_t n = write (fd, bytes, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return kiosk_error_set_errno (error, n < 0 ? errno : EIO, "write to the audit log");
      bytes += n;
      length -= (gsize) n;
    }
  return TRUE;
}

static gboolean
write_line (KioskAuditWriter *self, GBytes *line, GError **error)
{
  GError *failure = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data (line, &length);

  if (!write_all (self->fd, bytes, length, &failure))
    {
      /* Take the half line back. If even that fails the line has no end and counts as torn; it can
       * never pass for a record. */
      if (ftruncate (self->fd, self->size) < 0)
        g_warning ("half a record stays at the end of the audit log: %s, ignoring",
                   g_strerror (errno));
      return fail (self, failure, error);
    }
  self->size += (goffset) length;
  self->unsynced++;
  return TRUE;
}

gboolean
kiosk_audit_writer_sync (KioskAuditWriter *self, GError **error)
{
  if (!check_alive (self, error))
    return FALSE;

  g_clear_handle_id (&self->sync_source, g_source_remove);
  if (self->unsynced == 0)
    return TRUE;
  if (fdatasync (self->fd) < 0)
    {
      GError *failure = NULL;

      kiosk_error_set_errno (&failure, errno, "sync the audit log");
      return fail (self, failure, error);
    }
  self->unsynced = 0;
  return TRUE;
}

static gboolean
on_group_due (gpointer user_data)
{
  KioskAuditWriter *self = user_data;

  self->sync_source = 0;
  kiosk_audit_writer_sync (self, NULL); /* a failure goes to the callback */
  return G_SOURCE_REMOVE;
}

gboolean
kiosk_audit_writer_append (KioskAuditWriter *self, const KioskAuditRecord *record, gboolean durable,
                           guint64 *sequence, GError **error)
{
  KioskAuditChain chain = self->chain;
  g_autoptr (GBytes) line = NULL;

  if (!check_alive (self, error))
    return FALSE;
  line = kiosk_audit_encode (record, &chain, error);
  if (line == NULL || !write_line (self, line, error))
    return FALSE;
  self->chain = chain;

  if (durable || self->unsynced >= SYNC_RECORDS)
    {
      if (!kiosk_audit_writer_sync (self, error))
        return FALSE;
    }
  else if (self->sync_source == 0)
    self->sync_source
        = g_timeout_add_full (G_PRIORITY_HIGH, SYNC_DELAY_MS, on_group_due, self, NULL);

  if (sequence != NULL)
    *sequence = chain.sequence;
  return TRUE;
}

/* ---- Opening ---- */

static gboolean
create_directory (const char *path, GError **error)
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

/* -1 with @error unless @path is a directory that nobody but root and we can change. */
static int
open_directory (const char *path, GError **error)
{
  kiosk_autofd int fd = -1;
  struct stat info;

  if (!create_directory (path, error))
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
  return kiosk_fd_steal (&fd);
}

static int
open_log (int directory, GError **error)
{
  kiosk_autofd int fd = -1;
  struct stat info;

  /* O_NONBLOCK: a FIFO in its place must not stop the daemon; it means nothing for a file */
  fd = openat (directory, KIOSK_AUDIT_FILE_NAME,
               O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (fd < 0 || fstat (fd, &info) < 0)
    {
      kiosk_error_set_errno (error, errno, "open the audit log");
      return -1;
    }
  if (!S_ISREG (info.st_mode) || (info.st_uid != 0 && info.st_uid != geteuid ())
      || (info.st_mode & 077) != 0 || info.st_nlink != 1)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
                   "the audit log is not a file of our own with mode 0600");
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) < 0)
    {
      kiosk_error_set_errno (error, errno, "lock the audit log (is another kioskd running?)");
      return -1;
    }
  return kiosk_fd_steal (&fd);
}

static gboolean
sync_both (int fd, int directory, GError **error)
{
  if (fsync (fd) < 0 || fsync (directory) < 0)
    return kiosk_error_set_errno (error, errno, "sync the audit log and its directory");
  return TRUE;
}

static gboolean
verify_log (int fd, KioskAuditReport *report, KioskAuditChain *chain, GError **error)
{
  g_autoptr (KioskAuditVerifier) verifier = kiosk_audit_verifier_new ();
  g_autofree char *buffer = g_malloc (1 << 16);
  off_t at = 0;
  ssize_t n;

  /* After a failed write-back the kernel keeps the pages as if they were written. Only what comes
   * from the disk itself tells what is there. Best effort: it is a hint to the kernel. */
  posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  do
    {
      n = pread (fd, buffer, 1 << 16, at);
      if (n < 0 && errno != EINTR)
        return kiosk_error_set_errno (error, errno, "read the audit log");
      at += MAX (n, 0);
    }
  while (n < 0 || (n > 0 && kiosk_audit_verifier_feed (verifier, buffer, (gsize) n)));

  if (kiosk_audit_verifier_finish (verifier, report, chain) || report->fault == KIOSK_AUDIT_TORN)
    return TRUE;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
               "the audit log does not verify: line %" G_GUINT64_FORMAT
               ", record %" G_GUINT64_FORMAT " where %" G_GUINT64_FORMAT " should be: %s",
               report->line, report->sequence, report->expected,
               kiosk_audit_fault_text (report->fault, FALSE));
  return FALSE;
}

/* Copies what stands behind the good records into @name and cuts it off. The copy is on the disk
 * before the cut. */
static gboolean
put_torn_aside (int directory, int fd, const KioskAuditReport *report, const char *name,
                GError **error)
{
  char tail[KIOSK_AUDIT_LINE_MAX];
  kiosk_autofd int aside = -1;
  ssize_t length = pread (fd, tail, sizeof tail, (off_t) report->bytes);

  if (length < 0)
    return kiosk_error_set_errno (error, errno, "read the torn line of the audit log");
  /* The name can be there already, when the power was cut between copy and cut or in the very next
   * record: nothing is overwritten. */
  aside = openat (directory, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (aside < 0)
    return kiosk_error_set_errno (error, errno, "put the torn line of the audit log aside");
  if (!write_all (aside, tail, (gsize) length, error))
    return FALSE;
  if (fsync (aside) < 0 || fsync (directory) < 0)
    return kiosk_error_set_errno (error, errno, "sync the torn line of the audit log");
  if (ftruncate (fd, (off_t) report->bytes) < 0)
    return kiosk_error_set_errno (error, errno, "cut the torn line off the audit log");
  return TRUE;
}

static gboolean
write_first_records (KioskAuditWriter *self, const KioskAuditRecord *opened, const char *torn_name,
                     GError **error)
{
  KioskAuditRecord record = *opened;
  g_autofree char *recovered = NULL;

  record.outcome = KIOSK_OUTCOME_SUCCESS;
  record.reason = NULL;
  if (torn_name != NULL)
    {
      recovered = g_strdup_printf ("torn last line kept in %s", torn_name);
      record.action = KIOSK_ACTION_LOG_RECOVERED;
      record.detail = recovered;
      if (!kiosk_audit_writer_append (self, &record, FALSE, NULL, error))
        return FALSE;
    }
  record.action = KIOSK_ACTION_LOG_OPENED;
  record.detail = NULL;
  return kiosk_audit_writer_append (self, &record, TRUE, NULL, error);
}

KioskAuditWriter *
kiosk_audit_writer_open (const char *directory, const KioskAuditRecord *opened,
                         KioskAuditFailed failed, gpointer user_data, GError **error)
{
  g_autoptr (KioskAuditWriter) self = g_new0 (KioskAuditWriter, 1);
  kiosk_autofd int directory_fd = -1;
  g_autofree char *torn_name = NULL;
  KioskAuditReport report;

  self->fd = -1;
  directory_fd = open_directory (directory, error);
  if (directory_fd < 0)
    return NULL;
  self->fd = open_log (directory_fd, error);
  if (self->fd < 0 || !sync_both (self->fd, directory_fd, error)
      || !verify_log (self->fd, &report, &self->chain, error))
    return NULL;
  if (report.fault == KIOSK_AUDIT_TORN)
    {
      torn_name = g_strdup_printf ("audit.torn-%" G_GUINT64_FORMAT, report.expected);
      if (!put_torn_aside (directory_fd, self->fd, &report, torn_name, error)
          || !sync_both (self->fd, directory_fd, error))
        return NULL;
    }
  self->size = (goffset) report.bytes;

  if (!write_first_records (self, opened, torn_name, error))
    return NULL;
  /* from here on only: who gets no writer hears of a failure from @error */
  self->failed = failed;
  self->user_data = user_data;
  return g_steal_pointer (&self);
}

void
kiosk_audit_writer_close (KioskAuditWriter *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0 && self->failure == NULL && !kiosk_audit_writer_sync (self, NULL))
    g_warning ("the last records of the audit log may be lost: %s", self->failure->message);
  g_clear_handle_id (&self->sync_source, g_source_remove);
  g_clear_handle_id (&self->failed_source, g_source_remove);
  kiosk_fd_clear (&self->fd);
  g_clear_error (&self->failure);
  g_free (self);
}

gboolean
kiosk_audit_writer_get_failed (const KioskAuditWriter *self)
{
  return self->failure != NULL;
}

void
kiosk_audit_writer_get_chain (const KioskAuditWriter *self, KioskAuditChain *chain)
{
  *chain = self->chain;
}
