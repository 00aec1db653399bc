/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "window.h"

#include "banner.h"
#include "header.h"
#include "navigation.h"
#include "page-evidence.h"
#include "page-failures.h"
#include "page-journal.h"
#include "page-list.h"
#include "page-open.h"
#include "page-report.h"
#include "page-sessions.h"
#include "page-timeline.h"
#include "print.h"
#include "reviewer.h"
#include "sheet-codes.h"
#include "sheet-ledger.h"
#include "sheet-note.h"
#include "sheet-sign.h"
#include "style.h"
#include "texts.h"
#include "widgets.h"

/* Which page is shown, what the keys do, what lies over the pages. */

struct _KioskWindow {
  AdwApplicationWindow parent_instance;
  KioskStore *store;
  KioskReviewer *reviewer;
  GtkWidget *header, *flap, *navigation, *banner, *pages, *timeline, *root, *overlay, *below;
  GtkWidget *sheet;        /* what lies over the pages; NULL without */
  GtkWidget *focus_before; /* where the focus was; weak */
};

G_DEFINE_FINAL_TYPE (KioskWindow, kiosk_window, ADW_TYPE_APPLICATION_WINDOW)

enum { LANGUAGE, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *
get_page (KioskWindow *self)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (self->pages));
}

/* The verdict stands above all records; when a log is broken, above everything. */
static void
show_banner (KioskWindow *self)
{
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;
  gboolean ready = kiosk_store_get_state (self->store) == KIOSK_STORE_READY;

  gtk_widget_set_visible (
      self->banner, ready
                        && (g_strcmp0 (get_page (self), "timeline") == 0
                            || kiosk_log_verdict (self->store, &title, &detail) != KIOSK_LOG_GOOD));
}

static void
go (KioskWindow *self, const char *page)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->pages), page);
  kiosk_navigation_select (KIOSK_NAVIGATION (self->navigation), page);
  show_banner (self);
}

static void
on_go (KioskStore *store, const char *page, KioskWindow *self)
{
  go (self, page);
}

static void
on_page (KioskNavigation *navigation, const char *page, KioskWindow *self)
{
  go (self, page);
}

static void
set_enabled (KioskWindow *self, gboolean ready)
{
  static const char *const names[] = { "search", "print", "sign", "ledger", "compare", "codes" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_simple_action_set_enabled (
        G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), names[i])), ready);
}

static void close_sheet (KioskWindow *self);

static void
on_state (KioskStore *store, KioskWindow *self)
{
  gboolean ready = kiosk_store_get_state (store) == KIOSK_STORE_READY;

  gtk_stack_set_visible_child_name (GTK_STACK (self->root), ready ? "review" : "open");
  set_enabled (self, ready);
  if (ready)
    {
      go (self, "timeline");
      kiosk_reviewer_begin (self->reviewer, store);
    }
  else
    close_sheet (self); /* it speaks of logs that are gone */
}

/* ---- What lies over the pages ---- */

static void
close_sheet (KioskWindow *self)
{
  if (self->sheet == NULL)
    return;
  gtk_overlay_remove_overlay (GTK_OVERLAY (self->overlay), self->sheet);
  self->sheet = NULL;
  gtk_widget_set_sensitive (self->below, TRUE);
  if (self->focus_before != NULL)
    gtk_widget_grab_focus (self->focus_before);
  g_clear_weak_pointer (&self->focus_before);
}

static void
on_sheet_closed (GtkWidget *sheet, KioskWindow *self)
{
  close_sheet (self);
}

/* What is below neither takes keys nor clicks meanwhile. */
static void
open_sheet (KioskWindow *self, GtkWidget *sheet)
{
  GtkWidget *shade = kiosk_vbox (0, "shade");

  if (self->sheet != NULL)
    {
      g_object_unref (g_object_ref_sink (sheet));
      return;
    }
  g_set_weak_pointer (&self->focus_before, gtk_window_get_focus (GTK_WINDOW (self)));
  gtk_widget_set_halign (sheet, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (sheet, GTK_ALIGN_CENTER);
  gtk_widget_set_vexpand (sheet, TRUE);
  gtk_box_append (GTK_BOX (shade), sheet);
  g_signal_connect (sheet, "closed", G_CALLBACK (on_sheet_closed), self);
  self->sheet = shade;
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), shade);
  gtk_widget_set_sensitive (self->below, FALSE);
  gtk_widget_child_focus (sheet, GTK_DIR_TAB_FORWARD);
}

static void
on_note (GtkWidget *page, gint64 key, KioskWindow *self)
{
  open_sheet (self, kiosk_sheet_note_new (self->store, self->reviewer, key));
}

static void
on_ask (KioskReviewer *reviewer, KioskWindow *self)
{
  open_sheet (self, kiosk_sheet_note_new (self->store, self->reviewer, 0));
}

