/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/model/outage.h"

/* Scripts whose outcome was worked out by hand, then what must hold whatever is seen, held against a
 * plain second account of the same random sequences. */

#define SECOND ((gint64) G_USEC_PER_SEC)

static const KioskOutageRule rule = { .begin = 3 * SECOND, .hold = 10 * SECOND };

/* ---- By hand ---- */

/* One look: at which second, what, and what follows. */
typedef struct {
  gint64 at;
  gboolean bad;
  KioskOutageChange change;
  KioskOutageReport report; /* seconds */
} Look;

#define NO KIOSK_OUTAGE_NOTHING
#define BEGUN KIOSK_OUTAGE_BEGUN
#define ENDED KIOSK_OUTAGE_ENDED

/* clang-format off */
static const Look plain[] = {
  { 0, FALSE, NO, { 0 } }, { 60, FALSE, NO, { 0 } },
  { 100, TRUE, NO, { 0 } }, { 102, TRUE, NO, { 0 } }, { 103, TRUE, BEGUN, { 100, 103, 1, 3 } },
  { 150, TRUE, NO, { 0 } }, { 160, FALSE, NO, { 0 } }, { 169, FALSE, NO, { 0 } },
  { 170, FALSE, ENDED, { 100, 160, 1, 60 } }, { 500, FALSE, NO, { 0 } },
};
static const Look bad_from_the_start[] = {
  { 5, TRUE, NO, { 0 } }, { 9, TRUE, BEGUN, { 5, 9, 1, 4 } },
};
/* Short troubles between calms are counted and never become one. */
static const Look short_ones[] = {
  { 0, TRUE, NO, { 0 } }, { 2, FALSE, NO, { 0 } }, { 12, FALSE, NO, { 0 } },
  { 13, TRUE, NO, { 0 } }, { 14, FALSE, NO, { 0 } }, { 24, FALSE, NO, { 0 } },
  { 25, TRUE, NO, { 0 } }, { 26, FALSE, NO, { 0 } }, { 36, FALSE, NO, { 0 } },
};
/* The third without a calm between them is one, from the first on. */
static const Look flapping[] = {
  { 0, TRUE, NO, { 0 } }, { 1, FALSE, NO, { 0 } }, { 8, TRUE, NO, { 0 } }, { 9, FALSE, NO, { 0 } },
  { 16, TRUE, BEGUN, { 0, 16, 3, 2 } }, { 17, FALSE, NO, { 0 } }, { 20, TRUE, NO, { 0 } },
  { 22, FALSE, NO, { 0 } }, { 32, FALSE, ENDED, { 0, 22, 4, 5 } },
};
/* The next one within an hour is held twice as long; an hour later nothing is left of that. */
static const Look memory[] = {
  { 0, TRUE, NO, { 0 } }, { 3, TRUE, BEGUN, { 0, 3, 1, 3 } }, { 4, FALSE, NO, { 0 } },
  { 14, FALSE, ENDED, { 0, 4, 1, 4 } },
  { 20, TRUE, NO, { 0 } }, { 23, TRUE, BEGUN, { 20, 23, 1, 3 } }, { 24, FALSE, NO, { 0 } },
  { 43, FALSE, NO, { 0 } }, { 44, FALSE, ENDED, { 20, 24, 1, 4 } },
  { 3700, TRUE, NO, { 0 } }, { 3703, TRUE, BEGUN, { 3700, 3703, 1, 3 } }, { 3704, FALSE, NO, { 0 } },
  { 3714, FALSE, ENDED, { 3700, 3704, 1, 4 } },
};
/* clang-format on */

static const struct {
  const char *name;
  const Look *looks;
  gsize n_looks;
} scripts[] = {
  { "plain", plain, G_N_ELEMENTS (plain) },
  { "bad from the start", bad_from_the_start, G_N_ELEMENTS (bad_from_the_start) },
  { "short ones", short_ones, G_N_ELEMENTS (short_ones) },
  { "flapping", flapping, G_N_ELEMENTS (flapping) },
  { "memory", memory, G_N_ELEMENTS (memory) },
};

static void
test_scripts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      KioskOutage outage = { 0 };

      for (gsize k = 0; k < scripts[i].n_looks; k++)
        {
          const Look *look = &scripts[i].looks[k];
          KioskOutageReport report = { 0 };

          g_test_message ("%s, %" G_GINT64_FORMAT " s", scripts[i].name, look->at);
          g_assert_cmpint (kiosk_outage_see (&outage, &rule, look->bad, look->at * SECOND, &report),
                           ==, look->change);
          if (look->change == NO)
            continue;
          g_assert_cmpint (report.start, ==, look->report.start * SECOND);
          g_assert_cmpint (report.end, ==, look->report.end * SECOND);
          g_assert_cmpuint (report.interruptions, ==, look->report.interruptions);
          g_assert_cmpint (report.down, ==, look->report.down * SECOND);
        }
    }
}

static void
test_open (void)
{
  KioskOutage outage = { 0 };
  KioskOutageReport report;

  g_assert_false (kiosk_outage_is_open (&outage));
  kiosk_outage_see (&outage, &rule, TRUE, 0, &report);
  g_assert_true (kiosk_outage_is_open (&outage)); /* not decided yet */
  kiosk_outage_see (&outage, &rule, TRUE, 5 * SECOND, &report);
  g_assert_false (kiosk_outage_is_open (&outage)); /* it is one */
  kiosk_outage_see (&outage, &rule, FALSE, 6 * SECOND, &report);
  g_assert_true (kiosk_outage_is_open (&outage)); /* is it over? */
  kiosk_outage_see (&outage, &rule, FALSE, 16 * SECOND, &report);
  g_assert_false (kiosk_outage_is_open (&outage));
}

