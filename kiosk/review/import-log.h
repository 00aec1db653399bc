/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "index-private.h"

/* What the logs of one import have in common. */
typedef struct {
  KioskIndex *index;
  KioskIndexProgress progress;
  gpointer user_data;
  GCancellable *cancellable;
  guint64 done, total; /* bytes of the logs before this one, and of all */
  guint64 records;
  gboolean changed; /* something was read */
} KioskImportRun;

/* Brings the index up to date with one log: reads all of it, what has come since, or nothing. FALSE with @error: the transaction has to be given up. */
gboolean kiosk_import_log (KioskImportRun *run, KioskLogSet *set, const char *path,
                           const KioskAuditKeys *keys, GError **error);
