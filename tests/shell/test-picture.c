/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "display.h"
#include "picture.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/channel.h"

#include <fcntl.h>
#include <linux/input-event-codes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

/* The real widget under the real compositor. The test is the worker: it paints into the frame
 * memory and looks at what comes out on the screen. */

#define BAR 48
#define WIDTH TEST_SCREEN_WIDTH
#define HEIGHT (TEST_SCREEN_HEIGHT - BAR)
#define PAGE 0xf5f7f7 /* what is there without a picture */
#define HANG_MS 30000 /* only against waiting for ever */

static GtkWindow *window;
static GtkWidget *bar, *stack, *other;
static KioskPicture *picture;

typedef struct {
  int worker;
  guint32 *frames;
  guint width, height;
  guint n_active, n_ended, n_input;
  gboolean busy[KIOSK_RDP_BUFFERS];
  gboolean in_flight;
  GQueue heard; /* KioskRdpInput *, without SHOWN and FREE */
} Fixture;

/* ---- waiting ---- */

static gboolean
on_hang (gpointer data)
{
  g_error ("waited too long");
  return G_SOURCE_REMOVE;
}

typedef gboolean (*Condition) (Fixture *f, gpointer data);

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the loop until @condition holds. Looks at least every 10 ms, since the screen tells nobody
 * that it changed. */
