/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "report-page.h"

/* Layout of a printed page. Black is enough: grey is only a ground. */

#define BOTTOM (KIOSK_PAGE_HEIGHT - 64)
#define FONT "Inter, Noto Sans CJK JP, Noto Sans JP, sans-serif"
#define CELL_SIZE 8.5
#define CELL_PADDING 4.5

static void
draw_footer (KioskPage *self)
{
  g_autofree char *number = g_strdup_printf ("%u / %u", self->page, self->pages);
  double y = KIOSK_PAGE_HEIGHT - 46;

  cairo_set_line_width (self->cr, 0.6);
  cairo_move_to (self->cr, KIOSK_PAGE_MARGIN, y);
  cairo_line_to (self->cr, KIOSK_PAGE_WIDTH - KIOSK_PAGE_MARGIN, y);
  cairo_stroke (self->cr);
  kiosk_page_text (self, KIOSK_PAGE_MARGIN, y + 6, KIOSK_PAGE_INNER - 50, PANGO_ALIGN_LEFT, 7.5,
                   FALSE, self->footer);
  kiosk_page_text (self, KIOSK_PAGE_WIDTH - KIOSK_PAGE_MARGIN - 50, y + 6, 50, PANGO_ALIGN_RIGHT,
                   7.5, FALSE, number);
}

void
kiosk_page_begin (KioskPage *self, cairo_t *cr, gboolean japanese, const char *footer, guint pages)
{
  self->cr = cr;
  self->context = pango_cairo_create_context (cr);
  pango_context_set_round_glyph_positions (self->context, FALSE);
  {
    cairo_font_options_t *options = cairo_font_options_create ();

    /* paper has no pixels, and what is laid out on a screen must break where paper does */
    cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options (self->context, options);
    cairo_font_options_destroy (options);
  }
  pango_context_set_language (self->context, pango_language_from_string (japanese ? "ja" : "en"));
  self->y = KIOSK_PAGE_MARGIN;
  self->page = 1;
  self->pages = pages;
  self->footer = footer;
  cairo_set_source_rgb (cr, 0, 0, 0);
}

static void
end_page (KioskPage *self)
{
  draw_footer (self);
  if (self->end != NULL)
    self->end (self);
  else
    cairo_show_page (self->cr);
}

void
kiosk_page_finish (KioskPage *self)
{
  end_page (self);
  g_clear_object (&self->context);
}

gboolean
kiosk_page_need (KioskPage *self, double height)
{
  if (self->y + height <= BOTTOM || self->y <= KIOSK_PAGE_MARGIN)
    return FALSE;
  end_page (self);
  self->page++;
  self->y = KIOSK_PAGE_MARGIN;
  return TRUE;
}

/* ---- Text ---- */

static PangoLayout *
lay_out (KioskPage *self, double width, PangoAlignment align, double size, gboolean bold,
         const char *text)
{
  PangoLayout *layout = pango_layout_new (self->context);
  PangoFontDescription *font = pango_font_description_from_string (FONT);

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  if (width > 0)
    pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (layout, align);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

static double
height_of (PangoLayout *layout)
{
  int width, height;

  pango_layout_get_size (layout, &width, &height);
  return (double) height / PANGO_SCALE;
}

double
kiosk_page_text (KioskPage *self, double x, double y, double width, PangoAlignment align,
                 double size, gboolean bold, const char *text)
{
  g_autoptr (PangoLayout) layout = lay_out (self, width, align, size, bold, text);

  cairo_move_to (self->cr, x, y);
  pango_cairo_show_layout (self->cr, layout);
  return height_of (layout);
}

void
kiosk_page_paragraph (KioskPage *self, double size, gboolean bold, const char *text)
{
  g_autoptr (PangoLayout) layout
      = lay_out (self, KIOSK_PAGE_INNER, PANGO_ALIGN_LEFT, size, bold, text);
  double height = height_of (layout);

  kiosk_page_need (self, height);
  cairo_move_to (self->cr, KIOSK_PAGE_MARGIN, self->y);
  pango_cairo_show_layout (self->cr, layout);
  self->y += height + 3;
}

void
kiosk_page_heading (KioskPage *self, const char *text)
{
  double height;

  if (self->y > KIOSK_PAGE_MARGIN)
    self->y += 10;
  kiosk_page_need (self, 70);
  height = kiosk_page_text (self, KIOSK_PAGE_MARGIN + 10, self->y, 0, PANGO_ALIGN_LEFT, 10.5, TRUE,
                            text);
  cairo_rectangle (self->cr, KIOSK_PAGE_MARGIN, self->y, 4, height);
  cairo_fill (self->cr);
  self->y += height + 5;
}

/* ---- Tables ---- */

static void
draw_cell (KioskPage *self, PangoLayout *layout, double x, double width, double height,
           gboolean head)
{
  if (head)
    {
      cairo_set_source_rgb (self->cr, 0.93, 0.93, 0.93);
      cairo_rectangle (self->cr, x, self->y, width, height);
      cairo_fill (self->cr);
      cairo_set_source_rgb (self->cr, 0, 0, 0);
    }
  cairo_set_line_width (self->cr, 0.5);
  cairo_rectangle (self->cr, x, self->y, width, height);
  cairo_stroke (self->cr);
  cairo_move_to (self->cr, x + CELL_PADDING, self->y + CELL_PADDING);
  pango_cairo_show_layout (self->cr, layout);
}

void
kiosk_page_row (KioskPage *self, const KioskPageColumn *columns, guint n, const char **cells,
                gboolean head, const char **repeat)
{
  g_autoptr (GPtrArray) layouts = g_ptr_array_new_with_free_func (g_object_unref);
  double height = 0, x = KIOSK_PAGE_MARGIN;

  for (guint i = 0; i < n; i++)
    {
      PangoLayout *layout
          = lay_out (self, columns[i].width * KIOSK_PAGE_INNER - 2 * CELL_PADDING, columns[i].align,
                     CELL_SIZE, head, cells[i] != NULL ? cells[i] : "");

      g_ptr_array_add (layouts, layout);
      height = MAX (height, height_of (layout) + 2 * CELL_PADDING);
    }
  if (kiosk_page_need (self, height) && repeat != NULL)
    kiosk_page_row (self, columns, n, repeat, TRUE, NULL);
  for (guint i = 0; i < n; i++)
    {
      double width = columns[i].width * KIOSK_PAGE_INNER;

      draw_cell (self, g_ptr_array_index (layouts, i), x, width, height, head);
      x += width;
    }
  self->y += height;
}
