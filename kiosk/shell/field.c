/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "field.h"

#include "widgets.h"

/* GtkText without anything that leads elsewhere. Passwords never become a GString or a property:
 * GtkEntry and gtk_editable_get_text() are not used for them. */

struct _KioskField {
  GtkBox parent_instance;
  GtkWidget *name, *caps, *text;
  gboolean secret;
};

G_DEFINE_FINAL_TYPE (KioskField, kiosk_field, GTK_TYPE_BOX)

enum { SIGNAL_ACTIVATE, SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
on_activate (GtkText *text, KioskField *self)
{
  g_signal_emit (self, signals[SIGNAL_ACTIVATE], 0);
}

static void
on_length (GtkEntryBuffer *buffer, GParamSpec *pspec, KioskField *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* A click beside the text, on the name or the frame. */
static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, KioskField *self)
{
  gtk_widget_grab_focus (self->text);
}

/* Buttons 2 and 3 would paste the primary selection or open the menu: claimed before GtkText. */
static void
on_other_button (GtkGestureClick *gesture, int n_press, double x, double y, KioskField *self)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

  if (button == GDK_BUTTON_PRIMARY)
    return;
  gtk_widget_grab_focus (self->text);
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

/* Nothing can be dropped on the text. */
static void
remove_drops (GtkWidget *text)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (text);

  for (guint i = g_list_model_get_n_items (controllers); i > 0; i--)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i - 1);

      if (GTK_IS_DROP_TARGET (controller) || GTK_IS_DRAG_SOURCE (controller))
        gtk_widget_remove_controller (text, controller);
    }
}

static void
lock_down (GtkWidget *text)
{
  static const char *const actions[]
      = { "menu.popup",        "clipboard.cut", "clipboard.copy", "clipboard.paste",
          "misc.insert-emoji", "text.undo",     "text.redo",      "misc.toggle-visibility" };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (text, actions[i], FALSE);
  gtk_text_set_enable_emoji_completion (GTK_TEXT (text), FALSE);
  gtk_editable_set_enable_undo (GTK_EDITABLE (text), FALSE);
  remove_drops (text);
}

static void
update_caps (KioskField *self)
{
  GdkSeat *seat = gdk_display_get_default_seat (gtk_widget_get_display (GTK_WIDGET (self)));
  GdkDevice *keyboard = seat != NULL ? gdk_seat_get_keyboard (seat) : NULL;

  gtk_widget_set_visible (self->caps, self->secret && keyboard != NULL
                                          && gdk_device_get_caps_lock_state (keyboard));
}

static void
on_caps (GdkDevice *keyboard, GParamSpec *pspec, KioskField *self)
{
  update_caps (self);
}

static gboolean
kiosk_field_grab_focus (GtkWidget *widget)
{
  KioskField *self = KIOSK_FIELD (widget);

  /* What stands there from the last time is replaced by typing. Not so a secret: a selection would
   * show how much was typed. */
  return self->secret ? gtk_text_grab_focus_without_selecting (GTK_TEXT (self->text))
                      : gtk_widget_grab_focus (self->text);
}

