/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/collect.h"

/* The parts of a KioskCollectStream, for the files collect*.c alone. */

/* One line that is kept, and what can be told of it by itself. */
typedef struct {
  GBytes *line;
  guint64 sequence;
  guint8 previous[KIOSK_AUDIT_HASH_SIZE];
  guint8 chain[KIOSK_AUDIT_HASH_SIZE];
  guint8 digest[KIOSK_AUDIT_HASH_SIZE]; /* of the whole line */
  gboolean sealed, linked, ends;
  gint64 arrived;
  GList *place; /* in kept */
} KioskCollectEntry;

struct _KioskCollectStream {
  guint8 key[KIOSK_AUDIT_KEY_SIZE];
  KioskAuditChain proved;
  GBytes *checkpoint; /* the last proved line; NULL: none yet */
  gboolean proved_ends;
  GQueue kept; /* KioskCollectEntry, owned, as they arrived */
  gsize bytes, keep_bytes;
  GHashTable *digests;   /* digest -> KioskCollectEntry */
  GHashTable *sequences; /* number -> GPtrArray of KioskCollectEntry */
  GHashTable *children;  /* previous -> GPtrArray of KioskCollectEntry */
  GHashTable *chains;    /* chain -> the first KioskCollectEntry with it */
};

gboolean kiosk_collect_hash_equal (gconstpointer a, gconstpointer b);

/* NULL with *@fault when @line is no record; *@sequence is its number where it can be read, else 0. */
KioskCollectEntry *kiosk_collect_entry_read (GBytes *line, KioskAuditFault *fault,
                                             guint64 *sequence);
void kiosk_collect_entry_free (gpointer data);

/* Takes @entry over, and gives it back. */
void kiosk_collect_pool_add (KioskCollectStream *self, KioskCollectEntry *entry);
void kiosk_collect_pool_remove (KioskCollectStream *self, KioskCollectEntry *entry);

/* The one that is furthest ahead, rather one that is not linked; NULL when none is kept. */
KioskCollectEntry *kiosk_collect_pool_find_furthest (const KioskCollectStream *self);
