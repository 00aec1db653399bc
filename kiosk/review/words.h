/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "db.h"
#include "import-fields.h"

/* Gives words and phrases of an import their numbers, and puts new ones into the index. Knows the last ones in memory; how many is
 * bounded. */
typedef struct _KioskWords KioskWords;

/* NULL with @error when the database cannot say which numbers are taken. */
KioskWords *kiosk_words_new (KioskDb *db, GError **error);
void kiosk_words_free (KioskWords *self);

/* *@id of the word in @field; 0 without one. */
gboolean kiosk_words_get (KioskWords *self, const KioskImportLine *line, KioskImportField field,
                          gint64 *id, GError **error);

/* *@id of what @line has of the fields of a phrase; 0 when it has none of them. */
gboolean kiosk_words_get_phrase (KioskWords *self, const KioskImportLine *line, gint64 *id,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskWords, kiosk_words_free)
