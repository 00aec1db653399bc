/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "picture-watermark.h"

#include <pango/pangocairo.h>

/* Draws the watermark. Sees its own memory only, never the picture below it. */

#define TILE_WIDTH 384
#define TILE_HEIGHT 192
#define DEGREES -20.0
#define OPACITY 0.11
#define LENGTH 350 /* of a line: turned, both lines still lie within one tile */
#define MARGIN_LEFT 28
#define BASE_Y 132 /* where the first line begins, from the top of the tile */

static PangoLayout *
new_layout (cairo_t *cr, const char *first, const char *second)
{
  PangoLayout *layout = pango_cairo_create_layout (cr);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("Sans 15px");
  g_autofree char *text = g_strconcat (first, "\n", second, NULL);

  pango_context_set_language (pango_layout_get_context (layout), pango_language_from_string ("ja"));
  pango_layout_set_font_description (layout, font);
  pango_layout_set_width (layout, LENGTH * PANGO_SCALE);
  pango_layout_set_height (layout, -1); /* one line for each of the two texts */
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

static void
draw_tile (cairo_t *cr, int scale, const char *first, const char *second)
{
  g_autoptr (PangoLayout) layout = NULL;
  double pixel = 1.0 / scale;

  cairo_scale (cr, scale, scale);
  cairo_translate (cr, MARGIN_LEFT, BASE_Y);
  cairo_rotate (cr, DEGREES * G_PI / 180.0);
  layout = new_layout (cr, first, second);

  cairo_set_source_rgba (cr, 1, 1, 1, OPACITY);
  cairo_move_to (cr, pixel, pixel);
  pango_cairo_show_layout (cr, layout);
  cairo_set_source_rgba (cr, 0, 0, 0, OPACITY);
  cairo_move_to (cr, 0, 0);
  pango_cairo_show_layout (cr, layout);
}

void
kiosk_picture_watermark_draw (guint8 *pixels, guint width, guint height, int scale,
                              const char *first, const char *second)
{
  cairo_surface_t *target = cairo_image_surface_create_for_data (
      pixels, CAIRO_FORMAT_ARGB32, (int) width, (int) height, (int) width * 4);
  cairo_surface_t *tile
      = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, TILE_WIDTH * scale, TILE_HEIGHT * scale);
  cairo_t *cr = cairo_create (tile);

  draw_tile (cr, scale, first, second);
  cairo_destroy (cr);

  cr = cairo_create (target);
  cairo_set_operator (cr, CAIRO_OPERATOR_SOURCE);
  cairo_set_source_surface (cr, tile, 0, 0);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_REPEAT);
  cairo_paint (cr);
  cairo_destroy (cr);

  cairo_surface_destroy (tile);
  cairo_surface_finish (target);
  cairo_surface_destroy (target);
}
