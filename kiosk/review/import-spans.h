/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "db.h"
#include "import-fields.h"
#include "import-point.h"

/* Stays and outages of a log that is imported, into their tables. */
typedef struct _KioskImportSpans KioskImportSpans;

KioskImportSpans *kiosk_import_spans_new (KioskDb *db, gint64 log, GError **error);

/* Into and out of the members of @point that are about stays and outages; its variants are new references. */
void kiosk_import_spans_save (const KioskImportSpans *self, KioskImportPoint *point);
void kiosk_import_spans_restore (KioskImportSpans *self, const KioskImportPoint *point);

void kiosk_import_spans_free (KioskImportSpans *self);

gboolean kiosk_import_spans_add (KioskImportSpans *self, const KioskImportLine *line, gint64 key,
                                 gint64 time, gboolean trouble, GError **error);

/* The log ends. */
gboolean kiosk_import_spans_finish (KioskImportSpans *self, GError **error);
