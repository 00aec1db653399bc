/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "page-connecting.h"

#include "widgets.h"

/* Shows the steps as kioskd reports them; no step is shown as done before it was. */

struct _KioskConnectingPage {
  KioskPageWidget parent_instance;
  GtkWidget *title, *work, *note, *cancel;
  struct {
    GtkWidget *icon, *text, *time;
  } steps[KIOSK_STEPS];
};

G_DEFINE_FINAL_TYPE (KioskConnectingPage, kiosk_connecting_page, KIOSK_TYPE_PAGE_WIDGET)

typedef enum { WAITING, DOING, DONE } Progress;

static const KioskText texts[KIOSK_STEPS][3] = {
  { KIOSK_TEXT_STEP_RECORD_DOING, KIOSK_TEXT_STEP_RECORD_DOING, KIOSK_TEXT_STEP_RECORD_DONE },
  { KIOSK_TEXT_STEP_LINE_WAITING, KIOSK_TEXT_STEP_LINE_DOING, KIOSK_TEXT_STEP_LINE_DONE },
  { KIOSK_TEXT_STEP_CERTIFICATE_WAITING, KIOSK_TEXT_STEP_CERTIFICATE_DOING,
    KIOSK_TEXT_STEP_CERTIFICATE_DONE },
  { KIOSK_TEXT_STEP_LOGON_WAITING, KIOSK_TEXT_STEP_LOGON_DOING, KIOSK_TEXT_STEP_LOGON_DONE },
  { KIOSK_TEXT_STEP_PICTURE_WAITING, KIOSK_TEXT_STEP_PICTURE_DOING, KIOSK_TEXT_STEP_PICTURE_DONE },
};

static void
update_step (KioskConnectingPage *self, const KioskView *view, guint i)
{
  static const char *const icons[]
      = { "kiosk-ring-symbolic", "kiosk-working-symbolic", "object-select-symbolic" };
  const KioskStatus *status = view->status;
  Progress progress = i + 1 < status->step ? DONE : i + 1 == status->step ? DOING : WAITING;
  g_autofree char *time = NULL;

  gtk_image_set_from_icon_name (GTK_IMAGE (self->steps[i].icon), icons[progress]);
  kiosk_style_toggle (self->steps[i].icon, "ok-text", progress == DONE);
  kiosk_style_toggle (self->steps[i].icon, "accent", progress == DOING);
  kiosk_style_toggle (self->steps[i].icon, "faint", progress == WAITING);
  kiosk_style_toggle (self->steps[i].text, "bold", progress == DOING);
  kiosk_style_toggle (self->steps[i].text, "dim-label", progress == WAITING);
  kiosk_label_set (self->steps[i].text, kiosk_view_text (view, texts[i][progress]));
  if (progress == DONE && i + 1 < status->n_step_times)
    {
      gint64 took = MAX (0, status->step_times[i + 1] - status->step_times[i]);
      g_autofree char *seconds = g_strdup_printf ("%.2f", (double) took / G_USEC_PER_SEC);

      time = kiosk_text_format (view->language, KIOSK_TEXT_SECONDS, "n", seconds, NULL);
    }
  kiosk_label_set (self->steps[i].time, time);
}

static void
kiosk_connecting_page_update (KioskPageWidget *page, const KioskView *view)
{
  KioskConnectingPage *self = KIOSK_CONNECTING_PAGE (page);
  g_autofree char *title = kiosk_text_format (view->language, KIOSK_TEXT_CONNECTING, "server",
                                              kiosk_view_server (view), NULL);
  g_autofree char *work = kiosk_text_format (view->language, KIOSK_TEXT_WORK_OF, "ticket",
                                             view->status->ticket, NULL);

  kiosk_label_set (self->title, title);
  kiosk_label_set (self->work, *view->status->ticket != '\0' ? work : "");
  kiosk_label_set (self->note, kiosk_view_text (view, KIOSK_TEXT_USUALLY));
  kiosk_button_set (self->cancel, kiosk_view_text (view, KIOSK_TEXT_CANCEL));
  for (guint i = 0; i < KIOSK_STEPS; i++)
    update_step (self, view, i);
}

static void
kiosk_connecting_page_enter (KioskPageWidget *page)
{
  gtk_widget_grab_focus (KIOSK_CONNECTING_PAGE (page)->cancel);
}

static gboolean
kiosk_connecting_page_key (KioskPageWidget *page, guint keyval, GdkModifierType modifiers)
{
  if (keyval == GDK_KEY_Escape && modifiers == 0)
    return gtk_widget_activate_action (GTK_WIDGET (page), "kiosk.disconnect", NULL);
  return FALSE;
}

static void
kiosk_connecting_page_class_init (KioskConnectingPageClass *class)
{
  KIOSK_PAGE_WIDGET_CLASS (class)->update = kiosk_connecting_page_update;
  KIOSK_PAGE_WIDGET_CLASS (class)->enter = kiosk_connecting_page_enter;
  KIOSK_PAGE_WIDGET_CLASS (class)->key = kiosk_connecting_page_key;
}

static void
kiosk_connecting_page_init (KioskConnectingPage *self)
{
  GtkWidget *column = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, NULL);
  GtkWidget *head = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 18, "form-head");
  GtkWidget *circle
      = kiosk_circle_new (kiosk_icon_new ("network-server-symbolic", 28, NULL), "small-circle");
  GtkWidget *words = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 3, NULL);
  GtkWidget *card = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, "card rows steps");
  GtkWidget *foot = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 18, "form-buttons");

  self->title = kiosk_paragraph_new ("title-1 smaller");
  self->work = kiosk_label_new ("dim-label");
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), self->work);
  gtk_box_append (GTK_BOX (head), circle);
  gtk_box_append (GTK_BOX (head), words);
  gtk_box_append (GTK_BOX (column), head);
  for (guint i = 0; i < KIOSK_STEPS; i++)
    {
      GtkWidget *row = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 18, "row");

      self->steps[i].icon = kiosk_icon_new ("kiosk-ring-symbolic", 16, NULL);
      self->steps[i].text = kiosk_label_new ("step");
      self->steps[i].time = kiosk_label_new ("dim-label small numeric");
      gtk_widget_set_hexpand (self->steps[i].text, TRUE);
      gtk_box_append (GTK_BOX (row), self->steps[i].icon);
      gtk_box_append (GTK_BOX (row), self->steps[i].text);
      gtk_box_append (GTK_BOX (row), self->steps[i].time);
      gtk_box_append (GTK_BOX (card), row);
    }
  gtk_box_append (GTK_BOX (column), card);
  self->note = kiosk_paragraph_new ("dim-label small");
  gtk_widget_set_hexpand (self->note, TRUE);
  self->cancel = kiosk_button_new (NULL, "Esc", "big");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->cancel), "kiosk.disconnect");
  gtk_box_append (GTK_BOX (foot), self->note);
  gtk_box_append (GTK_BOX (foot), self->cancel);
  gtk_box_append (GTK_BOX (column), foot);

  gtk_box_append (GTK_BOX (self), kiosk_middle_new (column, 560));
}

GtkWidget *
kiosk_connecting_page_new (void)
{
  return g_object_new (KIOSK_TYPE_CONNECTING_PAGE, NULL);
}
