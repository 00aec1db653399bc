/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "picture-view.h"

typedef struct {
  const char *label;
  KioskPictureView view;
  KioskPictureCut whole, covered;
} Row;

/* Area, scale, desktop, pan, cover -> what is seen and where. */
static const Row rows[] = {
  { "exact",
    { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 0 },
    { 0, 0, 1280, 752, 0, 48 },
    { 0, 0, 1280, 752, 0, 48 } },
  { "covered: cut, not moved",
    { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 100 },
    { 0, 0, 1280, 752, 0, 48 },
    { 0, 100, 1280, 652, 0, 148 } },
  { "covered whole",
    { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 752 },
    { 0, 0, 1280, 752, 0, 48 },
    { 0 } },
  { "cover beyond the area",
    { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 9999 },
    { 0, 0, 1280, 752, 0, 48 },
    { 0 } },
  { "smaller: in the middle",
    { 0, 48, 1280, 752, 1, 800, 600, 0, 0, 0 },
    { 0, 0, 800, 600, 240, 124 },
    { 0, 0, 800, 600, 240, 124 } },
  { "smaller, cover in the margin",
    { 0, 48, 1280, 752, 1, 800, 600, 0, 0, 76 },
    { 0, 0, 800, 600, 240, 124 },
    { 0, 0, 800, 600, 240, 124 } },
  { "smaller, cover into the desktop",
    { 0, 48, 1280, 752, 1, 800, 600, 0, 0, 86 },
    { 0, 0, 800, 600, 240, 124 },
    { 0, 10, 800, 590, 240, 134 } },
  { "larger: a part",
    { 0, 48, 1280, 752, 1, 1920, 1080, 640, 10, 0 },
    { 640, 10, 1280, 752, 0, 48 },
    { 640, 10, 1280, 752, 0, 48 } },
  { "larger, panned too far",
    { 0, 48, 1280, 752, 1, 1920, 1080, 9999, 9999, 0 },
    { 640, 328, 1280, 752, 0, 48 },
    { 640, 328, 1280, 752, 0, 48 } },
  { "one pixel left over",
    { 0, 48, 1281, 753, 1, 1280, 752, 0, 0, 0 },
    { 0, 0, 1280, 752, 0, 48 },
    { 0, 0, 1280, 752, 0, 48 } },
  { "scale 2",
    { 0, 48, 640, 352, 2, 1280, 704, 0, 0, 30 },
    { 0, 0, 1280, 704, 0, 48 },
    { 0, 60, 1280, 644, 0, 78 } },
  { "scale 2, odd desktop: whole units",
    { 0, 48, 640, 352, 2, 1279, 703, 0, 0, 0 },
    { 0, 0, 1278, 702, 0, 48 },
    { 0, 0, 1278, 702, 0, 48 } },
  { "scale 3",
    { 0, 48, 640, 352, 3, 1921, 1056, 0, 0, 0 },
    { 0, 0, 1920, 1056, 0, 48 },
    { 0, 0, 1920, 1056, 0, 48 } },
  { "no area", { 0, 48, 0, 0, 1, 1280, 752, 0, 0, 0 }, { 0 }, { 0 } },
  { "negative area", { 0, 48, -5, -5, 1, 1280, 752, 0, 0, 0 }, { 0 }, { 0 } },
  { "no desktop", { 0, 48, 1280, 752, 1, 0, 0, 0, 0, 0 }, { 0 }, { 0 } },
  { "desktop of one pixel at scale 2", { 0, 48, 640, 352, 2, 1, 1, 0, 0, 0 }, { 0 }, { 0 } },
};

static void
assert_cut (KioskPictureCut is, KioskPictureCut expected)
{
  g_assert_cmpuint (is.x, ==, expected.x);
  g_assert_cmpuint (is.y, ==, expected.y);
  g_assert_cmpuint (is.width, ==, expected.width);
  g_assert_cmpuint (is.height, ==, expected.height);
  g_assert_cmpint (is.left, ==, expected.left);
  g_assert_cmpint (is.top, ==, expected.top);
}

static void
test_cut (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].label);
      assert_cut (kiosk_picture_view_cut (&rows[i].view, FALSE), rows[i].whole);
      assert_cut (kiosk_picture_view_cut (&rows[i].view, TRUE), rows[i].covered);
    }
}

