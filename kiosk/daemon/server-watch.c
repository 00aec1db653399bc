/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "server-watch.h"

#include "reach.h"

#include "kiosk/base/clock.h"
#include "kiosk/model/audit-actions.h"

#include <errno.h>

#define ANSWER_MILLISECONDS 3000

/* Seconds until the next question while it is not certain whether an outage begins or ends. */
#define UNCERTAIN 5

/* Seconds until the next try when a server must not be asked now. */
#define LATER 2

static const KioskOutageRule rule = {
  .begin = 4 * G_USEC_PER_SEC, /* silent again when asked for the second time */
  .hold = 10 * G_USEC_PER_SEC,
};

typedef struct {
  const KioskPolicyServer *server;
  KioskServerKnown known;
  guint every; /* seconds; 0: not asked */
  gint64 due;  /* CLOCK_BOOTTIME microseconds */
} Watched;

struct _KioskServerWatch {
  KioskFirewall *firewall;
  KioskServerWatchEvents events;
  gpointer data;
  KioskPolicy *policy; /* NULL: no plan */
  gboolean judging;
  GPtrArray *watched; /* Watched, in the order of the policy */
  Watched *asked;
  gboolean open; /* its hole */
  gboolean idly;
  KioskReach *reach;
  guint source;
};

static void arm (KioskServerWatch *self);

/* ---- Knowledge ---- */

static Watched *
find (const KioskServerWatch *self, const char *id)
{
  for (guint i = 0; i < self->watched->len; i++)
    if (g_str_equal (((Watched *) self->watched->pdata[i])->server->id, id))
      return self->watched->pdata[i];
  return NULL;
}

static void
judge (KioskServerWatch *self, Watched *watched)
{
  KioskOutageReport report;
  KioskOutageChange change
      = kiosk_outage_see (&watched->known.outage, &rule, watched->known.state == KIOSK_SERVER_DOWN,
                          kiosk_clock_boottime (), &report);

  if (change != KIOSK_OUTAGE_NOTHING)
    self->events.outage (watched->server, change, &report,
                         change == KIOSK_OUTAGE_BEGUN ? watched->known.reason : NULL, self->data);
}

static void
learn (KioskServerWatch *self, Watched *watched, const char *reason, gboolean idly)
{
  KioskServerKnown *known = &watched->known;
  KioskServerState state = reason == NULL ? KIOSK_SERVER_READY : KIOSK_SERVER_DOWN;
  gboolean news = known->state != state;

  known->asked = kiosk_clock_realtime ();
  known->reason = reason;
  known->state = state;
  if (news)
    known->since = known->asked;
  if (self->judging && !(idly && state == KIOSK_SERVER_DOWN))
    judge (self, watched);
  if (news)
    self->events.changed (self->data);
}

/* Nobody looks any more: what runs is told as it stands. */
static void
end_outages (KioskServerWatch *self)
{
  gint64 now = kiosk_clock_boottime ();

  for (guint i = 0; i < self->watched->len; i++)
    {
      Watched *watched = self->watched->pdata[i];

      if (watched->known.outage.running)
        {
          KioskOutageReport report = kiosk_outage_report (&watched->known.outage, now);

          self->events.outage (watched->server, KIOSK_OUTAGE_ENDED, &report, KIOSK_REASON_STOPPED,
                               self->data);
        }
      kiosk_outage_forget (&watched->known.outage, now);
    }
}

/* ---- Questions ---- */

static void
end_question (KioskServerWatch *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->reach, kiosk_reach_free);
  if (self->open && !kiosk_firewall_close (self->firewall, &self->asked->server->endpoint, &error))
    g_warning ("Closing the firewall: %s", error->message);
  self->open = FALSE;
  self->asked = NULL;
}

static void
put_off (Watched *watched, guint seconds)
{
  watched->due = kiosk_clock_boottime () + (gint64) seconds * G_USEC_PER_SEC;
}

static void
put_off_as_planned (KioskServerWatch *self, Watched *watched)
{
  gboolean uncertain = self->judging && kiosk_outage_is_open (&watched->known.outage);

  put_off (watched, uncertain ? MIN (watched->every, UNCERTAIN) : watched->every);
}

static const char *
reason_of (int saved_errno)
{
  switch (saved_errno)
    {
    case ETIMEDOUT:
      return KIOSK_REASON_NO_ANSWER;
    case ECONNREFUSED:
    case ECONNRESET:
      return KIOSK_REASON_REFUSED;
    default:
      return KIOSK_REASON_UNREACHABLE;
    }
}

static void
on_answer (int fd, int saved_errno, const char *detail, gpointer data)
{
  KioskServerWatch *self = data;
  Watched *watched = self->asked;
  const char *reason = fd >= 0 ? NULL : reason_of (saved_errno);

  kiosk_reach_cut (&fd);
  end_question (self);
  /* EPROTO: our own program failed, and the server was not asked. */
  learn (self, watched, reason, self->idly || saved_errno == EPROTO);
  put_off_as_planned (self, watched);
  arm (self);
}

