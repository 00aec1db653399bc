/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "device-card.h"

#include "device-words.h"
#include "widgets.h"

/* One device in full, or several as a list. What it says is decided in device-words.c. */

#define N_FACTS 3
#define N_STEPS 2

struct _KioskDeviceCard {
  GtkBox parent_instance;
  GtkWidget *from, *not_server;
  GtkWidget *icon, *title, *effect;
  GtkWidget *facts;
  struct {
    GtkWidget *name, *value;
  } fact[N_FACTS];
  GtkWidget *list;
  struct {
    GtkWidget *box, *icon, *what, *name, *where, *when, *why;
  } item[KIOSK_MAX_DEVICES];
  GtkWidget *more;
  GtkWidget *step[N_STEPS];
  GtkWidget *time, *reference, *close;
};

G_DEFINE_FINAL_TYPE (KioskDeviceCard, kiosk_device_card, GTK_TYPE_BOX)

static void
kiosk_device_card_class_init (KioskDeviceCardClass *class)
{
}

/* ---- Layout ---- */

static GtkWidget *
build_head (KioskDeviceCard *self)
{
  GtkWidget *head = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, "device-card-head");

  self->from = kiosk_label_new ("bold");
  self->not_server = kiosk_label_new ("dim-label");
  gtk_widget_set_hexpand (self->from, TRUE);
  gtk_box_append (GTK_BOX (head), kiosk_icon_new ("kiosk-shield-symbolic", 16, NULL));
  gtk_box_append (GTK_BOX (head), self->from);
  gtk_box_append (GTK_BOX (head), self->not_server);
  return head;
}

static GtkWidget *
build_title (KioskDeviceCard *self)
{
  GtkWidget *box = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 18, NULL);
  GtkWidget *words = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 3, NULL);

  self->icon = kiosk_icon_new (NULL, 24, NULL);
  self->title = kiosk_paragraph_new ("title-2");
  self->effect = kiosk_paragraph_new (NULL);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), self->effect);
  gtk_box_append (GTK_BOX (box), kiosk_circle_new (self->icon, "err device-circle"));
  gtk_box_append (GTK_BOX (box), words);
  return box;
}

static GtkWidget *
build_facts (KioskDeviceCard *self)
{
  GtkSizeGroup *names = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);

  self->facts = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 6, "device-facts");
  for (guint i = 0; i < N_FACTS; i++)
    {
      GtkWidget *row = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 18, NULL);

      self->fact[i].name = kiosk_label_new ("dim-label small");
      self->fact[i].value = kiosk_paragraph_new ("numeric");
      gtk_widget_set_valign (self->fact[i].name, GTK_ALIGN_BASELINE);
      gtk_widget_set_valign (self->fact[i].value, GTK_ALIGN_BASELINE);
      gtk_widget_set_hexpand (self->fact[i].value, TRUE);
      gtk_size_group_add_widget (names, self->fact[i].name);
      gtk_box_append (GTK_BOX (row), self->fact[i].name);
      gtk_box_append (GTK_BOX (row), self->fact[i].value);
      gtk_box_append (GTK_BOX (self->facts), row);
    }
  g_object_unref (names);
  return self->facts;
}

/* One line each, so that five of them have room; what is too long for it ends in dots. */
static void
add_item (KioskDeviceCard *self, guint i)
{
  GtkWidget *words = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 1, NULL);
  GtkWidget *first = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 9, NULL);
  GtkWidget *second = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, NULL);

  self->item[i].box = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, "device-item");
  self->item[i].icon = kiosk_icon_new (NULL, 16, "err-text");
  self->item[i].what = kiosk_label_new ("bold");
  self->item[i].name = kiosk_label_new (NULL);
  self->item[i].where = kiosk_label_new ("small");
  self->item[i].when = kiosk_label_new ("dim-label small numeric");
  self->item[i].why = kiosk_label_new ("dim-label small");
  gtk_label_set_ellipsize (GTK_LABEL (self->item[i].what), PANGO_ELLIPSIZE_NONE);
  gtk_label_set_ellipsize (GTK_LABEL (self->item[i].when), PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_valign (self->item[i].icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (self->item[i].icon, 3);
  gtk_widget_set_hexpand (self->item[i].where, TRUE);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (first), self->item[i].what);
  gtk_box_append (GTK_BOX (first), self->item[i].name);
  gtk_box_append (GTK_BOX (second), self->item[i].where);
  gtk_box_append (GTK_BOX (second), self->item[i].when);
  gtk_box_append (GTK_BOX (words), first);
  gtk_box_append (GTK_BOX (words), second);
  gtk_box_append (GTK_BOX (words), self->item[i].why);
  gtk_box_append (GTK_BOX (self->item[i].box), self->item[i].icon);
  gtk_box_append (GTK_BOX (self->item[i].box), words);
  gtk_box_append (GTK_BOX (self->list), self->item[i].box);
}

