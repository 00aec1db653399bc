/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "report-words.h"

#include "kiosk/model/csv.h"

#include <string.h>

/* A report as a table for spreadsheets: one row for each thing, the same eight columns in all sections. */

typedef struct {
  GString *text;
  const KioskReport *report;
  gboolean japanese;
} Csv;

/* Cells may be NULL. */
static void
row (Csv *self, KioskReportText section, const char *when, const char *where, const char *who,
     const char *what, const char *how, const char *count, const char *note)
{
  const char *cells[]
      = { kiosk_report_text (section, self->japanese), when, where, who, what, how, count, note };

  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    kiosk_csv_append (self->text, cells[i] != NULL ? cells[i] : "");
  kiosk_csv_end (self->text);
}

static void
add_head (Csv *self)
{
  static const KioskReportText heads[]
      = { KIOSK_REPORT_SECTION, KIOSK_REPORT_WHEN, KIOSK_REPORT_WHERE, KIOSK_REPORT_WHO,
          KIOSK_REPORT_WHAT,    KIOSK_REPORT_HOW,  KIOSK_REPORT_COUNT, KIOSK_REPORT_NOTE };

  g_string_append (self->text, KIOSK_CSV_MARK);
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      g_autoptr (GString) cell = g_string_new (NULL);

      kiosk_csv_append (cell, kiosk_report_text (heads[i], self->japanese));
      g_string_append_printf (self->text, "%s%s", i > 0 ? "," : "", cell->str);
    }
  kiosk_csv_end (self->text);
}

static void
add_logs (Csv *self)
{
  const char *const *proofs = self->report->options.proofs;

  for (guint i = 0; i < self->report->logs->len; i++)
    {
      const KioskIndexLog *log = g_ptr_array_index (self->report->logs, i);
      g_autofree char *last = kiosk_report_time (log->last, self->report->options.zone);
      g_autofree char *fault = kiosk_report_fault (log, self->japanese);
      g_autofree char *count = g_strdup_printf ("%" G_GUINT64_FORMAT, log->report.records);
      g_autofree char *note = g_strdup_printf ("%s %s", log->seal_code, log->chain);

      row (self, KIOSK_REPORT_INTEGRITY, last, log->host, NULL,
           kiosk_report_text (KIOSK_REPORT_VERIFIED, self->japanese), fault, count, note);
    }
  for (guint i = 0; proofs != NULL && proofs[i] != NULL; i++)
    row (self, KIOSK_REPORT_INTEGRITY, NULL, NULL, NULL,
         kiosk_report_text (KIOSK_REPORT_RESULT, self->japanese), NULL, NULL, proofs[i]);
}

static void
add_uses (Csv *self)
{
  for (guint i = 0; i < self->report->uses->len; i++)
    {
      const KioskHostUse *use = g_ptr_array_index (self->report->uses, i);
      g_autofree char *stays = g_strdup_printf ("%" G_GUINT64_FORMAT, use->stays);
      g_autofree char *total = kiosk_report_duration (use->total);
      g_autofree char *note = g_strdup_printf (
          "%s %" G_GUINT64_FORMAT ", %s %" G_GUINT64_FORMAT,
          kiosk_report_text (KIOSK_REPORT_PEOPLE, self->japanese), use->persons,
          kiosk_report_text (KIOSK_REPORT_OUTSIDE, self->japanese), use->outside);

      row (self, KIOSK_REPORT_USE, NULL, use->host, NULL,
           kiosk_report_text (KIOSK_REPORT_SESSIONS, self->japanese), total, stays, note);
    }
}

static void
add_failures (Csv *self)
{
  for (guint i = 0; i < self->report->failures->len; i++)
    {
      const KioskRise *day = &g_array_index (self->report->failures, KioskRise, i);
      g_autofree char *when = kiosk_report_time (day->from, self->report->options.zone);
      g_autofree char *count = g_strdup_printf ("%" G_GUINT64_FORMAT, day->count);
      g_autofree char *rule = kiosk_rise_text (day, self->japanese);

      when[strlen (when) > 10 ? 10 : 0] = '\0';
      row (self, KIOSK_REPORT_FAILURES, when, self->report->options.host, NULL, NULL,
           day->rise ? kiosk_report_text (KIOSK_REPORT_RISE, self->japanese) : NULL, count, rule);
    }
}

