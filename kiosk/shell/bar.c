/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "bar.h"

#include "widgets.h"

/* Mark, terminal, person, server, line, clock, lock. When a session's bar is narrow, words around them
 * go first, then the elapsed time, then the work number; they themselves never. */

/* Logical pixels from which a session's bar has room for everything, and for the work number. */
#define WIDE 1600
#define MEDIUM 1150

struct _KioskBar {
  GtkBox parent_instance;
  GtkWidget *shield, *mark, *mark_name, *mark_words;
  GtkWidget *terminal, *site_line, *site;
  GtkWidget *person_line, *person_left, *person_left_name, *arrow, *server_box, *server;
  GtkWidget *work_line, *work_box, *work_name, *work;
  GtkWidget *elapsed_box, *elapsed_name, *elapsed, *line_line, *line_box, *line;
  GtkWidget *person_right, *person_right_name, *clock;
  GtkWidget *language, *ja, *en;
  GtkWidget *lock, *menu;
};

G_DEFINE_FINAL_TYPE (KioskBar, kiosk_bar, GTK_TYPE_BOX)

static GtkWidget *
add (KioskBar *self, GtkWidget *widget)
{
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self), widget);
  return widget;
}

static GtkWidget *
add_line (KioskBar *self)
{
  return add (self, kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, "bar-line"));
}

static GtkWidget *
add_pair (KioskBar *self, GtkWidget *first, GtkWidget *second)
{
  GtkWidget *box = add (self, kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 8, NULL));

  gtk_box_append (GTK_BOX (box), first);
  gtk_box_append (GTK_BOX (box), second);
  return box;
}

static GtkWidget *
add_person (KioskBar *self, GtkWidget **name)
{
  GtkWidget *box = add (self, kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 7, NULL));

  *name = kiosk_label_new ("bold");
  gtk_label_set_max_width_chars (GTK_LABEL (*name), 24);
  gtk_box_append (GTK_BOX (box), kiosk_icon_new ("avatar-default-symbolic", 16, NULL));
  gtk_box_append (GTK_BOX (box), *name);
  return box;
}

static void
add_left (KioskBar *self)
{
  self->shield = add (self, kiosk_icon_new ("kiosk-shield-symbolic", 18, NULL));
  self->mark = add (self, kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 8, "mark"));
  self->mark_name = gtk_label_new (NULL);
  self->mark_words = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->mark_name, "mark-name");
  gtk_widget_add_css_class (self->mark_words, "bold");
  gtk_box_append (GTK_BOX (self->mark), kiosk_icon_new ("kiosk-shield-symbolic", 16, NULL));
  gtk_box_append (GTK_BOX (self->mark), self->mark_name);
  gtk_box_append (GTK_BOX (self->mark), self->mark_words);

  self->terminal = add (self, kiosk_label_new ("bold"));
  self->site_line = add_line (self);
  self->site = add (self, kiosk_label_new ("dim-label"));

  self->person_line = add_line (self);
  self->person_left = add_person (self, &self->person_left_name);
  self->arrow = add (self, gtk_label_new ("→"));
  gtk_widget_add_css_class (self->arrow, "dim-label");
  self->server = kiosk_label_new ("bold bar-server");
  self->server_box
      = add_pair (self, kiosk_icon_new ("network-server-symbolic", 16, NULL), self->server);
  gtk_label_set_max_width_chars (GTK_LABEL (self->server), 32);
  self->work_line = add_line (self);
  self->work_name = kiosk_label_new ("dim-label");
  self->work = kiosk_label_new ("numeric");
  self->work_box = add_pair (self, self->work_name, self->work);
}

