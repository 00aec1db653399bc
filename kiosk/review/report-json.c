/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/report.h"

#include "report-words.h"

#include <json-glib/json-glib.h>

/* A report for other programs: the same content, times in UTC as in records, words as they are stored. */

static void
member (JsonBuilder *json, const char *name, const char *text)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, text);
}

static void
number (JsonBuilder *json, const char *name, gint64 value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, value);
}

static void
truth (JsonBuilder *json, const char *name, gboolean value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_boolean_value (json, value);
}

static void
moment (JsonBuilder *json, const char *name, gint64 time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autofree char *seconds
      = date != NULL && time != 0 ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%S") : NULL;
  g_autofree char *text = seconds != NULL
                              ? g_strdup_printf ("%s.%06dZ", seconds, (int) (time % G_USEC_PER_SEC))
                              : NULL;

  json_builder_set_member_name (json, name);
  if (text != NULL)
    json_builder_add_string_value (json, text);
  else
    json_builder_add_null_value (json);
}

static void
begin (JsonBuilder *json, const char *name)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_array (json);
}

static void
add_logs (JsonBuilder *json, const KioskReport *report)
{
  begin (json, "logs");
  for (guint i = 0; i < report->logs->len; i++)
    {
      const KioskIndexLog *log = g_ptr_array_index (report->logs, i);
      g_autofree char *fault = kiosk_report_fault (log, FALSE);

      json_builder_begin_object (json);
      member (json, "terminal", log->host);
      member (json, "site", log->site);
      truth (json, "good", log->report.fault == KIOSK_AUDIT_OK);
      truth (json, "key-known", log->report.has_key);
      member (json, "result", fault);
      number (json, "verified", (gint64) log->report.records);
      number (json, "checkpoints", (gint64) log->report.checkpoints);
      number (json, "sealed", (gint64) log->report.sealed);
      number (json, "unreadable", (gint64) log->unreadable);
      moment (json, "first", log->first);
      moment (json, "last", log->last);
      member (json, "chain", log->chain);
      member (json, "seal-code", log->seal_code);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
add_uses (JsonBuilder *json, const KioskReport *report)
{
  begin (json, "use");
  for (guint i = 0; i < report->uses->len; i++)
    {
      const KioskHostUse *use = g_ptr_array_index (report->uses, i);

      json_builder_begin_object (json);
      member (json, "terminal", use->host);
      number (json, "sessions", (gint64) use->stays);
      number (json, "persons", (gint64) use->persons);
      number (json, "seconds", use->total / G_USEC_PER_SEC);
      number (json, "outside-hours", (gint64) use->outside);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
add_failures (JsonBuilder *json, const KioskReport *report)
{
  begin (json, "failed-log-ins");
  for (guint i = 0; i < report->failures->len; i++)
    {
      const KioskRise *day = &g_array_index (report->failures, KioskRise, i);
      g_autofree char *rule = kiosk_rise_text (day, FALSE);

      json_builder_begin_object (json);
      moment (json, "from", day->from);
      number (json, "count", (gint64) day->count);
      truth (json, "judged", day->judged);
      truth (json, "rise", day->rise);
      json_builder_set_member_name (json, "threshold");
      json_builder_add_double_value (json, day->threshold);
      member (json, "rule", rule);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
add_refusals (JsonBuilder *json, const KioskReport *report)
{
  number (json, "refusal-count", (gint64) report->refusal_count);
  begin (json, "refusals");
  for (guint i = 0; i < report->refusals->len; i++)
    {
      const KioskIndexRecord *record = g_ptr_array_index (report->refusals, i);

      json_builder_begin_object (json);
      moment (json, "time", record->time);
      member (json, "terminal", record->host);
      number (json, "sequence", (gint64) record->sequence);
      member (json, "person", record->person);
      member (json, "action", record->action);
      member (json, "reason", record->reason);
      member (json, "detail", record->detail);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
add_outages (JsonBuilder *json, const KioskReport *report)
{
  begin (json, "outages");
  for (guint i = 0; i < report->outages->len; i++)
    {
      const KioskOutageSpan *span = g_ptr_array_index (report->outages, i);

      json_builder_begin_object (json);
      member (json, "terminal", span->host);
      member (json, "of", span->what);
      member (json, "server", span->server);
      member (json, "reason", span->reason);
      moment (json, "begin", span->begin);
      moment (json, "end", span->end);
      number (json, "seconds", span->duration / G_USEC_PER_SEC);
      number (json, "interruptions", (gint64) span->interruptions);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
add_irregulars (JsonBuilder *json, const KioskReport *report)
{
  static const char *const kinds[] = { "hours", "order", "refused" };

  begin (json, "irregular");
  for (guint i = 0; i < report->irregulars->len; i++)
    {
      const KioskIrregular *one = g_ptr_array_index (report->irregulars, i);

      json_builder_begin_object (json);
      member (json, "kind", kinds[one->kind]);
      moment (json, "time", one->time);
      member (json, "terminal", one->host);
      member (json, "person", one->person);
      member (json, "server", one->server);
      member (json, "session", one->session);
      member (json, "reason", one->reason);
      number (json, "seconds-outside", one->outside / G_USEC_PER_SEC);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
add_persons (JsonBuilder *json, const KioskReport *report)
{
  begin (json, "persons");
  for (guint i = 0; i < report->persons->len; i++)
    {
      const KioskPersonUse *use = g_ptr_array_index (report->persons, i);

      json_builder_begin_object (json);
      member (json, "person", use->person);
      member (json, "name", use->person_name);
      moment (json, "last-use", use->last_use);
      number (json, "uses", (gint64) use->uses);
      number (json, "failures", (gint64) use->failures);
      truth (json, "unused", kiosk_report_is_unused (report, use));
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
add_counts (JsonBuilder *json, const KioskReport *report)
{
  begin (json, "counts");
  for (guint i = 0; i < report->counts->len; i++)
    {
      const KioskActionCount *count = g_ptr_array_index (report->counts, i);

      json_builder_begin_object (json);
      member (json, "action", count->action);
      member (json, "outcome", count->outcome);
      number (json, "count", (gint64) count->count);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

char *
kiosk_report_json (const KioskReport *report)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (json);
  moment (json, "from", report->from);
  moment (json, "to", report->to);
  moment (json, "made", report->options.made);
  number (json, "records", (gint64) report->records);
  number (json, "verified", (gint64) report->verified);
  number (json, "faults", report->faults);
  number (json, "rises", report->rises);
  number (json, "matters", report->matters);
  member (json, "digest", report->digest);
  add_logs (json, report);
  add_uses (json, report);
  add_failures (json, report);
  add_refusals (json, report);
  add_outages (json, report);
  add_irregulars (json, report);
  add_persons (json, report);
  add_counts (json, report);
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_data (generator, NULL);
}
