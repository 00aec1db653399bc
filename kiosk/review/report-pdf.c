/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "report-page.h"
#include "report-words.h"

#include "kiosk/base/error.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* A report on paper. It is laid out twice: how many pages there are stands on each of them. */

typedef struct {
  KioskPage page;
  const KioskReport *report;
  gboolean ja;
  GPtrArray *pages; /* of recording surfaces; NULL: all go to one surface */
} Pdf;

#define TEXT(name) kiosk_report_text (KIOSK_REPORT_##name, self->ja)
#define L PANGO_ALIGN_LEFT
#define R PANGO_ALIGN_RIGHT

/* ---- The top ---- */

static void
draw_stamps (Pdf *self)
{
  const char *names[] = { TEXT (HEAD), TEXT (CHIEF), TEXT (OFFICER) };
  double x = KIOSK_PAGE_WIDTH - KIOSK_PAGE_MARGIN - 3 * 50;

  cairo_set_line_width (self->page.cr, 0.6);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      cairo_rectangle (self->page.cr, x + 50 * i, KIOSK_PAGE_MARGIN, 50, 16);
      cairo_rectangle (self->page.cr, x + 50 * i, KIOSK_PAGE_MARGIN + 16, 50, 44);
      cairo_stroke (self->page.cr);
      kiosk_page_text (&self->page, x + 50 * i, KIOSK_PAGE_MARGIN + 3, 50, PANGO_ALIGN_CENTER, 7.5,
                       TRUE, names[i]);
    }
}

static void
draw_top (Pdf *self)
{
  const KioskReportOptions *o = &self->report->options;
  g_autofree char *span = kiosk_report_span (self->report, self->ja);
  g_autofree char *made = kiosk_report_date (o->made, o->zone, self->ja);
  g_autofree char *covers = NULL;
  g_autoptr (GString) line = g_string_new (o->office);
  double width = KIOSK_PAGE_INNER - 160;

  if (o->document != NULL)
    g_string_append_printf (line, "%s%s %s", line->len > 0 ? "　" : "", TEXT (DOCUMENT),
                            o->document);
  draw_stamps (self);
  if (line->len > 0)
    self->page.y += kiosk_page_text (&self->page, KIOSK_PAGE_MARGIN, self->page.y, width, L, 8.5,
                                     FALSE, line->str)
                    + 6;
  self->page.y += kiosk_page_text (&self->page, KIOSK_PAGE_MARGIN, self->page.y, width, L,
                                   self->ja ? 17 : 14, TRUE,
                                   o->month != 0 ? TEXT (TITLE_MONTH) : TEXT (TITLE_YEAR))
                  + 3;
  self->page.y
      += kiosk_page_text (&self->page, KIOSK_PAGE_MARGIN, self->page.y, width, L, 11, TRUE, span)
         + 5;
  if (self->report->logs->len == 1)
    covers = g_strdup_printf (
        "%s %s　%s %s %s", TEXT (MADE), made, TEXT (COVERS), TEXT (TERMINAL),
        ((const KioskIndexLog *) g_ptr_array_index (self->report->logs, 0))->host);
  else if (self->ja)
    covers = g_strdup_printf ("作成日 %s　対象 端末 %u 台", made, self->report->logs->len);
  else
    covers = g_strdup_printf ("Made on %s, covers %u terminals", made, self->report->logs->len);
  self->page.y
      += kiosk_page_text (&self->page, KIOSK_PAGE_MARGIN, self->page.y, 0, L, 8.5, FALSE, covers)
         + 8;
  self->page.y = MAX (self->page.y, KIOSK_PAGE_MARGIN + 70);
}

static void
draw_conclusion (Pdf *self)
{
  g_autofree char *text = kiosk_report_conclusion (self->report, self->ja);
  double top = self->page.y, height;

  height = kiosk_page_text (&self->page, KIOSK_PAGE_MARGIN + 12, top + 10, KIOSK_PAGE_INNER - 24, L,
                            10, TRUE, text)
           + 20;
  cairo_set_line_width (self->page.cr, 1.6);
  cairo_rectangle (self->page.cr, KIOSK_PAGE_MARGIN, top, KIOSK_PAGE_INNER, height);
  cairo_stroke (self->page.cr);
  self->page.y += height;
}

/* ---- Sections ---- */

