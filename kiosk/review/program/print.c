/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "print.h"

#include "banner.h"
#include "chart.h"
#include "page-report.h"
#include "page-timeline.h"
#include "table.h"
#include "texts.h"

#include <math.h>

/* Rows on A4 paper. Black is enough: state is told by words. */

#define ROWS_MAX 5000
#define COLUMNS_MAX 8
#define TEXT 9.0 /* points */
#define LINE 15.0
#define HEAD 78.0
#define FOOT 24.0

typedef struct {
  KioskStore *store;
  KioskReviewer *reviewer;
  GtkWidget *chart; /* NULL without */
  guint n_columns;
  char *titles[COLUMNS_MAX];
  double shares[COLUMNS_MAX];
  GPtrArray *rows; /* GStrv */
  double scale;    /* of the chart: points for a pixel */
  double chart_height;
  guint first_rows, other_rows, n_pages;
  GPtrArray *sheets; /* whole pages of a report, instead of rows; NULL without */
} Print;

static void
print_free (Print *self)
{
  g_object_unref (self->store);
  g_object_unref (self->reviewer);
  for (guint i = 0; i < self->n_columns; i++)
    g_free (self->titles[i]);
  g_ptr_array_unref (self->rows);
  g_clear_pointer (&self->sheets, g_ptr_array_unref);
  g_free (self);
}

/* ---- What is printed ---- */

static void
add_column (Print *self, KioskSay title, double share)
{
  if (self->n_columns >= COLUMNS_MAX)
    return;
  self->titles[self->n_columns] = g_strdup (kiosk_say (title));
  self->shares[self->n_columns++] = share;
}

static void
take_timeline (Print *self, KioskPageTimeline *page)
{
  GListModel *model = G_LIST_MODEL (kiosk_page_timeline_get_model (page));
  guint n = model != NULL ? MIN (g_list_model_get_n_items (model), ROWS_MAX) : 0;

  add_column (self, KIOSK_SAY_WHEN, 118);
  add_column (self, KIOSK_SAY_WHERE, 50);
  add_column (self, KIOSK_SAY_WHO, 84);
  add_column (self, KIOSK_SAY_WHAT, 150);
  add_column (self, KIOSK_SAY_OUTCOME, 150);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KioskRow) row = g_list_model_get_item (model, i);
      const KioskIndexRecord *record = row != NULL ? kiosk_row_get_record (row) : NULL;
      char **cells = g_new0 (char *, self->n_columns + 1);

      if (row == NULL)
        {
          g_free (cells);
          continue;
        }
      if (record == NULL)
        cells[0] = g_strdup (kiosk_row_get_fault (row)); /* alone: across the paper */
      else
        {
          cells[0] = kiosk_say_stamp (record->time);
          cells[1] = g_strdup (record->host);
          cells[2] = kiosk_say_person (record->person, record->person_name);
          cells[3] = kiosk_record_describe_action (record);
          cells[4] = kiosk_record_describe_outcome (record);
        }
      g_ptr_array_add (self->rows, cells);
    }
}

static void
take_table (Print *self, KioskTable *table)
{
  guint n = kiosk_table_get_n_columns (table);

  for (guint i = 0; i < n; i++)
    {
      const KioskTableColumn *column = kiosk_table_get_column (table, i);

      add_column (self, column->title, column->width > 0 ? column->width : 190);
    }
  for (guint i = 0; i < kiosk_table_get_n_rows (table); i++)
    {
      char **cells = g_new0 (char *, self->n_columns + 1);

      for (guint j = 0; j < self->n_columns; j++)
        cells[j] = g_strdup (kiosk_table_get_cell (table, i, j));
      g_ptr_array_add (self->rows, cells);
    }
}

/* The first chart and the first table of the page. */
static void
take_parts (Print *self, GtkWidget *widget)
{
  if (self->n_columns == 0 && KIOSK_IS_TABLE (widget))
    take_table (self, KIOSK_TABLE (widget));
  else if (self->chart == NULL && GTK_IS_DRAWING_AREA (widget)
           && kiosk_chart_draw_paper (widget, NULL, 0) > 0)
    self->chart = widget;
  else
    for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
         child = gtk_widget_get_next_sibling (child))
      take_parts (self, child);
}

