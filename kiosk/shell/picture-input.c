/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "picture-input.h"

#include "keys.h"

#include <linux/input-event-codes.h>

/* Turns GDK's events into messages to the worker. What a key means is decided in keys.c, whether
 * input may pass in picture.c. */

/* [MS-RDPBCGR] 2.2.8.1.1.3.1.1.3 and .4 */
#define PTRFLAGS_HWHEEL 0x0400u
#define PTRFLAGS_WHEEL 0x0200u
#define PTRFLAGS_MOVE 0x0800u
#define PTRFLAGS_DOWN 0x8000u
#define PTRFLAGS_BUTTON1 0x1000u
#define PTRFLAGS_BUTTON2 0x2000u
#define PTRFLAGS_BUTTON3 0x4000u
#define PTRXFLAGS_DOWN 0x8000u
#define PTRXFLAGS_BUTTON1 0x0001u
#define PTRXFLAGS_BUTTON2 0x0002u
#define WHEEL_ROTATION_MASK 0x01ffu /* nine bits, two's complement */
#define WHEEL_NOTCH 120
#define MAX_NOTCHES 10 /* of one event */

#define MAX_HELD 32 /* keys: more than a person has fingers */

#define LOCK_SCROLL 1u
#define LOCK_NUM 2u
#define LOCK_CAPS 4u

typedef struct {
  guint keycode;
  gboolean known; /* to the server; otherwise pressed while the way was closed */
  KioskKey key;
} Held;

struct _KioskPictureInput {
  GtkWidget *widget;
  KioskPictureInputEvents events;
  gpointer data;
  GtkEventController *focus, *keys, *pointer, *crossing;

  KioskPictureLink *link; /* NULL: closed */
  gboolean focused;
  gboolean forwarding; /* the server thinks that we have the focus */
  KioskPictureView view;

  Held held[MAX_HELD];
  guint n_held;
  guint buttons; /* bit n: button n of GDK is down at the server */
  double scroll_x, scroll_y;
  double last_x, last_y;
};

/* ---- the way ---- */

static guint
lock_keys (KioskPictureInput *self)
{
  GdkSeat *seat = gdk_display_get_default_seat (gtk_widget_get_display (self->widget));
  GdkDevice *keyboard = seat != NULL ? gdk_seat_get_keyboard (seat) : NULL;

  if (keyboard == NULL)
    return 0;
  return (gdk_device_get_scroll_lock_state (keyboard) ? LOCK_SCROLL : 0)
         | (gdk_device_get_num_lock_state (keyboard) ? LOCK_NUM : 0)
         | (gdk_device_get_caps_lock_state (keyboard) ? LOCK_CAPS : 0);
}

static void
update_forwarding (KioskPictureInput *self)
{
  gboolean forwarding = self->link != NULL && self->focused;

  if (forwarding == self->forwarding)
    return;
  self->forwarding = forwarding;
  self->buttons = 0;
  self->scroll_x = self->scroll_y = 0;
  /* Held keys are remembered as unknown to the server: neither their repeats nor their releases
   * mean anything to it from here on. */
  for (guint i = 0; i < self->n_held; i++)
    self->held[i].known = FALSE;
  if (self->link != NULL)
    kiosk_picture_link_send (self->link, KIOSK_RDP_INPUT_FOCUS, forwarding ? 1 : 0,
                             forwarding ? lock_keys (self) : 0, 0);
}

static void
on_focus_enter (GtkEventControllerFocus *controller, KioskPictureInput *self)
{
  self->focused = TRUE;
  update_forwarding (self);
}

static void
on_focus_leave (GtkEventControllerFocus *controller, KioskPictureInput *self)
{
  self->focused = FALSE;
  update_forwarding (self);
  self->n_held = 0; /* their releases go elsewhere */
}

/* ---- keys ---- */

static void
send_key (KioskPictureLink *link, const KioskKey *key, gboolean down)
{
  for (guint i = 0; i < key->n_codes; i++)
    kiosk_picture_link_send (link, key->unicode ? KIOSK_RDP_INPUT_UNICODE : KIOSK_RDP_INPUT_KEY,
                             key->codes[i], down ? 1 : 0, 0);
}

