/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "navigation.h"

#include "page.h"
#include "texts.h"
#include "widgets.h"

#include "kiosk/review/queries.h"

/* Pages by name, and where they stand. */

static const struct {
  const char *name;
  KioskSay title;
  const char *icon;
} entries[] = {
  { "timeline", KIOSK_SAY_PAGE_TIMELINE, "view-list-symbolic" },
  { "sessions", KIOSK_SAY_PAGE_SESSIONS, "video-display-symbolic" },
  { "failures", KIOSK_SAY_PAGE_FAILURES, "dialog-password-symbolic" },
  { "devices", KIOSK_SAY_PAGE_DEVICES, "media-removable-symbolic" },
  { "outages", KIOSK_SAY_PAGE_OUTAGES, "network-wired-symbolic" },
  { "work", KIOSK_SAY_PAGE_WORK, "kiosk-clock-symbolic" },
  { "report", KIOSK_SAY_PAGE_REPORT, "x-office-document-symbolic" },
  { "journal", KIOSK_SAY_PAGE_JOURNAL, "document-edit-symbolic" },
  { "persons", KIOSK_SAY_PAGE_PERSONS, "system-users-symbolic" },
  { "evidence", KIOSK_SAY_PAGE_EVIDENCE, "application-certificate-symbolic" },
};

#define FIRST_SUMMARY 6

struct _KioskNavigation {
  GtkBox parent_instance;
  KioskStore *store;
  GtkWidget *list, *reviewer, *counts[G_N_ELEMENTS (entries)];
  gboolean quiet;
};

G_DEFINE_FINAL_TYPE (KioskNavigation, kiosk_navigation, GTK_TYPE_BOX)

enum { PAGE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
on_row_selected (GtkListBox *list, GtkListBoxRow *row, KioskNavigation *self)
{
  if (row != NULL && !self->quiet)
    g_signal_emit (self, signals[PAGE], 0, entries[gtk_list_box_row_get_index (row)].name);
}

void
kiosk_navigation_select (KioskNavigation *self, const char *name)
{
  self->quiet = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (g_strcmp0 (entries[i].name, name) == 0)
      {
        GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), (int) i);

        gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
        /* The arrow keys go on from where the focus is. */
        if (gtk_widget_get_focus_child (self->list) != NULL)
          gtk_widget_grab_focus (GTK_WIDGET (row));
      }
  self->quiet = FALSE;
}

void
kiosk_navigation_set_reviewer (KioskNavigation *self, const char *name)
{
  gtk_label_set_text (GTK_LABEL (self->reviewer),
                      name != NULL ? name : kiosk_say (KIOSK_SAY_NO_REVIEWER));
}

void
kiosk_count_matters (KioskStore *store, guint *rises, guint *devices, guint *work)
{
  KioskIndex *index = kiosk_store_get_index (store);
  const char *host = kiosk_store_get_host (store);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GArray) buckets = NULL;
  g_autoptr (GPtrArray) irregulars = NULL;
  KioskIndexFilter filter = { .host = host, .actions = kiosk_review_device_actions };
  guint64 refused = 0;
  gint64 from, to;

  *rises = *devices = *work = 0;
  if (index == NULL)
    return;
  kiosk_store_get_span (store, &from, &to);
  filter.from = from;
  filter.to = to;
  buckets = kiosk_index_get_failures (index, host, from, to, KIOSK_RISE_DAY, zone, NULL);
  for (guint i = 0; buckets != NULL && i < buckets->len; i++)
    *rises += g_array_index (buckets, KioskRise, i).rise ? 1 : 0;
  if (kiosk_index_count (index, &filter, &refused, NULL))
    *devices = (guint) refused;
  irregulars = kiosk_index_get_irregulars (index, host, from, to, &kiosk_stay_office_hours, TRUE,
                                           zone, NULL);
  *work = irregulars != NULL ? irregulars->len : 0;
}

static void
refresh (GtkWidget *widget)
{
  KioskNavigation *self = KIOSK_NAVIGATION (widget);
  guint rises, devices, work;

  kiosk_count_matters (self->store, &rises, &devices, &work);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      guint count = g_strcmp0 (entries[i].name, "failures") == 0  ? rises
                    : g_strcmp0 (entries[i].name, "devices") == 0 ? devices
                    : g_strcmp0 (entries[i].name, "work") == 0    ? work
                                                                  : 0;
      g_autofree char *text = kiosk_say_number (count);

      gtk_label_set_text (GTK_LABEL (self->counts[i]), text);
      gtk_widget_set_visible (self->counts[i], count > 0);
    }
}

static GtkWidget *
build_row (KioskNavigation *self, guint i)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = kiosk_hbox (12, NULL);
  GtkWidget *label;

  label = kiosk_label (kiosk_say (entries[i].title), NULL);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), kiosk_icon (entries[i].icon, 16, NULL));
  gtk_box_append (GTK_BOX (box), label);
  self->counts[i] = kiosk_label (NULL, "count numeric");
  gtk_widget_set_valign (self->counts[i], GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->counts[i], FALSE);
  gtk_box_append (GTK_BOX (box), self->counts[i]);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  return row;
}

/* Headings are no rows: the arrow keys walk the pages. */
static void
add_heading (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  int index = gtk_list_box_row_get_index (row);

  if (index == 0 || index == FIRST_SUMMARY)
    gtk_list_box_row_set_header (
        row, kiosk_label (kiosk_say (index == 0 ? KIOSK_SAY_VIEW : KIOSK_SAY_SUMMARY), "nav-head"));
}

static void
kiosk_navigation_dispose (GObject *object)
{
  g_clear_object (&KIOSK_NAVIGATION (object)->store);
  G_OBJECT_CLASS (kiosk_navigation_parent_class)->dispose (object);
}

static void
kiosk_navigation_class_init (KioskNavigationClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_navigation_dispose;
  signals[PAGE] = g_signal_new ("page", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
kiosk_navigation_init (KioskNavigation *self)
{
  GtkWidget *foot = kiosk_vbox (0, "dim-label small");

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "navigation");
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  gtk_list_box_set_header_func (GTK_LIST_BOX (self->list), add_heading, NULL, NULL);
  gtk_widget_set_vexpand (self->list, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), build_row (self, i));
  g_signal_connect (self->list, "row-selected", G_CALLBACK (on_row_selected), self);
  self->reviewer = kiosk_label (kiosk_say (KIOSK_SAY_NO_REVIEWER), NULL);
  gtk_box_append (GTK_BOX (foot), self->reviewer);
  gtk_box_append (GTK_BOX (foot), kiosk_label (kiosk_say (KIOSK_SAY_READ_ONLY), NULL));
  gtk_widget_set_margin_start (foot, 12);
  gtk_box_append (GTK_BOX (self), self->list);
  gtk_box_append (GTK_BOX (self), foot);
}

GtkWidget *
kiosk_navigation_new (KioskStore *store)
{
  KioskNavigation *self = g_object_new (KIOSK_TYPE_NAVIGATION, NULL);

  self->store = g_object_ref (store);
  kiosk_page_watch (GTK_WIDGET (self), store, refresh);
  return GTK_WIDGET (self);
}
