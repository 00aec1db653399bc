/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The bytes of one file of a log, decompressed (Zstandard, RFC 8878) when its name ends in .zst. */
typedef struct _KioskFileReader KioskFileReader;

/* NULL with @error (KIOSK_ERROR_IO) when it cannot be opened. */
KioskFileReader *kiosk_file_reader_open (const char *path, GError **error);
void kiosk_file_reader_free (KioskFileReader *self);

/* Bytes at *@bytes, valid until the next call: their number, 0 at the end, -1 with @error: KIOSK_ERROR_IO when it cannot be
 * read, KIOSK_ERROR_INVALID when it is not what such a file holds. */
gssize kiosk_file_reader_next (KioskFileReader *self, const char **bytes, GError **error);

/* Bytes of the file on the disk that were read. */
guint64 kiosk_file_reader_get_position (const KioskFileReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskFileReader, kiosk_file_reader_free)
