/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

#include <gio/gio.h>

/* The files of one terminal's log (kiosk/docs/AUDIT-FORMAT.md, "Files"), found, decompressed, verified and handed out
 * line by line; read only. Memory does not grow with them, whatever stands in them. One thread at a time. */
typedef struct _KioskLogSet KioskLogSet;

#define KIOSK_LOG_CURRENT_NAME "audit.log"
#define KIOSK_LOG_OLDER_PREFIX                                                                     \
  "audit-" /* and the number of its first record, twelve digits, and ".log.zst" */

/* @path: a folder with audit.log, audit-*.log.zst and enrolment.json, or one file, compressed or not. Only looks which files there
 * are. An incident bundle (kiosk/log/bundle.h) is checked as a whole: KIOSK_ERROR_UNTRUSTED when it is not what was signed.
 * NULL with @error when there is none or it cannot be read. */
KioskLogSet *kiosk_log_set_open (const char *path, GError **error);
void kiosk_log_set_free (KioskLogSet *self);

/* Names (without folder) of the files, in the order of their records; NULL-terminated, owned by @self. */
const char *const *kiosk_log_set_get_files (const KioskLogSet *self);

/* Bytes on the disk, all files together. */
guint64 kiosk_log_set_get_size (const KioskLogSet *self);

/* Terminal and first key of enrolment.json; NULL when there is none. Owned by @self. The key is only what stands beside the
 * log: who could exchange the log could exchange that. */
const char *kiosk_log_set_get_host (const KioskLogSet *self);
const guint8 *kiosk_log_set_get_key (const KioskLogSet *self);

/* Of these, those of the first @file files. */
guint64 kiosk_log_set_get_size_before (const KioskLogSet *self, guint file);

/* What each file is: name, place on the disk, length and time of its last change (st_ctime, which nobody can set without setting the clock or writing to the disk past the file
 * system), in a digest. The first is that of enrolment and bundle, the others are in the order of the files; NULL-terminated. Where one is the same again, nothing was written to
 * that file in between. "": it was changed so shortly before @now (unix microseconds) that the next change could have the same time, or it cannot be looked at. Owned by the caller. */
GStrv kiosk_log_set_get_stamps (const KioskLogSet *self, gint64 now);

/* Where a line stands. */
typedef struct {
  guint file;      /* index into kiosk_log_set_get_files() */
  guint64 line;    /* 1 = first of that file */
  gboolean good;   /* it and all before it verify */
  gboolean repeat; /* the first line of a file, which is the last one of the file before */
} KioskLogPlace;

/* @line (without line feed, not NUL-terminated) stands in the log. Lines longer than a record can be come as NULL.
 * FALSE: enough, read no further. */
typedef gboolean (*KioskLogLine) (const char *line, gsize length, const KioskLogPlace *place,
                                  gpointer user_data);

/* @done of @total bytes on the disk were read. */
typedef void (*KioskLogProgress) (guint64 done, guint64 total, gpointer user_data);

/* The next file begins; @verifier is where it was left (kiosk_audit_verifier_save()). */
typedef void (*KioskLogFile) (guint file, KioskAuditVerifier *verifier, gpointer user_data);

/* Reads all files from begin to end: verifies them against @keys (NULL: against the key of the enrolment, if there is one), calls @on_line (may be NULL) for each line,
 * @progress (may be NULL) about every 4 MiB, and fills in @report. Lines behind a fault are handed out, too. FALSE with @error when a file cannot be
 * read or @cancellable was cancelled; a log with a fault is TRUE, see @report. */
gboolean kiosk_log_set_read (KioskLogSet *self, const KioskAuditKeys *keys, KioskLogLine on_line,
                             KioskLogProgress progress, gpointer user_data,
                             GCancellable *cancellable, KioskAuditReport *report, GError **error);

/* Where reading begins. */
typedef struct {
  GBytes *state; /* what an earlier reading's verifier knew there; NULL: at the begin of the log */
  guint file;    /* the file that begins there now */
  KioskLogFile on_file; /* for each file behind it; may be NULL */
} KioskLogStart;

/* The same from @start on (NULL: from the begin). What is reported is the whole log: that the files before are what they were then, is for the caller to
 * know. FALSE with KIOSK_ERROR_INVALID, too, when the state does not fit @keys or is damaged. */
gboolean kiosk_log_set_read_from (KioskLogSet *self, const KioskAuditKeys *keys,
                                  const KioskLogStart *start, KioskLogLine on_line,
                                  KioskLogProgress progress, gpointer user_data,
                                  GCancellable *cancellable, KioskAuditReport *report,
                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskLogSet, kiosk_log_set_free)
