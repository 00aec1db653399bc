/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The folder of the audit log and the durable steps in it. "name" is always a name in the folder, without a slash; links in its place are not followed.
 * Any thread, but one at a time for one name. */

/* The file that grows, the one that takes its place when it is full, and how the older ones are called ("Files" in
 * kiosk/docs/AUDIT-FORMAT.md). */
#define KIOSK_AUDIT_FILE_NAME "audit.log"
#define KIOSK_AUDIT_NEXT_NAME "audit.log.new"
#define KIOSK_AUDIT_OLD_NAME "audit-%012" G_GUINT64_FORMAT ".log"

/* A copy of the name under which a file failed: see kiosk_audit_folder_find_failed(). */
#define KIOSK_AUDIT_FAILED_PREFIX "audit.failed-"

/* Opens the folder at @path (created with mode 0700, and its parent synced, when it is missing) and locks it (flock(2)) as
 * long as the descriptor is open. -1 with @error: KIOSK_ERROR_UNTRUSTED when somebody else than root and this user could write in
 * it, KIOSK_ERROR_IO otherwise, also when another process holds the lock. */
int kiosk_audit_folder_open (const char *path, GError **error);

/* Opens a file that nobody else can have written: regular, of root or this user, without rights for others. *@fd (a new descriptor of the caller) is -1
 * when there is none. @flags as for open(2), with O_CLOEXEC and O_NOFOLLOW always. */
gboolean kiosk_audit_folder_open_file (int folder, const char *name, int flags, int *fd,
                                       GError **error);

/* Writes all, at the end or where @fd stands. errno tells why not, as @error does. */
gboolean kiosk_audit_write_all (int fd, const char *bytes, gsize length, GError **error);

/* Makes a file of @mode of these bytes and puts it in the place of @name: after a power cut there is the old or the new one, whole,
 * and after the return the new one. */
gboolean kiosk_audit_folder_replace (int folder, const char *name, const char *bytes, gsize length,
                                     guint mode, GError **error);

/* fsync(2), with the name of what was to be synced in @error. */
gboolean kiosk_audit_sync (int fd, const char *what, GError **error);

/* Removes @name, which may be missing, and syncs the folder. */
gboolean kiosk_audit_folder_remove (int folder, const char *name, GError **error);

/* Whether there are older files of the log, compressed or not. */
gboolean kiosk_audit_folder_has_older (int folder);

/* That name among those for files that failed which belongs to @inode; owned by the caller, NULL: none. */
char *kiosk_audit_folder_find_name_of (int folder, guint64 inode);

/* The first name with @prefix, owned by the caller; NULL: none. */
char *kiosk_audit_folder_find_prefix (int folder, const char *prefix);

/* Name of a file on which a write failed and that nobody has looked at yet (a person takes it out of the folder), owned by the caller; NULL: none. */
char *kiosk_audit_folder_find_failed (int folder);
