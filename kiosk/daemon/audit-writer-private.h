/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "audit-keys.h"
#include "audit-pack.h"
#include "audit-writer.h"

/* Shared by audit-writer.c, audit-checkpoints.c and audit-writer-open.c, and by nobody else. */

#define KIOSK_AUDIT_OPEN_RECORDS_MAX 255 /* between two checkpoints */

struct _KioskAuditWriter {
  int folder;
  int log;
  KioskAuditKeyring *keys;
  KioskAuditPacker *packer;
  const KioskAuditWriterEvents *events; /* NULL while opening: then @error tells all */
  KioskAuditWriterEvents event_table;
  gpointer user_data;
  KioskAuditSettings settings; /* without auditors; the collector's key is in @collector */
  guint8 collector[KIOSK_AUDIT_KEY_SIZE];
  gboolean retention_due;
  gboolean receipt_known; /* what stands in the file is in the next three */
  gboolean has_receipt;
  KioskReceipt receipt;
  char receipt_line[KIOSK_RECEIPT_MAX + 1];
  guint64 size;       /* end of the last whole record */
  guint64 first;      /* number of the first record of audit.log */
  gint64 born_at;     /* CLOCK_BOOTTIME microseconds, may be negative: begin of audit.log */
  guint unsynced;     /* records that no commit has covered */
  guint open_records; /* since the last checkpoint */
  gint64 next_day;    /* unix microseconds of the next midnight */
  guint64 seal_sequence;
  gint64 seal_time;
  guint8 seal_hash[KIOSK_AUDIT_HASH_SIZE];
  gboolean append_only;
  gboolean ballast;  /* there is room kept free */
  guint sync_source; /* pending group */
  GSource *heartbeat;
  GError *failure; /* first failure, for ever */
  guint failed_source, full_source, sealed_source;
};

/* In memory; moved on by each record. */
KioskAuditState *kiosk_audit_writer_get_state (const KioskAuditWriter *self);

gboolean kiosk_audit_writer_check_alive (const KioskAuditWriter *self, GError **error);

/* Takes over @failure and repeats it in @error. Always FALSE. @of_disk: not for want of room. */
gboolean kiosk_audit_writer_fail (KioskAuditWriter *self, GError *failure, gboolean of_disk,
                                  GError **error);

/* Encodes and writes, and does nothing else that is due. @seed: of a checkpoint. *@written (may be NULL) gets the line. */
gboolean kiosk_audit_writer_add (KioskAuditWriter *self, const KioskAuditRecord *record,
                                 const guint8 *seed, GBytes **written, GError **error);

/* What is written and not synced is synced in a moment. */
void kiosk_audit_writer_arm_group (KioskAuditWriter *self);

/* Writes a checkpoint, durably. *@line as above. */
gboolean kiosk_audit_writer_seal (KioskAuditWriter *self, const char *action, const char *reason,
                                  GBytes **line, GError **error);

/* What is due behind the record @now, or at its times: commit, checkpoint, next file. */
gboolean kiosk_audit_writer_settle (KioskAuditWriter *self, const KioskAuditRecord *now,
                                    gboolean durable, GError **error);

/* The next file begins with @line, the last one, a checkpoint, on the disk with its keys. */
gboolean kiosk_audit_writer_begin_file (KioskAuditWriter *self, GBytes *line, gint64 boottime,
                                        GError **error);

/* The day has its seal: that of the checkpoint @sequence with @hash at @time. */
void kiosk_audit_writer_take_seal (KioskAuditWriter *self, guint64 sequence, gint64 time,
                                   const guint8 *hash);

/* The next heartbeat comes so much later than now. */
void kiosk_audit_writer_arm_heartbeat (KioskAuditWriter *self);
void kiosk_audit_writer_stop_heartbeat (KioskAuditWriter *self);