/* ---- Drawing ---- */

static double
draw_text (cairo_t *cr, const char *text, double x, double y, double width, double size,
           gboolean bold, PangoAlignment align)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cr);
  PangoFontDescription *font = pango_font_description_from_string ("Inter, Noto Sans CJK JP");
  int height;

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment (layout, align);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

static void
draw_rule (cairo_t *cr, double y, double width, double thick)
{
  cairo_set_source_rgb (cr, 0.4, 0.4, 0.4);
  cairo_set_line_width (cr, thick);
  cairo_move_to (cr, 0, y);
  cairo_line_to (cr, width, y);
  cairo_stroke (cr);
}

static void
draw_row (const Print *self, cairo_t *cr, char *const *cells, double y, double width, gboolean bold)
{
  double all = 0, x = 0;

  for (guint i = 0; i < self->n_columns; i++)
    all += self->shares[i];
  if (self->n_columns > 1 && cells[0] != NULL && cells[1] == NULL)
    {
      draw_text (cr, cells[0], 0, y, width, TEXT, TRUE, PANGO_ALIGN_LEFT);
      return;
    }
  for (guint i = 0; i < self->n_columns; i++)
    {
      double share = width * self->shares[i] / all;

      draw_text (cr, cells[i] != NULL ? cells[i] : "", x, y, share - 6, TEXT, bold,
                 PANGO_ALIGN_LEFT);
      x += share;
    }
}

static void
draw_head (const Print *self, cairo_t *cr, double width)
{
  g_autofree char *period = kiosk_store_describe_period (self->store);
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;
  const char *host = kiosk_store_get_host (self->store);
  g_autofree char *heading
      = g_strdup_printf ("%s　%s　%s", kiosk_say (KIOSK_SAY_TITLE), period,
                         host != NULL ? host : kiosk_say (KIOSK_SAY_ALL_TERMINALS));

  kiosk_log_verdict (self->store, &title, &detail);
  draw_text (cr, heading, 0, 0, width, 15, TRUE, PANGO_ALIGN_LEFT);
  draw_text (cr, title, 0, 25, width, 11, TRUE, PANGO_ALIGN_LEFT);
  draw_text (cr, detail, 0, 42, width, TEXT, FALSE, PANGO_ALIGN_LEFT);
}

static void
draw_foot (const Print *self, cairo_t *cr, int page, double width, double height)
{
  GPtrArray *logs = kiosk_store_get_logs (self->store);
  g_autoptr (GString) text = g_string_new (kiosk_reviewer_get_name (self->reviewer));
  g_autofree char *n = g_strdup_printf ("%d", page + 1);
  g_autofree char *m = g_strdup_printf ("%u", self->n_pages);
  g_autofree char *number = kiosk_say_format (KIOSK_SAY_PAGE_N_OF, "n", n, "m", m, NULL);
  g_autofree char *now = kiosk_say_stamp (g_get_real_time ());

  g_string_append_printf (text, "　%s", now);
  for (guint i = 0; i < logs->len && i < 3; i++)
    {
      const KioskIndexLog *log = logs->pdata[i];

      g_string_append_printf (text, "　%s %s", log->host, log->seal_code);
    }
  draw_rule (cr, height - FOOT + 4, width, 0.5);
  draw_text (cr, text->str, 0, height - FOOT + 9, width - 70, 8, FALSE, PANGO_ALIGN_LEFT);
  draw_text (cr, number, width - 70, height - FOOT + 9, 70, 8, FALSE, PANGO_ALIGN_RIGHT);
}

static void
on_begin (GtkPrintOperation *operation, GtkPrintContext *context, Print *self)
{
  double width = gtk_print_context_get_width (context);
  double height = gtk_print_context_get_height (context) - FOOT;
  guint n = self->rows->len;

  if (self->sheets != NULL)
    {
      gtk_print_operation_set_n_pages (operation, (int) self->sheets->len);
      return;
    }
  if (self->chart != NULL)
    {
      self->scale = width / 960;
      self->chart_height = kiosk_chart_draw_paper (self->chart, NULL, 0) * self->scale + 12;
    }
  self->first_rows
      = (guint) fmax (0, floor ((height - HEAD - self->chart_height - 2 * LINE) / LINE));
  self->other_rows = (guint) fmax (1, floor ((height - 2 * LINE) / LINE));
  self->n_pages = 1;
  if (n > self->first_rows)
    self->n_pages += (n - self->first_rows + self->other_rows - 1) / self->other_rows;
  gtk_print_operation_set_n_pages (operation, (int) self->n_pages);
}