static void
add_refusals (Csv *self)
{
  for (guint i = 0; i < self->report->refusals->len; i++)
    {
      const KioskIndexRecord *record = g_ptr_array_index (self->report->refusals, i);
      g_autofree char *when = kiosk_report_time (record->time, self->report->options.zone);
      g_autofree char *who = kiosk_report_who (record->person, record->person_name, self->japanese);

      row (self, KIOSK_REPORT_REFUSALS, when, record->host, who,
           kiosk_report_action (record->action, self->japanese),
           kiosk_report_reason (record->reason, self->japanese), NULL, record->detail);
    }
}

static void
add_outages (Csv *self)
{
  for (guint i = 0; i < self->report->outages->len; i++)
    {
      const KioskOutageSpan *span = g_ptr_array_index (self->report->outages, i);
      g_autofree char *when = kiosk_report_time (span->begin, self->report->options.zone);
      g_autofree char *end = kiosk_report_time (span->end, self->report->options.zone);
      g_autofree char *what = kiosk_report_outage (span, self->japanese);
      g_autofree char *count = g_strdup_printf ("%" G_GUINT64_FORMAT, span->interruptions);

      row (self, KIOSK_REPORT_OUTAGES, when, span->host, NULL, what,
           kiosk_report_reason (span->reason, self->japanese), count,
           *end != '\0' ? end : kiosk_report_text (KIOSK_REPORT_GOES_ON, self->japanese));
    }
}

static void
add_irregulars (Csv *self)
{
  for (guint i = 0; i < self->report->irregulars->len; i++)
    {
      const KioskIrregular *one = g_ptr_array_index (self->report->irregulars, i);
      g_autofree char *when = kiosk_report_time (one->time, self->report->options.zone);
      g_autofree char *who = kiosk_report_who (one->person, one->person_name, self->japanese);
      g_autofree char *how = kiosk_report_irregular (one, self->japanese);

      row (self, KIOSK_REPORT_IRREGULARS, when, one->host, who, one->server, how, NULL,
           one->session);
    }
}

static void
add_persons (Csv *self)
{
  for (guint i = 0; i < self->report->persons->len; i++)
    {
      const KioskPersonUse *use = g_ptr_array_index (self->report->persons, i);
      g_autofree char *when = kiosk_report_time (use->last_use, self->report->options.zone);
      g_autofree char *who = kiosk_report_who (use->person, use->person_name, self->japanese);
      g_autofree char *count = g_strdup_printf ("%" G_GUINT64_FORMAT, use->uses);

      row (self, KIOSK_REPORT_IRREGULARS, when, use->last_host, who,
           kiosk_report_text (use->last_use != 0 ? KIOSK_REPORT_LAST_USE : KIOSK_REPORT_NEVER,
                              self->japanese),
           kiosk_report_is_unused (self->report, use)
               ? kiosk_report_text (KIOSK_REPORT_UNUSED, self->japanese)
               : NULL,
           count, NULL);
    }
}

static void
add_lines (Csv *self, const char *const *lines)
{
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    row (self, KIOSK_REPORT_FINDINGS, NULL, NULL, NULL, lines[i], NULL, NULL, NULL);
}

char *
kiosk_report_csv (const KioskReport *report, gboolean japanese)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *span = kiosk_report_span (report, japanese);
  g_autofree char *conclusion = kiosk_report_conclusion (report, japanese);
  g_autoptr (GPtrArray) matters = kiosk_report_matters (report, japanese);
  Csv self = { text, report, japanese };

  g_ptr_array_add (matters, NULL);
  add_head (&self);
  row (&self, report->options.month != 0 ? KIOSK_REPORT_TITLE_MONTH : KIOSK_REPORT_TITLE_YEAR, span,
       report->options.host, NULL, NULL, conclusion, NULL, report->digest);
  add_logs (&self);
  add_uses (&self);
  add_failures (&self);
  add_refusals (&self);
  add_outages (&self);
  add_irregulars (&self);
  add_persons (&self);
  add_lines (&self, (const char *const *) matters->pdata);
  add_lines (&self, report->options.findings);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
