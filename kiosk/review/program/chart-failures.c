/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "chart-failures.h"

#include "texts.h"

#include <math.h>

/* One function of plain numbers, for screen and paper. */

#define LEFT 56
#define RIGHT 18
#define TOP 36
#define BOTTOM 44

typedef struct {
  cairo_t *cr;
  double width, height; /* of the plot */
  const KioskRise *buckets;
  guint n;
  double top; /* value at the upper edge */
  const KioskChartColours *colours;
} Plot;

/* A round number of steps above @most. */
static double
round_up (double most, double *step)
{
  double magnitude = pow (10, floor (log10 (fmax (most, 4) / 4)));
  double rough = fmax (most, 4) / 4 / magnitude;

  *step = magnitude * (rough <= 1 ? 1 : rough <= 2 ? 2 : rough <= 5 ? 5 : 10);
  return ceil (fmax (most, 4) / *step) * *step;
}

static double
x_of (const Plot *plot, double bucket)
{
  return LEFT + plot->width * bucket / MAX (plot->n, 1);
}

static double
y_of (const Plot *plot, double value)
{
  return TOP + plot->height * (1 - value / plot->top);
}

static void
draw_grid (const Plot *plot, double step)
{
  for (double value = 0; value <= plot->top + step / 2; value += step)
    {
      g_autofree char *text = g_strdup_printf ("%.0f", value);
      double y = floor (y_of (plot, value)) + 0.5;

      cairo_move_to (plot->cr, LEFT, y);
      cairo_line_to (plot->cr, LEFT + plot->width, y);
      gdk_cairo_set_source_rgba (plot->cr, &plot->colours->line);
      cairo_set_line_width (plot->cr, 1);
      cairo_stroke (plot->cr);
      kiosk_chart_text (plot->cr, text, LEFT - 12, y, 1, 13, FALSE, &plot->colours->dim);
    }
}

/* The usual range of each bucket: it moves with what was before. */
static void
draw_band (const Plot *plot)
{
  double last = 0;

  for (guint i = 0; i < plot->n; i++)
    if (plot->buckets[i].judged)
      {
        double y = y_of (plot, fmin (plot->buckets[i].threshold, plot->top));

        /* On whole pixels: neighbours meet without a seam. */
        cairo_rectangle (plot->cr, floor (x_of (plot, i)), y,
                         floor (x_of (plot, i + 1)) - floor (x_of (plot, i)),
                         TOP + plot->height - y);
        kiosk_chart_fill (plot->cr, &plot->colours->soft);
        last = plot->buckets[i].threshold;
      }
  if (last > 0)
    {
      g_autofree char *n = g_strdup_printf ("%.0f", floor (last));
      g_autofree char *text = kiosk_say_format (KIOSK_SAY_USUAL, "n", n, NULL);

      kiosk_chart_text (plot->cr, text, LEFT + 9, y_of (plot, fmin (last, plot->top)) - 11, 0, 13,
                        FALSE, &plot->colours->dim);
    }
}

static void
draw_bars (const Plot *plot, int chosen)
{
  double slot = plot->width / MAX (plot->n, 1);
  double wide = fmax (2, fmin (slot * 0.62, 34));

  for (guint i = 0; i < plot->n; i++)
    {
      const KioskRise *bucket = &plot->buckets[i];
      double x = x_of (plot, i + 0.5) - wide / 2;
      double y = y_of (plot, (double) bucket->count);
      double tall = TOP + plot->height - y;

      if (bucket->count == 0)
        continue;
      if (bucket->rise)
        kiosk_chart_hatch (plot->cr, x, y, wide, tall, &plot->colours->error,
                           &plot->colours->error_soft);
      cairo_rectangle (plot->cr, x, y, wide, tall);
      gdk_cairo_set_source_rgba (plot->cr,
                                 bucket->rise ? &plot->colours->error : &plot->colours->accent);
      cairo_set_line_width (plot->cr, 2);
      if (bucket->rise)
        cairo_stroke (plot->cr);
      else
        cairo_fill (plot->cr);
      if ((int) i == chosen)
        {
          kiosk_chart_round (plot->cr, x - 5, y - 5, wide + 10, tall + 8, 5);
          gdk_cairo_set_source_rgba (plot->cr, &plot->colours->text);
          cairo_stroke (plot->cr);
        }
    }
}

