/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "collect-private.h"

#include <string.h>

/* The lines of one terminal on their way into the store. Lines form a tree: each names the hash of the one before. Those that hang from the last
 * proved record are linked, the others wait for what is missing. A checkpoint that becomes linked is verified, with all
 * lines on its way back, by the same verifier that judges files. */

static void
outcast_free (gpointer data)
{
  KioskCollectOutcast *self = data;

  g_bytes_unref (self->line);
  g_free (self);
}

void
kiosk_collect_result_clear (KioskCollectResult *result)
{
  g_clear_pointer (&result->proved, g_ptr_array_unref);
  g_clear_pointer (&result->outcasts, g_ptr_array_unref);
}

static void
cast_out (KioskCollectStream *self, KioskCollectEntry *entry, KioskAuditFault fault,
          KioskCollectResult *result)
{
  KioskCollectOutcast *outcast = g_new0 (KioskCollectOutcast, 1);

  kiosk_collect_pool_remove (self, entry);
  outcast->line = g_bytes_ref (entry->line);
  outcast->sequence = entry->sequence;
  outcast->fault = fault;
  g_ptr_array_add (result->outcasts, outcast);
  kiosk_collect_entry_free (entry);
}

static gboolean
is_linked (const KioskCollectStream *self, const KioskCollectEntry *entry)
{
  const KioskCollectEntry *before;

  if (kiosk_collect_hash_equal (entry->previous, self->proved.hash))
    return entry->sequence == self->proved.sequence + 1;
  before = g_hash_table_lookup (self->chains, entry->previous);
  return before != NULL && before->linked && entry->sequence == before->sequence + 1;
}

/* ---- Proof ---- */

/* The lines from behind the last proved one to @entry, in order; not owned. */
static GPtrArray *
trace (const KioskCollectStream *self, KioskCollectEntry *entry)
{
  GPtrArray *way = g_ptr_array_new ();

  for (KioskCollectEntry *at = entry; at != NULL;
       at = kiosk_collect_hash_equal (at->previous, self->proved.hash)
                ? NULL
                : g_hash_table_lookup (self->chains, at->previous))
    g_ptr_array_add (way, at);
  for (guint i = 0; i < way->len / 2; i++)
    {
      gpointer swap = way->pdata[i];

      way->pdata[i] = way->pdata[way->len - 1 - i];
      way->pdata[way->len - 1 - i] = swap;
    }
  return way;
}

/* The fault in @way, and in *@index which line has it. */
static KioskAuditFault
verify (const KioskCollectStream *self, const GPtrArray *way, guint *index)
{
  KioskAuditKeys keys = { .key = self->key };
  g_autoptr (KioskAuditVerifier) verifier = kiosk_audit_verifier_new (&keys);
  KioskAuditReport report;
  gboolean good = TRUE;
  gsize length;
  const char *bytes;

  if (self->checkpoint != NULL)
    {
      bytes = g_bytes_get_data (self->checkpoint, &length);
      kiosk_audit_verifier_feed (verifier, bytes, length);
    }
  for (guint i = 0; i < way->len && good; i++)
    {
      bytes = g_bytes_get_data (((KioskCollectEntry *) way->pdata[i])->line, &length);
      kiosk_audit_verifier_feed (verifier, bytes, length);
      good = kiosk_audit_verifier_is_good (verifier);
      *index = i;
    }
  if (good)
    return KIOSK_AUDIT_OK; /* that the first line is not record 1 is no fault here */
  kiosk_audit_verifier_finish (verifier, &report, NULL);
  return report.fault;
}

static void
forget_links (KioskCollectStream *self)
{
  for (GList *l = self->kept.head; l != NULL; l = l->next)
    ((KioskCollectEntry *) l->data)->linked = FALSE;
}

/* What has a proved number and is not the proved line. */
static void
cast_out_losers (KioskCollectStream *self, guint64 first, KioskCollectResult *result)
{
  gboolean any = FALSE;

  for (guint64 n = first; n <= self->proved.sequence; n++)
    {
      GPtrArray *list;

      while ((list = g_hash_table_lookup (self->sequences, &n)) != NULL)
        {
          cast_out (self, list->pdata[0], KIOSK_AUDIT_OK, result);
          any = TRUE;
        }
    }
  if (any)
    forget_links (self);
}

