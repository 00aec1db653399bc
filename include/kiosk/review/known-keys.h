/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Whose key is whose: the list that the security officer keeps away from terminals and collector (kiosk/docs/REVIEW-FORMAT.md, "List of keys"). A
 * signature that is right only says that somebody has the key; this list says who. Pure. Any thread. */

#define KIOSK_KNOWN_KEY_SIZE 32

typedef enum {
  KIOSK_KNOWN_SIGNER,    /* of an incident bundle, of reviews */
  KIOSK_KNOWN_COLLECTOR, /* of receipts */
  KIOSK_KNOWN_LOG,       /* key_1 of a terminal's log; the name is the ID of the terminal */
} KioskKnownKind;

typedef struct _KioskKnownKeys KioskKnownKeys;

/* NULL with @error (KIOSK_ERROR_INVALID, naming the line) when a line is neither empty, a comment ("#") nor "kind<blank>key<blank>name". */
KioskKnownKeys *kiosk_known_keys_parse (const char *text, gsize length, GError **error);
void kiosk_known_keys_free (KioskKnownKeys *self);

/* The name for @key, cleaned; NULL when it is not listed as @kind. @self may be NULL. Owned by @self. */
const char *kiosk_known_keys_find (const KioskKnownKeys *self, KioskKnownKind kind,
                                   const guint8 *key);

/* Whether any key of @kind is listed, with @name (NULL: any): then others are not accepted in its place. */
gboolean kiosk_known_keys_has (const KioskKnownKeys *self, KioskKnownKind kind, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskKnownKeys, kiosk_known_keys_free)
