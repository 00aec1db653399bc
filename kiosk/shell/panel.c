/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "panel.h"

#include "widgets.h"

/* Two faces of one panel. It never asks for a secret. */

/* Length of the countdown's bar; the policy's warning time is at most two minutes. */
#define COUNTDOWN_SHOWN 60

struct _KioskPanel {
  GtkBox parent_instance;
  KioskPanelKind kind;
  GtkWidget *countdown, *number, *count_title, *count_help, *progress, *stay, *stay_key, *lock;
  GtkWidget *menu, *menu_title, *menu_help, *cad, *disconnect, *close;
  int seconds;
};

G_DEFINE_FINAL_TYPE (KioskPanel, kiosk_panel, GTK_TYPE_BOX)

static void
kiosk_panel_class_init (KioskPanelClass *class)
{
}

static GtkWidget *
build_countdown (KioskPanel *self)
{
  GtkWidget *words = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT,
                                   "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 3, NULL);
  GtkWidget *buttons = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 8, NULL);
  GtkWidget *stay_words = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 15, NULL);

  self->countdown = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 24, NULL);
  self->number = kiosk_label_new ("panel-number numeric");
  gtk_label_set_xalign (GTK_LABEL (self->number), 1);
  gtk_label_set_width_chars (GTK_LABEL (self->number), 2);
  self->count_title = kiosk_label_new ("panel-title");
  self->count_help = kiosk_paragraph_new ("dim-label");
  self->progress = g_object_new (GTK_TYPE_PROGRESS_BAR, "accessible-role",
                                 GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_set_margin_top (self->progress, 9);
  gtk_box_append (GTK_BOX (words), self->count_title);
  gtk_box_append (GTK_BOX (words), self->count_help);
  gtk_box_append (GTK_BOX (words), self->progress);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);

  self->stay = gtk_label_new (NULL);
  self->stay_key = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->stay, "bold");
  gtk_widget_add_css_class (self->stay_key, "small");
  gtk_widget_set_halign (stay_words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (stay_words), self->stay);
  gtk_box_append (GTK_BOX (stay_words), self->stay_key);
  /* Not a button: any key or motion stays, a click is only one of them. */
  gtk_box_append (GTK_BOX (buttons), kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, "panel-stay"));
  gtk_widget_set_hexpand (stay_words, TRUE);
  gtk_box_append (GTK_BOX (gtk_widget_get_last_child (buttons)), stay_words);
  gtk_widget_set_vexpand (stay_words, TRUE);
  gtk_widget_set_valign (stay_words, GTK_ALIGN_CENTER);
  self->lock = kiosk_button_new ("system-lock-screen-symbolic", "Ctrl+Alt+L", NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->lock), "kiosk.lock");
  gtk_box_append (GTK_BOX (buttons), self->lock);
  gtk_widget_set_size_request (buttons, 300, -1);
  gtk_widget_set_hexpand (buttons, FALSE);
  gtk_widget_set_valign (buttons, GTK_ALIGN_CENTER);

  gtk_box_append (GTK_BOX (self->countdown), self->number);
  gtk_box_append (GTK_BOX (self->countdown), words);
  gtk_box_append (GTK_BOX (self->countdown), buttons);
  return self->countdown;
}

static GtkWidget *
build_menu (KioskPanel *self)
{
  GtkWidget *words = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 4, NULL);
  GtkWidget *buttons = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, NULL);

  self->menu = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 24, NULL);
  self->menu_title = kiosk_label_new ("panel-title");
  self->menu_help = kiosk_paragraph_new ("dim-label small");
  gtk_box_append (GTK_BOX (words), self->menu_title);
  gtk_box_append (GTK_BOX (words), self->menu_help);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  self->cad = kiosk_button_new (NULL, "Ctrl+Alt+End", NULL);
  self->disconnect = kiosk_button_new ("kiosk-leave-symbolic", NULL, NULL);
  self->close = kiosk_button_new (NULL, "Esc", "light");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->cad), "kiosk.secure-attention");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->disconnect), "kiosk.disconnect");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->close), "kiosk.menu");
  gtk_box_append (GTK_BOX (buttons), self->cad);
  gtk_box_append (GTK_BOX (buttons), self->disconnect);
  gtk_box_append (GTK_BOX (buttons), self->close);
  gtk_widget_set_valign (buttons, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->menu), words);
  gtk_box_append (GTK_BOX (self->menu), buttons);
  return self->menu;
}

