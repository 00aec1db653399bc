/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture-fixture.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/channel.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define HANG_MS 30000 /* only against waiting for ever */

GtkWindow *window;
GtkWidget *bar, *stack, *other;
KioskPicture *picture;

/* ---- waiting ---- */

static gboolean
on_hang (gpointer data)
{
  g_error ("waited too long");
  return G_SOURCE_REMOVE;
}

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the loop until @condition holds. Looks at least every 10 ms, since the screen tells nobody
 * that it changed. */
void
fixture_wait_until (Fixture *f, FixtureCondition condition, gpointer data)
{
  guint hang = g_timeout_add (HANG_MS, on_hang, NULL);
  guint tick = g_timeout_add_full (G_PRIORITY_LOW, 10, on_tick, NULL, NULL); /* starves nobody */

  while (!condition (f, data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
  g_source_remove (hang);
}

/* ---- worker ---- */

void
fixture_hear (Fixture *f)
{
  KioskRdpInput message;

  while (recv (f->worker, &message, sizeof message, MSG_DONTWAIT) == sizeof message)
    if (message.kind == KIOSK_RDP_INPUT_SHOWN)
      {
        g_assert_true (f->in_flight);
        f->in_flight = FALSE;
      }
    else if (message.kind == KIOSK_RDP_INPUT_FREE)
      {
        g_assert_cmpuint (message.a, <, KIOSK_RDP_BUFFERS);
        g_assert_true (f->busy[message.a]);
        f->busy[message.a] = FALSE;
      }
    else
      g_queue_push_tail (&f->heard, g_memdup2 (&message, sizeof message));
}

static gboolean
has_heard (Fixture *f, gpointer data)
{
  fixture_hear (f);
  return !g_queue_is_empty (&f->heard);
}

gboolean
fixture_has_room (Fixture *f, gpointer data)
{
  fixture_hear (f);
  return !f->in_flight && (!f->busy[0] || !f->busy[1]);
}

gboolean
fixture_is_shown (Fixture *f, gpointer data)
{
  fixture_hear (f);
  return !f->in_flight;
}

void
fixture_say (Fixture *f, const void *message, gsize size)
{
  g_assert_cmpint (send (f->worker, message, size, MSG_NOSIGNAL), ==, (gssize) size);
}

void
fixture_say_size (Fixture *f, guint width, guint height)
{
  KioskRdpSize message = { KIOSK_RDP_OUTPUT_SIZE, width, height };

  f->width = width;
  f->height = height;
  fixture_say (f, &message, sizeof message);
}

/* As a worker that was told to resume: whatever was under way is no more. */
void
fixture_begin_anew (Fixture *f)
{
  KioskRdpSize message = { KIOSK_RDP_OUTPUT_SIZE_ANEW, f->width, f->height };

  f->in_flight = f->busy[0] = f->busy[1] = FALSE;
  fixture_say (f, &message, sizeof message);
}

/* A different colour for every pixel and @seed: what is moved by one pixel is seen. The unused byte
 * is noise, which must not matter. */
guint32
fixture_pattern (guint seed, guint x, guint y)
{
  return ((seed * 37) & 0xff) << 16 | ((x + (y >> 8) * 64) & 0xff) << 8 | (y & 0xff);
}

/* Publishes a picture as soon as the flow allows it. @colour < 0: the pattern of @seed. */
void
fixture_publish (Fixture *f, guint seed, gint64 colour)
{
  KioskRdpFrame message = { KIOSK_RDP_OUTPUT_FRAME, 0, 1, { { 0, 0, f->width, f->height } } };
  guint32 *pixels;

  fixture_wait_until (f, fixture_has_room, NULL);
  message.buffer = f->busy[0] ? 1 : 0;
  pixels = f->frames + message.buffer * (KIOSK_RDP_BUFFER_SIZE / 4);
  for (guint y = 0; y < f->height; y++)
    for (guint x = 0; x < f->width; x++)
      pixels[y * f->width + x]
          = (colour < 0 ? fixture_pattern (seed, x, y) : (guint32) colour) | (x * 7) << 24;
  f->busy[message.buffer] = TRUE;
  f->in_flight = TRUE;
  fixture_say (f, &message, sizeof message);
}

void
fixture_assert_heard (Fixture *f, guint32 kind, guint32 a, guint32 b, guint32 c)
{
  g_autofree KioskRdpInput *message = NULL;

  fixture_wait_until (f, has_heard, NULL);
  message = g_queue_pop_head (&f->heard);
  g_assert_cmpuint (message->kind, ==, kind);
  g_assert_cmphex (message->a, ==, a);
  g_assert_cmpuint (message->b, ==, b);
  g_assert_cmpuint (message->c, ==, c);
}

void
fixture_forget_heard (Fixture *f)
{
  fixture_hear (f);
  g_queue_clear_full (&f->heard, g_free);
}

/* ---- screen ---- */

gboolean
fixture_shows (const guint32 *shot, const Expected *e)
{
  for (guint y = (guint) e->top; y < TEST_SCREEN_HEIGHT; y++)
    for (guint x = 0; x < WIDTH; x++)
      if (shot[y * WIDTH + x] != fixture_pattern (e->seed, x + e->pan_x, y - BAR + e->pan_y))
        return FALSE;
  return TRUE;
}

gboolean
fixture_screen_shows (Fixture *f, gpointer data)
{
  g_autofree guint32 *shot = test_display_shot ();

  return fixture_shows (shot, data);
}

guint
fixture_count (const guint32 *shot, guint32 colour, int from, int to)
{
  guint n = 0;

  for (int i = from * WIDTH; i < to * WIDTH; i++)
    n += shot[i] == colour ? 1 : 0;
  return n;
}

gboolean
fixture_bar_is (Fixture *f, gpointer data)
{
  g_autofree guint32 *shot = test_display_shot ();

  return fixture_count (shot, GPOINTER_TO_UINT (data), 0, BAR) == WIDTH * BAR;
}

/* All that was sent to the compositor before this is on the screen after it: the bar changes its
 * colour, and that is seen. */
void
fixture_barrier (Fixture *f)
{
  static gboolean other_colour;

  other_colour = !other_colour;
  if (other_colour)
    gtk_widget_add_css_class (bar, "other");
  else
    gtk_widget_remove_css_class (bar, "other");
  fixture_wait_until (f, fixture_bar_is, GUINT_TO_POINTER (other_colour ? 0x46c4cc : 0x06343b));
}

/* ---- fixture ---- */

static void
on_active (KioskPicture *self, Fixture *f)
{
  f->n_active++;
}

static void
on_ended (KioskPicture *self, Fixture *f)
{
  f->n_ended++;
}

static void
on_input (KioskPicture *self, Fixture *f)
{
  f->n_input++;
}

static void
start (Fixture *f)
{
  KioskRdpCredentials credentials = { .kind = KIOSK_RDP_CREDENTIALS, .user = "u", .password = "p" };
  KioskRdpCredentials got;
  g_autoptr (GError) error = NULL;
  kiosk_autofd int memory = kiosk_fd_new_memory ("frames", KIOSK_RDP_MEMORY_SIZE, &error);
  int shell;

  g_assert_no_error (error);
  f->frames = mmap (NULL, KIOSK_RDP_MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  g_assert_true (f->frames != MAP_FAILED);
  g_assert_true (kiosk_fd_socket_pair (&shell, &f->worker, &error));
  kiosk_picture_start (picture, shell, kiosk_fd_steal (&memory), &credentials, &error);
  g_assert_no_error (error);
  g_assert_true (kiosk_channel_receive_exact (f->worker, &got, sizeof got, NULL, 0, &error));
  g_assert_cmpmem (&got, sizeof got, &credentials, sizeof credentials);
}

void
fixture_set_up (Fixture *f, gconstpointer data)
{
  gtk_stack_set_visible_child_name (GTK_STACK (stack), "picture");
  gtk_widget_grab_focus (GTK_WIDGET (picture));
  g_signal_connect (picture, "active", G_CALLBACK (on_active), f);
  g_signal_connect (picture, "ended", G_CALLBACK (on_ended), f);
  g_signal_connect (picture, "input", G_CALLBACK (on_input), f);
  test_display_move (700, 20);
  fixture_barrier (f);
  start (f);
}

/* As fixture_set_up (), up to a picture on the screen and the focus told to the worker. */
void
fixture_set_up_shown (Fixture *f, gconstpointer data)
{
  Expected expected = { 1, BAR, 0, 0 };

  fixture_set_up (f, data);
  fixture_say_size (f, WIDTH, HEIGHT);
  fixture_publish (f, 1, -1);
  fixture_wait_until (f, fixture_is_shown, NULL);
  fixture_wait_until (f, fixture_screen_shows, &expected);
  fixture_assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 1, 0, 0);
  fixture_barrier (f);
  fixture_forget_heard (f);
  g_assert_cmpuint (f->n_active, ==, 1);
}

void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  kiosk_picture_stop (picture);
  kiosk_picture_set_hold (picture, FALSE);
  kiosk_picture_set_cover (picture, 0, 0);
  kiosk_picture_set_watermark (picture, NULL, NULL);
  g_signal_handlers_disconnect_by_data (picture, f);
  fixture_forget_heard (f);
  munmap (f->frames, KIOSK_RDP_MEMORY_SIZE);
  kiosk_fd_clear (&f->worker);
}

/* ---- window ---- */

static void
build_window (void)
{
  g_autoptr (GtkCssProvider) css = gtk_css_provider_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_css_provider_load_from_data (css,
                                   "window { background: #f5f7f7; }"
                                   ".bar { background: #06343b; }"
                                   ".bar.other { background: #46c4cc; }"
                                   ".bar.flood { background: #ffffff; }",
                                   -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_decorated (window, FALSE);
  bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (bar, "bar");
  gtk_widget_set_size_request (bar, -1, BAR);
  other = gtk_drawing_area_new ();
  gtk_widget_set_focusable (other, TRUE);
  gtk_box_append (GTK_BOX (bar), other);
  stack = gtk_stack_new ();
  picture = KIOSK_PICTURE (kiosk_picture_new ());
  gtk_stack_add_named (GTK_STACK (stack), GTK_WIDGET (picture), "picture");
  gtk_stack_add_named (GTK_STACK (stack), gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), "other");
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), stack);
  gtk_window_set_child (window, box);
  gtk_window_present (window);
}

void
fixture_open (void)
{
  g_setenv ("GTK_A11Y", "none", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE); /* dconf leaves a folder behind */
  test_display_start ("jp");
  gtk_init ();
  build_window ();
}

int
fixture_run (void)
{
  int result = g_test_run ();

  gtk_window_destroy (window);
  test_display_stop ();
  return result;
}
