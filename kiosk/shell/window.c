/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "window.h"

#include "bar.h"
#include "device-card.h"
#include "page-connecting.h"
#include "page-form.h"
#include "page-keyboard.h"
#include "page-notice.h"
#include "page-password.h"
#include "page-servers.h"
#include "page-stopped.h"
#include "page-wait.h"
#include "panel.h"
#include "status-bar.h"
#include "turn-guard.h"
#include "typing-speed.h"
#include "widgets.h"

#include "kiosk/base/clock.h"

#include <adwaita.h>

/* Layout and keys. The picture lies under the pages in one overlay, so that its size is known before
 * it is seen. */

#define MODIFIERS (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK | GDK_SUPER_MASK)
#define CTRL_ALT (GDK_CONTROL_MASK | GDK_ALT_MASK)
/* evdev code + 8 of the key L: the lock must work in every layout and input mode. */
#define KEYCODE_L 46

/* Logical pixels: a window in which a card and the list of servers have room side by side; what lies between
 * them. */
#define WIDE 1500
#define GAP 18

struct _KioskWindow {
  GtkWindow parent_instance;
  GtkWidget *bar, *picture, *content, *stack, *panel, *card_place, *card, *status_bar;
  KioskPageWidget *pages[KIOSK_N_PAGES];
  KioskPage page;
  KioskPanelKind panel_kind;
  gboolean lockable, shown;
  KioskTyping typing;
  KioskTurnGuard guard;
  gboolean painted; /* the page after which the guard closed */
  double x, y;      /* last place of the pointer */
};

G_DEFINE_FINAL_TYPE (KioskWindow, kiosk_window, GTK_TYPE_WINDOW)

enum { SIGNAL_INPUT, SIGNAL_TYPING, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- Keys ---- */

static gboolean
act (KioskWindow *self, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);
  return TRUE;
}

/* Keys that belong to the terminal on every page. */
static gboolean
own_key (KioskWindow *self, guint keyval, guint keycode, GdkModifierType modifiers)
{
  gboolean session = self->page == KIOSK_PAGE_SESSION;

  if (modifiers == CTRL_ALT && (keycode == KEYCODE_L || keyval == GDK_KEY_l))
    return act (self, "kiosk.lock-by-key");
  /* Whether there is a card or not: pressed once too often it must not arrive at the server. */
  if (modifiers == CTRL_ALT && keyval == GDK_KEY_Escape)
    return act (self, "kiosk.dismiss-devices");
  if (session && modifiers == CTRL_ALT && (keyval == GDK_KEY_Home || keyval == GDK_KEY_KP_Home))
    return act (self, "kiosk.menu");
  if (session && modifiers == CTRL_ALT && (keyval == GDK_KEY_End || keyval == GDK_KEY_KP_End))
    return act (self, "kiosk.secure-attention");
  if (!session && modifiers == 0 && keyval == GDK_KEY_F2)
    return act (self, "kiosk.toggle-language");
  if (!session && modifiers == 0 && keyval == GDK_KEY_F3)
    return act (self, "kiosk.appearance");
  return FALSE;
}

/* Keys of the machine. The one that switches it off is asked about where nobody can be logged in; in a
 * session, and everywhere else, it and those that would put the machine to sleep are no keys at all. */
