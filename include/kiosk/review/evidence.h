/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/log/alarm-list.h"
#include "kiosk/log/auditor-key.h"
#include "kiosk/log/bundle.h"
#include "kiosk/review/index.h"
#include "kiosk/review/known-keys.h"

/* What a log cannot say about itself (R20, R22): what kind of thing was opened, who signed it, and what others hold against it: receipts of the
 * collector, the collector's copy, the paper ledger of seal codes, the auditors' secret. A tail that was cut off, or an older copy put back, only shows
 * here. Reads files and the index, writes nothing. Any thread. */

/* ---- What was opened ---- */

typedef enum {
  KIOSK_SOURCE_TERMINAL,  /* the folder of one terminal's log */
  KIOSK_SOURCE_FILE,      /* one file of it */
  KIOSK_SOURCE_BUNDLE,    /* an incident bundle */
  KIOSK_SOURCE_COLLECTOR, /* a folder with a folder for each terminal */
} KioskSourceKind;

/* Whose key the log was verified against. */
typedef enum {
  KIOSK_LOG_KEY_OWN,    /* that of record 1, or none: the whole log could have been exchanged */
  KIOSK_LOG_KEY_BESIDE, /* that of the enrolment beside it */
  KIOSK_LOG_KEY_KNOWN,  /* one that was kept elsewhere */
  KIOSK_LOG_KEY_WRONG,  /* another one is listed for this terminal */
} KioskLogKeyState;

/* ---- What a witness says ---- */

typedef enum {
  KIOSK_WITNESS_NONE,    /* there is none */
  KIOSK_WITNESS_AGREES,  /* the log is what it was then, up to record @sequence */
  KIOSK_WITNESS_CUT,     /* it had records up to @sequence, which this log does not have */
  KIOSK_WITNESS_DIFFERS, /* record @sequence is another one here */
  KIOSK_WITNESS_FOREIGN, /* it speaks of another log of this terminal: this one was begun anew or exchanged */
  KIOSK_WITNESS_BEFORE, /* it ends before the first record of this log: it says nothing */
  KIOSK_WITNESS_BAD, /* it is there, and is not what it should be: a signature is wrong, a copy does not verify */
} KioskWitnessFinding;

typedef struct {
  KioskWitnessFinding finding;
  guint64 sequence; /* up to which record it speaks */
  guint64 common;   /* up to here both are the same for certain; 0: unknown */
  gint64 time;      /* of a receipt, by the collector's clock; of a copy that of its last record */
  guint8 collector[KIOSK_AUDIT_KEY_SIZE]; /* of a receipt */
  char *name; /* of the collector by the list of keys; NULL: not listed */
  guint bad;  /* receipts that were not counted */
} KioskWitness;

/* Whether it contradicts the log. */
gboolean kiosk_witness_contradicts (const KioskWitness *self);

/* "confirmed", "cut", "differs", "foreign", "none", "bad": for the journal. Static. */
const char *kiosk_witness_word (const KioskWitness *self);

/* ---- The auditors' secret ---- */

typedef enum {
  KIOSK_CODES_UNCHECKED,
  KIOSK_CODES_RIGHT,
  KIOSK_CODES_WRONG,       /* see @codes_report */
  KIOSK_CODES_NOT_FOR_KEY, /* the secret was not sealed to this key */
} KioskCodesState;

typedef struct {
  gint64 log; /* KioskIndexLog.id */
  KioskLogKeyState key;
  KioskWitness receipts, copy;
  KioskCodesState codes;
  KioskAuditReport codes_report;
} KioskLogEvidence;

typedef struct {
  KioskSourceKind kind;
  char *path;
  KioskBundle *bundle; /* NULL unless it is one */
  char *signer;        /* of the bundle, by the list of keys; NULL: not listed */
  guint files;         /* of all logs */
  GPtrArray *logs;     /* KioskLogEvidence, as the logs of the index */
  GPtrArray
      *alarms; /* KioskStoredAlarm of the folder that was opened or, without any, of the copy */
  guint unreadable_alarms; /* lines that are none */
  char *copy;              /* folder that was compared with; NULL */
} KioskEvidence;

/* For the @logs of @index, which were read from @path. @given: a key was held against them that did not come from there. @copy: a folder of the
 * collector, or another copy of the log, to compare with; may be NULL. NULL with @error: what cannot be read, cancelled. */
KioskEvidence *kiosk_evidence_gather (KioskIndex *index, GPtrArray *logs, const char *path,
                                      gboolean given, const KioskKnownKeys *known, const char *copy,
                                      GCancellable *cancellable, GError **error);
void kiosk_evidence_free (KioskEvidence *self);

/* That of @log, NULL without. */
KioskLogEvidence *kiosk_evidence_find (const KioskEvidence *self, gint64 log);

/* The first log that a witness, key or code contradicts; NULL: none does. */
const KioskLogEvidence *kiosk_evidence_find_doubt (const KioskEvidence *self);

/* Reads @log once more, with the secret that @key opens, and fills in @codes_report. */
KioskCodesState kiosk_evidence_check_codes (const KioskIndexLog *log, const KioskAuditorKey *key,
                                            KioskIndexProgress progress, gpointer user_data,
                                            GCancellable *cancellable,
                                            KioskAuditReport *codes_report, GError **error);

/* ---- The paper ledger ---- */

typedef struct {
  gint64 time; /* of the checkpoint that is the seal of its day */
  guint64 sequence;
  char code[KIOSK_AUDIT_SEAL_SIZE];
} KioskDaySeal;

/* Seals of days of @log in from <= time < to (0: open) by @zone, oldest first (KioskDaySeal). NULL with @error; empty when the log's key is not known. */
GArray *kiosk_ledger_list (KioskIndex *index, const KioskIndexLog *log, gint64 from, gint64 to,
                           GTimeZone *zone, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEvidence, kiosk_evidence_free)