static Held *
find_held (KioskPictureInput *self, guint keycode)
{
  for (guint i = 0; i < self->n_held; i++)
    if (self->held[i].keycode == keycode)
      return &self->held[i];
  return NULL;
}

static guint
value_at (KioskPictureInput *self, guint evdev)
{
  g_autofree GdkKeymapKey *entries = NULL;
  g_autofree guint *values = NULL;
  int n = 0;

  if (!gdk_display_map_keycode (gtk_widget_get_display (self->widget), evdev + 8, &entries, &values,
                                &n))
    return 0;
  return n > 0 ? values[0] : 0;
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller, guint keyval, guint keycode,
                GdkModifierType state, KioskPictureInput *self)
{
  Held *held = find_held (self, keycode);
  gboolean plausible;
  KioskKey key;

  self->events.activity (self->data);
  if (held != NULL) /* a repeat */
    {
      if (self->forwarding && held->known)
        send_key (self->link, &held->key, TRUE);
      return TRUE;
    }

  plausible = kiosk_keys_plausible (value_at (self, KEY_ENTER), value_at (self, KEY_SPACE));
  if (self->n_held == MAX_HELD || !kiosk_keys_resolve (keycode, keyval, state, plausible, &key))
    return TRUE;
  self->held[self->n_held++] = (Held){ keycode, self->forwarding, key };
  if (self->forwarding)
    send_key (self->link, &key, TRUE);
  return TRUE; /* also what is not forwarded: no binding of GTK may see a key of the session */
}

static void
on_key_released (GtkEventControllerKey *controller, guint keyval, guint keycode,
                 GdkModifierType state, KioskPictureInput *self)
{
  Held *held = find_held (self, keycode);

  if (held == NULL) /* pressed elsewhere, or a key of the terminal */
    return;
  if (self->forwarding && held->known)
    send_key (self->link, &held->key, FALSE);
  *held = self->held[--self->n_held];
}

void
kiosk_picture_input_note_key (KioskPictureInput *self, guint keycode, gboolean down)
{
  Held *held = find_held (self, keycode);

  if (down && held == NULL && self->n_held < MAX_HELD)
    self->held[self->n_held++] = (Held){ .keycode = keycode, .known = FALSE };
  else if (!down && held != NULL && !held->known)
    *held = self->held[--self->n_held];
}

/* ---- pointer ---- */

/* Where @event happened, in the widget. A turn of the wheel carries no position: where the pointer
 * was last. */
static void
locate (KioskPictureInput *self, GdkEvent *event, double *x, double *y)
{
  GtkNative *native = gtk_widget_get_native (self->widget);
  double surface_x = 0, surface_y = 0, offset_x = 0, offset_y = 0;
  graphene_point_t in_window, point;

  *x = self->last_x;
  *y = self->last_y;
  if (!gdk_event_get_position (event, &surface_x, &surface_y))
    return;
  gtk_native_get_surface_transform (native, &offset_x, &offset_y);
  graphene_point_init (&in_window, (float) (surface_x - offset_x), (float) (surface_y - offset_y));
  if (!gtk_widget_compute_point (GTK_WIDGET (native), self->widget, &in_window, &point))
    return;
  *x = point.x;
  *y = point.y;
}

