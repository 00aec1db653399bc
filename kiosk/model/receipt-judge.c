/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/audit-format.h"

#include "kiosk/model/audit-actions.h"
#include "kiosk/model/receipt.h"

#include <string.h>

/* Whether the collector has this terminal's log.
 *
 * Threat: somebody puts an older copy of log and keys back, together. They fit each other, so the terminal itself sees nothing. The collector
 * has signed what came after; no copy of the terminal has that signature undone. */

static gboolean
is_same (const guint8 *a, const guint8 *b)
{
  return memcmp (a, b, KIOSK_AUDIT_HASH_SIZE) == 0;
}

KioskReceiptVerdict
kiosk_receipt_judge (const char *line, gsize length, const KioskReceiptFacts *facts,
                     KioskReceipt *receipt)
{
  const KioskReceipt *kept = facts->kept;

  if (!kiosk_receipt_is_formed (line, length))
    return KIOSK_RECEIPT_MALFORMED;
  if (!kiosk_receipt_read (line, length, facts->collector, receipt))
    return KIOSK_RECEIPT_FORGED;
  if (strcmp (receipt->host, facts->host) != 0)
    return KIOSK_RECEIPT_OTHER_HOST;
  if (!is_same (receipt->log_key, facts->log_key))
    return KIOSK_RECEIPT_OTHER_LOG;
  if (kept != NULL && receipt->sequence < kept->sequence)
    return KIOSK_RECEIPT_OLDER;
  if (kept != NULL && receipt->sequence == kept->sequence && is_same (receipt->chain, kept->chain))
    return KIOSK_RECEIPT_KNOWN;
  if (receipt->sequence > facts->last)
    return KIOSK_RECEIPT_AHEAD;
  if (facts->own == NULL)
    return KIOSK_RECEIPT_LOOK;
  if (facts->own->sequence != receipt->sequence)
    return KIOSK_RECEIPT_UNPROVED;
  return is_same (receipt->chain, facts->own->hash) ? KIOSK_RECEIPT_GOOD
                                                    : KIOSK_RECEIPT_OTHER_CHAIN;
}

gboolean
kiosk_receipt_contradicts (KioskReceiptVerdict verdict)
{
  return verdict == KIOSK_RECEIPT_OTHER_LOG || verdict == KIOSK_RECEIPT_AHEAD
         || verdict == KIOSK_RECEIPT_OTHER_CHAIN;
}

const char *
kiosk_receipt_verdict_reason (KioskReceiptVerdict verdict)
{
  static const char *const reasons[KIOSK_N_RECEIPT_VERDICTS] = {
    [KIOSK_RECEIPT_MALFORMED] = KIOSK_REASON_RECEIPT_FORM,
    [KIOSK_RECEIPT_FORGED] = KIOSK_REASON_RECEIPT_SIGNATURE,
    [KIOSK_RECEIPT_OTHER_HOST] = KIOSK_REASON_RECEIPT_HOST,
    [KIOSK_RECEIPT_OLDER] = KIOSK_REASON_RECEIPT_OLDER,
    [KIOSK_RECEIPT_UNPROVED] = KIOSK_REASON_RECEIPT_UNPROVED,
    [KIOSK_RECEIPT_OTHER_LOG] = KIOSK_REASON_RECEIPT_LOG,
    [KIOSK_RECEIPT_AHEAD] = KIOSK_REASON_RECEIPT_AHEAD,
    [KIOSK_RECEIPT_OTHER_CHAIN] = KIOSK_REASON_RECEIPT_CHAIN,
  };

  return verdict < KIOSK_N_RECEIPT_VERDICTS ? reasons[verdict] : NULL;
}

gboolean
kiosk_receipt_read_link (const char *line, gsize length, KioskAuditChain *chain)
{
  KioskAuditLine parts;

  if (!kiosk_audit_line_split (line, length, &parts) || parts.sequence == 0)
    return FALSE;
  chain->sequence = parts.sequence;
  memcpy (chain->hash, parts.chain, sizeof chain->hash);
  return TRUE;
}
