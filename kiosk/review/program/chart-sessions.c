/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "chart-sessions.h"

#include "texts.h"

#include <math.h>

/* One function of plain structs, for screen and paper. */

#define NAMES 132
#define RIGHT 24
#define TOP 40
#define ROW 62
#define BAR 32

/* ---- What is drawn ---- */

static void
row_free (gpointer data)
{
  KioskSessionRow *row = data;

  g_free (row->name);
  g_free (row->place);
  g_ptr_array_unref (row->stays);
  g_free (row);
}

static KioskSessionRow *
find_row (KioskSessionChart *self, const char *name, const char *place)
{
  KioskSessionRow *row;

  for (guint i = 0; i < self->rows->len; i++)
    {
      row = self->rows->pdata[i];
      if (g_str_equal (row->name, name))
        {
          if (*row->place == '\0')
            {
              g_free (row->place);
              row->place = g_strdup (place);
            }
          return row;
        }
    }
  row = g_new0 (KioskSessionRow, 1);
  row->name = g_strdup (name);
  row->place = g_strdup (place);
  row->stays = g_ptr_array_new ();
  g_ptr_array_add (self->rows, row);
  return row;
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const KioskSessionRow *first = *(gpointer const *) a, *second = *(gpointer const *) b;

  return g_utf8_collate (first->name, second->name);
}

gint64
kiosk_session_chart_end (const KioskSessionChart *self, const KioskStaySpan *span)
{
  return span->end != 0 ? span->end : self->to;
}

/* From 8:00 to 19:00, and as far as somebody was there beyond it. */
static void
find_axis (KioskSessionChart *self, GPtrArray *stays)
{
  self->shown = self->from + 8 * G_TIME_SPAN_HOUR;
  self->shown_to = self->from + 19 * G_TIME_SPAN_HOUR;
  for (guint i = 0; i < stays->len; i++)
    {
      const KioskStay *stay = stays->pdata[i];
      const KioskStaySpan span = { stay->begin, stay->end };
      gint64 begin = MAX (stay->begin, self->from);
      gint64 end = MIN (kiosk_session_chart_end (self, &span), self->to);

      self->shown = MIN (self->shown, begin - (begin - self->from) % G_TIME_SPAN_HOUR);
      self->shown_to = MAX (self->shown_to, end);
    }
  self->shown_to += G_TIME_SPAN_HOUR - 1;
  self->shown_to -= (self->shown_to - self->from) % G_TIME_SPAN_HOUR;
  self->shown_to = MIN (self->shown_to, self->to);
}

KioskSessionChart *
kiosk_session_chart_new (GPtrArray *stays, const char *const *hosts, gboolean by_person,
                         gint64 from, gint64 to)
{
  KioskSessionChart *self = g_new0 (KioskSessionChart, 1);

  self->from = from;
  self->to = to;
  self->by_person = by_person;
  self->hours = kiosk_stay_office_hours;
  self->rows = g_ptr_array_new_with_free_func (row_free);
  for (guint i = 0; hosts != NULL && hosts[i] != NULL; i++)
    find_row (self, hosts[i], "");
  for (guint i = 0; i < stays->len; i++)
    {
      KioskStay *stay = stays->pdata[i];
      g_autofree char *person = kiosk_say_person (stay->person, stay->person_name);

      g_ptr_array_add (
          find_row (self, by_person ? person : stay->host, by_person ? stay->person : stay->site)
              ->stays,
          stay);
    }
  g_ptr_array_sort (self->rows, compare_rows);
  find_axis (self, stays);
  return self;
}

void
kiosk_session_chart_free (KioskSessionChart *self)
{
  g_ptr_array_unref (self->rows);
  g_free (self);
}

int
kiosk_session_chart_get_height (const KioskSessionChart *self)
{
  return TOP + ROW * (int) MAX (self->rows->len, 1);
}

/* ---- Drawing ---- */

typedef struct {
  const KioskSessionChart *chart;
  cairo_t *cr;
  double width, height;
  const KioskChartColours *colours;
} Plot;

