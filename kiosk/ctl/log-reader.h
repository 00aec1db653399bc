/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

/* A log file, read once from begin to end: verified, and handed out line by line. Memory does not
 * grow with the file, whatever stands in it. */

/* @line (without line feed, not NUL-terminated) stands in the file; @good: it and all before it
 * verify. Lines longer than a record can be come as NULL. */
typedef void (*KioskLogLine) (const char *line, gsize length, gboolean good, gpointer user_data);

/* Reads @path, calls @on_line (may be NULL) for each line, and fills in @report. A last line
 * without an end is handed out like the others. FALSE with @error when the file can not be read; a
 * log with a fault is TRUE, see @report. @progress: tells on standard error how far it is. */
gboolean kiosk_log_read (const char *path, gboolean progress, KioskLogLine on_line,
                         gpointer user_data, KioskAuditReport *report, GError **error);
