/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* What the charts are drawn with, on the screen and on paper. Lengths are pixels of the screen at 96 dpi; whoever draws on
 * paper scales. Pure but for the surface. */

typedef struct {
  GdkRGBA text, dim, line, accent, soft, error, error_soft, warn, shade, card;
} KioskChartColours;

/* Those of the style sheet in force. */
void kiosk_chart_colours (GtkWidget *widget, KioskChartColours *colours);

/* Black on white: what is told by colour is told by hatch, too. */
void kiosk_chart_paper (KioskChartColours *colours);

void kiosk_chart_fill (cairo_t *cr, const GdkRGBA *colour);

/* A rectangle with round corners as the path. */
void kiosk_chart_round (cairo_t *cr, double x, double y, double width, double height,
                        double radius);

/* Hatches the rectangle in @colour on @ground. */
void kiosk_chart_hatch (cairo_t *cr, double x, double y, double width, double height,
                        const GdkRGBA *colour, const GdkRGBA *ground);

/* @text with its left edge, middle or right edge (@align 0, 0.5, 1) at @x and its middle at @y; @size in pixels. Returns its width. */
double kiosk_chart_text (cairo_t *cr, const char *text, double x, double y, double align,
                         double size, gboolean bold, const GdkRGBA *colour);

/* Width of @text without drawing it. */
double kiosk_chart_text_width (cairo_t *cr, const char *text, double size, gboolean bold);

/* A diamond around (@x, @y) with a mark in it. */
void kiosk_chart_mark (cairo_t *cr, double x, double y, const GdkRGBA *colour, const GdkRGBA *ink);

/* How the chart in @area is drawn on paper: @height pixels high. */
typedef void (*KioskChartPaper) (cairo_t *cr, double width, double height, gpointer user_data);
void kiosk_chart_set_paper (GtkWidget *area, KioskChartPaper draw, double height,
                            gpointer user_data);

/* Draws it, if it is one; returns its height, else 0. With @cr NULL it is only measured. */
double kiosk_chart_draw_paper (GtkWidget *area, cairo_t *cr, double width);
