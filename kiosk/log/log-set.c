/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-log"

#include "kiosk/log/log-set.h"

#include "read-ahead.h"
#include "kiosk/base/error.h"
#include "kiosk/log/bundle.h"
#include "kiosk/log/enrolment.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Finds the files of a log and reads them in order. It judges nothing: that is done in kiosk/model. */

#define PROGRESS_STEP ((guint64) 4 << 20)
#define NUMBER_DIGITS 12

struct _KioskLogSet {
  char *folder;
  GPtrArray *names; /* NULL-terminated */
  guint64 size;
  KioskEnrolment *enrolment;
  guint64 excerpt; /* record with which it begins, if it is one */
};

/* ---- Which files ---- */

/* "audit-000000018422.log", with ".zst" or without. */
static gboolean
is_older_file (const char *name)
{
  const char *at = name;

  if (!g_str_has_prefix (name, KIOSK_LOG_OLDER_PREFIX))
    return FALSE;
  at += strlen (KIOSK_LOG_OLDER_PREFIX);
  for (guint i = 0; i < NUMBER_DIGITS; i++)
    if (!g_ascii_isdigit (*at++))
      return FALSE;
  return g_str_equal (at, ".log") || g_str_equal (at, ".log.zst");
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* While a file is being compressed it is there twice: the whole one counts. */
static void
drop_twins (GPtrArray *names)
{
  for (guint i = 0; i + 1 < names->len;)
    {
      g_autofree char *compressed = g_strconcat (names->pdata[i], ".zst", NULL);

      if (g_str_equal (names->pdata[i + 1], compressed))
        g_ptr_array_remove_index (names, i + 1);
      else
        i++;
    }
}

static gboolean
find_files (KioskLogSet *self, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, error);
  const char *name;
  gboolean current = FALSE;

  if (folder == NULL)
    return FALSE;
  while ((name = g_dir_read_name (folder)) != NULL)
    if (is_older_file (name))
      g_ptr_array_add (self->names, g_strdup (name));
    else
      current |= g_str_equal (name, KIOSK_LOG_CURRENT_NAME);
  g_ptr_array_sort (self->names, compare_names);
  drop_twins (self->names);
  if (!current && self->names->len == 0)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "%s: no audit log is there",
                   self->folder);
      return FALSE;
    }
  /* also when it is not there: then its absence is the fault, but not of an excerpt */
  if (current || self->excerpt == 0)
    g_ptr_array_add (self->names, g_strdup (KIOSK_LOG_CURRENT_NAME));
  return TRUE;
}

static char *
path_of (const KioskLogSet *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
add_sizes (KioskLogSet *self)
{
  for (guint i = 0; i < self->names->len; i++)
    {
      g_autofree char *path = path_of (self, self->names->pdata[i]);
      GStatBuf status;

      if (g_stat (path, &status) == 0)
        self->size += (guint64) status.st_size;
    }
  g_ptr_array_add (self->names, NULL);
}

/* A bundle says where its log may begin, so it must be what was signed: else anybody could excuse missing files with one. */
static gboolean
read_bundle (KioskLogSet *self, GError **error)
{
  g_autofree char *path = path_of (self, KIOSK_BUNDLE_NAME);
  g_autoptr (KioskBundle) bundle = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  bundle = kiosk_bundle_check (self->folder, error);
  if (bundle != NULL)
    self->excerpt = bundle->first;
  return bundle != NULL;
}

static gboolean
read_enrolment (KioskLogSet *self, GError **error)
{
  g_autofree char *path = path_of (self, KIOSK_ENROLMENT_NAME);
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  self->enrolment = kiosk_enrolment_parse (text, length, error);
  return self->enrolment != NULL;
}

KioskLogSet *
kiosk_log_set_open (const char *path, GError **error)
{
  g_autoptr (KioskLogSet) self = g_new0 (KioskLogSet, 1);
  gboolean found = TRUE;

  self->names = g_ptr_array_new_with_free_func (g_free);
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      self->folder = g_strdup (path);
      found = read_bundle (self, error) && find_files (self, error);
    }
  else
    {
      self->folder = g_path_get_dirname (path);
      g_ptr_array_add (self->names, g_path_get_basename (path));
    }
  if (!found || !read_enrolment (self, error))
    return NULL;
  add_sizes (self);
  return g_steal_pointer (&self);
}

