/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "firewall.h"

#include "kiosk/model/outage.h"
#include "kiosk/model/policy.h"

#include <glib.h>

/* Finds out which servers answer (R14), one after the other, each through a hole of its own that is
 * closed again at once. Which ones and how often, a plan says: those that a person looks at, and all of
 * them when the policy wants that. Main thread only. */
typedef struct _KioskServerWatch KioskServerWatch;

/* Seconds between two questions to a server that a person looks at. */
#define KIOSK_SERVER_WATCH_ROUND 15

typedef enum {
  KIOSK_SERVER_UNKNOWN, /* not asked yet */
  KIOSK_SERVER_READY,
  KIOSK_SERVER_DOWN,
} KioskServerState;

/* What may be done for a server that is due. */
typedef enum {
  KIOSK_ASK,          /* asked, and silence counts */
  KIOSK_ASK_IDLY,     /* asked, but silence is the line's or our own fault and begins no outage */
  KIOSK_ASK_NOT,      /* not now: its hole is somebody else's */
  KIOSK_ASK_NEEDLESS, /* it is there: somebody works with it */
} KioskAsk;

typedef struct {
  /* The state of any server has changed. */
  void (*changed) (gpointer data);
  KioskAsk (*may_ask) (const KioskPolicyServer *server, gpointer data);
  /* An outage of @server has begun or is over; only while all are watched. @reason: KIOSK_REASON_... why
   * it is out, or, at an end that is none, why nobody watches any more; else NULL. */
  void (*outage) (const KioskPolicyServer *server, KioskOutageChange change,
                  const KioskOutageReport *report, const char *reason, gpointer data);
} KioskServerWatchEvents;

/* What is known of a server. Times are unix microseconds, 0 for never. */
typedef struct {
  KioskServerState state;
  gint64 since;       /* it looks like that */
  gint64 asked;       /* last answer, or silence */
  const char *reason; /* of DOWN: KIOSK_REASON_..., static */
  KioskOutage outage;
} KioskServerKnown;

KioskServerWatch *kiosk_server_watch_new (KioskFirewall *firewall,
                                          const KioskServerWatchEvents *events, gpointer data);
void kiosk_server_watch_free (KioskServerWatch *self);

/* From now on asks the servers of @policy (kept): those of @own (KioskPolicyServer; NULL for none) every
 * KIOSK_SERVER_WATCH_ROUND seconds and at once, all of them every @interval seconds (0: not). A question
 * that is under way and still wanted goes on. Another policy begins with nothing known. */
void kiosk_server_watch_plan (KioskServerWatch *self, KioskPolicy *policy, GPtrArray *own,
                              guint interval);

/* Ends the question that is under way, if there is one; it is asked again in a while. When this returns no
 * hole of it is open. */
void kiosk_server_watch_interrupt (KioskServerWatch *self);

/* Asks nobody any more. What is known stays known, except of outages: those that run end as not watched. */
void kiosk_server_watch_stop (KioskServerWatch *self);

/* What is known of the server @id; owned by @self, never NULL. */
const KioskServerKnown *kiosk_server_watch_get (const KioskServerWatch *self, const char *id);