static GtkWidget *
build_list (KioskDeviceCard *self)
{
  self->list = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, "device-list");
  for (guint i = 0; i < KIOSK_MAX_DEVICES; i++)
    add_item (self, i);
  self->more = kiosk_label_new ("dim-label small device-more");
  gtk_box_append (GTK_BOX (self->list), self->more);
  return self->list;
}

static GtkWidget *
build_steps (KioskDeviceCard *self)
{
  GtkWidget *steps = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 9, NULL);

  for (guint i = 0; i < N_STEPS; i++)
    {
      GtkWidget *row = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, NULL);
      g_autofree char *number = g_strdup_printf ("%u", i + 1);
      GtkWidget *dot = gtk_label_new (number);

      gtk_widget_add_css_class (dot, "number");
      gtk_widget_set_valign (dot, GTK_ALIGN_START);
      self->step[i] = kiosk_paragraph_new ("numeric");
      gtk_widget_set_hexpand (self->step[i], TRUE);
      gtk_box_append (GTK_BOX (row), dot);
      gtk_box_append (GTK_BOX (row), self->step[i]);
      gtk_box_append (GTK_BOX (steps), row);
    }
  return steps;
}

static GtkWidget *
build_foot (KioskDeviceCard *self)
{
  GtkWidget *foot = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, NULL);
  GtkWidget *words = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 3, NULL);

  self->time = kiosk_label_new ("dim-label small numeric");
  self->reference = kiosk_label_new ("dim-label small numeric");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), self->time);
  gtk_box_append (GTK_BOX (words), self->reference);
  self->close = kiosk_button_new (NULL, "Ctrl+Alt+Esc", "device-close");
  /* For the pointer alone: the focus is somebody else's, perhaps the server's. */
  gtk_widget_set_focusable (self->close, FALSE);
  gtk_widget_set_focus_on_click (self->close, FALSE);
  gtk_widget_set_valign (self->close, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->close), "kiosk.dismiss-devices");
  gtk_box_append (GTK_BOX (foot), words);
  gtk_box_append (GTK_BOX (foot), self->close);
  return foot;
}

static void
kiosk_device_card_init (KioskDeviceCard *self)
{
  GtkWidget *body = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 15, "device-card-body");

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "device-card");
  gtk_widget_set_size_request (GTK_WIDGET (self), KIOSK_DEVICE_CARD_WIDTH, -1);
  gtk_box_append (GTK_BOX (body), build_title (self));
  gtk_box_append (GTK_BOX (body), build_facts (self));
  gtk_box_append (GTK_BOX (body), build_list (self));
  gtk_box_append (GTK_BOX (body), build_steps (self));
  gtk_box_append (GTK_BOX (body), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (body), build_foot (self));
  gtk_box_append (GTK_BOX (self), build_head (self));
  gtk_box_append (GTK_BOX (self), body);
}

GtkWidget *
kiosk_device_card_new (void)
{
  return g_object_new (KIOSK_TYPE_DEVICE_CARD, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT,
                       "visible", FALSE, NULL);
}

/* ---- Update ---- */

/* As the first word of a line. */
static char *
name_kind (const KioskView *view, KioskDeviceKind kind)
{
  char *name = g_strdup (kiosk_view_label (view, kiosk_device_kind_label (kind)));

  *name = g_ascii_toupper (*name);
  return name;
}

static char *
describe (const KioskView *view, const KioskRefusedDevice *device)
{
  g_autofree char *kind = name_kind (view, device->kind);

  if (*device->name == '\0')
    return g_steal_pointer (&kind);
  return kiosk_text_format (view->language, KIOSK_TEXT_DEVICE_CLAIM, "kind", kind, "name",
                            device->name, NULL);
}

static void
update_facts (KioskDeviceCard *self, const KioskView *view, const KioskRefusedDevice *device)
{
  g_autofree char *what = describe (view, device);
  const char *values[N_FACTS] = { what, kiosk_view_label (view, &device->port),
                                  kiosk_view_text (view, kiosk_device_why (device)) };
  static const KioskText names[N_FACTS] = { KIOSK_TEXT_DEVICE, KIOSK_TEXT_PORT, KIOSK_TEXT_WHY };

  for (guint i = 0; i < N_FACTS; i++)
    {
      kiosk_label_set (self->fact[i].name,
                       *values[i] != '\0' ? kiosk_view_text (view, names[i]) : "");
      kiosk_label_set (self->fact[i].value, values[i]);
    }
}