static void
wait_until (Fixture *f, Condition condition, gpointer data)
{
  guint hang = g_timeout_add (HANG_MS, on_hang, NULL);
  guint tick = g_timeout_add (10, on_tick, NULL);

  while (!condition (f, data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
  g_source_remove (hang);
}

/* ---- worker ---- */

/* Takes in what came; keeps the accounts of the buffers as a worker does. */
static void
hear (Fixture *f)
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
  hear (f);
  return !g_queue_is_empty (&f->heard);
}

static gboolean
has_room (Fixture *f, gpointer data)
{
  hear (f);
  return !f->in_flight && (!f->busy[0] || !f->busy[1]);
}

static gboolean
is_shown (Fixture *f, gpointer data)
{
  hear (f);
  return !f->in_flight;
}

static void
say (Fixture *f, const void *message, gsize size)
{
  g_assert_cmpint (send (f->worker, message, size, MSG_NOSIGNAL), ==, (gssize) size);
}

static void
say_size (Fixture *f, guint width, guint height)
{
  KioskRdpSize message = { KIOSK_RDP_OUTPUT_SIZE, width, height };

  f->width = width;
  f->height = height;
  say (f, &message, sizeof message);
}

/* A different colour for every pixel and @seed: what is moved by one pixel is seen. The unused byte
 * is noise, which must not matter. */
static guint32
pattern (guint seed, guint x, guint y)
{
  return ((seed * 37) & 0xff) << 16 | ((x + (y >> 8) * 64) & 0xff) << 8 | (y & 0xff);
}

/* Publishes a picture as soon as the flow allows it. @colour < 0: the pattern of @seed. */
static void
publish (Fixture *f, guint seed, gint64 colour)
{
  KioskRdpFrame message = { KIOSK_RDP_OUTPUT_FRAME, 0, 1, { { 0, 0, f->width, f->height } } };
  guint32 *pixels;

  wait_until (f, has_room, NULL);
  message.buffer = f->busy[0] ? 1 : 0;
  pixels = f->frames + message.buffer * (KIOSK_RDP_BUFFER_SIZE / 4);
  for (guint y = 0; y < f->height; y++)
    for (guint x = 0; x < f->width; x++)
      pixels[y * f->width + x]
          = (colour < 0 ? pattern (seed, x, y) : (guint32) colour) | (x * 7) << 24;
  f->busy[message.buffer] = TRUE;
  f->in_flight = TRUE;
  say (f, &message, sizeof message);
}

static void
assert_heard (Fixture *f, guint32 kind, guint32 a, guint32 b, guint32 c)
{
  g_autofree KioskRdpInput *message = NULL;

  wait_until (f, has_heard, NULL);
  message = g_queue_pop_head (&f->heard);
  g_assert_cmpuint (message->kind, ==, kind);
  g_assert_cmphex (message->a, ==, a);
  g_assert_cmpuint (message->b, ==, b);
  g_assert_cmpuint (message->c, ==, c);
}

static void
forget_heard (Fixture *f)
{
  hear (f);
  g_queue_clear_full (&f->heard, g_free);
}

/* ---- screen ---- */

typedef struct {
  guint seed;
  int top;            /* first row of the screen that shows the picture */
  guint pan_x, pan_y; /* the desktop's pixel at the top left of the area */
} Expected;

static gboolean
shows (const guint32 *shot, const Expected *e)
{
  for (guint y = (guint) e->top; y < TEST_SCREEN_HEIGHT; y++)
    for (guint x = 0; x < WIDTH; x++)
      if (shot[y * WIDTH + x] != pattern (e->seed, x + e->pan_x, y - BAR + e->pan_y))
        return FALSE;
  return TRUE;
}

static gboolean
screen_shows (Fixture *f, gpointer data)
{
  g_autofree guint32 *shot = test_display_shot ();

  return shows (shot, data);
}

static guint
count (const guint32 *shot, guint32 colour, int from, int to)
{
  guint n = 0;

  for (int i = from * WIDTH; i < to * WIDTH; i++)
    n += shot[i] == colour ? 1 : 0;
  return n;
}

static gboolean
bar_is (Fixture *f, gpointer data)
{
  g_autofree guint32 *shot = test_display_shot ();

  return count (shot, GPOINTER_TO_UINT (data), 0, BAR) == WIDTH * BAR;
}

/* All that was sent to the compositor before this is on the screen after it: the bar changes its
 * colour, and that is seen. */
static void
barrier (Fixture *f)
{
  static gboolean other_colour;

  other_colour = !other_colour;
  if (other_colour)
    gtk_widget_add_css_class (bar, "other");
  else
    gtk_widget_remove_css_class (bar, "other");
  wait_until (f, bar_is, GUINT_TO_POINTER (other_colour ? 0x46c4cc : 0x06343b));
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

static void
set_up (Fixture *f, gconstpointer data)
{
  gtk_stack_set_visible_child_name (GTK_STACK (stack), "picture");
  gtk_widget_grab_focus (GTK_WIDGET (picture));
  g_signal_connect (picture, "active", G_CALLBACK (on_active), f);
  g_signal_connect (picture, "ended", G_CALLBACK (on_ended), f);
  g_signal_connect (picture, "input", G_CALLBACK (on_input), f);
  test_display_move (700, 20);
  barrier (f);
  start (f);
}

/* As set_up(), up to a picture on the screen and the focus told to the worker. */
static void
set_up_shown (Fixture *f, gconstpointer data)
{
  Expected expected = { 1, BAR, 0, 0 };

  set_up (f, data);
  say_size (f, WIDTH, HEIGHT);
  publish (f, 1, -1);
  wait_until (f, is_shown, NULL);
  wait_until (f, screen_shows, &expected);
  assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 1, 0, 0);
  barrier (f);
  forget_heard (f);
  g_assert_cmpuint (f->n_active, ==, 1);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  kiosk_picture_stop (picture);
  kiosk_picture_set_hold (picture, FALSE);
  kiosk_picture_set_cover (picture, 0);
  kiosk_picture_set_watermark (picture, NULL, NULL);
  g_signal_handlers_disconnect_by_data (picture, f);
  forget_heard (f);
  munmap (f->frames, KIOSK_RDP_MEMORY_SIZE);
  kiosk_fd_clear (&f->worker);
}

/* ---- picture ---- */

static void
test_frames (Fixture *f, gconstpointer data)
{
  g_autofree guint32 *shot = NULL;
  guint width, height;

  kiosk_picture_get_pixels (picture, &width, &height);
  g_assert_cmpuint (width, ==, WIDTH);
  g_assert_cmpuint (height, ==, HEIGHT);

  for (guint seed = 2; seed < 12; seed++)
    {
      Expected expected = { seed, BAR, 0, 0 };

      publish (f, seed, -1);
      wait_until (f, is_shown, NULL);
      wait_until (f, screen_shows, &expected);
    }
  shot = test_display_shot ();
  test_display_save (shot, "frames");
  /* Not one pixel of the bar is the picture's. */
  g_assert_true (bar_is (f, GUINT_TO_POINTER (shot[0])));
  g_assert_cmpuint (f->n_active, ==, 1);
  g_assert_cmpuint (f->n_ended, ==, 0);
}

/* What the worker says has changed is what changes. */
static void
test_damage (Fixture *f, gconstpointer data)
{
  KioskRdpFrame message
      = { KIOSK_RDP_OUTPUT_FRAME, 1, 2, { { 10, 20, 30, 40 }, { 1000, 700, 24, 20 } } };
  guint32 *pixels;
  g_autofree guint32 *shot = NULL;

  wait_until (f, has_room, NULL);
  message.buffer = f->busy[0] ? 1 : 0;
  pixels = f->frames + message.buffer * (KIOSK_RDP_BUFFER_SIZE / 4);
  for (guint y = 0; y < HEIGHT; y++)
    for (guint x = 0; x < WIDTH; x++)
      pixels[y * WIDTH + x] = pattern (1, x, y);
  for (guint i = 0; i < message.n_rects; i++)
    for (guint y = 0; y < message.rects[i].height; y++)
      for (guint x = 0; x < message.rects[i].width; x++)
        pixels[(y + message.rects[i].y) * WIDTH + x + message.rects[i].x] = 0xff00ff;
  f->in_flight = f->busy[message.buffer] = TRUE;
  say (f, &message, sizeof message);
  wait_until (f, is_shown, NULL);
  barrier (f);

  shot = test_display_shot ();
  g_assert_cmpuint (count (shot, 0xff00ff, 0, TEST_SCREEN_HEIGHT), ==, 30 * 40 + 24 * 20);
  g_assert_cmphex (shot[(BAR + 20) * WIDTH + 10], ==, 0xff00ff);
  g_assert_cmphex (shot[(BAR + 719) * WIDTH + 1023], ==, 0xff00ff);
}

static void
test_cover (Fixture *f, gconstpointer data)
{
  Expected covered = { 1, BAR + 100, 0, 0 };
  Expected next = { 2, BAR + 100, 0, 0 };
  Expected whole = { 2, BAR, 0, 0 };
  g_autofree guint32 *shot = NULL;

  kiosk_picture_set_cover (picture, 100);
  barrier (f);
  shot = test_display_shot ();
  test_display_save (shot, "cover");
  g_assert_true (shows (shot, &covered));
  g_assert_cmpuint (count (shot, 0, BAR, BAR + 100), ==, WIDTH * 100);

  publish (f, 2, -1);
  wait_until (f, is_shown, NULL);
  wait_until (f, screen_shows, &next);
  g_clear_pointer (&shot, g_free);
  shot = test_display_shot ();
  g_assert_cmpuint (count (shot, 0, BAR, BAR + 100), ==, WIDTH * 100);

  kiosk_picture_set_cover (picture, 0);
  wait_until (f, screen_shows, &whole);

  kiosk_picture_set_cover (picture, 5000); /* all of it */
  barrier (f);
  g_clear_pointer (&shot, g_free);
  shot = test_display_shot ();
  g_assert_cmpuint (count (shot, 0, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT);
  publish (f, 3, -1); /* waits, unseen */
  barrier (f);
  g_assert_true (f->in_flight);
  whole.seed = 3;
  kiosk_picture_set_cover (picture, 0);
  wait_until (f, screen_shows, &whole);
  wait_until (f, is_shown, NULL);
}

static void
test_suspend (Fixture *f, gconstpointer data)
{
  Expected back = { 9, BAR, 0, 0 };
  g_autofree guint32 *shot = NULL;

  kiosk_picture_set_watermark (picture, "A-03 佐藤 健一 k-sato", "2026-11-20 14:32 S-1120-07");
  publish (f, 0, 0xff00ff);
  wait_until (f, is_shown, NULL);
  barrier (f);

  kiosk_picture_set_suspended (picture, TRUE);
  barrier (f);
  shot = test_display_shot ();
  test_display_save (shot, "suspended");
  /* Neither picture nor watermark. */
  g_assert_cmpuint (count (shot, PAGE, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT);

  /* Both buffers came back: whatever references them is gone. What still arrives is accounted for
   * and not shown. */
  hear (f);
  g_assert_false (f->busy[0] || f->busy[1] || f->in_flight);
  for (guint i = 0; i < 5; i++)
    {
      publish (f, 0, 0x00ff00);
      wait_until (f, is_shown, NULL);
      barrier (f);
      g_clear_pointer (&shot, g_free);
      shot = test_display_shot ();
      g_assert_cmpuint (count (shot, 0x00ff00, 0, TEST_SCREEN_HEIGHT), ==, 0);
    }

  kiosk_picture_set_suspended (picture, FALSE);
  barrier (f);
  g_clear_pointer (&shot, g_free);
  shot = test_display_shot (); /* nothing old comes back */
  g_assert_cmpuint (count (shot, PAGE, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT);
  kiosk_picture_set_watermark (picture, NULL, NULL);
  publish (f, 9, -1);
  wait_until (f, screen_shows, &back);
  g_assert_cmpuint (f->n_active, ==, 1);
}

/* Unlock, of which the worker hears first: its frame comes while the picture is still suspended, and
 * may be the only one for a long time. */
static void
test_resume_early (Fixture *f, gconstpointer data)
{
  const gboolean in_flight = g_str_equal (data, "in-flight");
  Expected expected = { 8, BAR, 0, 0 };
  g_autofree guint32 *shot = NULL;

  kiosk_picture_set_suspended (picture, TRUE);
  wait_until (f, is_shown, NULL);
  hear (f);
  if (in_flight) /* a size and a frame that were under way when the lock came */
    {
      say_size (f, WIDTH, HEIGHT);
      publish (f, 0, 0xff00ff);
      barrier (f);
    }
  f->in_flight = f->busy[0] = f->busy[1] = FALSE;
  say_size (f, WIDTH, HEIGHT);
  publish (f, 8, -1);
  barrier (f);
  shot = test_display_shot ();
  g_assert_cmpuint (count (shot, PAGE, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT);
  g_assert_true (f->in_flight);

  kiosk_picture_set_suspended (picture, FALSE);
  wait_until (f, screen_shows, &expected);
  wait_until (f, is_shown, NULL);
  expected.seed = 9;
  publish (f, 9, -1);
  wait_until (f, screen_shows, &expected);
  g_assert_cmpuint (f->n_ended, ==, 0);
}

/* Lock with a frame on its way to the screen. */
static void
test_suspend_in_flight (Fixture *f, gconstpointer data)
{
  g_autofree guint32 *shot = NULL;

  for (guint i = 0; i < 20; i++)
    {
      publish (f, 0, 0xff00ff);
      for (guint turn = 0; turn < i; turn++)
        g_main_context_iteration (NULL, FALSE);
      kiosk_picture_set_suspended (picture, TRUE);
      barrier (f);
      g_clear_pointer (&shot, g_free);
      shot = test_display_shot ();
      g_assert_cmpuint (count (shot, 0xff00ff, 0, TEST_SCREEN_HEIGHT), ==, 0);
      wait_until (f, is_shown, NULL);
      kiosk_picture_set_suspended (picture, FALSE);
    }
}

static void
test_stop (Fixture *f, gconstpointer data)
{
  g_autofree guint32 *shot = NULL;
  char byte;

  kiosk_picture_stop (picture);
  kiosk_picture_stop (picture);
  barrier (f);
  shot = test_display_shot ();
  g_assert_cmpuint (count (shot, PAGE, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT);
  hear (f);
  g_assert_cmpint (recv (f->worker, &byte, 1, MSG_DONTWAIT), ==, 0);
  g_assert_cmpuint (f->n_ended, ==, 0); /* that is the worker's word */
}

/* Another page, and back: the same picture without a new frame. */
static void
test_unmap (Fixture *f, gconstpointer data)
{
  Expected expected = { 1, BAR, 0, 0 };
  g_autofree guint32 *shot = NULL;

  gtk_stack_set_visible_child_name (GTK_STACK (stack), "other");
  barrier (f);
  shot = test_display_shot ();
  g_assert_false (shows (shot, &expected));
  g_assert_cmpuint (count (shot, pattern (1, 500, 500), BAR, TEST_SCREEN_HEIGHT), ==, 0);
  publish (f, 2, -1);
  barrier (f);
  g_assert_true (f->in_flight);

  gtk_stack_set_visible_child_name (GTK_STACK (stack), "picture");
  expected.seed = 2;
  wait_until (f, screen_shows, &expected);
  wait_until (f, is_shown, NULL);

  gtk_stack_set_visible_child_name (GTK_STACK (stack), "other");
  barrier (f);
  gtk_stack_set_visible_child_name (GTK_STACK (stack), "picture");
  wait_until (f, screen_shows, &expected);
}

/* A page that waits for "active" before it shows the picture. */
static void
test_first_unmapped (Fixture *f, gconstpointer data)
{
  Expected expected = { 4, BAR, 0, 0 };

  gtk_stack_set_visible_child_name (GTK_STACK (stack), "other");
  say_size (f, WIDTH, HEIGHT);
  publish (f, 4, -1);
  while (f->n_active == 0)
    g_main_context_iteration (NULL, TRUE);
  gtk_stack_set_visible_child_name (GTK_STACK (stack), "picture");
  wait_until (f, screen_shows, &expected);
  g_assert_cmpuint (f->n_active, ==, 1);
}

static void
test_sizes (Fixture *f, gconstpointer data)
{
  Expected expected = { 5, BAR, 0, 0 };
  g_autofree guint32 *shot = NULL;

  /* Smaller: in the middle of black. */
  say_size (f, 600, 400);
  publish (f, 0, 0x00ff00);
  wait_until (f, is_shown, NULL);
  barrier (f);
  shot = test_display_shot ();
  test_display_save (shot, "smaller");
  g_assert_cmpuint (count (shot, 0x00ff00, 0, TEST_SCREEN_HEIGHT), ==, 600 * 400);
  g_assert_cmpuint (count (shot, 0, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT - 600 * 400);
  g_assert_cmphex (shot[(BAR + 160) * WIDTH + 212], ==, 0x00ff00);

  /* Larger: follows the pointer. */
  say_size (f, 1400, 1000);
  publish (f, 5, -1);
  wait_until (f, screen_shows, &expected);
  test_display_move (WIDTH - 1, TEST_SCREEN_HEIGHT - 1);
  expected.pan_x = 1400 - WIDTH;
  expected.pan_y = 1000 - HEIGHT;
  wait_until (f, screen_shows, &expected);

  /* The largest: the second buffer ends where the memory ends. */
  say_size (f, KIOSK_RDP_MAX_WIDTH, KIOSK_RDP_MAX_HEIGHT);
  publish (f, 0, 0x0000ff);
  wait_until (f, is_shown, NULL);
  publish (f, 0, 0x00ffff);
  wait_until (f, is_shown, NULL);
  test_display_move (WIDTH / 2, TEST_SCREEN_HEIGHT - 1);
  barrier (f);
  test_display_move (WIDTH - 1, TEST_SCREEN_HEIGHT - 1);
  barrier (f);
  g_clear_pointer (&shot, g_free);
  shot = test_display_shot ();
  g_assert_cmpuint (count (shot, 0x00ffff, BAR, TEST_SCREEN_HEIGHT), >=, WIDTH * (HEIGHT - 1));
  g_assert_cmpuint (f->n_ended, ==, 0);
}

static guint
channel_difference (guint32 a, guint32 b)
{
  guint largest = 0;

  for (guint shift = 0; shift < 24; shift += 8)
    largest = MAX (largest, (guint) ABS ((int) (a >> shift & 0xff) - (int) (b >> shift & 0xff)));
  return largest;
}

static void
test_watermark (Fixture *f, gconstpointer data)
{
  static const guint32 grounds[] = { 0xffffff, 0x000000, 0x204080, 0x808080 };
  Expected plain = { 6, BAR, 0, 0 };
  g_autofree guint32 *shot = NULL;

  kiosk_picture_set_watermark (picture, "A-03 佐藤 健一 k-sato", "2026-11-20 14:32 S-1120-07");
  for (guint i = 0; i < G_N_ELEMENTS (grounds); i++)
    {
      publish (f, 0, grounds[i]);
      wait_until (f, is_shown, NULL);
      barrier (f);
      g_clear_pointer (&shot, g_free);
      shot = test_display_shot ();
      /* In every whole tile, and never so strong that it hides something. */
      for (guint tile_y = 0; tile_y + 192 <= HEIGHT; tile_y += 192)
        for (guint tile_x = 0; tile_x + 384 <= WIDTH; tile_x += 384)
          {
            guint marked = 0;

            for (guint y = tile_y; y < tile_y + 192; y++)
              for (guint x = tile_x; x < tile_x + 384; x++)
                {
                  guint difference = channel_difference (shot[(BAR + y) * WIDTH + x], grounds[i]);

                  g_assert_cmpuint (difference, <=, 60);
                  marked += difference >= 8 ? 1 : 0;
                }
            g_assert_cmpuint (marked, >, 1000);
          }
    }
  test_display_save (shot, "watermark");

  /* The cover covers it too, and what stays does not move. */
  {
    g_autofree guint32 *covered = NULL;

    kiosk_picture_set_cover (picture, 90);
    barrier (f);
    covered = test_display_shot ();
    g_assert_cmpuint (count (covered, 0, BAR, BAR + 90), ==, WIDTH * 90);
    g_assert_cmpmem (covered + (BAR + 90) * WIDTH, WIDTH * (HEIGHT - 90) * 4,
                     shot + (BAR + 90) * WIDTH, WIDTH * (HEIGHT - 90) * 4);
    kiosk_picture_set_cover (picture, 0);
  }

  /* Another minute, another mark. */
  {
    g_autofree guint32 *later = NULL;

    kiosk_picture_set_watermark (picture, "A-03 佐藤 健一 k-sato", "2026-11-20 14:33 S-1120-07");
    barrier (f);
    later = test_display_shot ();
    g_assert_cmpint (memcmp (later + BAR * WIDTH, shot + BAR * WIDTH, WIDTH * HEIGHT * 4), !=, 0);
  }

  kiosk_picture_set_watermark (picture, NULL, NULL);
  publish (f, 6, -1);
  wait_until (f, screen_shows, &plain);
}

/* ---- keys and pointer ---- */

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
        assert_heard (f, KIOSK_RDP_INPUT_KEY, rows[i].code + key - rows[i].from, 1, 0);
        assert_heard (f, KIOSK_RDP_INPUT_KEY, rows[i].code + key - rows[i].from, 0, 0);
      }

  /* What stays here. */
  press (KEY_MUTE);
  press (KEY_VOLUMEUP);
  press (KEY_CALC);
  press (KEY_A);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1e, 1, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1e, 0, 0);
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
      assert_heard (f, KIOSK_RDP_INPUT_KEY, rows[i].modifier_code, 1, 0);
      assert_heard (f, KIOSK_RDP_INPUT_KEY, rows[i].code, 1, 0);
      assert_heard (f, KIOSK_RDP_INPUT_KEY, rows[i].code, 0, 0);
      assert_heard (f, KIOSK_RDP_INPUT_KEY, rows[i].modifier_code, 0, 0);
    }
}

/* The three ways in which the road to the server closes while keys are held. */
static void
test_held (Fixture *f, gconstpointer data)
{
  const char *how = data;

  test_display_move (300, 300);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, 300, 300 - BAR);
  test_display_key (KEY_LEFTCTRL, TRUE);
  test_display_key (KEY_A, TRUE);
  test_display_button (1, TRUE);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1d, 1, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1e, 1, 0);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x9000, 300, 300 - BAR);

  if (g_str_equal (how, "focus"))
    gtk_widget_grab_focus (other);
  else if (g_str_equal (how, "hold"))
    kiosk_picture_set_hold (picture, TRUE);
  else if (g_str_equal (how, "suspend"))
    kiosk_picture_set_suspended (picture, TRUE);
  else
    gtk_stack_set_visible_child_name (GTK_STACK (stack), "other");
  assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 0, 0, 0);

  /* Not a word about what happens from here on, releases included. */
  test_display_key (KEY_A, FALSE);
  test_display_key (KEY_LEFTCTRL, FALSE);
  test_display_button (1, FALSE);
  press (KEY_B);
  test_display_move (310, 310);
  barrier (f);
  hear (f);
  g_assert_true (g_queue_is_empty (&f->heard));

  if (!g_str_equal (how, "hold"))
    return;
  /* A key held over the end of the hold belongs to the terminal up to its release. */
  f->n_input = 0;
  test_display_key (KEY_C, TRUE);
  while (f->n_input == 0)
    g_main_context_iteration (NULL, TRUE);
  kiosk_picture_set_hold (picture, FALSE);
  assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 1, 0, 0);
  test_display_key (KEY_C, FALSE);
  press (KEY_D);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x20, 1, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x20, 0, 0);
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
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1d, 1, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x38, 1, 0);

  kiosk_picture_send_secure_attention (picture);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1d, 0, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x38, 0, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1d, 1, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x38, 1, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x153, 1, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x153, 0, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x38, 0, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1d, 0, 0);

  test_display_key (KEY_LEFTALT, FALSE);
  test_display_key (KEY_LEFTCTRL, FALSE);
  press (KEY_E);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x12, 1, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x12, 0, 0);
  gtk_widget_remove_controller (GTK_WIDGET (window), controller);
}

