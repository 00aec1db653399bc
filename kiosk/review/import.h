/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "index-private.h"

/* Turns the lines of one log into rows of the index; import.c drives it. */
typedef struct _KioskImport KioskImport;

/* What is known of the log when all lines are in. */
typedef struct {
  guint64 records, unreadable;
  gint64 first, last, fault_key;
  char *host, *site, *chain, *seal_code; /* owned by the import */
} KioskImportSum;

KioskImport *kiosk_import_new (KioskIndex *index, gint64 log, GError **error);

/* FALSE with @error when the database fails. */
gboolean kiosk_import_add (KioskImport *self, const char *line, gsize length,
                           const KioskLogPlace *place, GError **error);

/* Ends stays and outages, and empties what waits. */
gboolean kiosk_import_finish (KioskImport *self, const KioskAuditReport *report, GError **error);

const KioskImportSum *kiosk_import_get_sum (const KioskImport *self);
void kiosk_import_free (KioskImport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskImport, kiosk_import_free)
