/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Line, gateway, servers and clock: what is seen becomes outages on record, a word in the bar and the file
 * for machines (R14, R23). When something is an outage, model/outage decides. */

#include "daemon-monitor.h"

#include "daemon-private.h"
#include "line.h"

#include "kiosk/base/clock.h"

#include <string.h>

#define TICK_SECONDS 2

/* Without a policy. */
#define DEFAULT_CLOCK_STEP 5

/* A cable is put into another socket, a switch starts anew: that is quick, and is one all the same. */
static const KioskOutageRule line_rule = {
  .begin = 3 * G_USEC_PER_SEC,
  .hold = 10 * G_USEC_PER_SEC,
};

/* The kernel has given up after three questions already. */
static const KioskOutageRule gateway_rule = {
  .begin = 1 * G_USEC_PER_SEC,
  .hold = 10 * G_USEC_PER_SEC,
};

/* Time services take their while after the start. */
static const KioskOutageRule sync_rule = {
  .begin = 120 * G_USEC_PER_SEC,
  .hold = 60 * G_USEC_PER_SEC,
};

/* ---- Records ---- */

/* Times of @report on the wall, by today's clock: so that start and duration agree whatever was set in
 * between. */
static void
fill_times (KioskEntry *entry, KioskOutageChange change, const KioskOutageReport *report)
{
  gint64 start_of_machine = kiosk_clock_realtime () - kiosk_clock_boottime ();

  entry->start = MAX (start_of_machine + report->start, 1);
  if (change != KIOSK_OUTAGE_ENDED)
    return;
  entry->end = MAX (start_of_machine + report->end, 1);
  entry->duration = report->end - report->start;
}

