/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/report.h"

#include "kiosk/base/error.h"

#include <sodium.h>
#include <string.h>

/* Gathers what a report says. Nothing is laid out here. */

#define GROUP 4

void
kiosk_report_free (KioskReport *report)
{
  if (report == NULL)
    return;
  g_free ((char *) report->options.host);
  g_free ((char *) report->options.office);
  g_free ((char *) report->options.document);
  g_free ((char *) report->options.signer);
  g_strfreev ((GStrv) report->options.findings);
  g_strfreev ((GStrv) report->options.proofs);
  g_free ((char *) report->options.doubt);
  g_clear_pointer (&report->options.zone, g_time_zone_unref);
  g_clear_pointer (&report->logs, g_ptr_array_unref);
  g_clear_pointer (&report->uses, g_ptr_array_unref);
  g_clear_pointer (&report->failures, g_array_unref);
  g_clear_pointer (&report->refusals, g_ptr_array_unref);
  g_clear_pointer (&report->outages, g_ptr_array_unref);
  g_clear_pointer (&report->irregulars, g_ptr_array_unref);
  g_clear_pointer (&report->persons, g_ptr_array_unref);
  g_clear_pointer (&report->counts, g_ptr_array_unref);
  g_free (report->digest);
  g_free (report);
}

static void
copy_options (KioskReport *self, const KioskReportOptions *options)
{
  self->options = *options;
  self->options.host = g_strdup (options->host);
  self->options.office = g_strdup (options->office);
  self->options.document = g_strdup (options->document);
  self->options.signer = g_strdup (options->signer);
  self->options.proofs = (const char *const *) g_strdupv ((GStrv) options->proofs);
  self->options.doubt = g_strdup (options->doubt);
  self->options.findings = (const char *const *) g_strdupv ((GStrv) options->findings);
  self->options.zone = g_time_zone_ref (options->zone);
}

static gboolean
set_span (KioskReport *self, GError **error)
{
  const KioskReportOptions *o = &self->options;
  g_autoptr (GDateTime) begin = NULL;
  g_autoptr (GDateTime) end = NULL;

  if (o->year >= 1970 && o->year <= 9998 && o->month <= 12)
    begin
        = g_date_time_new (o->zone, (int) o->year, o->month != 0 ? (int) o->month : 1, 1, 0, 0, 0);
  if (begin != NULL)
    end = o->month != 0 ? g_date_time_add_months (begin, 1) : g_date_time_add_years (begin, 1);
  if (end == NULL)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "report: no such month: %u-%02u",
                   o->year, o->month);
      return FALSE;
    }
  self->from = MAX (g_date_time_to_unix (begin) * G_USEC_PER_SEC, 1);
  self->to = g_date_time_to_unix (end) * G_USEC_PER_SEC;
  return TRUE;
}

/* ---- The logs ---- */

static char *
make_digest (GPtrArray *logs)
{
  guint8 hash[KIOSK_AUDIT_HASH_SIZE];
  char hex[2 * sizeof hash + 1];
  g_autoptr (GString) text = g_string_new (NULL);
  const char *digits = hex;
  GString *grouped = g_string_new (NULL);

  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = g_ptr_array_index (logs, i);

      g_string_append_printf (text, "%s %s\n", log->host, log->chain);
      if (logs->len == 1)
        digits = log->chain;
    }
  if (logs->len != 1)
    {
      crypto_generichash (hash, sizeof hash, (const guint8 *) text->str, text->len, NULL, 0);
      sodium_bin2hex (hex, sizeof hex, hash, sizeof hash);
    }
  for (guint i = 0; i < 4 * GROUP && digits[i] != '\0'; i++)
    {
      if (i > 0 && i % GROUP == 0)
        g_string_append_c (grouped, ' ');
      g_string_append_c (grouped, g_ascii_toupper (digits[i]));
    }
  return g_string_free (grouped, FALSE);
}

static gboolean
overlap (const KioskIndexLog *a, const KioskIndexLog *b)
{
  const KioskAuditReport *x = &a->report, *y = &b->report;

  return x->has_key && y->has_key && memcmp (x->key, y->key, sizeof x->key) == 0
         && x->first < y->first + y->records && y->first < x->first + x->records;
}

