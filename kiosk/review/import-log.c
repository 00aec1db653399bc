/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "import-log.h"

#include "import-kept.h"
#include "import.h"
#include "stored.h"
#include "kiosk/base/clock.h"

#include <sodium.h>
#include <string.h>

/* One log on its way into the index.
 *
 * A log that was read before and has grown is verified from the last file on before which nothing has changed. Up to where the good records ended then, its
 * lines are held against those that the index has: the same lines behind the same begin have the same rows. From there on rows are written. If a line
 * is another one, the rows behind the begin are thrown away, and it is read once more. */

typedef struct {
  KioskImportRun *run;
  KioskLogSet *set;
  const KioskAuditKeys *keys;
  char *path; /* as it is shown */
  GStrv stamps;
  char *base;          /* what it is verified against; "": nothing can be kept */
  KioskImport *import; /* that writes; NULL: lines are followed */
  GPtrArray *parts;    /* KioskImportPart, as far as there was no fault where they begin */
  /* of a log that is in the index */
  KioskImportKept *kept;
  KioskStored *stored;
  KioskImportPoint *tail;
  guint64 records; /* that are behind us while lines are followed */
  gboolean differs;
  GError *error; /* of a row */
} Log;

static void
log_clear (Log *self)
{
  g_free (self->path);
  g_strfreev (self->stamps);
  g_free (self->base);
  g_clear_pointer (&self->import, kiosk_import_free);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->kept, kiosk_import_kept_free);
  g_clear_pointer (&self->stored, kiosk_stored_free);
  g_clear_pointer (&self->tail, kiosk_import_point_free);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Log, log_clear)

/* ---- Whether something was written to it ---- */

/* Enrolment, bundle and the keys. */
static char *
make_base (const Log *self)
{
  char hex[2 * KIOSK_AUDIT_KEY_SIZE + 1] = "";

  if (*self->stamps[0] == '\0' || (self->keys != NULL && self->keys->secret != NULL))
    return g_strdup ("");
  if (self->keys != NULL && self->keys->key != NULL)
    sodium_bin2hex (hex, sizeof hex, self->keys->key, KIOSK_AUDIT_KEY_SIZE);
  return g_strjoin (":", self->stamps[0], hex, NULL);
}

/* All of it: "" when something is not known. */
static char *
make_stamp (const char *base, GStrv stamps)
{
  g_autofree char *all = g_strjoinv (":", stamps);

  if (*base == '\0' || g_strv_contains ((const char *const *) stamps, ""))
    return g_strdup ("");
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, all, -1);
}

/* *@records is how many there are of it; -1: it has to be read. */
static gboolean
find_unchanged (const Log *self, gint64 *records, GError **error)
{
  KioskDb *db = self->run->index->db;
  g_autofree char *stamp = make_stamp (self->base, self->stamps);
  g_autoptr (KioskDbQuery) query = kiosk_db_query_new ("SELECT records FROM log WHERE path = ");

  *records = -1;
  if (*stamp == '\0' || self->run->index->anew)
    return TRUE;
  kiosk_db_query_add_text (query, "", self->path, "");
  kiosk_db_query_add_text (query, " AND base = ", self->base, "");
  kiosk_db_query_add_text (query, " AND stamp = ", stamp, "");
  return kiosk_db_query_number (db, query, records, error);
}

/* ---- Lines ---- */

static gboolean
begin_writing (Log *self)
{
  self->import = kiosk_import_new (self->run->index, self->kept->id, self->tail, self->kept->more,
                                   &self->error);
  return self->import != NULL;
}

static gboolean
follow_line (Log *self, const char *line, gsize length, const KioskLogPlace *place)
{
  int same;

  if (place->repeat)
    return TRUE;
  same = place->good && line != NULL
             ? kiosk_stored_follow (self->stored, line, length, &self->error)
             : 0;
  self->differs = same == 0;
  if (same != 1)
    return FALSE;
  return ++self->records < self->tail->records || begin_writing (self);
}

static gboolean
on_line (const char *line, gsize length, const KioskLogPlace *place, gpointer user_data)
{
  Log *self = user_data;

  return self->import != NULL ? kiosk_import_add (self->import, line, length, place, &self->error)
                              : follow_line (self, line, length, place);
}

/* What was kept where a file began that begins there still. */
static GBytes *
find_point (const Log *self, GBytes *verifier)
{
  for (guint i = 0; i < self->kept->parts->len; i++)
    {
      const KioskImportPart *part = g_ptr_array_index (self->kept->parts, i);

      if (g_bytes_equal (part->verifier, verifier))
        return g_bytes_ref (part->point);
    }
  return NULL;
}

