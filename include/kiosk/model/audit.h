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
  /* what: every action is listed in KIOSK_AUDIT_ACTIONS and in the format document */
  const char *action;
  KioskOutcome outcome;
  const char *reason; /* the true cause, in a fixed word or two; event.reason */
  const char *detail; /* free text of our own making; message */
  /* when */
  gint64 realtime;  /* unix microseconds */
  gint64 boottime;  /* microseconds, kiosk.monotonic */
  const char *boot; /* boot id of the kernel */
  /* where */
  const char *host_id;   /* terminal id; host.id and host.name */
  const char *host_site; /* host.geo.name */
  /* who */
  const char *user_id;   /* ID, or "unlisted" */
  const char *user_name; /* full name */
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
} KioskAuditRecord;

/* Length of a chain value: BLAKE2b-256, RFC 7693. */
#define KIOSK_AUDIT_HASH_SIZE 32

/* The chain at some point: what the next record is linked to. */
typedef struct {
  guint64 sequence;                       /* of the last record; 0 before the first */
  guint8 hash[KIOSK_AUDIT_HASH_SIZE];     /* of the last record */
} KioskAuditChain;

/* The beginning of every chain: sequence 0 and the fixed first value of the format. */
void kiosk_audit_chain_init (KioskAuditChain *chain);

/* Encodes @record as the next line after @chain (line feed included) and moves @chain on. NULL with
 * @error, @chain untouched, when the action is not on the list or the line would be too long. */
GBytes *kiosk_audit_encode (const KioskAuditRecord *record, KioskAuditChain *chain, GError **error);

/* Whether @action is on the list, and its category ("authentication", "session", "process" ...). */
const char *kiosk_audit_action_category (const char *action);

/* ---- Verification ---- */

typedef enum {
  KIOSK_AUDIT_OK,
  KIOSK_AUDIT_CHANGED,   /* bytes of this record were altered */
  KIOSK_AUDIT_MISSING,   /* records before this one are gone */
  KIOSK_AUDIT_MOVED,     /* this record stands elsewhere than it was written */
  KIOSK_AUDIT_DOUBLED,   /* this record stands here a second time */
  KIOSK_AUDIT_MALFORMED, /* not a record */
  KIOSK_AUDIT_TORN,      /* the last line has no end: the machine stopped while writing */
} KioskAuditFault;

typedef struct {
  KioskAuditFault fault;
  guint64 line;     /* 1 = first line; of the fault */
  guint64 sequence; /* the record's own number where it can be read, else 0 */
  guint64 expected; /* the number that should stand here */
  guint64 records;  /* good records before it */
} KioskAuditReport;

/* Verifies lines one after the other, from any source, in constant memory. */
typedef struct _KioskAuditVerifier KioskAuditVerifier;

KioskAuditVerifier *kiosk_audit_verifier_new (void);
void kiosk_audit_verifier_free (KioskAuditVerifier *self);

/* Takes the next @length bytes, any cut. FALSE after the first fault; what follows is ignored. */
gboolean kiosk_audit_verifier_feed (KioskAuditVerifier *self, const char *bytes, gsize length);

/* Ends the input. @report (not NULL) tells the first fault or OK with the number of records. @chain,
 * when not NULL, gets the state after the last good record. TRUE when there was no fault. */
gboolean kiosk_audit_verifier_finish (KioskAuditVerifier *self, KioskAuditReport *report,
                                      KioskAuditChain *chain);

/* Words for @fault: "en" or "ja". */
const char *kiosk_audit_fault_text (KioskAuditFault fault, gboolean japanese);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskAuditVerifier, kiosk_audit_verifier_free)