static void
update_list (KioskDeviceCard *self, const KioskView *view)
{
  const KioskStatus *status = view->status;
  g_autofree char *number = g_strdup_printf ("%u", status->devices_more);
  g_autofree char *more
      = kiosk_text_format (view->language, KIOSK_TEXT_MORE_DEVICES, "n", number, NULL);

  for (guint i = 0; i < KIOSK_MAX_DEVICES; i++)
    {
      const KioskRefusedDevice *device = &status->devices[i];
      g_autofree char *kind = NULL;
      g_autofree char *name = NULL;
      g_autofree char *time = NULL;
      g_autofree char *when = NULL;

      gtk_widget_set_visible (self->item[i].box, i < status->n_devices);
      if (i >= status->n_devices)
        continue;
      kind = name_kind (view, device->kind);
      name = kiosk_text_format (view->language, KIOSK_TEXT_CLAIM, "name", device->name, NULL);
      time = kiosk_view_moment (view, device->time);
      when = g_strjoin ("  ", time, device->reference, NULL);
      gtk_image_set_from_icon_name (GTK_IMAGE (self->item[i].icon),
                                    kiosk_device_icon (device->kind));
      kiosk_label_set (self->item[i].what, kind);
      kiosk_label_set (self->item[i].name, *device->name != '\0' ? name : "");
      kiosk_label_set (self->item[i].where, kiosk_view_label (view, &device->port));
      kiosk_label_set (self->item[i].when, when);
      kiosk_label_set (self->item[i].why, kiosk_view_text (view, kiosk_device_why (device)));
    }
  kiosk_label_set (self->more, status->devices_more > 0 ? more : "");
}

/* The one whose advice counts for all: where somebody has to be called, that one; else the newest. */
static const KioskRefusedDevice *
gravest (const KioskStatus *status)
{
  for (guint i = 0; i < status->n_devices; i++)
    if (kiosk_device_second_step (&status->devices[i]) == KIOSK_TEXT_ASK_GRAVE)
      return &status->devices[i];
  return &status->devices[0];
}

/* What is true of each of them. */
static KioskText
common_effect (const KioskStatus *status)
{
  KioskText effect = kiosk_device_effect (&status->devices[0]);

  for (guint i = 1; i < status->n_devices; i++)
    if (kiosk_device_effect (&status->devices[i]) != effect)
      return KIOSK_TEXT_REFUSED_ONLY;
  return status->devices_more > 0 ? KIOSK_TEXT_REFUSED_ONLY : effect;
}

static void
update_steps (KioskDeviceCard *self, const KioskView *view, const KioskRefusedDevice *device,
              gboolean several)
{
  KioskText texts[N_STEPS] = { several ? KIOSK_TEXT_UNPLUG_ALL : kiosk_device_first_step (device),
                               kiosk_device_second_step (device) };
  g_autofree char *contact = kiosk_view_contact (view);

  for (guint i = 0; i < N_STEPS; i++)
    {
      g_autofree char *text
          = kiosk_text_format (view->language, texts[i], "contact", contact, "reference",
                               *device->reference != '\0' ? device->reference : "—", NULL);

      kiosk_label_set (self->step[i], text);
    }
}

void
kiosk_device_card_update (KioskDeviceCard *self, const KioskView *view)
{
  const KioskStatus *status = view->status;
  const KioskRefusedDevice *device;
  gboolean several;
  g_autofree char *number = NULL;
  g_autofree char *title = NULL;
  g_autofree char *date = NULL;
  g_autofree char *time = NULL;
  g_autofree char *reference = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), view->card);
  if (!view->card)
    return;
  several = status->n_devices > 1 || status->devices_more > 0;
  device = gravest (status);
  number = g_strdup_printf ("%u", status->n_devices + status->devices_more);
  title = kiosk_text_format (view->language,
                             several ? KIOSK_TEXT_NO_SEVERAL : kiosk_device_title (device), "n",
                             number, NULL);
  date = kiosk_text_timestamp (device->time);
  time = kiosk_text_format (view->language, KIOSK_TEXT_RECORDED_AT, "time", date, NULL);
  reference = kiosk_text_format (view->language, KIOSK_TEXT_REFERENCE_SHORT, "reference",
                                 device->reference, NULL);

  kiosk_label_set (self->from, kiosk_view_text (view, KIOSK_TEXT_CARD_FROM));
  kiosk_label_set (self->not_server, kiosk_view_text (view, KIOSK_TEXT_CARD_NOT_SERVER));
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), several ? "action-unavailable-symbolic"
                                                                : kiosk_device_icon (device->kind));
  kiosk_label_set (self->title, title);
  kiosk_label_set (self->effect, kiosk_view_text (view, common_effect (status)));
  gtk_widget_set_visible (self->facts, !several);
  gtk_widget_set_visible (self->list, several);
  if (several)
    update_list (self, view);
  else
    update_facts (self, view, device);
  update_steps (self, view, device, several);
  kiosk_label_set (self->time, several ? kiosk_view_text (view, KIOSK_TEXT_RECORDED) : time);
  kiosk_label_set (self->reference, several || *device->reference == '\0' ? "" : reference);
  kiosk_button_set (self->close, kiosk_view_text (view, KIOSK_TEXT_CLOSE));
}

int
kiosk_device_card_get_height (KioskDeviceCard *self)
{
  int height = 0;

  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    gtk_widget_measure (GTK_WIDGET (self), GTK_ORIENTATION_VERTICAL, KIOSK_DEVICE_CARD_WIDTH, NULL,
                        &height, NULL, NULL);
  return height;
}
