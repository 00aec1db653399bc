/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-opening.h"
#include "audit-enrolment.h"
#include "audit-folder.h"
#include "audit-rotation.h"
#include "audit-stored.h"

#include "kiosk/base/append-only.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Threat: somebody cut the log, changed it, or put an older copy back, while kioskd did not run. The keys on the disk say up to where it must go and with
 * which hash; whoever cannot make that fit keeps the terminal out of service. What a power cut can leave fits, always: the
 * order of writes in audit-writer.c and audit-rotation.c sees to it. */

#define READ_SIZE (1 << 16)

/* What is learned of audit.log, line by line. */
typedef struct {
  KioskAuditOpening *self;
  KioskAuditState *state;
  guint64 known_length; /* up to where the keys on the disk have gone */
  guint64 at;           /* end of the lines so far */
  guint64 lines;
  guint64 last;         /* number of the last record */
  gboolean reached;     /* a line ends where the keys say, with the right number and hash */
  gboolean other_keys;  /* a line behind that was not made with them */
  guint8 first_hash_ok; /* the first line is the record that the keys stand behind */
  KioskAuditLines cutter;
  guint8 seed[KIOSK_AUDIT_KEY_SIZE];
} Scan;

static gboolean
alarm_of (GError **error, const char *words)
{
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED, "%s", words);
  return FALSE;
}

/* ---- Reading ---- */

static gboolean
on_line (const char *line, gsize length, gpointer data)
{
  Scan *scan = data;
  KioskAuditOpening *self = scan->self;
  guint64 end = scan->at + length;

  scan->lines++;
  scan->last = kiosk_audit_stored_sequence (line, length);
  if (scan->lines == 1)
    {
      self->first = scan->last;
      self->begun = kiosk_audit_stored_time (line, length);
      scan->first_hash_ok = scan->last == scan->state->chain.sequence
                            && kiosk_audit_stored_ends_with (line, length, scan->state->chain.hash);
    }
  if (end == scan->known_length)
    scan->reached = scan->last == scan->state->chain.sequence
                    && kiosk_audit_stored_ends_with (line, length, scan->state->chain.hash);
  else if (scan->at >= scan->known_length && scan->reached)
    {
      randombytes_buf (scan->seed, sizeof scan->seed);
      if (!kiosk_audit_state_follow (scan->state, line, length, scan->seed))
        {
          scan->other_keys = TRUE;
          return FALSE;
        }
      self->behind++;
    }
  scan->at = end;
  self->rotating = FALSE;
  if (!kiosk_audit_stored_is_checkpoint (line, length))
    self->open_records++;
  else
    {
      self->open_records = 0;
      kiosk_audit_stored_read_seal (line, length, &self->seal);
      self->rotating = scan->lines > 1
                       && kiosk_audit_stored_has (line, length, "event.reason",
                                                  KIOSK_REASON_CHECKPOINT_ROTATION);
    }
  return TRUE;
}

/* Reads all of audit.log, from the disk and not from what the kernel remembers: after a failed write-back it keeps the pages as if
 * they were written. Best effort: it is a hint to the kernel. */
static gboolean
read_log (int fd, KioskAuditVerifier *verifier, Scan *scan, GError **error)
{
  g_autofree char *buffer = g_malloc (READ_SIZE);
  gboolean more = TRUE, whole = TRUE;
  off_t at = 0;
  ssize_t n;

  posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  do
    {
      n = pread (fd, buffer, READ_SIZE, at);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return kiosk_error_set_errno (error, errno, "read the audit log");
      at += n;
      more = more && kiosk_audit_verifier_feed (verifier, buffer, (gsize) n);
      whole = whole && kiosk_audit_lines_feed (&scan->cutter, buffer, (gsize) n, on_line, scan);
    }
  while (n != 0 && more);
  return TRUE;
}

/* ---- Judging ---- */

static gboolean
judge (const KioskAuditReport *report, const Scan *scan, guint64 known, GError **error)
{
  KioskAuditFault fault = report->fault;

  /* what stands before the first record of this file is not read here */
  if (fault != KIOSK_AUDIT_OK && fault != KIOSK_AUDIT_TORN && fault != KIOSK_AUDIT_HEADLESS)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
                   "the audit log does not verify: line %" G_GUINT64_FORMAT
                   ", record %" G_GUINT64_FORMAT " where %" G_GUINT64_FORMAT " should be: %s",
                   report->line, report->sequence, report->expected,
                   kiosk_audit_fault_text (fault, FALSE));
      return FALSE;
    }
  if (scan->other_keys)
    return alarm_of (error, "the audit log was changed: behind what the keys know stands a record "
                            "that was not made with them");
  if (scan->reached)
    return TRUE;
  if (scan->last < known)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
                   "the audit log is shorter than it was: it ends with record %" G_GUINT64_FORMAT
                   ", but record %" G_GUINT64_FORMAT
                   " was written. It was cut, or an older copy was put in its place",
                   scan->last, known);
      return FALSE;
    }
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
               "the audit log is not the one that was written: its record %" G_GUINT64_FORMAT
               " is another. It was changed or made anew",
               known);
  return FALSE;
}

