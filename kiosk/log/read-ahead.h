/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

/* The bytes of the files of a log, piece by piece in their order, read, decompressed and their signatures checked by other threads
 * beforehand: that is what verification waits for. A few pieces of a megabyte are under way, however long the log is. */

typedef struct {
  guint file;         /* index of the path */
  gboolean ends_file; /* nothing of this file comes behind it */
  char *bytes;        /* not at a particular place of a line, but mostly whole lines */
  gsize length;
  guint64 position; /* bytes of the file on the disk that were read so far */
  GError *error;  /* KIOSK_ERROR_INVALID: the rest of the file is damaged; else it cannot be read */
  GArray *judged; /* the signatures in it */
  guint next;     /* of these, the next that may be asked for */
  gboolean ready;
} KioskPiece;

void kiosk_piece_free (KioskPiece *self);

/* Whether @signature is right; a KioskAuditCheck with a piece as @user_data. */
gboolean kiosk_piece_check (const KioskAuditSignature *signature, gpointer piece);

typedef struct _KioskReadAhead KioskReadAhead;

/* @paths: NULL-terminated, copied; "" for a file that is not there. @start: index of the first that is read. @log_key: NULL when only record 1 can tell it. */
KioskReadAhead *kiosk_read_ahead_new (const char *const *paths, guint start, const guint8 *log_key);

/* Ends the threads. */
void kiosk_read_ahead_free (KioskReadAhead *self);

/* The next piece, owned by the caller; waits for it. NULL behind the last. */
KioskPiece *kiosk_read_ahead_next (KioskReadAhead *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskPiece, kiosk_piece_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskReadAhead, kiosk_read_ahead_free)
