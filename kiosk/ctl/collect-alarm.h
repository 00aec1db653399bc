/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/text.h"
#include "kiosk/model/audit.h"

/* What a collector has to tell people: one JSON object a line in alarms.jsonl, the same words to standard error and to the journal, where there is one. */

#define KIOSK_COLLECT_ALARMS_NAME "alarms.jsonl"

typedef enum {
  KIOSK_ALARM_UNKNOWN,       /* lines of a terminal that is not enrolled */
  KIOSK_ALARM_MALFORMED,     /* lines that name no terminal */
  KIOSK_ALARM_FORK,          /* two lines with the same number */
  KIOSK_ALARM_BAD_CHAIN,     /* a line that is no record of the log */
  KIOSK_ALARM_GAP,           /* records are missing */
  KIOSK_ALARM_GAP_CLOSED,    /* they came */
  KIOSK_ALARM_SILENCE,       /* no checkpoint for too long */
  KIOSK_ALARM_SILENCE_ENDED, /* one came */
  KIOSK_ALARM_FULL,          /* more was put aside than there is room for */
  KIOSK_N_ALARMS
} KioskAlarmKind;

typedef struct {
  KioskAlarmKind kind;
  const char *host;      /* NULL: none */
  const char *from;      /* address that sent it; NULL: none */
  guint64 record, last;  /* its number; of a gap the first and the last that are missing; 0: none */
  KioskAuditFault fault; /* of BAD_CHAIN */
  GBytes *line;          /* the line itself, of which a digest is told; NULL: none */
} KioskAlarm;

typedef struct _KioskAlarms KioskAlarms;

/* Reads what was told already in @folder. NULL with @error when that is not possible. */
KioskAlarms *kiosk_alarms_open (const char *folder, GError **error);
void kiosk_alarms_free (KioskAlarms *self);

/* Tells @alarm, unless exactly this was told (the same line comes more than once), or it is one of many: after 20 of a kind and terminal within ten
 * minutes the others are counted, and the count is told with the next one. FALSE: told before. */
gboolean kiosk_alarms_raise (KioskAlarms *self, const KioskAlarm *alarm, gint64 now);

/* Whether the last word of @host was that there is a gap or silence. */
gboolean kiosk_alarms_is_open (const KioskAlarms *self, KioskAlarmKind kind, const char *host);

/* "fork", "gap" ..., and what it means. Static. */
const char *kiosk_alarm_name (KioskAlarmKind kind);
const KioskLabel *kiosk_alarm_label (KioskAlarmKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskAlarms, kiosk_alarms_free)
