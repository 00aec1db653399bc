/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

#include "kiosk/base/secret.h"
#include "kiosk/review/journal.h"

#include <gtk/gtk.h>

/* Who reviews: their name, their signing key (a file of `kioskctl order key`), and the journal of what is open. The secret half is
 * open from the passphrase on until the program ends, in locked memory. Without a key everything can be read, but nothing
 * written down, printed, exported or signed. Main thread.
 *
 * Signals: "changed" (name, key or journal), "ask" (key and name are to be asked for). */
#define KIOSK_TYPE_REVIEWER (kiosk_reviewer_get_type ())
G_DECLARE_FINAL_TYPE (KioskReviewer, kiosk_reviewer, KIOSK, REVIEWER, GObject)

/* @name, @key_file, @journal may be NULL; @journal: in another place than beside the log. */
KioskReviewer *kiosk_reviewer_new (const char *name, const char *key_file, const char *journal);

const char *kiosk_reviewer_get_name (KioskReviewer *self); /* NULL */
const char *kiosk_reviewer_get_key_file (KioskReviewer *self);
void kiosk_reviewer_set_key_file (KioskReviewer *self, const char *path);

/* Whether the key is open. */
gboolean kiosk_reviewer_is_open (KioskReviewer *self);

/* Opens the key file as @name with @passphrase, which is taken over, in a thread. The error's code tells what was wrong:
 * KIOSK_ERROR_NOT_ALLOWED the passphrase, others the file. */
void kiosk_reviewer_open (KioskReviewer *self, const char *name, KioskSecret *passphrase,
                          GAsyncReadyCallback callback, gpointer user_data);
gboolean kiosk_reviewer_open_finish (KioskReviewer *self, GAsyncResult *result, GError **error);

/* The logs of @store are looked at from now on: recorded as soon as there is a key. */
void kiosk_reviewer_begin (KioskReviewer *self, KioskStore *store);

/* Writes @entry, whose time, reviewer and logs are filled in. FALSE with @error. */
gboolean kiosk_reviewer_write (KioskReviewer *self, KioskReviewEntry *entry, GError **error);

/* Entries of the journal (KioskReviewEntry); NULL when it cannot be read. *@bad_line as in journal.h. */
GPtrArray *kiosk_reviewer_read (KioskReviewer *self, guint64 *bad_line);

/* Whether somebody wrote a note about the record. @entries as read; NULL: no. */
gboolean kiosk_reviewer_has_note (GPtrArray *entries, const char *host, guint64 sequence);

/* Asks for the key: "ask". */
void kiosk_reviewer_ask (KioskReviewer *self);
