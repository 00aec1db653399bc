/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "db.h"
#include "libpq.h"

#include "kiosk/base/error.h"

#include <stdlib.h>
#include <string.h>

/* An index on a PostgreSQL server, for fleets: the same tables in the schema "kiosk", records in one partition per month, rows by
 * COPY (libpq, sections 34.3 and 34.10). One connection, one import at a time: a second one fails on the numbers that the first gave out. */

#define OID_BYTES 17 /* pg_type.dat: bytea, int8, text */
#define OID_NUMBER 20
#define OID_TEXT 25

#define COPY_SIZE ((gsize) 4 << 20) /* a table's rows that wait */
#define WINDOW 20000                /* keys that are known at once */
#define KEY_BITS 8                  /* as in index-private.h */

typedef struct {
  KioskDb base;
  PGconn *connection;
  GString *copies[KIOSK_N_TABLES];
  gint64 month_from, month_to; /* keys of the partition that was used last */
  /* keys of records from window_from on and before window_to, also of those that wait */
  GHashTable *window;
  gint64 window_from, window_to;
} Postgres;

typedef struct {
  KioskDbRows base;
  PGresult *result;
  int row;
  GPtrArray *bytes; /* of this row, unpacked */
} PostgresRows;

static const KioskLibpq *pq; /* before the first connection */

#define POSTGRES_OF(db) ((Postgres *) (db))
#define ROWS_OF(rows) ((PostgresRows *) (rows))

static gboolean
fail (Postgres *self, GError **error)
{
  g_autofree char *text = g_strdup (pq->PQerrorMessage (self->connection));

  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_IO, "index: %s", g_strstrip (text));
  return FALSE;
}

static gboolean
is_good (const PGresult *result)
{
  ExecStatusType status = pq->PQresultStatus (result);

  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

static gboolean
run (KioskDb *db, const char *script, GError **error)
{
  PGresult *result = pq->PQexec (POSTGRES_OF (db)->connection, script);
  gboolean good = is_good (result) || fail (POSTGRES_OF (db), error);

  pq->PQclear (result);
  /* what waits belongs to a transaction that is over */
  for (guint i = 0; g_str_equal (script, "ROLLBACK") && i < KIOSK_N_TABLES; i++)
    g_string_truncate (POSTGRES_OF (db)->copies[i], 0);
  if (g_str_equal (script, "ROLLBACK"))
    {
      POSTGRES_OF (db)->month_to = 0;
      POSTGRES_OF (db)->window_to = 0;
    }
  return good;
}

/* ---- Statements ---- */

static KioskDbRows *
query (KioskDb *db, const char *sql, const KioskDbValue *values, guint n, GError **error)
{
  Postgres *self = POSTGRES_OF (db);
  g_autofree Oid *types = g_new0 (Oid, n + 1);
  g_autofree const char **texts = g_new0 (const char *, n + 1);
  g_autofree int *lengths = g_new0 (int, n + 1);
  g_autofree int *formats = g_new0 (int, n + 1);
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);
  PostgresRows *rows = g_new0 (PostgresRows, 1);

  for (guint i = 0; i < n; i++)
    {
      types[i] = values[i].type == KIOSK_DB_BLOB   ? OID_BYTES
                 : values[i].type == KIOSK_DB_TEXT ? OID_TEXT
                                                   : OID_NUMBER;
      formats[i] = values[i].type == KIOSK_DB_BLOB;
      lengths[i] = (int) values[i].length;
      texts[i] = values[i].bytes;
      if (values[i].type == KIOSK_DB_INTEGER)
        {
          char *text = g_strdup_printf ("%" G_GINT64_FORMAT, values[i].number);

          g_ptr_array_add (owned, text);
          texts[i] = text;
        }
    }
  rows->base.db = db;
  rows->row = -1;
  rows->bytes = g_ptr_array_new_with_free_func (pq->PQfreemem);
  rows->result
      = pq->PQexecParams (self->connection, sql, (int) n, types, texts, lengths, formats, 0);
  if (is_good (rows->result))
    return &rows->base;
  fail (self, error);
  db->class->end (&rows->base);
  return NULL;
}

static int
next (KioskDbRows *rows, GError **error)
{
  g_ptr_array_set_size (ROWS_OF (rows)->bytes, 0);
  return ++ROWS_OF (rows)->row < pq->PQntuples (ROWS_OF (rows)->result) ? 1 : 0;
}