static void
add_right (KioskBar *self)
{
  GtkWidget *spring = add (self, kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 0, NULL));

  gtk_widget_set_hexpand (spring, TRUE);
  self->elapsed_name = kiosk_label_new ("dim-label");
  self->elapsed = kiosk_label_new ("numeric");
  self->elapsed_box = add_pair (self, self->elapsed_name, self->elapsed);
  self->line_line = add_line (self);
  self->line = kiosk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->line), PANGO_ELLIPSIZE_NONE);
  self->line_box = add_pair (self, kiosk_icon_new ("network-wired-symbolic", 16, NULL), self->line);

  self->person_right = add_person (self, &self->person_right_name);
  self->clock = add (self, kiosk_label_new ("numeric"));

  self->language = add (self, kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 0, "language"));
  self->ja = gtk_button_new_with_label (kiosk_text_get (KIOSK_LANGUAGE_JA, KIOSK_TEXT_LANGUAGE_JA));
  self->en = gtk_button_new_with_label (kiosk_text_get (KIOSK_LANGUAGE_EN, KIOSK_TEXT_LANGUAGE_EN));
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (self->ja), "kiosk.language::ja");
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (self->en), "kiosk.language::en");
  gtk_box_append (GTK_BOX (self->language), self->ja);
  gtk_box_append (GTK_BOX (self->language), self->en);

  self->lock = add (self, kiosk_button_new ("system-lock-screen-symbolic", "Ctrl+Alt+L", "lock"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->lock), "kiosk.lock");
  self->menu = add (self, gtk_button_new_from_icon_name ("open-menu-symbolic"));
  gtk_widget_add_css_class (self->menu, "menu");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->menu), "kiosk.menu");
}

static void
kiosk_bar_class_init (KioskBarClass *class)
{
}

static void
kiosk_bar_init (KioskBar *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "trusted-bar");
  gtk_box_set_spacing (GTK_BOX (self), 18);
  gtk_widget_set_size_request (GTK_WIDGET (self), -1, KIOSK_BAR_HEIGHT);
  add_left (self);
  add_right (self);
}

GtkWidget *
kiosk_bar_new (void)
{
  return g_object_new (KIOSK_TYPE_BAR, NULL);
}

static void
set_visible (GtkWidget *const *widgets, gboolean visible)
{
  for (; *widgets != NULL; widgets++)
    gtk_widget_set_visible (*widgets, visible);
}

/* A name that a person must be able to read whole takes its room from the others, unless it is so long
 * that nothing would be left of them. */
static void
set_name (GtkWidget *label, const char *text)
{
  kiosk_label_set (label, text);
  gtk_label_set_ellipsize (GTK_LABEL (label), g_utf8_strlen (text, -1) > 24 ? PANGO_ELLIPSIZE_END
                                                                            : PANGO_ELLIPSIZE_NONE);
}

/* The work order of the session ends soon. */
static gboolean
is_ending (const KioskView *view)
{
  return view->status->warning == KIOSK_WARNING_ORDER;
}

static void
update_session (KioskBar *self, const KioskView *view)
{
  const KioskStatus *status = view->status;
  gint64 seconds = MAX (0, (view->realtime - status->connected_since) / G_USEC_PER_SEC);
  g_autofree char *elapsed = g_strdup_printf ("%02d:%02d:%02d", (int) (seconds / 3600),
                                              (int) (seconds / 60 % 60), (int) (seconds % 60));
  gboolean wide = view->width >= WIDE;
  gboolean ends = is_ending (view);
  gboolean work = *status->ticket != '\0' && view->width >= MEDIUM && (wide || !ends);
  gboolean time = status->connected_since != 0 && wide;
  g_autofree char *line = kiosk_view_line (view, wide);
  int to_end = (int) (MAX (0, status->warning_at - view->boottime) / G_USEC_PER_SEC);
  g_autofree char *left = g_strdup_printf ("%d:%02d", to_end / 60, to_end % 60);

  kiosk_label_set (self->person_left_name, kiosk_view_person (view));
  set_name (self->server, kiosk_view_server (view));
  kiosk_label_set (self->work_name, wide ? kiosk_view_text (view, KIOSK_TEXT_WORK) : "");
  kiosk_label_set (self->work, status->ticket);
  gtk_widget_set_visible (self->work_box, work);
  gtk_widget_set_visible (self->work_line, work);
  /* The end of the work order is told at any width, in the place of the time that has passed. */
  kiosk_label_set (self->elapsed_name,
                   kiosk_view_text (view, ends ? KIOSK_TEXT_ORDER_ENDS : KIOSK_TEXT_ELAPSED));
  kiosk_label_set (self->elapsed, ends ? left : elapsed);
  gtk_label_set_ellipsize (GTK_LABEL (self->elapsed_name), PANGO_ELLIPSIZE_NONE);
  gtk_label_set_ellipsize (GTK_LABEL (self->elapsed), PANGO_ELLIPSIZE_NONE);
  kiosk_style_toggle (self->elapsed_name, "bar-warn", ends);
  kiosk_style_toggle (self->elapsed, "bar-warn", ends);
  gtk_widget_set_visible (self->elapsed_box, time || ends);
  gtk_widget_set_visible (self->line_line, time || ends);
  kiosk_label_set (self->line, line);
  kiosk_style_toggle (self->line, "bar-warn", status->line != KIOSK_LINE_OK);
}