static void
test_pointer (Fixture *f, gconstpointer data)
{
  static const struct {
    guint button, down, up;
  } buttons[] = { { 1, 0x9000, 0x1000 }, { 2, 0xc000, 0x4000 }, { 3, 0xa000, 0x2000 } };

  test_display_move (0, BAR);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, 0, 0);
  test_display_move (WIDTH - 1, TEST_SCREEN_HEIGHT - 1);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, WIDTH - 1, HEIGHT - 1);
  test_display_move (123, 345);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, 123, 345 - BAR);

  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    test_display_button (buttons[i].button, TRUE); /* all at once */
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    assert_heard (f, KIOSK_RDP_INPUT_POINTER, buttons[i].down, 123, 345 - BAR);
  /* A drag that leaves the picture stays at its edge. */
  test_display_move (123, 10);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, 123, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      test_display_button (buttons[i].button, FALSE);
      assert_heard (f, KIOSK_RDP_INPUT_POINTER, buttons[i].up, 123, 0);
    }

  test_display_move (200, 200);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, 200, 200 - BAR);
  test_display_button (4, TRUE);
  test_display_button (4, FALSE);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0278, 200, 200 - BAR);
  test_display_button (5, TRUE);
  test_display_button (5, FALSE);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0388, 200, 200 - BAR);
}

