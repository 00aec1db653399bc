/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* One file of the log ends, the next begins ("Files" in kiosk/docs/AUDIT-FORMAT.md). Crash-safe: audit.log is there at every moment, and what a power
 * cut leaves of each step is taken back or accepted by audit-opening.c. Main thread only. */

/* @line, the last one of the open file *@log and on the disk, becomes the first of a new file, which takes the name audit.log; the full one, whose
 * first record is @first, is called audit-<first>.log from then on. *@log is the new one then. FALSE with @error: nothing may be written any more. */
gboolean kiosk_audit_rotate (int folder, int *log, guint64 first, const char *line, gsize length,
                             GError **error);

/* A file that a write or sync failed on is never written again: what is on the disk of it up to @size, verified by the caller, goes into a
 * new one that takes its place. The failed one keeps its other name. */
gboolean kiosk_audit_renew (int folder, int *log, guint64 size, GError **error);
