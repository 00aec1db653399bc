/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What has arrived and is not safely in its terminal's folder yet: one file, so that one fdatasync(2) is enough however many terminals the
 * lines came from. A line is "= ADDRESS LINE" with its line feed. One process: the file is locked (flock(2)). */
typedef struct _KioskJournal KioskJournal;

#define KIOSK_JOURNAL_NAME "incoming.jsonl"

/* A line of the journal, and of standard input. FALSE with @error: stop. */
typedef gboolean (*KioskJournalLine) (const char *from, const char *line, gsize length,
                                      gpointer user_data, GError **error);

/* Opens or makes the journal in @folder. NULL with @error, also when another process has it (KIOSK_ERROR_NOT_ALLOWED). */
KioskJournal *kiosk_journal_open (const char *folder, GError **error);
void kiosk_journal_free (KioskJournal *self);

/* Hands out what stands in it; a torn end is nothing. */
gboolean kiosk_journal_replay (KioskJournal *self, KioskJournalLine on_line, gpointer user_data,
                               GError **error);

/* Appends @text, whole lines, and makes it durable. When that fails nothing of it stays. */
gboolean kiosk_journal_append (KioskJournal *self, const GString *text, GError **error);

/* Whether @line is one: nothing else may be confirmed. */
gboolean kiosk_journal_is_line (const char *line, gsize length);

/* Takes @text apart as it would be read. */
gboolean kiosk_journal_each (const char *text, gsize length, KioskJournalLine on_line,
                             gpointer user_data, GError **error);

guint64 kiosk_journal_get_size (const KioskJournal *self);

/* All of it is safe elsewhere. */
gboolean kiosk_journal_empty (KioskJournal *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskJournal, kiosk_journal_free)
