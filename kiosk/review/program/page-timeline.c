/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "page-timeline.h"

#include "detail.h"
#include "filter-bar.h"
#include "page.h"
#include "texts.h"
#include "timeline-list.h"
#include "widgets.h"

/* Filter, list and detail of the records. */

struct _KioskPageTimeline {
  GtkBox parent_instance;
  KioskStore *store;
  KioskTimelineModel *model; /* owned */
  GtkSingleSelection *selection;
  GtkWidget *filter, *list, *stack, *detail, *count;
};

G_DEFINE_FINAL_TYPE (KioskPageTimeline, kiosk_page_timeline, GTK_TYPE_BOX)

enum { NOTE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
show_count (KioskPageTimeline *self)
{
  gboolean final;
  guint64 total = kiosk_timeline_model_get_total (self->model, &final);
  g_autofree char *all = kiosk_say_number (kiosk_store_get_records (self->store));
  g_autofree char *number = kiosk_say_number (total);
  g_autofree char *shown = final ? g_strdup (number) : g_strdup_printf ("%s+", number);
  g_autofree char *text = kiosk_say_format (KIOSK_SAY_COUNT_SHOWN, "n", all, "m", shown, NULL);

  gtk_label_set_text (GTK_LABEL (self->count), text);
  gtk_stack_set_visible_child_name (
      GTK_STACK (self->stack),
      g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0 ? "list" : "nothing");
}

static void
on_counted (KioskTimelineModel *model, KioskPageTimeline *self)
{
  show_count (self);
}

static void
on_selected (GtkSingleSelection *selection, GParamSpec *pspec, KioskPageTimeline *self)
{
  kiosk_detail_show (KIOSK_DETAIL (self->detail),
                     gtk_single_selection_get_selected_item (selection));
}

/* GtkColumnView scrolls by itself only from 4.12 on; its list does by this action. */
static void
show_row (KioskPageTimeline *self, guint position)
{
  GtkWidget *rows = gtk_widget_get_last_child (self->list);

  gtk_single_selection_set_selected (self->selection, position);
  if (rows != NULL)
    gtk_widget_activate_action (rows, "list.scroll-to-item", "u", position);
}

static void
refresh_list (KioskPageTimeline *self)
{
  gint64 key = kiosk_store_get_view (self->store)->key;
  guint position;

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  self->model = kiosk_timeline_model_new (self->store);
  g_signal_connect (self->model, "counted", G_CALLBACK (on_counted), self);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->model));
  show_count (self);
  if (key != 0 && kiosk_timeline_model_find (self->model, key, &position))
    {
      kiosk_store_get_view (self->store)->key = 0;
      show_row (self, position);
    }
  on_selected (self->selection, NULL, self);
}

static void
refresh (GtkWidget *page)
{
  KioskPageTimeline *self = KIOSK_PAGE_TIMELINE (page);

  kiosk_filter_bar_load (KIOSK_FILTER_BAR (self->filter));
  refresh_list (self);
}

static void
on_filtered (KioskFilterBar *filter, KioskPageTimeline *self)
{
  refresh_list (self);
}

static void
on_note (KioskDetail *detail, gint64 key, KioskPageTimeline *self)
{
  g_signal_emit (self, signals[NOTE], 0, key);
}

/* The same record among all others. */
static void
on_context (KioskDetail *detail, gint64 key, KioskPageTimeline *self)
{
  KioskView view = { .key = key };

  kiosk_store_show (self->store, &view);
  gtk_widget_grab_focus (self->list);
}

void
kiosk_page_timeline_search (KioskPageTimeline *self)
{
  kiosk_filter_bar_search (KIOSK_FILTER_BAR (self->filter));
}

void
kiosk_page_timeline_show_fault (KioskPageTimeline *self)
{
  guint position;

  if (self->model != NULL && kiosk_timeline_model_find_fault (self->model, &position))
    show_row (self, position);
}

KioskTimelineModel *
kiosk_page_timeline_get_model (KioskPageTimeline *self)
{
  return self->model;
}

