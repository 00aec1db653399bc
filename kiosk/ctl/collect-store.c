/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "collect-store.h"

#include "collect-old.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/log/enrolment.h"
#include "kiosk/log/log-set.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files of one terminal. Nothing is judged here; what is durable, and when, is decided by who calls: all lines stand in its journal until
 * the files are synced. */

#define NEW_NAME KIOSK_LOG_CURRENT_NAME ".new"
#define RECEIPTS_MAX (4 << 20)
#define RECEIPTS_KEPT (1 << 20)
/* Enough to find the last checkpoint: a group is at most 256 lines. */
#define TAIL_MAX (257 * KIOSK_AUDIT_LINE_MAX)
/* Lines that a terminal sends twice are mostly its last ones (the window of RELP). */
#define RECENT 512

typedef struct {
  guint64 sequence;
  guint8 digest[16];
} Recent;

struct _KioskCollectStore {
  char *folder;
  KioskEnrolment *enrolment;
  int file; /* audit.log */
  guint64 size, rotate_bytes;
  GBytes *last;
  guint64 receipted;
  char *receipt; /* the line */
  KioskCollectOld *old;
  Recent recent[RECENT];
};

static char *
path_of (const KioskCollectStore *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static gboolean
write_all (int file, const char *bytes, gsize length)
{
  while (length > 0)
    {
      ssize_t done = write (file, bytes, length);

      if (done < 0 && errno == EINTR)
        continue;
      if (done < 0)
        return FALSE;
      bytes += done;
      length -= (gsize) done;
    }
  return TRUE;
}

/* ---- Opening ---- */

/* A rotation that was cut off between its two renames. */
static void
finish_rotation (const KioskCollectStore *self)
{
  g_autofree char *current = path_of (self, KIOSK_LOG_CURRENT_NAME);
  g_autofree char *next = path_of (self, NEW_NAME);

  if (g_access (current, F_OK) != 0)
    g_rename (next, current);
  else
    g_unlink (next);
}

static gboolean
is_checkpoint (const KioskCollectStore *self, GBytes *line)
{
  g_autoptr (KioskCollectStream) stream = kiosk_collect_stream_new (self->enrolment->key, 0);

  return kiosk_collect_stream_resume (stream, line);
}

/* Finds the last checkpoint, and cuts off what stands behind it. */
static gboolean
find_last (KioskCollectStore *self, GError **error)
{
  gsize length = MIN (self->size, TAIL_MAX);
  guint64 begin = self->size - length;
  g_autofree char *tail = g_malloc (length + 1);
  gsize end = length;

  if (pread (self->file, tail, length, (off_t) begin) != (ssize_t) length)
    return kiosk_error_set_errno (error, errno, self->folder);
  while (end > 0)
    {
      const char *feed = memrchr (tail, '\n', end);
      const char *before;
      g_autoptr (GBytes) line = NULL;
      gsize start;

      if (feed == NULL)
        break;
      before = feed > tail ? memrchr (tail, '\n', (gsize) (feed - tail)) : NULL;
      start = before != NULL ? (gsize) (before - tail) + 1 : 0;
      line = g_bytes_new (tail + start, (gsize) (feed - tail) + 1 - start);
      if (is_checkpoint (self, line))
        {
          self->last = g_steal_pointer (&line);
          self->size = begin + (guint64) (feed - tail) + 1;
          break;
        }
      end = start;
    }
  if (self->last == NULL && begin > 0)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                   "%s: " KIOSK_LOG_CURRENT_NAME " does not end as a collector leaves it",
                   self->folder);
      return FALSE;
    }
  if (self->last == NULL)
    self->size = 0;
  return ftruncate (self->file, (off_t) self->size) == 0
         || kiosk_error_set_errno (error, errno, self->folder);
}

/* @line: the last of them. */
static void
take_receipt (KioskCollectStore *self, const char *line)
{
  g_auto (KioskCollectReceipt) receipt = { 0 };

  if (!kiosk_collect_receipt_parse (line, strlen (line), &receipt, NULL))
    return;
  self->receipted = receipt.sequence;
  g_free (self->receipt);
  self->receipt = g_strdup (line);
}

static void
find_receipted (KioskCollectStore *self)
{
  g_autofree char *path = path_of (self, KIOSK_RECEIPTS_NAME);
  g_autofree char *text = NULL;
  const char *last;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL) || length < 2)
    return;
  last = memrchr (text, '\n', length - 1);
  last = last != NULL ? last + 1 : text;
  take_receipt (self, last);
}

