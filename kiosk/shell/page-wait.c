/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "page-wait.h"

#include "widgets.h"

/* One sentence. No moving picture: it would say that something goes on when nothing does. */

struct _KioskWaitPage {
  KioskPageWidget parent_instance;
  GtkWidget *icon, *title, *help, *other;
};

G_DEFINE_FINAL_TYPE (KioskWaitPage, kiosk_wait_page, KIOSK_TYPE_PAGE_WIDGET)

static void
kiosk_wait_page_update (KioskPageWidget *page, const KioskView *view)
{
  KioskWaitPage *self = KIOSK_WAIT_PAGE (page);
  gboolean off = view->facts.switching_off;
  KioskText title = off ? KIOSK_TEXT_SWITCHING_OFF : KIOSK_TEXT_STARTING;
  KioskText help = off ? KIOSK_TEXT_SWITCHING_OFF_HELP : KIOSK_TEXT_STARTING_HELP;
  KioskLanguage other = view->language == KIOSK_LANGUAGE_JA ? KIOSK_LANGUAGE_EN : KIOSK_LANGUAGE_JA;

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon),
                                off ? "kiosk-power-symbolic" : "kiosk-working-symbolic");
  kiosk_label_set (self->title, kiosk_view_text (view, title));
  kiosk_label_set (self->help, kiosk_view_text (view, help));
  /* Which language people read here is not known before kioskd has said so. */
  kiosk_label_set (self->other, view->terminal == NULL ? kiosk_text_get (other, title) : "");
}

static void
kiosk_wait_page_class_init (KioskWaitPageClass *class)
{
  KIOSK_PAGE_WIDGET_CLASS (class)->update = kiosk_wait_page_update;
}

static void
kiosk_wait_page_init (KioskWaitPage *self)
{
  GtkWidget *head = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 24, NULL);
  GtkWidget *text = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS,
                                  "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 6, NULL);

  self->icon = kiosk_icon_new (NULL, 36, NULL);
  self->title = kiosk_paragraph_new ("title-1");
  self->help = kiosk_paragraph_new ("lead");
  self->other = kiosk_paragraph_new ("dim-label");
  gtk_widget_set_valign (text, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (text), self->title);
  gtk_box_append (GTK_BOX (text), self->help);
  gtk_box_append (GTK_BOX (text), self->other);
  gtk_box_append (GTK_BOX (head), kiosk_circle_new (self->icon, NULL));
  gtk_box_append (GTK_BOX (head), text);
  gtk_widget_set_halign (head, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self), kiosk_middle_new (head, 720));
}

GtkWidget *
kiosk_wait_page_new (void)
{
  return g_object_new (KIOSK_TYPE_WAIT_PAGE, NULL);
}
