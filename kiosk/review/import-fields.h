/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit-fields.h"

/* The members of a line that an index needs, in the byte order of their names: that is how they stand in a line. */
typedef enum {
  FIELD_TIME,
  FIELD_SERVER,
  FIELD_ADDRESS,
  FIELD_ACTION,
  FIELD_DURATION,
  FIELD_END,
  FIELD_OUTCOME,
  FIELD_REASON,
  FIELD_SEQUENCE,
  FIELD_START,
  FIELD_SITE,
  FIELD_HOST,
  FIELD_APPROVER,
  FIELD_ORDER,
  FIELD_COUNT,
  FIELD_OUTAGE,
  FIELD_PURPOSE,
  FIELD_REFERENCE,
  FIELD_SESSION,
  FIELD_TICKET,
  FIELD_DETAIL,
  FIELD_NAME,
  FIELD_PERSON,
  N_FIELDS
} KioskImportField;

/* Value NULL: the line has none. */
typedef struct {
  KioskAuditField fields[N_FIELDS];
} KioskImportLine;

/* FALSE when @line is no record at all: its grammar is broken. Pure; @line outlives @parsed. */
gboolean kiosk_import_parse (const char *line, gsize length, KioskImportLine *parsed);

/* Whether a member is there and says @word. */
gboolean kiosk_import_is (const KioskImportLine *parsed, KioskImportField field, const char *word);

/* Without escapes and cleaned; "" without one. Owned by the caller. */
char *kiosk_import_text (const KioskImportLine *parsed, KioskImportField field);

/* 0 without one. */
guint64 kiosk_import_number (const KioskImportLine *parsed, KioskImportField field);
gint64 kiosk_import_time (const KioskImportLine *parsed, KioskImportField field);
