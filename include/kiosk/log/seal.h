/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

/* What a checkpoint says for the paper ledger of seal codes (kiosk/docs/AUDIT-FORMAT.md, "Seal code"). Pure. Any thread. */

typedef struct {
  guint64 sequence;
  gint64 time;                         /* unix microseconds */
  guint8 chain[KIOSK_AUDIT_HASH_SIZE]; /* h_i */
  gboolean begins_day;                 /* reason "day" or "begin": it can be the seal of its day */
} KioskSeal;

/* Reads @line (without line feed or with it). FALSE, *@seal undefined, when it is no checkpoint. Nothing is verified: the caller knows that the line
 * is good. */
gboolean kiosk_seal_read (const char *line, gsize length, KioskSeal *seal);
