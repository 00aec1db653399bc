/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "status-bar.h"

#include "widgets.h"

/* Each state is a shape, a word and a colour. */

typedef struct {
  GtkWidget *box, *icon, *text;
} Item;

struct _KioskStatusBar {
  GtkBox parent_instance;
  Item record, line, clock;
  GtkWidget *f2, *f2_text, *f3, *f3_text, *image, *contact_box, *contact_icon, *contact;
};

G_DEFINE_FINAL_TYPE (KioskStatusBar, kiosk_status_bar, GTK_TYPE_BOX)

static void
kiosk_status_bar_class_init (KioskStatusBarClass *class)
{
}

static void
add_item (KioskStatusBar *self, Item *item)
{
  item->box = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 7, NULL);
  item->icon = kiosk_icon_new (NULL, 14, NULL);
  item->text = kiosk_label_new (NULL);
  gtk_box_append (GTK_BOX (item->box), item->icon);
  gtk_box_append (GTK_BOX (item->box), item->text);
  gtk_box_append (GTK_BOX (self), item->box);
}

static void
kiosk_status_bar_init (KioskStatusBar *self)
{
  GtkWidget *spring = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 0, NULL);

  gtk_widget_add_css_class (GTK_WIDGET (self), "status-bar");
  gtk_box_set_spacing (GTK_BOX (self), 24);
  add_item (self, &self->record);
  add_item (self, &self->line);
  add_item (self, &self->clock);
  gtk_widget_set_hexpand (spring, TRUE);
  gtk_box_append (GTK_BOX (self), spring);

  self->f2 = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 6, NULL);
  self->f2_text = kiosk_label_new (NULL);
  gtk_box_append (GTK_BOX (self->f2), kiosk_key_new ("F2"));
  gtk_box_append (GTK_BOX (self->f2), self->f2_text);
  gtk_box_append (GTK_BOX (self), self->f2);
  self->f3 = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 6, NULL);
  self->f3_text = kiosk_label_new (NULL);
  gtk_box_append (GTK_BOX (self->f3), kiosk_key_new ("F3"));
  gtk_box_append (GTK_BOX (self->f3), self->f3_text);
  gtk_box_append (GTK_BOX (self), self->f3);

  self->image = kiosk_label_new ("numeric");
  gtk_box_append (GTK_BOX (self), self->image);
  self->contact_icon = kiosk_icon_new ("call-start-symbolic", 14, NULL);
  self->contact = kiosk_label_new ("numeric");
  self->contact_box = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 7, NULL);
  gtk_box_append (GTK_BOX (self->contact_box), self->contact_icon);
  gtk_box_append (GTK_BOX (self->contact_box), self->contact);
  gtk_box_append (GTK_BOX (self), self->contact_box);
}

GtkWidget *
kiosk_status_bar_new (void)
{
  return g_object_new (KIOSK_TYPE_STATUS_BAR, NULL);
}

static void
set_item (Item *item, gboolean good, const char *good_icon, const char *text)
{
  gtk_image_set_from_icon_name (GTK_IMAGE (item->icon),
                                good ? good_icon : "kiosk-refused-symbolic");
  kiosk_style_toggle (item->icon, "ok-text", good);
  kiosk_style_toggle (item->box, "err-text", !good);
  kiosk_style_toggle (item->text, "bold", !good);
  kiosk_label_set (item->text, text);
}

static char *
image_text (const KioskView *view)
{
  int days = kiosk_view_image_days (view);
  g_autofree char *number = g_strdup_printf ("%d", days);

  if (view->terminal == NULL || *view->terminal->image_version == '\0')
    return g_strdup ("");
  return kiosk_text_format (view->language,
                            days < 0    ? KIOSK_TEXT_IMAGE_PLAIN
                            : days == 0 ? KIOSK_TEXT_IMAGE_TODAY
                                        : KIOSK_TEXT_IMAGE_AGE,
                            "version", view->terminal->image_version, "days", number, NULL);
}

void
kiosk_status_bar_update (KioskStatusBar *self, const KioskView *view)
{
  const KioskStatus *status = view->facts.reachable ? view->status : NULL;
  gboolean side = view->page == KIOSK_PAGE_LOGIN; /* the image stands at the side there */
  const char *who = view->terminal != NULL ? kiosk_view_label (view, &view->terminal->contact) : "";
  const char *phone = view->terminal != NULL ? view->terminal->phone : "";
  g_autofree char *image = image_text (view);
  g_autofree char *contact = kiosk_text_format (view->language, KIOSK_TEXT_CONTACT_SHORT, "who",
                                                who, "phone", phone, NULL);
  gboolean log_ok = status != NULL && status->log_ok;
  KioskLine line = status != NULL ? status->line : KIOSK_LINE_OK;
  g_autofree char *line_words = kiosk_view_line (view, TRUE);

  set_item (
      &self->record, log_ok, "object-select-symbolic",
      kiosk_view_text (view, log_ok ? KIOSK_TEXT_RECORDING_OK : KIOSK_TEXT_RECORDING_STOPPED));
  set_item (&self->line, line == KIOSK_LINE_OK, "network-wired-symbolic", line_words);
  set_item (&self->clock, status != NULL && status->clock_ok, "kiosk-clock-symbolic",
            kiosk_view_text (view, status != NULL && status->clock_ok ? KIOSK_TEXT_CLOCK_OK
                                                                      : KIOSK_TEXT_CLOCK_OFF));
  /* Without kioskd nothing is known of line and clock; before it could answer, nothing at all. */
  gtk_widget_set_visible (self->record.box, status != NULL || view->page != KIOSK_PAGE_WAIT);
  gtk_widget_set_visible (self->line.box, status != NULL);
  gtk_widget_set_visible (self->clock.box, status != NULL);
  kiosk_label_set (self->f2_text, kiosk_view_text (view, KIOSK_TEXT_LANGUAGE_OTHER));
  kiosk_label_set (self->f3_text, kiosk_view_text (view, KIOSK_TEXT_APPEARANCE));
  gtk_widget_set_visible (self->f2, side);
  gtk_widget_set_visible (self->f3, side);
  kiosk_label_set (self->image, side ? "" : image);
  kiosk_label_set (self->contact, *who == '\0' ? "" : *phone == '\0' ? who : contact);
  gtk_widget_set_visible (self->contact_box, *who != '\0');
}
