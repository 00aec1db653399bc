/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit-format.h"

/* What a verifier knows; for audit-verify.c, which judges, and audit-resume.c, which keeps it. */

struct _KioskAuditVerifier {
  gboolean has_key, has_secret;
  guint8 key[KIOSK_AUDIT_KEY_SIZE];       /* key_1, given */
  guint8 mac_key[KIOSK_AUDIT_KEY_SIZE];   /* of the next record */
  guint8 certified[KIOSK_AUDIT_KEY_SIZE]; /* of the next checkpoint */
  KioskAuditCheck check;
  gpointer check_data;
  KioskAuditChain chain;
  KioskAuditReport report;
  gboolean certain;    /* the fault of the report stands */
  gboolean file_begun; /* a line of this file was read */
  guint64 excerpt;     /* where it may begin */
  guint64 deleted;     /* last record of a file of whose deletion a record tells */
  guint64 deleted_by;  /* number of the last record that says so; 0: none does */
  /* the record before */
  char time[sizeof "2026-11-21T10:30:15.123456Z"];
  char boot[64];
  guint64 monotonic;
  /* the last checkpoint, as it is stored */
  gsize checkpoint_length;
  char checkpoint[KIOSK_AUDIT_LINE_MAX];
  /* a line that comes in pieces */
  gsize fill;
  char buffer[KIOSK_AUDIT_LINE_MAX];
};
