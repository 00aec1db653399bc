/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Older files of the log are compressed (Zstandard level 3, RFC 8878), in a thread of its own, so that no record waits for it. A file
 * goes only when what was written in its place has been read back, decompressed and found to be the same. */
typedef struct _KioskAuditPacker KioskAuditPacker;

/* @directory: of the log. */
KioskAuditPacker *kiosk_audit_packer_new (const char *directory);

/* Waits for the file that is being compressed. NULL is allowed. */
void kiosk_audit_packer_free (KioskAuditPacker *self);

/* There may be files to compress: those whose first record has a number below @below, that of the file that grows, as the keys on the disk know it.
 * A file that was just ended must stay as it is until they know the next one: its length is what proves at a start that nothing was cut. A failure
 * is told and tried again with the next call: the file stays as it is. */
void kiosk_audit_packer_wake (KioskAuditPacker *self, guint64 below);

/* What the thread does, once, for all files below @below. FALSE with the first @error; the others are tried nevertheless. @stop (may be NULL) is
 * looked at between files. */
gboolean kiosk_audit_pack_all (int folder, guint64 below, const gint *stop, GError **error);
