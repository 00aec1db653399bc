/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* When trouble with the line, the gateway, a server or the clock is an outage, and when it is over
 * (R14, R23). Pure: somebody looks and says what was seen, at which microsecond of CLOCK_BOOTTIME.
 *
 * An outage begins when nothing but trouble was seen for a time, or when good and bad have alternated
 * KIOSK_OUTAGE_FLAPS times without a calm. It is over when nothing but good was seen for the hold. An
 * outage that begins less than KIOSK_OUTAGE_MEMORY after the last doubles the hold: what flaps for
 * hours becomes few long outages with many interruptions in them, each of which is counted. So of one
 * subject no more than KIOSK_OUTAGE_PER_HOUR outages begin within any hour. Compare route flap damping,
 * RFC 2439, which keeps what flaps away in the same way. */

#define KIOSK_OUTAGE_FLAPS 3
#define KIOSK_OUTAGE_MEMORY (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define KIOSK_OUTAGE_MAX_HOLD (G_GINT64_CONSTANT (900) * G_USEC_PER_SEC)
#define KIOSK_OUTAGE_PER_HOUR 10

/* Microseconds. @hold is at least ten seconds: KIOSK_OUTAGE_PER_HOUR rests on it. */
typedef struct {
  gint64 begin; /* of nothing but trouble, until it is an outage */
  gint64
      hold; /* of nothing but good, until it is over; also what ends a trouble that became none */
} KioskOutageRule;

/* Zeroed: nothing was seen yet. Readable by everybody; written by kiosk_outage_see() alone. */
typedef struct {
  gboolean known;      /* something was seen */
  gboolean bad;        /* what was seen last */
  gint64 since;        /* since when it looks like that */
  gboolean running;    /* an outage */
  gboolean trouble;    /* an outage, or what may become one */
  gint64 start;        /* of the trouble */
  guint interruptions; /* within the trouble: from good (or unknown) to bad */
  gint64 down;         /* within the trouble: sum of the bad times that are over */
  gint64 hold;         /* what is asked for now */
  gint64 ended;        /* when the last outage was over */
  gboolean had;        /* there was one */
  guint64 total_interruptions, total_outages; /* since the beginning */
} KioskOutage;

typedef enum {
  KIOSK_OUTAGE_NOTHING,
  KIOSK_OUTAGE_BEGUN,
  KIOSK_OUTAGE_ENDED,
} KioskOutageChange;

/* What is to be told of an outage; times as those that were given. */
typedef struct {
  gint64 start;
  gint64 end; /* when it was good again for the last time; of one that runs: now */
  guint interruptions;
  gint64 down; /* bad time between start and end */
} KioskOutageReport;

/* @bad was seen at @now, which is never less than at the last call. Telling the same again is how time
 * passes. *@report is set when the answer is not NOTHING. */
KioskOutageChange kiosk_outage_see (KioskOutage *self, const KioskOutageRule *rule, gboolean bad,
                                    gint64 now, KioskOutageReport *report);

/* The outage that runs, as it stands at @now. */
KioskOutageReport kiosk_outage_report (const KioskOutage *self, gint64 now);

/* Nobody looks any more, so nobody knows: an outage that runs is forgotten (the caller has told it by
 * kiosk_outage_report()), the totals and the memory of flapping stay. */
void kiosk_outage_forget (KioskOutage *self, gint64 now);

/* Whether something is due that only more looking can decide: look sooner than usual. */
gboolean kiosk_outage_is_open (const KioskOutage *self);
