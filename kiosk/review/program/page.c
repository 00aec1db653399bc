/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "page.h"

/* One small watch per page, which goes with it. */

typedef struct {
  GtkWidget *page;
  KioskStore *store;
  void (*refresh) (GtkWidget *page);
  gboolean stale;
} Watch;

static void
refresh_if_shown (Watch *watch)
{
  if (!watch->stale || !gtk_widget_get_mapped (watch->page)
      || kiosk_store_get_index (watch->store) == NULL)
    return;
  watch->stale = FALSE;
  watch->refresh (watch->page);
}

static void
on_changed (KioskStore *store, gpointer data)
{
  Watch *watch = g_object_get_data (data, "kiosk-watch");

  watch->stale = TRUE;
  refresh_if_shown (watch);
}

static void
on_map (GtkWidget *page, Watch *watch)
{
  refresh_if_shown (watch);
}

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  g_object_unref (watch->store);
  g_free (watch);
}

void
kiosk_page_watch (GtkWidget *page, KioskStore *store, void (*refresh) (GtkWidget *page))
{
  Watch *watch = g_new0 (Watch, 1);

  watch->page = page;
  watch->store = g_object_ref (store);
  watch->refresh = refresh;
  watch->stale = TRUE;
  g_object_set_data_full (G_OBJECT (page), "kiosk-watch", watch, watch_free);
  g_signal_connect_object (store, "changed", G_CALLBACK (on_changed), page, 0);
  g_signal_connect (page, "map", G_CALLBACK (on_map), watch);
}

void
kiosk_page_renew (GtkWidget *page)
{
  Watch *watch = g_object_get_data (G_OBJECT (page), "kiosk-watch");

  watch->stale = TRUE;
  refresh_if_shown (watch);
}
