/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "db.h"

#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

/* An index in SQLite: one file, or one that has no name and vanishes. No write-ahead log: there is one writer, and it writes
 * everything in one transaction. */

typedef struct {
  KioskDb base;
  sqlite3 *handle;
  sqlite3_stmt *puts[KIOSK_N_TABLES];
  sqlite3_stmt *has_key;
} Sqlite;

typedef struct {
  KioskDbRows base;
  sqlite3_stmt *statement;
} SqliteRows;

#define APPLICATION_ID 1263489377

#define SQLITE_OF(db) ((Sqlite *) (db))
#define STATEMENT_OF(rows) (((SqliteRows *) (rows))->statement)

/* FTS5 reads the phrases from their table. Parts of at least three characters are found by it (sqlite.org/fts5.html, "The
 * Trigram Tokenizer"), shorter ones it looks for in all. */
static const char search_table[]
    = "CREATE VIRTUAL TABLE IF NOT EXISTS phrase_part USING fts5"
      " (hay, content='phrase', content_rowid='id', tokenize='trigram', columnsize=0)";

static const char settings[] = "PRAGMA journal_mode = DELETE;"
                               "PRAGMA synchronous = NORMAL;"
                               "PRAGMA cache_size = -16384;"
                               "PRAGMA threads = 1;"
                               "PRAGMA foreign_keys = OFF;"
                               "PRAGMA trusted_schema = OFF;";

static gboolean
fail (Sqlite *self, GError **error)
{
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_IO, "index: %s", sqlite3_errmsg (self->handle));
  return FALSE;
}

static gboolean
run (KioskDb *db, const char *script, GError **error)
{
  return sqlite3_exec (SQLITE_OF (db)->handle, script, NULL, NULL, NULL) == SQLITE_OK
         || fail (SQLITE_OF (db), error);
}

/* ---- Values and rows ---- */

/* @lifetime: SQLITE_STATIC when the values outlive the statement's next reset, else SQLITE_TRANSIENT. */
static void
bind (sqlite3_stmt *statement, const KioskDbValue *values, guint n,
      sqlite3_destructor_type lifetime)
{
  for (guint i = 0; i < n; i++)
    {
      const KioskDbValue *value = &values[i];
      int place = (int) i + 1;

      switch (value->type)
        {
        case KIOSK_DB_NULL:
          sqlite3_bind_null (statement, place);
          break;
        case KIOSK_DB_INTEGER:
          sqlite3_bind_int64 (statement, place, value->number);
          break;
        case KIOSK_DB_TEXT:
          sqlite3_bind_text64 (statement, place, value->bytes, value->length, lifetime,
                               SQLITE_UTF8);
          break;
        case KIOSK_DB_BLOB:
          sqlite3_bind_blob64 (statement, place, value->bytes, value->length, lifetime);
          break;
        }
    }
}

static KioskDbRows *
query (KioskDb *db, const char *sql, const KioskDbValue *values, guint n, GError **error)
{
  Sqlite *self = SQLITE_OF (db);
  SqliteRows *rows = g_new0 (SqliteRows, 1);

  rows->base.db = db;
  if (sqlite3_prepare_v2 (self->handle, sql, -1, &rows->statement, NULL) != SQLITE_OK)
    {
      g_free (rows);
      fail (self, error);
      return NULL;
    }
  bind (rows->statement, values, n, SQLITE_TRANSIENT);
  return &rows->base;
}

static int
next (KioskDbRows *rows, GError **error)
{
  int result = sqlite3_step (STATEMENT_OF (rows));

  if (result == SQLITE_ROW)
    return 1;
  if (result == SQLITE_DONE)
    return 0;
  fail (SQLITE_OF (rows->db), error);
  return -1;
}

static gint64
get_number (KioskDbRows *rows, int column)
{
  return sqlite3_column_int64 (STATEMENT_OF (rows), column);
}

static const char *
get_bytes (KioskDbRows *rows, int column, gsize *length)
{
  const void *bytes = sqlite3_column_blob (STATEMENT_OF (rows), column);

  *length = (gsize) sqlite3_column_bytes (STATEMENT_OF (rows), column);
  return bytes != NULL ? bytes : "";
}

static void
end (KioskDbRows *rows)
{
  sqlite3_finalize (STATEMENT_OF (rows));
  g_free (rows);
}

/* ---- Filling it ---- */

static gboolean
prepare (Sqlite *self, const char *sql, sqlite3_stmt **statement, GError **error)
{
  return *statement != NULL
         || sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL)
                == SQLITE_OK
         || fail (self, error);
}

