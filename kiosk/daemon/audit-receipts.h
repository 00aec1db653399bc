/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/receipt.h"

#include <glib.h>

/* The collector's receipts in the folder of the log ("Receipts" in kiosk/docs/AUDIT-FORMAT.md): R21, R22. Judges no more than their form and signature.
 * Main thread only. */

/* What the collector answered. */
#define KIOSK_AUDIT_RECEIPTS_NAME "receipts.jsonl"

/* A receipt that says that the log is not the one that the collector has; with its number. */
#define KIOSK_AUDIT_CONTRADICTED_PREFIX "audit.contradicted-"

/* Cuts half a line off the end, which a power cut leaves. */
gboolean kiosk_audit_receipts_mend (int folder, GError **error);

/* The highest for log @log_key that @collector has signed. @line (may be NULL) gets it as it stands there, without line
 * feed. FALSE: none. */
gboolean kiosk_audit_receipts_find (int folder, const guint8 *collector, const guint8 *log_key,
                                    KioskReceipt *receipt, char line[KIOSK_RECEIPT_MAX + 1]);

/* Appends @line (without line feed), durably; the first of them go when there are too many, since the last is for all before. */
gboolean kiosk_audit_receipts_append (int folder, const char *line, gsize length, GError **error);

/* Keeps @line, durably, in a file that keeps the terminal out of service until a person takes it out of the folder. */
gboolean kiosk_audit_receipts_contradict (int folder, guint64 sequence, const char *line,
                                          gsize length, GError **error);
