/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "picture-fixture.h"

#include "kiosk/base/descriptor.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

/* What is on the screen, and what a worker that is wrong or gone makes of it. */

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

      fixture_publish (f, seed, -1);
      fixture_wait_until (f, fixture_is_shown, NULL);
      fixture_wait_until (f, fixture_screen_shows, &expected);
    }
  shot = test_display_shot ();
  test_display_save (shot, "frames");
  /* Not one pixel of the bar is the picture's. */
  g_assert_true (fixture_bar_is (f, GUINT_TO_POINTER (shot[0])));
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

  fixture_wait_until (f, fixture_has_room, NULL);
  message.buffer = f->busy[0] ? 1 : 0;
  pixels = f->frames + message.buffer * (KIOSK_RDP_BUFFER_SIZE / 4);
  for (guint y = 0; y < HEIGHT; y++)
    for (guint x = 0; x < WIDTH; x++)
      pixels[y * WIDTH + x] = fixture_pattern (1, x, y);
  for (guint i = 0; i < message.n_rects; i++)
    for (guint y = 0; y < message.rects[i].height; y++)
      for (guint x = 0; x < message.rects[i].width; x++)
        pixels[(y + message.rects[i].y) * WIDTH + x + message.rects[i].x] = 0xff00ff;
  f->in_flight = f->busy[message.buffer] = TRUE;
  fixture_say (f, &message, sizeof message);
  fixture_wait_until (f, fixture_is_shown, NULL);
  fixture_barrier (f);

  shot = test_display_shot ();
  g_assert_cmpuint (fixture_count (shot, 0xff00ff, 0, TEST_SCREEN_HEIGHT), ==, 30 * 40 + 24 * 20);
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

  kiosk_picture_set_cover (picture, 100, 0);
  fixture_barrier (f);
  shot = test_display_shot ();
  test_display_save (shot, "cover");
  g_assert_true (fixture_shows (shot, &covered));
  g_assert_cmpuint (fixture_count (shot, 0, BAR, BAR + 100), ==, WIDTH * 100);

  fixture_publish (f, 2, -1);
  fixture_wait_until (f, fixture_is_shown, NULL);
  fixture_wait_until (f, fixture_screen_shows, &next);
  g_clear_pointer (&shot, g_free);
  shot = test_display_shot ();
  g_assert_cmpuint (fixture_count (shot, 0, BAR, BAR + 100), ==, WIDTH * 100);

  kiosk_picture_set_cover (picture, 0, 0);
  fixture_wait_until (f, fixture_screen_shows, &whole);

  kiosk_picture_set_cover (picture, 5000, 0); /* all of it */
  fixture_barrier (f);
  g_clear_pointer (&shot, g_free);
  shot = test_display_shot ();
  g_assert_cmpuint (fixture_count (shot, 0, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT);
  fixture_publish (f, 3, -1); /* waits, unseen */
  fixture_barrier (f);
  g_assert_true (f->in_flight);
  whole.seed = 3;
  kiosk_picture_set_cover (picture, 0, 0);
  fixture_wait_until (f, fixture_screen_shows, &whole);
  fixture_wait_until (f, fixture_is_shown, NULL);
}

/* Whether @shot has the pattern of @seed, but for a card from @left on and @height high. */
static gboolean
shows_around (const guint32 *shot, guint seed, guint left, guint height)
{
  for (guint y = 0; y < HEIGHT; y++)
    for (guint x = 0; x < WIDTH; x++)
      {
        gboolean card = x >= left && y < height;

        if (shot[(y + BAR) * WIDTH + x] != (card ? 0 : fixture_pattern (seed, x, y)))
          return FALSE;
      }
  return TRUE;
}

typedef struct {
  guint seed, left, height;
} Around;

static gboolean
screen_shows_around (Fixture *f, gpointer data)
{
  const Around *around = data;
  g_autofree guint32 *shot = test_display_shot ();

  return shows_around (shot, around->seed, around->left, around->height);
}