/* A click gives the focus back and counts. */
static void
test_click_focus (Fixture *f, gconstpointer data)
{
  test_display_move (200, 200);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, 200, 200 - BAR);
  gtk_widget_grab_focus (other);
  assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 0, 0, 0);
  test_display_button (1, TRUE);
  test_display_button (1, FALSE);
  assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 1, 0, 0);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x9000, 200, 200 - BAR);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x1000, 200, 200 - BAR);
}

static void
test_lock_keys (Fixture *f, gconstpointer data)
{
  press (KEY_CAPSLOCK);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x3a, 1, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x3a, 0, 0);
  gtk_widget_grab_focus (other);
  assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 0, 0, 0);
  gtk_widget_grab_focus (GTK_WIDGET (picture));
  assert_heard (f, KIOSK_RDP_INPUT_FOCUS, 1, 4, 0);
  press (KEY_CAPSLOCK);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x3a, 1, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x3a, 0, 0);
  /* wlroots on X takes the lock keys from X's events, which tell the state before them. */
  press (KEY_A);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1e, 1, 0);
  assert_heard (f, KIOSK_RDP_INPUT_KEY, 0x1e, 0, 0);
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
  say (f, message, sizeof *message);
  wait_until (f, cursor_is, NULL);
  cursor = gtk_widget_get_cursor (GTK_WIDGET (picture));
  g_assert_cmpint (gdk_cursor_get_hotspot_x (cursor), ==, 2);
  g_assert_cmpint (gdk_cursor_get_hotspot_y (cursor), ==, 1);
  gdk_texture_download (gdk_cursor_get_texture (cursor), pixels, 4 * 4); /* native ARGB32 */
  g_assert_cmpmem (pixels, 4, "\x01\x02\x03\xff", 4);

  memset (message, 0, sizeof *message);
  message->kind = KIOSK_RDP_OUTPUT_CURSOR;
  say (f, message, sizeof *message);
  wait_until (f, cursor_is, (gpointer) "none");
  message->standard = 1;
  say (f, message, sizeof *message);
  wait_until (f, cursor_is, (gpointer) "default");

  kiosk_picture_set_suspended (picture, TRUE);
  g_assert_null (gtk_widget_get_cursor (GTK_WIDGET (picture)));
}