/* A copy of a log beside it would count everything twice. */
static gboolean
check_copies (const KioskReport *self, GError **error)
{
  for (guint i = 0; i < self->logs->len; i++)
    for (guint j = i + 1; j < self->logs->len; j++)
      {
        const KioskIndexLog *a = g_ptr_array_index (self->logs, i);
        const KioskIndexLog *b = g_ptr_array_index (self->logs, j);

        if (overlap (a, b))
          {
            g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                         "report: the same records twice: %s, %s", a->path, b->path);
            return FALSE;
          }
      }
  return TRUE;
}

static gboolean
gather_logs (KioskReport *self, KioskIndex *index, GError **error)
{
  self->logs = kiosk_index_get_logs (index, error);
  if (self->logs == NULL)
    return FALSE;
  for (guint i = self->logs->len; i > 0; i--)
    {
      const KioskIndexLog *log = g_ptr_array_index (self->logs, i - 1);

      if (self->options.host != NULL && !g_str_equal (self->options.host, log->host))
        {
          g_ptr_array_remove_index (self->logs, i - 1);
          continue;
        }
      self->verified += log->report.records;
      self->checkpoints += log->report.checkpoints;
      self->faults += log->report.fault != KIOSK_AUDIT_OK ? 1 : 0;
    }
  if (self->logs->len == 0)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "report: no log of terminal %s",
                   self->options.host != NULL ? self->options.host : "-");
      return FALSE;
    }
  self->digest = make_digest (self->logs);
  return check_copies (self, error);
}

/* ---- What happened ---- */

static gboolean
gather_failures (KioskReport *self, KioskIndex *index, GError **error)
{
  self->failures = kiosk_index_get_failures (index, self->options.host, self->from, self->to,
                                             KIOSK_RISE_DAY, self->options.zone, error);
  if (self->failures == NULL)
    return FALSE;
  for (guint i = 0; i < self->failures->len; i++)
    {
      const KioskRise *day = &g_array_index (self->failures, KioskRise, i);

      self->failure_count += day->count;
      self->rises += day->rise ? 1 : 0;
    }
  return TRUE;
}

static gboolean
gather_refusals (KioskReport *self, KioskIndex *index, GError **error)
{
  KioskIndexFilter filter = { .host = self->options.host,
                              .actions = kiosk_review_refusal_actions,
                              .from = self->from,
                              .to = self->to };

  self->refusals = kiosk_index_get_page (index, &filter, KIOSK_INDEX_OLDEST_FIRST, 0,
                                         KIOSK_REPORT_ROWS, error);
  return self->refusals != NULL && kiosk_index_count (index, &filter, &self->refusal_count, error);
}

static gboolean
gather_rest (KioskReport *self, KioskIndex *index, GError **error)
{
  const KioskReportOptions *o = &self->options;
  KioskIndexFilter filter = { .host = o->host, .from = self->from, .to = self->to };

  self->uses
      = kiosk_index_get_host_uses (index, o->host, self->from, self->to, &o->hours, o->zone, error);
  if (self->uses == NULL)
    return FALSE;
  self->outages = kiosk_index_get_outages (index, o->host, self->from, self->to, error);
  if (self->outages == NULL)
    return FALSE;
  self->irregulars = kiosk_index_get_irregulars (index, o->host, self->from, self->to, &o->hours,
                                                 o->orders, o->zone, error);
  if (self->irregulars == NULL)
    return FALSE;
  self->persons = kiosk_index_get_persons (index, self->to, 0, error);
  if (self->persons == NULL)
    return FALSE;
  self->counts = kiosk_index_get_counts (index, &filter, error);
  if (self->counts == NULL)
    return FALSE;
  for (guint i = 0; i < self->counts->len; i++)
    self->records += ((const KioskActionCount *) g_ptr_array_index (self->counts, i))->count;
  return TRUE;
}

static void
count_matters (KioskReport *self)
{
  self->matters = (self->options.doubt != NULL ? 1 : 0) + self->faults + self->rises
                  + (self->refusal_count > 0 ? 1 : 0) + (self->irregulars->len > 0 ? 1 : 0);
  for (guint i = 0; i < self->outages->len; i++)
    if (((const KioskOutageSpan *) g_ptr_array_index (self->outages, i))->end == 0)
      self->matters++;
}

KioskReport *
kiosk_report_new (KioskIndex *index, const KioskReportOptions *options, GError **error)
{
  g_autoptr (KioskReport) self = g_new0 (KioskReport, 1);

  copy_options (self, options);
  if (!set_span (self, error) || !gather_logs (self, index, error)
      || !gather_failures (self, index, error) || !gather_refusals (self, index, error)
      || !gather_rest (self, index, error))
    return NULL;
  count_matters (self);
  return g_steal_pointer (&self);
}