static void
record_outage (KioskDaemon *self, KioskEntry *entry, KioskOutageChange change,
               const KioskOutageReport *report)
{
  g_autofree char *detail = NULL;

  entry->action
      = change == KIOSK_OUTAGE_BEGUN ? KIOSK_ACTION_OUTAGE_BEGUN : KIOSK_ACTION_OUTAGE_ENDED;
  entry->outcome = change == KIOSK_OUTAGE_BEGUN ? KIOSK_OUTCOME_FAILURE : KIOSK_OUTCOME_SUCCESS;
  fill_times (entry, change, report);
  if (change == KIOSK_OUTAGE_ENDED)
    {
      entry->count = report->interruptions;
      detail = g_strdup_printf ("out for %" G_GINT64_FORMAT " s of %" G_GINT64_FORMAT " s",
                                (report->down + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC,
                                (entry->duration + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC);
      entry->detail = detail;
    }
  kiosk_daemon_record (self, entry, NULL);
  kiosk_daemon_monitor_touch (self);
}

/* ---- Line and gateway ---- */

static const char *
reason_of_link (KioskLink link)
{
  switch (link)
    {
    case KIOSK_LINK_NO_CARRIER:
      return KIOSK_REASON_NO_CARRIER;
    case KIOSK_LINK_NO_ADDRESS:
      return KIOSK_REASON_NO_ADDRESS;
    case KIOSK_LINK_OK:
    default:
      return NULL;
    }
}

static void
see_line (KioskDaemon *self, gboolean bad, const char *reason)
{
  KioskOutageReport report;
  KioskOutageChange change
      = kiosk_outage_see (&self->monitor->line, &line_rule, bad, kiosk_clock_boottime (), &report);
  KioskEntry entry = {
    .outage = "line",
    .reason = change == KIOSK_OUTAGE_BEGUN ? reason : NULL,
  };

  if (change != KIOSK_OUTAGE_NOTHING)
    record_outage (self, &entry, change, &report);
}

/* A carrier that was lost and found again between two looks leaves only its number. Each of those is an
 * interruption; how it is now, see_line() is told afterwards. */
static void
see_drops (KioskDaemon *self, const KioskLinkState *state)
{
  KioskMonitor *monitor = self->monitor;
  guint32 n = state->drops - monitor->drops;
  gboolean same = state->interfaces == monitor->interfaces;

  monitor->drops = state->drops;
  monitor->interfaces = state->interfaces;
  for (guint32 i = 0; same && i < MIN (n, 1000); i++)
    {
      if (monitor->line.bad)
        see_line (self, FALSE, NULL);
      see_line (self, TRUE, KIOSK_REASON_NO_CARRIER);
    }
}

static void
see_gateway (KioskDaemon *self, const KioskLinkState *state)
{
  KioskOutageReport report;
  KioskOutageChange change;
  KioskEntry entry = { .outage = "gateway", .address = state->gateway_address };

  if (state->gateway != KIOSK_GATEWAY_OK && state->gateway != KIOSK_GATEWAY_SILENT)
    return;
  change
      = kiosk_outage_see (&self->monitor->gateway, &gateway_rule,
                          state->gateway == KIOSK_GATEWAY_SILENT, kiosk_clock_boottime (), &report);
  entry.reason = change == KIOSK_OUTAGE_BEGUN ? KIOSK_REASON_NO_ANSWER : NULL;
  if (change != KIOSK_OUTAGE_NOTHING)
    record_outage (self, &entry, change, &report);
}

static void
show_line (KioskDaemon *self, const KioskLinkState *state)
{
  int connection = self->connection != NULL ? kiosk_connection_get_line (self->connection) : -1;
  const char *word = kiosk_line_word (state, connection);

  if (self->status.line != NULL && g_str_equal (word, self->status.line))
    return;
  self->status.line = word;
  self->status.line_since = kiosk_clock_realtime ();
  kiosk_daemon_publish (self);
}

/* ---- The clock ---- */

static void
see_clock (KioskDaemon *self)
{
  gboolean bad = !kiosk_clock_is_synchronised ();
  KioskOutageReport report;
  KioskOutageChange change
      = kiosk_outage_see (&self->monitor->sync, &sync_rule, bad, kiosk_clock_boottime (), &report);
  KioskEntry entry = {
    .action = change == KIOSK_OUTAGE_BEGUN ? KIOSK_ACTION_CLOCK_UNSYNCHRONISED
                                           : KIOSK_ACTION_CLOCK_SYNCHRONISED,
    .outcome = change == KIOSK_OUTAGE_BEGUN ? KIOSK_OUTCOME_FAILURE : KIOSK_OUTCOME_SUCCESS,
  };

  if (change == KIOSK_OUTAGE_NOTHING)
    return;
  fill_times (&entry, change, &report);
  kiosk_daemon_record (self, &entry, NULL);
  kiosk_daemon_publish (self);
}

static void
on_stepped (const KioskClockStep *step, gpointer data)
{
  KioskDaemon *self = data;
  g_autofree char *detail
      = g_strdup_printf ("by %+.3f s", (double) step->microseconds / G_USEC_PER_SEC);

  self->monitor->step = *step;
  self->monitor->step_at = kiosk_clock_realtime ();
  kiosk_tally_clock_settle (self->tally_clock, FALSE);
  self->monitor->n_steps++;
  kiosk_daemon_record (self,
                       &(KioskEntry){ .action = KIOSK_ACTION_CLOCK_STEPPED,
                                      .outcome = KIOSK_OUTCOME_SUCCESS,
                                      .reason = step->microseconds > 0 ? KIOSK_REASON_FORWARD
                                                                       : KIOSK_REASON_BACKWARD,
                                      .step = step->microseconds,
                                      .count = step->settings,
                                      .detail = detail },
                       NULL);
  kiosk_daemon_lock (self, KIOSK_LOCK_CLOCK_STEP, detail);
  kiosk_daemon_publish (self);
}

/* No hook of our own before the machine sleeps: the image has nothing that sends it to sleep (SECURITY.md). */
static void
on_slept (gint64 microseconds, gpointer data)
{
  g_autofree char *detail
      = g_strdup_printf ("slept for %.1f s", (double) microseconds / G_USEC_PER_SEC);

  kiosk_daemon_lock (data, KIOSK_LOCK_SUSPEND, detail);
}

static const KioskClockWatchEvents clock_events = {
  .stepped = on_stepped,
  .slept = on_slept,
};

/* ---- All of it ---- */

/* While there is no log nothing is judged: what cannot be written down must not be forgotten either. */
static void
look (KioskDaemon *self)
{
  KioskMonitor *monitor = self->monitor;
  const KioskLinkState *state = kiosk_link_watch_get (monitor->link);
  const char *reason = reason_of_link (state->link);

  if (kiosk_recorder_is_open (self->recorder))
    {
      see_drops (self, state);
      see_line (self, reason != NULL, reason);
      see_gateway (self, state);
      see_clock (self);
    }
  show_line (self, state);
}

static void
on_link_changed (gpointer data)
{
  KioskDaemon *self = data;

  look (self);
  kiosk_daemon_monitor_touch (self);
}

static gboolean
on_tick (gpointer data)
{
  KioskDaemon *self = data;

  kiosk_clock_watch_set_limit (self->monitor->clock, self->policy != NULL ? self->policy->clock_step
                                                                          : DEFAULT_CLOCK_STEP);
  kiosk_tally_clock_settle (self->tally_clock, FALSE);
  look (self);
  kiosk_daemon_write_status_if_due (self);
  return G_SOURCE_CONTINUE;
}

gboolean
kiosk_daemon_monitor_begin (KioskDaemon *self, GError **error)
{
  KioskMonitor *monitor = g_new0 (KioskMonitor, 1);

  self->monitor = monitor;
  monitor->link = kiosk_link_watch_new (on_link_changed, self, error);
  if (monitor->link == NULL)
    return FALSE;
  monitor->clock = kiosk_clock_watch_new (DEFAULT_CLOCK_STEP, &clock_events, self);
  monitor->tick_source = g_timeout_add_seconds (TICK_SECONDS, on_tick, self);
  monitor->drops = kiosk_link_watch_get (monitor->link)->drops;
  monitor->interfaces = kiosk_link_watch_get (monitor->link)->interfaces;
  self->status.line = kiosk_line_word (kiosk_link_watch_get (monitor->link), -1);
  self->status.line_since = kiosk_clock_realtime ();
  return TRUE;
}

static void
end_outage (KioskDaemon *self, KioskOutage *outage, KioskEntry *entry)
{
  gint64 now = kiosk_clock_boottime ();
  KioskOutageReport report = kiosk_outage_report (outage, now);

  entry->reason = KIOSK_REASON_STOPPED;
  if (outage->running && kiosk_recorder_is_open (self->recorder))
    record_outage (self, entry, KIOSK_OUTAGE_ENDED, &report);
  kiosk_outage_forget (outage, now);
}

void
kiosk_daemon_monitor_end (KioskDaemon *self)
{
  KioskMonitor *monitor = self->monitor;

  if (monitor == NULL)
    return;
  if (monitor->link != NULL)
    {
      const KioskLinkState *state = kiosk_link_watch_get (monitor->link);

      end_outage (self, &monitor->line, &(KioskEntry){ .outage = "line" });
      end_outage (self, &monitor->gateway,
                  &(KioskEntry){ .outage = "gateway", .address = state->gateway_address });
    }
  kiosk_daemon_remove_status (self);
  g_clear_handle_id (&monitor->tick_source, g_source_remove);
  kiosk_link_watch_free (monitor->link);
  kiosk_clock_watch_free (monitor->clock);
  g_clear_pointer (&self->monitor, g_free);
}

/* ---- Servers ---- */

static void
on_servers_changed (gpointer data)
{
  KioskDaemon *self = data;

  kiosk_shell_service_publish_servers (self->service);
  kiosk_daemon_monitor_touch (self);
}

static gboolean
is_same (const KioskEndpoint *a, const KioskEndpoint *b)
{
  return a->family == b->family && a->port == b->port
         && memcmp (a->address_bytes, b->address_bytes, sizeof a->address_bytes) == 0;
}

/* A question would close the hole of a session with the same address, or of its good-bye, in the middle of
 * it. */
static KioskAsk
on_may_ask (const KioskPolicyServer *server, gpointer data)
{
  KioskDaemon *self = data;
  const KioskLinkState *link = kiosk_link_watch_get (self->monitor->link);

  /* A drill takes every way out for a hole that must not be. */
  if (kiosk_daemon_is_in_drill (self))
    return KIOSK_ASK_NOT;
  if (self->leaving != NULL
      && is_same (&server->endpoint, &kiosk_connection_get_server (self->leaving)->endpoint))
    return KIOSK_ASK_NOT;
  if (self->connection != NULL
      && is_same (&server->endpoint, &kiosk_connection_get_server (self->connection)->endpoint))
    return self->status.connected_since != 0 && g_str_equal (self->status.line, "ok")
               ? KIOSK_ASK_NEEDLESS
               : KIOSK_ASK_NOT;
  /* One cable is one outage, not one of each server. */
  return link->link == KIOSK_LINK_OK && link->gateway != KIOSK_GATEWAY_SILENT ? KIOSK_ASK
                                                                              : KIOSK_ASK_IDLY;
}

static void
on_server_outage (const KioskPolicyServer *server, KioskOutageChange change,
                  const KioskOutageReport *report, const char *reason, gpointer data)
{
  KioskDaemon *self = data;
  KioskEntry entry = { .outage = "server", .server = server, .reason = reason };

  if (kiosk_recorder_is_open (self->recorder))
    record_outage (self, &entry, change, report);
}

static const KioskServerWatchEvents server_events = {
  .changed = on_servers_changed,
  .may_ask = on_may_ask,
  .outage = on_server_outage,
};

KioskServerWatch *
kiosk_daemon_new_server_watch (KioskDaemon *self)
{
  return kiosk_server_watch_new (self->firewall, &server_events, self);
}

void
kiosk_daemon_watch_servers (KioskDaemon *self)
{
  g_autoptr (GPtrArray) own = NULL;

  if (self->watch == NULL)
    return;
  if (self->status.state == KIOSK_STATE_STOPPED)
    {
      kiosk_server_watch_stop (self->watch);
      return;
    }
  if (self->status.state == KIOSK_STATE_CHOOSING)
    own = kiosk_daemon_list_own_servers (self);
  kiosk_server_watch_plan (self->watch, self->policy, own, self->policy->watch_interval);
}
