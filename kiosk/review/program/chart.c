/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "chart.h"

#include "style.h"

#include <math.h>

/* Small pieces of drawing. */

#define FONT "Inter, Noto Sans CJK JP"

void
kiosk_chart_colours (GtkWidget *widget, KioskChartColours *colours)
{
  kiosk_style_colour (widget, "window_fg_color", &colours->text);
  kiosk_style_colour (widget, "dim_fg", &colours->dim);
  kiosk_style_colour (widget, "line_color", &colours->line);
  kiosk_style_colour (widget, "accent_bg_color", &colours->accent);
  kiosk_style_colour (widget, "accent_soft", &colours->soft);
  kiosk_style_colour (widget, "er_fg", &colours->error);
  kiosk_style_colour (widget, "er_bg", &colours->error_soft);
  kiosk_style_colour (widget, "wn_fg", &colours->warn);
  kiosk_style_colour (widget, "quiet_bg", &colours->shade);
  kiosk_style_colour (widget, "card_bg_color", &colours->card);
}

void
kiosk_chart_paper (KioskChartColours *colours)
{
  static const GdkRGBA black = { 0, 0, 0, 1 }, white = { 1, 1, 1, 1 }, grey = { 0.3, 0.3, 0.3, 1 };

  *colours = (KioskChartColours){
    .text = black,
    .dim = grey,
    .line = { 0.75, 0.75, 0.75, 1 },
    .accent = { 0.04, 0.40, 0.44, 1 },
    .soft = { 0.9, 0.9, 0.9, 1 },
    .error = black,
    .error_soft = white,
    .warn = black,
    .shade = { 0.93, 0.93, 0.93, 1 },
    .card = white,
  };
}

void
kiosk_chart_fill (cairo_t *cr, const GdkRGBA *colour)
{
  gdk_cairo_set_source_rgba (cr, colour);
  cairo_fill (cr);
}

void
kiosk_chart_round (cairo_t *cr, double x, double y, double width, double height, double radius)
{
  double r = fmin (radius, fmin (width, height) / 2);

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - r, y + r, r, -G_PI / 2, 0);
  cairo_arc (cr, x + width - r, y + height - r, r, 0, G_PI / 2);
  cairo_arc (cr, x + r, y + height - r, r, G_PI / 2, G_PI);
  cairo_arc (cr, x + r, y + r, r, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

void
kiosk_chart_hatch (cairo_t *cr, double x, double y, double width, double height,
                   const GdkRGBA *colour, const GdkRGBA *ground)
{
  cairo_save (cr);
  cairo_rectangle (cr, x, y, width, height);
  cairo_clip_preserve (cr);
  kiosk_chart_fill (cr, ground);
  gdk_cairo_set_source_rgba (cr, colour);
  cairo_set_line_width (cr, 3);
  for (double at = x - height; at < x + width; at += 7)
    {
      cairo_move_to (cr, at, y + height);
      cairo_line_to (cr, at + height, y);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

static PangoLayout *
new_layout (cairo_t *cr, const char *text, double size, gboolean bold)
{
  PangoLayout *layout = pango_cairo_create_layout (cr);
  PangoFontDescription *font = pango_font_description_from_string (FONT);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
  pango_attr_list_insert (attributes, pango_attr_language_new (pango_language_from_string ("ja")));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_text (layout, text, -1);
  pango_attr_list_unref (attributes);
  pango_font_description_free (font);
  return layout;
}

double
kiosk_chart_text_width (cairo_t *cr, const char *text, double size, gboolean bold)
{
  g_autoptr (PangoLayout) layout = new_layout (cr, text, size, bold);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  return width;
}

double
kiosk_chart_text (cairo_t *cr, const char *text, double x, double y, double align, double size,
                  gboolean bold, const GdkRGBA *colour)
{
  g_autoptr (PangoLayout) layout = new_layout (cr, text, size, bold);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  gdk_cairo_set_source_rgba (cr, colour);
  cairo_move_to (cr, floor (x - align * width), floor (y - height / 2.0));
  pango_cairo_show_layout (cr, layout);
  return width;
}

void
kiosk_chart_mark (cairo_t *cr, double x, double y, const GdkRGBA *colour, const GdkRGBA *ink)
{
  cairo_move_to (cr, x, y - 8);
  cairo_line_to (cr, x + 8, y);
  cairo_line_to (cr, x, y + 8);
  cairo_line_to (cr, x - 8, y);
  cairo_close_path (cr);
  kiosk_chart_fill (cr, colour);
  cairo_rectangle (cr, x - 1, y - 4, 2, 5);
  cairo_rectangle (cr, x - 1, y + 2, 2, 2);
  kiosk_chart_fill (cr, ink);
}

typedef struct {
  KioskChartPaper draw;
  double height;
  gpointer user_data;
} Paper;

void
kiosk_chart_set_paper (GtkWidget *area, KioskChartPaper draw, double height, gpointer user_data)
{
  Paper *paper = g_new (Paper, 1);

  *paper = (Paper){ draw, height, user_data };
  g_object_set_data_full (G_OBJECT (area), "kiosk-paper", paper, g_free);
}

double
kiosk_chart_draw_paper (GtkWidget *area, cairo_t *cr, double width)
{
  const Paper *paper = g_object_get_data (G_OBJECT (area), "kiosk-paper");

  if (paper == NULL)
    return 0;
  if (cr != NULL)
    paper->draw (cr, width, paper->height, paper->user_data);
  return paper->height;
}
