/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "import-point.h"
#include "index-private.h"

/* What an index knows of a log that it read before, so that only what is new has to be read: for each of its files what its verifier and its import knew where it
 * begins, and where the good records end. A file is believed to be unchanged when it has the stamp that it had then (kiosk_log_set_get_stamps()). */

typedef struct {
  char *name;
  char *stamp;      /* "": nothing is known */
  GBytes *verifier; /* kiosk_audit_verifier_save(); empty for the first file */
  GBytes *point;    /* kiosk_import_point_pack() */
} KioskImportPart;

KioskImportPart *kiosk_import_part_new (const char *name, GBytes *verifier, GBytes *point);
void kiosk_import_part_free (KioskImportPart *part);

typedef struct {
  gint64 id;        /* of the log */
  gboolean more;    /* there are records behind @tail */
  GPtrArray *parts; /* KioskImportPart, one for each file up to that of the first fault */
  GBytes *tail;     /* packed point: up to there all lines are good */
} KioskImportKept;

void kiosk_import_kept_free (KioskImportKept *self);

/* *@kept of the log that was read from @path when @base was true (what it was verified against); NULL when there is none. FALSE with @error. */
gboolean kiosk_import_kept_load (KioskDb *db, const char *path, const char *base,
                                 KioskImportKept **kept, GError **error);

/* Files that are gone from the front of the log, of whose deletion its own records may tell, go from the index, too: those before the one that
 * has the stamp @first, if there is one. *@good is FALSE when it cannot be told what the log is without them: then @self is of no use any more. FALSE with @error. */
gboolean kiosk_import_kept_behead (KioskImportKept *self, KioskDb *db, const char *first,
                                   gboolean *good, GError **error);

/* The last file at which reading can begin: all before it have the @stamps that they had. */
guint kiosk_import_kept_choose (const KioskImportKept *self, const char *const *stamps);

/* Replaces what is kept of the files of log @id. */
gboolean kiosk_import_kept_put (KioskDb *db, gint64 id, GPtrArray *parts, GError **error);
gboolean kiosk_import_kept_remove (KioskDb *db, gint64 id, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskImportKept, kiosk_import_kept_free)
