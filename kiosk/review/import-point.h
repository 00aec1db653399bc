/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Where an import is between two good lines, as bytes: so that a later one of the same log goes on there. Pure. */

typedef struct {
  guint64 records, unreadable; /* before it */
  gint64 first, last;          /* times of the first and last good record */
  gint64 last_time, last_key;  /* of the record before */
  char *host, *site;           /* as in KioskImportSum */
  char *chain,
      *sealed; /* chain values of the last record and the last checkpoint, hexadecimal; "" without one */
  gint64 place;              /* of the next stored line */
  gint64 last_place;         /* of the last one */
  gint64 site_place;         /* of the last one that names a site */
  gint64 stay, outage;       /* numbers that the next ones get, at least */
  GVariant *stays, *outages; /* what goes on: stay.h, outages.h */
} KioskImportPoint;

void kiosk_import_point_free (KioskImportPoint *self);

GBytes *kiosk_import_point_pack (const KioskImportPoint *self);

/* NULL when @bytes are no such point. */
KioskImportPoint *kiosk_import_point_unpack (GBytes *bytes);

/* Whether somebody is logged in, or an outage goes on. */
gboolean kiosk_import_point_is_open (const KioskImportPoint *self);

/* @self of a log whose records before @begin are gone since, but for the last of them, at which it begins now. FALSE when that cannot be told. */
gboolean kiosk_import_point_behead (KioskImportPoint *self, const KioskImportPoint *begin);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskImportPoint, kiosk_import_point_free)
