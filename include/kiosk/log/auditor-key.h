/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/log/enrolment.h"
#include "kiosk/log/log-set.h"

/* The key of an auditor, to whom the first secrets of logs were sealed (kiosk/docs/AUDIT-FORMAT.md, "Enrolment"). Key and secrets are in locked
 * memory of sodium_malloc(3), overwritten before they are freed, and never written anywhere. Any thread, one at a time. */
typedef struct _KioskAuditorKey KioskAuditorKey;

/* Opens the text of a key file of `kioskctl order key`; takes about a second. Errors as of kiosk_order_key_open(): KIOSK_ERROR_NOT_ALLOWED for a wrong
 * passphrase. */
KioskAuditorKey *kiosk_auditor_key_open (const char *key, gsize length, const char *passphrase,
                                         GError **error);
void kiosk_auditor_key_free (KioskAuditorKey *self);

/* The secret k_1 of a log, KIOSK_AUDIT_KEY_SIZE bytes, to be freed by kiosk_auditor_secret_free(). NULL when it was not sealed to this key. */
guint8 *kiosk_auditor_key_unseal (const KioskAuditorKey *self, const KioskEnrolment *enrolment);
void kiosk_auditor_secret_free (guint8 *secret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskAuditorKey, kiosk_auditor_key_free)
