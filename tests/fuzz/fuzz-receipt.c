/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-fuzz"

#include "fuzz.h"

#include "kiosk/model/receipt.h"

#include <string.h>

/* What the collector answers: bytes from the network, judged by kioskd. Whatever they are, without the signature of the policy's key nothing may follow from
 * them. The key here is that of RFC 8032, 7.1, test 1, whose secret half everybody has: seeds that are signed with it get further. */

static const guint8 collector[KIOSK_AUDIT_KEY_SIZE]
    = { 0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
        0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
        0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a };

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const guint8 log_key[KIOSK_AUDIT_KEY_SIZE] = { 0xa5 };
  const KioskAuditChain own = { .sequence = 18422 };
  const KioskReceipt kept = { .sequence = 100 };
  const KioskReceiptFacts facts = { .host = "A-03",
                                    .collector = collector,
                                    .log_key = log_key,
                                    .last = 20000,
                                    .kept = &kept,
                                    .own = &own };
  KioskReceipt receipt;
  KioskReceiptVerdict verdict = kiosk_receipt_judge ((const char *) data, size, &facts, &receipt);
  gboolean is_signed = verdict != KIOSK_RECEIPT_MALFORMED && verdict != KIOSK_RECEIPT_FORGED
                       && kiosk_receipt_read ((const char *) data, size, collector, &receipt);
  KioskAuditChain chain;

  g_assert_true (verdict < KIOSK_N_RECEIPT_VERDICTS && verdict != KIOSK_RECEIPT_LOOK);
  if (kiosk_receipt_contradicts (verdict) || verdict == KIOSK_RECEIPT_GOOD)
    g_assert_true (is_signed && strcmp (receipt.host, "A-03") == 0);
  if (verdict == KIOSK_RECEIPT_GOOD)
    g_assert_cmpuint (receipt.sequence, ==, own.sequence);
  if (is_signed)
    g_assert_cmpuint (strlen (receipt.host), <, sizeof receipt.host);
  if (kiosk_receipt_read_link ((const char *) data, size, &chain))
    g_assert_cmpuint (chain.sequence, >, 0);
  return 0;
}