static void
prove (KioskCollectStream *self, const GPtrArray *way, KioskCollectResult *result)
{
  guint64 first = self->proved.sequence + 1;

  for (guint i = 0; i < way->len; i++)
    {
      KioskCollectEntry *entry = way->pdata[i];

      kiosk_collect_pool_remove (self, entry);
      g_ptr_array_add (result->proved, g_bytes_ref (entry->line));
      if (i + 1 == way->len)
        {
          g_clear_pointer (&self->checkpoint, g_bytes_unref);
          self->checkpoint = g_bytes_ref (entry->line);
          self->proved_ends = entry->ends;
          self->proved.sequence = entry->sequence;
          memcpy (self->proved.hash, entry->chain, sizeof self->proved.hash);
        }
      kiosk_collect_entry_free (entry);
    }
  cast_out_losers (self, first, result);
  result->proved_sequence = self->proved.sequence;
  memcpy (result->proved_chain, self->proved.hash, sizeof result->proved_chain);
}

/* Links @entry and all that hangs from it, and proves what can be. */
static void
link_all (KioskCollectStream *self, KioskCollectEntry *entry, KioskCollectResult *result)
{
  g_autoptr (GPtrArray) ready = g_ptr_array_new ();

  g_ptr_array_add (ready, entry);
  while (ready->len > 0)
    {
      KioskCollectEntry *at = g_ptr_array_steal_index (ready, ready->len - 1);
      GPtrArray *next;
      guint8 chain[KIOSK_AUDIT_HASH_SIZE];

      if (at->linked || !is_linked (self, at))
        continue;
      at->linked = TRUE;
      memcpy (chain, at->chain, sizeof chain);
      if (at->sealed)
        {
          g_autoptr (GPtrArray) way = trace (self, at);
          guint index = 0;
          KioskAuditFault fault = verify (self, way, &index);

          /* what hangs from here is all that still counts, or it must be looked at anew */
          g_ptr_array_set_size (ready, 0);
          if (fault == KIOSK_AUDIT_OK)
            prove (self, way, result);
          else
            {
              cast_out (self, way->pdata[index], fault, result);
              forget_links (self);
            }
          next = g_hash_table_lookup (self->children, self->proved.hash);
        }
      else
        next = g_hash_table_lookup (self->children, chain);
      for (guint i = 0; next != NULL && i < next->len; i++)
        g_ptr_array_add (ready, next->pdata[i]);
    }
}

/* ---- Room ---- */

static void
make_room (KioskCollectStream *self, KioskCollectResult *result)
{
  while (self->bytes > self->keep_bytes)
    {
      cast_out (self, kiosk_collect_pool_find_furthest (self), KIOSK_AUDIT_OK, result);
      result->pushed_out = TRUE;
    }
}

/* ---- Public ---- */

gboolean
kiosk_collect_stream_resume (KioskCollectStream *self, GBytes *line)
{
  KioskAuditFault fault;
  guint64 sequence;
  KioskCollectEntry *entry = kiosk_collect_entry_read (line, &fault, &sequence);

  if (entry == NULL || !entry->sealed)
    {
      g_clear_pointer (&entry, kiosk_collect_entry_free);
      return FALSE;
    }
  g_clear_pointer (&self->checkpoint, g_bytes_unref);
  self->checkpoint = g_bytes_ref (line);
  self->proved.sequence = entry->sequence;
  self->proved_ends = entry->ends;
  memcpy (self->proved.hash, entry->chain, sizeof self->proved.hash);
  kiosk_collect_entry_free (entry);
  return TRUE;
}

void
kiosk_collect_stream_take (KioskCollectStream *self, GBytes *line, gint64 now,
                           KioskCollectResult *result)
{
  KioskCollectEntry *entry;

  memset (result, 0, sizeof *result);
  result->proved = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  result->outcasts = g_ptr_array_new_with_free_func (outcast_free);
  entry = kiosk_collect_entry_read (line, &result->fault, &result->sequence);
  if (entry == NULL)
    {
      result->verdict = KIOSK_COLLECT_BAD;
      return;
    }
  if (entry->sequence <= self->proved.sequence
      || g_hash_table_contains (self->digests, entry->digest))
    {
      result->verdict
          = entry->sequence <= self->proved.sequence ? KIOSK_COLLECT_OLD : KIOSK_COLLECT_DUPLICATE;
      kiosk_collect_entry_free (entry);
      return;
    }
  entry->arrived = now;
  result->verdict = g_hash_table_contains (self->sequences, &entry->sequence) ? KIOSK_COLLECT_FORK
                                                                              : KIOSK_COLLECT_KEPT;
  kiosk_collect_pool_add (self, entry);
  link_all (self, entry, result);
  make_room (self, result);
}