static gboolean
machine_key (KioskWindow *self, guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_PowerOff:
      if (self->page == KIOSK_PAGE_LOGIN || self->page == KIOSK_PAGE_STOPPED)
        act (self, "kiosk.power-off");
      return TRUE;
    case GDK_KEY_PowerDown:
    case GDK_KEY_Sleep:
    case GDK_KEY_Standby:
    case GDK_KEY_Suspend:
    case GDK_KEY_Hibernate:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Keys that GTK would open something with. */
static gboolean
is_unwanted (guint keyval, GdkModifierType modifiers)
{
  guint lower = gdk_keyval_to_lower (keyval);
  /* inspector (i, d), code points and their preview (u) */
  gboolean letter = lower == GDK_KEY_i || lower == GDK_KEY_d || lower == GDK_KEY_u;

  return keyval == GDK_KEY_Menu || keyval == GDK_KEY_F10 || (keyval == GDK_KEY_F4 && modifiers != 0)
         || (letter && modifiers == (GDK_CONTROL_MASK | GDK_SHIFT_MASK))
         || ((keyval == GDK_KEY_period || keyval == GDK_KEY_semicolon)
             && modifiers == GDK_CONTROL_MASK);
}

static gboolean
on_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
        KioskWindow *self)
{
  GdkModifierType modifiers = state & MODIFIERS;
  guint32 time = gtk_event_controller_get_current_event_time (GTK_EVENT_CONTROLLER (controller));
  gboolean meant = kiosk_turn_guard_press (&self->guard, keycode, time, kiosk_clock_boottime ());

  if (machine_key (self, keyval) || !meant || own_key (self, keyval, keycode, modifiers))
    return TRUE;
  /* Any key stays, and none of them reaches the server. */
  if (self->panel_kind == KIOSK_PANEL_COUNTDOWN)
    return TRUE;
  if (self->panel_kind == KIOSK_PANEL_MENU)
    return kiosk_panel_key (KIOSK_PANEL (self->panel), keyval)
           || !(keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_space);
  if (self->page == KIOSK_PAGE_SESSION)
    return FALSE;
  if (is_unwanted (keyval, modifiers))
    return TRUE;
  return self->pages[self->page] != NULL
         && kiosk_page_widget_key (self->pages[self->page], keyval, modifiers);
}

static void
on_key_released (GtkEventControllerKey *controller, guint keyval, guint keycode,
                 GdkModifierType state, KioskWindow *self)
{
  kiosk_turn_guard_release (&self->guard, keycode);
}

/* Every key counts here, those of the session too. */
static void
note_typing (KioskWindow *self, GdkEvent *event)
{
  guint code = gdk_key_event_get_keycode (event), presses, milliseconds;

  if (gdk_event_get_event_type (event) == GDK_KEY_RELEASE)
    kiosk_typing_release (&self->typing, code);
  else if (kiosk_typing_press (&self->typing, code, gdk_event_get_time (event), &presses,
                               &milliseconds))
    g_signal_emit (self, signals[SIGNAL_TYPING], 0, presses, milliseconds);
}

static void
on_active (KioskWindow *self)
{
  kiosk_typing_release_all (&self->typing);
  kiosk_turn_guard_release_all (&self->guard);
}

/* Every event on its way down, whoever takes it in the end. */
static gboolean
on_event (GtkEventControllerLegacy *controller, GdkEvent *event, KioskWindow *self)
{
  gboolean meant = TRUE;
  double x, y;

  switch ((int) gdk_event_get_event_type (event))
    {
    case GDK_MOTION_NOTIFY:
      /* GTK makes up motions when widgets move under a pointer that rests. */
      if (!gdk_event_get_position (event, &x, &y) || (x == self->x && y == self->y))
        return FALSE;
      self->x = x;
      self->y = y;
      break;
    case GDK_KEY_PRESS:
    case GDK_KEY_RELEASE:
      note_typing (self, event);
      if (self->page != KIOSK_PAGE_SESSION || self->panel_kind != KIOSK_PANEL_NONE)
        kiosk_picture_note_key (KIOSK_PICTURE (self->picture), gdk_key_event_get_keycode (event),
                                gdk_event_get_event_type (event) == GDK_KEY_PRESS);
      break;
    case GDK_BUTTON_PRESS:
      meant = kiosk_turn_guard_press (&self->guard,
                                      KIOSK_TURN_BUTTON (gdk_button_event_get_button (event)),
                                      gdk_event_get_time (event), kiosk_clock_boottime ());
      break;
    case GDK_BUTTON_RELEASE:
      kiosk_turn_guard_release (&self->guard,
                                KIOSK_TURN_BUTTON (gdk_button_event_get_button (event)));
      break;
    case GDK_SCROLL:
    case GDK_TOUCH_BEGIN:
    case GDK_TOUCH_UPDATE:
      break;
    default:
      return FALSE;
    }
  g_signal_emit (self, signals[SIGNAL_INPUT], 0);
  return !meant;
}

