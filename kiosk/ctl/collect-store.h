/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/log/receipt.h"
#include "kiosk/model/collect.h"

/* The folder of one terminal at the collector, laid out as on the terminal (kiosk/docs/AUDIT-FORMAT.md, "Files"): audit.log always ends in a
 * checkpoint. Beside it: kept.jsonl (lines that no checkpoint has proved yet), aside.jsonl (lines that have no place in the log),
 * receipts.jsonl. One thread. */
typedef struct _KioskCollectStore KioskCollectStore;

#define KIOSK_COLLECT_ASIDE_NAME "aside.jsonl"
#define KIOSK_COLLECT_KEPT_NAME "kept.jsonl"

/* What is put aside for one terminal, at most. */
#define KIOSK_COLLECT_ASIDE_MAX (64 << 20)

/* Opens @folder, in which enrolment.json stands. What a crash has left behind the last checkpoint is cut off: it is kept elsewhere. A file ends at
 * the first checkpoint behind @rotate_bytes. NULL with @error. */
KioskCollectStore *kiosk_collect_store_open (const char *folder, guint64 rotate_bytes,
                                             GError **error);
void kiosk_collect_store_free (KioskCollectStore *self);

const char *kiosk_collect_store_get_host (const KioskCollectStore *self);
const guint8 *kiosk_collect_store_get_key (const KioskCollectStore *self);

/* The last stored line, a checkpoint; NULL when nothing is stored. Owned by @self. */
GBytes *kiosk_collect_store_get_last (const KioskCollectStore *self);

/* Lines of kept.jsonl: GBytes, owned by the caller. */
GPtrArray *kiosk_collect_store_read_kept (const KioskCollectStore *self);

/* Puts @lines (GBytes) in its place. Not synced. */
gboolean kiosk_collect_store_write_kept (KioskCollectStore *self, const GPtrArray *lines,
                                         GError **error);

/* Appends @lines (GBytes), the last of which is a checkpoint; all or none. Not synced. */
gboolean kiosk_collect_store_append (KioskCollectStore *self, const GPtrArray *lines,
                                     GError **error);

/* Whether a stored line with the number of @line is @line, byte for byte. One that is not to be found any more (its file was moved elsewhere)
 * counts as the same. */
gboolean kiosk_collect_store_contains (KioskCollectStore *self, GBytes *line);

/* Appends @receipt, a line. Only the last of them are kept. */
gboolean kiosk_collect_store_add_receipt (KioskCollectStore *self, const char *receipt,
                                          GError **error);

/* Number of the record of the last receipt, 0 without one. */
guint64 kiosk_collect_store_get_receipted (const KioskCollectStore *self);

/* That receipt, a line; NULL without one. Owned by @self. */
const char *kiosk_collect_store_get_receipt (const KioskCollectStore *self);

/* Appends @line to the file at @path unless that is full (@max bytes). FALSE when it is, or cannot be written. */
gboolean kiosk_collect_append_aside (const char *path, GBytes *line, gsize max);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCollectStore, kiosk_collect_store_free)
