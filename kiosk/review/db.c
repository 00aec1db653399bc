/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "db.h"

#include <string.h>

/* Statements that are put together from parts. Values never become part of the SQL. */

/* ---- Through the class ---- */

gboolean
kiosk_db_run (KioskDb *db, const char *script, GError **error)
{
  return db->class->run (db, script, error);
}

int
kiosk_db_rows_next (KioskDbRows *rows, GError **error)
{
  return rows->db->class->next (rows, error);
}

gint64
kiosk_db_rows_number (KioskDbRows *rows, int column)
{
  return rows->db->class->get_number (rows, column);
}

char *
kiosk_db_rows_text (KioskDbRows *rows, int column)
{
  gsize length = 0;
  const char *text = rows->db->class->get_bytes (rows, column, &length);

  return g_strndup (text, length);
}

GBytes *
kiosk_db_rows_bytes (KioskDbRows *rows, int column)
{
  gsize length = 0;
  const char *bytes = rows->db->class->get_bytes (rows, column, &length);

  return g_bytes_new (bytes, length);
}

void
kiosk_db_rows_end (KioskDbRows *rows)
{
  if (rows != NULL)
    rows->db->class->end (rows);
}

/* ---- Statements ---- */

KioskDbQuery *
kiosk_db_query_new (const char *sql)
{
  KioskDbQuery *self = g_new0 (KioskDbQuery, 1);

  self->sql = g_string_new (sql);
  self->values = g_array_new (FALSE, FALSE, sizeof (KioskDbValue));
  self->owned = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
kiosk_db_query_free (KioskDbQuery *self)
{
  g_string_free (self->sql, TRUE);
  g_array_unref (self->values);
  g_ptr_array_unref (self->owned);
  g_free (self);
}

void
kiosk_db_query_append (KioskDbQuery *self, const char *sql)
{
  g_string_append (self->sql, sql);
}

void
kiosk_db_query_add (KioskDbQuery *self, const char *before, KioskDbValue value, const char *after)
{
  g_array_append_val (self->values, value);
  g_string_append_printf (self->sql, "%s$%u%s", before, self->values->len, after);
}

void
kiosk_db_query_add_number (KioskDbQuery *self, const char *before, gint64 number)
{
  kiosk_db_query_add (self, before, KIOSK_DB_NUMBER (number), "");
}

void
kiosk_db_query_add_text (KioskDbQuery *self, const char *before, const char *text,
                         const char *after)
{
  kiosk_db_query_add (self, before, KIOSK_DB_STRING (text), after);
}

void
kiosk_db_query_add_text_owned (KioskDbQuery *self, const char *before, char *text,
                               const char *after)
{
  g_ptr_array_add (self->owned, text);
  kiosk_db_query_add_text (self, before, text, after);
}

KioskDbRows *
kiosk_db_query_run (KioskDb *db, const KioskDbQuery *query, GError **error)
{
  return db->class->query (db, query->sql->str, (const KioskDbValue *) (void *) query->values->data,
                           query->values->len, error);
}

static gboolean
first_number (KioskDbRows *rows, gint64 *number, GError **error)
{
  int there = kiosk_db_rows_next (rows, error);

  if (there > 0)
    *number = kiosk_db_rows_number (rows, 0);
  return there >= 0;
}

gboolean
kiosk_db_query_number (KioskDb *db, const KioskDbQuery *query, gint64 *number, GError **error)
{
  g_autoptr (KioskDbRows) rows = kiosk_db_query_run (db, query, error);

  return rows != NULL && first_number (rows, number, error);
}

gboolean
kiosk_db_number (KioskDb *db, const char *sql, gint64 *number, GError **error)
{
  g_autoptr (KioskDbRows) rows = db->class->query (db, sql, NULL, 0, error);

  return rows != NULL && first_number (rows, number, error);
}

gboolean
kiosk_db_do (KioskDb *db, const char *sql, const KioskDbValue *values, guint n, GError **error)
{
  g_autoptr (KioskDbRows) rows = db->class->query (db, sql, values, n, error);
  int there = rows != NULL ? 1 : -1;

  while (there > 0)
    there = kiosk_db_rows_next (rows, error);
  return there == 0;
}
