/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

/* Receipts of a collector (kiosk/docs/AUDIT-FORMAT.md, "Receipts"), as the collector makes them; the terminal reads them with
 * kiosk/model/receipt.h. No file is touched here. Any thread. */

#define KIOSK_RECEIPTS_NAME "receipts.jsonl"

typedef struct {
  char *host;
  guint8 log[KIOSK_AUDIT_KEY_SIZE]; /* key_1 */
  guint64 sequence;                 /* all records up to this one, a checkpoint */
  guint8 chain[KIOSK_AUDIT_HASH_SIZE];
  char *time; /* when, by the collector's clock; as in a record */
  guint8 collector[KIOSK_AUDIT_KEY_SIZE];
} KioskCollectReceipt;

void kiosk_collect_receipt_clear (KioskCollectReceipt *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskCollectReceipt, kiosk_collect_receipt_clear)

/* The line, with line feed, owned by the caller; @self->collector is not read but follows from @seed (32 bytes). NULL when host or time hold what
 * cannot stand in a receipt: anything but letters, digits, "-", "_", ".", ":". */
char *kiosk_collect_receipt_sign (const KioskCollectReceipt *self, const guint8 *seed);

/* Takes @line (with its line feed or without) apart into @self, to be cleared; its signature is right and by the key that stands in it. FALSE with @error
 * (KIOSK_ERROR_INVALID) otherwise. Whose key it is, of which log and terminal it speaks the caller has to compare. */
gboolean kiosk_collect_receipt_parse (const char *line, gsize length, KioskCollectReceipt *self,
                                      GError **error);
