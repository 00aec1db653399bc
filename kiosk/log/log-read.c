/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-log"

#include "log-set-private.h"

#include "read-ahead.h"
#include "kiosk/base/error.h"

#include <string.h>

/* Reads the files of a log in order and hands out their lines. It judges nothing: that is done in kiosk/model. */

#define PROGRESS_STEP ((guint64) 4 << 20)

/* ---- Lines ---- */

typedef struct {
  KioskAuditVerifier *verifier;
  KioskPiece *piece;
  KioskLogLine on_line;
  KioskLogFile on_file;
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
      if (self->on_file != NULL)
        self->on_file (piece->file, self->verifier, self->user_data);
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
      g_autofree char *path = kiosk_log_set_path_of (self, names[i]);
      gboolean missing = i > 0 && names[i + 1] == NULL && !g_file_test (path, G_FILE_TEST_EXISTS);

      g_ptr_array_add (paths, missing ? g_strdup ("") : g_steal_pointer (&path));
    }
  g_ptr_array_add (paths, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&paths), FALSE);
}

/* From the begin of the log, or from where @start says. */
static KioskAuditVerifier *
make_verifier (const KioskLogSet *self, const KioskAuditKeys *keys, const KioskLogStart *start,
               GError **error)
{
  KioskAuditKeys held = keys != NULL ? *keys : (KioskAuditKeys){ 0 };
  KioskAuditVerifier *verifier;

  if (held.key == NULL)
    held.key = kiosk_log_set_get_key (self);
  held.first = self->excerpt;
  if (start == NULL || start->state == NULL)
    return kiosk_audit_verifier_new (&held);
  verifier = kiosk_audit_verifier_resume (&held, start->state);
  if (verifier == NULL)
    g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                         "what was kept of an earlier verification does not fit");
  return verifier;
}

gboolean
kiosk_log_set_read_from (KioskLogSet *self, const KioskAuditKeys *keys, const KioskLogStart *start,
                         KioskLogLine on_line, KioskLogProgress progress, gpointer user_data,
                         GCancellable *cancellable, KioskAuditReport *report, GError **error)
{
  g_autoptr (KioskAuditVerifier) verifier = make_verifier (self, keys, start, error);
  g_autoptr (KioskReadAhead) ahead = NULL;
  g_autofree Reader *reader = g_new0 (Reader, 1);
  g_auto (GStrv) paths = list_paths (self);
  guint file = start != NULL && start->state != NULL ? start->file : 0;

  if (verifier == NULL)
    return FALSE;
  g_return_val_if_fail (file < g_strv_length (paths), FALSE);
  ahead = kiosk_read_ahead_new ((const char *const *) paths, file,
                                kiosk_audit_verifier_get_key (verifier));
  reader->verifier = verifier;
  reader->on_line = on_line;
  reader->on_file = start != NULL ? start->on_file : NULL;
  reader->on_progress = progress;
  reader->user_data = user_data;
  reader->place.file = file;
  reader->total = self->size;
  reader->done = reader->told = kiosk_log_set_get_size_before (self, file);
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

gboolean
kiosk_log_set_read (KioskLogSet *self, const KioskAuditKeys *keys, KioskLogLine on_line,
                    KioskLogProgress progress, gpointer user_data, GCancellable *cancellable,
                    KioskAuditReport *report, GError **error)
{
  return kiosk_log_set_read_from (self, keys, NULL, on_line, progress, user_data, cancellable,
                                  report, error);
}