static double
x_at (const KioskSessionChart *self, double width, gint64 time)
{
  double share = (double) (CLAMP (time, self->shown, self->shown_to) - self->shown)
                 / (double) MAX (self->shown_to - self->shown, 1);

  return NAMES + (width - NAMES - RIGHT) * share;
}

static double
x_of (const Plot *plot, gint64 time)
{
  return x_at (plot->chart, plot->width, time);
}

static void
shade (const Plot *plot, gint64 from, gint64 to)
{
  double x = x_of (plot, from), wide = x_of (plot, to) - x;

  if (wide <= 0)
    return;
  cairo_rectangle (plot->cr, x, TOP, wide, plot->height - TOP);
  kiosk_chart_fill (plot->cr, &plot->colours->shade);
}

static void
draw_hours (const Plot *plot)
{
  const KioskSessionChart *chart = plot->chart;
  g_autoptr (GDateTime) day = g_date_time_new_from_unix_local (chart->from / G_USEC_PER_SEC);
  gboolean off = (chart->hours.days >> (g_date_time_get_day_of_week (day) - 1) & 1) == 0;
  gint64 open = chart->from + chart->hours.from * G_TIME_SPAN_MINUTE;
  gint64 close = chart->from + chart->hours.to * G_TIME_SPAN_MINUTE;
  gint64 step = chart->shown_to - chart->shown > 14 * G_TIME_SPAN_HOUR ? 2 * G_TIME_SPAN_HOUR
                                                                       : G_TIME_SPAN_HOUR;

  shade (plot, chart->shown, off ? chart->shown_to : open);
  if (!off)
    shade (plot, close, chart->shown_to);
  for (gint64 time = chart->shown; time <= chart->shown_to; time += step)
    {
      g_autofree char *text = kiosk_say_clock (time);
      double x = floor (x_of (plot, time)) + 0.5;

      cairo_move_to (plot->cr, x, TOP);
      cairo_line_to (plot->cr, x, plot->height);
      gdk_cairo_set_source_rgba (plot->cr, &plot->colours->line);
      cairo_set_line_width (plot->cr, 1);
      cairo_stroke (plot->cr);
      kiosk_chart_text (plot->cr, text, x, TOP / 2.0, 0.5, 13, FALSE, &plot->colours->dim);
    }
}

static char *
describe (const Plot *plot, const KioskStay *stay)
{
  g_autofree char *person = kiosk_say_person (stay->person, stay->person_name);
  const char *who = plot->chart->by_person ? stay->host : person;
  const KioskStayConnection *first
      = stay->connections->len > 0 ? stay->connections->pdata[0] : NULL;

  return first != NULL ? g_strdup_printf ("%s · %s", who, first->server) : g_strdup (who);
}

