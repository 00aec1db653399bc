/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The database under an index: the few things that SQLite and PostgreSQL do differently. Statements are written once, in the SQL that
 * both know, with $1, $2 ... in the order in which they first stand there. Not thread safe: the index has the lock. */
typedef struct _KioskDb KioskDb;
typedef struct _KioskDbRows KioskDbRows;

/* ---- Tables that are filled by an import; columns as in schema.c ---- */

typedef enum {
  KIOSK_TABLE_WORD,
  KIOSK_TABLE_PHRASE,
  KIOSK_TABLE_BLOCK,
  KIOSK_TABLE_RECORD,
  KIOSK_TABLE_STAY,
  KIOSK_TABLE_STAY_PART,
  KIOSK_TABLE_OUTAGE,
  KIOSK_TABLE_PART,
  KIOSK_N_TABLES
} KioskTable;

typedef struct {
  const char *name;
  guint columns;
} KioskTableInfo;

extern const KioskTableInfo kiosk_tables[KIOSK_N_TABLES];

typedef enum { KIOSK_DB_NULL, KIOSK_DB_INTEGER, KIOSK_DB_TEXT, KIOSK_DB_BLOB } KioskDbType;

typedef struct {
  KioskDbType type;
  gint64 number;
  const void *bytes; /* of a text or blob; borrowed */
  gsize length;
} KioskDbValue;

#define KIOSK_DB_NUMBER(n) ((KioskDbValue){ KIOSK_DB_INTEGER, (n), NULL, 0 })
#define KIOSK_DB_STRING(s) ((KioskDbValue){ KIOSK_DB_TEXT, 0, (s), strlen (s) })
#define KIOSK_DB_BYTES(b, n) ((KioskDbValue){ KIOSK_DB_BLOB, 0, (n) > 0 ? (b) : "", (n) })
/* A number of which 0 means that there is none. */
#define KIOSK_DB_OPTIONAL(n)                                                                       \
  ((KioskDbValue){ (n) != 0 ? KIOSK_DB_INTEGER : KIOSK_DB_NULL, (n), NULL, 0 })

/* ---- What a database can do ---- */

typedef struct {
  void (*close) (KioskDb *db);
  /* Statements without values, separated by semicolons. */
  gboolean (*run) (KioskDb *db, const char *script, GError **error);
  KioskDbRows *(*query) (KioskDb *db, const char *sql, const KioskDbValue *values, guint n,
                         GError **error);
  /* 1: there is a row, 0: no more, -1: @error. */
  int (*next) (KioskDbRows *rows, GError **error);
  gint64 (*get_number) (KioskDbRows *rows, int column); /* NULL is 0 */
  const char *(*get_bytes) (KioskDbRows *rows, int column,
                            gsize *length); /* NULL is ""; valid until the next row */
  void (*end) (KioskDbRows *rows);
  /* Puts a row into a table; it may be there only after flush(). */
  gboolean (*put) (KioskDb *db, KioskTable table, const KioskDbValue *values, GError **error);
  gboolean (*flush) (KioskDb *db, GError **error);
  /* Whether a record has this key: 1, 0, -1 with @error. Knows what was put. */
  int (*has_key) (KioskDb *db, gint64 key, GError **error);
  /* Records were deleted: what it knows may be wrong. */
  void (*forget_keys) (KioskDb *db);
  const char
      *phrase_part; /* SQL up to a value "%part%": the ids of phrases with this part, by an index */
  const char *like; /* LIKE for which upper and lower case are the same */
  const char *index_key; /* for kiosk_db_indexes() */
  const char *
      search; /* takes phrases with a number greater than $1 into that index; "" when the server does it */
} KioskDbClass;

struct _KioskDb {
  const KioskDbClass *class;
};

struct _KioskDbRows {
  KioskDb *db;
};

KioskDb *kiosk_db_open_sqlite (const char *path, GError **error);
KioskDb *kiosk_db_open_postgres (const char *url, GError **error);

/* schema.c: scripts for both, owned by the caller. @id: type of a primary key; @blob: type of bytes; @partition: what stands behind
 * the table of records; @key: what an index of records needs to be in the order of time. */
char *kiosk_db_schema (const char *id, const char *blob, const char *partition);
char *kiosk_db_indexes (const char *key);
extern const char kiosk_db_drop_indexes[];

/* ---- A statement that is put together ---- */

typedef struct {
  GString *sql;
  GArray *values;   /* KioskDbValue */
  GPtrArray *owned; /* texts of the query's own */
} KioskDbQuery;

KioskDbQuery *kiosk_db_query_new (const char *sql);
void kiosk_db_query_free (KioskDbQuery *self);

/* Appends @before, the place of @value, and @after. A text is borrowed, but by _owned. */
void kiosk_db_query_add (KioskDbQuery *self, const char *before, KioskDbValue value,
                         const char *after);
void kiosk_db_query_add_number (KioskDbQuery *self, const char *before, gint64 number);
void kiosk_db_query_add_text (KioskDbQuery *self, const char *before, const char *text,
                              const char *after);
void kiosk_db_query_add_text_owned (KioskDbQuery *self, const char *before, char *text,
                                    const char *after);
void kiosk_db_query_append (KioskDbQuery *self, const char *sql);

KioskDbRows *kiosk_db_query_run (KioskDb *db, const KioskDbQuery *query, GError **error);

/* Its first column of its first row: *@number, untouched when there is no row. */
gboolean kiosk_db_query_number (KioskDb *db, const KioskDbQuery *query, gint64 *number,
                                GError **error);

/* The same for @sql without values. */
gboolean kiosk_db_number (KioskDb *db, const char *sql, gint64 *number, GError **error);

/* A statement whose rows, if any, do not matter. */
gboolean kiosk_db_do (KioskDb *db, const char *sql, const KioskDbValue *values, guint n,
                      GError **error);

gboolean kiosk_db_run (KioskDb *db, const char *script, GError **error);
int kiosk_db_rows_next (KioskDbRows *rows, GError **error);
gint64 kiosk_db_rows_number (KioskDbRows *rows, int column);
char *kiosk_db_rows_text (KioskDbRows *rows, int column);    /* a copy, never NULL */
GBytes *kiosk_db_rows_bytes (KioskDbRows *rows, int column); /* a copy */
void kiosk_db_rows_end (KioskDbRows *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskDbQuery, kiosk_db_query_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskDbRows, kiosk_db_rows_end)
