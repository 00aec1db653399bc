/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"

#include <glib.h>

/* Work orders (R29; C32): who may work on which servers from when until when and what for, signed by an
 * approver. The format is kiosk/docs/ORDERS.md. Pure: bytes in, an order or a list of problems out; an
 * order and a policy in, a verdict out. Any thread, after sodium_init(3). */

/* Longest order in bytes that is read at all. */
#define KIOSK_ORDER_MAX_BYTES (16 * 1024)

/* Longest time that one order may cover, seconds: it is for a piece of work, not for a job. */
#define KIOSK_ORDER_MAX_SECONDS (31 * 24 * 60 * 60)

#define KIOSK_ORDER_SIGNATURE_SIZE 64

/* Lines of an order that a verdict can be about. */
typedef enum {
  KIOSK_ORDER_LINE_PERSONS,
  KIOSK_ORDER_LINE_SERVERS,
  KIOSK_ORDER_LINE_FROM,
  KIOSK_ORDER_LINE_UNTIL,
  KIOSK_ORDER_LINE_APPROVER,
  KIOSK_ORDER_LINE_SIGNATURE,
  KIOSK_N_ORDER_LINES
} KioskOrderLine;

typedef struct {
  char *id;       /* work number, at most 64 characters */
  GStrv persons;  /* IDs, at least one */
  GStrv servers;  /* IDs, at least one */
  gint64 from;    /* unix seconds, included */
  gint64 until;   /* unix seconds, not included; after from */
  char *purpose;  /* at most 200 characters, never blank */
  char *approver; /* name of an [approver NAME] of the policy */
  gboolean has_signature;
  guint8 signature[KIOSK_ORDER_SIGNATURE_SIZE]; /* Ed25519, RFC 8032 */
  GBytes *signed_bytes;                         /* what is signed: the bytes before [signature] */
  guint lines[KIOSK_N_ORDER_LINES];             /* where things stand; 0: nowhere */
  char *digest; /* hex SHA-256 of the whole file: what a record names it by */
} KioskOrder;

/* Reads the @length bytes of one order, with or without its signature. @name: for problems. Everything
 * unknown, doubled or doubtful is a problem; with a single problem there is no order. @problems (not
 * NULL) is set to an array of KioskPolicyProblem, empty on success, owned by the caller. No signature is
 * checked here. */
KioskOrder *kiosk_order_parse (const char *name, const char *data, gsize length,
                               GPtrArray **problems);
void kiosk_order_free (KioskOrder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskOrder, kiosk_order_free)

/* ---- Verdicts ---- */

/* The first that is true, in this order. */
typedef enum {
  KIOSK_ORDER_UNSIGNED,
  KIOSK_ORDER_UNKNOWN_APPROVER, /* not in the policy */
  KIOSK_ORDER_SIGNATURE,        /* not by this approver, or altered afterwards */
  KIOSK_ORDER_OWN_WORK,         /* the approver is one of the persons */
  KIOSK_ORDER_OTHER_PERSON,     /* not for this person */
  KIOSK_ORDER_OTHER_SERVER,     /* not for this server */
  KIOSK_ORDER_EARLY,            /* not yet */
  KIOSK_ORDER_LATE,             /* not any more */
  KIOSK_ORDER_VALID,
} KioskOrderVerdict;

/* Whether the signature is the one of the approver whom @policy names. VALID, or one of the first four. */
KioskOrderVerdict kiosk_order_verify (const KioskOrder *self, const KioskPolicy *policy);

/* The same, and whether the order is for @person and @server (NULL: for any) at @moment (unix seconds;
 * negative: at any). */
KioskOrderVerdict kiosk_order_judge (const KioskOrder *self, const KioskPolicy *policy,
                                     const char *person, const char *server, gint64 moment);

/* The line of @self that led to @verdict; 0 when the whole file did. */
guint kiosk_order_verdict_line (const KioskOrder *self, KioskOrderVerdict verdict);

/* One sentence for @verdict. Static. */
const KioskLabel *kiosk_order_verdict_label (KioskOrderVerdict verdict);

/* ---- Keys and signing ---- */

/* Fewest characters of a passphrase for a secret key. */
#define KIOSK_ORDER_PASSPHRASE_MIN 12

/* A new key pair: the text of a key file, in which the secret half is encrypted with @passphrase
 * (libsodium: crypto_pwhash, Argon2id; crypto_secretbox), owned by the caller. NULL with @error when there
 * is not enough memory for it (256 MiB) or the passphrase is too short. Takes about a second. */
char *kiosk_order_key_new (const char *passphrase, GError **error);

/* The public half of a key file: 64 hex digits for the policy, owned by the caller. NULL with @error
 * (KIOSK_ERROR_INVALID) when @text is no key file. */
char *kiosk_order_key_get_public (const char *text, gsize length, GError **error);

/* Opens the secret half: the 32 bytes of @seed, which the caller wipes. FALSE with @error as in kiosk_order_sign(). For what else a
 * person does with their key: auditors open the first secret of a log with it. */
gboolean kiosk_order_key_open (const char *text, gsize length, const char *passphrase, guint8 *seed,
                               GError **error);

/* The text of an order with the signature of the key file @key appended, owned by the caller. @order must
 * have been read from @data and have no signature. NULL with @error: wrong passphrase
 * (KIOSK_ERROR_NOT_ALLOWED), malformed key file (KIOSK_ERROR_INVALID). */
char *kiosk_order_sign (const KioskOrder *order, const char *key, gsize key_length,
                        const char *passphrase, GError **error);
