/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The files below a folder that somebody else may have filled: found, opened, copied, compared and removed without ever following a link. "name" is
 * relative to the folder, "keys/state-0". One thread. */

typedef struct {
  char *name;
  gboolean is_folder;
  guint mode;      /* permission bits */
  guint64 size;    /* bytes */
  gint64 modified; /* unix seconds */
  char *sha256;    /* hexadecimal; NULL until it is known */
} KioskSetAsideFile;

void kiosk_set_aside_file_free (KioskSetAsideFile *self);

/* All files and folders below @folder (KioskSetAsideFile) by name, a folder before what is in it. NULL with @error: KIOSK_ERROR_UNTRUSTED, naming it, when
 * there is something else than files and folders, or a name that cannot be shown. Folders at the top whose names stand in @others are left out. */
GPtrArray *kiosk_set_aside_list (int folder, const char *const *others, GError **error);

/* That with @name, NULL: none. Owned by @list. */
KioskSetAsideFile *kiosk_set_aside_find (const GPtrArray *list, const char *name);

/* Copies @file of @from into @to, with mode and time, by way of the name @work in @desk, which must be on the file system of @to. On the disk, under its right name,
 * when this returns TRUE. What is there under that name already stays as it is: kiosk_set_aside_compare() tells. */
gboolean kiosk_set_aside_copy (int from, int to, int desk, const char *work,
                               const KioskSetAsideFile *file, GError **error);

/* Reads @file in @from and in @to as the disks have them, byte for byte, and sets its digest and size. *@same: FALSE when they differ, are one and the same file, or one is
 * missing. @from -1: only @to is read. */
gboolean kiosk_set_aside_compare (int from, int to, KioskSetAsideFile *file, gboolean *same,
                                  GError **error);

/* Removes @file, or the empty folder, and what the flags "append only" and "immutable" have against it. Missing is as good. */
gboolean kiosk_set_aside_remove (int folder, const KioskSetAsideFile *file, GError **error);

/* Puts a file of these bytes, mode 0600, in the place of @name, durably, by way of "@name.new". */
gboolean kiosk_set_aside_write (int folder, const char *name, const char *bytes, gsize length,
                                GError **error);

/* The whole of @name, at most @max bytes, owned by the caller; NULL without @error: there is none. */
char *kiosk_set_aside_read (int folder, const char *name, gsize max, gsize *length, GError **error);
