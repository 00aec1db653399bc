/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-receipts.h"
#include "audit-writer-private.h"

#include <string.h>

/* The writer knows where its log stands, and so what a receipt is to be held against. */

gboolean
kiosk_audit_writer_get_receipt (KioskAuditWriter *self, KioskReceipt *receipt,
                                char line[KIOSK_RECEIPT_MAX + 1])
{
  if (self->settings.collector == NULL)
    return FALSE;
  if (!self->receipt_known)
    self->has_receipt = kiosk_audit_receipts_find (self->folder, self->collector,
                                                   kiosk_audit_writer_get_state (self)->log_key,
                                                   &self->receipt, self->receipt_line);
  self->receipt_known = TRUE;
  if (!self->has_receipt)
    return FALSE;
  *receipt = self->receipt;
  if (line != NULL)
    memcpy (line, self->receipt_line, sizeof self->receipt_line);
  return TRUE;
}

KioskReceiptVerdict
kiosk_audit_writer_judge_receipt (KioskAuditWriter *self, const char *host, const char *line,
                                  gsize length, gboolean anew, const KioskAuditChain *own,
                                  KioskReceipt *receipt)
{
  KioskReceipt kept;
  KioskReceiptFacts facts = {
    .host = host,
    .collector = self->collector,
    .log_key = kiosk_audit_writer_get_state (self)->log_key,
    .last = kiosk_audit_writer_get_state (self)->chain.sequence,
    .own = own,
  };

  if (self->settings.collector == NULL)
    return KIOSK_RECEIPT_FORGED; /* nobody is known who could have signed it */
  if (!anew && kiosk_audit_writer_get_receipt (self, &kept, NULL))
    facts.kept = &kept;
  return kiosk_receipt_judge (line, length, &facts, receipt);
}

gboolean
kiosk_audit_writer_keep_receipt (KioskAuditWriter *self, const char *line, gsize length,
                                 GError **error)
{
  if (!kiosk_audit_receipts_append (self->folder, line, length, error))
    return FALSE;
  self->receipt_known = FALSE;
  return kiosk_audit_writer_delete_old (self, error);
}

gboolean
kiosk_audit_writer_contradict (KioskAuditWriter *self, guint64 sequence, const char *line,
                               gsize length, GError **error)
{
  g_autofree char *there = kiosk_audit_writer_find_contradicted (self);

  return there != NULL
         || kiosk_audit_receipts_contradict (self->folder, sequence, line, length, error);
}

char *
kiosk_audit_writer_find_contradicted (KioskAuditWriter *self)
{
  return kiosk_audit_folder_find_prefix (self->folder, KIOSK_AUDIT_CONTRADICTED_PREFIX);
}

guint64
kiosk_audit_writer_get_file (const KioskAuditWriter *self)
{
  return self->first;
}