static void
ask (KioskServerWatch *self, Watched *watched)
{
  g_autoptr (GError) error = NULL;

  self->asked = watched;
  self->open = kiosk_firewall_open (self->firewall, &watched->server->endpoint, &error);
  if (self->open)
    self->reach = kiosk_reach_new (&watched->server->endpoint, ANSWER_MILLISECONDS, on_answer, self,
                                   &error);
  if (self->reach != NULL)
    return;
  g_warning ("Asking %s: %s", watched->server->id, error->message);
  on_answer (-1, EPROTO, NULL, self);
}

/* The one that has waited for longest. */
static Watched *
find_next (const KioskServerWatch *self)
{
  Watched *next = NULL;

  for (guint i = 0; i < self->watched->len; i++)
    {
      Watched *watched = self->watched->pdata[i];

      if (watched->every != 0 && (next == NULL || watched->due < next->due))
        next = watched;
    }
  return next;
}

static gboolean
on_due (gpointer data)
{
  KioskServerWatch *self = data;
  Watched *watched = find_next (self);
  KioskAsk may;

  self->source = 0;
  may = self->events.may_ask (watched->server, self->data);
  self->idly = may == KIOSK_ASK_IDLY;
  switch (may)
    {
    case KIOSK_ASK:
    case KIOSK_ASK_IDLY:
      ask (self, watched);
      return G_SOURCE_REMOVE;
    case KIOSK_ASK_NEEDLESS:
      learn (self, watched, NULL, FALSE);
      put_off_as_planned (self, watched);
      break;
    case KIOSK_ASK_NOT:
    default:
      put_off (watched, LATER);
      break;
    }
  arm (self);
  return G_SOURCE_REMOVE;
}

/* The next question, if none is under way. */
static void
arm (KioskServerWatch *self)
{
  const Watched *next = self->policy != NULL && self->asked == NULL ? find_next (self) : NULL;

  g_clear_handle_id (&self->source, g_source_remove);
  if (next != NULL)
    {
      gint64 wait = (next->due - kiosk_clock_boottime () + 999) / 1000;

      self->source = g_timeout_add ((guint) CLAMP (wait, 0, G_MAXINT), on_due, self);
    }
}

/* ---- The plan ---- */

static void
take_policy (KioskServerWatch *self, KioskPolicy *policy)
{
  g_ptr_array_set_size (self->watched, 0);
  g_clear_pointer (&self->policy, kiosk_policy_unref);
  self->policy = kiosk_policy_ref (policy);
  for (guint i = 0; i < policy->servers->len; i++)
    {
      Watched *watched = g_new0 (Watched, 1);

      watched->server = policy->servers->pdata[i];
      g_ptr_array_add (self->watched, watched);
    }
}

KioskServerWatch *
kiosk_server_watch_new (KioskFirewall *firewall, const KioskServerWatchEvents *events,
                        gpointer data)
{
  KioskServerWatch *self = g_new0 (KioskServerWatch, 1);

  self->firewall = firewall;
  self->events = *events;
  self->data = data;
  self->watched = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
kiosk_server_watch_free (KioskServerWatch *self)
{
  if (self == NULL)
    return;
  kiosk_server_watch_stop (self);
  g_ptr_array_unref (self->watched);
  g_clear_pointer (&self->policy, kiosk_policy_unref);
  g_free (self);
}

void
kiosk_server_watch_plan (KioskServerWatch *self, KioskPolicy *policy, GPtrArray *own,
                         guint interval)
{
  gint64 now = kiosk_clock_boottime ();

  if (self->policy != policy)
    {
      kiosk_server_watch_stop (self);
      take_policy (self, policy);
    }
  if (self->judging && interval == 0)
    end_outages (self);
  self->judging = interval != 0;
  for (guint i = 0; i < self->watched->len; i++)
    {
      Watched *watched = self->watched->pdata[i];
      gboolean seen = own != NULL && g_ptr_array_find (own, watched->server, NULL);
      guint before = watched->every;

      watched->every = !seen           ? interval
                       : interval == 0 ? KIOSK_SERVER_WATCH_ROUND
                                       : MIN (interval, KIOSK_SERVER_WATCH_ROUND);
      /* What begins to be asked, or to be asked more often, is asked at once. */
      if (watched->every != 0 && (before == 0 || watched->every < before))
        watched->due = now;
    }
  if (self->asked != NULL && self->asked->every == 0)
    end_question (self);
  arm (self);
}

void
kiosk_server_watch_interrupt (KioskServerWatch *self)
{
  if (self->asked == NULL)
    return;
  put_off (self->asked, LATER);
  end_question (self);
  arm (self);
}

void
kiosk_server_watch_stop (KioskServerWatch *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  end_question (self);
  end_outages (self);
  self->judging = FALSE;
  for (guint i = 0; i < self->watched->len; i++)
    ((Watched *) self->watched->pdata[i])->every = 0;
}

const KioskServerKnown *
kiosk_server_watch_get (const KioskServerWatch *self, const char *id)
{
  static const KioskServerKnown nothing = { 0 };
  const Watched *watched = find (self, id);

  return watched != NULL ? &watched->known : &nothing;
}
