/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "index-private.h"

#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"

#include <string.h>

/* Pages of records, and their stored lines. */

#define PAGE_LINES 1000 /* records that are read at once for their lines */

/* ---- Rows ---- */

static const char columns[]
    = "SELECT r.key, r.log, r.sequence, r.flags, r.outcome, h.word, l.site, p.word, f.name, s.word,"
      " f.address, a.word, e.word, n.word, f.ticket, f.purpose, f.detail, f.reference,"
      " f.work_order, f.approver, r.block FROM ";

static const char joins[] = " r JOIN log l ON l.id = r.log"
                            " LEFT JOIN word h ON h.id = r.host"
                            " LEFT JOIN word p ON p.id = r.person"
                            " LEFT JOIN word s ON s.id = r.server"
                            " LEFT JOIN word a ON a.id = r.action"
                            " LEFT JOIN word e ON e.id = r.reason"
                            " LEFT JOIN word n ON n.id = r.session"
                            " LEFT JOIN phrase f ON f.id = r.phrase";

#define COLUMN_BLOCK 20

static KioskIndexRecord *
read_record (KioskDbRows *rows)
{
  static const char *const outcomes[] = { "unknown", "success", "failure" };
  KioskIndexRecord *record = g_new0 (KioskIndexRecord, 1);
  gint64 flags = kiosk_db_rows_number (rows, 3);
  gint64 outcome = kiosk_db_rows_number (rows, 4);
  const char *category;

  record->key = kiosk_db_rows_number (rows, 0);
  record->time = record->key >> KIOSK_INDEX_KEY_BITS;
  record->log = kiosk_db_rows_number (rows, 1);
  record->sequence = (guint64) kiosk_db_rows_number (rows, 2);
  record->good = (flags & KIOSK_RECORD_GOOD) != 0;
  record->trouble = (flags & KIOSK_RECORD_TROUBLE) != 0;
  record->outcome = g_strdup (outcomes[outcome == 1 || outcome == 2 ? outcome : 0]);
  record->host = kiosk_db_rows_text (rows, 5);
  record->site = kiosk_db_rows_text (rows, 6);
  record->person = kiosk_db_rows_text (rows, 7);
  record->person_name = kiosk_db_rows_text (rows, 8);
  record->server = kiosk_db_rows_text (rows, 9);
  record->address = kiosk_db_rows_text (rows, 10);
  record->action = kiosk_db_rows_text (rows, 11);
  record->reason = kiosk_db_rows_text (rows, 12);
  record->session = kiosk_db_rows_text (rows, 13);
  record->ticket = kiosk_db_rows_text (rows, 14);
  record->purpose = kiosk_db_rows_text (rows, 15);
  record->detail = kiosk_db_rows_text (rows, 16);
  record->reference = kiosk_db_rows_text (rows, 17);
  record->order = kiosk_db_rows_text (rows, 18);
  record->approver = kiosk_db_rows_text (rows, 19);
  category = kiosk_audit_action_category (record->action);
  record->category = g_strdup (category != NULL ? category : "");
  return record;
}

void
kiosk_index_record_free (KioskIndexRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->host);
  g_free (record->site);
  g_free (record->person);
  g_free (record->person_name);
  g_free (record->server);
  g_free (record->address);
  g_free (record->action);
  g_free (record->category);
  g_free (record->outcome);
  g_free (record->reason);
  g_free (record->session);
  g_free (record->ticket);
  g_free (record->purpose);
  g_free (record->detail);
  g_free (record->reference);
  g_free (record->order);
  g_free (record->approver);
  g_free (record);
}

/* ---- Pages ---- */

/* The rows first, the words after: what is joined is only the page. */
static KioskDbRows *
open_page (KioskIndex *self, const KioskIndexFilter *filter, KioskIndexOrder order, gint64 after,
           guint limit, guint64 skip, GError **error)
{
  gboolean newest = order == KIOSK_INDEX_NEWEST_FIRST;
  g_autoptr (KioskDbQuery) query = kiosk_db_query_new (columns);

  kiosk_db_query_append (query, "(SELECT * FROM record r WHERE 1 = 1");
  if (!kiosk_index_add_filter (self, query, filter, error))
    return NULL;
  if (after != 0)
    kiosk_db_query_add_number (query, newest ? " AND r.key < " : " AND r.key > ", after);
  kiosk_db_query_append (query, newest ? " ORDER BY r.key DESC" : " ORDER BY r.key");
  kiosk_db_query_add_number (query, " LIMIT ", limit);
  if (skip > 0)
    kiosk_db_query_add_number (query, " OFFSET ", (gint64) MIN (skip, G_MAXINT64));
  kiosk_db_query_append (query, ")");
  kiosk_db_query_append (query, joins);
  kiosk_db_query_append (query, newest ? " ORDER BY r.key DESC" : " ORDER BY r.key");
  return kiosk_db_query_run (self->db, query, error);
}

/* @places (may be NULL) gets where the lines are. */
static GPtrArray *
get_page (KioskIndex *self, const KioskIndexFilter *filter, KioskIndexOrder order, gint64 after,
          guint limit, guint64 skip, GArray *places, GError **error)
{
  g_autoptr (GPtrArray) page
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_index_record_free);
  g_autoptr (KioskDbRows) rows = open_page (self, filter, order, after, limit, skip, error);
  int there = rows != NULL ? 1 : -1;

  while (there > 0 && (there = kiosk_db_rows_next (rows, error)) > 0)
    {
      gint64 place = kiosk_db_rows_number (rows, COLUMN_BLOCK);

      g_ptr_array_add (page, read_record (rows));
      if (places != NULL)
        g_array_append_val (places, place);
    }
  return there == 0 ? g_steal_pointer (&page) : NULL;
}

