/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/model/clock-step.h"

/* Two clocks in a test's own hands. */

#define SECOND ((gint64) G_USEC_PER_SEC)
#define LIMIT (5 * SECOND)

typedef struct {
  KioskClockSteps steps;
  KioskClockSample now;
} Clock;

/* @seconds pass, the wall clock gains @moved microseconds in them. */
static gboolean
pass (Clock *clock, gint64 seconds, gint64 moved, gboolean set, KioskClockStep *step)
{
  clock->now.boot += seconds * SECOND;
  clock->now.real += seconds * SECOND + moved;
  return kiosk_clock_steps_take (&clock->steps, clock->now, set, LIMIT, step);
}

static void
begin (Clock *clock)
{
  KioskClockStep step;

  *clock = (Clock){ .now = { 1800000000 * SECOND, 77 * SECOND } };
  /* the first sample is no step, however far the clocks are apart */
  g_assert_false (pass (clock, 0, 0, FALSE, &step));
}

static void
test_steps (void)
{
  static const struct {
    gint64 moved;
    gboolean set, told;
  } rows[] = {
    { 0, FALSE, FALSE },
    { 0, TRUE, FALSE }, /* set to what it was */
    { LIMIT, TRUE, FALSE },
    { LIMIT + 1, TRUE, TRUE },
    { -LIMIT, TRUE, FALSE },
    { -LIMIT - 1, TRUE, TRUE },
    { 3600 * SECOND, FALSE, TRUE }, /* also without the kernel's word */
    { -86400 * SECOND, FALSE, TRUE },
    { -1800000000 * SECOND, TRUE, TRUE }, /* to 1970 */
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      KioskClockStep step = { 0 };
      Clock clock;

      g_test_message ("%" G_GINT64_FORMAT, rows[i].moved);
      begin (&clock);
      g_assert_cmpint (pass (&clock, 2, rows[i].moved, rows[i].set, &step), ==, rows[i].told);
      if (rows[i].told)
        {
          g_assert_cmpint (step.microseconds, ==, rows[i].moved);
          g_assert_cmpuint (step.settings, ==, 1);
        }
      g_assert_false (pass (&clock, 2, 0, FALSE, &step)); /* told once */
    }
}

/* A day of chrony at its fastest moves the clock by two hours and is no step. */
static void
test_drift (void)
{
  KioskClockStep step;
  Clock clock;

  begin (&clock);
  for (guint i = 0; i < 43200; i++)
    g_assert_false (pass (&clock, 2, 2 * SECOND * 83333 / 1000000, FALSE, &step));
  for (guint i = 0; i < 43200; i++)
    g_assert_false (pass (&clock, 2, -2 * SECOND * 83333 / 1000000, FALSE, &step));
  /* asleep for a night: both clocks went on */
  g_assert_false (pass (&clock, 8 * 3600, 0, FALSE, &step));
  /* but a night is no excuse for an hour */
  g_assert_true (pass (&clock, 8 * 3600, 3600 * SECOND, FALSE, &step));
}

static void
test_small (void)
{
  KioskClockStep step;
  Clock clock;

  begin (&clock);
  g_assert_false (pass (&clock, 2, 2 * SECOND, TRUE, &step));
  g_assert_false (pass (&clock, 2, 2 * SECOND, TRUE, &step));
  g_assert_true (pass (&clock, 2, 2 * SECOND, TRUE, &step));
  g_assert_cmpint (step.microseconds, ==, 6 * SECOND);
  g_assert_cmpuint (step.settings, ==, 3);
  /* to and fro comes to nothing */
  for (guint i = 0; i < 100; i++)
    g_assert_false (pass (&clock, 2, i % 2 == 0 ? 4 * SECOND : -4 * SECOND, TRUE, &step));
}

/* Whoever sets the clock however often: what was told never lies further from the truth than the
 * limit. */
static void
test_random (void)
{
  for (guint32 seed = 0; seed < 200; seed++)
    {
      GRand *rand = g_rand_new_with_seed (seed);
      gint64 moved = 0, told = 0;
      KioskClockStep step;
      Clock clock;

      begin (&clock);
      for (guint i = 0; i < 500; i++)
        {
          gint64 by = g_rand_int_range (rand, 0, 4) == 0
                          ? (gint64) g_rand_int_range (rand, -20000, 20000) * 1000
                          : 0;

          moved += by;
          if (pass (&clock, g_rand_int_range (rand, 1, 5), by, by != 0, &step))
            {
              told += step.microseconds;
              g_assert_cmpuint (step.settings, >=, 1);
              g_assert_cmpint (ABS (step.microseconds), >, LIMIT);
              g_assert_cmpint (told, ==, moved);
            }
          g_assert_cmpint (ABS (moved - told), <=, LIMIT);
        }
      g_rand_free (rand);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clock-step/steps", test_steps);
  g_test_add_func ("/clock-step/drift", test_drift);
  g_test_add_func ("/clock-step/small", test_small);
  g_test_add_func ("/clock-step/random", test_random);
  return g_test_run ();
}
