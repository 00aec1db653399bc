/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

#include <glib.h>

/* Finds one record in the files of a log (kiosk/docs/AUDIT-FORMAT.md, "Files") by its number, also while they are written, ended and compressed. Reads
 * the one file in which it stands and verifies nothing. Takes as long as reading that file does: for a thread. Any thread. */

/* *@found gets the record's number and hash; number 0: it is not there, or not any more. FALSE with @error when a file cannot be read. */
gboolean kiosk_log_find_record (const char *folder, guint64 sequence, KioskAuditChain *found,
                                GError **error);