static void
on_draw (GtkPrintOperation *operation, GtkPrintContext *context, int page, Print *self)
{
  cairo_t *cr = gtk_print_context_get_cairo_context (context);
  double width = gtk_print_context_get_width (context);
  double y = 0;
  guint first = page == 0 ? 0 : self->first_rows + ((guint) page - 1) * self->other_rows;
  guint count = page == 0 ? self->first_rows : self->other_rows;

  if (self->sheets != NULL)
    {
      cairo_set_source_surface (cr, self->sheets->pdata[page], 0, 0);
      cairo_paint (cr);
      return;
    }
  if (page == 0)
    {
      draw_head (self, cr, width);
      y = HEAD;
      if (self->chart != NULL)
        {
          cairo_save (cr);
          cairo_translate (cr, 0, y);
          cairo_scale (cr, self->scale, self->scale);
          kiosk_chart_draw_paper (self->chart, cr, 960);
          cairo_restore (cr);
          y += self->chart_height;
        }
    }
  if (self->n_columns > 0 && count > 0)
    {
      draw_row (self, cr, self->titles, y, width, TRUE);
      draw_rule (cr, y + LINE - 2, width, 1);
      y += LINE;
    }
  for (guint i = first; i < self->rows->len && i < first + count; i++, y += LINE)
    {
      draw_row (self, cr, self->rows->pdata[i], y, width, FALSE);
      draw_rule (cr, y + LINE - 2, width, 0.25);
    }
  draw_foot (self, cr, page, width, gtk_print_context_get_height (context));
}

void
kiosk_print (GtkWindow *window, KioskStore *store, KioskReviewer *reviewer, GtkWidget *page,
             const char *file)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  g_autoptr (GtkPageSetup) setup = gtk_page_setup_new ();
  g_autoptr (GtkPaperSize) a4 = gtk_paper_size_new (GTK_PAPER_NAME_A4);
  g_autoptr (GError) error = NULL;
  Print *self = g_new0 (Print, 1);
  KioskReviewEntry entry = { .kind = KIOSK_REVIEW_PRINTED };
  GtkPrintOperationResult result;

  self->store = g_object_ref (store);
  self->reviewer = g_object_ref (reviewer);
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  if (KIOSK_IS_PAGE_TIMELINE (page))
    take_timeline (self, KIOSK_PAGE_TIMELINE (page));
  else if (KIOSK_IS_PAGE_REPORT (page))
    self->sheets = kiosk_page_report_get_pages (KIOSK_PAGE_REPORT (page));
  else
    take_parts (self, page);

  kiosk_store_get_span (store, &entry.from, &entry.to);
  entry.host = (char *) kiosk_store_get_host (store);
  if (!kiosk_reviewer_write (reviewer, &entry, &error))
    {
      g_warning ("nothing is printed: %s", error->message);
      print_free (self);
      return;
    }
  gtk_page_setup_set_paper_size_and_default_margins (setup, a4);
  gtk_print_operation_set_default_page_setup (operation, setup);
  gtk_print_operation_set_use_full_page (operation, self->sheets != NULL);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_job_name (operation, kiosk_say (KIOSK_SAY_TITLE));
  if (file != NULL)
    gtk_print_operation_set_export_filename (operation, file);
  g_signal_connect (operation, "begin-print", G_CALLBACK (on_begin), self);
  g_signal_connect (operation, "draw-page", G_CALLBACK (on_draw), self);
  result = gtk_print_operation_run (operation,
                                    file != NULL ? GTK_PRINT_OPERATION_ACTION_EXPORT
                                                 : GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG,
                                    window, &error);
  if (result == GTK_PRINT_OPERATION_RESULT_ERROR)
    g_warning ("printing: %s", error->message);
  print_free (self);
}
