/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/model/account-lines.h"

/* Passwords that were changed at the terminal, and an image that is made anew. */

static const struct {
  const char *name;
  KioskAccountFile file;
  const char *image, *base, *kept, *expected;
} cases[] = {
  { "first", KIOSK_ACCOUNT_SHADOW, "a:1:\nb:2:\n", NULL, NULL, "a:1:\nb:2:\n" },
  { "changed", KIOSK_ACCOUNT_SHADOW, "a:1:\nb:2:\n", "a:1:\nb:2:\n", "a:9:\nb:2:\n",
    "a:9:\nb:2:\n" },
  /* the image gives b a new password: a's own stays */
  { "reset", KIOSK_ACCOUNT_SHADOW, "a:1:\nb:3:\n", "a:1:\nb:2:\n", "a:9:\nb:8:\n", "a:9:\nb:3:\n" },
  { "locked", KIOSK_ACCOUNT_SHADOW, "a:!1:\n", "a:1:\n", "a:9:\n", "a:!1:\n" },
  { "removed", KIOSK_ACCOUNT_SHADOW, "b:2:\n", "a:1:\nb:2:\n", "a:9:\nb:8:\n", "b:8:\n" },
  { "added", KIOSK_ACCOUNT_SHADOW, "a:1:\nc:4:\n", "a:1:\n", "a:9:\n", "a:9:\nc:4:\n" },
  /* taken away and given back with the same hash: the image that was between decides */
  { "given-back", KIOSK_ACCOUNT_SHADOW, "a:1:\n", "b:2:\n", "b:2:\n", "a:1:\n" },
  /* put into the copy by nobody's right */
  { "smuggled", KIOSK_ACCOUNT_SHADOW, "a:1:\n", "a:1:\n", "a:9:\nroot::\n", "a:9:\n" },
  { "copy-lost", KIOSK_ACCOUNT_SHADOW, "a:1:\n", "a:1:\n", NULL, "a:1:\n" },
  { "copy-empty", KIOSK_ACCOUNT_SHADOW, "a:1:\n", "a:1:\n", "", "a:1:\n" },
  { "base-lost", KIOSK_ACCOUNT_SHADOW, "a:1:\n", NULL, "a:9:\n", "a:1:\n" },
  { "twice", KIOSK_ACCOUNT_SHADOW, "a:1:\n", "a:1:\n", "a:9:\na:7:\n", "a:9:\n" },
  { "no-id", KIOSK_ACCOUNT_SHADOW,
    "# x\nnonsense\n\na:1:", "a:1:", "a:9:", "# x\nnonsense\n\na:9:" },
  { "oath", KIOSK_ACCOUNT_OATH, "# x\nHOTP/T30/6\ta\t-\t31\nHOTP/T30\tb\t-\t32\n",
    "HOTP/T30/6\ta\t-\t31\nHOTP/T30\tb\t-\t30\n",
    "HOTP/T30/6\ta\t-\t31\t5\t123456\t2026-11-26T10:00:00L\nHOTP/T30\tb\t-\t30\t5\t123456\n",
    "# x\nHOTP/T30/6\ta\t-\t31\t5\t123456\t2026-11-26T10:00:00L\nHOTP/T30\tb\t-\t32\n" },
};

static void
test_case (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *merged
      = kiosk_account_lines_merge (cases[i].file, cases[i].image, cases[i].base, cases[i].kept);
  g_autofree char *again
      = kiosk_account_lines_merge (cases[i].file, cases[i].image, cases[i].image, merged);

  g_assert_cmpstr (merged, ==, cases[i].expected);
  g_assert_cmpstr (again, ==, merged);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/account-lines/%s", cases[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_case);
    }
  return g_test_run ();
}