static gboolean
prepare_put (Sqlite *self, KioskTable table, GError **error)
{
  g_autoptr (GString) sql = g_string_new ("INSERT INTO ");

  g_string_append_printf (sql, "%s VALUES (", kiosk_tables[table].name);
  for (guint i = 0; i < kiosk_tables[table].columns; i++)
    g_string_append (sql, i == 0 ? "?" : ",?");
  g_string_append_c (sql, ')');
  return prepare (self, sql->str, &self->puts[table], error);
}

static gboolean
put (KioskDb *db, KioskTable table, const KioskDbValue *values, GError **error)
{
  Sqlite *self = SQLITE_OF (db);
  int result;

  if (self->puts[table] == NULL && !prepare_put (self, table, error))
    return FALSE;
  bind (self->puts[table], values, kiosk_tables[table].columns, SQLITE_STATIC);
  result = sqlite3_step (self->puts[table]);
  if (result != SQLITE_DONE)
    fail (self, error);
  sqlite3_reset (self->puts[table]);
  return result == SQLITE_DONE;
}

static gboolean
flush (KioskDb *db, GError **error)
{
  return TRUE;
}

static int
has_key (KioskDb *db, gint64 key, GError **error)
{
  Sqlite *self = SQLITE_OF (db);
  int result;

  if (!prepare (self, "SELECT 1 FROM record WHERE key = ?", &self->has_key, error))
    return -1;
  sqlite3_bind_int64 (self->has_key, 1, key);
  result = sqlite3_step (self->has_key);
  if (result != SQLITE_ROW && result != SQLITE_DONE)
    fail (self, error);
  sqlite3_reset (self->has_key);
  return result == SQLITE_ROW ? 1 : result == SQLITE_DONE ? 0 : -1;
}

static void
forget_keys (KioskDb *db)
{
}

/* ---- Opening it ---- */

static void
close_it (KioskDb *db)
{
  Sqlite *self = SQLITE_OF (db);

  for (guint i = 0; i < KIOSK_N_TABLES; i++)
    sqlite3_finalize (self->puts[i]);
  sqlite3_finalize (self->has_key);
  sqlite3_close (self->handle);
  g_free (self);
}

static const KioskDbClass class = {
  .close = close_it,
  .run = run,
  .query = query,
  .next = next,
  .get_number = get_number,
  .get_bytes = get_bytes,
  .end = end,
  .put = put,
  .flush = flush,
  .has_key = has_key,
  .forget_keys = forget_keys,
  .phrase_part = "SELECT rowid FROM phrase_part WHERE hay LIKE ",
  .like = "LIKE",
  .index_key = "", /* a table's row number ends its indexes' entries already */
  .search = "INSERT INTO phrase_part (rowid, hay) SELECT id, hay FROM phrase WHERE id > $1",
};

/* What persons did stands in it: nobody else may read it. SQLite itself would go by the umask. */
static gboolean
make_file (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    return kiosk_error_set_errno (error, errno, path);
  close (fd);
  return TRUE;
}

/* An empty file becomes an index; of others only those that bear our number ("Application ID" of the file format) are
 * touched. */
static gboolean
claim (Sqlite *self, GError **error)
{
  gint64 id = 0, pages = 0;

  if (!kiosk_db_number (&self->base, "PRAGMA application_id", &id, error)
      || !kiosk_db_number (&self->base, "PRAGMA page_count", &pages, error))
    return FALSE;
  if (pages == 0)
    return run (&self->base, "PRAGMA application_id = " G_STRINGIFY (APPLICATION_ID), error);
  if (id == APPLICATION_ID)
    return TRUE;
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                       "index: the file is something else, and stays as it is");
  return FALSE;
}

/* The table for the search is made last: where it is there are all, and nothing has to be asked for one by one. */
static gboolean
make_tables (Sqlite *self, GError **error)
{
  g_autofree char *schema = kiosk_db_schema ("INTEGER PRIMARY KEY", "BLOB", "");
  gint64 there = 0;

  if (!kiosk_db_number (&self->base, "SELECT 1 FROM sqlite_schema WHERE name = 'phrase_part'",
                        &there, error))
    return FALSE;
  return there == 1 || (run (&self->base, schema, error) && run (&self->base, search_table, error));
}

KioskDb *
kiosk_db_open_sqlite (const char *path, GError **error)
{
  Sqlite *self;

  if (path != NULL && !make_file (path, error))
    return NULL;
  self = g_new0 (Sqlite, 1);
  self->base.class = &class;
  /* "": a file in the temporary folder that is removed as soon as it is open */
  if (sqlite3_open_v2 (path != NULL ? path : "", &self->handle,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL)
      != SQLITE_OK)
    fail (self, error);
  else if (claim (self, error) && run (&self->base, settings, error)
           && (path != NULL || run (&self->base, "PRAGMA synchronous = OFF", error))
           && make_tables (self, error))
    return &self->base;
  close_it (&self->base);
  return NULL;
}
