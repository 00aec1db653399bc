/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/secret.h"
#include "kiosk/review/evidence.h"

#include <gio/gio.h>

/* What the logs that are open were compared with, and what came of it: receipts and copy of the collector, seal codes that the reviewer typed
 * from the paper ledger, authentication codes. Main thread; codes are checked in a thread of its own. Signal "changed". */
#define KIOSK_TYPE_PROOFS (kiosk_proofs_get_type ())
G_DECLARE_FINAL_TYPE (KioskProofs, kiosk_proofs, KIOSK, PROOFS, GObject)

/* @known, which is taken over, and @copy may be NULL. */
KioskProofs *kiosk_proofs_new (KioskKnownKeys *known, const char *copy);

const KioskKnownKeys *kiosk_proofs_get_known (KioskProofs *self);
const char *kiosk_proofs_get_copy (KioskProofs *self);
void kiosk_proofs_set_copy (KioskProofs *self, const char *path); /* for the next opening */

/* Other logs are open: @evidence, which is taken over; NULL: none. Comparisons are forgotten. */
void kiosk_proofs_take (KioskProofs *self, KioskEvidence *evidence);
const KioskEvidence *kiosk_proofs_get (KioskProofs *self); /* NULL: nothing is open */

/* ---- The paper ledger ---- */

typedef struct {
  char *host;
  gint64 day; /* time of the seal */
  guint64 sequence;
  gboolean right;
} KioskComparison;

/* Compares what was @written for @seal of @host; the last word for a day counts. Whether it is right. */
gboolean kiosk_proofs_compare (KioskProofs *self, const char *host, const KioskDaySeal *seal,
                               const char *written);

/* (KioskComparison) in the order of their first word. Owned by @self. */
GPtrArray *kiosk_proofs_get_comparisons (KioskProofs *self);

/* ---- Codes ---- */

/* Opens @key_file with @passphrase, which is taken over, and reads @logs (KioskIndexLog) again with the secrets that it opens. Errors as of
 * kiosk_auditor_key_open(), and what cannot be read. */
void kiosk_proofs_check_codes (KioskProofs *self, GPtrArray *logs, const char *key_file,
                               KioskSecret *passphrase, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean kiosk_proofs_check_codes_finish (KioskProofs *self, GAsyncResult *result, GError **error);
double kiosk_proofs_get_progress (KioskProofs *self); /* 0 to 1 */

/* ---- For the journal (kiosk/docs/REVIEW-FORMAT.md) ---- */

char *kiosk_proofs_describe_collector (KioskProofs *self, GPtrArray *logs, const char *host);
char *kiosk_proofs_describe_ledger (KioskProofs *self, const char *host);
char *kiosk_proofs_describe_codes (KioskProofs *self, GPtrArray *logs, const char *host);