static void
on_file (guint file, KioskAuditVerifier *verifier, gpointer user_data)
{
  Log *self = user_data;
  g_autoptr (GBytes) state = kiosk_audit_verifier_save (verifier);
  g_autoptr (GBytes) point = NULL;

  if (state == NULL || self->parts->len != file)
    return; /* behind a fault; nor is there one for the files that follow */
  point = self->import != NULL ? kiosk_import_save (self->import) : find_point (self, state);
  if (point != NULL)
    g_ptr_array_add (self->parts, kiosk_import_part_new (kiosk_log_set_get_files (self->set)[file],
                                                         state, point));
}

static void
on_progress (guint64 done, guint64 total, gpointer user_data)
{
  const Log *self = user_data;
  const KioskImportRun *run = self->run;

  if (run->progress != NULL)
    run->progress (
        run->done + done, run->total,
        run->records
            + (self->import != NULL ? kiosk_import_get_sum (self->import)->records : self->records),
        run->user_data);
}

/* From file @file on, where @verifier was. */
static gboolean
read_files (Log *self, guint file, GBytes *verifier, KioskAuditReport *report, GError **error)
{
  KioskLogStart start = { file > 0 ? verifier : NULL, file, on_file };

  self->run->index->read
      += kiosk_log_set_get_size (self->set) - kiosk_log_set_get_size_before (self->set, file);
  if (!kiosk_log_set_read_from (self->set, self->keys, &start, on_line, on_progress, self,
                                self->run->cancellable, report, error))
    {
      g_clear_error (&self->error);
      return FALSE;
    }
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

/* ---- Into the index ---- */

static gboolean
remove_log (const Log *self, GError **error)
{
  static const char *const tables[] = { "record", "block", "stay_part", "stay", "outage", "log" };
  KioskDb *db = self->run->index->db;
  g_autoptr (KioskDbQuery) query = kiosk_db_query_new ("SELECT id FROM log WHERE path = ");
  gint64 id = 0;

  kiosk_db_query_add_text (query, "", self->path, "");
  if (!kiosk_db_query_number (db, query, &id, error)
      || (id != 0 && !kiosk_import_kept_remove (db, id, error)))
    return FALSE;
  db->class->forget_keys (db);
  for (guint i = 0; id != 0 && i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *sql = g_strdup_printf ("DELETE FROM %s WHERE %s = $1", tables[i],
                                              g_str_equal (tables[i], "log") ? "id" : "log");
      KioskDbValue value = KIOSK_DB_NUMBER (id);

      if (!kiosk_db_do (db, sql, &value, 1, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
put_log (const Log *self, gint64 id, const KioskAuditReport *report, const char *base,
         const char *stamp, GError **error)
{
  KioskDb *db = self->run->index->db;
  const KioskImportSum *sum = kiosk_import_get_sum (self->import);
  const char *host = kiosk_log_set_get_host (self->set);
  GBytes *tail = kiosk_import_get_tail (self->import);
  g_autofree char *files = g_strjoinv ("/", (GStrv) kiosk_log_set_get_files (self->set));
  g_autofree char *text = kiosk_index_report_text (report);
  g_autofree char *shown = g_filename_display_name (files);
  KioskDbValue values[] = {
    KIOSK_DB_NUMBER (id),
    KIOSK_DB_STRING (self->path),
    KIOSK_DB_STRING (host != NULL ? host : sum->host),
    KIOSK_DB_STRING (sum->site),
    KIOSK_DB_STRING (shown),
    KIOSK_DB_NUMBER ((gint64) kiosk_log_set_get_size (self->set)),
    KIOSK_DB_NUMBER ((gint64) sum->records),
    KIOSK_DB_NUMBER ((gint64) sum->unreadable),
    KIOSK_DB_NUMBER (sum->first),
    KIOSK_DB_NUMBER (sum->last),
    KIOSK_DB_STRING (text),
    KIOSK_DB_NUMBER (sum->fault_key),
    KIOSK_DB_STRING (sum->seal_code),
    KIOSK_DB_STRING (sum->chain),
    KIOSK_DB_STRING (stamp),
    KIOSK_DB_STRING (base),
    KIOSK_DB_BYTES (g_bytes_get_data (tail, NULL), g_bytes_get_size (tail)),
  };

  return kiosk_db_do (db, "DELETE FROM log WHERE id = $1", values, 1, error)
         && kiosk_db_do (db,
                         "INSERT INTO log VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
                         " $12, $13, $14, $15, $16, $17)",
                         values, G_N_ELEMENTS (values), error);
}

/* What was written to while it was read: nobody knows what of it is in the index. */
static void
forget_written (GStrv stamps, GStrv after)
{
  for (guint i = 0; stamps[i] != NULL; i++)
    if (!g_str_equal (stamps[i], after[i]))
      *stamps[i] = '\0';
}

static gboolean
finish (Log *self, gint64 id, const KioskAuditReport *report, GError **error)
{
  g_auto (GStrv) after = kiosk_log_set_get_stamps (self->set, kiosk_clock_realtime ());
  g_autofree char *base = NULL;
  g_autofree char *stamp = NULL;

  forget_written (self->stamps, after);
  base = make_base (self);
  stamp = make_stamp (base, self->stamps);
  for (guint i = 0; i < self->parts->len; i++)
    {
      KioskImportPart *part = g_ptr_array_index (self->parts, i);

      g_free (part->stamp);
      part->stamp = g_strdup (self->stamps[i + 1]);
    }
  return kiosk_import_finish (self->import, report, error)
         && put_log (self, id, report, base, stamp, error)
         && kiosk_import_kept_put (self->run->index->db, id, self->parts, error);
}

/* ---- All of it, or what is new ---- */

static gboolean
read_whole (Log *self, GError **error)
{
  KioskIndex *index = self->run->index;
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) begin = NULL;
  KioskAuditReport report;
  gint64 id = 0;

  if (!remove_log (self, error)
      || !kiosk_db_number (index->db, "SELECT max (id) FROM log", &id, error))
    return FALSE;
  self->import = kiosk_import_new (index, ++id, NULL, FALSE, error);
  if (self->import == NULL)
    return FALSE;
  begin = kiosk_import_save (self->import);
  g_ptr_array_set_size (self->parts, 0);
  g_ptr_array_add (self->parts,
                   kiosk_import_part_new (kiosk_log_set_get_files (self->set)[0], nothing, begin));
  return read_files (self, 0, NULL, &report, error) && finish (self, id, &report, error);
}

/* The files before @file and itself are those that are kept. */
static void
take_parts (Log *self, guint file)
{
  g_ptr_array_set_size (self->parts, 0);
  for (guint i = 0; i <= file; i++)
    {
      const KioskImportPart *part = g_ptr_array_index (self->kept->parts, i);

      g_ptr_array_add (self->parts,
                       kiosk_import_part_new (part->name, part->verifier, part->point));
    }
}

/* *@done is FALSE when all of it has to be read after all. */
static gboolean
read_grown (Log *self, gboolean *done, GError **error)
{
  KioskIndex *index = self->run->index;
  guint file = kiosk_import_kept_choose (self->kept, (const char *const *) self->stamps + 1);
  const KioskImportPart *part = g_ptr_array_index (self->kept->parts, file);
  g_autoptr (KioskImportPoint) point = kiosk_import_point_unpack (part->point);
  KioskAuditReport report;

  *done = FALSE;
  self->tail = kiosk_import_point_unpack (self->kept->tail);
  if (point == NULL || self->tail == NULL || self->tail->records < point->records)
    return TRUE;
  self->records = point->records;
  self->stored = kiosk_stored_new (index->db, self->kept->id, point->place);
  take_parts (self, file);
  if (self->records == self->tail->records && !begin_writing (self))
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return FALSE;
    }
  if (!read_files (self, file, part->verifier, &report, error))
    return FALSE;
  if (self->import == NULL && file == 0)
    return TRUE;
  if (self->import == NULL)
    {
      self->import = kiosk_import_new (index, self->kept->id, point, TRUE, error);
      take_parts (self, file);
      if (self->import == NULL || !read_files (self, file, part->verifier, &report, error))
        return FALSE;
    }
  *done = TRUE;
  return finish (self, self->kept->id, &report, error);
}

static gboolean
load_kept (Log *self, GError **error)
{
  KioskDb *db = self->run->index->db;
  gboolean good = TRUE;

  if (*self->base == '\0' || self->run->index->anew)
    return TRUE;
  if (!kiosk_import_kept_load (db, self->path, self->base, &self->kept, error)
      || (self->kept != NULL
          && !kiosk_import_kept_behead (self->kept, db, self->stamps[1], &good, error)))
    return FALSE;
  if (!good)
    g_clear_pointer (&self->kept, kiosk_import_kept_free);
  return TRUE;
}

gboolean
kiosk_import_log (KioskImportRun *run, KioskLogSet *set, const char *path,
                  const KioskAuditKeys *keys, GError **error)
{
  g_auto (Log) self = { .run = run, .set = set, .keys = keys };
  gboolean done = FALSE;
  gint64 there;

  self.path = g_filename_display_name (path);
  self.stamps = kiosk_log_set_get_stamps (set, kiosk_clock_realtime ());
  self.base = make_base (&self);
  self.parts = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_import_part_free);
  if (g_cancellable_set_error_if_cancelled (run->cancellable, error)
      || !find_unchanged (&self, &there, error))
    return FALSE;
  if (there < 0)
    {
      run->changed = TRUE;
      if (!load_kept (&self, error) || (self.kept != NULL && !read_grown (&self, &done, error))
          || (!done && !read_whole (&self, error)))
        return FALSE;
      there = (gint64) kiosk_import_get_sum (self.import)->records;
    }
  run->done += kiosk_log_set_get_size (set);
  run->records += (guint64) there;
  return TRUE;
}
