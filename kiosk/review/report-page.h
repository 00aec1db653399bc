/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pango/pangocairo.h>

/* A4 pages from top to bottom: text, tables, a new page where one is full. Points (1/72 inch). */

#define KIOSK_PAGE_WIDTH 595.28
#define KIOSK_PAGE_HEIGHT 841.89
#define KIOSK_PAGE_MARGIN 44.0
#define KIOSK_PAGE_INNER (KIOSK_PAGE_WIDTH - 2 * KIOSK_PAGE_MARGIN)

typedef struct _KioskPage KioskPage;

struct _KioskPage {
  cairo_t *cr;
  PangoContext *context;
  double y;           /* where the next thing begins */
  guint page, pages;  /* pages 0: it is only counted */
  const char *footer; /* left of "n / N" */
  void (*end) (
      KioskPage
          *self); /* a page is drawn, @cr is where the next one goes; NULL: cairo_show_page(3) */
};

void kiosk_page_begin (KioskPage *self, cairo_t *cr, gboolean japanese, const char *footer,
                       guint pages);
void kiosk_page_finish (KioskPage *self); /* the footer of the last page */

/* Makes room for @height: on a new page where this one is full. TRUE when there is a new one. */
gboolean kiosk_page_need (KioskPage *self, double height);

/* Text of @size points at @x, in @width (0: as wide as it is), that is @align of it; returns its height. Does not move on. */
double kiosk_page_text (KioskPage *self, double x, double y, double width, PangoAlignment align,
                        double size, gboolean bold, const char *text);

/* The same in the full width, and moves on. */
void kiosk_page_paragraph (KioskPage *self, double size, gboolean bold, const char *text);

/* A heading with its bar; it does not stand alone at the end of a page. */
void kiosk_page_heading (KioskPage *self, const char *text);

/* ---- Tables ---- */

typedef struct {
  double width; /* share of the inner width; all add up to 1 */
  PangoAlignment align;
} KioskPageColumn;

/* A row of @n cells, as high as its highest. @head: bold on grey, and again on each new page. */
void kiosk_page_row (KioskPage *self, const KioskPageColumn *columns, guint n, const char **cells,
                     gboolean head, const char **repeat);