static void
kiosk_field_class_init (KioskFieldClass *class)
{
  GTK_WIDGET_CLASS (class)->grab_focus = kiosk_field_grab_focus;
  signals[SIGNAL_ACTIVATE] = g_signal_new ("activate", KIOSK_TYPE_FIELD, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", KIOSK_TYPE_FIELD, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "field");
}

static void
kiosk_field_init (KioskField *self)
{
}

GtkWidget *
kiosk_field_new (gboolean secret)
{
  KioskField *self = g_object_new (KIOSK_TYPE_FIELD, "orientation", GTK_ORIENTATION_VERTICAL, NULL);
  GtkWidget *row = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 6, NULL);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *other = gtk_gesture_click_new ();
  GtkInputHints hints = GTK_INPUT_HINT_NO_EMOJI | GTK_INPUT_HINT_NO_SPELLCHECK;
  GdkSeat *seat;

  self->secret = secret;
  self->name = kiosk_label_new ("field-name");
  self->caps = kiosk_label_new ("field-caps");
  if (secret)
    {
      g_autoptr (GtkEntryBuffer) buffer = gtk_password_entry_buffer_new ();

      self->text = gtk_text_new_with_buffer (buffer);
      gtk_text_set_visibility (GTK_TEXT (self->text), FALSE);
      gtk_text_set_invisible_char (GTK_TEXT (self->text), 0x25cf);
      gtk_text_set_input_purpose (GTK_TEXT (self->text), GTK_INPUT_PURPOSE_PASSWORD);
      hints |= GTK_INPUT_HINT_PRIVATE;
      gtk_text_set_max_length (GTK_TEXT (self->text), KIOSK_SECRET_MAX / 4);
    }
  else
    {
      self->text = gtk_text_new ();
      gtk_text_set_max_length (GTK_TEXT (self->text), 63);
    }
  gtk_text_set_input_hints (GTK_TEXT (self->text), hints);
  lock_down (self->text);
  kiosk_style_toggle (self->text, "secret", secret);

  gtk_widget_set_hexpand (self->text, TRUE);
  gtk_box_append (GTK_BOX (row), self->text);
  gtk_box_append (GTK_BOX (row), self->caps);
  gtk_box_append (GTK_BOX (self), self->name);
  gtk_box_append (GTK_BOX (self), row);

  g_signal_connect (self->text, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect_object (gtk_text_get_buffer (GTK_TEXT (self->text)), "notify::length",
                           G_CALLBACK (on_length), self, 0);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (other), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (other), GTK_PHASE_CAPTURE);
  g_signal_connect (other, "pressed", G_CALLBACK (on_other_button), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (other));

  seat = gdk_display_get_default_seat (gdk_display_get_default ());
  if (secret && seat != NULL && gdk_seat_get_keyboard (seat) != NULL)
    g_signal_connect_object (gdk_seat_get_keyboard (seat), "notify::caps-lock-state",
                             G_CALLBACK (on_caps), self, 0);
  return GTK_WIDGET (self);
}

void
kiosk_field_set_name (KioskField *self, const char *name)
{
  kiosk_label_set (self->name, name);
  kiosk_accessible_name (self->text, name);
}

void
kiosk_field_set_caps_text (KioskField *self, const char *text)
{
  kiosk_label_set (self->caps, text);
  update_caps (self);
}

void
kiosk_field_set_code (KioskField *self, gboolean code)
{
  kiosk_style_toggle (GTK_WIDGET (self), "code", code);
}

void
kiosk_field_set_max_length (KioskField *self, int max)
{
  gtk_text_set_max_length (GTK_TEXT (self->text), max);
}

gboolean
kiosk_field_is_empty (KioskField *self)
{
  return gtk_entry_buffer_get_length (gtk_text_get_buffer (GTK_TEXT (self->text))) == 0;
}

void
kiosk_field_clear (KioskField *self)
{
  /* The buffer's delete overwrites what it drops. */
  gtk_entry_buffer_delete_text (gtk_text_get_buffer (GTK_TEXT (self->text)), 0, -1);
}

const char *
kiosk_field_get_text (KioskField *self)
{
  g_return_val_if_fail (!self->secret, "");
  return gtk_entry_buffer_get_text (gtk_text_get_buffer (GTK_TEXT (self->text)));
}

void
kiosk_field_set_text (KioskField *self, const char *text)
{
  g_return_if_fail (!self->secret);
  gtk_entry_buffer_set_text (gtk_text_get_buffer (GTK_TEXT (self->text)), text, -1);
}

const char *
kiosk_field_peek (KioskField *self)
{
  return gtk_entry_buffer_get_text (gtk_text_get_buffer (GTK_TEXT (self->text)));
}

KioskSecret *
kiosk_field_take (KioskField *self)
{
  GtkEntryBuffer *buffer = gtk_text_get_buffer (GTK_TEXT (self->text));
  g_autoptr (KioskSecret) secret = kiosk_secret_new ();
  gboolean fits = kiosk_secret_set (secret, gtk_entry_buffer_get_text (buffer),
                                    gtk_entry_buffer_get_bytes (buffer));

  kiosk_field_clear (self);
  return fits ? g_steal_pointer (&secret) : NULL;
}
