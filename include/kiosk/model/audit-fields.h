/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The members of a stored line (kiosk/docs/AUDIT-FORMAT.md, "Line"), one after the other, in place. Nothing is allocated or copied. Pure, any
 * thread. */

typedef struct {
  const char *name; /* into the line, not NUL-terminated */
  gsize name_length;
  const char *value; /* the stored bytes between the quotation marks, or the digits */
  gsize value_length;
  gboolean is_string;
  gboolean is_escaped; /* a backslash stands in it: kiosk_audit_field_copy() takes them out */
} KioskAuditField;

typedef struct {
  const char *next; /* NULL: ended or broken */
  const char *end;
  gboolean broken;
} KioskAuditCursor;

/* At the first member of @line (@length bytes, with or without line feed). The line lives longer than the cursor. */
void kiosk_audit_cursor_init (KioskAuditCursor *cursor, const char *line, gsize length);

/* The next member of the body, in *@field. FALSE at the tail or the end, and where a line does not follow the grammar: then
 * cursor->broken is TRUE. What it hands out may still be no UTF-8. */
gboolean kiosk_audit_cursor_next (KioskAuditCursor *cursor, KioskAuditField *field);

/* Whether @field is called @name. */
gboolean kiosk_audit_field_is (const KioskAuditField *field, const char *name);

/* Its value without escapes, NUL-terminated and owned by the caller; bytes that are not UTF-8 as U+FFFD. */
char *kiosk_audit_field_copy (const KioskAuditField *field);

/* Its value as a number; FALSE when it is a string or greater than 2^63 - 1. */
gboolean kiosk_audit_field_number (const KioskAuditField *field, guint64 *number);

/* Its value as a time ("2026-11-21T10:30:15.123456Z") in Unix microseconds; FALSE when it is none. */
gboolean kiosk_audit_field_time (const KioskAuditField *field, gint64 *realtime);
