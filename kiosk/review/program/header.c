/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "header.h"

#include "texts.h"
#include "widgets.h"

#include <adwaita.h>

/* The bar, and the choices of period and terminal that all pages follow. */

typedef struct {
  KioskStore *store;
  GtkWidget *period, *terminal, *place;
  GArray *months; /* gint64: begins of months, newest first */
  GStrv hosts;
  gboolean loading;
} Header;

static void
header_free (gpointer data)
{
  Header *self = data;

  g_object_unref (self->store);
  g_array_unref (self->months);
  g_strfreev (self->hosts);
  g_free (self);
}

static gint64
next_month (gint64 month)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (month / G_USEC_PER_SEC);
  g_autoptr (GDateTime) next = g_date_time_add_months (when, 1);

  return g_date_time_to_unix (next) * G_USEC_PER_SEC;
}

static void
on_period (GtkDropDown *dropdown, GParamSpec *pspec, Header *self)
{
  guint selected = gtk_drop_down_get_selected (dropdown);

  if (self->loading || selected == GTK_INVALID_LIST_POSITION)
    return;
  if (selected == 0)
    kiosk_store_set_period (self->store, 0, 0);
  else
    {
      gint64 month = g_array_index (self->months, gint64, selected - 1);

      kiosk_store_set_period (self->store, month, next_month (month));
    }
}

static void
on_terminal (GtkDropDown *dropdown, GParamSpec *pspec, Header *self)
{
  guint selected = gtk_drop_down_get_selected (dropdown);

  if (!self->loading && selected != GTK_INVALID_LIST_POSITION)
    kiosk_store_set_host (self->store, selected == 0 ? NULL : self->hosts[selected - 1]);
}

static void
load_months (Header *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  gint64 first, last, from, to;
  guint selected = 0;

  g_array_set_size (self->months, 0);
  gtk_string_list_append (names, kiosk_say (KIOSK_SAY_ALL_TIME));
  kiosk_store_get_extent (self->store, &first, &last);
  kiosk_store_get_period (self->store, &from, &to);
  if (last > 0)
    {
      g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (first / G_USEC_PER_SEC);
      g_autoptr (GDateTime) begin = g_date_time_new_local (
          g_date_time_get_year (when), g_date_time_get_month (when), 1, 0, 0, 0);
      gint64 month = g_date_time_to_unix (begin) * G_USEC_PER_SEC;

      for (; month <= last; month = next_month (month))
        g_array_prepend_val (self->months, month);
    }
  for (guint i = 0; i < self->months->len; i++)
    {
      gint64 month = g_array_index (self->months, gint64, i);
      g_autofree char *name = kiosk_say_month (month);

      gtk_string_list_append (names, name);
      if (month == from)
        selected = i + 1;
    }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->period), G_LIST_MODEL (names));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->period), selected);
}

static void
load_terminals (Header *self)
{
  GPtrArray *logs = kiosk_store_get_logs (self->store);
  const char *host = kiosk_store_get_host (self->store);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  g_clear_pointer (&self->hosts, g_strfreev);
  if (kiosk_store_get_index (self->store) != NULL)
    self->hosts = kiosk_index_list (kiosk_store_get_index (self->store), KIOSK_INDEX_HOSTS, NULL);
  gtk_string_list_append (names, kiosk_say (KIOSK_SAY_ALL_TERMINALS));
  for (guint i = 0; self->hosts != NULL && self->hosts[i] != NULL; i++)
    {
      gtk_string_list_append (names, self->hosts[i]);
      if (g_strcmp0 (self->hosts[i], host) == 0)
        selected = i + 1;
    }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->terminal), G_LIST_MODEL (names));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->terminal), selected);
  gtk_widget_set_sensitive (self->terminal, logs->len > 0);
}

static void
on_changed (KioskStore *store, gpointer bar)
{
  Header *self = g_object_get_data (bar, "kiosk-header");
  const char *path = kiosk_store_get_path (store);
  g_autofree char *shown = g_filename_display_name (path != NULL ? path : "");
  gboolean ready = kiosk_store_get_index (store) != NULL;

  self->loading = TRUE;
  load_months (self);
  load_terminals (self);
  gtk_widget_set_visible (self->period, ready);
  gtk_widget_set_visible (self->terminal, ready);
  gtk_label_set_text (GTK_LABEL (self->place), shown);
  gtk_widget_set_visible (self->place, path != NULL);
  self->loading = FALSE;
}