static void
on_picture_input (KioskPicture *picture, KioskWindow *self)
{
  g_signal_emit (self, signals[SIGNAL_INPUT], 0);
}

/* ---- Window ---- */

static gboolean
kiosk_window_enable_debugging (GtkWindow *window, gboolean toggle)
{
  return TRUE; /* handled: no inspector */
}

static gboolean
kiosk_window_close_request (GtkWindow *window)
{
  return TRUE; /* handled: stays */
}

static void
kiosk_window_class_init (KioskWindowClass *class)
{
  GTK_WINDOW_CLASS (class)->enable_debugging = kiosk_window_enable_debugging;
  GTK_WINDOW_CLASS (class)->close_request = kiosk_window_close_request;
  signals[SIGNAL_INPUT] = g_signal_new ("input", KIOSK_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_TYPING] = g_signal_new ("typing", KIOSK_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void
add_page (KioskWindow *self, KioskPage page, GtkWidget *widget)
{
  self->pages[page] = KIOSK_PAGE_WIDGET (widget);
  gtk_stack_add_child (GTK_STACK (self->stack), widget);
}

static void
add_controllers (KioskWindow *self)
{
  GtkEventController *events = gtk_event_controller_legacy_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect (events, "event", G_CALLBACK (on_event), self);
  gtk_widget_add_controller (GTK_WIDGET (self), events);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  g_signal_connect (keys, "key-released", G_CALLBACK (on_key_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static void
kiosk_window_init (KioskWindow *self)
{
  GtkWidget *column = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, NULL);
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *scroll = gtk_scrolled_window_new ();

  gtk_window_set_decorated (GTK_WINDOW (self), FALSE);
  gtk_window_set_deletable (GTK_WINDOW (self), FALSE);
  gtk_window_set_handle_menubar_accel (GTK_WINDOW (self), FALSE);
  gtk_window_fullscreen (GTK_WINDOW (self));

  self->picture = kiosk_picture_new ();
  gtk_widget_set_can_focus (self->picture, FALSE);
  gtk_widget_set_child_visible (self->picture, FALSE);
  g_signal_connect (self->picture, "input", G_CALLBACK (on_picture_input), self);

  self->stack = gtk_stack_new ();
  gtk_stack_set_transition_type (GTK_STACK (self->stack), GTK_STACK_TRANSITION_TYPE_NONE);
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_widget_set_vexpand (self->stack, TRUE);
  add_page (self, KIOSK_PAGE_STOPPED, kiosk_stopped_page_new ());
  add_page (self, KIOSK_PAGE_WAIT, kiosk_wait_page_new ());
  add_page (self, KIOSK_PAGE_LOGIN, kiosk_form_page_new (KIOSK_PAGE_LOGIN));
  add_page (self, KIOSK_PAGE_PASSWORD, kiosk_password_page_new ());
  add_page (self, KIOSK_PAGE_SERVERS, kiosk_servers_page_new ());
  add_page (self, KIOSK_PAGE_APPROVE, kiosk_form_page_new (KIOSK_PAGE_APPROVE));
  add_page (self, KIOSK_PAGE_PROVE, kiosk_form_page_new (KIOSK_PAGE_PROVE));
  add_page (self, KIOSK_PAGE_CREDENTIALS, kiosk_form_page_new (KIOSK_PAGE_CREDENTIALS));
  add_page (self, KIOSK_PAGE_CONNECTING, kiosk_connecting_page_new ());
  add_page (self, KIOSK_PAGE_NOTICE, kiosk_notice_page_new ());
  add_page (self, KIOSK_PAGE_LOCKED, kiosk_form_page_new (KIOSK_PAGE_LOCKED));
  add_page (self, KIOSK_PAGE_KEYBOARD, kiosk_keyboard_page_new ());
  add_page (self, KIOSK_PAGE_END, kiosk_form_page_new (KIOSK_PAGE_END));
  self->page = KIOSK_PAGE_STOPPED;

  self->status_bar = kiosk_status_bar_new ();
  self->content = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, "content");
  /* With large text on a small screen pages scroll rather than lose their end. */
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->stack);
  gtk_box_append (GTK_BOX (self->content), scroll);
  gtk_box_append (GTK_BOX (self->content), self->status_bar);
  self->panel = kiosk_panel_new ();
  self->card = kiosk_device_card_new ();
  self->card_place = adw_clamp_new ();
  adw_clamp_set_maximum_size (ADW_CLAMP (self->card_place), KIOSK_DEVICE_CARD_WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (self->card_place), KIOSK_DEVICE_CARD_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (self->card_place), self->card);
  gtk_widget_set_valign (self->card_place, GTK_ALIGN_START);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), self->picture);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->content);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->card_place);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->panel);
  gtk_widget_set_vexpand (overlay, TRUE);
  gtk_widget_set_hexpand (overlay, TRUE);

  self->bar = kiosk_bar_new ();
  gtk_box_append (GTK_BOX (column), self->bar);
  gtk_box_append (GTK_BOX (column), overlay);
  gtk_window_set_child (GTK_WINDOW (self), column);
  add_controllers (self);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (on_active), NULL);
}

