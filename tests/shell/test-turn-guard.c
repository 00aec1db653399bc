/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "turn-guard.h"

/* What is taken after a page turned under somebody's hands: as stories, one line each. */

#define MS G_TIME_SPAN_MILLISECOND
#define START (G_GINT64_CONSTANT (1) << 40)

/* In a story "A+" is a key that goes down (or repeats) and is taken, "a+" one that is not, "a-" goes up; "(" the page
 * turns by surprise, "|" is shown, ")" turns as somebody wanted; "*" releases went elsewhere; a digit: so many tenths
 * of a second go by; "~" before it: only until news of a press come in, presses are made at once. */
typedef struct {
  const char *label;
  const char *story;
} Row;

static const Row rows[] = {
  { "nothing has turned", "A+ a- B+ b-" },
  { "typing on", "A+ a- ( b+ b- | 1 c+ c- 2 d+ d-" },
  { "after a rest", "A+ a- ( b+ b- | 3 C+ c- D+ d-" },
  { "the rest begins anew with each key", "( | 2 a+ a- 2 b+ b- 2 c+ c- 3 D+ d-" },
  { "a rest before anything is shown is none", "( 9 a+ a- 9 b+ b- | 3 C+" },
  { "shown late", "( 9 | a+ a- 2 b+ 3 C+" },
  { "a key that is held from before repeats", "A+ ( | a+ 3 a+ 9 a+ a- A+" },
  { "it does not hold others up", "A+ ( | 3 B+ a+ a- A+" },
  { "one that went down in between repeats", "( | a+ 5 a+ 5 a+ a- A+" },
  { "a key that repeats on the page is typed", "( | 3 A+ A+ A+ a-" },
  { "turned once more", "( | 3 A+ a- ( b+ | 2 c+ 3 D+" },
  { "wanted", "A+ a- ( ) B+" },
  { "wanted, with a key down from before", "A+ ( ) a+ B+ a- A+" },
  { "held up together, made at once", "A+ a- ( | ~5 b+ b- ~5 c+ c- 2 d+ d- 3 E+" },
  { "pressed before, and long ago", "A+ a- 5 ( | ~5 B+" },
  { "a pause that came in at once is none", "( 9 b+ | 2 c+ 3 D+" },
  { "shown twice counts from the first time", "( | 2 | 1 A+" },
  { "the window had lost the keyboard", "A+ ( | * 3 A+" },
};

static void
play (const Row *row)
{
  KioskTurnGuard guard = { 0 };
  gint64 now = START;
  guint32 time = G_MAXUINT32 - 50; /* goes round in the course of the story */

  g_test_message ("%s", row->label);
  for (const char *at = row->story; *at != '\0'; at++)
    switch (*at)
      {
      case ' ':
        break;
      case '(':
        kiosk_turn_guard_close (&guard, now);
        break;
      case ')':
        kiosk_turn_guard_open (&guard);
        break;
      case '|':
        kiosk_turn_guard_shown (&guard, now);
        break;
      case '*':
        kiosk_turn_guard_release_all (&guard);
        break;
      case '~':
        now += g_ascii_digit_value (*++at) * 100 * MS;
        break;
      default:
        if (g_ascii_isdigit (*at))
          {
            now += g_ascii_digit_value (*at) * 100 * MS;
            time += (guint32) g_ascii_digit_value (*at) * 100;
          }
        else if (*++at == '-')
          kiosk_turn_guard_release (&guard, (guint) at[-1]);
        else
          g_assert_cmpint (
              kiosk_turn_guard_press (&guard, (guint) g_ascii_tolower (at[-1]), time, now), ==,
              g_ascii_isupper (at[-1]));
      }
}

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    play (&rows[i]);
}

/* Whatever number a device sends as key or button, nothing else is written to; and a button is no key. */
static void
test_codes (void)
{
  static const guint codes[] = { 0, 8, KIOSK_TURN_KEYS - 1, KIOSK_TURN_KEYS, G_MAXUINT };
  struct {
    KioskTurnGuard guard;
    guint8 behind[64];
  } area = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_assert_true (kiosk_turn_guard_press (&area.guard, codes[i], 0, START));
      kiosk_turn_guard_close (&area.guard, START);
      g_assert_false (kiosk_turn_guard_press (&area.guard, codes[i], 0, START + G_TIME_SPAN_HOUR));
      kiosk_turn_guard_release (&area.guard, codes[i]);
      kiosk_turn_guard_open (&area.guard);
      g_assert_true (kiosk_turn_guard_press (&area.guard, codes[i], 0, START));
      kiosk_turn_guard_release (&area.guard, codes[i]);
      g_assert_cmpuint (KIOSK_TURN_BUTTON (codes[i]), >, 775);
      g_assert_cmpuint (KIOSK_TURN_BUTTON (codes[i]), <, KIOSK_TURN_KEYS);
    }
  for (guint i = 0; i < G_N_ELEMENTS (area.behind); i++)
    g_assert_cmpuint (area.behind[i], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/turn-guard/rows", test_rows);
  g_test_add_func ("/turn-guard/codes", test_codes);
  return g_test_run ();
}
