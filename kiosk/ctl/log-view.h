/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* One stored line of the audit log, shown to a person or handed to another program. Whatever the
 * line holds, no control character or invisible formatting reaches the output. */

typedef enum {
  KIOSK_LOG_TABLE, /* いつ・どこで・だれが・何を・どうした, aligned */
  KIOSK_LOG_JSON,  /* the stored lines */
  KIOSK_LOG_CSV,   /* RFC 4180, UTF-8 with byte order mark, for spreadsheets */
} KioskLogFormat;

/* "table" (as NULL), "json" or "csv"; FALSE: none of them. */
gboolean kiosk_log_view_format (const char *name, KioskLogFormat *format);

/* Which records; NULL members let all pass. Times are as in a record (UTC, six digits), so that
 * they compare as text. */
typedef struct {
  const char *user;   /* user.id */
  const char *server; /* destination.address */
  const char *action; /* event.action */
  const char *since;  /* from this time on */
  const char *until;  /* before this time */
} KioskLogFilter;

/* What stands above the records: header, with byte order mark for CSV; empty for JSON. */
char *kiosk_log_view_header (KioskLogFormat format, gboolean japanese);

/* The text of one line (without its line feed) in @format, line end included. "" when @filter keeps
 * it back, NULL when it can not be shown because it is not a record. Times are in @zone. */
char *kiosk_log_view_line (const char *line, gsize length, const KioskLogFilter *filter,
                           KioskLogFormat format, GTimeZone *zone, gboolean japanese);

/* Reads a time as a person types it: 2026-11-21, 2026-11-21 10:30 or 2026-11-21T10:30:15, in @zone
 * unless it ends in Z or an offset. A date alone as @end means the end of that day. Returns it as
 * in a record, or NULL. */
char *kiosk_log_view_time (const char *text, gboolean end, GTimeZone *zone);
