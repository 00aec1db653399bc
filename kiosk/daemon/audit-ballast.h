/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Room for the records that close what runs, kept for the moment in which the disk is full: a file of 8 MiB in the folder of the log
 * that has its blocks already (posix_fallocate(3)). Main thread only. */
#define KIOSK_AUDIT_BALLAST_NAME "ballast"
#define KIOSK_AUDIT_BALLAST_SIZE (8 * 1024 * 1024)

/* Bytes that are free on the file system of @folder for a process of this user; 0 when that cannot be found out. */
guint64 kiosk_audit_ballast_room (int folder);

/* Makes sure that the file is there, with its blocks. FALSE with @error when there is no room for it; nothing of it stays then. */
gboolean kiosk_audit_ballast_load (int folder, GError **error);

/* Gives the room back. FALSE when there was none to give. */
gboolean kiosk_audit_ballast_drop (int folder);
