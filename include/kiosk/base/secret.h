/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A password, code or PIN on its way from a key press to the one place that needs it.
 *
 * The contract: the bytes live in one mapping that is locked in RAM (mlock(2)), left out of core
 * dumps and forked children (madvise(2) MADV_DONTDUMP, MADV_DONTFORK), and overwritten before it is
 * unmapped. Nothing here copies them out; who needs the bytes reads them in place. A secret has one
 * owner; it moves with g_steal_pointer() and ends with kiosk_secret_free(). Not thread safe.
 */
typedef struct _KioskSecret KioskSecret;

/* Bytes that a secret can hold, without the terminating NUL. */
#define KIOSK_SECRET_MAX 511

/* An empty secret. Aborts when no locked memory can be had: a secret that may reach the swap is
 * worse than none. */
KioskSecret *kiosk_secret_new (void);

/* A secret that holds a copy of @text; NULL when it is longer than KIOSK_SECRET_MAX bytes. The
 * caller wipes its own copy. */
KioskSecret *kiosk_secret_new_from (const char *text);

/* Replaces the content by the @length bytes of @bytes. FALSE, unchanged, when they are more than
 * KIOSK_SECRET_MAX or contain a NUL. */
gboolean kiosk_secret_set (KioskSecret *self, const char *bytes, gsize length);

/* The content, NUL-terminated, owned by @self, valid until it changes. Never NULL. */
const char *kiosk_secret_peek (const KioskSecret *self);

/* Length in bytes. */
gsize kiosk_secret_length (const KioskSecret *self);

/* Overwrites the content; the secret is empty afterwards. */
void kiosk_secret_wipe (KioskSecret *self);

/* Wipes and frees; NULL is allowed. */
void kiosk_secret_free (KioskSecret *self);

/* Overwrites @size bytes at @memory in a way that the compiler keeps (explicit_bzero(3)). For the
 * few buffers that a library or a socket forces on us. */
void kiosk_wipe (void *memory, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSecret, kiosk_secret_free)