void
kiosk_log_set_free (KioskLogSet *self)
{
  if (self == NULL)
    return;
  g_free (self->folder);
  g_ptr_array_unref (self->names);
  kiosk_enrolment_free (self->enrolment);
  g_free (self);
}

const char *const *
kiosk_log_set_get_files (const KioskLogSet *self)
{
  return (const char *const *) self->names->pdata;
}

guint64
kiosk_log_set_get_size (const KioskLogSet *self)
{
  return self->size;
}

const char *
kiosk_log_set_get_host (const KioskLogSet *self)
{
  return self->enrolment != NULL ? self->enrolment->host : NULL;
}

const guint8 *
kiosk_log_set_get_key (const KioskLogSet *self)
{
  return self->enrolment != NULL ? self->enrolment->key : NULL;
}

/* ---- Whether they are still the same ---- */

/* File systems take the time of the last tick of the kernel's clock, every 4 or 10 ms. */
#define TICK_MAX (G_USEC_PER_SEC / 10)

/* FALSE: nothing can be said. */
static gboolean
add_to_stamp (const KioskLogSet *self, const char *name, gint64 now, GChecksum *digest)
{
  g_autofree char *path = path_of (self, name);
  g_autofree char *line = NULL;
  struct stat status;

  if (stat (path, &status) < 0)
    {
      line = g_strdup_printf ("%s -\n", name);
      g_checksum_update (digest, (const guchar *) line, -1);
      return errno == ENOENT;
    }
  line = g_strdup_printf ("%s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
                          " %" G_GINT64_FORMAT ".%09ld\n",
                          name, (guint64) status.st_dev, (guint64) status.st_ino,
                          (guint64) status.st_size, (gint64) status.st_ctim.tv_sec,
                          status.st_ctim.tv_nsec);
  g_checksum_update (digest, (const guchar *) line, -1);
  return (gint64) status.st_ctim.tv_sec * G_USEC_PER_SEC + status.st_ctim.tv_nsec / 1000 + TICK_MAX
         < now;
}

char *
kiosk_log_set_get_stamp (const KioskLogSet *self, gint64 now)
{
  g_autoptr (GChecksum) digest = g_checksum_new (G_CHECKSUM_SHA256);
  const char *const *names = kiosk_log_set_get_files (self);
  gboolean said = add_to_stamp (self, KIOSK_ENROLMENT_NAME, now, digest)
                  && add_to_stamp (self, KIOSK_BUNDLE_NAME, now, digest);

  for (guint i = 0; said && names[i] != NULL; i++)
    said = add_to_stamp (self, names[i], now, digest);
  return said ? g_strdup (g_checksum_get_string (digest)) : NULL;
}

/* ---- Lines ---- */

typedef struct {
  KioskAuditVerifier *verifier;
  KioskPiece *piece;
  KioskLogLine on_line;
  KioskLogProgress on_progress;
  gpointer user_data;
  KioskLogPlace place;
  gboolean enough; /* the caller has seen enough */
  guint64 done, told, total;
  gsize fill;
  gboolean overlong; /* the line that is being read does not fit */
  char line[KIOSK_AUDIT_LINE_MAX];
} Reader;

static void
tell (Reader *self, const char *line, gsize length)
{
  if (self->on_line != NULL && !self->enough)
    self->enough = !self->on_line (line, length, &self->place, self->user_data);
}

/* @line with its line feed, if it has one (the last line of a file may have none). */
static void
hand_out (Reader *self, const char *line, gsize length)
{
  guint64 before = kiosk_audit_verifier_get_records (self->verifier);
  gboolean has_end = line[length - 1] == '\n';

  self->place.line++;
  kiosk_audit_verifier_feed (self->verifier, line, length);
  self->place.good = has_end && kiosk_audit_verifier_is_good (self->verifier);
  self->place.repeat
      = self->place.good && kiosk_audit_verifier_get_records (self->verifier) == before;
  tell (self, line, has_end ? length - 1 : length);
}

static void
end_line (Reader *self)
{
  if (self->overlong)
    {
      self->place.line++;
      self->place.good = self->place.repeat = FALSE;
      tell (self, NULL, 0);
    }
  else
    hand_out (self, self->line, self->fill);
  self->fill = 0;
  self->overlong = FALSE;
}

