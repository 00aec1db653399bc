/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "typing-speed.h"

/* How fast is too fast, by a table of steady typing; then what repeats, what waits and what wraps. */

typedef struct {
  const char *label;
  guint32 start; /* time of the first press */
  guint every;   /* milliseconds between two presses */
  guint n;       /* how many */
  guint report;  /* the how-manieth is reported; 0: none */
  guint presses; /* what is reported */
  guint milliseconds;
} Row;

static const Row rows[] = {
  { "a fast typist", 5000, 60, 600, 0, 0, 0 },
  { "two hands on the keys", 5000, 10, 30, 0, 0, 0 },
  { "thirty in a second, for ever", 5000, 34, 600, 0, 0, 0 },
  { "thirty-one in a second", 5000, 33, 600, 31, 31, 990 },
  { "just one second", 5000, 1000 / 30, 31, 31, 31, 990 },
  { "a device: one each millisecond", 5000, 1, 100, 31, 31, 30 },
  { "all at once", 5000, 0, 31, 31, 31, 0 },
  { "from the first moment on", 0, 2, 31, 31, 31, 60 },
  { "over the end of the counter", G_MAXUINT32 - 30, 2, 31, 31, 31, 60 },
};

/* One press and release, as a keyboard sends them. */
static gboolean
tap (KioskTyping *typing, guint code, guint32 time, guint *presses, guint *milliseconds)
{
  gboolean report = kiosk_typing_press (typing, code, time, presses, milliseconds);

  kiosk_typing_release (typing, code);
  return report;
}

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const Row *row = &rows[i];
      KioskTyping typing = { 0 };
      guint presses = 7, milliseconds = 7, reported = 0;

      g_test_message ("%s", row->label);
      for (guint j = 1; j <= row->n; j++)
        {
          guint32 time = row->start + (j - 1) * row->every;
          gboolean report = tap (&typing, 38 + j % 2, time, &presses, &milliseconds);

          if (report && reported == 0)
            reported = j;
          else if (report)
            g_assert_cmpuint ((j - reported) * row->every, >=, KIOSK_TYPING_PAUSE_MS);
          if (reported == j)
            {
              g_assert_cmpuint (presses, ==, row->presses);
              g_assert_cmpuint (milliseconds, ==, row->milliseconds);
            }
        }
      g_assert_cmpuint (reported, ==, row->report);
      if (reported == 0)
        g_assert_cmpuint (presses, ==, 7); /* untouched */
    }
}

/* A key that is held down sends press after press and no release. */
static void
test_repeats (void)
{
  KioskTyping typing = { 0 };
  guint presses, milliseconds;

  for (guint i = 0; i < 1000; i++)
    g_assert_false (kiosk_typing_press (&typing, 38, 1000 + i, &presses, &milliseconds));
  /* Released unseen: from then on it counts anew. */
  for (guint i = 0; i < 29; i++)
    {
      kiosk_typing_release_all (&typing);
      g_assert_false (kiosk_typing_press (&typing, 38, 3000, &presses, &milliseconds));
    }
  g_assert_false (tap (&typing, 38, 3000, &presses, &milliseconds)); /* still down */
  g_assert_false (tap (&typing, 38, 3000, &presses, &milliseconds));
  g_assert_true (tap (&typing, 38, 3000, &presses, &milliseconds));
  g_assert_cmpuint (presses, ==, 31);
}

/* Many keys down together, codes beyond the table too: each press is one. */
static void
test_many_keys (void)
{
  KioskTyping typing = { 0 };
  guint presses, milliseconds, reports = 0;

  kiosk_typing_release (&typing, 12);
  kiosk_typing_release (&typing, G_MAXUINT);
  for (guint code = KIOSK_TYPING_KEYS - 16; code < KIOSK_TYPING_KEYS + 15; code++)
    reports += kiosk_typing_press (&typing, code, 500, &presses, &milliseconds);
  g_assert_cmpuint (reports, ==, 1);
}

static void
test_pause (void)
{
  KioskTyping typing = { 0 };
  guint presses = 0, milliseconds = 0, reports = 0;

  /* Half a minute without an end, one press each millisecond: reported thrice. */
  for (guint i = 0; i < 3 * KIOSK_TYPING_PAUSE_MS; i++)
    reports += tap (&typing, 38, 77 + i, &presses, &milliseconds);
  g_assert_cmpuint (reports, ==, 3);
  /* The later ones tell of more: as many as are remembered. */
  g_assert_cmpuint (presses, ==, KIOSK_TYPING_MEMORY);
  g_assert_cmpuint (milliseconds, ==, KIOSK_TYPING_MEMORY - 1);
}

/* The clock of the events goes back: what lies ahead is not of this second. */
static void
test_backwards (void)
{
  KioskTyping typing = { 0 };
  guint presses, milliseconds;

  for (guint i = 0; i < 100; i++)
    g_assert_false (tap (&typing, 38, 100000 - i * 40, &presses, &milliseconds));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/typing-speed/rows", test_rows);
  g_test_add_func ("/typing-speed/repeats", test_repeats);
  g_test_add_func ("/typing-speed/many-keys", test_many_keys);
  g_test_add_func ("/typing-speed/pause", test_pause);
  g_test_add_func ("/typing-speed/backwards", test_backwards);
  return g_test_run ();
}