GtkWidget *
kiosk_window_new (void)
{
  return g_object_new (KIOSK_TYPE_WINDOW, NULL);
}

/* The language decides which glyphs of the Han characters are drawn. */
static void
set_language (KioskWindow *self, const KioskView *view)
{
  pango_context_set_language (
      gtk_widget_get_pango_context (GTK_WIDGET (self)),
      pango_language_from_string (view->language == KIOSK_LANGUAGE_JA ? "ja" : "en"));
}

/* At the side where nothing is typed; over a picture at the right. Pages that have room beside it make way. */
static void
update_card (KioskWindow *self, const KioskView *view)
{
  gboolean left = view->page == KIOSK_PAGE_LOGIN || view->page == KIOSK_PAGE_CREDENTIALS
                  || view->page == KIOSK_PAGE_LOCKED || view->page == KIOSK_PAGE_END;
  gboolean aside = view->page == KIOSK_PAGE_STOPPED || view->page == KIOSK_PAGE_CONNECTING
                   || view->page == KIOSK_PAGE_NOTICE
                   || (view->page == KIOSK_PAGE_SERVERS && view->width >= WIDE);
  int way = view->card && aside ? KIOSK_DEVICE_CARD_WIDTH + GAP : 0;

  kiosk_device_card_update (KIOSK_DEVICE_CARD (self->card), view);
  gtk_widget_set_visible (self->card_place, view->card);
  gtk_widget_set_halign (self->card_place, left ? GTK_ALIGN_START : GTK_ALIGN_END);
  gtk_widget_set_margin_start (self->stack, MIN (way, GAP));
  gtk_widget_set_margin_end (self->stack, way);
  kiosk_style_toggle (self->card, "left", left);
  kiosk_style_toggle (self->card, "right", !left);
}

/* Where panel and card hang into the picture, nothing of it is drawn. */
static void
update_cover (KioskWindow *self, const KioskView *view)
{
  KioskPicture *picture = KIOSK_PICTURE (self->picture);

  if (view->page == KIOSK_PAGE_SESSION && view->panel != KIOSK_PANEL_NONE)
    kiosk_picture_set_cover (picture, KIOSK_PANEL_HEIGHT, 0);
  else if (view->page == KIOSK_PAGE_SESSION && view->card)
    kiosk_picture_set_cover (picture, kiosk_device_card_get_height (KIOSK_DEVICE_CARD (self->card)),
                             view->width - KIOSK_DEVICE_CARD_WIDTH);
  else
    kiosk_picture_set_cover (picture, 0, 0);
}

