/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Audit records and their chain (R20; A51, A52, C28). The format is kiosk/docs/AUDIT-FORMAT.md; this
 * is its one implementation, used to write and to verify. Pure. Any thread. */

/* ---- One record ---- */

/* Longest line in bytes, line feed included. */
#define KIOSK_AUDIT_LINE_MAX 8192

typedef enum {
  KIOSK_OUTCOME_UNKNOWN, /* an intent: the act has not happened yet */
  KIOSK_OUTCOME_SUCCESS,
  KIOSK_OUTCOME_FAILURE,
} KioskOutcome;

/* Fields of a record, ECS names. Strings are cleaned and cut by the encoder; NULL leaves a field out.
 * いつ timestamp, どこで host, だれが user, 何を action, どうした outcome and reason. */
typedef struct {
  /* what: every action is listed in audit-actions.h and in the format document */
  const char *action;
  KioskOutcome outcome;
  const char *reason; /* the true cause, in a fixed word or two; event.reason */
  const char *detail; /* free text of our own making; message */
  /* when */
  gint64 realtime;   /* unix microseconds */
  gint64 boottime;   /* microseconds, kiosk.monotonic */
  const char *boot;  /* boot id of the kernel */
  const char *clock; /* "synchronised" or "unsynchronised"; kiosk.clock */
  /* where */
  const char *host_id;   /* terminal id; host.id and host.name */
  const char *host_site; /* host.geo.name */
  const char *source_ip; /* the terminal's own end of a connection; source.ip */
  guint source_port;     /* source.port; 0 leaves it out */
  /* who */
  const char *user_id;   /* ID, or "unlisted", never what was typed; user.id and user.name */
  const char *user_name; /* full name; user.full_name */
  /* on what */
  const char *server;      /* server id of the policy; destination.address */
  const char *ip;          /* destination.ip */
  guint port;              /* destination.port; 0 leaves it out */
  const char *session;     /* kiosk.session: one per log-in */
  const char *ticket;      /* kiosk.ticket */
  const char *purpose;     /* kiosk.purpose */
  const char *policy;      /* kiosk.policy: digest */
  const char *reference;   /* kiosk.reference: the number that the person was given */
  const char *certificate; /* tls.server.hash.sha256 */
  /* who or what approved it (R29) */
  const char *approver;     /* ID of the second person; kiosk.approval.by */
  const char *order;        /* id of the work order; kiosk.approval.order */
  const char *order_digest; /* its SHA-256; kiosk.approval.sha256 */
  /* how long, how often, how far; 0 leaves them out */
  const char *outage; /* kiosk.outage: "line", "gateway", "server" */
  gint64 start, end;  /* unix microseconds; event.start, event.end */
  gint64 duration;    /* microseconds; event.duration, in nanoseconds */
  guint64 count;      /* kiosk.count */
  gint64 step;        /* microseconds, either sign; kiosk.step without it */
  gint64 absence;     /* microseconds since the last sign of presence; kiosk.absence */
  /* of the log's own files; 0 and NULL leave them out */
  guint64 file;            /* number of the first record of a file; kiosk.file */
  guint64 last;            /* and of its last; kiosk.last */
  const char *file_digest; /* SHA-256 of a compressed file; file.hash.sha256 */
} KioskAuditRecord;

/* ---- What the next record is bound to ---- */

/* Bytes of BLAKE2b-256 (RFC 7693), of keys of Ed25519 (RFC 8032) and their seeds, and of k. */
#define KIOSK_AUDIT_HASH_SIZE 32
#define KIOSK_AUDIT_KEY_SIZE 32
#define KIOSK_AUDIT_MAC_SIZE 16
#define KIOSK_AUDIT_SIGNATURE_SIZE 64

/* A place in the chain. */
typedef struct {
  guint64 sequence;                   /* of the last record; 0 before the first */
  guint8 hash[KIOSK_AUDIT_HASH_SIZE]; /* of the last record */
} KioskAuditChain;

/* All that a writer holds: secret but for @chain and @log_key. Whoever lets it go wipes it
 * (sodium_memzero). */
typedef struct {
  KioskAuditChain chain;
  guint8 mac_key[KIOSK_AUDIT_KEY_SIZE];   /* k of the next record */
  guint8 log_key[KIOSK_AUDIT_KEY_SIZE];   /* key_1, which names the log */
  guint8 seed[KIOSK_AUDIT_KEY_SIZE];      /* signs the next checkpoint */
  guint8 next_seed[KIOSK_AUDIT_KEY_SIZE]; /* and the one after it */
} KioskAuditState;

/* The state before record 1 of a new log: @secret is k_1 (copied), @seed and @next_seed are those of the first two
 * checkpoints. All three are random, 32 bytes each. */
void kiosk_audit_state_begin (KioskAuditState *state, const guint8 *secret, const guint8 *seed,
                              const guint8 *next_seed);

