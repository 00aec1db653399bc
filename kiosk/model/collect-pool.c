/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "collect-private.h"

#include "kiosk/model/audit-format.h"

#include <string.h>

/* The lines that are kept, and how they are found: by all their bytes, by number, by their hash and by the one before. */

static guint
hash_of_hash (gconstpointer key)
{
  guint value;

  memcpy (&value, key, sizeof value); /* as good as random */
  return value;
}

gboolean
kiosk_collect_hash_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, KIOSK_AUDIT_HASH_SIZE) == 0;
}

KioskCollectStream *
kiosk_collect_stream_new (const guint8 *key, gsize keep_bytes)
{
  KioskCollectStream *self = g_new0 (KioskCollectStream, 1);

  memcpy (self->key, key, sizeof self->key);
  kiosk_audit_hash_begin (self->proved.hash, key);
  self->keep_bytes = keep_bytes;
  self->digests = g_hash_table_new (hash_of_hash, kiosk_collect_hash_equal);
  self->sequences = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                           (GDestroyNotify) g_ptr_array_unref);
  self->children = g_hash_table_new_full (hash_of_hash, kiosk_collect_hash_equal, g_free,
                                          (GDestroyNotify) g_ptr_array_unref);
  self->chains = g_hash_table_new (hash_of_hash, kiosk_collect_hash_equal);
  return self;
}

void
kiosk_collect_stream_free (KioskCollectStream *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->digests);
  g_hash_table_unref (self->sequences);
  g_hash_table_unref (self->children);
  g_hash_table_unref (self->chains);
  g_queue_clear_full (&self->kept, kiosk_collect_entry_free);
  g_clear_pointer (&self->checkpoint, g_bytes_unref);
  g_free (self);
}

static void
multi_add (GHashTable *table, gconstpointer key, gsize key_size, KioskCollectEntry *entry)
{
  GPtrArray *list = g_hash_table_lookup (table, key);

  if (list == NULL)
    {
      list = g_ptr_array_new ();
      g_hash_table_insert (table, g_memdup2 (key, key_size), list);
    }
  g_ptr_array_add (list, entry);
}

static void
multi_remove (GHashTable *table, gconstpointer key, KioskCollectEntry *entry)
{
  GPtrArray *list = g_hash_table_lookup (table, key);

  g_ptr_array_remove (list, entry);
  if (list->len == 0)
    g_hash_table_remove (table, key);
}

void
kiosk_collect_pool_add (KioskCollectStream *self, KioskCollectEntry *entry)
{
  g_queue_push_tail (&self->kept, entry);
  entry->place = self->kept.tail;
  self->bytes += g_bytes_get_size (entry->line);
  g_hash_table_insert (self->digests, entry->digest, entry);
  multi_add (self->sequences, &entry->sequence, sizeof entry->sequence, entry);
  multi_add (self->children, entry->previous, sizeof entry->previous, entry);
  if (!g_hash_table_contains (self->chains, entry->chain))
    g_hash_table_insert (self->chains, entry->chain, entry);
}

void
kiosk_collect_pool_remove (KioskCollectStream *self, KioskCollectEntry *entry)
{
  g_queue_delete_link (&self->kept, entry->place);
  self->bytes -= g_bytes_get_size (entry->line);
  g_hash_table_remove (self->digests, entry->digest);
  multi_remove (self->sequences, &entry->sequence, entry);
  multi_remove (self->children, entry->previous, entry);
  if (g_hash_table_lookup (self->chains, entry->chain) == entry)
    {
      GPtrArray *twins;

      g_hash_table_remove (self->chains, entry->chain);
      /* the same record with another code or signature */
      twins = g_hash_table_lookup (self->sequences, &entry->sequence);
      for (guint i = 0; twins != NULL && i < twins->len; i++)
        {
          KioskCollectEntry *twin = twins->pdata[i];

          if (kiosk_collect_hash_equal (twin->chain, entry->chain))
            {
              g_hash_table_insert (self->chains, twin->chain, twin);
              break;
            }
        }
    }
}

KioskCollectEntry *
kiosk_collect_pool_find_furthest (const KioskCollectStream *self)
{
  KioskCollectEntry *found = NULL;

  for (GList *l = self->kept.head; l != NULL; l = l->next)
    {
      KioskCollectEntry *entry = l->data;

      if (found == NULL || (found->linked && !entry->linked)
          || (found->linked == entry->linked && entry->sequence > found->sequence))
        found = entry;
    }
  return found;
}

const KioskAuditChain *
kiosk_collect_stream_get_proved (const KioskCollectStream *self)
{
  return &self->proved;
}

GPtrArray *
kiosk_collect_stream_list_kept (const KioskCollectStream *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (GList *l = self->kept.head; l != NULL; l = l->next)
    g_ptr_array_add (list, g_bytes_ref (((KioskCollectEntry *) l->data)->line));
  return list;
}

gboolean
kiosk_collect_stream_find_gap (const KioskCollectStream *self, guint64 *first, guint64 *last,
                               gint64 *since)
{
  guint64 reached = self->proved.sequence, next = G_MAXUINT64;
  gboolean found = FALSE;

  for (GList *l = self->kept.head; l != NULL; l = l->next)
    if (((KioskCollectEntry *) l->data)->linked)
      reached = MAX (reached, ((KioskCollectEntry *) l->data)->sequence);
  for (GList *l = self->kept.head; l != NULL; l = l->next)
    {
      const KioskCollectEntry *entry = l->data;

      if (entry->linked || entry->sequence <= reached)
        continue;
      if (!found)
        *since = entry->arrived;
      next = MIN (next, entry->sequence);
      found = TRUE;
    }
  *first = reached + 1;
  *last = next - 1;
  return found;
}

gboolean
kiosk_collect_stream_is_resting (const KioskCollectStream *self)
{
  guint64 reached = self->proved.sequence;
  gboolean ends = self->proved_ends;

  for (GList *l = self->kept.head; l != NULL; l = l->next)
    {
      const KioskCollectEntry *entry = l->data;

      if (entry->linked && entry->sequence > reached)
        {
          reached = entry->sequence;
          ends = entry->ends;
        }
    }
  return ends;
}
