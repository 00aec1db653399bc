/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "form.h"

#include "widgets.h"

/* Layout only: what is asked and why is decided by the pages. */

typedef struct {
  GtkWidget *box, *tick, *name, *value, *trail;
} Row;

struct _KioskForm {
  GtkBox parent_instance;
  GtkWidget *head, *circle, *icon, *title, *subtitle;
  GtkWidget *message_box, *message_icon, *message_title, *message, *message_more;
  GtkWidget *card;
  Row rows[KIOSK_FORM_MAX_ROWS];
  GtkWidget *text, *secret;
  GtkWidget *hint, *hint_key, *hint_text, *back, *primary;
  GtkWidget *line, *footer_title, *footer;
};

G_DEFINE_FINAL_TYPE (KioskForm, kiosk_form, GTK_TYPE_BOX)

enum { SIGNAL_SUBMIT, SIGNAL_BACK, N_SIGNALS };
static guint signals[N_SIGNALS];

static gboolean
is_open (GtkWidget *field)
{
  return gtk_widget_get_visible (field) && gtk_widget_get_sensitive (field);
}

static void
submit (KioskForm *self)
{
  GtkWidget *fields[] = { self->text, self->secret };

  if (!is_open (self->text) && !is_open (self->secret))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (is_open (fields[i]) && kiosk_field_is_empty (KIOSK_FIELD (fields[i])))
      {
        gtk_widget_grab_focus (fields[i]);
        return;
      }
  g_signal_emit (self, signals[SIGNAL_SUBMIT], 0);
}

static void
on_activate (KioskField *field, KioskForm *self)
{
  if (GTK_WIDGET (field) == self->text && is_open (self->secret))
    gtk_widget_grab_focus (self->secret);
  else
    submit (self);
}

static void
on_primary (GtkButton *button, KioskForm *self)
{
  submit (self);
}

static void
on_back (GtkButton *button, KioskForm *self)
{
  g_signal_emit (self, signals[SIGNAL_BACK], 0);
}

static void
add_head (KioskForm *self)
{
  GtkWidget *words = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 6, NULL);

  self->head = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 18, "form-head");
  self->icon = kiosk_icon_new (NULL, 32, NULL);
  self->circle = kiosk_circle_new (self->icon, NULL);
  self->title = kiosk_paragraph_new ("title-1");
  self->subtitle = kiosk_paragraph_new ("dim-label");
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), self->subtitle);
  gtk_box_append (GTK_BOX (self->head), self->circle);
  gtk_box_append (GTK_BOX (self->head), words);
  gtk_box_append (GTK_BOX (self), self->head);
}

static void
add_message (KioskForm *self)
{
  GtkWidget *words = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 3, NULL);

  self->message_box = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT,
                                    "spacing", 15, NULL);
  gtk_widget_add_css_class (self->message_box, "message");
  self->message_icon = kiosk_icon_new ("kiosk-refused-symbolic", 16, NULL);
  gtk_widget_set_valign (self->message_icon, GTK_ALIGN_START);
  self->message_title = kiosk_paragraph_new ("message-title");
  self->message = kiosk_paragraph_new (NULL);
  self->message_more = kiosk_paragraph_new ("small");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), self->message_title);
  gtk_box_append (GTK_BOX (words), self->message);
  gtk_box_append (GTK_BOX (words), self->message_more);
  gtk_box_append (GTK_BOX (self->message_box), self->message_icon);
  gtk_box_append (GTK_BOX (self->message_box), words);
  gtk_box_append (GTK_BOX (self), self->message_box);
}

static void
add_rows (KioskForm *self)
{
  GtkSizeGroup *names = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);

  self->card = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, "card rows");
  for (guint i = 0; i < KIOSK_FORM_MAX_ROWS; i++)
    {
      Row *row = &self->rows[i];

      row->box = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, "row");
      row->tick = kiosk_icon_new ("object-select-symbolic", 16, "accent");
      row->name = kiosk_paragraph_new ("dim-label small");
      row->value = kiosk_paragraph_new ("row-value numeric");
      row->trail = kiosk_label_new ("dim-label small");
      gtk_label_set_width_chars (GTK_LABEL (row->name), 12);
      gtk_label_set_max_width_chars (GTK_LABEL (row->name), 20);
      gtk_widget_set_hexpand (row->value, TRUE);
      gtk_size_group_add_widget (names, row->name);
      gtk_box_append (GTK_BOX (row->box), row->tick);
      gtk_box_append (GTK_BOX (row->box), row->name);
      gtk_box_append (GTK_BOX (row->box), row->value);
      gtk_box_append (GTK_BOX (row->box), row->trail);
      gtk_box_append (GTK_BOX (self->card), row->box);
    }
  g_object_unref (names);
  gtk_box_append (GTK_BOX (self), self->card);
}

static void
add_fields (KioskForm *self)
{
  self->text = kiosk_field_new (FALSE);
  self->secret = kiosk_field_new (TRUE);
  g_signal_connect (self->text, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect (self->secret, "activate", G_CALLBACK (on_activate), self);
  gtk_box_append (GTK_BOX (self), self->text);
  gtk_box_append (GTK_BOX (self), self->secret);
}

static void
add_buttons (KioskForm *self)
{
  GtkWidget *row = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, "form-buttons");

  self->hint = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 8, NULL);
  self->hint_key = kiosk_key_new ("Enter");
  self->hint_text = kiosk_paragraph_new ("dim-label small");
  gtk_box_append (GTK_BOX (self->hint), self->hint_key);
  gtk_box_append (GTK_BOX (self->hint), self->hint_text);
  gtk_widget_set_hexpand (self->hint_text, TRUE);
  gtk_widget_set_hexpand (self->hint, TRUE);
  self->back = kiosk_button_new (NULL, "Esc", "flat big");
  self->primary = kiosk_button_new (NULL, NULL, "suggested-action big wide");
  gtk_widget_set_halign (self->back, GTK_ALIGN_START);
  gtk_widget_set_valign (self->primary, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), self->back);
  gtk_box_append (GTK_BOX (row), self->hint);
  gtk_box_append (GTK_BOX (row), self->primary);
  gtk_box_append (GTK_BOX (self), row);
  g_signal_connect (self->primary, "clicked", G_CALLBACK (on_primary), self);
  g_signal_connect (self->back, "clicked", G_CALLBACK (on_back), self);
}