/* Whether records of @action are checkpoints. */
gboolean kiosk_audit_is_checkpoint (const char *action);

/* Encodes @record as the next line after @state (line feed included) and moves @state on; the key of the record is gone then.
 * @seed: 32 random bytes, needed by a checkpoint (whose own seed it replaces, too) and ignored by others.
 * NULL with @error (KIOSK_ERROR_INVALID), @state untouched, when the action is not on the list, is log-begun elsewhere than at the begin or something else there, or a time is
 * negative or behind the year 9999. No content of the strings makes it fail. */
GBytes *kiosk_audit_encode (const KioskAuditRecord *record, KioskAuditState *state,
                            const guint8 *seed, GError **error);

/* Moves @state over a line that was written with it before: its chain, code and seal must be what @state would have made of it. @seed as in
 * kiosk_audit_encode(). FALSE, @state untouched, if they are not. */
gboolean kiosk_audit_state_follow (KioskAuditState *state, const char *line, gsize length,
                                   const guint8 *seed);

/* ---- The slots in which it is kept ---- */

#define KIOSK_AUDIT_SLOT_SIZE 256

typedef struct {
  guint64 generation; /* slot number is @generation modulo 2 */
  KioskAuditState state;
  guint64 file_length; /* of audit.log up to the last record */
  guint64 file_first;  /* number of its first record */
} KioskAuditSlot;

/* As in the format, "Key state". */
void kiosk_audit_slot_pack (const KioskAuditSlot *slot, guint8 bytes[KIOSK_AUDIT_SLOT_SIZE]);

/* FALSE when @bytes are not a whole slot of this version. */
gboolean kiosk_audit_slot_unpack (const guint8 bytes[KIOSK_AUDIT_SLOT_SIZE], KioskAuditSlot *slot);

/* ---- Seal codes ---- */

/* "XXXX-XXXX-XXXX" for the checkpoint whose chain value is @hash, in the log of @log_key. */
#define KIOSK_AUDIT_SEAL_SIZE sizeof "XXXX-XXXX-XXXX"
void kiosk_audit_seal_code (const guint8 *log_key, const guint8 *hash,
                            char code[KIOSK_AUDIT_SEAL_SIZE]);

/* Whether a code as a person wrote it down is @code. */
gboolean kiosk_audit_seal_code_equal (const char *written, const char *code);

/* The ECS category of @action ("authentication", "session", "process" ...), NULL when it is not on
 * the list of audit-actions.h. */
const char *kiosk_audit_action_category (const char *action);

/* ---- Verification ---- */

typedef enum {
  KIOSK_AUDIT_OK,
  KIOSK_AUDIT_CHANGED,   /* bytes of this record were altered */
  KIOSK_AUDIT_UNLINKED,  /* has the right number, but another chain: the one before was rewritten,
                            or this one comes from another log */
  KIOSK_AUDIT_MISSING,   /* records before this one are gone */
  KIOSK_AUDIT_MOVED,     /* this record stands elsewhere than it was written */
  KIOSK_AUDIT_DOUBLED,   /* a record with this number stands further up already */
  KIOSK_AUDIT_MALFORMED, /* not a record */
  KIOSK_AUDIT_TORN,      /* the last line has no end: the machine stopped while writing */
  KIOSK_AUDIT_FORGED,    /* the signature of a checkpoint, or its key, is not the log's */
  KIOSK_AUDIT_FOREIGN,   /* the log was begun with another key than the one of its enrolment */
  KIOSK_AUDIT_BAD_CODE,  /* the message authentication code is not that of the secret */
  KIOSK_AUDIT_UNSEALED,  /* more records without a checkpoint than a writer writes */
  KIOSK_AUDIT_BACKWARDS, /* the clock that cannot be set was earlier than in the record before */
  KIOSK_AUDIT_HEADLESS, /* the first records are not there, and no record tells of their deletion */
  KIOSK_AUDIT_UNJOINED, /* a file does not begin with the last record of the file before */
} KioskAuditFault;

typedef struct {
  KioskAuditFault fault;
  guint file;       /* 0 = first; of the fault */
  guint64 line;     /* 1 = first line of that file; of the fault */
  guint64 sequence; /* the record's own number where it can be read, else 0 */
  guint64 expected; /* the number that should stand here */
  guint64
      records; /* good records before it; one that is repeated at the begin of a file counts once */
  guint64 bytes;  /* length of those lines in the file of the fault: where it begins */
  guint64 first;  /* number of the first record; 0 without one */
  guint64 sealed; /* number of the last good checkpoint; 0 without one: who comes later could have
                       written the records behind it, unless the codes were checked */
  guint64 checkpoints;
  gboolean has_key; /* @key is known, so signatures were checked: given, or that of record 1 */
  guint8 key[KIOSK_AUDIT_KEY_SIZE];
  guint64 clock_back; /* how often @timestamp is earlier than in the record before; not a fault */
  guint64 clock_back_sequence; /* number of the first of these records */
} KioskAuditReport;

