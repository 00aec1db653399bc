/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "table.h"

#include "widgets.h"

/* A GtkColumnView over rows of strings. */

#define KIOSK_TYPE_TABLE_ROW (kiosk_table_row_get_type ())
G_DECLARE_FINAL_TYPE (KioskTableRow, kiosk_table_row, KIOSK, TABLE_ROW, GObject)

struct _KioskTableRow {
  GObject parent_instance;
  gint64 key;
  char *class;
  char **cells;
};

G_DEFINE_FINAL_TYPE (KioskTableRow, kiosk_table_row, G_TYPE_OBJECT)

struct _KioskTable {
  GtkBox parent_instance;
  const KioskTableColumn *columns;
  guint n_columns;
  GListStore *rows;
  GtkSingleSelection *selection;
  GtkWidget *view;
};

G_DEFINE_FINAL_TYPE (KioskTable, kiosk_table, GTK_TYPE_BOX)

enum { ACTIVATED, SELECTED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
kiosk_table_row_finalize (GObject *object)
{
  KioskTableRow *self = KIOSK_TABLE_ROW (object);

  g_free (self->class);
  g_strfreev (self->cells);
  G_OBJECT_CLASS (kiosk_table_row_parent_class)->finalize (object);
}

static void
kiosk_table_row_class_init (KioskTableRowClass *class)
{
  G_OBJECT_CLASS (class)->finalize = kiosk_table_row_finalize;
}

static void
kiosk_table_row_init (KioskTableRow *self)
{
}

/* ---- Cells ---- */

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  const KioskTableColumn *column = data;
  GtkWidget *label = kiosk_label (NULL, column->number ? "numeric bold" : "numeric");

  if (column->number)
    gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_list_item_set_child (item, label);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  static const char *const classes[]
      = { "err-text", "warn-text", "ok-text", "dim-label", "row-strong" };
  const KioskTableColumn *column = data;
  GtkWidget *label = gtk_list_item_get_child (item);
  KioskTable *self = g_object_get_data (G_OBJECT (factory), "kiosk-table");
  const KioskTableRow *row = gtk_list_item_get_item (item);
  guint number = (guint) (column - self->columns);
  gboolean whole = row->class != NULL && g_str_has_prefix (row->class, "row-");

  gtk_label_set_text (GTK_LABEL (label), row->cells[number]);
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    kiosk_set_class (label, classes[i],
                     g_strcmp0 (row->class, classes[i]) == 0
                         && (whole || number + 1 == self->n_columns));
}

static void
on_activate (GtkColumnView *view, guint position, KioskTable *self)
{
  g_autoptr (KioskTableRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

  g_signal_emit (self, signals[ACTIVATED], 0, row->key);
}

static void
on_selected (GtkSingleSelection *selection, GParamSpec *pspec, KioskTable *self)
{
  g_signal_emit (self, signals[SELECTED], 0, kiosk_table_get_selected (self));
}

gint64
kiosk_table_get_selected (KioskTable *self)
{
  const KioskTableRow *row = gtk_single_selection_get_selected_item (self->selection);

  return row != NULL ? row->key : 0;
}

/* ---- Rows ---- */

void
kiosk_table_add (KioskTable *self, gint64 key, const char *class, char *const *cells)
{
  g_autoptr (KioskTableRow) row = g_object_new (KIOSK_TYPE_TABLE_ROW, NULL);

  row->key = key;
  row->class = g_strdup (class);
  row->cells = g_new0 (char *, self->n_columns + 1);
  for (guint i = 0; i < self->n_columns; i++)
    row->cells[i] = g_strdup (cells[i] != NULL ? cells[i] : "");
  g_list_store_append (self->rows, row);
}

void
kiosk_table_clear (KioskTable *self)
{
  g_list_store_remove_all (self->rows);
}

guint
kiosk_table_get_n_rows (KioskTable *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->rows));
}

const char *
kiosk_table_get_cell (KioskTable *self, guint number, guint column)
{
  g_autoptr (KioskTableRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), number);

  return row->cells[column]; /* the table holds the row */
}

guint
kiosk_table_get_n_columns (KioskTable *self)
{
  return self->n_columns;
}

const KioskTableColumn *
kiosk_table_get_column (KioskTable *self, guint column)
{
  return &self->columns[column];
}

/* ---- Object ---- */

static void
kiosk_table_dispose (GObject *object)
{
  KioskTable *self = KIOSK_TABLE (object);

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (kiosk_table_parent_class)->dispose (object);
}

static void
kiosk_table_class_init (KioskTableClass *class)
{
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = kiosk_table_dispose;
  signals[ACTIVATED] = g_signal_new ("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[SELECTED] = g_signal_new ("selected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
kiosk_table_init (KioskTable *self)
{
}

/* Titles of numbers stand over their numbers, at the right. The widgets of the header are not ours to know in detail: where they are
 * others than these, titles stay at the left. */
static void
align_titles (KioskTable *self)
{
  GtkWidget *header = gtk_widget_get_first_child (self->view);
  GtkWidget *title = header != NULL ? gtk_widget_get_first_child (header) : NULL;

  for (guint i = 0; i < self->n_columns && title != NULL;
       i++, title = gtk_widget_get_next_sibling (title))
    {
      GtkWidget *label = title;

      while (label != NULL && !GTK_IS_LABEL (label))
        label = gtk_widget_get_first_child (label);
      if (label != NULL && self->columns[i].number)
        {
          gtk_widget_set_halign (label, GTK_ALIGN_END);
          gtk_widget_set_hexpand (label, TRUE);
        }
    }
}

GtkWidget *
kiosk_table_new (const KioskTableColumn *columns, guint n_columns, const char *name)
{
  KioskTable *self = g_object_new (KIOSK_TYPE_TABLE, NULL);

  self->columns = columns;
  self->n_columns = n_columns;
  self->rows = g_list_store_new (KIOSK_TYPE_TABLE_ROW);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->rows)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self);
  self->view = gtk_column_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)));
  kiosk_name (self->view, name);
  for (guint i = 0; i < n_columns; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column = NULL;

      g_object_set_data (G_OBJECT (factory), "kiosk-table", self);
      g_signal_connect (factory, "setup", G_CALLBACK (on_setup), (gpointer) &columns[i]);
      g_signal_connect (factory, "bind", G_CALLBACK (on_bind), (gpointer) &columns[i]);
      column = gtk_column_view_column_new (kiosk_say (columns[i].title), factory);
      if (columns[i].width > 0)
        gtk_column_view_column_set_fixed_width (column, columns[i].width);
      gtk_column_view_column_set_expand (column, columns[i].width == 0);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (self->view), column);
    }
  align_titles (self);
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activate), self);
  gtk_box_append (GTK_BOX (self), kiosk_scrolled (self->view));
  return GTK_WIDGET (self);
}