static void
test_forget (void)
{
  KioskOutage outage = { 0 };
  KioskOutageReport report;

  kiosk_outage_see (&outage, &rule, TRUE, 0, &report);
  g_assert_cmpint (kiosk_outage_see (&outage, &rule, TRUE, 5 * SECOND, &report), ==, BEGUN);
  report = kiosk_outage_report (&outage, 8 * SECOND);
  g_assert_cmpint (report.end, ==, 8 * SECOND);
  g_assert_cmpint (report.down, ==, 8 * SECOND);
  kiosk_outage_forget (&outage, 8 * SECOND);
  g_assert_false (outage.known || outage.running || outage.trouble);
  g_assert_cmpuint (outage.total_outages, ==, 1);
  /* seen bad again it is a new one, held for longer */
  kiosk_outage_see (&outage, &rule, TRUE, 20 * SECOND, &report);
  g_assert_cmpint (kiosk_outage_see (&outage, &rule, TRUE, 25 * SECOND, &report), ==, BEGUN);
  g_assert_cmpint (report.start, ==, 20 * SECOND);
  g_assert_cmpint (outage.hold, ==, 20 * SECOND);
}

/* ---- Whatever is seen ---- */

/* The second account: every bad stretch as [from, until). */
typedef struct {
  gint64 from, until;
} Stretch;

static guint
count_within (GArray *stretches, gint64 from, gint64 until, gint64 *down)
{
  guint n = 0;

  *down = 0;
  for (guint i = 0; i < stretches->len; i++)
    {
      const Stretch *s = &g_array_index (stretches, Stretch, i);

      if (s->from >= from && s->from < until)
        {
          n++;
          *down += MIN (s->until, until) - s->from;
        }
    }
  return n;
}

static void
check_hour (GArray *begins)
{
  for (guint i = 0; i + KIOSK_OUTAGE_PER_HOUR < begins->len; i++)
    g_assert_cmpint (g_array_index (begins, gint64, i + KIOSK_OUTAGE_PER_HOUR)
                         - g_array_index (begins, gint64, i),
                     >, 3600 * SECOND);
}

/* @longest: of a stretch, in tenths of a second; from nervous to slow. */
static void
play (GRand *rand, int longest_bad, int longest_good)
{
  g_autoptr (GArray) stretches = g_array_new (FALSE, FALSE, sizeof (Stretch));
  g_autoptr (GArray) begins = g_array_new (FALSE, FALSE, sizeof (gint64));
  KioskOutage outage = { 0 };
  KioskOutageReport report;
  gboolean running = FALSE, bad = FALSE;
  gint64 now = 0, turn = 0, last_end = 0, accounted = 0;

  while (now < 8 * 3600 * SECOND)
    {
      KioskOutageChange change;

      if (now >= turn)
        {
          bad = !bad;
          turn = now + g_rand_int_range (rand, 1, bad ? longest_bad : longest_good) * SECOND / 10;
          if (bad)
            g_array_append_val (stretches, ((Stretch){ now, G_MAXINT64 }));
          else
            g_array_index (stretches, Stretch, stretches->len - 1).until = now;
        }
      change = kiosk_outage_see (&outage, &rule, bad, now, &report);
      if (change == BEGUN)
        {
          g_assert_false (running);
          running = TRUE;
          g_array_append_val (begins, now);
          g_assert_cmpint (report.start, >=, last_end);
        }
      else if (change == ENDED)
        {
          gint64 down;

          g_assert_true (running && !bad);
          running = FALSE;
          g_assert_cmpint (report.end, >, report.start);
          g_assert_cmpint (now - report.end, >=, rule.hold);
          /* nothing that lay in it is lost */
          g_assert_cmpuint (report.interruptions, ==,
                            count_within (stretches, report.start, report.end, &down));
          g_assert_cmpint (report.down, ==, down);
          accounted += report.interruptions;
          last_end = report.end;
        }
      now += g_rand_int_range (rand, 1, 20) * SECOND / 10;
    }
  g_assert_cmpuint (outage.total_interruptions, ==, stretches->len);
  g_assert_cmpuint (outage.total_outages, ==, begins->len);
  g_assert_cmpint (accounted, <=, (gint64) stretches->len);
  check_hour (begins);
}

static void
test_random (void)
{
  static const int longest[][2] = { { 5, 5 },     { 10, 200 },  { 100, 100 },   { 40, 400 },
                                    { 50, 3000 }, { 600, 900 }, { 3000, 3000 }, { 100, 40000 } };

  for (guint32 seed = 0; seed < 40; seed++)
    for (guint i = 0; i < G_N_ELEMENTS (longest); i++)
      {
        GRand *rand = g_rand_new_with_seed (seed);

        play (rand, longest[i][0], longest[i][1]);
        g_rand_free (rand);
      }
}

/* The worst that somebody with a hand on the plug can do: an outage as soon as the last one is over. */
static void
test_worst (void)
{
  g_autoptr (GArray) begins = g_array_new (FALSE, FALSE, sizeof (gint64));
  KioskOutage outage = { 0 };
  KioskOutageReport report;

  for (gint64 now = 0; now < 24 * 3600 * SECOND; now += SECOND / 2)
    if (kiosk_outage_see (&outage, &rule, !outage.running, now, &report) == BEGUN)
      g_array_append_val (begins, now);
  check_hour (begins);
  g_assert_cmpuint (begins->len, >, 50);
  g_assert_cmpuint (begins->len, <, 24 * 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outage/scripts", test_scripts);
  g_test_add_func ("/outage/open", test_open);
  g_test_add_func ("/outage/forget", test_forget);
  g_test_add_func ("/outage/random", test_random);
  g_test_add_func ("/outage/worst", test_worst);
  return g_test_run ();
}
