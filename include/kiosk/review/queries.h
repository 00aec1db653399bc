/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/review/index.h"
#include "kiosk/review/rise.h"
#include "kiosk/review/stay.h"

/* What security staff ask of the index (R22; C29, C71, C72). Conventions of index.h: results belong to the caller, times are
 * Unix microseconds, from <= time < to with 0 for open, texts are never NULL. @host NULL: all terminals. */

/* ---- Lists of actions, for KioskIndexFilter.actions; static, NULL-terminated ---- */

extern const char
    *const kiosk_review_identity_actions[]; /* log-in, unlock, approval: checks of a person */
extern const char
    *const kiosk_review_device_actions[]; /* devices and interfaces that were refused */
extern const char *const kiosk_review_refusal_actions[]; /* those, and refused connections */

/* Whether @action with @outcome is one that somebody should look at: failures, refusals, alarms,
 * sessions that were lost. Pure. */
gboolean kiosk_review_is_trouble (const char *action, const char *outcome);

/* ---- Sessions ---- */

/* Stays that touch the span, by begin. @person NULL: all. (KioskStay, stay.h) */
GPtrArray *kiosk_index_get_stays (KioskIndex *self, const char *host, const char *person,
                                  gint64 from, gint64 to, GError **error);

/* ---- Failed log-ins ---- */

/* Failures of kiosk_review_identity_actions in the span, in days or hours of @zone, each judged by kiosk_rise_judge(). (KioskRise in *@buckets:
 * GArray, one for each day or hour of the span up to the end of the logs, also without a failure.) */
GArray *kiosk_index_get_failures (KioskIndex *self, const char *host, gint64 from, gint64 to,
                                  KioskRiseStep step, GTimeZone *zone, GError **error);

/* Who failed where, the most first. */
typedef struct {
  char *host, *person, *person_name, *reason;
  gint64 first, last;
  guint64 count;
  gboolean
      is_new; /* the person (or "unlisted") never failed at this terminal in the 28 days before */
} KioskFailureGroup;

void kiosk_failure_group_free (KioskFailureGroup *group);
GPtrArray *kiosk_index_get_failure_groups (KioskIndex *self, const char *host, gint64 from,
                                           gint64 to, GError **error);

/* ---- Counts ---- */

typedef struct {
  char *action, *outcome;
  guint64 count;
} KioskActionCount;

void kiosk_action_count_free (KioskActionCount *count);

/* Records that pass @filter by action and outcome, in byte order. */
GPtrArray *kiosk_index_get_counts (KioskIndex *self, const KioskIndexFilter *filter,
                                   GError **error);

/* ---- Outages ---- */

typedef struct {
  gint64 begin_key, end_key;                    /* of the two records; 0: there is none */
  char *host, *what, *server, *reason, *detail; /* kiosk.outage; reason of the begin */
  gint64 begin,
      end;         /* end 0: not over as far as the log goes, or nobody was there to see the end */
  gint64 duration; /* microseconds, by the clock that can not be set; 0 without an end */
  guint64 interruptions;
} KioskOutageSpan;

void kiosk_outage_span_free (KioskOutageSpan *span);

/* Outages that touch the span, by begin. */
GPtrArray *kiosk_index_get_outages (KioskIndex *self, const char *host, gint64 from, gint64 to,
                                    GError **error);

/* ---- Work outside hours or orders ---- */

typedef enum {
  KIOSK_IRREGULAR_HOURS,   /* a stay outside of the hours */
  KIOSK_IRREGULAR_ORDER,   /* connected to a server without a work order or an approval */
  KIOSK_IRREGULAR_REFUSED, /* was refused, or ended, because of hours, order or approval */
} KioskIrregularKind;

typedef struct {
  KioskIrregularKind kind;
  gint64 key; /* the record: log-in, connection, refusal */
  gint64 time;
  gint64 outside; /* microseconds of a stay outside of the hours */
  char *host, *person, *person_name, *server, *session, *reason;
} KioskIrregular;

void kiosk_irregular_free (KioskIrregular *irregular);

/* By time. @hours NULL: kinds without them. @orders: connections without an order count (where the policy asks for none, they
 * are regular). */
GPtrArray *kiosk_index_get_irregulars (KioskIndex *self, const char *host, gint64 from, gint64 to,
                                       const KioskStayHours *hours, gboolean orders,
                                       GTimeZone *zone, GError **error);

/* ---- Persons ---- */

typedef struct {
  char *person, *person_name;
  char *last_host;
  gint64 first_use, last_use; /* log-in, unlock, approval or end with success; 0: never */
  gint64 last_failure;
  guint64 uses, failures;
} KioskPersonUse;

void kiosk_person_use_free (KioskPersonUse *use);

/* All persons on record but "unlisted", by ID, as of @to (0: now in the log). @unused_since: only those whose last use is before it
 * (0: all). Who never used a terminal of this index is not on record; kioskctl accounts knows them. */
GPtrArray *kiosk_index_get_persons (KioskIndex *self, gint64 to, gint64 unused_since,
                                    GError **error);

/* ---- Use per terminal ---- */

typedef struct {
  char *host, *site;
  guint64 stays, persons, outside; /* outside: stays with time outside of the hours */
  gint64 total;                    /* microseconds logged in, within the span */
} KioskHostUse;

void kiosk_host_use_free (KioskHostUse *use);
GPtrArray *kiosk_index_get_host_uses (KioskIndex *self, const char *host, gint64 from, gint64 to,
                                      const KioskStayHours *hours, GTimeZone *zone, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskFailureGroup, kiosk_failure_group_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskActionCount, kiosk_action_count_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskOutageSpan, kiosk_outage_span_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIrregular, kiosk_irregular_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskPersonUse, kiosk_person_use_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskHostUse, kiosk_host_use_free)