static void
kiosk_panel_init (KioskPanel *self)
{
  GtkWidget *faces[] = { build_countdown (self), build_menu (self) };

  gtk_widget_add_css_class (GTK_WIDGET (self), "trusted-panel");
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_size_request (GTK_WIDGET (self), -1, KIOSK_PANEL_HEIGHT);
  for (guint i = 0; i < G_N_ELEMENTS (faces); i++)
    {
      gtk_widget_set_hexpand (faces[i], TRUE);
      gtk_box_append (GTK_BOX (self), faces[i]);
    }
}

GtkWidget *
kiosk_panel_new (void)
{
  return g_object_new (KIOSK_TYPE_PANEL, "visible", FALSE, NULL);
}

static void
update_countdown (KioskPanel *self, const KioskView *view)
{
  gint64 left = MAX (0, view->status->warning_at - view->boottime);
  int seconds = MIN (999, (left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
  g_autofree char *number = g_strdup_printf ("%d", seconds);
  g_autofree char *help
      = kiosk_text_format (view->language, KIOSK_TEXT_LOCKING_SOON_HELP, "n", number, NULL);

  kiosk_label_set (self->number, number);
  kiosk_label_set (self->count_title, kiosk_view_text (view, KIOSK_TEXT_LOCKING_SOON));
  kiosk_label_set (self->count_help, help);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress),
                                 CLAMP ((double) seconds / COUNTDOWN_SHOWN, 0, 1));
  kiosk_label_set (self->stay, kiosk_view_text (view, KIOSK_TEXT_STAY));
  kiosk_label_set (self->stay_key, kiosk_view_text (view, KIOSK_TEXT_ANY_KEY));
  kiosk_button_set (self->lock, kiosk_view_text (view, KIOSK_TEXT_LOCK_NOW));
}

static void
update_menu (KioskPanel *self, const KioskView *view)
{
  kiosk_label_set (self->menu_title, kiosk_view_text (view, KIOSK_TEXT_MENU_TITLE));
  kiosk_label_set (self->menu_help, kiosk_view_text (view, KIOSK_TEXT_MENU_HELP));
  kiosk_button_set (self->cad, kiosk_view_text (view, KIOSK_TEXT_SEND_CAD));
  kiosk_button_set (self->disconnect, kiosk_view_text (view, KIOSK_TEXT_DISCONNECT));
  kiosk_button_set (self->close, kiosk_view_text (view, KIOSK_TEXT_CLOSE));
}

void
kiosk_panel_update (KioskPanel *self, const KioskView *view)
{
  KioskPanelKind before = self->kind;

  self->kind = view->panel;
  gtk_widget_set_visible (GTK_WIDGET (self), view->panel != KIOSK_PANEL_NONE);
  gtk_widget_set_visible (self->countdown, view->panel == KIOSK_PANEL_COUNTDOWN);
  gtk_widget_set_visible (self->menu, view->panel == KIOSK_PANEL_MENU);
  if (view->panel == KIOSK_PANEL_COUNTDOWN)
    update_countdown (self, view);
  else if (view->panel == KIOSK_PANEL_MENU)
    update_menu (self, view);
  if (view->panel == KIOSK_PANEL_MENU && before != KIOSK_PANEL_MENU)
    gtk_widget_grab_focus (self->cad);
}

/* By number, not by where the buttons stand: a key may come before they are laid out. */
static void
step (KioskPanel *self, guint by)
{
  GtkWidget *buttons[] = { self->cad, self->disconnect, self->close };
  guint n = G_N_ELEMENTS (buttons), i = 0;

  while (i < n - 1 && !gtk_widget_is_focus (buttons[i]))
    i++;
  gtk_widget_grab_focus (buttons[(i + by) % n]);
}

gboolean
kiosk_panel_key (KioskPanel *self, guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_Up:
    case GDK_KEY_ISO_Left_Tab:
      step (self, 2);
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_Down:
    case GDK_KEY_Tab:
      step (self, 1);
      return TRUE;
    case GDK_KEY_Escape:
      gtk_widget_activate_action (GTK_WIDGET (self), "kiosk.menu", NULL);
      return TRUE;
    default:
      return FALSE;
    }
}
