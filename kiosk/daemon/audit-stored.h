/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

#include <glib.h>

/* What the writer looks for in lines of its own log that it has verified. Pure. Any thread. */

/* Whether the body has the member @name with the string @value; both as they stand in the line. */
gboolean kiosk_audit_stored_has (const char *line, gsize length, const char *name,
                                 const char *value);

/* event.sequence; 0 without one. */
guint64 kiosk_audit_stored_sequence (const char *line, gsize length);

/* @timestamp in unix microseconds; -1 without one. */
gint64 kiosk_audit_stored_time (const char *line, gsize length);

/* Whether `chain` of the tail is @hash. */
gboolean kiosk_audit_stored_ends_with (const char *line, gsize length, const guint8 *hash);

/* Whether it is a checkpoint. */
gboolean kiosk_audit_stored_is_checkpoint (const char *line, gsize length);

/* A checkpoint that begins a day (reason `begin` or `day`): what its seal code is made of. */
typedef struct {
  guint64 sequence; /* 0: none */
  gint64 time;      /* unix microseconds */
  guint8 hash[KIOSK_AUDIT_HASH_SIZE];
} KioskAuditDaySeal;

/* FALSE, *@seal untouched, when the line is none. */
gboolean kiosk_audit_stored_read_seal (const char *line, gsize length, KioskAuditDaySeal *seal);

/* Cuts bytes that come in any portions into lines. */
typedef struct {
  char bytes[KIOSK_AUDIT_LINE_MAX];
  gsize length;
} KioskAuditLines;

/* @line includes the line feed. FALSE: no more. */
typedef gboolean (*KioskAuditOnLine) (const char *line, gsize length, gpointer user_data);

/* FALSE when @on_line said so, or when a line is longer than a record can be. What has no line feed yet waits in @self. */
gboolean kiosk_audit_lines_feed (KioskAuditLines *self, const char *bytes, gsize length,
                                 KioskAuditOnLine on_line, gpointer user_data);
