/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "audit-stored.h"

/* The seal of the day when audit.log has none: a file ended since, and the program was started anew. */

/* Looks at the newest older files in @directory, whose log is that of @log_key, from the last on. FALSE: none is found in them, or they cannot be read; the
 * day gets another checkpoint then, which does no harm. */
gboolean kiosk_audit_day_find (const char *directory, const guint8 *log_key,
                               KioskAuditDaySeal *seal);
