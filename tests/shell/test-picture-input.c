/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "picture-fixture.h"

#include <linux/input-event-codes.h>
#include <string.h>

/* Keys and pointer, struck on the X server in which the compositor runs, as the worker gets them. */

static void
press (guint evdev)
{
  test_display_key (evdev, TRUE);
  test_display_key (evdev, FALSE);
}

/* Every key of a Japanese keyboard, struck on the X server that cage runs in. */
static void
test_keys (Fixture *f, gconstpointer data)
{
  static const struct {
    guint from, to; /* Linux keys */
    guint code;     /* of the first; the others follow */
  } rows[] = {
    { KEY_ESC, KEY_KPASTERISK, 0x01 },
    { KEY_LEFTALT, KEY_LEFTALT, 0x38 },
    { KEY_SPACE, KEY_SPACE, 0x39 },
    { KEY_CAPSLOCK, KEY_CAPSLOCK, 0x3a },
    { KEY_CAPSLOCK, KEY_CAPSLOCK, 0x3a },
    { KEY_F1, KEY_F10, 0x3b },
    { KEY_NUMLOCK, KEY_NUMLOCK, 0x45 },
    { KEY_NUMLOCK, KEY_NUMLOCK, 0x45 },
    { KEY_SCROLLLOCK, KEY_SCROLLLOCK, 0x46 },
    { KEY_SCROLLLOCK, KEY_SCROLLLOCK, 0x46 },
    { KEY_KP7, KEY_KPDOT, 0x47 },
    { KEY_F11, KEY_F12, 0x57 },
    { KEY_RO, KEY_RO, 0x73 },
    { KEY_HENKAN, KEY_HENKAN, 0x79 },
    { KEY_KATAKANAHIRAGANA, KEY_KATAKANAHIRAGANA, 0x70 },
    { KEY_MUHENKAN, KEY_MUHENKAN, 0x7b },
    { KEY_YEN, KEY_YEN, 0x7d },
    { KEY_KPENTER, KEY_RIGHTCTRL, 0x11c },
    { KEY_KPSLASH, KEY_KPSLASH, 0x135 },
    { KEY_SYSRQ, KEY_RIGHTALT, 0x137 },
    { KEY_HOME, KEY_PAGEUP, 0x147 },
    { KEY_LEFT, KEY_LEFT, 0x14b },
    { KEY_RIGHT, KEY_RIGHT, 0x14d },
    { KEY_END, KEY_DELETE, 0x14f },
    { KEY_PAUSE, KEY_PAUSE, 0x146 },
    { KEY_LEFTMETA, KEY_COMPOSE, 0x15b },
    { KEY_102ND, KEY_102ND, 0x56 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint key = rows[i].from; key <= rows[i].to; key++)
      {
        g_test_message ("key %u", key);
        press (key);
        fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, rows[i].code + key - rows[i].from, 1, 0);
        fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, rows[i].code + key - rows[i].from, 0, 0);
      }

  /* What stays here. */
  press (KEY_MUTE);
  press (KEY_VOLUMEUP);
  press (KEY_CALC);
  press (KEY_A);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1e, 1, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1e, 0, 0);
  g_assert_cmpuint (f->n_input, >, 100);
}

static void
test_short_cuts (Fixture *f, gconstpointer data)
{
  /* Keys of the server, those of GTK's windows among them. */
  static const struct {
    guint modifier, modifier_code, key, code;
  } rows[] = {
    { KEY_LEFTMETA, 0x15b, KEY_L, 0x26 },    { KEY_LEFTALT, 0x38, KEY_F4, 0x3e },
    { KEY_LEFTALT, 0x38, KEY_TAB, 0x0f },    { KEY_LEFTCTRL, 0x1d, KEY_SEMICOLON, 0x27 },
    { KEY_LEFTCTRL, 0x1d, KEY_DOT, 0x34 },   { KEY_LEFTSHIFT, 0x2a, KEY_TAB, 0x0f },
    { KEY_RIGHTSHIFT, 0x36, KEY_F10, 0x44 }, { KEY_RIGHTCTRL, 0x11d, KEY_PAUSE, 0x146 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      test_display_key (rows[i].modifier, TRUE);
      press (rows[i].key);
      test_display_key (rows[i].modifier, FALSE);
      fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, rows[i].modifier_code, 1, 0);
      fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, rows[i].code, 1, 0);
      fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, rows[i].code, 0, 0);
      fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, rows[i].modifier_code, 0, 0);
    }
}

