/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Reads the whole of a file that this process is going to obey.
 *
 * Refused (KIOSK_ERROR_UNTRUSTED): anything but a regular file; one that is owned by somebody other
 * than root or the user who runs this; one that group or others can write, or that lies in a folder
 * that others can write without the sticky bit; a file of more than @max_bytes. The checks are made
 * on the opened descriptor, symbolic links in the last component are not followed (openat(2)).
 *
 * Returns the bytes, owned by the caller, or NULL with @error, whose message names the cause but
 * not the path. */
GBytes *kiosk_file_read_trusted (const char *path, gsize max_bytes, GError **error);

/* The paths of the policy in @folder in the order in which they are merged: policy.conf, then
 * policy.d/?*.conf by name (byte order; hidden files and other suffixes are left out). The list is NULL-terminated and owned by the caller.
 * policy.conf stands in it even if it is missing, so that reading it tells so. */
GStrv kiosk_file_list_policy (const char *folder);

/* Puts a file of @length bytes with @mode in the place of @path: who opens it sees the old one or the new
 * one, whole. Not made durable: for files in /run. Nothing but "@path.new" may be left of a failure. */
gboolean kiosk_file_replace (const char *path, const char *bytes, gsize length, guint mode,
                             GError **error);

/* Makes sure of a folder of this process's user with @mode. On the terminal the folders are there already, the
 * one in /run with the helpers' sockets in it: the mode is set only where it is another one. Somebody else's
 * folder, or what is none, stays as it is and is refused (KIOSK_ERROR_UNTRUSTED). */
gboolean kiosk_file_make_folder (const char *path, guint mode, GError **error);
