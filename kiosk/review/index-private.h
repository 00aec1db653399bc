/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/review/index.h"

#include "db.h"

/* What the files of the index share. Functions whose names end in _locked are called with the lock held. */

#define KIOSK_INDEX_VERSION 3
#define KIOSK_INDEX_KEY_BITS 8 /* of a key behind the time */

/* Bits of record.flags. */
#define KIOSK_RECORD_GOOD 1
#define KIOSK_RECORD_TROUBLE 2

struct _KioskIndex {
  KioskDb *db;
  GMutex lock;
  gboolean anew; /* nothing that was kept counts */
  guint64 read;  /* bytes of logs, by the last import */
};

/* The first key of a moment. */
static inline gint64
kiosk_index_key_of (gint64 time)
{
  return CLAMP (time, 0, G_MAXINT64 >> KIOSK_INDEX_KEY_BITS) << KIOSK_INDEX_KEY_BITS;
}

/* index.c: as it stands in the column log.report. */
char *kiosk_index_report_text (const KioskAuditReport *report);

/* ---- index-filter.c ---- */

/* Appends the conditions of @filter to a query of "record r" that has a WHERE already. FALSE with @error. The query borrows from
 * @filter. */
gboolean kiosk_index_add_filter (KioskIndex *self, KioskDbQuery *query,
                                 const KioskIndexFilter *filter, GError **error);

/* Appends " AND <column> IN (...)" of the words' numbers. */
void kiosk_index_add_words (KioskDbQuery *query, const char *column, const char *const *words);

/* ---- blocks.c: stored lines, compressed in groups ---- */

#define KIOSK_BLOCK_LINES 128

typedef struct _KioskBlocks KioskBlocks;

/* Compresses in a thread of its own, and puts into @db in the caller's. @first: number of the first block. */
KioskBlocks *kiosk_blocks_new (KioskDb *db, gint64 log, gint64 first);

/* *@place: block * KIOSK_BLOCK_LINES + number in it. */
gboolean kiosk_blocks_add (KioskBlocks *self, const char *line, gsize length, gint64 *place,
                           GError **error);

/* Where the next line will be, at least. */
gint64 kiosk_blocks_get_place (const KioskBlocks *self);

/* Goes on in the block of @place, which is not the first of it, and whose lines were @lines (there may be more). Before the first line. FALSE when there are fewer. */
gboolean kiosk_blocks_reopen (KioskBlocks *self, GBytes *lines, gint64 place);

/* Puts what is left. Frees @self also when it fails; @drop: without putting. */
gboolean kiosk_blocks_finish (KioskBlocks *self, gboolean drop, GError **error);

/* The lines of one block, separated by line feeds; and line @number in it. */
GBytes *kiosk_blocks_read (KioskDb *db, gint64 block, GError **error);
gboolean kiosk_blocks_get_line (GBytes *block, guint number, const char **line, gsize *length);
