/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "timeline-list.h"

#include "overhang.h"
#include "texts.h"
#include "widgets.h"

#include <string.h>

/* Columns and their cells. The place of a fault is a row like others, red, with its sentence across all columns. */

typedef enum { WHEN, WHERE, WHO, WHAT, OUTCOME } Column;

/* Cells of one row are made by different factories; the row itself is theirs in common. */
static void
mark_row (GtkWidget *child, gboolean fault)
{
  GtkWidget *cell = gtk_widget_get_parent (child);
  GtkWidget *row = cell != NULL ? gtk_widget_get_parent (cell) : NULL;

  if (row == NULL)
    return;
  kiosk_set_class (row, "gap", fault);
  gtk_widget_set_overflow (cell, fault ? GTK_OVERFLOW_VISIBLE : GTK_OVERFLOW_HIDDEN);
}

/* The year stands in the bar while a month is looked at. */
static char *
time_text (KioskStore *store, gint64 time)
{
  g_autofree char *stamp = kiosk_say_stamp (time);
  gint64 from, to;

  kiosk_store_get_period (store, &from, &to);
  return g_strdup (from != 0 ? stamp + strlen ("2026-") : stamp);
}

static char *
cell_text (Column column, KioskStore *store, const KioskIndexRecord *record)
{
  switch (column)
    {
    case WHEN:
      return time_text (store, record->time);
    case WHERE:
      return g_strdup (record->host);
    case WHO:
      return kiosk_say_person (record->person, record->person_name);
    case WHAT:
      return kiosk_record_describe_action (record);
    case OUTCOME:
      return kiosk_record_describe_outcome (record);
    }
  return NULL;
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  Column column = (Column) GPOINTER_TO_INT (data);
  GtkWidget *box = kiosk_hbox (9, NULL);
  GtkWidget *icon = kiosk_icon (NULL, 15, NULL);
  GtkWidget *label = kiosk_label (NULL, column == WHEN ? "numeric" : NULL);

  gtk_widget_set_hexpand (label, TRUE);
  if (column == WHEN)
    {
      GtkWidget *fault = kiosk_hbox (9, NULL);
      GtkWidget *sentence = kiosk_label (NULL, "gap-text");
      GtkWidget *over;

      gtk_box_append (GTK_BOX (fault), kiosk_icon ("kiosk-refused-symbolic", 15, "gap-text"));
      gtk_label_set_ellipsize (GTK_LABEL (sentence), PANGO_ELLIPSIZE_NONE);
      gtk_box_append (GTK_BOX (fault), sentence);
      over = kiosk_overhang_new (fault);
      gtk_box_append (GTK_BOX (box), over);
      g_object_set_data (G_OBJECT (box), "over", over);
      g_object_set_data (G_OBJECT (box), "sentence", sentence);
    }
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_set_visible (icon, column == OUTCOME);
  g_object_set_data (G_OBJECT (box), "icon", icon);
  g_object_set_data (G_OBJECT (box), "label", label);
  gtk_list_item_set_child (item, box);
}

static void
show_fault (GtkWidget *box, Column column, const char *fault)
{
  GtkWidget *over = g_object_get_data (G_OBJECT (box), "over");

  gtk_widget_set_visible (g_object_get_data (G_OBJECT (box), "label"), fault == NULL);
  gtk_widget_set_visible (g_object_get_data (G_OBJECT (box), "icon"),
                          fault == NULL && column == OUTCOME);
  if (over == NULL)
    return;
  gtk_widget_set_visible (over, fault != NULL);
  gtk_label_set_text (g_object_get_data (G_OBJECT (box), "sentence"), fault != NULL ? fault : "");
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  static const char *const colours[] = { "err-text", "warn-text", "ok-text", "dim-label" };
  Column column = (Column) GPOINTER_TO_INT (data);
  GtkWidget *box = gtk_list_item_get_child (item);
  GtkWidget *label = g_object_get_data (G_OBJECT (box), "label");
  GtkWidget *icon = g_object_get_data (G_OBJECT (box), "icon");
  KioskRow *row = gtk_list_item_get_item (item);
  const KioskIndexRecord *record = kiosk_row_get_record (row);
  g_autofree char *text = NULL;
  const char *colour;

  mark_row (box, record == NULL);
  show_fault (box, column, kiosk_row_get_fault (row));
  if (record == NULL)
    return;
  text = cell_text (column, g_object_get_data (G_OBJECT (factory), "kiosk-store"), record);
  gtk_label_set_text (GTK_LABEL (label), text);
  kiosk_set_class (label, "dim-label", column == WHO && *record->person == '\0');
  kiosk_set_class (label, "faults-behind", !record->good);
  if (column == OUTCOME)
    {
      gtk_image_set_from_icon_name (GTK_IMAGE (icon), kiosk_record_get_icon (record, &colour));
      for (guint i = 0; i < G_N_ELEMENTS (colours); i++)
        kiosk_set_class (icon, colours[i], g_str_equal (colours[i], colour));
      kiosk_set_class (label, "outcome-bad", record->trouble);
    }
}

GtkWidget *
kiosk_timeline_list_new (KioskStore *store)
{
  static const struct {
    KioskSay title;
    int width; /* 0: its share of what is left */
  } columns[] = {
    [WHEN] = { KIOSK_SAY_WHEN, 142 },     [WHERE] = { KIOSK_SAY_WHERE, 64 },
    [WHO] = { KIOSK_SAY_WHO, 104 },       [WHAT] = { KIOSK_SAY_WHAT, 0 },
    [OUTCOME] = { KIOSK_SAY_OUTCOME, 0 },
  };
  GtkWidget *view = gtk_column_view_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column
          = gtk_column_view_column_new (kiosk_say (columns[i].title), factory);

      g_object_set_data_full (G_OBJECT (factory), "kiosk-store", g_object_ref (store),
                              g_object_unref);
      g_signal_connect (factory, "setup", G_CALLBACK (on_setup), GINT_TO_POINTER ((int) i));
      g_signal_connect (factory, "bind", G_CALLBACK (on_bind), GINT_TO_POINTER ((int) i));
      if (columns[i].width > 0)
        gtk_column_view_column_set_fixed_width (column, columns[i].width);
      gtk_column_view_column_set_expand (column, columns[i].width == 0);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (view), column);
    }
  return view;
}
