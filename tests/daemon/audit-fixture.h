/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "audit-writer.h"

#include "kiosk/base/error.h"

#include <glib.h>

/* A log in a temporary folder, with one auditor who can check its codes; and a disk that fails, or a machine that stops, at a call of
 * our choice. The calls are wrapped by the linker (--wrap), the program under test is the real one. */
typedef struct {
  char *root; /* temporary */
  char *folder;
  char *log;
  guint8 seed[32]; /* of the auditor's key */
  GPtrArray *auditors;
  KioskAuditSettings settings;  /* as a test likes them */
  guint failures, full, sealed; /* calls of the events */
  gint64 realtime, boottime;    /* of the next records */
} AuditFixture;

void audit_set_up (AuditFixture *fixture, gconstpointer data);
void audit_tear_down (AuditFixture *fixture, gconstpointer data);

/* Removes the folder with all that is in it. */
void audit_remove (AuditFixture *fixture);

KioskAuditWriter *audit_try_open (AuditFixture *fixture, GError **error);
KioskAuditWriter *audit_open (AuditFixture *fixture);
void audit_assert_refused (AuditFixture *fixture, KioskError code, const char *words);
gboolean audit_append (AuditFixture *fixture, KioskAuditWriter *writer, gboolean durable,
                       guint64 *sequence, GError **error);

/* Files in the folder. */
char *audit_read (AuditFixture *fixture, const char *name, gsize *length);
void audit_write (AuditFixture *fixture, const char *name, const char *bytes, gsize length);
char *audit_path (AuditFixture *fixture, const char *name);

/* Verifies all files of the log, compressed or not, with key and secret of its enrolment. */
KioskAuditReport audit_verify (AuditFixture *fixture);

/* All of it is good; the number of the last record. */
guint64 audit_assert_good (AuditFixture *fixture);

/* How often @text stands in the log, all files together; first lines that are repeated count once. */
guint audit_count (AuditFixture *fixture, const char *text);

/* ---- Calls ---- */

typedef enum {
  AUDIT_CALLS_PASS,
  AUDIT_CALLS_FAIL,  /* one returns @number */
  AUDIT_CALLS_KILL,  /* the process dies before one */
  AUDIT_CALLS_POWER, /* as before, and what was not synced of log and keys is lost */
} AuditCalls;

/* What the @at-th call (1 = next) of this thread that opens, writes, syncs, renames, links, cuts or removes will meet. 0: none, but they are
 * counted. */
void audit_calls_arrange (AuditCalls what, guint at, int number);

/* Calls since then. */
guint audit_calls_count (void);

/* fdatasync(2) of these. */
guint audit_calls_syncs (void);

/* Whether it has come to that. */
gboolean audit_calls_met (void);