/* The power was cut between the new file and the keys that know of it: audit.log is the one line with which it begins, and the
 * file before it is there as long as the keys say. */
static gboolean
is_just_rotated (int folder, const Scan *scan, const KioskAuditKeyring *keys)
{
  g_autofree char *name
      = g_strdup_printf (KIOSK_AUDIT_OLD_NAME, kiosk_audit_keyring_get_file_first (keys));
  struct stat info;

  return scan->lines == 1 && scan->first_hash_ok && scan->cutter.length == 0
         && fstatat (folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (info.st_mode)
         && (guint64) info.st_size == kiosk_audit_keyring_get_file_length (keys);
}

/* ---- A torn line ---- */

/* Copies what stands behind the good records into another file and cuts it off. The copy is on the disk before the cut. */
static gboolean
put_torn_aside (KioskAuditOpening *self, int folder, const KioskAuditReport *report, GError **error)
{
  char tail[KIOSK_AUDIT_LINE_MAX];
  kiosk_autofd int aside = -1;
  ssize_t length = pread (self->log, tail, sizeof tail, (off_t) report->bytes);

  if (length < 0)
    return kiosk_error_set_errno (error, errno, "read the torn line of the audit log");
  self->torn_name = g_strdup_printf ("audit.torn-%" G_GUINT64_FORMAT, report->expected);
  /* The name can be there already, when the power was cut between copy and cut or in the very next
   * record: nothing is overwritten. */
  aside = openat (folder, self->torn_name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
                  0600);
  if (aside < 0)
    return kiosk_error_set_errno (error, errno, "put the torn line of the audit log aside");
  if (!kiosk_audit_write_all (aside, tail, (gsize) length, error)
      || !kiosk_audit_sync (aside, "the torn line of the audit log", error)
      || !kiosk_audit_sync (folder, "the directory of the audit log", error))
    return FALSE;
  kiosk_append_only_set (self->log, FALSE);
  if (ftruncate (self->log, (off_t) report->bytes) < 0)
    return kiosk_error_set_errno (error, errno, "cut the torn line off the audit log");
  return kiosk_audit_sync (self->log, "the audit log", error);
}

/* ---- An old log ---- */

/* The step between the two names of a file in a rotation is taken back; a file that failed has one of its own. Any other second name is somebody else's. */
static gboolean
settle_names (KioskAuditOpening *self, int folder, GError **error)
{
  g_autofree char *old
      = g_strdup_printf (KIOSK_AUDIT_OLD_NAME, kiosk_audit_keyring_get_file_first (self->keys));
  struct stat log, other;

  if (!kiosk_audit_folder_remove (folder, KIOSK_AUDIT_NEXT_NAME, error))
    return FALSE;
  if (fstat (self->log, &log) < 0)
    return kiosk_error_set_errno (error, errno, "look at the audit log");
  if (log.st_nlink == 2 && fstatat (folder, old, &other, AT_SYMLINK_NOFOLLOW) == 0
      && other.st_ino == log.st_ino)
    {
      kiosk_append_only_set (self->log, FALSE);
      return kiosk_audit_folder_remove (folder, old, error);
    }
  if (log.st_nlink == 2
      && (self->failed_name = kiosk_audit_folder_find_name_of (folder, log.st_ino)) != NULL)
    return TRUE;
  if (log.st_nlink != 1)
    return alarm_of (error, "the audit log has a second name");
  return TRUE;
}

static gboolean
check_old (KioskAuditOpening *self, int folder, GError **error)
{
  KioskAuditState *state = kiosk_audit_keyring_get_state (self->keys);
  const KioskAuditKeys keys = { .key = state->log_key };
  guint64 known = state->chain.sequence;
  guint64 known_length = kiosk_audit_keyring_get_file_length (self->keys);
  g_autoptr (KioskAuditVerifier) verifier = kiosk_audit_verifier_new (&keys);
  g_autofree Scan *scan = g_new0 (Scan, 1);
  KioskAuditReport report;

  *scan = (Scan){ .self = self,
                  .state = state,
                  .known_length = known_length,
                  .reached = known_length == 0 && known == 0 };
  self->first = MAX (kiosk_audit_keyring_get_file_first (self->keys), 1);
  if (!settle_names (self, folder, error) || !read_log (self->log, verifier, scan, error))
    return FALSE;
  sodium_memzero (scan->seed, sizeof scan->seed);
  kiosk_audit_verifier_finish (verifier, &report, NULL);
  if (!scan->reached && is_just_rotated (folder, scan, self->keys))
    {
      scan->reached = TRUE;
      self->behind++; /* the keys are to learn of it */
    }
  if (!judge (&report, scan, known, error))
    return FALSE;
  self->size = scan->at;
  /* The failed file keeps what it has, a torn line too. */
  if (self->failed_name != NULL)
    return kiosk_audit_renew (folder, &self->log, self->size, error);
  return report.fault != KIOSK_AUDIT_TORN || put_torn_aside (self, folder, &report, error);
}

/* ---- A new log ---- */

static gboolean
create_log (KioskAuditOpening *self, int folder, GError **error)
{
  if (!kiosk_audit_folder_open_file (folder, KIOSK_AUDIT_FILE_NAME, O_RDWR | O_CREAT | O_APPEND,
                                     &self->log, error)
      || !kiosk_audit_sync (self->log, "the new audit log", error))
    return FALSE;
  return kiosk_audit_sync (folder, "the directory of the audit log", error);
}

/* Keys, then enrolment, then the file: whatever the first two left of a begin that got no further is used or made anew. */
static gboolean
begin (KioskAuditOpening *self, int folder, const char *host, gint64 realtime,
       const GPtrArray *auditors, GError **error)
{
  g_clear_pointer (&self->keys, kiosk_audit_keyring_free);
  self->keys = kiosk_audit_keyring_create (folder, error);
  return self->keys != NULL
         && kiosk_audit_enrolment_write (
             folder, host, realtime, kiosk_audit_keyring_get_state (self->keys), auditors, error)
         && (self->log >= 0 || create_log (self, folder, error));
}

/* ---- Both ---- */

gboolean
kiosk_audit_opening_find (KioskAuditOpening *self, int folder, const char *host, gint64 realtime,
                          const GPtrArray *auditors, GError **error)
{
  KioskAuditKeysFound found;
  KioskAuditEnrolment enrolment = KIOSK_AUDIT_ENROLMENT_ABSENT;
  g_autoptr (GError) failure = NULL;
  static const guint8 no_key[KIOSK_AUDIT_KEY_SIZE];
  struct stat info;
  gboolean empty, unused;

  *self = (KioskAuditOpening){ .log = -1, .begun = -1, .first = 1 };
  self->keys = kiosk_audit_keyring_open (folder, &found, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (!kiosk_audit_enrolment_check (
          folder, self->keys != NULL ? kiosk_audit_keyring_get_state (self->keys)->log_key : no_key,
          &enrolment, error)
      || !kiosk_audit_folder_open_file (folder, KIOSK_AUDIT_FILE_NAME, O_RDWR | O_APPEND,
                                        &self->log, error))
    return FALSE;
  if (self->log >= 0 && fstat (self->log, &info) < 0)
    return kiosk_error_set_errno (error, errno, "look at the audit log");
  empty = self->log < 0 || info.st_size == 0;
  unused = self->keys != NULL && kiosk_audit_keyring_get_state (self->keys)->chain.sequence == 0;

  /* Nothing has ever been written; keys without enrolment are of a begin that was interrupted. */
  if (empty && enrolment == KIOSK_AUDIT_ENROLMENT_ABSENT && (self->keys == NULL || unused))
    return !kiosk_audit_folder_has_older (folder)
               ? begin (self, folder, host, realtime, auditors, error)
               : alarm_of (error, "the audit log is missing, but older files of it are there");
  if (self->keys == NULL)
    return alarm_of (error, found == KIOSK_AUDIT_KEYS_ABSENT
                                ? "the keys of the audit log are missing"
                                : "the keys of the audit log are broken: no slot is whole");
  if (enrolment != KIOSK_AUDIT_ENROLMENT_OF_LOG)
    return alarm_of (error, enrolment == KIOSK_AUDIT_ENROLMENT_ABSENT
                                ? "the enrolment of the audit log is missing"
                                : "the enrolment is not that of this audit log");
  if (self->log < 0 && unused)
    return create_log (self, folder, error);
  if (self->log < 0)
    return alarm_of (error, "the audit log is missing, but its keys are there");
  return check_old (self, folder, error);
}

void
kiosk_audit_opening_clear (KioskAuditOpening *self)
{
  kiosk_fd_clear (&self->log);
  g_clear_pointer (&self->keys, kiosk_audit_keyring_free);
  g_clear_pointer (&self->torn_name, g_free);
  g_clear_pointer (&self->failed_name, g_free);
}