static void
add_footer (KioskForm *self)
{
  self->line = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
  self->footer_title = kiosk_label_new ("small bold");
  self->footer = kiosk_paragraph_new ("dim-label small numeric");
  gtk_widget_add_css_class (self->line, "form-line");
  gtk_box_append (GTK_BOX (self), self->line);
  gtk_box_append (GTK_BOX (self), self->footer_title);
  gtk_box_append (GTK_BOX (self), self->footer);
}

static void
kiosk_form_class_init (KioskFormClass *class)
{
  signals[SIGNAL_SUBMIT] = g_signal_new ("submit", KIOSK_TYPE_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_BACK] = g_signal_new ("back", KIOSK_TYPE_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "form");
}

static void
kiosk_form_init (KioskForm *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  add_head (self);
  add_message (self);
  add_rows (self);
  add_fields (self);
  add_buttons (self);
  add_footer (self);
}

GtkWidget *
kiosk_form_new (void)
{
  return g_object_new (KIOSK_TYPE_FORM, NULL);
}

static void
update_message (KioskForm *self, const KioskFormContent *content)
{
  gboolean any = content->message_title != NULL || content->message != NULL;

  kiosk_label_set (self->message_title, content->message_title);
  kiosk_label_set (self->message, content->message);
  kiosk_label_set (self->message_more, content->message_more);
  kiosk_style_toggle (self->message_box, "alert", content->alert);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->message_icon),
                                content->alert ? "kiosk-refused-symbolic"
                                               : "dialog-information-symbolic");
  gtk_widget_set_visible (self->message_box, any);
}

static void
update_rows (KioskForm *self, const KioskFormContent *content)
{
  for (guint i = 0; i < KIOSK_FORM_MAX_ROWS; i++)
    {
      const KioskFormRow *from = &content->rows[i];
      Row *row = &self->rows[i];

      gtk_widget_set_visible (row->box, i < content->n_rows);
      if (i >= content->n_rows)
        continue;
      gtk_widget_set_visible (row->tick, from->tick);
      kiosk_label_set (row->name, from->name);
      kiosk_label_set (row->value, from->value);
      kiosk_label_set (row->trail, from->trail);
      kiosk_style_toggle (row->value, "strong", from->strong);
    }
  gtk_widget_set_visible (self->card, content->n_rows > 0);
}

/* A field that leaves the page takes nothing with it. */
static void
update_field (GtkWidget *field, const char *name, gboolean busy)
{
  if (name == NULL && !kiosk_field_is_empty (KIOSK_FIELD (field)))
    kiosk_field_clear (KIOSK_FIELD (field));
  gtk_widget_set_visible (field, name != NULL);
  gtk_widget_set_sensitive (field, !busy);
  if (name != NULL)
    kiosk_field_set_name (KIOSK_FIELD (field), name);
}

void
kiosk_form_update (KioskForm *self, const KioskFormContent *content)
{
  gtk_widget_set_visible (self->circle, content->icon != NULL);
  if (content->icon != NULL)
    gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), content->icon);
  kiosk_label_set (self->title, content->title);
  kiosk_label_set (self->subtitle, content->subtitle);
  update_message (self, content);
  update_rows (self, content);
  update_field (self->text, content->text_name, content->busy);
  update_field (self->secret, content->secret_name, content->busy);
  kiosk_field_set_code (KIOSK_FIELD (self->text), content->code);
  kiosk_field_set_caps_text (KIOSK_FIELD (self->secret), content->caps);
  gtk_widget_set_visible (self->hint_key, content->hint);
  kiosk_label_set (self->hint_text, content->hint_text);
  gtk_widget_set_visible (self->back, content->back != NULL);
  kiosk_button_set (self->back, content->back);
  gtk_widget_set_visible (self->primary, content->primary != NULL);
  kiosk_button_set (self->primary, content->primary);
  gtk_widget_set_sensitive (self->primary, !content->busy);
  kiosk_label_set (self->footer_title, content->footer_title);
  kiosk_label_set (self->footer, content->footer);
  gtk_widget_set_visible (self->line, content->footer != NULL);
}

KioskField *
kiosk_form_get_text (KioskForm *self)
{
  return KIOSK_FIELD (self->text);
}

KioskField *
kiosk_form_get_secret (KioskForm *self)
{
  return KIOSK_FIELD (self->secret);
}

void
kiosk_form_focus (KioskForm *self)
{
  if (is_open (self->text)
      && (kiosk_field_is_empty (KIOSK_FIELD (self->text)) || !is_open (self->secret)))
    gtk_widget_grab_focus (self->text);
  else if (is_open (self->secret))
    gtk_widget_grab_focus (self->secret);
  else if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    /* Nothing to type: and Enter, pressed once too often, must not start again. Esc does. */
    gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), NULL);
}

void
kiosk_form_reset (KioskForm *self)
{
  kiosk_field_clear (KIOSK_FIELD (self->text));
  kiosk_field_clear (KIOSK_FIELD (self->secret));
  kiosk_form_focus (self);
}
