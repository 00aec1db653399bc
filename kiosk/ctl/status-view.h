/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/text.h"

#include <json-glib/json-glib.h>

/* kioskd's status file (kiosk/docs/MONITORING.md) in words. Pure but for the local time zone. */

/* The file's object, or NULL with @error when @text is not such a file: not JSON, another format, a member
 * missing or of another type. */
JsonObject *kiosk_status_view_parse (const char *text, gsize length, GError **error);

/* Whether it says that all is well. */
gboolean kiosk_status_view_is_ok (JsonObject *status);

/* Seconds since it was written, at @boottime (microseconds of this machine's CLOCK_BOOTTIME); negative when
 * it is from another start of the machine, or from another machine. */
gint64 kiosk_status_view_age (JsonObject *status, gint64 boottime);

/* Everything for a person, several lines, owned by the caller. */
char *kiosk_status_view_text (JsonObject *status, KioskLanguage language);
