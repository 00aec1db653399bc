/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/log/seal.h"
#include "kiosk/review/evidence.h"

/* Compares a log of the index with what others hold of it. */

void kiosk_witness_clear (KioskWitness *self);

/* With the receipts of @folder; only those of listed collectors count when any is listed. FALSE with @error when the file cannot be read. */
gboolean kiosk_witness_read_receipts (KioskIndex *index, const KioskIndexLog *log,
                                      const char *folder, const KioskKnownKeys *known,
                                      KioskWitness *self, GError **error);

/* With the log of the same terminal in @folder: itself, or the folder of its name in it. Reads that log. @own: where @log stands. */
gboolean kiosk_witness_read_copy (KioskIndex *index, const KioskIndexLog *log, const char *own,
                                  const char *folder, GCancellable *cancellable, KioskWitness *self,
                                  GError **error);

/* Checkpoints of @log, good ones. FALSE from @on_seal: enough. The index is locked meanwhile. */
typedef gboolean (*KioskSealFunc) (const KioskSeal *seal, gpointer user_data);
gboolean kiosk_index_foreach_seal (KioskIndex *index, const KioskIndexLog *log, const char *reason,
                                   gint64 from, gint64 to, KioskSealFunc on_seal,
                                   gpointer user_data, GError **error);