/* The second time the compositor has taken what was painted the first time: before, there is no next frame. */
static void
on_painted (GdkFrameClock *clock, KioskWindow *self)
{
  if (!self->painted)
    {
      self->painted = TRUE;
      gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_AFTER_PAINT);
      return;
    }
  g_signal_handlers_disconnect_by_func (clock, on_painted, self);
  kiosk_turn_guard_shown (&self->guard, kiosk_clock_boottime ());
}

/* A page with a field, in the place of one on which somebody may be typing or clicking, and not by what they did. The
 * first page of all is such a one: the shell that was there before may have died in the midst of a session. */
static gboolean
is_surprise (KioskPage before, KioskPage after)
{
  switch ((int) before)
    {
    case KIOSK_PAGE_STOPPED:
    case KIOSK_PAGE_WAIT:
      return after == KIOSK_PAGE_LOCKED || after == KIOSK_PAGE_LOGIN;
    case KIOSK_PAGE_SERVERS: /* left by a key of its own as well */
      return after == KIOSK_PAGE_LOCKED;
    case KIOSK_PAGE_APPROVE:
    case KIOSK_PAGE_CREDENTIALS:
    case KIOSK_PAGE_CONNECTING:
    case KIOSK_PAGE_SESSION:
    case KIOSK_PAGE_NOTICE:
      return after == KIOSK_PAGE_LOCKED || after == KIOSK_PAGE_LOGIN;
    case KIOSK_PAGE_LOCKED:
    case KIOSK_PAGE_END:
      return after == KIOSK_PAGE_LOGIN;
    default:
      return FALSE;
    }
}

static void
turn_guard (KioskWindow *self, KioskPage before, KioskPage after)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  if (!is_surprise (before, after))
    {
      kiosk_turn_guard_open (&self->guard);
      return;
    }
  kiosk_turn_guard_close (&self->guard, kiosk_clock_boottime ());
  self->painted = FALSE;
  if (clock == NULL) /* not on a screen: when it comes there, everything is new */
    return;
  g_signal_handlers_disconnect_by_func (clock, on_painted, self);
  g_signal_connect_object (clock, "after-paint", G_CALLBACK (on_painted), self, 0);
}

void
kiosk_window_update (KioskWindow *self, const KioskView *view)
{
  gboolean session = view->page == KIOSK_PAGE_SESSION;
  gboolean turned = !self->shown || view->page != self->page;
  gboolean panel_closed = self->panel_kind != KIOSK_PANEL_NONE && view->panel == KIOSK_PANEL_NONE;

  set_language (self, view);
  if (turned && self->pages[self->page] != NULL)
    kiosk_page_widget_leave (self->pages[self->page]);
  if (turned)
    turn_guard (self, self->page, view->page);
  self->shown = TRUE;
  self->page = view->page;
  self->panel_kind = view->panel;

  kiosk_bar_update (KIOSK_BAR (self->bar), view);
  if (session)
    kiosk_accessible_name (self->picture, kiosk_view_server (view));
  else
    {
      kiosk_status_bar_update (KIOSK_STATUS_BAR (self->status_bar), view);
      kiosk_page_widget_update (self->pages[view->page], view);
      gtk_stack_set_visible_child (GTK_STACK (self->stack), GTK_WIDGET (self->pages[view->page]));
    }
  gtk_widget_set_visible (self->content, !session);
  gtk_widget_set_child_visible (self->picture, session);
  gtk_widget_set_can_focus (self->picture, session);
  kiosk_picture_set_hold (KIOSK_PICTURE (self->picture),
                          session && view->panel != KIOSK_PANEL_NONE);
  update_card (self, view);
  update_cover (self, view);
  kiosk_panel_update (KIOSK_PANEL (self->panel), view);
  if (session && (turned || panel_closed))
    gtk_widget_grab_focus (self->picture);
  else if (turned)
    kiosk_page_widget_enter (self->pages[view->page]);
}

KioskPicture *
kiosk_window_get_picture (KioskWindow *self)
{
  return KIOSK_PICTURE (self->picture);
}

KioskPageWidget *
kiosk_window_get_page (KioskWindow *self, KioskPage page)
{
  return self->pages[page];
}