static gboolean
open_files (KioskCollectStore *self, GError **error)
{
  g_autofree char *path = path_of (self, KIOSK_LOG_CURRENT_NAME);
  struct stat status;

  finish_rotation (self);
  self->file = open (path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (self->file < 0 || fstat (self->file, &status) != 0)
    return kiosk_error_set_errno (error, errno, path);
  self->size = (guint64) status.st_size;
  find_receipted (self);
  return find_last (self, error);
}

static KioskEnrolment *
read_enrolment (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, KIOSK_ENROLMENT_NAME, NULL);
  g_autofree char *text = NULL;
  gsize length;

  return g_file_get_contents (path, &text, &length, error)
             ? kiosk_enrolment_parse (text, length, error)
             : NULL;
}

KioskCollectStore *
kiosk_collect_store_open (const char *folder, guint64 rotate_bytes, GError **error)
{
  g_autoptr (KioskCollectStore) self = g_new0 (KioskCollectStore, 1);

  self->file = -1;
  self->folder = g_strdup (folder);
  self->rotate_bytes = rotate_bytes;
  self->old = kiosk_collect_old_new (folder);
  self->enrolment = read_enrolment (folder, error);
  return self->enrolment != NULL && open_files (self, error) ? g_steal_pointer (&self) : NULL;
}

void
kiosk_collect_store_free (KioskCollectStore *self)
{
  if (self == NULL)
    return;
  if (self->file >= 0)
    close (self->file);
  kiosk_collect_old_free (self->old);
  kiosk_enrolment_free (self->enrolment);
  g_clear_pointer (&self->last, g_bytes_unref);
  g_free (self->receipt);
  g_free (self->folder);
  g_free (self);
}

const char *
kiosk_collect_store_get_host (const KioskCollectStore *self)
{
  return self->enrolment->host;
}

const guint8 *
kiosk_collect_store_get_key (const KioskCollectStore *self)
{
  return self->enrolment->key;
}

GBytes *
kiosk_collect_store_get_last (const KioskCollectStore *self)
{
  return self->last;
}

guint64
kiosk_collect_store_get_receipted (const KioskCollectStore *self)
{
  return self->receipted;
}

const char *
kiosk_collect_store_get_receipt (const KioskCollectStore *self)
{
  return self->receipt;
}

/* ---- Lines that are not proved yet ---- */

GPtrArray *
kiosk_collect_store_read_kept (const KioskCollectStore *self)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autofree char *path = path_of (self, KIOSK_COLLECT_KEPT_NAME);
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return lines;
  for (const char *at = text, *end; (end = memchr (at, '\n', length - (gsize) (at - text)));
       at = end + 1)
    g_ptr_array_add (lines, g_bytes_new (at, (gsize) (end - at) + 1));
  return lines;
}

gboolean
kiosk_collect_store_write_kept (KioskCollectStore *self, const GPtrArray *lines, GError **error)
{
  g_autofree char *path = path_of (self, KIOSK_COLLECT_KEPT_NAME);
  g_autoptr (GString) text = g_string_new (NULL);

  if (lines->len == 0)
    return g_unlink (path) == 0 || errno == ENOENT || kiosk_error_set_errno (error, errno, path);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_len (text, g_bytes_get_data (lines->pdata[i], NULL),
                         (gssize) g_bytes_get_size (lines->pdata[i]));
  return kiosk_file_replace (path, text->str, text->len, 0640, error);
}

/* ---- The log ---- */

static void
digest_line (GBytes *line, guint8 digest[16])
{
  crypto_generichash (digest, 16, g_bytes_get_data (line, NULL), g_bytes_get_size (line), NULL, 0);
}

static void
remember (KioskCollectStore *self, GBytes *line)
{
  guint64 sequence
      = kiosk_collect_line_sequence (g_bytes_get_data (line, NULL), g_bytes_get_size (line));
  Recent *recent = &self->recent[sequence % RECENT];

  recent->sequence = sequence;
  digest_line (line, recent->digest);
}

/* The number of the first record of audit.log, from its first line. */
static guint64
read_first (const KioskCollectStore *self)
{
  char line[KIOSK_AUDIT_LINE_MAX];
  ssize_t length = pread (self->file, line, sizeof line, 0);

  return length > 0 ? kiosk_collect_line_sequence (line, (gsize) length) : 0;
}

/* The next file begins with the checkpoint with which this one ends. Who looks at any moment finds a log: the new file is ready before the old one
 * gets its other name. */
