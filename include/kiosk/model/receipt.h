/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

#include <glib.h>

/* What the collector signs: that it had a log up to a record ("Receipts" in kiosk/docs/AUDIT-FORMAT.md). Pure. Any thread. */

/* Longest line in bytes, without line feed. */
#define KIOSK_RECEIPT_MAX 1024

typedef struct {
  char host[256]; /* as it stands there, escapes and all */
  guint8 log_key[KIOSK_AUDIT_KEY_SIZE];
  guint64 sequence;
  guint8 chain[KIOSK_AUDIT_HASH_SIZE]; /* of that record */
  char time[sizeof "2026-11-21T10:30:15.123456Z"];
  guint8 collector[KIOSK_AUDIT_KEY_SIZE];
} KioskReceipt;

/* Reads @line (@length bytes, without line feed) and checks its signature with @collector, the key that the policy has. FALSE, *@receipt
 * undefined: not of this form, byte for byte, of another collector, or the signature is wrong. */
gboolean kiosk_receipt_read (const char *line, gsize length, const guint8 *collector,
                             KioskReceipt *receipt);
