/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "import-point.h"
#include "index-private.h"

/* Turns the lines of one log into rows of the index; import.c drives it. */
typedef struct _KioskImport KioskImport;

/* What is known of the log when all lines are in. */
typedef struct {
  guint64 records, unreadable;
  gint64 first, last, fault_key;
  char *host, *site, *chain, *seal_code; /* owned by the import */
} KioskImportSum;

/* @point: NULL for a log that is not in the index; else where an earlier import of it was: what the index has of it behind that place (@records: records, too) is
 * deleted, and it goes on there. */
KioskImport *kiosk_import_new (KioskIndex *index, gint64 log, const KioskImportPoint *point,
                               gboolean records, GError **error);

/* Where it is now, packed; all lines before were good. Owned by the caller. */
GBytes *kiosk_import_save (const KioskImport *self);

/* The same behind the last good line, when it is finished. Owned by @self. */
GBytes *kiosk_import_get_tail (const KioskImport *self);

/* FALSE with @error when the database fails. */
gboolean kiosk_import_add (KioskImport *self, const char *line, gsize length,
                           const KioskLogPlace *place, GError **error);

/* Ends stays and outages, and empties what waits. */
gboolean kiosk_import_finish (KioskImport *self, const KioskAuditReport *report, GError **error);

const KioskImportSum *kiosk_import_get_sum (const KioskImport *self);
void kiosk_import_free (KioskImport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskImport, kiosk_import_free)
