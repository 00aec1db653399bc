/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

#include <glib.h>

/* The one writer of the audit log: DIR/audit.log, mode 0600, one process at a time. What it says is
 * written is written; after the first failure it writes nothing any more, and its owner has to take
 * the terminal out of service. Main thread only. */
typedef struct _KioskAuditWriter KioskAuditWriter;

/* The file in the directory. */
#define KIOSK_AUDIT_FILE_NAME "audit.log"

/* Called once, from the default main context, never from inside a call to the writer, when the
 * writer has failed: a record that was accepted in a group, or that append refused with
 * KIOSK_ERROR_IO, may not be on the disk. It may close the writer, which frees @error too. */
typedef void (*KioskAuditFailed) (KioskAuditWriter *self, const GError *error, gpointer user_data);

/* Opens the log in @directory (created with mode 0700 when it is missing; its parent must exist;
 * it must belong to root or to this user, and nobody else may write in it), locks it, and verifies
 * all of it.
 *
 * A fault other than a torn last line is an error (KIOSK_ERROR_UNTRUSTED) that names line, record
 * and cause; nothing is altered. A torn last line was never acknowledged: it is put aside in
 * audit.torn-<number of the record that should stand there>, synced, and cut off, and a
 * log-recovered record tells so. Then a log-opened record is written durably. @opened has what is
 * the same for all records (host, boot, policy, clock) and the present times; action, outcome,
 * reason and detail of it are set here. */
KioskAuditWriter *kiosk_audit_writer_open (const char *directory, const KioskAuditRecord *opened,
                                           KioskAuditFailed failed, gpointer user_data,
                                           GError **error);

/* Syncs what is written, unlocks, closes, frees. NULL is allowed. */
void kiosk_audit_writer_close (KioskAuditWriter *self);

/* Writes @record as the next one and sets *@sequence (may be NULL) to its number.
 *
 * @durable: it is on the disk (fdatasync(2)), with all before it, when this returns; for every
 * record that must come before its act. Others are in the kernel's hands and on the disk at the
 * latest 10 ms or 128 records later, if the main loop runs.
 *
 * FALSE with KIOSK_ERROR_INVALID: the record can not be encoded, nothing happened, the writer goes
 * on. FALSE with KIOSK_ERROR_IO: the writer has failed, now or earlier, for good. fsync(2) forgets
 * an error once it is told, so trying again on the same file would lie. */
gboolean kiosk_audit_writer_append (KioskAuditWriter *self, const KioskAuditRecord *record,
                                    gboolean durable, guint64 *sequence, GError **error);

/* Makes all accepted records durable now. */
gboolean kiosk_audit_writer_sync (KioskAuditWriter *self, GError **error);

/* Whether a write has ever failed. */
gboolean kiosk_audit_writer_get_failed (const KioskAuditWriter *self);

/* Where the chain stands: number and hash of the last record written. */
void kiosk_audit_writer_get_chain (const KioskAuditWriter *self, KioskAuditChain *chain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskAuditWriter, kiosk_audit_writer_close)