static void
draw_dates (const Plot *plot, KioskRiseStep step)
{
  double free_from = 0;

  for (guint i = 0; i < plot->n; i++)
    {
      const KioskRise *bucket = &plot->buckets[i];
      g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (bucket->from / G_USEC_PER_SEC);
      g_autofree char *text
          = g_date_time_format (when, step == KIOSK_RISE_DAY ? "%-m/%-d" : "%-H:00");
      double x = x_of (plot, i + 0.5);
      double wide = kiosk_chart_text_width (plot->cr, text, 13, bucket->rise);
      int number = step == KIOSK_RISE_DAY ? g_date_time_get_day_of_month (when)
                                          : g_date_time_get_hour (when);
      gboolean round = step == KIOSK_RISE_DAY ? number == 1 || number % 5 == 0 : number % 3 == 0;

      if ((!round && !bucket->rise && plot->n > 14) || x - wide / 2 < free_from)
        continue;
      kiosk_chart_text (plot->cr, text, x, TOP + plot->height + 16, 0.5, 13, bucket->rise,
                        bucket->rise ? &plot->colours->error : &plot->colours->dim);
      free_from = x + wide / 2 + 12;
    }
}

/* The words of the greatest rise, beside its bar. */
static void
draw_rise (const Plot *plot, KioskRiseStep step)
{
  const KioskRise *most = NULL;
  guint at = 0;
  double wide, x, y, bar, tall = 44;

  for (guint i = 0; i < plot->n; i++)
    if (plot->buckets[i].rise && (most == NULL || plot->buckets[i].count > most->count))
      {
        most = &plot->buckets[i];
        at = i;
      }
  if (most == NULL)
    return;
  {
    g_autofree char *day = kiosk_say_day (most->from);
    g_autofree char *clock = kiosk_say_clock (most->from);
    g_autofree char *date
        = step == KIOSK_RISE_DAY ? g_strdup (day) : g_strdup_printf ("%s %s", day, clock);
    g_autofree char *n = kiosk_say_number (most->count);
    g_autofree char *text = kiosk_say_format (KIOSK_SAY_RISE, "date", date, "n", n, NULL);

    wide = kiosk_chart_text_width (plot->cr, text, 15, TRUE) + 34;
    bar = x_of (plot, at + 0.5);
    y = fmax (TOP, y_of (plot, (double) most->count) + 6);
    x = bar - wide - 60;
    if (x < LEFT)
      x = fmin (bar + 60, LEFT + plot->width - wide);
    cairo_move_to (plot->cr, x < bar ? x + wide : x, y + tall / 2);
    cairo_line_to (plot->cr, x < bar ? bar - 22 : bar + 22, y + tall / 2);
    gdk_cairo_set_source_rgba (plot->cr, &plot->colours->error);
    cairo_set_line_width (plot->cr, 2);
    cairo_stroke (plot->cr);
    kiosk_chart_round (plot->cr, x, y, wide, tall, 6);
    kiosk_chart_fill (plot->cr, &plot->colours->error_soft);
    kiosk_chart_text (plot->cr, text, x + 17, y + tall / 2, 0, 15, TRUE, &plot->colours->error);
  }
}

void
kiosk_chart_failures_draw (cairo_t *cr, double width, double height, const KioskRise *buckets,
                           guint n, KioskRiseStep step, int chosen,
                           const KioskChartColours *colours)
{
  Plot plot = {
    .cr = cr,
    .width = fmax (width - LEFT - RIGHT, 10),
    .height = fmax (height - TOP - BOTTOM, 10),
    .buckets = buckets,
    .n = n,
    .colours = colours,
  };
  double most = 0, grid;

  for (guint i = 0; i < n; i++)
    most = fmax (most, fmax ((double) buckets[i].count, buckets[i].threshold));
  plot.top = round_up (most, &grid);
  kiosk_chart_text (
      cr,
      kiosk_say (step == KIOSK_RISE_DAY ? KIOSK_SAY_FAILURES_PER_DAY : KIOSK_SAY_FAILURES_PER_HOUR),
      18, 16, 0, 13, FALSE, &colours->dim);
  draw_band (&plot);
  draw_grid (&plot, grid);
  draw_bars (&plot, chosen);
  draw_dates (&plot, step);
  draw_rise (&plot, step);
}

int
kiosk_chart_failures_find (double x, double width, guint n)
{
  double at = (x - LEFT) / fmax (width - LEFT - RIGHT, 10) * n;

  return at >= 0 && at < n ? (int) at : -1;
}
