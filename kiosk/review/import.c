/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "import.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/error.h"

#include <sodium.h>
#include <string.h>

/* Reads logs into an index: one transaction for all that was asked for, so that an index never holds half a log. */

typedef struct {
  KioskIndex *index;
  KioskIndexProgress progress;
  gpointer user_data;
  GCancellable *cancellable;
  guint64 done, total; /* bytes of the logs before this one, and of all */
  guint64 records;
  gboolean changed;    /* a log was read */
  KioskImport *import; /* of this one */
  GError *error;       /* of a row */
} Run;

static gboolean
on_line (const char *line, gsize length, const KioskLogPlace *place, gpointer user_data)
{
  Run *run = user_data;

  return kiosk_import_add (run->import, line, length, place, &run->error);
}

static void
on_progress (guint64 done, guint64 total, gpointer user_data)
{
  Run *run = user_data;

  if (run->progress != NULL)
    run->progress (run->done + done, run->total,
                   run->records + kiosk_import_get_sum (run->import)->records, run->user_data);
}

/* ---- One log ---- */

/* What says that the log was read as it is, and verified against these keys; "" when nothing says so. */
static char *
make_stamp (const KioskLogSet *set, const KioskAuditKeys *keys)
{
  g_autofree char *files = kiosk_log_set_get_stamp (set, kiosk_clock_realtime ());
  char hex[2 * KIOSK_AUDIT_KEY_SIZE + 1] = "";

  if (files == NULL || (keys != NULL && keys->secret != NULL))
    return g_strdup ("");
  if (keys != NULL && keys->key != NULL)
    sodium_bin2hex (hex, sizeof hex, keys->key, KIOSK_AUDIT_KEY_SIZE);
  return g_strjoin (":", files, hex, NULL);
}

/* *@records is how many there are of it. */
static gboolean
find_unchanged (KioskDb *db, const char *path, const char *stamp, gboolean *unchanged,
                gint64 *records, GError **error)
{
  g_autoptr (KioskDbQuery) query = kiosk_db_query_new ("SELECT records FROM log WHERE path = ");

  *records = -1;
  kiosk_db_query_add_text (query, "", path, "");
  kiosk_db_query_add_text (query, " AND stamp = ", stamp, "");
  if (*stamp != '\0' && !kiosk_db_query_number (db, query, records, error))
    return FALSE;
  *unchanged = *records >= 0;
  return TRUE;
}

static gboolean
remove_log (KioskDb *db, const char *path, GError **error)
{
  static const char *const tables[] = { "record", "block", "stay_part", "stay", "outage", "log" };
  g_autoptr (KioskDbQuery) query = kiosk_db_query_new ("SELECT id FROM log WHERE path = ");
  gint64 id = 0;

  kiosk_db_query_add_text (query, "", path, "");
  if (!kiosk_db_query_number (db, query, &id, error))
    return FALSE;
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
put_log (Run *run, gint64 id, KioskLogSet *set, const char *path, const KioskAuditReport *report,
         const char *stamp, GError **error)
{
  const KioskImportSum *sum = kiosk_import_get_sum (run->import);
  const char *host = kiosk_log_set_get_host (set);
  g_autofree char *files = g_strjoinv ("/", (GStrv) kiosk_log_set_get_files (set));
  g_autofree char *text = kiosk_index_report_text (report);
  g_autofree char *shown = g_filename_display_name (files);
  KioskDbValue values[] = {
    KIOSK_DB_NUMBER (id),
    KIOSK_DB_STRING (path),
    KIOSK_DB_STRING (host != NULL ? host : sum->host),
    KIOSK_DB_STRING (sum->site),
    KIOSK_DB_STRING (shown),
    KIOSK_DB_NUMBER ((gint64) kiosk_log_set_get_size (set)),
    KIOSK_DB_NUMBER ((gint64) sum->records),
    KIOSK_DB_NUMBER ((gint64) sum->unreadable),
    KIOSK_DB_NUMBER (sum->first),
    KIOSK_DB_NUMBER (sum->last),
    KIOSK_DB_STRING (text),
    KIOSK_DB_NUMBER (sum->fault_key),
    KIOSK_DB_STRING (sum->seal_code),
    KIOSK_DB_STRING (sum->chain),
    KIOSK_DB_STRING (stamp),
  };

  return kiosk_db_do (run->index->db,
                      "INSERT INTO log VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
                      " $13, $14, $15)",
                      values, G_N_ELEMENTS (values), error);
}

static gboolean
import_one (Run *run, KioskLogSet *set, const char *path, const KioskAuditKeys *keys,
            GError **error)
{
  KioskDb *db = run->index->db;
  gint64 id = 0;
  KioskAuditReport report;
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *stamp = make_stamp (set, keys);
  g_autofree char *stamp_after = NULL;
  g_autoptr (KioskImport) import = NULL;
  gboolean unchanged;
  gint64 there;

  if (g_cancellable_set_error_if_cancelled (run->cancellable, error)
      || !find_unchanged (db, shown, stamp, &unchanged, &there, error))
    return FALSE;
  if (unchanged)
    {
      run->done += kiosk_log_set_get_size (set);
      run->records += (guint64) there;
      return TRUE;
    }
  run->changed = TRUE;
  if (!remove_log (db, shown, error)
      || !kiosk_db_number (db, "SELECT max (id) FROM log", &id, error))
    return FALSE;
  import = run->import = kiosk_import_new (run->index, ++id, error);
  if (import == NULL)
    return FALSE;
  if (!kiosk_log_set_read (set, keys, on_line, on_progress, run, run->cancellable, &report, error))
    {
      g_clear_error (&run->error);
      return FALSE;
    }
  if (run->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&run->error));
      return FALSE;
    }
  /* written to while it was read: nobody knows what of it is in the index */
  stamp_after = make_stamp (set, keys);
  if (!kiosk_import_finish (import, &report, error)
      || !put_log (run, id, set, shown, &report, g_str_equal (stamp, stamp_after) ? stamp : "",
                   error))
    return FALSE;
  run->done += kiosk_log_set_get_size (set);
  run->records += kiosk_import_get_sum (import)->records;
  run->import = NULL;
  return TRUE;
}