static void
take_bytes (Reader *self, const char *bytes, gsize length)
{
  while (length > 0 && !self->enough)
    {
      const char *feed = memchr (bytes, '\n', length);
      gsize part = feed != NULL ? (gsize) (feed - bytes) + 1 : length;

      if (feed != NULL && self->fill == 0 && part <= sizeof self->line && !self->overlong)
        hand_out (self, bytes, part);
      else
        {
          if (!self->overlong && part > sizeof self->line - self->fill)
            {
              /* the verifier has to see that it is too long */
              kiosk_audit_verifier_feed (self->verifier, self->line, self->fill);
              kiosk_audit_verifier_feed (self->verifier, bytes, part);
              self->overlong = TRUE;
            }
          if (!self->overlong)
            {
              memcpy (self->line + self->fill, bytes, part);
              self->fill += part;
            }
          if (feed != NULL)
            end_line (self);
        }
      bytes += part;
      length -= part;
    }
}

/* ---- Files ---- */

static void
make_progress (Reader *self, guint64 position)
{
  if (self->on_progress == NULL || self->done + position - self->told < PROGRESS_STEP)
    return;
  self->told = self->done + position;
  self->on_progress (MIN (self->told, self->total), self->total, self->user_data);
}

/* The verifier asks for the signatures of the piece that is being taken. */
static gboolean
check_signature (const KioskAuditSignature *signature, gpointer user_data)
{
  return kiosk_piece_check (signature, ((Reader *) user_data)->piece);
}

static void
end_file (Reader *self, const KioskPiece *piece)
{
  if (self->fill > 0 || self->overlong)
    end_line (self);
  if (piece->error != NULL)
    kiosk_audit_verifier_break (self->verifier);
  self->done += piece->position;
}

static gboolean
take_piece (Reader *self, KioskPiece *piece, GError **error)
{
  if (piece->error != NULL && !g_error_matches (piece->error, KIOSK_ERROR, KIOSK_ERROR_INVALID))
    {
      g_propagate_error (error, g_steal_pointer (&piece->error));
      return FALSE;
    }
  if (piece->file != self->place.file)
    {
      self->place = (KioskLogPlace){ .file = piece->file };
      kiosk_audit_verifier_next_file (self->verifier);
    }
  self->piece = piece;
  take_bytes (self, piece->bytes, piece->length);
  make_progress (self, piece->position);
  if (piece->ends_file && !self->enough)
    end_file (self, piece);
  return TRUE;
}

/* The last file of a folder may be missing: that is a fault of the log, and no error. */
static GStrv
list_paths (const KioskLogSet *self)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  const char *const *names = kiosk_log_set_get_files (self);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = path_of (self, names[i]);
      gboolean missing = i > 0 && names[i + 1] == NULL && !g_file_test (path, G_FILE_TEST_EXISTS);

      g_ptr_array_add (paths, missing ? g_strdup ("") : g_steal_pointer (&path));
    }
  g_ptr_array_add (paths, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&paths), FALSE);
}

gboolean
kiosk_log_set_read (KioskLogSet *self, const KioskAuditKeys *keys, KioskLogLine on_line,
                    KioskLogProgress progress, gpointer user_data, GCancellable *cancellable,
                    KioskAuditReport *report, GError **error)
{
  KioskAuditKeys held = keys != NULL ? *keys : (KioskAuditKeys){ 0 };
  g_autoptr (KioskAuditVerifier) verifier = NULL;
  g_autoptr (KioskReadAhead) ahead = NULL;
  g_autofree Reader *reader = g_new0 (Reader, 1);
  g_auto (GStrv) paths = list_paths (self);

  if (held.key == NULL)
    held.key = kiosk_log_set_get_key (self);
  held.first = self->excerpt;
  verifier = kiosk_audit_verifier_new (&held);
  ahead = kiosk_read_ahead_new ((const char *const *) paths, held.key);
  reader->verifier = verifier;
  reader->on_line = on_line;
  reader->on_progress = progress;
  reader->user_data = user_data;
  reader->total = self->size;
  kiosk_audit_verifier_set_check (verifier, check_signature, reader);
  while (!reader->enough)
    {
      g_autoptr (KioskPiece) piece = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      piece = kiosk_read_ahead_next (ahead);
      if (piece == NULL)
        break;
      if (!take_piece (reader, piece, error))
        return FALSE;
    }
  kiosk_audit_verifier_finish (verifier, report, NULL);
  return TRUE;
}
