/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "audit-writer.h"

#include "kiosk/model/audit-actions.h"
#include "kiosk/model/audit.h"
#include "kiosk/model/policy.h"

#include <glib.h>

/* Fills records with what is the same for all of them - terminal, boot, clocks, policy, who is logged
 * in - and hands them to the writer. Main thread only. */
typedef struct _KioskRecorder KioskRecorder;

/* What differs. Members left out stay out of the record. */
typedef struct {
  const char *action; /* KIOSK_ACTION_... */
  KioskOutcome outcome;
  const char *reason;
  const char *detail;
  const char *user_id; /* instead of the person who is logged in */
  const char *user_name;
  const KioskPolicyServer *server;
  const char *address; /* of another machine, where there is no @server: destination.ip */
  guint port;          /* destination.port; 0: none */
  const char *source;  /* source.ip, of what came in */
  const char *ticket;
  const char *purpose;
  const char *certificate;
  gboolean
      grouped; /* on the disk within 10 ms, together with its neighbours: for what has happened already */
  const char *approver; /* and what follows: kiosk.approval.* */
  const char *order, *order_digest;
  gboolean with_reference; /* the record gets the number that the person is told */
  const char *outage;      /* and what follows: see KioskAuditRecord */
  gint64 start, end, duration, step, absence;
  guint64 count;
  guint64 last; /* number of a record: kiosk.last */
} KioskEntry;

KioskRecorder *kiosk_recorder_new (void);
void kiosk_recorder_free (KioskRecorder *self);

/* As those of the writer with the same names. */
typedef struct {
  void (*failed) (const GError *error, gpointer data);
  void (*sealed) (gpointer data);
  void (*full) (gpointer data);
} KioskRecorderEvents;

/* Opens the log in @directory, or opens it again after a failure, as the policy has it (rotation, auditors of a new log). @events (static) is told
 * what happens later. */
gboolean kiosk_recorder_open (KioskRecorder *self, const char *directory,
                              const KioskRecorderEvents *events, gpointer data, GError **error);

/* Why no session may begin though records can be written: the code for the page "out of service"; NULL: nothing is in the way. L-03: there is not
 * enough room. L-04: a write failed, and nobody has looked at the file. L-05: the collector has another log, and nobody has looked
 * at its receipt. */
const char *kiosk_recorder_find_obstacle (KioskRecorder *self);

/* The writer, for who keeps receipts; NULL while the log is not open. Owned by @self. */
KioskAuditWriter *kiosk_recorder_get_writer (KioskRecorder *self);

/* The folder of the log that was opened last; NULL: none. */
const char *kiosk_recorder_get_directory (const KioskRecorder *self);

/* The seal code of the day: see kiosk_audit_writer_get_seal(). */
gboolean kiosk_recorder_get_seal (const KioskRecorder *self, guint64 *sequence, gint64 *time,
                                  char code[KIOSK_AUDIT_SEAL_SIZE]);

/* Whether the log was last opened in @directory. */
gboolean kiosk_recorder_is_in (const KioskRecorder *self, const char *directory);

/* Whether records can be written, as far as is known. */
gboolean kiosk_recorder_is_open (const KioskRecorder *self);

/* Calls @each for every action of which a record was written since the start, in the order of the table
 * of actions: @by_outcome has their numbers, indexed by KioskOutcome. */
void kiosk_recorder_each_count (const KioskRecorder *self,
                                void (*each) (const char *action, const guint64 *by_outcome,
                                              gpointer data),
                                gpointer data);

/* Which policy holds from now on; NULL for none. */
void kiosk_recorder_set_policy (KioskRecorder *self, KioskPolicy *policy);

/* Who is logged in from now on; NULL for nobody. @session: number of the log-in. */
void kiosk_recorder_set_person (KioskRecorder *self, const KioskPolicyPerson *person,
                                const char *session);

/* Writes one record durably: it is on the disk when this returns TRUE (unless @entry is grouped: then a failure that
 * comes later is told as of kiosk_recorder_open()). FALSE: nothing may happen that
 * depends on it; the writer has failed or refuses. *@reference (may be NULL) gets the number for the
 * person when @entry asks for it, owned by the caller. */
gboolean kiosk_recorder_write (KioskRecorder *self, const KioskEntry *entry, char **reference);
