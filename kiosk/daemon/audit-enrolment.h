/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"
#include "kiosk/model/policy.h"

#include <glib.h>

/* What a verifier of the log must know from its begin: enrolment.json ("Enrolment" in kiosk/docs/AUDIT-FORMAT.md). Written once,
 * before record 1. Main thread only. */

/* Writes the file durably. @state is the one before record 1, whose secret is sealed to each of @auditors (KioskPolicyAuditor; may be NULL: nobody will be
 * able to check the codes). @begun: unix microseconds. FALSE with @error: KIOSK_ERROR_INVALID when a key of an auditor is none, KIOSK_ERROR_IO. */
gboolean kiosk_audit_enrolment_write (int folder, const char *host, gint64 begun,
                                      const KioskAuditState *state, const GPtrArray *auditors,
                                      GError **error);

typedef enum {
  KIOSK_AUDIT_ENROLMENT_ABSENT,
  KIOSK_AUDIT_ENROLMENT_OTHER, /* of another log, or not of this format */
  KIOSK_AUDIT_ENROLMENT_OF_LOG,
} KioskAuditEnrolment;

/* Whether the file there is the one of the log that @log_key names. FALSE with @error when it cannot be read. */
gboolean kiosk_audit_enrolment_check (int folder, const guint8 *log_key, KioskAuditEnrolment *found,
                                      GError **error);
