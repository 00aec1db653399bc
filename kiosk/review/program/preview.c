/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "preview.h"

#include "texts.h"
#include "widgets.h"

#include "kiosk/review/report.h"

/* Paper is white, in the dark look too. */

#define WIDTH 720

static void
on_draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer surface)
{
  double scale = width / KIOSK_REPORT_PAGE_WIDTH;

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_scale (cr, scale, scale);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_paint (cr);
}

static GtkWidget *
new_page (cairo_surface_t *surface, guint number, guint all)
{
  GtkWidget *area = gtk_drawing_area_new ();
  g_autofree char *n = kiosk_say_number (number);
  g_autofree char *m = kiosk_say_number (all);
  g_autofree char *name = kiosk_say_format (KIOSK_SAY_PAGE_N_OF, "n", n, "m", m, NULL);

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (area), WIDTH);
  gtk_drawing_area_set_content_height (
      GTK_DRAWING_AREA (area), (int) (WIDTH * KIOSK_REPORT_PAGE_HEIGHT / KIOSK_REPORT_PAGE_WIDTH));
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), on_draw,
                                  cairo_surface_reference (surface),
                                  (GDestroyNotify) cairo_surface_destroy);
  gtk_widget_set_halign (area, GTK_ALIGN_CENTER);
  gtk_widget_set_focusable (area, TRUE);
  gtk_widget_add_css_class (area, "paper");
  kiosk_name (area, name);
  return area;
}

GtkWidget *
kiosk_preview_new (void)
{
  GtkWidget *list = kiosk_vbox (18, "papers");
  GtkWidget *scrolled = kiosk_scrolled (list);

  g_object_set_data (G_OBJECT (scrolled), "kiosk-list", list);
  return scrolled;
}

void
kiosk_preview_set_pages (GtkWidget *preview, GPtrArray *pages)
{
  GtkWidget *list = g_object_get_data (G_OBJECT (preview), "kiosk-list");

  kiosk_clear_box (list);
  for (guint i = 0; pages != NULL && i < pages->len; i++)
    {
      g_autofree char *n = kiosk_say_number (i + 1);
      g_autofree char *m = kiosk_say_number (pages->len);
      g_autofree char *name = kiosk_say_format (KIOSK_SAY_PAGE_N_OF, "n", n, "m", m, NULL);
      GtkWidget *label = kiosk_label (name, "dim-label small");

      gtk_widget_set_halign (label, GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (list), new_page (pages->pdata[i], i + 1, pages->len));
      gtk_box_append (GTK_BOX (list), label);
    }
  g_clear_pointer (&pages, g_ptr_array_unref);
}
