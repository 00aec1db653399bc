/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* All terminals of a collector: every line finds its own, is judged (kiosk/model/collect.h), stored, put aside or told. */
typedef struct _KioskTerminals KioskTerminals;

#define KIOSK_COLLECT_UNKNOWN_NAME "unknown"

typedef struct {
  const char *folder;
  guint64 rotate_bytes;
  gint64 gap_time, silence_time; /* microseconds after which it is an alarm */
  const guint8 *seed;            /* signs receipts; NULL: none are made. Not copied */
  const char *publish; /* folder for the last receipt of each terminal; NULL: none. Not copied */
} KioskTerminalsOptions;

typedef struct {
  guint64 lines, stored, duplicates, aside;
} KioskTerminalsCounts;

/* Opens the folders of all terminals that are enrolled. NULL with @error. */
KioskTerminals *kiosk_terminals_open (const KioskTerminalsOptions *options, gint64 now,
                                      GError **error);
void kiosk_terminals_free (KioskTerminals *self);

/* Takes a line (with its line feed) that came from the address @from at @now (microseconds, boot time). It stands in a journal already. FALSE with @error
 * when something could not be stored: then it is to be given once more. */
gboolean kiosk_terminals_take (KioskTerminals *self, const char *from, const char *line,
                               gsize length, gint64 now, GError **error);

/* Puts new receipts where terminals get them (HOST.json). To be called when what they are for is on the disk. What cannot be written is told
 * and tried again: it keeps nobody waiting. */
void kiosk_terminals_publish (KioskTerminals *self);

/* Looks for gaps and silences that have lasted too long, or are over. */
void kiosk_terminals_look (KioskTerminals *self, gint64 now);

/* Makes all that was taken durable (syncfs(2)): the journal is not needed any more. */
gboolean kiosk_terminals_sync (KioskTerminals *self, GError **error);

const KioskTerminalsCounts *kiosk_terminals_get_counts (const KioskTerminals *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskTerminals, kiosk_terminals_free)
