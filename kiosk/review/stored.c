/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "stored.h"

#include <string.h>

struct _KioskStored {
  KioskDb *db;
  gint64 log, next; /* number of the block that comes next, at least */
  guint skip;       /* lines of that block */
  GBytes *block;
  const char *at, *end;
};

KioskStored *
kiosk_stored_new (KioskDb *db, gint64 log, gint64 place)
{
  KioskStored *self = g_new0 (KioskStored, 1);

  self->db = db;
  self->log = log;
  self->next = place / KIOSK_BLOCK_LINES;
  self->skip = (guint) (place % KIOSK_BLOCK_LINES);
  return self;
}

void
kiosk_stored_free (KioskStored *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->block, g_bytes_unref);
  g_free (self);
}

/* 1, 0: there is none, -1. */
static int
open_next (KioskStored *self, GError **error)
{
  g_autoptr (KioskDbQuery) query = kiosk_db_query_new ("SELECT min (id) FROM block WHERE log = ");
  gint64 id = 0, wanted = self->next;
  gsize length;
  const char *line;

  kiosk_db_query_add_number (query, "", self->log);
  kiosk_db_query_add_number (query, " AND id >= ", wanted);
  if (!kiosk_db_query_number (self->db, query, &id, error))
    return -1;
  g_clear_pointer (&self->block, g_bytes_unref);
  if (id == 0)
    return 0;
  self->block = kiosk_blocks_read (self->db, id, error);
  if (self->block == NULL)
    return -1;
  self->at = g_bytes_get_data (self->block, &length);
  self->end = self->at + length;
  /* the place was in this block, or it was behind the last line of the one before */
  if (id == wanted && self->skip > 0)
    {
      if (!kiosk_blocks_get_line (self->block, self->skip - 1, &line, &length))
        return 0;
      self->at = line + length + 1;
    }
  self->skip = 0;
  self->next = id + 1;
  return 1;
}

int
kiosk_stored_follow (KioskStored *self, const char *line, gsize length, GError **error)
{
  while (self->block == NULL || self->at == self->end)
    {
      int there = open_next (self, error);

      if (there <= 0)
        return there;
    }
  if ((gsize) (self->end - self->at) <= length || memcmp (self->at, line, length) != 0
      || self->at[length] != '\n')
    return 0;
  self->at += length + 1;
  return 1;
}