void
kiosk_bar_update (KioskBar *self, const KioskView *view)
{
  gboolean session = view->page == KIOSK_PAGE_SESSION;
  gboolean logged_in = kiosk_view_logged_in (view);
  gboolean locked
      = view->page == KIOSK_PAGE_LOCKED || view->page == KIOSK_PAGE_KEYBOARD
        || view->page == KIOSK_PAGE_END
        || (view->page == KIOSK_PAGE_PASSWORD && view->status->state == KIOSK_STATE_UNLOCKING);
  gboolean wide = !session || view->width >= WIDE;
  gboolean marked = logged_in && *kiosk_view_label (view, &view->status->mark) != '\0';
  const char *id = view->terminal != NULL ? view->terminal->id : "";
  const char *site = view->terminal != NULL ? kiosk_view_label (view, &view->terminal->site) : "";
  g_autofree char *terminal = kiosk_text_format (
      view->language, *id != '\0' ? KIOSK_TEXT_TERMINAL : KIOSK_TEXT_TERMINAL_UNKNOWN, "name", id,
      NULL);
  g_autofree char *now = kiosk_text_date_time (view->language, view->realtime);
  g_autofree char *hour = kiosk_text_time (view->realtime);
  GtkWidget *only_session[] = { self->person_line,
                                self->person_left,
                                self->arrow,
                                self->server_box,
                                self->work_line,
                                self->work_box,
                                self->elapsed_box,
                                self->line_line,
                                self->line_box,
                                self->menu,
                                NULL };

  set_visible (only_session, session);
  gtk_widget_set_visible (self->shield, !marked);
  gtk_widget_set_visible (self->mark, marked);
  kiosk_label_set (self->mark_name, kiosk_view_text (view, KIOSK_TEXT_MARK));
  kiosk_label_set (self->mark_words, marked ? kiosk_view_label (view, &view->status->mark) : "");
  set_name (self->terminal, wide ? terminal : id);
  kiosk_label_set (self->site, site);
  /* Trouble with the line must be readable whole; where the terminal stands can wait. */
  gtk_widget_set_visible (
      self->site, !session || (view->status->line == KIOSK_LINE_OK && (wide || !is_ending (view))));
  gtk_widget_set_visible (self->site_line,
                          *site != '\0' && wide && gtk_widget_get_visible (self->site));
  if (session)
    update_session (self, view);

  gtk_widget_set_visible (self->person_right, logged_in && !session && !locked);
  kiosk_label_set (self->person_right_name, kiosk_view_person (view));
  kiosk_label_set (self->clock, wide ? now : hour);
  gtk_widget_set_visible (self->language, !session && view->page != KIOSK_PAGE_CONNECTING
                                              && view->page != KIOSK_PAGE_NOTICE);
  kiosk_style_toggle (self->ja, "chosen", view->language == KIOSK_LANGUAGE_JA);
  kiosk_style_toggle (self->en, "chosen", view->language == KIOSK_LANGUAGE_EN);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->ja), GTK_ACCESSIBLE_STATE_PRESSED,
                               view->language == KIOSK_LANGUAGE_JA ? GTK_ACCESSIBLE_TRISTATE_TRUE
                                                                   : GTK_ACCESSIBLE_TRISTATE_FALSE,
                               -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->en), GTK_ACCESSIBLE_STATE_PRESSED,
                               view->language == KIOSK_LANGUAGE_EN ? GTK_ACCESSIBLE_TRISTATE_TRUE
                                                                   : GTK_ACCESSIBLE_TRISTATE_FALSE,
                               -1);
  kiosk_button_set (self->lock, kiosk_view_text (view, KIOSK_TEXT_LOCK));
  gtk_widget_set_visible (self->lock, kiosk_view_lockable (view->status, &view->facts));
  kiosk_style_toggle (self->lock, "in-session", session);
  kiosk_accessible_name (self->menu, kiosk_view_text (view, KIOSK_TEXT_MENU));
  kiosk_style_toggle (GTK_WIDGET (self), "open", view->panel != KIOSK_PANEL_NONE);
}