static void
draw_integrity (Pdf *self)
{
  static const KioskPageColumn columns[]
      = { { 0.13, L }, { 0.15, R }, { 0.13, R }, { 0.37, L }, { 0.22, L } };
  const char *head[]
      = { TEXT (TERMINAL), TEXT (VERIFIED), TEXT (SIGNATURES), TEXT (RESULT), TEXT (SEAL_CODE) };
  const char *const *proofs = self->report->options.proofs;

  kiosk_page_heading (&self->page, TEXT (INTEGRITY));
  kiosk_page_row (&self->page, columns, 5, head, TRUE, NULL);
  for (guint i = 0; i < self->report->logs->len; i++)
    {
      const KioskIndexLog *log = g_ptr_array_index (self->report->logs, i);
      g_autofree char *records = kiosk_report_number (log->report.records);
      g_autofree char *seals = kiosk_report_number (log->report.checkpoints);
      g_autofree char *fault = kiosk_report_fault (log, self->ja);
      const char *cells[] = { log->host, records, seals, fault, log->seal_code };

      kiosk_page_row (&self->page, columns, 5, cells, FALSE, head);
    }
  if (self->report->faults > 0)
    {
      self->page.y += 3;
      kiosk_page_paragraph (&self->page, 8.5, FALSE, TEXT (UNVERIFIED));
    }
  if (proofs != NULL && proofs[0] != NULL)
    self->page.y += 4;
  for (guint i = 0; proofs != NULL && proofs[i] != NULL; i++)
    kiosk_page_paragraph (&self->page, 8.5, FALSE, proofs[i]);
}

static void
draw_use (Pdf *self)
{
  static const KioskPageColumn columns[]
      = { { 0.13, L }, { 0.33, L }, { 0.15, R }, { 0.12, R }, { 0.14, R }, { 0.13, R } };
  const char *head[] = { TEXT (TERMINAL), TEXT (SITE),  TEXT (SESSIONS),
                         TEXT (PEOPLE),   TEXT (TOTAL), TEXT (OUTSIDE) };

  kiosk_page_heading (&self->page, TEXT (USE));
  kiosk_page_row (&self->page, columns, 6, head, TRUE, NULL);
  for (guint i = 0; i < self->report->uses->len; i++)
    {
      const KioskHostUse *use = g_ptr_array_index (self->report->uses, i);
      g_autofree char *stays = kiosk_report_number (use->stays);
      g_autofree char *persons = kiosk_report_number (use->persons);
      g_autofree char *total = kiosk_report_duration (use->total);
      g_autofree char *outside = kiosk_report_number (use->outside);
      const char *cells[] = { use->host, use->site, stays, persons, total, outside };

      kiosk_page_row (&self->page, columns, 6, cells, FALSE, head);
    }
}

static void
draw_refusals (Pdf *self)
{
  static const KioskPageColumn columns[]
      = { { 0.16, L }, { 0.10, L }, { 0.16, L }, { 0.31, L }, { 0.15, L }, { 0.12, L } };
  const char *head[]
      = { TEXT (WHEN), TEXT (WHERE), TEXT (WHO), TEXT (WHAT), TEXT (HOW), TEXT (CHECK) };

  kiosk_page_heading (&self->page, TEXT (REFUSALS));
  if (self->report->refusals->len == 0)
    {
      kiosk_page_paragraph (&self->page, 8.5, FALSE, TEXT (NONE));
      return;
    }
  kiosk_page_row (&self->page, columns, 6, head, TRUE, NULL);
  for (guint i = 0; i < self->report->refusals->len; i++)
    {
      const KioskIndexRecord *r = g_ptr_array_index (self->report->refusals, i);
      g_autofree char *when = kiosk_report_time (r->time, self->report->options.zone);
      g_autofree char *who = kiosk_report_who (r->person, r->person_name, self->ja);
      g_autofree char *what
          = g_strdup_printf ("%s %s", kiosk_report_action (r->action, self->ja), r->detail);
      const char *cells[]
          = { when, r->host, who, what, kiosk_report_reason (r->reason, self->ja), "" };

      kiosk_page_row (&self->page, columns, 6, cells, FALSE, head);
    }
  if (self->report->refusal_count > self->report->refusals->len)
    {
      g_autofree char *left
          = kiosk_report_number (self->report->refusal_count - self->report->refusals->len);
      g_autofree char *text = g_strdup_printf (self->ja ? "ほか %s 件" : "and %s more", left);

      kiosk_page_paragraph (&self->page, 8.5, FALSE, text);
    }
}

