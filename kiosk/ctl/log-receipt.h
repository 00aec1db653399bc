/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/log/receipt.h"
#include "kiosk/model/audit.h"

/* What the collector has signed of a log, by the file of receipts beside it ("Receipts" in kiosk/docs/AUDIT-FORMAT.md): files alone do not show that their
 * end was cut, or that an older copy was put back. One thread. */

typedef enum {
  KIOSK_LOG_RECEIPT_NONE,  /* there is none for this log */
  KIOSK_LOG_RECEIPT_RIGHT, /* the log has that record */
  KIOSK_LOG_RECEIPT_GONE, /* the log begins behind it: what it is for was deleted, or the files are an excerpt */
  KIOSK_LOG_RECEIPT_AHEAD, /* the log ends before it */
  KIOSK_LOG_RECEIPT_CHAIN, /* another record stands in its place */
} KioskLogReceiptState;

typedef struct {
  KioskCollectReceipt last; /* host NULL: none */
  gboolean seen, same;      /* our record of that number, and whether it is the collector's */
} KioskLogReceipt;

/* Reads the last receipt of the log @key in @folder, before the log itself is read: what is written meanwhile must not look like a contradiction. Its
 * signature is right; whether its key is the collector's, a person has to know. */
void kiosk_ctl_log_receipt_load (KioskLogReceipt *self, const char *folder, const guint8 *key);
void kiosk_ctl_log_receipt_clear (KioskLogReceipt *self);

/* A record of the log, without line feed. */
void kiosk_ctl_log_receipt_see (KioskLogReceipt *self, const char *line, gsize length);

/* When all were seen. @excerpt: the files need not go as far as the receipt. */
KioskLogReceiptState kiosk_ctl_log_receipt_judge (const KioskLogReceipt *self,
                                                  const KioskAuditReport *report, gboolean excerpt);

/* "right", "gone", "ahead", "chain"; "" for none. */
const char *kiosk_ctl_log_receipt_name (KioskLogReceiptState state);

/* One or two lines for people. */
void kiosk_ctl_log_receipt_print (const KioskLogReceipt *self, KioskLogReceiptState state,
                                  gboolean japanese);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskLogReceipt, kiosk_ctl_log_receipt_clear)