static void
draw_stay (const Plot *plot, const KioskStay *stay, double middle, gboolean is_chosen,
           double *free_from, double next)
{
  const KioskStaySpan span = { stay->begin, stay->end };
  double x = x_of (plot, stay->begin);
  double end = x_of (plot, kiosk_session_chart_end (plot->chart, &span));
  double wide = fmax (end - x, 4), y = middle - BAR / 2.0;
  g_autofree char *text = describe (plot, stay);
  double room = kiosk_chart_text_width (plot->cr, text, 13, FALSE);

  cairo_save (plot->cr);
  kiosk_chart_round (plot->cr, x, y, wide, BAR, 4);
  cairo_clip (plot->cr);
  cairo_rectangle (plot->cr, x, y, wide, BAR);
  kiosk_chart_fill (plot->cr, &plot->colours->soft);
  for (guint i = 0; i < stay->connections->len; i++)
    {
      const KioskStayConnection *connection = stay->connections->pdata[i];
      double from = x_of (plot, connection->span.begin);

      cairo_rectangle (plot->cr, from, y,
                       x_of (plot, kiosk_session_chart_end (plot->chart, &connection->span)) - from,
                       BAR);
      kiosk_chart_fill (plot->cr, &plot->colours->accent);
    }
  for (guint i = 0; i < stay->locks->len; i++)
    {
      const KioskStaySpan *lock = &g_array_index (stay->locks, KioskStaySpan, i);
      double from = x_of (plot, lock->begin);
      double until = x_of (plot, kiosk_session_chart_end (plot->chart, lock));

      kiosk_chart_hatch (plot->cr, from, y, fmax (until - from, 3), BAR, &plot->colours->accent,
                         &plot->colours->card);
    }
  cairo_restore (plot->cr);
  kiosk_chart_round (plot->cr, x + 0.5, y + 0.5, wide - 1, BAR - 1, 4);
  gdk_cairo_set_source_rgba (plot->cr, &plot->colours->accent);
  cairo_set_line_width (plot->cr, 1);
  cairo_stroke (plot->cr);
  if (is_chosen)
    {
      kiosk_chart_round (plot->cr, x - 4, y - 4, wide + 8, BAR + 8, 7);
      gdk_cairo_set_source_rgba (plot->cr, &plot->colours->text);
      cairo_set_line_width (plot->cr, 2);
      cairo_stroke (plot->cr);
    }
  if (stay->troubles > 0)
    kiosk_chart_mark (plot->cr, x + wide - 2, y - 3, &plot->colours->warn, &plot->colours->card);
  /* Behind its bar, before it, or nowhere: words over bars cannot be read. */
  if (end + 9 + room < next)
    {
      kiosk_chart_text (plot->cr, text, end + 9 + (stay->troubles > 0 ? 4 : 0), middle, 0, 13,
                        FALSE, &plot->colours->text);
      end += 9 + room;
    }
  else if (x - 9 - room > *free_from)
    kiosk_chart_text (plot->cr, text, x - 9, middle, 1, 13, FALSE, &plot->colours->text);
  *free_from = end;
}

static void
draw_row (const Plot *plot, const KioskSessionRow *row, guint number, const KioskStay *chosen)
{
  double top = TOP + ROW * (double) number, middle = top + ROW / 2.0, free_from = NAMES;

  cairo_move_to (plot->cr, 0, floor (top) + 0.5);
  cairo_line_to (plot->cr, plot->width, floor (top) + 0.5);
  gdk_cairo_set_source_rgba (plot->cr, &plot->colours->line);
  cairo_set_line_width (plot->cr, 1);
  cairo_stroke (plot->cr);
  cairo_save (plot->cr);
  cairo_rectangle (plot->cr, 0, top, NAMES - 6, ROW);
  cairo_clip (plot->cr);
  kiosk_chart_text (plot->cr, row->name, 18, *row->place != '\0' ? middle - 10 : middle, 0, 15,
                    TRUE, &plot->colours->text);
  kiosk_chart_text (plot->cr, row->place, 18, middle + 11, 0, 12, FALSE, &plot->colours->dim);
  cairo_restore (plot->cr);
  for (guint i = 0; i < row->stays->len; i++)
    {
      const KioskStay *stay = row->stays->pdata[i];
      const KioskStay *after = i + 1 < row->stays->len ? row->stays->pdata[i + 1] : NULL;

      draw_stay (plot, stay, middle + 2, stay == chosen, &free_from,
                 after != NULL ? x_of (plot, after->begin) - 6 : plot->width - 6);
    }
}

void
kiosk_session_chart_draw (const KioskSessionChart *self, cairo_t *cr, double width,
                          const KioskStay *chosen, const KioskChartColours *colours)
{
  const Plot plot = { self, cr, width, kiosk_session_chart_get_height (self), colours };

  draw_hours (&plot);
  for (guint i = 0; i < self->rows->len; i++)
    draw_row (&plot, self->rows->pdata[i], i, chosen);
}

const KioskStay *
kiosk_session_chart_find (const KioskSessionChart *self, double width, double x, double y)
{
  int number = (int) floor ((y - TOP) / ROW);
  const KioskSessionRow *row;

  if (y < TOP || (guint) number >= self->rows->len)
    return NULL;
  row = self->rows->pdata[number];
  for (guint i = 0; i < row->stays->len; i++)
    {
      const KioskStay *stay = row->stays->pdata[i];
      const KioskStaySpan span = { stay->begin, stay->end };

      if (x >= x_at (self, width, stay->begin) - 4
          && x <= x_at (self, width, kiosk_session_chart_end (self, &span)) + 4)
        return stay;
    }
  return NULL;
}
