/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/order.h"

#include <glib.h>

/* The journal of reviews (R22; C72): who looked at which log, what they found, what they signed, printed and exported. It stands
 * beside the log, is a chain of signed lines, and only grows. The format is kiosk/docs/REVIEW-FORMAT.md.
 * Times are Unix microseconds. Any thread; two programs at once wait for each other (flock(2)). */

typedef enum {
  KIOSK_REVIEW_OPENED,
  KIOSK_REVIEW_NOTE,
  KIOSK_REVIEW_SIGNED,        /* reviewed from..to, nothing wrong with the log */
  KIOSK_REVIEW_SIGNED_BROKEN, /* reviewed from..to, the log is at fault */
  KIOSK_REVIEW_EXPORTED,
  KIOSK_REVIEW_PRINTED,
} KioskReviewKind;

/* One entry. Strings are cleaned and cut when it is written; NULL and 0 leave a member out. */
typedef struct {
  KioskReviewKind kind;
  guint64 number;  /* 1 for the first; set by the journal */
  gint64 time;     /* when it was written */
  char *reviewer;  /* the name that the person gave */
  char *key;       /* their public key, 64 hex digits; set by the journal */
  char *host;      /* of a note: the record's terminal */
  guint64 record;  /* of a note: event.sequence */
  char *action;    /* of a note: event.action */
  gint64 at;       /* of a note: time of the record */
  gint64 from, to; /* the span that was looked at, signed, exported */
  char *logs;      /* "host:sequence:chain", separated by blanks: how far each log went */
  /* of a signature, "host:...:word" for each terminal, separated by blanks: what the logs were compared with, and the result */
  char *collector; /* "host:sequence:word", see kiosk_witness_word() */
  char *ledger;    /* "host:day:sequence:right|wrong", or "none" */
  char *codes;     /* "host:right|wrong|unchecked" */
  char *text;      /* note, findings, what was exported */
} KioskReviewEntry;

void kiosk_review_entry_free (KioskReviewEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskReviewEntry, kiosk_review_entry_free)

/* The word of the format for @kind. Static. */
const char *kiosk_review_kind_word (KioskReviewKind kind);

/* ---- Keys ---- */

/* The secret half of a key file of `kioskctl order key`, open for signing, in locked memory. */
typedef struct _KioskReviewSigner KioskReviewSigner;

/* Errors as of kiosk_order_key_open(). Takes about a second. */
KioskReviewSigner *kiosk_review_signer_open (const char *key, gsize key_length,
                                             const char *passphrase, GError **error);
void kiosk_review_signer_free (KioskReviewSigner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskReviewSigner, kiosk_review_signer_free)

/* ---- Lines; pure ---- */

#define KIOSK_REVIEW_LINE_MAX 16384
#define KIOSK_REVIEW_TEXT_MAX 2000 /* characters of a note */
#define KIOSK_REVIEW_HASH_SIZE 32

/* What the first line names as the one before it. */
void kiosk_review_hash_begin (guint8 hash[KIOSK_REVIEW_HASH_SIZE]);

/* @entry as line @number behind the line with @previous (line feed included), signed; @previous moves on. Owned by the caller. */
char *kiosk_review_encode (const KioskReviewEntry *entry, guint64 number,
                           const KioskReviewSigner *signer,
                           guint8 previous[KIOSK_REVIEW_HASH_SIZE]);

/* Reads the line (without line feed) that should be @number behind @previous, which moves on. NULL, @previous untouched, unless number,
 * chain and signature are right. */
KioskReviewEntry *kiosk_review_decode (const char *line, gsize length, guint64 number,
                                       guint8 previous[KIOSK_REVIEW_HASH_SIZE]);

/* ---- The file ---- */

/* Entries of @path in order (KioskReviewEntry), empty when it is not there. *@bad_line (may be NULL): number of the first line that does not
 * verify, 0 without one; entries before it are returned. NULL with @error when it cannot be read. */
GPtrArray *kiosk_review_journal_read (const char *path, guint64 *bad_line, GError **error);

/* Appends @entry, on the disk when this returns. FALSE with @error: it cannot be written, or (KIOSK_ERROR_INVALID) what stands there
 * does not verify: nothing is appended to a journal that somebody altered. */
gboolean kiosk_review_journal_append (const char *path, const KioskReviewEntry *entry,
                                      const KioskReviewSigner *signer, GError **error);

/* Where the journal of what a person opened stands: review.jsonl in the folder, or beside the file. Owned by the caller. */
char *kiosk_review_journal_path (const char *opened);