/* ---- a worker that is wrong or gone ---- */

static void
test_hostile (Fixture *f, gconstpointer data)
{
  const char *how = data;
  KioskRdpSize size = { KIOSK_RDP_OUTPUT_SIZE, 0, 0 };
  g_autofree guint32 *shot = NULL;
  char byte;

  if (g_str_equal (how, "gone"))
    g_assert_cmpint (shutdown (f->worker, SHUT_WR), ==, 0);
  else
    say (f, &size, sizeof size);
  while (f->n_ended == 0)
    g_main_context_iteration (NULL, TRUE);
  barrier (f);
  shot = test_display_shot ();
  g_assert_cmpuint (count (shot, PAGE, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT);
  hear (f);
  g_assert_cmpint (recv (f->worker, &byte, 1, MSG_DONTWAIT), ==, 0);
  g_assert_cmpuint (f->n_ended, ==, 1);
}

/* A flood of messages does not keep the window from being painted. */
static void
test_flood (Fixture *f, gconstpointer data)
{
  g_autofree KioskRdpCursor *message = g_new0 (KioskRdpCursor, 1);
  g_autofree guint32 *shot = NULL;
  guint turns = 0;

  message->kind = KIOSK_RDP_OUTPUT_CURSOR;
  message->standard = 1;
  gtk_widget_add_css_class (bar, "flood");
  do
    {
      while (send (f->worker, message, sizeof *message, MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
        ;
      g_main_context_iteration (NULL, FALSE);
      g_clear_pointer (&shot, g_free);
      shot = test_display_shot ();
      g_assert_cmpuint (turns++, <, 2000);
    }
  while (count (shot, 0xffffff, 0, BAR) != WIDTH * BAR);
  gtk_widget_remove_css_class (bar, "flood");
  g_assert_cmpuint (f->n_ended, ==, 0);
}

/* Descriptors that are not what they should be; both are closed. */
static void
test_descriptors (void)
{
  KioskRdpCredentials credentials = { .kind = KIOSK_RDP_CREDENTIALS };
  g_autoptr (GError) error = NULL;
  int shell, worker, small;
  char byte;

  small = kiosk_fd_new_memory ("small", KIOSK_RDP_MEMORY_SIZE - 1, NULL);
  g_assert_true (kiosk_fd_socket_pair (&shell, &worker, NULL));
  g_assert_false (kiosk_picture_start (picture, shell, small, &credentials, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (recv (worker, &byte, 1, MSG_DONTWAIT), ==, 0);
  g_assert_cmpint (fcntl (small, F_GETFD), ==, -1);
  g_clear_error (&error);
  kiosk_fd_clear (&worker);

  g_assert_false (kiosk_picture_start (picture, kiosk_fd_new_memory ("no socket", 1, NULL),
                                       kiosk_fd_new_memory ("frames", KIOSK_RDP_MEMORY_SIZE, NULL),
                                       &credentials, &error));
  g_assert_nonnull (error);
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

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  g_setenv ("GTK_A11Y", "none", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  test_display_start ("jp");
  gtk_init ();
  build_window ();

#define ADD(path, data, before, function)                                                          \
  g_test_add ("/picture/" path, Fixture, data, before, function, tear_down)
  ADD ("frames", NULL, set_up_shown, test_frames);
  ADD ("damage", NULL, set_up_shown, test_damage);
  ADD ("cover", NULL, set_up_shown, test_cover);
  ADD ("suspend/frames", NULL, set_up_shown, test_suspend);
  ADD ("suspend/in-flight", NULL, set_up_shown, test_suspend_in_flight);
  ADD ("suspend/early", "early", set_up_shown, test_resume_early);
  ADD ("suspend/early-in-flight", "in-flight", set_up_shown, test_resume_early);
  ADD ("stop", NULL, set_up_shown, test_stop);
  ADD ("unmap", NULL, set_up_shown, test_unmap);
  ADD ("first-unmapped", NULL, set_up, test_first_unmapped);
  ADD ("sizes", NULL, set_up_shown, test_sizes);
  ADD ("watermark", NULL, set_up_shown, test_watermark);
  ADD ("keys", NULL, set_up_shown, test_keys);
  ADD ("short-cuts", NULL, set_up_shown, test_short_cuts);
  ADD ("held/focus", "focus", set_up_shown, test_held);
  ADD ("held/hold", "hold", set_up_shown, test_held);
  ADD ("held/suspend", "suspend", set_up_shown, test_held);
  ADD ("held/unmap", "unmap", set_up_shown, test_held);
  ADD ("terminal-key", NULL, set_up_shown, test_terminal_key);
  ADD ("pointer", NULL, set_up_shown, test_pointer);
  ADD ("click-focus", NULL, set_up_shown, test_click_focus);
  ADD ("lock-keys", NULL, set_up_shown, test_lock_keys);
  ADD ("cursor", NULL, set_up_shown, test_cursor);
  ADD ("hostile/message", "message", set_up_shown, test_hostile);
  ADD ("hostile/gone", "gone", set_up_shown, test_hostile);
  ADD ("hostile/flood", NULL, set_up_shown, test_flood);
  g_test_add_func ("/picture/descriptors", test_descriptors);
  result = g_test_run ();

  gtk_window_destroy (window);
  test_display_stop ();
  return result;
}
