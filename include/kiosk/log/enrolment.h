/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

/* enrolment.json (kiosk/docs/AUDIT-FORMAT.md, "Enrolment"): which key a log began with, and its first secret for
 * those who may check codes. No file is touched here. Any thread. */

#define KIOSK_ENROLMENT_NAME "enrolment.json"

typedef struct {
  char *name;
  guint8 key[KIOSK_AUDIT_KEY_SIZE]; /* Ed25519, the public half of a key file */
  char *sealed;                     /* k_1 in a sealed box, hexadecimal */
} KioskEnrolmentAuditor;

typedef struct {
  char *host;                       /* ID of the terminal */
  char *begun;                      /* time, as in a record */
  guint8 key[KIOSK_AUDIT_KEY_SIZE]; /* key_1 */
  GPtrArray *auditors;              /* of KioskEnrolmentAuditor */
} KioskEnrolment;

/* Empty, to be filled in; strings are freed with it. */
KioskEnrolment *kiosk_enrolment_new (void);
void kiosk_enrolment_free (KioskEnrolment *self);

/* NULL with @error (KIOSK_ERROR_INVALID) when @text is not one of version 2. */
KioskEnrolment *kiosk_enrolment_parse (const char *text, gsize length, GError **error);

/* As it is stored, with a line feed; g_free(). */
char *kiosk_enrolment_print (const KioskEnrolment *self);

/* Seals @secret = k_1 to an auditor's public @key. FALSE, nothing added, when @key is none. */
gboolean kiosk_enrolment_add_auditor (KioskEnrolment *self, const char *name, const guint8 *key,
                                      const guint8 *secret);

/* Opens k_1 into @secret (32 bytes, the caller wipes it) with the seed of an auditor's key (kiosk_order_key_open()). FALSE when it
 * was not sealed to that key. */
gboolean kiosk_enrolment_open (const KioskEnrolment *self, const guint8 *auditor_seed,
                               guint8 *secret);

/* @hex must be exactly 2 * @size digits, either case. */
gboolean kiosk_hex_to_bytes (const char *hex, guint8 *bytes, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEnrolment, kiosk_enrolment_free)