static gboolean
rotate (KioskCollectStore *self, GError **error)
{
  g_autofree char *current = path_of (self, KIOSK_LOG_CURRENT_NAME);
  g_autofree char *next = path_of (self, NEW_NAME);
  g_autofree char *name
      = g_strdup_printf (KIOSK_LOG_OLDER_PREFIX "%012" G_GUINT64_FORMAT ".log", read_first (self));
  g_autofree char *older = path_of (self, name);
  int file = open (next, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);

  if (file < 0)
    return kiosk_error_set_errno (error, errno, next);
  if (!write_all (file, g_bytes_get_data (self->last, NULL), g_bytes_get_size (self->last))
      || fdatasync (file) != 0 || fdatasync (self->file) != 0 || g_rename (current, older) != 0
      || g_rename (next, current) != 0)
    {
      kiosk_error_set_errno (error, errno, self->folder);
      close (file);
      finish_rotation (self);
      return FALSE;
    }
  close (self->file);
  self->file = file;
  self->size = g_bytes_get_size (self->last);
  kiosk_collect_old_forget (self->old);
  return TRUE;
}

gboolean
kiosk_collect_store_append (KioskCollectStore *self, const GPtrArray *lines, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->last != NULL && self->size >= self->rotate_bytes && !rotate (self, error))
    return FALSE;
  for (guint i = 0; i < lines->len; i++)
    g_string_append_len (text, g_bytes_get_data (lines->pdata[i], NULL),
                         (gssize) g_bytes_get_size (lines->pdata[i]));
  if (!write_all (self->file, text->str, text->len))
    {
      kiosk_error_set_errno (error, errno, self->folder);
      if (ftruncate (self->file, (off_t) self->size) != 0)
        g_critical ("%s: what could not be written cannot be cut off: %s", self->folder,
                    g_strerror (errno));
      return FALSE;
    }
  self->size += text->len;
  for (guint i = 0; i < lines->len; i++)
    remember (self, lines->pdata[i]);
  g_clear_pointer (&self->last, g_bytes_unref);
  self->last = g_bytes_ref (lines->pdata[lines->len - 1]);
  return TRUE;
}

gboolean
kiosk_collect_store_contains (KioskCollectStore *self, GBytes *line)
{
  gsize length;
  const char *bytes = g_bytes_get_data (line, &length);
  guint64 sequence = kiosk_collect_line_sequence (bytes, length);
  const Recent *recent = &self->recent[sequence % RECENT];
  guint8 digest[sizeof recent->digest];
  const GString *stored;

  if (recent->sequence == sequence)
    {
      digest_line (line, digest);
      return memcmp (digest, recent->digest, sizeof digest) == 0;
    }
  stored = kiosk_collect_old_find (self->old, sequence);
  return stored == NULL || (stored->len == length && memcmp (stored->str, bytes, length) == 0);
}

/* ---- Beside the log ---- */

gboolean
kiosk_collect_store_add_receipt (KioskCollectStore *self, const char *receipt, GError **error)
{
  g_autofree char *path = path_of (self, KIOSK_RECEIPTS_NAME);
  g_autofree char *text = NULL;
  int file = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
  off_t size = file >= 0 ? lseek (file, 0, SEEK_END) : -1;
  gsize length;

  if (size < 0 || !write_all (file, receipt, strlen (receipt)))
    {
      kiosk_error_set_errno (error, errno, path);
      if (size < 0 || ftruncate (file, size) != 0)
        g_warning ("%s: %s, ignoring", path, g_strerror (errno));
      if (file >= 0)
        close (file);
      return FALSE;
    }
  close (file);
  take_receipt (self, receipt);
  if (size < RECEIPTS_MAX || !g_file_get_contents (path, &text, &length, error))
    return size < RECEIPTS_MAX;
  return kiosk_file_replace (path, strchr (text + length - RECEIPTS_KEPT, '\n') + 1,
                             strlen (strchr (text + length - RECEIPTS_KEPT, '\n') + 1), 0640,
                             error);
}

gboolean
kiosk_collect_append_aside (const char *path, GBytes *line, gsize max)
{
  int file = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
  off_t size = file >= 0 ? lseek (file, 0, SEEK_END) : -1;
  gsize length;
  const char *bytes = g_bytes_get_data (line, &length);
  gboolean done = size >= 0 && (gsize) size + length <= max && write_all (file, bytes, length);

  if (!done && size >= 0 && ftruncate (file, size) != 0)
    g_warning ("%s: %s, ignoring", path, g_strerror (errno));
  if (file >= 0)
    close (file);
  return done;
}
