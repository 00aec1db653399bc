/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* /run/maintenance-kiosk/status.json: how the terminal is, for monitoring systems (R14). Every name and
 * word of it stands in kiosk/docs/MONITORING.md and is never renamed.
 *
 * Everybody on the terminal may read it: a monitoring agent has a user of its own. So it holds nothing
 * secret and nothing of the person: no ID, no work number, not which server they are at. */

#include "daemon-monitor.h"
#include "daemon-private.h"

#include "config.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/model/image.h"

#include <errno.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/timex.h>
#include <unistd.h>

#define PATH KIOSK_RUN_DIR "/status.json"
#define FORMAT 1

/* Written anew at least that often, although nothing has changed: so who reads it sees that we live. */
#define REFRESH_SECONDS 15

/* Changes come in bursts. */
#define PAUSE_MILLISECONDS 200

/* ---- Building ---- */

static void
add_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value != NULL ? value : "");
}

static void
add_integer (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
begin (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
}

/* Unix seconds of unix microseconds; of 0, which is never, 0. */
static void
add_time (JsonBuilder *builder, const char *name, gint64 realtime)
{
  add_integer (builder, name, realtime / G_USEC_PER_SEC);
}

/* Members outage, outage_since, outages and interruptions. */
static void
add_outage (JsonBuilder *builder, const KioskOutage *outage)
{
  gint64 start = kiosk_clock_realtime () - kiosk_clock_boottime () + outage->start;

  add_boolean (builder, "outage", outage->running);
  add_time (builder, "outage_since", outage->running ? start : 0);
  add_integer (builder, "outages", (gint64) outage->total_outages);
  add_integer (builder, "interruptions", (gint64) outage->total_interruptions);
}

static void
add_image (JsonBuilder *builder)
{
  g_autofree char *version = g_get_os_info ("IMAGE_VERSION");
  g_autofree char *date = g_get_os_info ("KIOSK_IMAGE_DATE");
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gboolean dated = version != NULL && kiosk_image_date_is_valid (date);

  begin (builder, "image");
  add_text (builder, "version", version);
  add_text (builder, "date", dated ? date : NULL);
  add_integer (builder, "age_days",
               dated
                   ? kiosk_image_age (date, g_date_time_get_year (now), g_date_time_get_month (now),
                                      g_date_time_get_day_of_month (now))
                   : -1);
  json_builder_end_object (builder);
}

static const char *
link_word (KioskLink link)
{
  return link == KIOSK_LINK_OK ? "ok" : link == KIOSK_LINK_NO_CARRIER ? "no-carrier" : "no-address";
}

static const char *
gateway_word (KioskGateway gateway)
{
  static const char *const words[] = { [KIOSK_GATEWAY_NONE] = "none",
                                       [KIOSK_GATEWAY_UNKNOWN] = "unknown",
                                       [KIOSK_GATEWAY_OK] = "ok",
                                       [KIOSK_GATEWAY_SILENT] = "silent" };

  return words[gateway];
}

static const char *
server_word (KioskServerState state)
{
  return state == KIOSK_SERVER_READY  ? "answering"
         : state == KIOSK_SERVER_DOWN ? "silent"
                                      : "unknown";
}

static void
add_line (JsonBuilder *builder, const KioskMonitor *monitor)
{
  const KioskLinkState *state = kiosk_link_watch_get (monitor->link);

  begin (builder, "line");
  add_text (builder, "state", link_word (state->link));
  add_text (builder, "interface", state->interface);
  add_outage (builder, &monitor->line);
  json_builder_end_object (builder);
  begin (builder, "gateway");
  add_text (builder, "state", gateway_word (state->gateway));
  add_text (builder, "address", state->gateway_address);
  add_outage (builder, &monitor->gateway);
  json_builder_end_object (builder);
}

static const KioskServerKnown *
get_known (KioskDaemon *self, guint i)
{
  static const KioskServerKnown nothing = { 0 };
  const KioskPolicyServer *server = self->policy->servers->pdata[i];

  return self->watch != NULL ? kiosk_server_watch_get (self->watch, server->id) : &nothing;
}

/* Silent servers, as far as somebody asks them at all. */
static guint
count_silent (KioskDaemon *self)
{
  guint n = 0;

  for (guint i = 0; self->policy != NULL && i < self->policy->servers->len; i++)
    n += get_known (self, i)->state == KIOSK_SERVER_DOWN ? 1 : 0;
  return n;
}

static void
add_servers (JsonBuilder *builder, KioskDaemon *self)
{
  begin (builder, "servers");
  add_integer (builder, "interval", self->policy != NULL ? self->policy->watch_interval : 0);
  add_integer (builder, "total", self->policy != NULL ? self->policy->servers->len : 0);
  add_integer (builder, "silent", count_silent (self));
  json_builder_set_member_name (builder, "list");
  json_builder_begin_array (builder);
  for (guint i = 0; self->policy != NULL && i < self->policy->servers->len; i++)
    {
      const KioskServerKnown *known = get_known (self, i);

      json_builder_begin_object (builder);
      add_text (builder, "id", ((KioskPolicyServer *) self->policy->servers->pdata[i])->id);
      add_text (builder, "state", server_word (known->state));
      add_time (builder, "since", known->since);
      add_time (builder, "asked", known->asked);
      add_outage (builder, &known->outage);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/* Which source it is, the kernel does not say: it is known when the policy names only one. */
static void
add_clock (JsonBuilder *builder, KioskDaemon *self)
{
  const KioskMonitor *monitor = self->monitor;
  struct timex state = { 0 }; /* modes 0: only asks */
  gboolean synchronised = kiosk_clock_is_synchronised ();
  GPtrArray *sources = self->policy != NULL ? self->policy->time_sources : NULL;

  begin (builder, "clock");
  add_boolean (builder, "synchronised", synchronised);
  add_text (builder, "source",
            synchronised && sources != NULL && sources->len == 1
                ? ((KioskTimeSource *) sources->pdata[0])->id
                : NULL);
  add_integer (builder, "sources", sources != NULL ? sources->len : 0);
  add_integer (builder, "max_error_us", adjtimex (&state) >= 0 ? state.maxerror : -1);
  add_integer (builder, "steps", (gint64) monitor->n_steps);
  add_time (builder, "last_step", monitor->step_at);
  add_integer (builder, "last_step_us", monitor->step.microseconds);
  json_builder_end_object (builder);
}

/* What a person should look at, in words that stay the same; and whether there is nothing of that. */
static void
add_problems (JsonBuilder *builder, KioskDaemon *self)
{
  const KioskMonitor *monitor = self->monitor;
  const KioskLinkState *link = kiosk_link_watch_get (monitor->link);
  const struct {
    const char *word;
    gboolean holds;
  } problems[] = {
    { "out-of-service", self->status.state == KIOSK_STATE_STOPPED },
    { "log", !kiosk_recorder_is_open (self->recorder) },
    { "firewall", self->firewall == NULL || self->firewall_broken },
    { "line", link->link != KIOSK_LINK_OK || monitor->line.running },
    { "gateway", link->gateway == KIOSK_GATEWAY_SILENT || monitor->gateway.running },
    { "server",
      self->policy != NULL && self->policy->watch_interval != 0 && count_silent (self) > 0 },
    { "clock", !kiosk_clock_is_synchronised () },
    { "receipts", kiosk_daemon_lacks_receipts (self) },
  };
  gboolean any = FALSE;

  json_builder_set_member_name (builder, "problems");
  json_builder_begin_array (builder);
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    if (problems[i].holds)
      {
        json_builder_add_string_value (builder, problems[i].word);
        any = TRUE;
      }
  json_builder_end_array (builder);
  add_boolean (builder, "ok", !any);
}

static void
add_counter (const char *action, const guint64 *by_outcome, gpointer data)
{
  JsonBuilder *builder = data;

  begin (builder, action);
  add_integer (builder, "success", (gint64) by_outcome[KIOSK_OUTCOME_SUCCESS]);
  add_integer (builder, "failure", (gint64) by_outcome[KIOSK_OUTCOME_FAILURE]);
  add_integer (builder, "unknown", (gint64) by_outcome[KIOSK_OUTCOME_UNKNOWN]);
  json_builder_end_object (builder);
}

/* Up to where the collector has the log. */
static void
add_receipt (JsonBuilder *builder, KioskDaemon *self)
{
  KioskAuditWriter *writer = kiosk_recorder_get_writer (self->recorder);
  g_autoptr (GDateTime) time = NULL;
  KioskReceipt receipt;

  if (writer == NULL || !kiosk_audit_writer_get_receipt (writer, &receipt, NULL))
    return;
  time = g_date_time_new_from_iso8601 (receipt.time, NULL);
  add_integer (builder, "receipt_sequence", (gint64) receipt.sequence);
  add_integer (builder, "receipt_unix", time != NULL ? g_date_time_to_unix (time) : 0);
}

static char *
build (KioskDaemon *self, gint64 boottime)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *written = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  KioskState state = self->status.state;
  char code[KIOSK_AUDIT_SEAL_SIZE];
  guint64 sequence;
  gint64 time;

  json_builder_begin_object (builder);
  add_integer (builder, "format", FORMAT);
  add_text (builder, "written", written);
  add_integer (builder, "written_unix", g_date_time_to_unix (now));
  add_integer (builder, "written_boottime_us", boottime);
  add_text (builder, "terminal", self->policy != NULL ? self->policy->id : NULL);
  add_text (builder, "program", KIOSK_VERSION);
  add_image (builder);
  add_problems (builder, self);
  add_text (builder, "state", kiosk_state_name (state));
  add_boolean (builder, "locked", state == KIOSK_STATE_LOCKED || state == KIOSK_STATE_UNLOCKING);
  add_text (builder, "stop_code", self->status.stop_code);
  add_time (builder, "stop_since", self->status.stop_since);
  add_line (builder, self->monitor);
  add_servers (builder, self);
  begin (builder, "log");
  add_boolean (builder, "ok", kiosk_recorder_is_open (self->recorder));
  if (kiosk_recorder_get_seal (self->recorder, &sequence, &time, code))
    {
      add_text (builder, "seal", code);
      add_integer (builder, "seal_sequence", (gint64) sequence);
      add_integer (builder, "seal_unix", time / G_USEC_PER_SEC);
    }
  add_receipt (builder, self);
  json_builder_end_object (builder);
  begin (builder, "firewall");
  add_boolean (builder, "ok", self->firewall != NULL && !self->firewall_broken);
  json_builder_end_object (builder);
  add_clock (builder, self);
  begin (builder, "records");
  kiosk_recorder_each_count (self->recorder, add_counter, builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, TRUE);
}

/* ---- Writing ---- */

static void
write_status (KioskDaemon *self)
{
  KioskMonitor *monitor = self->monitor;
  gint64 now = kiosk_clock_boottime ();
  g_autofree char *text = build (self, now);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&monitor->write_source, g_source_remove);
  monitor->written = now;
  if (kiosk_file_replace (PATH, line, strlen (line), 0644, &error))
    monitor->write_failed = FALSE;
  else if (!monitor->write_failed)
    {
      g_warning (PATH ": %s, ignoring", error->message);
      monitor->write_failed = TRUE;
    }
}

static gboolean
on_write (gpointer data)
{
  KioskDaemon *self = data;

  self->monitor->write_source = 0;
  write_status (self);
  return G_SOURCE_REMOVE;
}

void
kiosk_daemon_monitor_touch (KioskDaemon *self)
{
  if (self->monitor != NULL && self->monitor->write_source == 0)
    self->monitor->write_source = g_timeout_add (PAUSE_MILLISECONDS, on_write, self);
}

void
kiosk_daemon_write_status_if_due (KioskDaemon *self)
{
  if (kiosk_clock_boottime () - self->monitor->written >= (gint64) REFRESH_SECONDS * G_USEC_PER_SEC)
    write_status (self);
}

void
kiosk_daemon_remove_status (KioskDaemon *self)
{
  g_clear_handle_id (&self->monitor->write_source, g_source_remove);
  if (unlink (PATH) != 0 && errno != ENOENT)
    g_warning (PATH ": %s, ignoring", g_strerror (errno));
}