static void
on_sign (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskWindow *self = data;

  open_sheet (self, kiosk_sheet_sign_new (self->store, self->reviewer));
}

static void
on_ledger (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskWindow *self = data;

  open_sheet (self, kiosk_sheet_ledger_new (self->store));
}

static void
on_codes (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskWindow *self = data;

  open_sheet (self, kiosk_sheet_codes_new (self->store, self->reviewer));
}

/* ---- Other actions ---- */

static void
on_compare (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  kiosk_page_open_compare (data, ((KioskWindow *) data)->store);
}

static void
on_sidebar (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AdwFlap *flap = ADW_FLAP (((KioskWindow *) data)->flap);

  adw_flap_set_reveal_flap (flap, !adw_flap_get_reveal_flap (flap));
}

static void
on_search (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskWindow *self = data;

  go (self, "timeline");
  kiosk_page_timeline_search (KIOSK_PAGE_TIMELINE (self->timeline));
}

static void
on_print (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskWindow *self = data;

  if (!kiosk_reviewer_is_open (self->reviewer))
    on_ask (self->reviewer, self); /* who prints is on record */
  else
    kiosk_print (GTK_WINDOW (self), self->store, self->reviewer,
                 gtk_stack_get_visible_child (GTK_STACK (self->pages)), NULL);
}

static void
on_open (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  kiosk_page_open_ask (data, ((KioskWindow *) data)->store, FALSE);
}

static void
on_key_file (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  kiosk_reviewer_ask (((KioskWindow *) data)->reviewer);
}

static void
on_appearance (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  kiosk_style_cycle ();
}

static void
on_language (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_signal_emit (data, signals[LANGUAGE], 0);
}

/* F6: the next part of the window; the list of pages, the parts of the page. */
static void
on_area (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskWindow *self = data;
  GtkWidget *areas[6] = { self->navigation };
  guint n = 1;

  if (self->sheet != NULL)
    return;
  if (g_strcmp0 (get_page (self), "timeline") == 0)
    n += kiosk_page_timeline_get_areas (KIOSK_PAGE_TIMELINE (self->timeline), areas + 1, 4);
  else
    areas[n++] = gtk_stack_get_visible_child (GTK_STACK (self->pages));
  kiosk_focus_next (gtk_window_get_focus (GTK_WINDOW (self)), areas, n);
}

static void
on_escape (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  close_sheet (data);
}

static void
on_place (KioskBanner *banner, KioskWindow *self)
{
  KioskView view = { 0 };

  if (!kiosk_store_has_fault (self->store))
    {
      go (self, "evidence");
      return;
    }
  kiosk_store_show (self->store, &view);
  kiosk_page_timeline_show_fault (KIOSK_PAGE_TIMELINE (self->timeline));
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, KioskWindow *self)
{
  GFile *file = g_value_get_object (value);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path == NULL)
    return FALSE;
  kiosk_store_open (self->store, path);
  return TRUE;
}

static void
on_reviewer_changed (KioskReviewer *reviewer, KioskWindow *self)
{
  kiosk_navigation_set_reviewer (KIOSK_NAVIGATION (self->navigation),
                                 kiosk_reviewer_get_name (reviewer));
}

/* ---- Building ---- */

