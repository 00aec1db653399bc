/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "audit-receipts.h"
#include "audit-writer.h"

#include <glib.h>

/* What may be deleted of the log ("Deletion" in kiosk/docs/AUDIT-FORMAT.md): R21, C29. Looks, and deletes nothing. Main thread only. */

/* A file of this name in the folder: nothing is deleted. */
#define KIOSK_AUDIT_HOLD_NAME "hold"

typedef struct {
  char *name;          /* in the folder */
  guint64 first, last; /* numbers of its records */
  char *digest;        /* SHA-256 in hexadecimal */
} KioskAuditOldFile;

void kiosk_audit_old_file_free (KioskAuditOldFile *self);

/* The oldest file, when it is compressed, was finished more than @keep_days before @now (unix microseconds), the collector @collector has signed that it had log @log_key up to
 * the file's last record or further, and there is no hold and no receipt that contradicts the log. @current: number of the first record of audit.log. NULL: there is none,
 * or that cannot be found out; what is in doubt is kept. */
KioskAuditOldFile *kiosk_audit_retention_find (int folder, guint keep_days, gint64 now,
                                               const guint8 *collector, const guint8 *log_key,
                                               guint64 current);

/* The highest record that such a receipt names; 0: none. */
guint64 kiosk_audit_retention_receipted (int folder, const guint8 *collector,
                                         const guint8 *log_key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskAuditOldFile, kiosk_audit_old_file_free)
