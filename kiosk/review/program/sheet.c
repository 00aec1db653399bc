/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "sheet.h"

#include "texts.h"
#include "widgets.h"

/* The frame that all sheets have in common. */

struct _KioskSheet {
  GtkBox parent_instance;
  GtkWidget *body, *buttons, *cancel, *accept, *word;
};

G_DEFINE_FINAL_TYPE (KioskSheet, kiosk_sheet, GTK_TYPE_BOX)

enum { CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

GtkBox *
kiosk_sheet_get_body (KioskSheet *self)
{
  return GTK_BOX (self->body);
}

GtkWidget *
kiosk_sheet_get_accept (KioskSheet *self)
{
  return self->accept;
}

void
kiosk_sheet_set_accept (KioskSheet *self, const char *word, gboolean enabled)
{
  gtk_label_set_text (GTK_LABEL (self->word), word);
  kiosk_name (self->accept, word);
  gtk_widget_set_sensitive (self->accept, enabled);
}

GtkWidget *
kiosk_sheet_add_button (KioskSheet *self, const char *word)
{
  GtkWidget *button = kiosk_button (NULL, word, "big");

  gtk_box_insert_child_after (GTK_BOX (self->buttons), button,
                              gtk_widget_get_prev_sibling (self->accept));
  return button;
}

void
kiosk_sheet_set_done (KioskSheet *self)
{
  GtkWidget *word = gtk_widget_get_first_child (gtk_button_get_child (GTK_BUTTON (self->cancel)));

  gtk_label_set_text (GTK_LABEL (word), kiosk_say (KIOSK_SAY_CLOSE));
  kiosk_name (self->cancel, kiosk_say (KIOSK_SAY_CLOSE));
}

void
kiosk_sheet_drop_cancel (KioskSheet *self)
{
  gtk_widget_set_visible (self->cancel, FALSE);
}

void
kiosk_sheet_close (KioskSheet *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
on_cancel (GtkButton *button, KioskSheet *self)
{
  kiosk_sheet_close (self);
}

GtkWidget *
kiosk_sheet_text (const char *name, GtkWidget **view)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  *view = gtk_text_view_new ();
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (*view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (*view), FALSE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), *view);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_size_request (scrolled, -1, 66);
  kiosk_name (*view, name);
  return kiosk_text_box (name, scrolled);
}

char *
kiosk_sheet_get_text (GtkWidget *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
}

static void
kiosk_sheet_class_init (KioskSheetClass *class)
{
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_DIALOG);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_sheet_init (KioskSheet *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_add_css_class (GTK_WIDGET (self), "sheet");
  gtk_widget_set_size_request (GTK_WIDGET (self), 640, -1);
}

KioskSheet *
kiosk_sheet_new (const char *title, const char *help, const char *icon, const char *accept)
{
  KioskSheet *self = g_object_new (KIOSK_TYPE_SHEET, NULL);
  GtkWidget *head = kiosk_paragraph (title, "page-title");
  GtkWidget *about = kiosk_paragraph (help, "dim-label");
  GtkWidget *cancel = kiosk_button (NULL, kiosk_say (KIOSK_SAY_CANCEL), "big");
  GtkWidget *space = kiosk_hbox (0, NULL);

  gtk_label_set_xalign (GTK_LABEL (head), 0.5);
  gtk_label_set_xalign (GTK_LABEL (about), 0.5);
  gtk_label_set_justify (GTK_LABEL (about), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (about), 50);
  self->body = kiosk_vbox (12, NULL);
  self->buttons = kiosk_hbox (12, "form-buttons");
  gtk_box_append (GTK_BOX (gtk_button_get_child (GTK_BUTTON (cancel))), kiosk_key ("Esc"));
  g_signal_connect (cancel, "clicked", G_CALLBACK (on_cancel), self);
  gtk_widget_set_hexpand (space, TRUE);
  self->accept = kiosk_button (icon, accept, "suggested-action big");
  self->word = gtk_widget_get_last_child (gtk_button_get_child (GTK_BUTTON (self->accept)));
  self->cancel = cancel;
  gtk_box_append (GTK_BOX (self->buttons), cancel);
  gtk_box_append (GTK_BOX (self->buttons), space);
  gtk_box_append (GTK_BOX (self->buttons), self->accept);
  gtk_box_append (GTK_BOX (self), head);
  gtk_box_append (GTK_BOX (self), about);
  gtk_box_append (GTK_BOX (self), self->body);
  gtk_box_append (GTK_BOX (self), self->buttons);
  kiosk_name (GTK_WIDGET (self), title);
  return self;
}
