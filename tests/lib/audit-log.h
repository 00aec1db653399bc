/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

/* Logs of tests: written by the encoder of the product, with keys that are the same each time (those of
 * tests/lib/verify-audit.py). */

typedef struct {
  KioskAuditState state;
  guint64 log; /* number of the log: each has keys of its own */
  guint64 checkpoints;
} AuditLog;

/* The first secret of all of them, 32 bytes. */
const guint8 *audit_log_secret (void);

/* Before record 1. */
void audit_log_begin (AuditLog *self, guint64 log);

/* The next line. Aborts when it cannot be encoded. */
GBytes *audit_log_encode (AuditLog *self, const KioskAuditRecord *record);

/* The same, at the end of @text. */
void audit_log_append (AuditLog *self, const KioskAuditRecord *record, GString *text);

/* Record 1, log-begun, of terminal @host (NULL: none) at time 0. */
void audit_log_append_begin (AuditLog *self, const char *host, GString *text);