static gint64
get_number (KioskDbRows *rows, int column)
{
  return g_ascii_strtoll (pq->PQgetvalue (ROWS_OF (rows)->result, ROWS_OF (rows)->row, column),
                          NULL, 10);
}

static const char *
get_bytes (KioskDbRows *rows, int column, gsize *length)
{
  PostgresRows *self = ROWS_OF (rows);
  const char *text = pq->PQgetvalue (self->result, self->row, column);
  unsigned char *bytes;

  *length = (gsize) pq->PQgetlength (self->result, self->row, column);
  if (pq->PQftype (self->result, column) != OID_BYTES)
    return text;
  bytes = pq->PQunescapeBytea ((const unsigned char *) text, length);
  g_ptr_array_add (self->bytes, bytes);
  return (const char *) bytes;
}

static void
end (KioskDbRows *rows)
{
  pq->PQclear (ROWS_OF (rows)->result);
  g_ptr_array_unref (ROWS_OF (rows)->bytes);
  g_free (rows);
}

/* ---- Filling it ---- */

static gboolean
copy_out (Postgres *self, KioskTable table, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("COPY %s FROM STDIN", kiosk_tables[table].name);
  GString *copy = self->copies[table];
  PGresult *result;
  gboolean good;

  if (copy->len == 0)
    return TRUE;
  result = pq->PQexec (self->connection, sql);
  good = pq->PQresultStatus (result) == PGRES_COPY_IN;
  pq->PQclear (result);
  good = good && pq->PQputCopyData (self->connection, copy->str, (int) copy->len) == 1
         && pq->PQputCopyEnd (self->connection, NULL) == 1;
  if (!good)
    return fail (self, error);
  while ((result = pq->PQgetResult (self->connection)) != NULL)
    {
      good = good && pq->PQresultStatus (result) == PGRES_COMMAND_OK;
      pq->PQclear (result);
    }
  g_string_truncate (copy, 0);
  return good || fail (self, error);
}

static gboolean
flush (KioskDb *db, GError **error)
{
  for (guint i = 0; i < KIOSK_N_TABLES; i++)
    if (!copy_out (POSTGRES_OF (db), (KioskTable) i, error))
      return FALSE;
  return TRUE;
}

/* Text format of COPY. */
static void
append_value (GString *copy, const KioskDbValue *value)
{
  const char *bytes = value->bytes;

  switch (value->type)
    {
    case KIOSK_DB_NULL:
      g_string_append (copy, "\\N");
      break;
    case KIOSK_DB_INTEGER:
      g_string_append_printf (copy, "%" G_GINT64_FORMAT, value->number);
      break;
    case KIOSK_DB_TEXT:
      for (gsize i = 0; i < value->length; i++)
        switch (bytes[i])
          {
          case '\n':
            g_string_append (copy, "\\n");
            break;
          case '\r':
            g_string_append (copy, "\\r");
            break;
          case '\t':
            g_string_append (copy, "\\t");
            break;
          case '\\':
            g_string_append (copy, "\\\\");
            break;
          default:
            g_string_append_c (copy, bytes[i]);
          }
      break;
    case KIOSK_DB_BLOB:
      g_string_append (copy, "\\\\x");
      for (gsize i = 0; i < value->length; i++)
        {
          static const char digits[] = "0123456789abcdef";

          g_string_append_c (copy, digits[(guint8) bytes[i] >> 4]);
          g_string_append_c (copy, digits[(guint8) bytes[i] & 15]);
        }
      break;
    }
}

/* The partition of a record's month (UTC). */
static gboolean
make_partition (Postgres *self, gint64 key, GError **error)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc ((key >> KEY_BITS) / G_USEC_PER_SEC);
  g_autoptr (GDateTime) month = time != NULL
                                    ? g_date_time_new_utc (g_date_time_get_year (time),
                                                           g_date_time_get_month (time), 1, 0, 0, 0)
                                    : NULL;
  g_autoptr (GDateTime) after = month != NULL ? g_date_time_add_months (month, 1) : NULL;
  g_autofree char *sql = NULL;

  if (after == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                           "index: a record's time is out of range");
      return FALSE;
    }
  self->month_from = (g_date_time_to_unix (month) * G_USEC_PER_SEC) << KEY_BITS;
  self->month_to = (g_date_time_to_unix (after) * G_USEC_PER_SEC) << KEY_BITS;
  sql = g_strdup_printf ("CREATE TABLE IF NOT EXISTS record_%04d%02d PARTITION OF record"
                         " FOR VALUES FROM (%" G_GINT64_FORMAT ") TO (%" G_GINT64_FORMAT ")",
                         g_date_time_get_year (month), g_date_time_get_month (month),
                         self->month_from, self->month_to);
  return run (&self->base, sql, error);
}