static void
draw_outages (Pdf *self)
{
  kiosk_page_heading (&self->page, TEXT (OUTAGES));
  if (self->report->outages->len == 0)
    kiosk_page_paragraph (&self->page, 8.5, FALSE, TEXT (NONE));
  for (guint i = 0; i < self->report->outages->len; i++)
    {
      const KioskOutageSpan *span = g_ptr_array_index (self->report->outages, i);
      GTimeZone *zone = self->report->options.zone;
      g_autofree char *what = kiosk_report_outage (span, self->ja);
      g_autofree char *begin = kiosk_report_time (span->begin, zone);
      g_autofree char *end = kiosk_report_time (span->end, zone);
      g_autofree char *duration = kiosk_report_duration (span->duration);
      g_autofree char *text = NULL;

      if (span->end == 0)
        text = g_strdup_printf (
            self->ja ? "%s（%s）: %s から、%s（%s）" : "%s (%s): from %s, %s (%s)", what,
            span->host, begin, TEXT (GOES_ON), kiosk_report_reason (span->reason, self->ja));
      else
        text = g_strdup_printf (
            self->ja ? "%s（%s）: %s 〜 %s、%s（%s）" : "%s (%s): %s to %s, %s (%s)", what,
            span->host, begin, end, duration, kiosk_report_reason (span->reason, self->ja));
      kiosk_page_paragraph (&self->page, 8.5, FALSE, text);
    }
}

static void
draw_irregulars (Pdf *self)
{
  static const KioskPageColumn columns[] = { { 0.16, L }, { 0.12, L }, { 0.24, L }, { 0.48, L } };
  const char *head[] = { TEXT (WHEN), TEXT (WHERE), TEXT (WHO), TEXT (HOW) };
  g_autoptr (GString) unused = g_string_new (NULL);
  GTimeZone *zone = self->report->options.zone;

  kiosk_page_heading (&self->page, TEXT (IRREGULARS));
  if (self->report->irregulars->len > 0)
    kiosk_page_row (&self->page, columns, 4, head, TRUE, NULL);
  for (guint i = 0; i < self->report->irregulars->len && i < KIOSK_REPORT_ROWS; i++)
    {
      const KioskIrregular *one = g_ptr_array_index (self->report->irregulars, i);
      g_autofree char *when = kiosk_report_time (one->time, zone);
      g_autofree char *who = kiosk_report_who (one->person, one->person_name, self->ja);
      g_autofree char *how = kiosk_report_irregular (one, self->ja);
      const char *cells[] = { when, one->host, who, how };

      kiosk_page_row (&self->page, columns, 4, cells, FALSE, head);
    }
  self->page.y += 3;
  for (guint i = 0; i < self->report->persons->len; i++)
    {
      const KioskPersonUse *use = g_ptr_array_index (self->report->persons, i);
      g_autofree char *who = kiosk_report_who (use->person, use->person_name, self->ja);

      if (kiosk_report_is_unused (self->report, use))
        g_string_append_printf (unused, "%s%s", unused->len > 0 ? (self->ja ? "、" : ", ") : "",
                                who);
    }
  {
    g_autofree char *ids
        = g_strdup_printf (self->ja ? "利用者ID %u 件。%u 日以上使われていないID: %s"
                                    : "IDs: %u. Unused for %u days: %s",
                           self->report->persons->len, self->report->options.unused_days,
                           unused->len > 0 ? unused->str : TEXT (NONE));

    kiosk_page_paragraph (&self->page, 8.5, FALSE, ids);
  }
}

static void
draw_findings (Pdf *self)
{
  g_autoptr (GPtrArray) lines = kiosk_report_matters (self->report, self->ja);
  const char *const *findings = self->report->options.findings;
  guint n = 1;

  kiosk_page_heading (&self->page, TEXT (UPDATES));
  kiosk_page_paragraph (&self->page, 8.5, FALSE, TEXT (APART));
  kiosk_page_heading (&self->page, TEXT (FINDINGS));
  for (guint i = 0; findings != NULL && findings[i] != NULL; i++)
    g_ptr_array_add (lines, g_strdup (findings[i]));
  if (lines->len == 0)
    kiosk_page_paragraph (&self->page, 8.5, FALSE, TEXT (NONE));
  for (guint i = 0; i < lines->len; i++)
    {
      g_autofree char *text = g_strdup_printf (self->ja ? "（%u） %s" : "(%u) %s", n++,
                                               (const char *) g_ptr_array_index (lines, i));

      kiosk_page_paragraph (&self->page, 8.5, FALSE, text);
    }
}

/* ---- All of it ---- */

