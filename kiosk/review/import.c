/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "import-log.h"

#include "kiosk/base/error.h"

#include <sodium.h>
#include <string.h>

/* Reads logs into an index: one transaction for all that was asked for, so that an index never holds half a log. What is done for one of them
 * stands in import-log.c. */

/* ---- All of them ---- */

static gboolean
import_all (KioskImportRun *run, GPtrArray *sets, GPtrArray *paths, const KioskAuditKeys *keys,
            GError **error)
{
  KioskDb *db = run->index->db;
  g_autofree char *indexes = kiosk_db_indexes (db->class->index_key);
  gint64 record = 0, phrase = 0;
  KioskDbValue value;

  if (!kiosk_db_number (db, "SELECT 1 FROM record LIMIT 1", &record, error)
      || !kiosk_db_number (db, "SELECT max (id) FROM phrase", &phrase, error)
      || (record == 0 && !kiosk_db_run (db, kiosk_db_drop_indexes, error)))
    return FALSE;
  for (guint i = 0; i < sets->len; i++)
    if (!kiosk_import_log (run, g_ptr_array_index (sets, i), g_ptr_array_index (paths, i), keys,
                           error))
      return FALSE;
  if (record != 0 && !run->changed)
    return TRUE;
  value = KIOSK_DB_NUMBER (phrase);
  return kiosk_db_run (db, indexes, error)
         && (*db->class->search == '\0' || kiosk_db_do (db, db->class->search, &value, 1, error));
}

static gboolean
import_sets (KioskIndex *self, GPtrArray *sets, GPtrArray *paths, const KioskAuditKeys *keys,
             KioskIndexProgress progress, gpointer user_data, GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  KioskImportRun run
      = { .index = self, .progress = progress, .user_data = user_data, .cancellable = cancellable };

  self->read = 0;
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

void
kiosk_index_set_anew (KioskIndex *self, gboolean anew)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->anew = anew;
}

guint64
kiosk_index_get_read (KioskIndex *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->read;
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