static void
on_button (KioskPictureInput *self, guint button, gboolean down, guint x, guint y)
{
  static const struct {
    guint button; /* GDK: 8 and 9 are the side buttons, 4 to 7 were once the wheel */
    KioskRdpInputKind kind;
    guint32 flags, down;
  } buttons[] = {
    { GDK_BUTTON_PRIMARY, KIOSK_RDP_INPUT_POINTER, PTRFLAGS_BUTTON1, PTRFLAGS_DOWN },
    { GDK_BUTTON_SECONDARY, KIOSK_RDP_INPUT_POINTER, PTRFLAGS_BUTTON2, PTRFLAGS_DOWN },
    { GDK_BUTTON_MIDDLE, KIOSK_RDP_INPUT_POINTER, PTRFLAGS_BUTTON3, PTRFLAGS_DOWN },
    { 8, KIOSK_RDP_INPUT_POINTER_EXTENDED, PTRXFLAGS_BUTTON1, PTRXFLAGS_DOWN },
    { 9, KIOSK_RDP_INPUT_POINTER_EXTENDED, PTRXFLAGS_BUTTON2, PTRXFLAGS_DOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      guint bit = 1u << buttons[i].button;

      if (buttons[i].button != button || (!down && (self->buttons & bit) == 0))
        continue;
      self->buttons = down ? self->buttons | bit : self->buttons & ~bit;
      kiosk_picture_link_send (self->link, buttons[i].kind,
                               buttons[i].flags | (down ? buttons[i].down : 0), x, y);
    }
}

/* Whole notches only: a server that takes each message for one click of the wheel would race on the
 * small steps of a touch pad. */
static void
turn_wheel (KioskPictureInput *self, double *sum, double delta, guint32 flag, int direction,
            guint x, guint y)
{
  int notches;

  if ((delta < 0) != (*sum < 0))
    *sum = 0;
  *sum += delta;
  notches = (int) CLAMP (*sum, -MAX_NOTCHES, MAX_NOTCHES);
  *sum = ABS (*sum) > MAX_NOTCHES ? 0 : *sum - notches;
  for (int i = 0; i < ABS (notches); i++)
    {
      int rotation = (notches > 0 ? direction : -direction) * WHEEL_NOTCH;

      kiosk_picture_link_send (self->link, KIOSK_RDP_INPUT_POINTER,
                               flag | ((guint32) rotation & WHEEL_ROTATION_MASK), x, y);
    }
}

static void
on_scroll (KioskPictureInput *self, GdkEvent *event, guint x, guint y)
{
  double delta_x = 0, delta_y = 0;

  switch (gdk_scroll_event_get_direction (event))
    {
    case GDK_SCROLL_UP:
      delta_y = -1;
      break;
    case GDK_SCROLL_DOWN:
      delta_y = 1;
      break;
    case GDK_SCROLL_LEFT:
      delta_x = -1;
      break;
    case GDK_SCROLL_RIGHT:
      delta_x = 1;
      break;
    case GDK_SCROLL_SMOOTH:
    default:
      gdk_scroll_event_get_deltas (event, &delta_x, &delta_y);
      break;
    }
  /* Down is negative for the wheel of RDP, right is positive. */
  turn_wheel (self, &self->scroll_y, delta_y, PTRFLAGS_WHEEL, -1, x, y);
  turn_wheel (self, &self->scroll_x, delta_x, PTRFLAGS_HWHEEL, 1, x, y);
}

/* The server's pixel under the pointer; FALSE when nobody is to know. */
static gboolean
follow (KioskPictureInput *self, double widget_x, double widget_y, guint *x, guint *y)
{
  if (!self->forwarding || self->view.width == 0 || self->view.height == 0)
    return FALSE;
  self->events.pointer (widget_x, widget_y, self->data);
  kiosk_picture_view_locate (&self->view, widget_x, widget_y, x, y);
  return TRUE;
}

/* A pointer that appears, or over which the window appeared, does not move and is there all the
 * same. */
static void
on_pointer_enter (GtkEventControllerMotion *controller, double widget_x, double widget_y,
                  KioskPictureInput *self)
{
  guint x, y;

  if (follow (self, widget_x, widget_y, &x, &y))
    kiosk_picture_link_move (self->link, x, y);
}

/* One controller for the raw events: a gesture follows one button at a time and forgets the others. */
static gboolean
on_pointer_event (GtkEventControllerLegacy *controller, GdkEvent *event, KioskPictureInput *self)
{
  GdkEventType type = gdk_event_get_event_type (event);
  double widget_x, widget_y;
  guint x, y;

  if (type != GDK_MOTION_NOTIFY && type != GDK_BUTTON_PRESS && type != GDK_BUTTON_RELEASE
      && type != GDK_SCROLL)
    return FALSE;
  locate (self, event, &widget_x, &widget_y);
  /* A window that changes under a pointer at rest is no sign of life. */
  if (type == GDK_MOTION_NOTIFY && widget_x == self->last_x && widget_y == self->last_y)
    return TRUE;
  self->last_x = widget_x;
  self->last_y = widget_y;

  self->events.activity (self->data);
  if (type == GDK_BUTTON_PRESS && !self->focused)
    gtk_widget_grab_focus (self->widget);
  if (!follow (self, widget_x, widget_y, &x, &y))
    return TRUE;
  if (type == GDK_MOTION_NOTIFY)
    kiosk_picture_link_move (self->link, x, y);
  else if (type == GDK_SCROLL)
    on_scroll (self, event, x, y);
  else
    on_button (self, gdk_button_event_get_button (event), type == GDK_BUTTON_PRESS, x, y);
  return TRUE;
}

/* ---- public ---- */

KioskPictureInput *
kiosk_picture_input_new (GtkWidget *widget, const KioskPictureInputEvents *events, gpointer data)
{
  KioskPictureInput *self = g_new0 (KioskPictureInput, 1);

  self->widget = widget;
  self->events = *events;
  self->data = data;
  self->view.scale = 1;
  self->last_x = self->last_y = -1;

  self->focus = gtk_event_controller_focus_new ();
  g_signal_connect (self->focus, "enter", G_CALLBACK (on_focus_enter), self);
  g_signal_connect (self->focus, "leave", G_CALLBACK (on_focus_leave), self);
  gtk_widget_add_controller (widget, self->focus);

  self->keys = gtk_event_controller_key_new ();
  g_signal_connect (self->keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  g_signal_connect (self->keys, "key-released", G_CALLBACK (on_key_released), self);
  gtk_widget_add_controller (widget, self->keys);

  self->pointer = gtk_event_controller_legacy_new ();
  g_signal_connect (self->pointer, "event", G_CALLBACK (on_pointer_event), self);
  gtk_widget_add_controller (widget, self->pointer);

  self->crossing = gtk_event_controller_motion_new ();
  g_signal_connect (self->crossing, "enter", G_CALLBACK (on_pointer_enter), self);
  gtk_widget_add_controller (widget, self->crossing);
  return self;
}

void
kiosk_picture_input_free (KioskPictureInput *self)
{
  gtk_widget_remove_controller (self->widget, self->focus);
  gtk_widget_remove_controller (self->widget, self->keys);
  gtk_widget_remove_controller (self->widget, self->pointer);
  gtk_widget_remove_controller (self->widget, self->crossing);
  g_free (self);
}

void
kiosk_picture_input_set_link (KioskPictureInput *self, KioskPictureLink *link)
{
  KioskPictureLink *before = self->link;

  if (link == before)
    return;
  self->link = NULL;
  /* The last word goes to the link that closes. */
  if (self->forwarding && before != NULL)
    kiosk_picture_link_send (before, KIOSK_RDP_INPUT_FOCUS, 0, 0, 0);
  update_forwarding (self);
  self->link = link;
  update_forwarding (self);
}

void
kiosk_picture_input_drop_link (KioskPictureInput *self)
{
  self->link = NULL;
  update_forwarding (self);
}

void
kiosk_picture_input_set_view (KioskPictureInput *self, const KioskPictureView *view)
{
  self->view = *view;
}

void
kiosk_picture_input_send_secure_attention (KioskPictureInput *self, KioskPictureLink *link)
{
  static const guint evdev[] = { KEY_LEFTCTRL, KEY_LEFTALT, KEY_DELETE };

  for (guint i = 0; i < self->n_held; i++)
    if (self->held[i].known)
      {
        send_key (link, &self->held[i].key, FALSE);
        self->held[i].known = FALSE;
      }
  for (guint i = 0; i < G_N_ELEMENTS (evdev); i++)
    kiosk_picture_link_send (link, KIOSK_RDP_INPUT_KEY, kiosk_keys_scancode (evdev[i]), 1, 0);
  for (guint i = G_N_ELEMENTS (evdev); i-- > 0;)
    kiosk_picture_link_send (link, KIOSK_RDP_INPUT_KEY, kiosk_keys_scancode (evdev[i]), 0, 0);
}
