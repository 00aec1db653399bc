/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* IDs that nobody uses, under clocks that are right, wrong and set. */

#include "kiosk/model/uses.h"

#include <string.h>

#define DAY ((gint64) 24 * 60 * 60)
#define NOW ((gint64) 20600 * DAY)
#define IDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static KioskUses *
parse (const char *text)
{
  return kiosk_uses_parse (text, strlen (text));
}

static void
check (const KioskUses *uses, const char *text)
{
  g_autofree char *written = kiosk_uses_format (uses);

  g_assert_cmpstr (written, ==, text);
}

static void
test_text (void)
{
  static const char zero[] = "5 a\0b\n6 c\n";
  g_autoptr (KioskUses) uses = parse ("1779840000 sato\n1779850000 abe\n");
  g_autoptr (KioskUses) damaged = parse ("x sato\n-5 a\n+5 a\n 5 a\n5a\n5  a\n5 \n5\n5 A/b\n0 a\n"
                                         "99999999999999999999 a\n\n7 suzuki\n8 tanaka");
  g_autoptr (KioskUses) empty = kiosk_uses_parse (zero, sizeof zero - 1);

  check (uses, "1779850000 abe\n1779840000 sato\n");
  g_assert_cmpint (kiosk_uses_get (uses, "sato"), ==, 1779840000);
  g_assert_cmpint (kiosk_uses_get (uses, "sat"), ==, 0);
  check (damaged, "7 suzuki\n8 tanaka\n");
  check (empty, "5 a\n");
}

static void
test_know (void)
{
  g_autoptr (KioskUses) uses = parse ("");

  /* a clock that nobody vouches for says nothing of new IDs */
  g_assert_false (kiosk_uses_know (uses, IDS ("sato", "abe"), 5, FALSE));
  check (uses, "");
  g_assert_true (kiosk_uses_know (uses, IDS ("sato", "abe"), 100, TRUE));
  check (uses, "100 abe\n100 sato\n");
  g_assert_false (kiosk_uses_know (uses, IDS ("sato", "abe"), 200, TRUE));
  check (uses, "100 abe\n100 sato\n");
  /* taken out and put in again: new */
  g_assert_true (kiosk_uses_know (uses, IDS ("abe"), 200, FALSE));
  check (uses, "100 abe\n");
  g_assert_true (kiosk_uses_know (uses, IDS ("sato", "abe"), 300, TRUE));
  check (uses, "100 abe\n300 sato\n");
  /* a use in the future is put right by a clock that is vouched for */
  g_assert_false (kiosk_uses_know (uses, IDS ("sato", "abe"), 200, FALSE));
  g_assert_true (kiosk_uses_know (uses, IDS ("sato", "abe"), 200, TRUE));
  check (uses, "100 abe\n200 sato\n");
}

static void
test_add (void)
{
  g_autoptr (KioskUses) uses = parse ("100 sato\n");

  kiosk_uses_add (uses, "sato", 200, FALSE);
  g_assert_cmpint (kiosk_uses_get (uses, "sato"), ==, 200);
  kiosk_uses_add (uses, "sato", 50, FALSE); /* the battery of the clock was empty */
  g_assert_cmpint (kiosk_uses_get (uses, "sato"), ==, 200);
  kiosk_uses_add (uses, "sato", 150, TRUE);
  g_assert_cmpint (kiosk_uses_get (uses, "sato"), ==, 150);
  kiosk_uses_add (uses, "abe", 5, FALSE); /* its first use, at nobody knows when */
  g_assert_cmpint (kiosk_uses_get (uses, "abe"), ==, 0);
  kiosk_uses_add (uses, "abe", 300, TRUE);
  g_assert_cmpint (kiosk_uses_get (uses, "abe"), ==, 300);
}

static void
test_days (void)
{
  static const struct {
    gint64 used, since, now;
    gint64 days;
  } rows[] = {
    { NOW, 0, NOW, 0 },
    { NOW - DAY + 1, 0, NOW, 0 },
    { NOW - DAY, 0, NOW, 1 },
    { NOW - 90 * DAY, 0, NOW, 90 },
    { NOW - 90 * DAY, NOW - 3 * DAY, NOW, 3 }, /* brought back by the policy */
    { NOW - 3 * DAY, NOW - 90 * DAY, NOW, 3 },
    { NOW - 90 * DAY, NOW + 9 * DAY, NOW, 0 },
    { 0, NOW - 5 * DAY, NOW, 5 },
    { 0, 0, NOW, 0 },                 /* not known */
    { NOW + 400 * DAY, 0, NOW, 0 },   /* used by a clock that was ahead */
    { NOW, 0, NOW + 365 * DAY, 365 }, /* a clock that is ahead ... */
    { NOW, 0, NOW + DAY / 2, 0 },     /* ... and right again */
    { NOW, 0, 5, 0 },                 /* a clock that begins anew */
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (kiosk_uses_days (rows[i].used, rows[i].since, rows[i].now), ==, rows[i].days);
}

/* Nobody at a new terminal is locked out, whatever its clock says before it is put right. */
static void
test_new_terminal (void)
{
  static const gint64 wrong[] = { 5, NOW - 9000 * DAY, NOW + 9000 * DAY };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (KioskUses) uses = parse ("");

      kiosk_uses_know (uses, IDS ("sato"), wrong[i], FALSE);
      kiosk_uses_add (uses, "sato", wrong[i], FALSE);
      kiosk_uses_know (uses, IDS ("sato"), NOW, TRUE);
      g_assert_cmpint (kiosk_uses_days (kiosk_uses_get (uses, "sato"), 0, NOW), ==, 0);
      g_assert_cmpint (kiosk_uses_days (kiosk_uses_get (uses, "sato"), 0, NOW + 89 * DAY), ==, 89);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/uses/text", test_text);
  g_test_add_func ("/uses/know", test_know);
  g_test_add_func ("/uses/add", test_add);
  g_test_add_func ("/uses/days", test_days);
  g_test_add_func ("/uses/new-terminal", test_new_terminal);
  return g_test_run ();
}