/* A card hangs into the picture from above: what is seen beside it. */
static void
test_beside (void)
{
  static const struct {
    const char *label;
    KioskPictureView view;
    KioskPictureCut beside;
  } cards[] = {
    { "no cover", { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 0, 700 }, { 0 } },
    { "from side to side", { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 400, 0 }, { 0 } },
    { "at the right",
      { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 400, 785 },
      { 0, 0, 785, 400, 0, 48 } },
    { "down to the end",
      { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 900, 785 },
      { 0, 0, 785, 752, 0, 48 } },
    { "beyond the right edge",
      { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 400, 5000 },
      { 0, 0, 1280, 400, 0, 48 } },
    { "smaller: what is in its margins covers nothing",
      { 0, 48, 1280, 752, 1, 800, 600, 0, 0, 400, 240 },
      { 0 } },
    { "smaller: in the margin above", { 0, 48, 1280, 752, 1, 800, 600, 0, 0, 76, 785 }, { 0 } },
    { "smaller: into the desktop",
      { 0, 48, 1280, 752, 1, 800, 600, 0, 0, 400, 785 },
      { 0, 0, 545, 324, 240, 124 } },
    { "larger, panned",
      { 0, 48, 1280, 752, 1, 1920, 1080, 640, 10, 400, 785 },
      { 640, 10, 785, 400, 0, 48 } },
    { "scale 2", { 0, 48, 640, 352, 2, 1280, 704, 0, 0, 100, 145 }, { 0, 0, 290, 200, 0, 48 } },
    { "no desktop", { 0, 48, 1280, 752, 1, 0, 0, 0, 0, 400, 785 }, { 0 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cards); i++)
    {
      const KioskPictureView *view = &cards[i].view;
      KioskPictureCut below = kiosk_picture_view_cut (view, TRUE);
      KioskPictureCut beside = kiosk_picture_view_beside (view);

      g_test_message ("%s", cards[i].label);
      assert_cut (beside, cards[i].beside);
      /* Nothing of it reaches what is covered, or what is seen below. */
      if (beside.width == 0)
        continue;
      g_assert_cmpint (beside.left - view->area_x + (int) beside.width / view->scale, <=,
                       view->cover_left);
      if (below.height != 0)
        g_assert_cmpuint (beside.y + beside.height, ==, below.y);
    }
}

static void
test_locate (void)
{
  static const struct {
    KioskPictureView view;
    double x, y;
    guint server_x, server_y;
  } points[] = {
    { { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 0 }, 0, 0, 0, 0 },
    { { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 0 }, 10.9, 20.1, 10, 20 },
    { { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 0 }, 299.99609375, 299.99, 300, 299 },
    { { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 200 }, 10, 20, 10, 20 }, /* the cover moves nothing */
    { { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 0 }, 1280, 752, 1279, 751 },
    { { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 0 }, -50, 1e9, 0, 751 },
    { { 0, 48, 1280, 752, 1, 800, 600, 0, 0, 0 }, 240, 76, 0, 0 },
    { { 0, 48, 1280, 752, 1, 800, 600, 0, 0, 0 }, 0, 751, 0, 599 },
    { { 0, 48, 1280, 752, 1, 1920, 1080, 640, 328, 0 }, 0, 0, 640, 328 },
    { { 0, 48, 640, 352, 2, 1280, 704, 0, 0, 0 }, 10.5, 20, 21, 40 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (points); i++)
    {
      guint x, y;

      kiosk_picture_view_locate (&points[i].view, points[i].x, points[i].y, &x, &y);
      g_assert_cmpuint (x, ==, points[i].server_x);
      g_assert_cmpuint (y, ==, points[i].server_y);
    }
}

/* Every pixel of a larger desktop can be reached. */
static void
test_pan (void)
{
  KioskPictureView view = { 0, 48, 1280, 752, 1, 1920, 1080, 0, 0, 0 };
  KioskPictureView fits = { 0, 48, 1280, 752, 1, 1280, 752, 0, 0, 0 };
  KioskPictureView odd = { 0, 48, 640, 352, 2, 1279, 703, 0, 0, 0 };
  guint x, y;

  g_assert_false (kiosk_picture_view_pan (&view, 0, 0));
  g_assert_true (kiosk_picture_view_pan (&view, 1279, 751));
  g_assert_cmpuint (view.pan_x, ==, 640);
  g_assert_cmpuint (view.pan_y, ==, 328);
  kiosk_picture_view_locate (&view, 1279, 751, &x, &y);
  g_assert_cmpuint (x, ==, 1919);
  g_assert_cmpuint (y, ==, 1079);
  g_assert_true (kiosk_picture_view_pan (&view, -100, 5000));
  g_assert_cmpuint (view.pan_x, ==, 0);
  g_assert_cmpuint (view.pan_y, ==, 328);

  g_assert_false (kiosk_picture_view_pan (&fits, 1279, 751));
  g_assert_false (kiosk_picture_view_pan (&odd, 639, 351));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture-view/cut", test_cut);
  g_test_add_func ("/picture-view/beside", test_beside);
  g_test_add_func ("/picture-view/locate", test_locate);
  g_test_add_func ("/picture-view/pan", test_pan);
  return g_test_run ();
}
