/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The list of what is in an incident bundle (kiosk/docs/AUDIT-FORMAT.md, "Incident bundles"; A12, A13), and its signature. Pure but for
 * kiosk_bundle_check(). Any thread. */

#define KIOSK_BUNDLE_NAME "bundle.json"
#define KIOSK_BUNDLE_SIGNATURE_NAME "bundle.sig"
#define KIOSK_BUNDLE_KEY_SIZE 32 /* Ed25519 */

typedef struct {
  char *name;   /* relative to the bundle; no ".." */
  char *sha256; /* hexadecimal */
  guint64 size; /* bytes */
} KioskBundleFile;

typedef struct {
  char *host;          /* ID of the terminal, from its enrolment; "" without one */
  guint64 first;       /* record with which the files of the log begin */
  char *since, *until; /* the span that was asked for, as in a record; "" for open ends */
  char *made;          /* when, as in a record */
  guint8 signer[KIOSK_BUNDLE_KEY_SIZE];
  GPtrArray *files; /* of KioskBundleFile */
} KioskBundle;

KioskBundle *kiosk_bundle_new (void);
void kiosk_bundle_free (KioskBundle *self);
void kiosk_bundle_add (KioskBundle *self, const char *name, const char *sha256, guint64 size);

/* As it is stored; g_free(). */
char *kiosk_bundle_print (const KioskBundle *self);

/* NULL with @error (KIOSK_ERROR_INVALID). */
KioskBundle *kiosk_bundle_parse (const char *text, gsize length, GError **error);

/* The signature over @text (hexadecimal, with a line feed; g_free()) by the key of @seed (32 bytes). */
char *kiosk_bundle_sign (const char *text, gsize length, const guint8 *seed);

/* Reads the bundle in @folder and all that it lists: signature and digests. NULL with @error: KIOSK_ERROR_UNTRUSTED when something is not as it
 * was signed, naming it. */
KioskBundle *kiosk_bundle_check (const char *folder, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskBundle, kiosk_bundle_free)
