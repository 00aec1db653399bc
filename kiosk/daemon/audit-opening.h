/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "audit-keys.h"
#include "audit-stored.h"

#include <glib.h>

/* The state in which a log is found when kioskd starts, judged by what the keys say ("Key state" in
 * kiosk/docs/AUDIT-FORMAT.md), and what a power cut left half done, finished. Writes no record. Main thread only. */
typedef struct {
  int log;                 /* audit.log, open for appending */
  KioskAuditKeyring *keys; /* behind its last whole line */
  guint64 size;            /* its length up to there */
  guint64 first;           /* number of its first record; 1 also before that is written */
  gint64 begun;            /* unix microseconds of its first record; -1 before */
  guint open_records;      /* since the last checkpoint */
  guint64 behind;          /* whole records that stood behind the state of the disk */
  gboolean rotating;       /* the last line is the checkpoint of a rotation that got no further */
  char *torn_name;         /* file into which a torn last line was put; NULL: there was none */
  char *
      failed_name; /* second name of the file that failed, from which this one was made; NULL: it did not */
  KioskAuditDaySeal seal; /* the last one in audit.log; all zero: none */
} KioskAuditOpening;

/* Looks at @folder (see kiosk_audit_folder_open()). A folder without log and keys gets a new log: keys, enrolment of @host sealed to @auditors
 * (KioskPolicyAuditor, may be NULL) and an empty audit.log, all of it on the disk. Everything else must fit together: the file verifies from
 * its first checkpoint on, the record up to which the keys have gone stands where they say, and what is behind it was made with
 * them. If it does not, *@error is KIOSK_ERROR_UNTRUSTED and says what is wrong; nothing was altered then. A torn last
 * line is put aside and cut off.
 *
 * When this returns TRUE the keys on the disk may still be those of before @behind. Cleared with kiosk_audit_opening_clear(). */
gboolean kiosk_audit_opening_find (KioskAuditOpening *self, int folder, const char *host,
                                   gint64 realtime, const GPtrArray *auditors, GError **error);

void kiosk_audit_opening_clear (KioskAuditOpening *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskAuditOpening, kiosk_audit_opening_clear)
