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
} KioskAuditRecord;

/* Length of a chain value: BLAKE2b-256, RFC 7693. */
#define KIOSK_AUDIT_HASH_SIZE 32

/* The chain at some point: what the next record is linked to. */
typedef struct {
  guint64 sequence;                   /* of the last record; 0 before the first */
  guint8 hash[KIOSK_AUDIT_HASH_SIZE]; /* of the last record */
} KioskAuditChain;

/* The beginning of every chain: sequence 0 and the fixed first value of the format. */
void kiosk_audit_chain_init (KioskAuditChain *chain);

/* Encodes @record as the next line after @chain (line feed included) and moves @chain on. NULL with
 * @error, @chain untouched, when the action is not on the list or a time is negative or behind the
 * year 9999. No content of the strings makes it fail. */
GBytes *kiosk_audit_encode (const KioskAuditRecord *record, KioskAuditChain *chain, GError **error);

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
} KioskAuditFault;

typedef struct {
  KioskAuditFault fault;
  guint64 line;     /* 1 = first line; of the fault */
  guint64 sequence; /* the record's own number where it can be read, else 0 */
  guint64 expected; /* the number that should stand here */
  guint64 records;  /* good records before it */
  guint64 bytes;    /* length of those records: where the fault begins */
} KioskAuditReport;

/* Verifies lines one after the other, from any source, in constant memory. */
typedef struct _KioskAuditVerifier KioskAuditVerifier;

KioskAuditVerifier *kiosk_audit_verifier_new (void);
void kiosk_audit_verifier_free (KioskAuditVerifier *self);

/* Takes the next @length bytes, any cut. FALSE as soon as the first fault is certain; what follows
 * is ignored. (After a gap it reads on: only the rest tells whether the missing record was moved.) */
gboolean kiosk_audit_verifier_feed (KioskAuditVerifier *self, const char *bytes, gsize length);

/* Good records so far. */
guint64 kiosk_audit_verifier_get_records (const KioskAuditVerifier *self);

/* Ends the input. @report (not NULL) tells the first fault or OK with the number of records. @chain,
 * when not NULL, gets the state after the last good record. TRUE when there was no fault. */
gboolean kiosk_audit_verifier_finish (KioskAuditVerifier *self, KioskAuditReport *report,
                                      KioskAuditChain *chain);

/* Words for @fault: "en" or "ja". */
const char *kiosk_audit_fault_text (KioskAuditFault fault, gboolean japanese);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskAuditVerifier, kiosk_audit_verifier_free)