guint
kiosk_page_timeline_get_areas (KioskPageTimeline *self, GtkWidget **areas, guint max)
{
  GtkWidget *all[] = { self->filter, self->list, self->detail };
  guint n = MIN (max, G_N_ELEMENTS (all));

  for (guint i = 0; i < n; i++)
    areas[i] = all[i];
  return n;
}

/* ---- Building ---- */

static void
add_hint (GtkWidget *foot, const char *key, KioskSay what)
{
  GtkWidget *hint = kiosk_hbox (6, NULL);

  gtk_box_append (GTK_BOX (hint), kiosk_key (key));
  gtk_box_append (GTK_BOX (hint), kiosk_label (kiosk_say (what), NULL));
  gtk_box_append (GTK_BOX (foot), hint);
}

static GtkWidget *
build_foot (KioskPageTimeline *self)
{
  GtkWidget *foot = kiosk_hbox (15, "foot");

  self->count = kiosk_label (NULL, "numeric");
  gtk_widget_set_hexpand (self->count, TRUE);
  gtk_box_append (GTK_BOX (foot), self->count);
  add_hint (foot, "Ctrl+F", KIOSK_SAY_KEY_SEARCH);
  add_hint (foot, "F6", KIOSK_SAY_KEY_AREA);
  add_hint (foot, "Ctrl+P", KIOSK_SAY_KEY_PRINT);
  return foot;
}

static GtkWidget *
build_empty (void)
{
  GtkWidget *empty = kiosk_vbox (9, "nothing");
  GtkWidget *title = kiosk_label (kiosk_say (KIOSK_SAY_NOTHING_FOUND), "title-2");
  GtkWidget *help = kiosk_label (kiosk_say (KIOSK_SAY_NOTHING_FOUND_HELP), NULL);

  gtk_widget_set_valign (empty, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (empty, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (empty), title);
  gtk_box_append (GTK_BOX (empty), help);
  gtk_widget_set_halign (title, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (help, GTK_ALIGN_CENTER);
  return empty;
}

static void
kiosk_page_timeline_dispose (GObject *object)
{
  KioskPageTimeline *self = KIOSK_PAGE_TIMELINE (object);

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (kiosk_page_timeline_parent_class)->dispose (object);
}

static void
kiosk_page_timeline_class_init (KioskPageTimelineClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_page_timeline_dispose;
  signals[NOTE] = g_signal_new ("note", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
kiosk_page_timeline_init (KioskPageTimeline *self)
{
}

GtkWidget *
kiosk_page_timeline_new (KioskStore *store)
{
  KioskPageTimeline *self = g_object_new (KIOSK_TYPE_PAGE_TIMELINE, NULL);
  GtkWidget *left = kiosk_vbox (0, NULL);

  self->store = g_object_ref (store);
  self->filter = kiosk_filter_bar_new (store);
  g_signal_connect (self->filter, "filtered", G_CALLBACK (on_filtered), self);
  self->list = kiosk_timeline_list_new (store);
  self->selection = gtk_single_selection_new (NULL);
  g_signal_connect (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self);
  gtk_column_view_set_model (GTK_COLUMN_VIEW (self->list), GTK_SELECTION_MODEL (self->selection));
  kiosk_name (self->list, kiosk_say (KIOSK_SAY_PAGE_TIMELINE));
  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (self->stack), kiosk_scrolled (self->list), "list");
  gtk_stack_add_named (GTK_STACK (self->stack), build_empty (), "nothing");
  gtk_widget_set_hexpand (left, TRUE);
  gtk_box_append (GTK_BOX (left), self->filter);
  gtk_box_append (GTK_BOX (left), self->stack);
  gtk_box_append (GTK_BOX (left), build_foot (self));
  self->detail = kiosk_detail_new (store);
  gtk_widget_set_hexpand (self->detail, FALSE); /* the list has what is over */
  g_signal_connect (self->detail, "note", G_CALLBACK (on_note), self);
  g_signal_connect (self->detail, "context", G_CALLBACK (on_context), self);
  gtk_box_append (GTK_BOX (self), left);
  gtk_box_append (GTK_BOX (self), self->detail);
  kiosk_page_watch (GTK_WIDGET (self), store, refresh);
  return GTK_WIDGET (self);
}