/* The three ways in which the road to the server closes while keys are held. */
static void
test_held (Fixture *f, gconstpointer data)
{
  const char *how = data;

  test_display_move (300, 300);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, 300, 300 - BAR);
  test_display_key (KEY_LEFTCTRL, TRUE);
  test_display_key (KEY_A, TRUE);
  test_display_button (1, TRUE);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1d, 1, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1e, 1, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x9000, 300, 300 - BAR);

  if (g_str_equal (how, "focus"))
    gtk_widget_grab_focus (other);
  else if (g_str_equal (how, "hold"))
    kiosk_picture_set_hold (picture, TRUE);
  else if (g_str_equal (how, "suspend"))
    kiosk_picture_set_suspended (picture, TRUE);
  else
    gtk_stack_set_visible_child_name (GTK_STACK (stack), "other");
  fixture_assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 0, 0, 0);

  /* Not a word about what happens from here on, releases included. */
  test_display_key (KEY_A, FALSE);
  test_display_key (KEY_LEFTCTRL, FALSE);
  test_display_button (1, FALSE);
  press (KEY_B);
  test_display_move (310, 310);
  fixture_barrier (f);
  fixture_hear (f);
  g_assert_true (g_queue_is_empty (&f->heard));

  if (!g_str_equal (how, "hold"))
    return;
  /* A key held over the end of the hold belongs to the terminal up to its release. */
  f->n_input = 0;
  test_display_key (KEY_C, TRUE);
  while (f->n_input == 0)
    g_main_context_iteration (NULL, TRUE);
  kiosk_picture_set_hold (picture, FALSE);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 1, 0, 0);
  test_display_key (KEY_C, FALSE);
  press (KEY_D);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x20, 1, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x20, 0, 0);
}

/* The Enter that unlocks is still down when the picture gets the focus: its repeats are not typed
 * into the session. */
static void
test_held_elsewhere (Fixture *f, gconstpointer data)
{
  gtk_widget_grab_focus (other);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 0, 0, 0);
  test_display_key (KEY_C, TRUE);
  kiosk_picture_note_key (picture, KEY_C + 8, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (picture));
  fixture_assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 1, 0, 0);
  f->n_input = 0;
  while (f->n_input < 2) /* until it repeats */
    g_main_context_iteration (NULL, TRUE);
  test_display_key (KEY_C, FALSE);
  press (KEY_D);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x20, 1, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x20, 0, 0);
}

static gboolean
on_window_key (GtkEventControllerKey *controller, guint keyval, guint keycode,
               GdkModifierType state, gpointer data)
{
  return keycode == KEY_L + 8 && (state & GDK_CONTROL_MASK) && (state & GDK_ALT_MASK);
}

/* The terminal's own keys are taken before the picture sees them. */
static void
test_terminal_key (Fixture *f, gconstpointer data)
{
  GtkEventController *controller = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "key-pressed", G_CALLBACK (on_window_key), NULL);
  gtk_widget_add_controller (GTK_WIDGET (window), controller);

  test_display_key (KEY_LEFTCTRL, TRUE);
  test_display_key (KEY_LEFTALT, TRUE);
  press (KEY_L);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1d, 1, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x38, 1, 0);

  kiosk_picture_send_secure_attention (picture);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1d, 0, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x38, 0, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1d, 1, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x38, 1, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x153, 1, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x153, 0, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x38, 0, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1d, 0, 0);

  test_display_key (KEY_LEFTALT, FALSE);
  test_display_key (KEY_LEFTCTRL, FALSE);
  press (KEY_E);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x12, 1, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x12, 0, 0);
  gtk_widget_remove_controller (GTK_WIDGET (window), controller);
}

static void
test_pointer (Fixture *f, gconstpointer data)
{
  static const struct {
    guint button, down, up;
  } buttons[] = { { 1, 0x9000, 0x1000 }, { 2, 0xc000, 0x4000 }, { 3, 0xa000, 0x2000 } };

  test_display_move (0, BAR);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, 0, 0);
  test_display_move (WIDTH - 1, TEST_SCREEN_HEIGHT - 1);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, WIDTH - 1, HEIGHT - 1);
  test_display_move (123, 345);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, 123, 345 - BAR);

  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    test_display_button (buttons[i].button, TRUE); /* all at once */
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, buttons[i].down, 123, 345 - BAR);
  /* A drag that leaves the picture stays at its edge. */
  test_display_move (123, 10);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, 123, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      test_display_button (buttons[i].button, FALSE);
      fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, buttons[i].up, 123, 0);
    }

  test_display_move (200, 200);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, 200, 200 - BAR);
  test_display_button (4, TRUE);
  test_display_button (4, FALSE);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0278, 200, 200 - BAR);
  test_display_button (5, TRUE);
  test_display_button (5, FALSE);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0388, 200, 200 - BAR);
}