/* ---- All of them ---- */

static gboolean
import_all (Run *run, GPtrArray *sets, GPtrArray *paths, const KioskAuditKeys *keys, GError **error)
{
  KioskDb *db = run->index->db;
  g_autofree char *indexes = kiosk_db_indexes (db->class->index_key);
  gint64 record = 0;

  if (!kiosk_db_number (db, "SELECT 1 FROM record LIMIT 1", &record, error)
      || (record == 0 && !kiosk_db_run (db, kiosk_db_drop_indexes, error)))
    return FALSE;
  for (guint i = 0; i < sets->len; i++)
    if (!import_one (run, g_ptr_array_index (sets, i), g_ptr_array_index (paths, i), keys, error))
      return FALSE;
  if (record != 0 && !run->changed)
    return TRUE;
  return kiosk_db_run (db, indexes, error) && kiosk_db_run (db, db->class->search, error);
}

static gboolean
import_sets (KioskIndex *self, GPtrArray *sets, GPtrArray *paths, const KioskAuditKeys *keys,
             KioskIndexProgress progress, gpointer user_data, GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Run run
      = { .index = self, .progress = progress, .user_data = user_data, .cancellable = cancellable };

  for (guint i = 0; i < sets->len; i++)
    run.total += kiosk_log_set_get_size (g_ptr_array_index (sets, i));
  if (sodium_init () < 0)
    g_error ("libsodium can not be used"); /* a kernel without getrandom(2) */
  if (!kiosk_db_run (self->db, "BEGIN", error))
    return FALSE;
  if (import_all (&run, sets, paths, keys, error) && kiosk_db_run (self->db, "COMMIT", error))
    return TRUE;
  kiosk_db_run (self->db, "ROLLBACK", NULL);
  return FALSE;
}

gboolean
kiosk_index_import (KioskIndex *self, KioskLogSet *set, const char *path,
                    const KioskAuditKeys *keys, KioskIndexProgress progress, gpointer user_data,
                    GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) sets = g_ptr_array_new ();
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  g_ptr_array_add (sets, set);
  g_ptr_array_add (paths, (gpointer) path);
  return import_sets (self, sets, paths, keys, progress, user_data, cancellable, error);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Whether somebody meant @folder to be a log: one that cannot be read must not be passed over. */
static gboolean
looks_like_log (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  if (dir == NULL)
    return g_file_test (folder, G_FILE_TEST_IS_DIR);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    if (g_str_equal (name, "enrolment.json")
        || (g_str_has_prefix (name, "audit")
            && (g_str_has_suffix (name, ".log") || g_str_has_suffix (name, ".log.zst"))))
      return TRUE;
  return FALSE;
}

/* The folders in @folder that hold a log, by name. */
static GPtrArray *
list_logs (const char *folder, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);

  if (dir == NULL)
    return NULL;
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && looks_like_log (path))
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
  g_ptr_array_sort (paths, compare_paths);
  return g_steal_pointer (&paths);
}

gboolean
kiosk_index_import_path (KioskIndex *self, const char *path, const KioskAuditKeys *keys,
                         KioskIndexProgress progress, gpointer user_data, GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GPtrArray) sets = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_log_set_free);
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GError) local = NULL;
  KioskLogSet *set = kiosk_log_set_open (path, &local);

  if (set != NULL)
    {
      g_ptr_array_add (sets, set);
      paths = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (paths, g_strdup (path));
    }
  else if (g_file_test (path, G_FILE_TEST_IS_DIR))
    paths = list_logs (path, error);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  if (paths == NULL)
    return FALSE;
  for (guint i = sets->len; i < paths->len; i++)
    {
      set = kiosk_log_set_open (g_ptr_array_index (paths, i), error);
      if (set == NULL)
        return FALSE;
      g_ptr_array_add (sets, set);
    }
  if (sets->len == 0)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "%s: no log in it", path);
      return FALSE;
    }
  return import_sets (self, sets, paths, keys, progress, user_data, cancellable, error);
}
