/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "index-private.h"

#include "kiosk/base/error.h"

#include <sodium.h>
#include <string.h>

/* Opening an index, and what logs are in it. */

static gboolean
check_version (KioskDb *db, GError **error)
{
  gint64 version = 0;

  if (!kiosk_db_number (db, "SELECT version FROM version", &version, error))
    return FALSE;
  if (version == 0)
    return kiosk_db_run (db, "INSERT INTO version VALUES (" G_STRINGIFY (KIOSK_INDEX_VERSION) ")",
                         error);
  if (version == KIOSK_INDEX_VERSION)
    return TRUE;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
               "index: made by another version (%" G_GINT64_FORMAT "); build it anew", version);
  return FALSE;
}

KioskIndex *
kiosk_index_open (const char *where, GError **error)
{
  g_autoptr (KioskIndex) self = g_new0 (KioskIndex, 1);

  g_mutex_init (&self->lock);
  if (where != NULL
      && (g_str_has_prefix (where, "postgresql://") || g_str_has_prefix (where, "postgres://")))
    self->db = kiosk_db_open_postgres (where, error);
  else
    self->db = kiosk_db_open_sqlite (where, error);
  if (self->db == NULL || !check_version (self->db, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
kiosk_index_free (KioskIndex *self)
{
  if (self == NULL)
    return;
  if (self->db != NULL)
    self->db->class->close (self->db);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* ---- Logs ---- */

void
kiosk_index_log_free (KioskIndexLog *log)
{
  if (log == NULL)
    return;
  g_free (log->path);
  g_free (log->host);
  g_free (log->site);
  g_strfreev (log->files);
  g_free (log->seal_code);
  g_free (log->chain);
  g_free (log);
}

/* As kiosk_index_report_text() wrote it. */
static void
read_report (const char *text, KioskAuditReport *report)
{
  g_auto (GStrv) parts = g_strsplit (text, " ", -1);
  guint64 numbers[12] = { 0 };
  guint n = g_strv_length (parts);

  for (guint i = 0; i < G_N_ELEMENTS (numbers) && i < n; i++)
    numbers[i] = g_ascii_strtoull (parts[i], NULL, 10);
  report->fault = (KioskAuditFault) numbers[0];
  report->file = (guint) numbers[1];
  report->line = numbers[2];
  report->sequence = numbers[3];
  report->expected = numbers[4];
  report->records = numbers[5];
  report->bytes = numbers[6];
  report->first = numbers[7];
  report->sealed = numbers[8];
  report->checkpoints = numbers[9];
  report->clock_back = numbers[10];
  report->clock_back_sequence = numbers[11];
  report->has_key = n == 13
                    && sodium_hex2bin (report->key, sizeof report->key, parts[12],
                                       strlen (parts[12]), NULL, NULL, NULL)
                           == 0
                    && strlen (parts[12]) == 2 * sizeof report->key;
}

char *
kiosk_index_report_text (const KioskAuditReport *report)
{
  char key[2 * KIOSK_AUDIT_KEY_SIZE + 1] = "";
  const guint64 numbers[]
      = { report->fault,    report->file,        report->line,       report->sequence,
          report->expected, report->records,     report->bytes,      report->first,
          report->sealed,   report->checkpoints, report->clock_back, report->clock_back_sequence };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT " ", numbers[i]);
  if (report->has_key)
    sodium_bin2hex (key, sizeof key, report->key, sizeof report->key);
  g_string_append (text, key);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static KioskIndexLog *
read_log (KioskDbRows *rows)
{
  KioskIndexLog *log = g_new0 (KioskIndexLog, 1);
  g_autofree char *files = NULL;
  g_autofree char *report = NULL;

  log->id = kiosk_db_rows_number (rows, 0);
  log->path = kiosk_db_rows_text (rows, 1);
  log->host = kiosk_db_rows_text (rows, 2);
  log->site = kiosk_db_rows_text (rows, 3);
  files = kiosk_db_rows_text (rows, 4);
  log->files = g_strsplit (files, "/", -1);
  log->size = (guint64) kiosk_db_rows_number (rows, 5);
  log->records = (guint64) kiosk_db_rows_number (rows, 6);
  log->unreadable = (guint64) kiosk_db_rows_number (rows, 7);
  log->first = kiosk_db_rows_number (rows, 8);
  log->last = kiosk_db_rows_number (rows, 9);
  report = kiosk_db_rows_text (rows, 10);
  read_report (report, &log->report);
  log->fault_key = kiosk_db_rows_number (rows, 11);
  log->seal_code = kiosk_db_rows_text (rows, 12);
  log->chain = kiosk_db_rows_text (rows, 13);
  return log;
}

GPtrArray *
kiosk_index_get_logs (KioskIndex *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GPtrArray) logs
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_index_log_free);
  g_autoptr (KioskDbRows) rows = self->db->class->query (
      self->db,
      "SELECT id, path, host, site, files, size, records, unreadable, first, last, report,"
      " fault_key, seal_code, chain FROM log ORDER BY host, id",
      NULL, 0, error);
  int there = rows != NULL ? 1 : -1;

  while (there > 0 && (there = kiosk_db_rows_next (rows, error)) > 0)
    g_ptr_array_add (logs, read_log (rows));
  return there == 0 ? g_steal_pointer (&logs) : NULL;
}

/* ---- Choices ---- */

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GStrv
kiosk_index_list (KioskIndex *self, KioskIndexKind kind, GError **error)
{
  /* a step from each value to the next by the index, not through all records */
  static const char *const columns[] = {
    [KIOSK_INDEX_HOSTS] = "host",     [KIOSK_INDEX_PERSONS] = "person",
    [KIOSK_INDEX_SERVERS] = "server", [KIOSK_INDEX_ACTIONS] = "action",
    [KIOSK_INDEX_REASONS] = "reason",
  };
  const char *column = columns[kind];
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree char *sql = NULL;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (KioskDbRows) rows = NULL;
  int there;

  if (kind == KIOSK_INDEX_REASONS)
    sql = g_strdup ("SELECT word FROM word WHERE id IN (SELECT DISTINCT reason FROM record)"
                    "");
  else
    sql = g_strdup_printf (
        "WITH RECURSIVE v (id) AS (SELECT min(%s) FROM record WHERE %s IS NOT NULL UNION ALL"
        " SELECT (SELECT min(%s) FROM record WHERE %s > v.id) FROM v WHERE v.id IS NOT NULL)"
        " SELECT word.word FROM v JOIN word ON word.id = v.id",
        column, column, column, column);
  rows = self->db->class->query (self->db, sql, NULL, 0, error);
  there = rows != NULL ? 1 : -1;
  while (there > 0 && (there = kiosk_db_rows_next (rows, error)) > 0)
    g_ptr_array_add (list, kiosk_db_rows_text (rows, 0));
  if (there < 0)
    return NULL;
  /* here, because databases have orders of their own for letters */
  g_ptr_array_sort (list, compare_texts);
  g_ptr_array_add (list, NULL);
  return (GStrv) g_ptr_array_steal (list, NULL);
}