static char *
make_footer (const KioskReport *report, gboolean japanese)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const KioskIndexLog *log = g_ptr_array_index (report->logs, 0);
  g_autofree char *records = kiosk_report_number (report->verified);

  if (report->options.signer != NULL)
    g_string_append_printf (text, "%s %s　", kiosk_report_text (KIOSK_REPORT_SIGNATURE, japanese),
                            report->options.signer);
  if (report->logs->len == 1)
    {
      g_autofree char *last = kiosk_report_number (log->report.first + log->report.records
                                                   - (log->report.records > 0 ? 1 : 0));

      g_string_append_printf (
          text, "%s %s %s　%s　%s %s", kiosk_report_text (KIOSK_REPORT_LAST_RECORD, japanese),
          log->host, last, report->digest, kiosk_report_text (KIOSK_REPORT_SEAL_CODE, japanese),
          *log->seal_code != '\0' ? log->seal_code : "-");
    }
  else
    g_string_append_printf (text, japanese ? "%s %s　%s　%s: 1の表" : "%s %s　%s　%s: see 1",
                            kiosk_report_text (KIOSK_REPORT_VERIFIED, japanese), records,
                            report->digest, kiosk_report_text (KIOSK_REPORT_SEAL_CODE, japanese));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static cairo_t *
record (GPtrArray *pages)
{
  const cairo_rectangle_t paper = { 0, 0, KIOSK_PAGE_WIDTH, KIOSK_PAGE_HEIGHT };
  cairo_surface_t *surface = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, &paper);
  cairo_t *cr = cairo_create (surface);

  cairo_set_source_rgb (cr, 0, 0, 0);
  g_ptr_array_add (pages, surface);
  return cr;
}

static void
on_end (KioskPage *page)
{
  Pdf *self = (Pdf *) page; /* its first member */

  cairo_destroy (page->cr);
  page->cr = record (self->pages);
}

/* @cr is taken over when there are @surfaces. */
static guint
draw (const KioskReport *report, gboolean japanese, cairo_t *cr, const char *footer, guint pages,
      GPtrArray *surfaces)
{
  Pdf self = { .report = report, .ja = japanese, .pages = surfaces };

  self.page.end = surfaces != NULL ? on_end : NULL;
  kiosk_page_begin (&self.page, cr, japanese, footer, pages);
  draw_top (&self);
  draw_conclusion (&self);
  draw_integrity (&self);
  draw_use (&self);
  kiosk_report_draw_failures (&self.page, report, japanese);
  draw_refusals (&self);
  draw_outages (&self);
  draw_irregulars (&self);
  draw_findings (&self);
  kiosk_page_finish (&self.page);
  if (surfaces != NULL)
    {
      cairo_destroy (self.page.cr); /* the page behind the last one stays empty */
      g_ptr_array_set_size (surfaces, (int) self.page.page);
    }
  return self.page.page;
}

static cairo_status_t
draw_into (const KioskReport *report, gboolean japanese, const char *path, const char *footer,
           guint *pages)
{
  cairo_surface_t *surface = cairo_pdf_surface_create (path, KIOSK_PAGE_WIDTH, KIOSK_PAGE_HEIGHT);
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE,
                                  kiosk_report_text (report->options.month != 0
                                                         ? KIOSK_REPORT_TITLE_MONTH
                                                         : KIOSK_REPORT_TITLE_YEAR,
                                                     japanese));
  *pages = draw (report, japanese, cr, footer, *pages, NULL);
  status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  return status;
}

gboolean
kiosk_report_pdf (const KioskReport *report, gboolean japanese, const char *path, GError **error)
{
  g_autofree char *footer = make_footer (report, japanese);
  g_autofree char *part = g_strconcat (path, ".new", NULL);
  guint pages = 0;
  /* without a file it goes nowhere: only the pages are counted */
  cairo_status_t status = draw_into (report, japanese, NULL, footer, &pages);

  if (status == CAIRO_STATUS_SUCCESS)
    status = draw_into (report, japanese, part, footer, &pages);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_unlink (part);
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_IO, "%s: %s", path,
                   cairo_status_to_string (status));
      return FALSE;
    }
  return g_rename (part, path) == 0 || kiosk_error_set_errno (error, errno, path);
}

GPtrArray *
kiosk_report_pages (const KioskReport *report, gboolean japanese)
{
  g_autofree char *footer = make_footer (report, japanese);
  g_autoptr (GPtrArray) counted
      = g_ptr_array_new_with_free_func ((GDestroyNotify) cairo_surface_destroy);
  GPtrArray *pages = g_ptr_array_new_with_free_func ((GDestroyNotify) cairo_surface_destroy);
  guint n = draw (report, japanese, record (counted), footer, 0, counted);

  draw (report, japanese, record (pages), footer, n, pages);
  return pages;
}
