/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "index-private.h"

#include "kiosk/base/error.h"

#include <string.h>
#include <zstd.h>

/* The stored lines in an index, as they stood in the log, byte for byte. Alone they would be nine tenths of it; in groups they compress
 * to a fifth. Compression is what an import would wait for most, so it runs beside it in a thread that sees nothing but bytes. */

#define LEVEL 1
#define RAW_MAX ((gsize) KIOSK_BLOCK_LINES * (KIOSK_AUDIT_LINE_MAX + 1))
#define WAITING_MAX 64 /* blocks on their way: the memory that they may take */

typedef struct {
  gint64 id;
  GString *raw; /* NULL: the thread ends */
  void *packed;
  gsize length; /* of @packed; 0: it failed */
} Block;

struct _KioskBlocks {
  KioskDb *db;
  gint64 log;
  Block *block; /* that is being filled */
  guint lines;
  gint64 next_id;
  guint waiting;
  GAsyncQueue *raw, *packed;
  GThread *thread;
};

static void
block_free (Block *block)
{
  if (block->raw != NULL)
    g_string_free (block->raw, TRUE);
  g_free (block->packed);
  g_free (block);
}

static gpointer
compress (gpointer data)
{
  KioskBlocks *self = data;
  ZSTD_CCtx *context = ZSTD_createCCtx ();

  while (TRUE)
    {
      Block *block = g_async_queue_pop (self->raw);
      gsize bound, length;

      if (block->raw == NULL)
        {
          block_free (block);
          break;
        }
      bound = ZSTD_compressBound (block->raw->len);
      block->packed = g_malloc (bound);
      length = ZSTD_compressCCtx (context, block->packed, bound, block->raw->str, block->raw->len,
                                  LEVEL);
      block->length = ZSTD_isError (length) ? 0 : length;
      g_async_queue_push (self->packed, block);
    }
  ZSTD_freeCCtx (context);
  return NULL;
}

KioskBlocks *
kiosk_blocks_new (KioskDb *db, gint64 log, gint64 first)
{
  KioskBlocks *self = g_new0 (KioskBlocks, 1);

  self->db = db;
  self->log = log;
  self->next_id = first;
  self->raw = g_async_queue_new ();
  self->packed = g_async_queue_new ();
  self->thread = g_thread_new ("compress", compress, self);
  return self;
}

/* Takes the next block that is ready, or waits for it. */
static gboolean
put_one (KioskBlocks *self, GError **error)
{
  Block *block = g_async_queue_pop (self->packed);
  KioskDbValue values[] = { KIOSK_DB_NUMBER (block->id),
                            KIOSK_DB_NUMBER (self->log),
                            { KIOSK_DB_BLOB, 0, block->packed, block->length } };
  gboolean good = block->length > 0;

  self->waiting--;
  if (!good)
    g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "index: cannot compress");
  good = good && self->db->class->put (self->db, KIOSK_TABLE_BLOCK, values, error);
  block_free (block);
  return good;
}

static gboolean
hand_over (KioskBlocks *self, GError **error)
{
  if (self->block == NULL)
    return TRUE;
  g_async_queue_push (self->raw, g_steal_pointer (&self->block));
  self->waiting++;
  while (self->waiting > 0
         && (self->waiting > WAITING_MAX || g_async_queue_length (self->packed) > 0))
    if (!put_one (self, error))
      return FALSE;
  return TRUE;
}

static void
begin_block (KioskBlocks *self, gint64 id)
{
  self->block = g_new0 (Block, 1);
  self->block->id = id;
  self->block->raw = g_string_sized_new (KIOSK_BLOCK_LINES * 1024);
  self->lines = 0;
}

gboolean
kiosk_blocks_add (KioskBlocks *self, const char *line, gsize length, gint64 *place, GError **error)
{
  if (self->block == NULL)
    begin_block (self, self->next_id++);
  *place = self->block->id * KIOSK_BLOCK_LINES + self->lines++;
  g_string_append_len (self->block->raw, line, (gssize) length);
  g_string_append_c (self->block->raw, '\n');
  return self->lines < KIOSK_BLOCK_LINES || hand_over (self, error);
}

gint64
kiosk_blocks_get_place (const KioskBlocks *self)
{
  return self->block != NULL ? self->block->id * KIOSK_BLOCK_LINES + self->lines
                             : self->next_id * KIOSK_BLOCK_LINES;
}

gboolean
kiosk_blocks_reopen (KioskBlocks *self, GBytes *lines, gint64 place)
{
  guint number = (guint) (place % KIOSK_BLOCK_LINES);
  const char *raw = g_bytes_get_data (lines, NULL), *line;
  gsize length;

  if (number == 0 || !kiosk_blocks_get_line (lines, number - 1, &line, &length))
    return FALSE;
  begin_block (self, place / KIOSK_BLOCK_LINES);
  g_string_append_len (self->block->raw, raw, line + length + 1 - raw);
  self->lines = number;
  self->next_id = MAX (self->next_id, self->block->id + 1);
  return TRUE;
}

gboolean
kiosk_blocks_finish (KioskBlocks *self, gboolean drop, GError **error)
{
  gboolean good = !drop && hand_over (self, error);

  while (good && self->waiting > 0)
    good = put_one (self, error);
  g_async_queue_push (self->raw, g_new0 (Block, 1));
  g_thread_join (self->thread);
  for (Block *left; (left = g_async_queue_try_pop (self->packed)) != NULL;)
    block_free (left);
  g_clear_pointer (&self->block, block_free);
  g_async_queue_unref (self->raw);
  g_async_queue_unref (self->packed);
  g_free (self);
  return good;
}

/* ---- Reading ---- */

GBytes *
kiosk_blocks_read (KioskDb *db, gint64 block, GError **error)
{
  KioskDbValue value = KIOSK_DB_NUMBER (block);
  g_autoptr (KioskDbRows) rows
      = db->class->query (db, "SELECT lines FROM block WHERE id = $1", &value, 1, error);
  int there = rows != NULL ? kiosk_db_rows_next (rows, error) : -1;
  gsize length = 0;
  const char *packed = there > 0 ? db->class->get_bytes (rows, 0, &length) : "";
  unsigned long long size = ZSTD_getFrameContentSize (packed, length);
  g_autofree char *raw = NULL;

  if (there < 0)
    return NULL;
  /* CONTENTSIZE_ERROR and _UNKNOWN are the greatest numbers there are */
  if (size <= RAW_MAX)
    raw = g_malloc (size + 1);
  if (raw == NULL || ZSTD_decompress (raw, size, packed, length) != size)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                           "index: stored lines are damaged");
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&raw), size);
}

gboolean
kiosk_blocks_get_line (GBytes *block, guint number, const char **line, gsize *length)
{
  gsize size;
  const char *p = g_bytes_get_data (block, &size);
  const char *end = p + size;

  for (guint i = 0; p < end; i++)
    {
      const char *feed = memchr (p, '\n', (gsize) (end - p));

      if (feed == NULL)
        return FALSE;
      if (i == number)
        {
          *line = p;
          *length = (gsize) (feed - p);
          return TRUE;
        }
      p = feed + 1;
    }
  return FALSE;
}
