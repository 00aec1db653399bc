/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "audit-folder.h"

#include "kiosk/model/audit.h"
#include "kiosk/model/receipt.h"

#include <glib.h>

/* The one writer of the audit log of a folder (kiosk/docs/AUDIT-FORMAT.md), one process at a time. What it says is
 * written is written; after the first failure it writes nothing any more, and its owner has to take
 * the terminal out of service. Main thread only. */
typedef struct _KioskAuditWriter KioskAuditWriter;

/* Never called from inside a call to the writer, but from the default main context; @fill is called from inside. */
typedef struct {
  /* The writer makes a record of its own: sets in @record what is the same for all records (host, boot, policy, clock) and the present
   * times. Strings belong to the owner and live until @fill is called again. */
  void (*fill) (KioskAuditRecord *record, gpointer user_data);
  /* Once, when the writer has failed: a record that was accepted in a group, or that append refused with
   * KIOSK_ERROR_IO, may not be on the disk. It may close the writer, which frees @error too. */
  void (*failed) (KioskAuditWriter *self, const GError *error, gpointer user_data);
  /* There is a seal code of another day. */
  void (*sealed) (KioskAuditWriter *self, gpointer user_data);
  /* The disk is full; what was kept free is in use: time for records that close what runs, and for nothing else. */
  void (*full) (KioskAuditWriter *self, gpointer user_data);
} KioskAuditWriterEvents;

/* From the policy. 0 and NULL: as if there were no such limit. */
typedef struct {
  const GPtrArray *auditors; /* KioskPolicyAuditor: to whom the secret of a new log is sealed */
  guint64 rotate_size;       /* bytes after which a file ends */
  guint rotate_hours;        /* and hours */
  guint64 floor;             /* bytes that must be free for kiosk_audit_writer_has_room() */
  guint keep_days;           /* age at which a file may be deleted */
  gboolean hold;             /* none is deleted */
  const guint8 *collector;   /* key by which receipts are signed; NULL: none is deleted */
} KioskAuditSettings;

/* Opens the log in @directory (created with mode 0700 when it is missing; its parent must exist;
 * it must belong to root or to this user, and nobody else may write in it), locks it, and begins one if there is none: see
 * audit-opening.h for what is checked and what is refused with KIOSK_ERROR_UNTRUSTED.
 *
 * Then log-begun (of a new log), log-begun-anew (when the one before was set aside), log-recovered (when a torn last line was put aside) and log-opened are written durably. Files that are older
 * are compressed, in a thread. */
KioskAuditWriter *kiosk_audit_writer_open (const char *directory,
                                           const KioskAuditSettings *settings,
                                           const KioskAuditWriterEvents *events, gpointer user_data,
                                           GError **error);

/* Writes log-closed, unlocks, closes, frees. NULL is allowed. */
void kiosk_audit_writer_close (KioskAuditWriter *self);

/* Writes @record as the next one and sets *@sequence (may be NULL) to its number. Checkpoints that are due by number, by day or by size
 * come behind it.
 *
 * @durable: it is on the disk (fdatasync(2)), with all before it and the keys behind it, when this returns; for every
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

/* Writes a checkpoint, durably: a session has ended. Others are the writer's own affair; one comes at the latest a minute after the last, if the
 * main loop runs. @reason: KIOSK_REASON_CHECKPOINT_... */
gboolean kiosk_audit_writer_checkpoint (KioskAuditWriter *self, const char *reason, GError **error);

/* Sets what may have changed in the policy; @settings->auditors is for new logs only. */
void kiosk_audit_writer_set_settings (KioskAuditWriter *self, const KioskAuditSettings *settings);

/* Deletes what may be deleted (audit-retention.h), each file after a durable record log-deleted. Done by itself with the first heartbeat, once a day, and
 * when there is a new receipt. FALSE with @error when the record cannot be written, or the file cannot be deleted. */
gboolean kiosk_audit_writer_delete_old (KioskAuditWriter *self, GError **error);

/* Whether a write has ever failed. */
gboolean kiosk_audit_writer_get_failed (const KioskAuditWriter *self);

/* Whether there is room for a new session: as much as the settings ask for, and what is kept for closing it. */
gboolean kiosk_audit_writer_has_room (KioskAuditWriter *self);

/* Name of a file on which a write failed and that nobody has looked at yet, NULL: none. Until a person has taken it out of the folder nothing may
 * begin. Owned by the caller. */
char *kiosk_audit_writer_find_failed (KioskAuditWriter *self);

/* Where the chain stands: number and hash of the last record written. */
void kiosk_audit_writer_get_chain (const KioskAuditWriter *self, KioskAuditChain *chain);

/* The seal code of the day ("Seal code" in the format). @sequence: of its checkpoint; @time: when, unix microseconds. FALSE: none. */
gboolean kiosk_audit_writer_get_seal (const KioskAuditWriter *self, guint64 *sequence, gint64 *time,
                                      char code[KIOSK_AUDIT_SEAL_SIZE]);

/* The collector's last receipt for this log that was kept, with its line (may be NULL). FALSE: none. */
gboolean kiosk_audit_writer_get_receipt (KioskAuditWriter *self, KioskReceipt *receipt,
                                         char line[KIOSK_RECEIPT_MAX + 1]);

/* What @line means, by kiosk_receipt_judge(). @anew: as if none were kept. @own: our record, once it was looked up. */
KioskReceiptVerdict kiosk_audit_writer_judge_receipt (KioskAuditWriter *self, const char *host,
                                                      const char *line, gsize length, gboolean anew,
                                                      const KioskAuditChain *own,
                                                      KioskReceipt *receipt);

/* Keeps a receipt that is good, durably, and deletes what may be deleted now: see kiosk_audit_writer_delete_old(). */
gboolean kiosk_audit_writer_keep_receipt (KioskAuditWriter *self, const char *line, gsize length,
                                          GError **error);

/* Keeps one that contradicts the log, unless there is one already: see kiosk_audit_writer_find_contradicted(). */
gboolean kiosk_audit_writer_contradict (KioskAuditWriter *self, guint64 sequence, const char *line,
                                        gsize length, GError **error);

/* Name of the file with such a receipt at which nobody has looked yet, NULL: none. Until a person has taken it out of the folder nothing may begin. Owned by the
 * caller. */
char *kiosk_audit_writer_find_contradicted (KioskAuditWriter *self);

/* Number of the first record of audit.log: another one after each rotation. */
guint64 kiosk_audit_writer_get_file (const KioskAuditWriter *self);

/* Whether audit.log can only be appended to (chattr +a); the file system may not know that. */
gboolean kiosk_audit_writer_is_append_only (const KioskAuditWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskAuditWriter, kiosk_audit_writer_close)