/* What a verifier holds against the log; NULL members are not checked. */
typedef struct {
  const guint8 *key;    /* key_1, from the enrolment or from the security officer */
  const guint8 *secret; /* k_1, unsealed by an auditor */
  guint64
      first; /* not 0: an excerpt, which begins with this record, so that what was before is not missed */
} KioskAuditKeys;

/* Verifies lines one after the other, from any source, in constant memory. */
typedef struct _KioskAuditVerifier KioskAuditVerifier;

/* @keys may be NULL, and is copied. */
KioskAuditVerifier *kiosk_audit_verifier_new (const KioskAuditKeys *keys);
void kiosk_audit_verifier_free (KioskAuditVerifier *self);

/* Takes the next @length bytes, any cut. FALSE as soon as the first fault is certain; what follows
 * is ignored. (After a gap it reads on: only the rest tells whether the missing record was moved.) */
gboolean kiosk_audit_verifier_feed (KioskAuditVerifier *self, const char *bytes, gsize length);

/* ---- Signatures, which take most of the time: they can be checked by others, beforehand ---- */

#define KIOSK_AUDIT_SIGNED_SIZE 150

typedef struct {
  guint8 key[KIOSK_AUDIT_KEY_SIZE];
  guint8 signature[KIOSK_AUDIT_SIGNATURE_SIZE];
  guint8 bytes[KIOSK_AUDIT_SIGNED_SIZE]; /* that are signed */
} KioskAuditSignature;

/* The signature in @line (@length bytes with the line feed), in the log of @log_key. FALSE when there is none. */
gboolean kiosk_audit_signature_read (const char *line, gsize length, const guint8 *log_key,
                                     KioskAuditSignature *signature);
gboolean kiosk_audit_signature_is_right (const KioskAuditSignature *signature);

/* The key in @line, if it is record 1 in number and has a seal. */
gboolean kiosk_audit_first_key (const char *line, gsize length, guint8 *key);

/* Whether @signature is right; asked for in the order of the lines, and not for all of them. */
typedef gboolean (*KioskAuditCheck) (const KioskAuditSignature *signature, gpointer user_data);

/* @check instead of kiosk_audit_signature_is_right(), before the first line is fed. */
void kiosk_audit_verifier_set_check (KioskAuditVerifier *self, KioskAuditCheck check,
                                     gpointer user_data);

/* What is fed from here on stands in the next file of the log. FALSE as above. */
gboolean kiosk_audit_verifier_next_file (KioskAuditVerifier *self);

/* What should follow cannot be read at all (a damaged compressed file): a fault, if there was none before. */
void kiosk_audit_verifier_break (KioskAuditVerifier *self);

/* Good records so far, and whether there was no fault yet. */
guint64 kiosk_audit_verifier_get_records (const KioskAuditVerifier *self);
gboolean kiosk_audit_verifier_is_good (const KioskAuditVerifier *self);

/* key_1, if it is known; owned by @self. */
const guint8 *kiosk_audit_verifier_get_key (const KioskAuditVerifier *self);

/* Ends the input. @report (not NULL) tells the first fault or OK with the number of records. @chain,
 * when not NULL, gets the state after the last good record. TRUE when there was no fault. */
gboolean kiosk_audit_verifier_finish (KioskAuditVerifier *self, KioskAuditReport *report,
                                      KioskAuditChain *chain);

/* ---- Going on where an earlier verification was ---- */

/* All that @self knows at the begin of a file, as bytes to be kept (their form: audit-resume.c): before the first line or between kiosk_audit_verifier_next_file() and the
 * next line. NULL elsewhere, behind a fault, before the first record of the log, and when codes are checked (what they are checked with is secret). Owned by the caller. */
GBytes *kiosk_audit_verifier_save (KioskAuditVerifier *self);

/* A verifier that goes on from @state: what is fed stands in the file that began there. What it says then is what one says that was fed all files, if those before this one are
 * still what they were; that is for the caller to know. NULL when @state is damaged, or was made with another key in hand than that of @keys (or with one, and now without), or
 * @keys has a secret: then the log has to be read from its begin. */
KioskAuditVerifier *kiosk_audit_verifier_resume (const KioskAuditKeys *keys, GBytes *state);

/* @state of a log whose first files are gone since (AUDIT-FORMAT.md, "Deletion"); @begin was the state where the first that is left begins. NULL when that can not be told:
 * then the log has to be read from its begin. Owned by the caller. */
GBytes *kiosk_audit_verifier_behead (GBytes *state, GBytes *begin);

/* @fault as the format document calls it: "ok", "changed", "bad-code" ... */
const char *kiosk_audit_fault_name (KioskAuditFault fault);

/* Words for @fault: "en" or "ja". */
const char *kiosk_audit_fault_text (KioskAuditFault fault, gboolean japanese);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskAuditVerifier, kiosk_audit_verifier_free)