GPtrArray *
kiosk_index_get_page (KioskIndex *self, const KioskIndexFilter *filter, KioskIndexOrder order,
                      gint64 after, guint limit, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return get_page (self, filter, order, after, limit, 0, NULL, error);
}

KioskIndexRecord *
kiosk_index_get_nth (KioskIndex *self, const KioskIndexFilter *filter, KioskIndexOrder order,
                     guint64 position, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GPtrArray) page = get_page (self, filter, order, 0, 1, position, NULL, error);

  return page != NULL && page->len > 0 ? g_ptr_array_steal_index (page, 0) : NULL;
}

/* ---- Numbers ---- */

static gboolean
count_records (KioskIndex *self, const KioskIndexFilter *filter, const char *condition, gint64 key,
               guint64 *total, GError **error)
{
  static const KioskIndexFilter all = { 0 };
  g_autoptr (KioskDbQuery) query = NULL;
  gint64 n = 0;

  if (condition == NULL && (filter == NULL || memcmp (filter, &all, sizeof all) == 0))
    /* every log knows how many it has */
    query = kiosk_db_query_new ("SELECT CAST (sum (records) AS BIGINT) FROM log");
  else
    {
      query = kiosk_db_query_new ("SELECT count (*) FROM record r WHERE 1 = 1");
      if (!kiosk_index_add_filter (self, query, filter, error))
        return FALSE;
      if (condition != NULL)
        kiosk_db_query_add_number (query, condition, key);
    }
  if (!kiosk_db_query_number (self->db, query, &n, error))
    return FALSE;
  *total = (guint64) n;
  return TRUE;
}

gboolean
kiosk_index_count (KioskIndex *self, const KioskIndexFilter *filter, guint64 *total, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return count_records (self, filter, NULL, 0, total, error);
}

gboolean
kiosk_index_get_position (KioskIndex *self, const KioskIndexFilter *filter, KioskIndexOrder order,
                          gint64 key, guint64 *position, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return count_records (self, filter,
                        order == KIOSK_INDEX_NEWEST_FIRST ? " AND r.key > " : " AND r.key < ", key,
                        position, error);
}

/* ---- Stored lines ---- */

static GBytes *
copy_line (KioskDb *db, gint64 place, GError **error)
{
  g_autoptr (GBytes) block = kiosk_blocks_read (db, place / KIOSK_BLOCK_LINES, error);
  const char *line;
  gsize length;

  if (block == NULL)
    return NULL;
  if (kiosk_blocks_get_line (block, (guint) (place % KIOSK_BLOCK_LINES), &line, &length))
    return g_bytes_new (line, length);
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "index: a stored line is gone");
  return NULL;
}

KioskIndexRecord *
kiosk_index_get_record (KioskIndex *self, gint64 key, GBytes **line, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) page
      = get_page (self, NULL, KIOSK_INDEX_OLDEST_FIRST, key - 1, 1, 0, places, error);

  if (page == NULL)
    return NULL;
  if (page->len == 0 || ((KioskIndexRecord *) g_ptr_array_index (page, 0))->key != key)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "index: no such record");
      return NULL;
    }
  if (line != NULL
      && (*line = copy_line (self->db, g_array_index (places, gint64, 0), error)) == NULL)
    return NULL;
  return g_ptr_array_steal_index (page, 0);
}

/* Blocks follow each other as records do, so the last one is kept. */
typedef struct {
  gint64 id;
  GBytes *bytes;
} LastBlock;

static gboolean
find_line (KioskDb *db, LastBlock *block, gint64 place, const char **line, gsize *length,
           GError **error)
{
  gint64 id = place / KIOSK_BLOCK_LINES;

  if (block->bytes == NULL || block->id != id)
    {
      g_clear_pointer (&block->bytes, g_bytes_unref);
      block->bytes = kiosk_blocks_read (db, id, error);
      block->id = id;
    }
  if (block->bytes == NULL)
    return FALSE;
  if (kiosk_blocks_get_line (block->bytes, (guint) (place % KIOSK_BLOCK_LINES), line, length))
    return TRUE;
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "index: a stored line is gone");
  return FALSE;
}

gboolean
kiosk_index_foreach_line_of (KioskIndex *self, const KioskIndexFilter *filter,
                             KioskIndexOrder order, guint limit, KioskIndexLine on_line,
                             gpointer user_data, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  LastBlock block = { 0 };
  guint left = limit > 0 ? limit : G_MAXUINT;
  gint64 after = 0;
  gboolean good = TRUE, more = TRUE;

  while (good && more && left > 0)
    {
      guint wanted = MIN (left, PAGE_LINES);
      g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_autoptr (GPtrArray) page = get_page (self, filter, order, after, wanted, 0, places, error);

      good = page != NULL;
      more = good && page->len == wanted;
      left -= good ? page->len : 0;
      for (guint i = 0; good && i < page->len; i++)
        {
          const KioskIndexRecord *record = g_ptr_array_index (page, i);
          const char *line;
          gsize length;

          after = record->key;
          good = find_line (self->db, &block, g_array_index (places, gint64, i), &line, &length,
                            error);
          if (good && !on_line (record, line, length, user_data))
            {
              more = FALSE;
              break;
            }
        }
    }
  g_clear_pointer (&block.bytes, g_bytes_unref);
  return good;
}

gboolean
kiosk_index_foreach_line (KioskIndex *self, const KioskIndexFilter *filter, KioskIndexLine on_line,
                          gpointer user_data, GError **error)
{
  return kiosk_index_foreach_line_of (self, filter, KIOSK_INDEX_OLDEST_FIRST, 0, on_line, user_data,
                                      error);
}