static void
add_actions (KioskWindow *self, GtkApplication *application)
{
  static const GActionEntry entries[] = {
    { "sidebar", on_sidebar, NULL, NULL, NULL, { 0 } },
    { "search", on_search, NULL, NULL, NULL, { 0 } },
    { "print", on_print, NULL, NULL, NULL, { 0 } },
    { "sign", on_sign, NULL, NULL, NULL, { 0 } },
    { "ledger", on_ledger, NULL, NULL, NULL, { 0 } },
    { "compare", on_compare, NULL, NULL, NULL, { 0 } },
    { "codes", on_codes, NULL, NULL, NULL, { 0 } },
    { "open", on_open, NULL, NULL, NULL, { 0 } },
    { "key", on_key_file, NULL, NULL, NULL, { 0 } },
    { "appearance", on_appearance, NULL, NULL, NULL, { 0 } },
    { "language", on_language, NULL, NULL, NULL, { 0 } },
    { "area", on_area, NULL, NULL, NULL, { 0 } },
    { "escape", on_escape, NULL, NULL, NULL, { 0 } },
  };
  static const struct {
    const char *action, *key;
  } keys[] = {
    { "win.search", "<Control>f" },
    { "win.print", "<Control>p" },
    { "win.open", "<Control>o" },
    { "win.area", "F6" },
    { "win.sign", "<Control><Shift>s" },
    { "win.sidebar", "F9" },
    { "win.ledger", "<Control>l" },
    { "win.appearance", "<Control>d" },
    { "win.compare", "<Control><Shift>c" },
    { "win.codes", "<Control><Shift>k" },
    { "win.escape", "Escape" },
    { "window.close", "<Control>q" },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_application_set_accels_for_action (application, keys[i].action,
                                           (const char *[]){ keys[i].key, NULL });
}

static void
add_page (KioskWindow *self, const char *name, GtkWidget *page)
{
  gtk_stack_add_named (GTK_STACK (self->pages), page, name);
}

static void
add_pages (KioskWindow *self)
{
  GtkWidget *failures = kiosk_page_failures_new (self->store);

  self->pages = gtk_stack_new ();
  /* neither way: pages that are not shown would be measured with all text in one line */
  gtk_stack_set_vhomogeneous (GTK_STACK (self->pages), FALSE);
  gtk_stack_set_hhomogeneous (GTK_STACK (self->pages), FALSE);
  gtk_widget_set_vexpand (self->pages, TRUE);
  self->timeline = kiosk_page_timeline_new (self->store);
  g_signal_connect (self->timeline, "note", G_CALLBACK (on_note), self);
  g_signal_connect (failures, "note", G_CALLBACK (on_note), self);
  add_page (self, "timeline", self->timeline);
  add_page (self, "sessions", kiosk_page_sessions_new (self->store));
  add_page (self, "failures", failures);
  add_page (self, "devices", kiosk_page_list_new (self->store, KIOSK_LIST_DEVICES));
  add_page (self, "outages", kiosk_page_list_new (self->store, KIOSK_LIST_OUTAGES));
  add_page (self, "work", kiosk_page_list_new (self->store, KIOSK_LIST_WORK));
  add_page (self, "persons", kiosk_page_list_new (self->store, KIOSK_LIST_PERSONS));
  add_page (self, "report", kiosk_page_report_new (self->store, self->reviewer));
  add_page (self, "evidence", kiosk_page_evidence_new (self->store));
  add_page (self, "journal", kiosk_page_journal_new (self->store, self->reviewer));
}

static void
build (KioskWindow *self)
{
  GtkWidget *content = kiosk_vbox (0, NULL);
  GtkDropTarget *drop = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  self->below = kiosk_vbox (0, NULL);
  self->banner = kiosk_banner_new (self->store);
  g_signal_connect (self->banner, "show-place", G_CALLBACK (on_place), self);
  add_pages (self);
  gtk_box_append (GTK_BOX (content), self->banner);
  gtk_box_append (GTK_BOX (content), self->pages);
  self->navigation = kiosk_navigation_new (self->store);
  g_signal_connect (self->navigation, "page", G_CALLBACK (on_page), self);
  self->flap = adw_flap_new ();
  adw_flap_set_flap (ADW_FLAP (self->flap), self->navigation);
  adw_flap_set_content (ADW_FLAP (self->flap), content);
  adw_flap_set_fold_policy (ADW_FLAP (self->flap), ADW_FLAP_FOLD_POLICY_NEVER);
  self->root = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->root), kiosk_page_open_new (self->store), "open");
  gtk_stack_add_named (GTK_STACK (self->root), self->flap, "review");
  gtk_widget_set_vexpand (self->root, TRUE);
  self->header = kiosk_header_new (self->store);
  gtk_box_append (GTK_BOX (self->below), self->header);
  gtk_box_append (GTK_BOX (self->below), self->root);
  self->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->below);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), self->overlay);
  g_signal_connect (drop, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (self->overlay, GTK_EVENT_CONTROLLER (drop));
}

static void
kiosk_window_dispose (GObject *object)
{
  KioskWindow *self = KIOSK_WINDOW (object);

  g_clear_weak_pointer (&self->focus_before);
  g_clear_object (&self->store);
  g_clear_object (&self->reviewer);
  G_OBJECT_CLASS (kiosk_window_parent_class)->dispose (object);
}

static void
kiosk_window_class_init (KioskWindowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_window_dispose;
  signals[LANGUAGE] = g_signal_new ("language", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_window_init (KioskWindow *self)
{
}

GtkWidget *
kiosk_window_new (GtkApplication *application, KioskStore *store, KioskReviewer *reviewer)
{
  KioskWindow *self = g_object_new (KIOSK_TYPE_WINDOW, "application", application, "title",
                                    kiosk_say (KIOSK_SAY_TITLE), "default-width", 1280,
                                    "default-height", 800, NULL);

  self->store = g_object_ref (store);
  self->reviewer = g_object_ref (reviewer);
  add_actions (self, application);
  build (self);
  g_signal_connect_object (store, "state", G_CALLBACK (on_state), self, 0);
  g_signal_connect_object (store, "go", G_CALLBACK (on_go), self, 0);
  g_signal_connect_object (reviewer, "changed", G_CALLBACK (on_reviewer_changed), self, 0);
  g_signal_connect_object (reviewer, "ask", G_CALLBACK (on_ask), self, 0);
  on_reviewer_changed (reviewer, self);
  on_state (store, self);
  return GTK_WIDGET (self);
}
