/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

/* The fixed parts of the format, shared by the writer and the verifier of this folder and by nobody
 * else. kiosk/docs/AUDIT-FORMAT.md, "Line" and "Integrity". */

/* A line is: body, then these with values in lower-case hexadecimal between them; the second row in
 * checkpoints only. */
#define KIOSK_AUDIT_TAIL_PREVIOUS ",\"kiosk.integrity\":{\"version\":2,\"previous\":\""
#define KIOSK_AUDIT_TAIL_CHAIN "\",\"chain\":\""
#define KIOSK_AUDIT_TAIL_MAC "\",\"mac\":\""
#define KIOSK_AUDIT_TAIL_KEY "\",\"key\":\""
#define KIOSK_AUDIT_TAIL_NEXT "\",\"next\":\""
#define KIOSK_AUDIT_TAIL_SIGNATURE "\",\"signature\":\""
#define KIOSK_AUDIT_TAIL_END "\"}}\n"

#define KIOSK_AUDIT_TEXT_SIZE(text) (sizeof (text) - 1)
#define KIOSK_AUDIT_TAIL_SIZE                                                                      \
  (KIOSK_AUDIT_TEXT_SIZE (KIOSK_AUDIT_TAIL_PREVIOUS)                                               \
   + KIOSK_AUDIT_TEXT_SIZE (KIOSK_AUDIT_TAIL_CHAIN) + KIOSK_AUDIT_TEXT_SIZE (KIOSK_AUDIT_TAIL_MAC) \
   + KIOSK_AUDIT_TEXT_SIZE (KIOSK_AUDIT_TAIL_END)                                                  \
   + 2 * (2 * KIOSK_AUDIT_HASH_SIZE + KIOSK_AUDIT_MAC_SIZE))
#define KIOSK_AUDIT_SEALED_TAIL_SIZE                                                               \
  (KIOSK_AUDIT_TAIL_SIZE + KIOSK_AUDIT_TEXT_SIZE (KIOSK_AUDIT_TAIL_KEY)                            \
   + KIOSK_AUDIT_TEXT_SIZE (KIOSK_AUDIT_TAIL_NEXT)                                                 \
   + KIOSK_AUDIT_TEXT_SIZE (KIOSK_AUDIT_TAIL_SIGNATURE)                                            \
   + 2 * (2 * KIOSK_AUDIT_KEY_SIZE + KIOSK_AUDIT_SIGNATURE_SIZE))

/* Other records between two checkpoints, at most. */
#define KIOSK_AUDIT_UNSEALED_MAX 255

/* ---- A stored line, taken apart ---- */

typedef struct {
  gsize body_length;
  guint64 sequence; /* 0 when it can not be read */
  guint8 previous[KIOSK_AUDIT_HASH_SIZE];
  guint8 chain[KIOSK_AUDIT_HASH_SIZE];
  guint8 mac[KIOSK_AUDIT_MAC_SIZE];
  gboolean sealed; /* and so these stand there */
  guint8 key[KIOSK_AUDIT_KEY_SIZE];
  guint8 next[KIOSK_AUDIT_KEY_SIZE];
  guint8 signature[KIOSK_AUDIT_SIGNATURE_SIZE];
} KioskAuditLine;

/* @length bytes with the line feed. FALSE when the tail does not follow the grammar; the sequence is read anyhow. */
gboolean kiosk_audit_line_split (const char *bytes, gsize length, KioskAuditLine *line);

/* Whether the text of a seal stands where it does in a checkpoint. Quick. */
gboolean kiosk_audit_line_has_seal (const char *bytes, gsize length);

/* Writes the tail of @line behind its body. */
void kiosk_audit_line_append_tail (GString *text, const KioskAuditLine *line);

/* The number in what may be only the begin of a line; 0 when it can not be read. */
guint64 kiosk_audit_line_sequence (const char *bytes, gsize length);

/* What the verifier looks at in a body; the pointers lead into it. */
typedef struct {
  gboolean begins;     /* log-begun */
  gboolean checkpoint; /* one of the checkpoints */
  const char *time;    /* @timestamp */
  gsize time_length;
  const char *boot; /* kiosk.boot */
  gsize boot_length;
  guint64 monotonic;
  guint64 deleted; /* log-deleted: number of the last record of that file */
} KioskAuditBody;

/* FALSE when the body does not follow the grammar. */
gboolean kiosk_audit_body_read (const char *bytes, gsize length, KioskAuditBody *body);

/* ---- Hashes ---- */

/* h_0 of the log that @log_key names. */
void kiosk_audit_hash_begin (guint8 hash[KIOSK_AUDIT_HASH_SIZE], const guint8 *log_key);

/* @next = BLAKE2b-256 (@previous || @length as 64 bits, little-endian || @body). @next may be
 * @previous. */
void kiosk_audit_link (guint8 next[KIOSK_AUDIT_HASH_SIZE],
                       const guint8 previous[KIOSK_AUDIT_HASH_SIZE], const char *body,
                       gsize length);

/* m_i under @key = k_i. */
void kiosk_audit_mac (guint8 mac[KIOSK_AUDIT_MAC_SIZE], const guint8 key[KIOSK_AUDIT_KEY_SIZE],
                      const guint8 hash[KIOSK_AUDIT_HASH_SIZE]);

/* k_i becomes k_{i+1}. */
void kiosk_audit_evolve (guint8 key[KIOSK_AUDIT_KEY_SIZE]);

/* ---- What a checkpoint signs ---- */

#define KIOSK_AUDIT_SIGNED_DOMAIN "maintenance-kiosk checkpoint 2"
G_STATIC_ASSERT (KIOSK_AUDIT_SIGNED_SIZE
                 == KIOSK_AUDIT_TEXT_SIZE (KIOSK_AUDIT_SIGNED_DOMAIN) + 2 * KIOSK_AUDIT_KEY_SIZE
                        + sizeof (guint64) + KIOSK_AUDIT_HASH_SIZE + KIOSK_AUDIT_MAC_SIZE);

void kiosk_audit_signed_bytes (guint8 bytes[KIOSK_AUDIT_SIGNED_SIZE], const guint8 *log_key,
                               const KioskAuditLine *line);

void kiosk_audit_line_signature (const KioskAuditLine *line, const guint8 *log_key,
                                 KioskAuditSignature *signature);

/* ---- The state, for the encoder ---- */

/* Signs: fills in key, next and signature of @line, whose other members stand. */
void kiosk_audit_state_seal (const KioskAuditState *state, KioskAuditLine *line);

/* The record of @line is made: the chain moves on, its keys are gone. @seed: 32 random bytes, of a checkpoint. */
void kiosk_audit_state_advance (KioskAuditState *state, const KioskAuditLine *line,
                                const guint8 *seed);