/* A click gives the focus back and counts. */
static void
test_click_focus (Fixture *f, gconstpointer data)
{
  test_display_move (200, 200);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, 200, 200 - BAR);
  gtk_widget_grab_focus (other);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 0, 0, 0);
  test_display_button (1, TRUE);
  test_display_button (1, FALSE);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 1, 0, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x9000, 200, 200 - BAR);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x1000, 200, 200 - BAR);
}

static void
test_lock_keys (Fixture *f, gconstpointer data)
{
  press (KEY_CAPSLOCK);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x3a, 1, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x3a, 0, 0);
  gtk_widget_grab_focus (other);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 0, 0, 0);
  gtk_widget_grab_focus (GTK_WIDGET (picture));
  fixture_assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 1, 4, 0);
  press (KEY_CAPSLOCK);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x3a, 1, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x3a, 0, 0);
  /* wlroots on X takes the lock keys from X's events, which tell the state before them. */
  press (KEY_A);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1e, 1, 0);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1e, 0, 0);
}

static gboolean
cursor_is (Fixture *f, gpointer data)
{
  GdkCursor *cursor = gtk_widget_get_cursor (GTK_WIDGET (picture));
  const char *name = cursor != NULL ? gdk_cursor_get_name (cursor) : NULL;

  return cursor != NULL && g_strcmp0 (name, data) == 0;
}

static void
test_cursor (Fixture *f, gconstpointer data)
{
  g_autofree KioskRdpCursor *message = g_new0 (KioskRdpCursor, 1);
  guint8 pixels[4 * 3 * 4];
  GdkCursor *cursor;

  message->kind = KIOSK_RDP_OUTPUT_CURSOR;
  message->width = 4;
  message->height = 3;
  message->hot_x = 2;
  message->hot_y = 1;
  memcpy (message->pixels, "\x01\x02\x03\xff", 4);
  fixture_say (f, message, sizeof *message);
  fixture_wait_until (f, cursor_is, NULL);
  cursor = gtk_widget_get_cursor (GTK_WIDGET (picture));
  g_assert_cmpint (gdk_cursor_get_hotspot_x (cursor), ==, 2);
  g_assert_cmpint (gdk_cursor_get_hotspot_y (cursor), ==, 1);
  gdk_texture_download (gdk_cursor_get_texture (cursor), pixels, 4 * 4); /* native ARGB32 */
  g_assert_cmpmem (pixels, 4, "\x01\x02\x03\xff", 4);

  memset (message, 0, sizeof *message);
  message->kind = KIOSK_RDP_OUTPUT_CURSOR;
  fixture_say (f, message, sizeof *message);
  fixture_wait_until (f, cursor_is, (gpointer) "none");
  message->standard = 1;
  fixture_say (f, message, sizeof *message);
  fixture_wait_until (f, cursor_is, (gpointer) "default");

  kiosk_picture_set_suspended (picture, TRUE);
  g_assert_null (gtk_widget_get_cursor (GTK_WIDGET (picture)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_open ();

  FIXTURE_ADD ("keys", NULL, fixture_set_up_shown, test_keys);
  FIXTURE_ADD ("short-cuts", NULL, fixture_set_up_shown, test_short_cuts);
  FIXTURE_ADD ("held/focus", "focus", fixture_set_up_shown, test_held);
  FIXTURE_ADD ("held/hold", "hold", fixture_set_up_shown, test_held);
  FIXTURE_ADD ("held/suspend", "suspend", fixture_set_up_shown, test_held);
  FIXTURE_ADD ("held/unmap", "unmap", fixture_set_up_shown, test_held);
  FIXTURE_ADD ("held/elsewhere", NULL, fixture_set_up_shown, test_held_elsewhere);
  FIXTURE_ADD ("terminal-key", NULL, fixture_set_up_shown, test_terminal_key);
  FIXTURE_ADD ("pointer", NULL, fixture_set_up_shown, test_pointer);
  FIXTURE_ADD ("click-focus", NULL, fixture_set_up_shown, test_click_focus);
  FIXTURE_ADD ("lock-keys", NULL, fixture_set_up_shown, test_lock_keys);
  FIXTURE_ADD ("cursor", NULL, fixture_set_up_shown, test_cursor);
  return fixture_run ();
}
