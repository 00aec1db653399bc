/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

#include <glib.h>

/* What the collector signs: that it had a log up to a record ("Receipts" in kiosk/docs/AUDIT-FORMAT.md). Pure. Any thread. */

/* Longest line in bytes, without line feed. */
#define KIOSK_RECEIPT_MAX 1024

typedef struct {
  char host[256]; /* as it stands there, escapes and all */
  guint8 log_key[KIOSK_AUDIT_KEY_SIZE];
  guint64 sequence;
  guint8 chain[KIOSK_AUDIT_HASH_SIZE]; /* of that record */
  char time[sizeof "2026-11-21T10:30:15.123456Z"];
  guint8 collector[KIOSK_AUDIT_KEY_SIZE];
} KioskReceipt;

/* Reads @line (@length bytes, without line feed) and checks its signature with @collector, the key that the policy has. FALSE, *@receipt
 * undefined: not of this form, byte for byte, of another collector, or the signature is wrong. */
gboolean kiosk_receipt_read (const char *line, gsize length, const guint8 *collector,
                             KioskReceipt *receipt);

/* Whether @line has the form of a receipt, whoever signed it. */
gboolean kiosk_receipt_is_formed (const char *line, gsize length);

/* ---- What a receipt means for the terminal that gets it ---- */

/* The collector has what this terminal wrote, or it has not. A receipt never opens anything: the best that it can do is to let an old file
 * be deleted. */
typedef enum {
  KIOSK_RECEIPT_GOOD, /* of our log, newer than what is kept, and our record is the one that the collector has */
  KIOSK_RECEIPT_KNOWN, /* the one that is kept */
  KIOSK_RECEIPT_LOOK,  /* it depends on our own record of that number */
  /* Worth nothing, and nothing else follows. */
  KIOSK_RECEIPT_MALFORMED,
  KIOSK_RECEIPT_FORGED,     /* not signed with the key of the policy */
  KIOSK_RECEIPT_OTHER_HOST, /* another terminal's */
  KIOSK_RECEIPT_OLDER,      /* than the one that is kept */
  KIOSK_RECEIPT_UNPROVED,   /* our own record cannot be found */
  /* Signed by the collector, and what it has is not what is here. */
  KIOSK_RECEIPT_OTHER_LOG, /* the log was begun anew */
  KIOSK_RECEIPT_AHEAD, /* it had records of this log that are not here: an older copy was put back */
  KIOSK_RECEIPT_OTHER_CHAIN, /* another record stands in its place: the same, later */
  KIOSK_N_RECEIPT_VERDICTS,
} KioskReceiptVerdict;

typedef struct {
  const char *host;         /* ID of this terminal */
  const guint8 *collector;  /* key of the policy */
  const guint8 *log_key;    /* of the log here */
  guint64 last;             /* number of its last record */
  const KioskReceipt *kept; /* the last that was good; NULL: none */
  const KioskAuditChain
      *own; /* our record of the receipt's number, with sequence 0 when it is not to be found; NULL:
                                   nobody has looked yet */
} KioskReceiptFacts;

/* Judges @line. *@receipt is filled in unless the verdict is MALFORMED. LOOK: @facts->own is to be looked up for
 * @receipt->sequence, then this is to be asked again. */
KioskReceiptVerdict kiosk_receipt_judge (const char *line, gsize length,
                                         const KioskReceiptFacts *facts, KioskReceipt *receipt);

/* Whether the log here is not the one that the collector has. */
gboolean kiosk_receipt_contradicts (KioskReceiptVerdict verdict);

/* The word for records (KIOSK_REASON_RECEIPT_...); NULL when nothing is wrong. */
const char *kiosk_receipt_verdict_reason (KioskReceiptVerdict verdict);

/* Number and hash of a stored line (with its line feed). FALSE when it has none. */
gboolean kiosk_receipt_read_link (const char *line, gsize length, KioskAuditChain *chain);