/* ---- Building ---- */

static GtkWidget *
action_button (const char *icon, KioskSay name, gboolean word, const char *action,
               const char *classes)
{
  GtkWidget *button = kiosk_button (icon, word ? kiosk_say (name) : NULL, classes);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, kiosk_say (name));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  kiosk_name (button, kiosk_say (name));
  return button;
}

static GtkWidget *
build_menu (void)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkWidget *button = gtk_menu_button_new ();

  g_menu_append (menu, kiosk_say (KIOSK_SAY_MENU_OPEN), "win.open");
  g_menu_append (menu, kiosk_say (KIOSK_SAY_KEY_CHOOSE), "win.key");
  g_menu_append (menu, kiosk_say (KIOSK_SAY_MENU_APPEARANCE), "win.appearance");
  g_menu_append (menu, kiosk_say (KIOSK_SAY_MENU_LANGUAGE), "win.language");
  g_menu_append (menu, kiosk_say (KIOSK_SAY_MENU_CLOSE), "window.close");
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "open-menu-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_menu_button_set_primary (GTK_MENU_BUTTON (button), TRUE);
  kiosk_name (button, kiosk_say (KIOSK_SAY_MENU));
  return button;
}

static GtkWidget *
new_choice (KioskSay name, GCallback on_chosen, Header *self)
{
  GtkWidget *dropdown = gtk_drop_down_new (NULL, NULL);

  kiosk_name (dropdown, kiosk_say (name));
  g_signal_connect (dropdown, "notify::selected", on_chosen, self);
  return dropdown;
}

GtkWidget *
kiosk_header_new (KioskStore *store)
{
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *title = kiosk_vbox (0, NULL);
  GtkWidget *name = kiosk_label (kiosk_say (KIOSK_SAY_TITLE), "title-block");
  Header *self = g_new0 (Header, 1);

  self->store = g_object_ref (store);
  self->months = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->period = new_choice (KIOSK_SAY_PERIOD, G_CALLBACK (on_period), self);
  self->terminal = new_choice (KIOSK_SAY_TERMINAL, G_CALLBACK (on_terminal), self);
  self->place = kiosk_label (NULL, "title-place");
  gtk_label_set_ellipsize (GTK_LABEL (self->place), PANGO_ELLIPSIZE_START);
  gtk_label_set_max_width_chars (GTK_LABEL (self->place), 34);
  gtk_label_set_xalign (GTK_LABEL (self->place), 0.5);
  gtk_label_set_xalign (GTK_LABEL (name), 0.5);
  gtk_widget_set_valign (title, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (title), name);
  gtk_box_append (GTK_BOX (title), self->place);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), title);
  adw_header_bar_pack_start (
      ADW_HEADER_BAR (bar),
      action_button ("sidebar-show-symbolic", KIOSK_SAY_SIDEBAR, FALSE, "win.sidebar", "flat"));
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), self->period);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), self->terminal);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), build_menu ());
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar),
                           action_button ("document-edit-symbolic", KIOSK_SAY_SIGN_OFF, TRUE,
                                          "win.sign", "suggested-action"));
  adw_header_bar_pack_end (
      ADW_HEADER_BAR (bar),
      action_button ("document-print-symbolic", KIOSK_SAY_PRINT, TRUE, "win.print", "flat"));
  adw_header_bar_pack_end (
      ADW_HEADER_BAR (bar),
      action_button ("system-search-symbolic", KIOSK_SAY_SEARCH, FALSE, "win.search", "flat"));
  g_object_set_data_full (G_OBJECT (bar), "kiosk-header", self, header_free);
  g_signal_connect_object (store, "changed", G_CALLBACK (on_changed), bar, 0);
  g_signal_connect_object (store, "state", G_CALLBACK (on_changed), bar, 0);
  on_changed (store, bar);
  return bar;
}