/* A card hides its own place only, stays over new frames, grows, and leaves nothing behind. */
static void
test_card (Fixture *f, gconstpointer data)
{
  Around around = { 1, 600, 250 };
  Expected whole = { 3, BAR, 0, 0 };
  g_autofree guint32 *shot = NULL;

  kiosk_picture_set_cover (picture, 250, 600);
  fixture_wait_until (f, screen_shows_around, &around);
  shot = test_display_shot ();
  test_display_save (shot, "card");

  for (around.seed = 2; around.seed < 10; around.seed++) /* buffers come round and round */
    {
      fixture_publish (f, around.seed, -1);
      fixture_wait_until (f, fixture_is_shown, NULL);
      fixture_wait_until (f, screen_shows_around, &around);
    }
  around = (Around){ 9, 500, 400 };
  kiosk_picture_set_cover (picture, 400, 500);
  fixture_wait_until (f, screen_shows_around, &around);

  kiosk_picture_set_suspended (picture, TRUE);
  fixture_barrier (f);
  g_clear_pointer (&shot, g_free);
  shot = test_display_shot ();
  g_assert_cmpuint (fixture_count (shot, PAGE, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT);
  kiosk_picture_set_suspended (picture, FALSE);
  fixture_hear (f);
  fixture_begin_anew (f);
  around.seed = 2;
  fixture_publish (f, 2, -1);
  fixture_wait_until (f, screen_shows_around, &around);

  kiosk_picture_set_cover (picture, 0, 0);
  fixture_publish (f, 3, -1);
  fixture_wait_until (f, fixture_screen_shows, &whole);
  fixture_wait_until (f, fixture_is_shown, NULL);
}

static void
test_suspend (Fixture *f, gconstpointer data)
{
  Expected back = { 9, BAR, 0, 0 };
  g_autofree guint32 *shot = NULL;

  kiosk_picture_set_watermark (picture, "A-03 佐藤 健一 k-sato", "2026-11-20 14:32 S-1120-07");
  fixture_publish (f, 0, 0xff00ff);
  fixture_wait_until (f, fixture_is_shown, NULL);
  fixture_barrier (f);

  kiosk_picture_set_suspended (picture, TRUE);
  fixture_barrier (f);
  shot = test_display_shot ();
  test_display_save (shot, "suspended");
  /* Neither picture nor watermark. */
  g_assert_cmpuint (fixture_count (shot, PAGE, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT);

  /* Both buffers came back: whatever references them is gone. What still arrives is accounted for
   * and not shown. */
  fixture_hear (f);
  g_assert_false (f->busy[0] || f->busy[1] || f->in_flight);
  for (guint i = 0; i < 5; i++)
    {
      fixture_publish (f, 0, 0x00ff00);
      fixture_wait_until (f, fixture_is_shown, NULL);
      fixture_barrier (f);
      g_clear_pointer (&shot, g_free);
      shot = test_display_shot ();
      g_assert_cmpuint (fixture_count (shot, 0x00ff00, 0, TEST_SCREEN_HEIGHT), ==, 0);
    }

  kiosk_picture_set_suspended (picture, FALSE);
  fixture_barrier (f);
  g_clear_pointer (&shot, g_free);
  shot = test_display_shot (); /* nothing old comes back */
  g_assert_cmpuint (fixture_count (shot, PAGE, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT);
  kiosk_picture_set_watermark (picture, NULL, NULL);
  fixture_publish (f, 9, -1);
  fixture_wait_until (f, fixture_screen_shows, &back);
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
  fixture_wait_until (f, fixture_is_shown, NULL);
  fixture_hear (f);
  if (in_flight) /* a size and a frame that were under way when the lock came */
    {
      fixture_say_size (f, WIDTH, HEIGHT);
      fixture_publish (f, 0, 0xff00ff);
      fixture_wait_until (f, fixture_is_shown, NULL);
      fixture_hear (f);
    }
  fixture_begin_anew (f);
  fixture_publish (f, 8, -1);
  fixture_barrier (f);
  shot = test_display_shot ();
  g_assert_cmpuint (fixture_count (shot, PAGE, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT);
  g_assert_true (f->in_flight);

  kiosk_picture_set_suspended (picture, FALSE);
  fixture_wait_until (f, fixture_screen_shows, &expected);
  fixture_wait_until (f, fixture_is_shown, NULL);
  expected.seed = 9;
  fixture_publish (f, 9, -1);
  fixture_wait_until (f, fixture_screen_shows, &expected);
  g_assert_cmpuint (f->n_ended, ==, 0);
}

/* Lock with a frame on its way to the screen. */
static void
test_suspend_in_flight (Fixture *f, gconstpointer data)
{
  g_autofree guint32 *shot = NULL;

  for (guint i = 0; i < 20; i++)
    {
      fixture_publish (f, 0, 0xff00ff);
      for (guint turn = 0; turn < i; turn++)
        g_main_context_iteration (NULL, FALSE);
      kiosk_picture_set_suspended (picture, TRUE);
      fixture_barrier (f);
      g_clear_pointer (&shot, g_free);
      shot = test_display_shot ();
      g_assert_cmpuint (fixture_count (shot, 0xff00ff, 0, TEST_SCREEN_HEIGHT), ==, 0);
      fixture_wait_until (f, fixture_is_shown, NULL);
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
  fixture_barrier (f);
  shot = test_display_shot ();
  g_assert_cmpuint (fixture_count (shot, PAGE, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT);
  fixture_hear (f);
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
  fixture_barrier (f);
  shot = test_display_shot ();
  g_assert_false (fixture_shows (shot, &expected));
  g_assert_cmpuint (fixture_count (shot, fixture_pattern (1, 500, 500), BAR, TEST_SCREEN_HEIGHT),
                    ==, 0);
  fixture_publish (f, 2, -1);
  fixture_barrier (f);
  g_assert_true (f->in_flight);

  gtk_stack_set_visible_child_name (GTK_STACK (stack), "picture");
  expected.seed = 2;
  fixture_wait_until (f, fixture_screen_shows, &expected);
  fixture_wait_until (f, fixture_is_shown, NULL);

  gtk_stack_set_visible_child_name (GTK_STACK (stack), "other");
  fixture_barrier (f);
  gtk_stack_set_visible_child_name (GTK_STACK (stack), "picture");
  fixture_wait_until (f, fixture_screen_shows, &expected);
}

/* A page that waits for "active" before it shows the picture. */
static void
test_first_unmapped (Fixture *f, gconstpointer data)
{
  Expected expected = { 4, BAR, 0, 0 };

  gtk_stack_set_visible_child_name (GTK_STACK (stack), "other");
  fixture_say_size (f, WIDTH, HEIGHT);
  fixture_publish (f, 4, -1);
  while (f->n_active == 0)
    g_main_context_iteration (NULL, TRUE);
  gtk_stack_set_visible_child_name (GTK_STACK (stack), "picture");
  fixture_wait_until (f, fixture_screen_shows, &expected);
  g_assert_cmpuint (f->n_active, ==, 1);
}

static void
test_sizes (Fixture *f, gconstpointer data)
{
  Expected expected = { 5, BAR, 0, 0 };
  g_autofree guint32 *shot = NULL;

  /* Smaller: in the middle of black. */
  fixture_say_size (f, 600, 400);
  fixture_publish (f, 0, 0x00ff00);
  fixture_wait_until (f, fixture_is_shown, NULL);
  fixture_barrier (f);
  shot = test_display_shot ();
  test_display_save (shot, "smaller");
  g_assert_cmpuint (fixture_count (shot, 0x00ff00, 0, TEST_SCREEN_HEIGHT), ==, 600 * 400);
  g_assert_cmpuint (fixture_count (shot, 0, BAR, TEST_SCREEN_HEIGHT), ==,
                    WIDTH * HEIGHT - 600 * 400);
  g_assert_cmphex (shot[(BAR + 160) * WIDTH + 212], ==, 0x00ff00);

  /* Larger: follows the pointer. */
  fixture_say_size (f, 1400, 1000);
  fixture_publish (f, 5, -1);
  fixture_wait_until (f, fixture_screen_shows, &expected);
  test_display_move (WIDTH - 1, TEST_SCREEN_HEIGHT - 1);
  expected.pan_x = 1400 - WIDTH;
  expected.pan_y = 1000 - HEIGHT;
  fixture_wait_until (f, fixture_screen_shows, &expected);

  /* The largest: the second buffer ends where the memory ends. */
  fixture_say_size (f, KIOSK_RDP_MAX_WIDTH, KIOSK_RDP_MAX_HEIGHT);
  fixture_publish (f, 0, 0x0000ff);
  fixture_wait_until (f, fixture_is_shown, NULL);
  fixture_publish (f, 0, 0x00ffff);
  fixture_wait_until (f, fixture_is_shown, NULL);
  test_display_move (WIDTH / 2, TEST_SCREEN_HEIGHT - 1);
  fixture_barrier (f);
  test_display_move (WIDTH - 1, TEST_SCREEN_HEIGHT - 1);
  fixture_barrier (f);
  g_clear_pointer (&shot, g_free);
  shot = test_display_shot ();
  g_assert_cmpuint (fixture_count (shot, 0x00ffff, BAR, TEST_SCREEN_HEIGHT), >=,
                    WIDTH * (HEIGHT - 1));
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
      fixture_publish (f, 0, grounds[i]);
      fixture_wait_until (f, fixture_is_shown, NULL);
      fixture_barrier (f);
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

    kiosk_picture_set_cover (picture, 90, 0);
    fixture_barrier (f);
    covered = test_display_shot ();
    g_assert_cmpuint (fixture_count (covered, 0, BAR, BAR + 90), ==, WIDTH * 90);
    g_assert_cmpmem (covered + (BAR + 90) * WIDTH, WIDTH * (HEIGHT - 90) * 4,
                     shot + (BAR + 90) * WIDTH, WIDTH * (HEIGHT - 90) * 4);
    kiosk_picture_set_cover (picture, 90, 700);
    fixture_barrier (f);
    g_clear_pointer (&covered, g_free);
    covered = test_display_shot ();
    g_assert_cmpuint (fixture_count (covered, 0, BAR, BAR + 90), ==, (WIDTH - 700) * 90);
    for (guint y = BAR; y < BAR + 90; y++)
      g_assert_cmpmem (covered + y * WIDTH, 700 * 4, shot + y * WIDTH, 700 * 4);
    kiosk_picture_set_cover (picture, 0, 0);
  }

  /* Another minute, another mark. */
  {
    g_autofree guint32 *later = NULL;

    kiosk_picture_set_watermark (picture, "A-03 佐藤 健一 k-sato", "2026-11-20 14:33 S-1120-07");
    fixture_barrier (f);
    later = test_display_shot ();
    g_assert_cmpint (memcmp (later + BAR * WIDTH, shot + BAR * WIDTH, WIDTH * HEIGHT * 4), !=, 0);
  }

  kiosk_picture_set_watermark (picture, NULL, NULL);
  fixture_publish (f, 6, -1);
  fixture_wait_until (f, fixture_screen_shows, &plain);
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
    fixture_say (f, &size, sizeof size);
  while (f->n_ended == 0)
    g_main_context_iteration (NULL, TRUE);
  fixture_barrier (f);
  shot = test_display_shot ();
  g_assert_cmpuint (fixture_count (shot, PAGE, BAR, TEST_SCREEN_HEIGHT), ==, WIDTH * HEIGHT);
  fixture_hear (f);
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
  while (fixture_count (shot, 0xffffff, 0, BAR) != WIDTH * BAR);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_open ();

  FIXTURE_ADD ("frames", NULL, fixture_set_up_shown, test_frames);
  FIXTURE_ADD ("damage", NULL, fixture_set_up_shown, test_damage);
  FIXTURE_ADD ("cover", NULL, fixture_set_up_shown, test_cover);
  FIXTURE_ADD ("card", NULL, fixture_set_up_shown, test_card);
  FIXTURE_ADD ("suspend/frames", NULL, fixture_set_up_shown, test_suspend);
  FIXTURE_ADD ("suspend/in-flight", NULL, fixture_set_up_shown, test_suspend_in_flight);
  FIXTURE_ADD ("suspend/early", "early", fixture_set_up_shown, test_resume_early);
  FIXTURE_ADD ("suspend/early-in-flight", "in-flight", fixture_set_up_shown, test_resume_early);
  FIXTURE_ADD ("stop", NULL, fixture_set_up_shown, test_stop);
  FIXTURE_ADD ("unmap", NULL, fixture_set_up_shown, test_unmap);
  FIXTURE_ADD ("first-unmapped", NULL, fixture_set_up, test_first_unmapped);
  FIXTURE_ADD ("sizes", NULL, fixture_set_up_shown, test_sizes);
  FIXTURE_ADD ("watermark", NULL, fixture_set_up_shown, test_watermark);
  FIXTURE_ADD ("hostile/message", "message", fixture_set_up_shown, test_hostile);
  FIXTURE_ADD ("hostile/gone", "gone", fixture_set_up_shown, test_hostile);
  FIXTURE_ADD ("hostile/flood", NULL, fixture_set_up_shown, test_flood);
  g_test_add_func ("/picture/descriptors", test_descriptors);
  return fixture_run ();
}
