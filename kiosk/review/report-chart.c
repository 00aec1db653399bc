/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "report-page.h"
#include "report-words.h"

#include <math.h>

/* Failed log-ins as bars: days of a month, months of a year. A rise is hatched and named: black is enough. */

#define HEIGHT 78.0
#define LEFT 22.0
#define BARS_MAX 31
#define LABEL 96.0 /* width of the name of a rise */

typedef struct {
  guint64 count;
  gboolean rise;
  guint label; /* day or month */
} Bar;

/* Days as they are, or added up by months. */
static guint
make_bars (const KioskReport *report, Bar *bars)
{
  guint n = 0;

  for (guint i = 0; i < report->failures->len; i++)
    {
      const KioskRise *day = &g_array_index (report->failures, KioskRise, i);
      g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (day->from / G_USEC_PER_SEC);
      g_autoptr (GDateTime) date = g_date_time_to_timezone (utc, report->options.zone);
      guint label = (guint) (report->options.month != 0 ? g_date_time_get_day_of_month (date)
                                                        : g_date_time_get_month (date));

      if (n == 0 || bars[n - 1].label != label)
        {
          if (n == BARS_MAX)
            break;
          bars[n++] = (Bar){ 0, FALSE, label };
        }
      bars[n - 1].count += day->count;
      bars[n - 1].rise = bars[n - 1].rise || day->rise;
    }
  return n;
}

/* The next of 1, 2, 5, 10, 20 ... that makes at most four lines. */
static guint64
choose_step (guint64 most)
{
  guint64 step = 1;

  for (guint i = 0; most > 4 * step; i++)
    step = i % 3 == 1 ? step / 2 * 5 : step * 2;
  return step;
}

static void
hatch (cairo_t *cr, double x, double y, double width, double height)
{
  cairo_save (cr);
  cairo_rectangle (cr, x, y, width, height);
  cairo_stroke_preserve (cr);
  cairo_clip (cr);
  for (double at = -height; at < width; at += 4)
    {
      cairo_move_to (cr, x + at, y + height);
      cairo_line_to (cr, x + at + height, y);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_bar (KioskPage *page, const Bar *bar, double x, double width, double scale, gboolean japanese,
          gboolean month)
{
  double height = (double) bar->count * scale;
  g_autofree char *name = NULL;
  gboolean left;

  if (bar->count == 0)
    return;
  cairo_set_line_width (page->cr, 1);
  if (!bar->rise)
    {
      cairo_rectangle (page->cr, x, page->y + HEIGHT - height, width, height);
      cairo_fill (page->cr);
      return;
    }
  hatch (page->cr, x, page->y + HEIGHT - height, width, height);
  name = japanese
             ? g_strdup_printf ("%u%s %" G_GUINT64_FORMAT "件（急増）", bar->label,
                                month ? "日" : "月", bar->count)
             : g_strdup_printf ("%u: %" G_GUINT64_FORMAT " (sudden rise)", bar->label, bar->count);
  /* on the side where there is room, and not across the lines */
  left = x + width + LABEL > KIOSK_PAGE_WIDTH - KIOSK_PAGE_MARGIN;
  cairo_set_source_rgb (page->cr, 1, 1, 1);
  cairo_rectangle (page->cr, left ? x - LABEL - 4 : x + width + 4, page->y + HEIGHT - height - 1,
                   LABEL, 11);
  cairo_fill (page->cr);
  cairo_set_source_rgb (page->cr, 0, 0, 0);
  kiosk_page_text (page, left ? x - LABEL - 4 : x + width + 4, page->y + HEIGHT - height - 1, LABEL,
                   left ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT, 7.5, TRUE, name);
}

static void
draw_lines (KioskPage *page, guint64 top, guint64 step)
{
  cairo_set_line_width (page->cr, 0.4);
  cairo_set_source_rgb (page->cr, 0.6, 0.6, 0.6);
  for (guint64 value = 0; value <= top; value += step)
    {
      double y = page->y + HEIGHT - HEIGHT * (double) value / (double) top;

      cairo_move_to (page->cr, KIOSK_PAGE_MARGIN + LEFT, y);
      cairo_line_to (page->cr, KIOSK_PAGE_WIDTH - KIOSK_PAGE_MARGIN, y);
      cairo_stroke (page->cr);
    }
  cairo_set_source_rgb (page->cr, 0, 0, 0);
  for (guint64 value = 0; value <= top; value += step)
    {
      g_autofree char *label = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

      kiosk_page_text (page, KIOSK_PAGE_MARGIN,
                       page->y + HEIGHT - HEIGHT * (double) value / (double) top - 5, LEFT - 5,
                       PANGO_ALIGN_RIGHT, 7, FALSE, label);
    }
}

/* Days of the month, or months of the year: also those of which nothing is known yet. */
static guint
count_slots (const KioskReport *report)
{
  const KioskReportOptions *o = &report->options;

  return o->month != 0 ? g_date_get_days_in_month ((GDateMonth) o->month, (GDateYear) o->year) : 12;
}

void
kiosk_report_draw_failures (KioskPage *page, const KioskReport *report, gboolean japanese)
{
  Bar bars[BARS_MAX];
  guint n = make_bars (report, bars);
  gboolean month = report->options.month != 0;
  guint64 most = 1, step, top;
  double slot;

  kiosk_page_heading (
      page,
      kiosk_report_text (month ? KIOSK_REPORT_FAILURES : KIOSK_REPORT_FAILURES_YEAR, japanese));
  kiosk_page_need (page, HEIGHT + 44);
  page->y += 6;
  for (guint i = 0; i < n; i++)
    most = MAX (most, bars[i].count);
  step = choose_step (most);
  top = (most + step - 1) / step * step;
  slot = (KIOSK_PAGE_INNER - LEFT) / count_slots (report);
  draw_lines (page, top, step);
  for (guint i = 0; i < n; i++)
    draw_bar (page, &bars[i], KIOSK_PAGE_MARGIN + LEFT + slot * (bars[i].label - 1) + slot * 0.2,
              MIN (slot * 0.6, 18), HEIGHT / (double) top, japanese, month);
  for (guint i = 1; i <= count_slots (report); i++)
    {
      double x = KIOSK_PAGE_MARGIN + LEFT + slot * (i - 1) + slot * 0.2;
      g_autofree char *label = g_strdup_printf ("%u", i);

      if (!month || i == 1 || i % 5 == 0)
        kiosk_page_text (page, x - 10, page->y + HEIGHT + 3, MIN (slot * 0.6, 18) + 20,
                         PANGO_ALIGN_CENTER, 7, FALSE, label);
    }
  page->y += HEIGHT + 16;
  kiosk_page_paragraph (page, 7.5, FALSE, kiosk_report_text (KIOSK_REPORT_RULE, japanese));
}