static gboolean
put (KioskDb *db, KioskTable table, const KioskDbValue *values, GError **error)
{
  Postgres *self = POSTGRES_OF (db);
  GString *copy = self->copies[table];

  if (table == KIOSK_TABLE_RECORD)
    {
      gint64 key = values[0].number;

      if ((key < self->month_from || key >= self->month_to) && !make_partition (self, key, error))
        return FALSE;
      if (key >= self->window_from && key < self->window_to)
        g_hash_table_add (self->window, GSIZE_TO_POINTER ((gsize) key));
    }
  for (guint i = 0; i < kiosk_tables[table].columns; i++)
    {
      if (i > 0)
        g_string_append_c (copy, '\t');
      append_value (copy, &values[i]);
    }
  g_string_append_c (copy, '\n');
  return copy->len < COPY_SIZE || copy_out (self, table, error);
}

static gboolean
move_window (Postgres *self, gint64 key, GError **error)
{
  KioskDbValue value = KIOSK_DB_NUMBER (key);
  g_autoptr (KioskDbRows) rows = NULL;
  guint n = 0;

  if (!copy_out (self, KIOSK_TABLE_RECORD, error))
    return FALSE;
  g_hash_table_remove_all (self->window);
  rows = query (&self->base,
                "SELECT key FROM record WHERE key >= $1 ORDER BY key LIMIT " G_STRINGIFY (WINDOW),
                &value, 1, error);
  if (rows == NULL)
    return FALSE;
  self->window_from = key;
  for (; next (rows, NULL) > 0; n++)
    {
      self->window_to = get_number (rows, 0);
      g_hash_table_add (self->window, GSIZE_TO_POINTER ((gsize) self->window_to));
    }
  self->window_to = n < WINDOW ? G_MAXINT64 : self->window_to + 1;
  return TRUE;
}

static int
has_key (KioskDb *db, gint64 key, GError **error)
{
  Postgres *self = POSTGRES_OF (db);

  if ((key < self->window_from || key >= self->window_to) && !move_window (self, key, error))
    return -1;
  return g_hash_table_contains (self->window, GSIZE_TO_POINTER ((gsize) key)) ? 1 : 0;
}

static void
forget_keys (KioskDb *db)
{
  POSTGRES_OF (db)->window_to = 0;
}

/* ---- Opening it ---- */

static void
close_it (KioskDb *db)
{
  Postgres *self = POSTGRES_OF (db);

  for (guint i = 0; i < KIOSK_N_TABLES; i++)
    g_string_free (self->copies[i], TRUE);
  g_hash_table_unref (self->window);
  pq->PQfinish (self->connection);
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
  .phrase_part = "SELECT id FROM phrase WHERE hay ILIKE ",
  .like = "ILIKE",
  .index_key = ", key",
  .search = "", /* kept up to date by the server */
};

KioskDb *
kiosk_db_open_postgres (const char *url, GError **error)
{
  const KioskLibpq *library = kiosk_libpq_get (error);
  Postgres *self;
  g_autofree char *schema
      = kiosk_db_schema ("BIGINT PRIMARY KEY", "BYTEA", "PARTITION BY RANGE (key)");

  if (library == NULL)
    return NULL;
  pq = library;
  self = g_new0 (Postgres, 1);
  self->base.class = &class;
  self->window = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < KIOSK_N_TABLES; i++)
    self->copies[i] = g_string_new (NULL);
  self->connection = pq->PQconnectdb (url);
  if (pq->PQstatus (self->connection) != CONNECTION_OK)
    fail (self, error);
  else if (run (&self->base,
                "SET client_min_messages = warning; SET standard_conforming_strings = on;"
                "SET client_encoding = 'UTF8';"
                "CREATE SCHEMA IF NOT EXISTS kiosk; SET search_path = kiosk, public",
                error)
           && run (&self->base, schema, error))
    {
      /* without the extension parts are looked for in all phrases: slower, the same result */
      if (run (&self->base, "CREATE EXTENSION IF NOT EXISTS pg_trgm", NULL))
        run (&self->base,
             "CREATE INDEX IF NOT EXISTS phrase_by_part ON phrase USING gin (hay gin_trgm_ops)",
             NULL);
      return &self->base;
    }
  close_it (&self->base);
  return NULL;
}
