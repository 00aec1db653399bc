/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The age of an image, and whether the kernel was started with its command line: tables. */

#include "kiosk/model/image.h"

#include <string.h>

/* ---- Age ---- */

static const struct {
  const char *date;
  int year, month, day;
  int age;
} ages[] = {
  { "2026-11-20", 2026, 11, 20, 0 },
  { "2026-11-20", 2026, 11, 26, 6 },
  { "2024-02-28", 2024, 3, 1, 2 }, /* a leap year */
  { "2025-12-31", 2026, 1, 1, 1 },
  { "1999-01-01", 2026, 1, 1, 9862 },
  { "2026-11-20", 2026, 11, 19, -1 }, /* a clock before the date */
  { "2026-11-20", 1970, 1, 1, -1 },
  { "2026-11-20", 0, 0, 0, -1 },
  { "2026-11-20", 2026, 2, 30, -1 },
  { "2026-11-20", 70000, 1, 1, -1 },
  /* not dates */
  { NULL, 2026, 11, 26, -1 },
  { "", 2026, 11, 26, -1 },
  { "2026-11-2", 2026, 11, 26, -1 },
  { "2026-11-200", 2026, 11, 26, -1 },
  { "2026-11-20 ", 2026, 11, 26, -1 },
  { "2026-11-20T10:30:00Z", 2026, 11, 26, -1 },
  { "20261120", 2026, 11, 26, -1 },
  { "2026/11/20", 2026, 11, 26, -1 },
  { "2026-1-020", 2026, 11, 26, -1 },
  { "-026-11-20", 2026, 11, 26, -1 },
  { "+026-11-20", 2026, 11, 26, -1 },
  { "2026-13-01", 2026, 11, 26, -1 },
  { "2026-00-01", 2026, 11, 26, -1 },
  { "2026-02-29", 2026, 11, 26, -1 },
  { "2026-11-00", 2026, 11, 26, -1 },
  { "0000-01-01", 2026, 11, 26, -1 },
  { "２０２６", 2026, 11, 26, -1 },
};

static void
test_age (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (ages); i++)
    {
      int age = kiosk_image_age (ages[i].date, ages[i].year, ages[i].month, ages[i].day);

      g_test_message ("%s", ages[i].date != NULL ? ages[i].date : "NULL");
      g_assert_cmpint (age, ==, ages[i].age);
    }
  g_assert_true (kiosk_image_date_is_valid ("2026-11-20"));
  g_assert_false (kiosk_image_date_is_valid ("2026-11-31"));
  g_assert_false (kiosk_image_date_is_valid (NULL));
}

/* ---- Command line ---- */

#define HASH "roothash=0123456789abcdefABCDEF"

static const struct {
  const char *made, *booted;
  const char *difference; /* NULL: it matches */
} lines[] = {
  { "quiet ro", "quiet ro", NULL },
  { "quiet ro\n", "quiet ro\n", NULL },
  { "quiet ro", "quiet ro\n", NULL },
  { "quiet ro\n", "quiet ro", NULL },
  { "quiet ro", "  quiet\t\tro \v\f\r\n", NULL },
  { "", "", NULL },
  { "", "\n", NULL },
  /* added, missing, changed, in another order */
  { "quiet ro", "quiet ro init=/bin/sh", "init=/bin/sh" },
  { "quiet ro", "init=/bin/sh quiet ro", "init=/bin/sh" },
  { "quiet ro", "quiet init=/bin/sh ro", "init=/bin/sh" },
  { "quiet ro", "quiet ro ro", "ro" },
  { "quiet ro", "quiet", "ro" },
  { "quiet ro", "", "quiet" },
  { "", "quiet", "quiet" },
  { "quiet ro", "ro quiet", "ro" },
  { "quiet ro", "quiet rw", "rw" },
  { "quiet ro", "quiet roo", "roo" },
  { "quiet ro", "quiet r", "r" },
  { "quiet ro", "Quiet ro", "Quiet" },
  { "a=1 -- b", "a=1 b", "b" },
  { "lockdown=integrity", "lockdown=none", "lockdown=none" },
  { "lockdown=integrity", "lockdown=integrity lockdown=none", "lockdown=none" },
  { "quiet\xc2\xa0ro", "quiet\xc2 ro", NULL }, /* blank for the kernel, in whatever it stands */
  /* quotes belong to the word and keep it together */
  { "dm=\"a b\" ro", "dm=\"a b\" ro", NULL },
  { "dm=\"a b\" ro", "dm=\"a  b\" ro", "dm=\\\"a  b\\\"" },
  { "dm=\"a b\" ro", "dm=a b ro", "dm=a" },
  { "quiet ro", "\"quiet\" ro", "\\\"quiet\\\"" },
  { "quiet ro", "\"quiet ro\"", "\\\"quiet ro\\\"" },
  { "quiet ro", "quiet \"ro init=/bin/sh", "\\\"ro init=/bin/sh" },
  { "quiet ro", "quiet\\ ro", "quiet\\\\" },
  { "quiet 'a b'", "quiet 'a  b'", NULL }, /* no quotes for the kernel: two words */
  /* the hash of the root, wherever it stands */
  { "quiet ro", HASH " quiet ro", NULL },
  { "quiet ro", "quiet " HASH " ro", NULL },
  { "quiet ro", "quiet ro " HASH "\n", NULL },
  { "quiet " HASH " ro", "quiet ro " HASH, NULL },
  { "quiet roothash=@HASH@ ro", "quiet ro " HASH, NULL },
  { "quiet roothash= ro", "quiet ro", NULL },
  { "quiet ro", "quiet roothash= ro", NULL },
  { "quiet ro", "roothash=" HASH " quiet ro", "roothash=" HASH },
  { "quiet ro", "quiet roothash ro", "roothash" },
  { "quiet ro", "quiet xroothash=00 ro", "xroothash=00" },
  { "quiet ro", "quiet Roothash=00 ro", "Roothash=00" },
  { "quiet ro", "quiet \"roothash=00\" ro", "\\\"roothash=00\\\"" },
  { "quiet ro", "quiet roothash=\"0 init=/bin/sh\" ro", "roothash=\\\"0 init=/bin/sh\\\"" },
  { "quiet ro", "quiet roothash='0 init=/bin/sh' ro", "roothash='0" },
  { "quiet ro", "quiet roothash=0\\ init=/bin/sh ro", "roothash=0\\\\" },
  { "quiet ro", "quiet roothash=00,x ro", "roothash=00,x" },
  { "quiet ro", HASH " quiet rw", "rw" },
  /* what is told is harmless */
  { "quiet", "\x1b[31mred\x7f", "\\033[31mred\\177" },
  { "quiet", "\xe3\x81\x82", "\\343\\201\\202" },
};

static void
test_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *difference = NULL;
      gboolean matches
          = kiosk_image_boot_matches (lines[i].made, strlen (lines[i].made), lines[i].booted,
                                      strlen (lines[i].booted), &difference);

      g_test_message ("row %u", i);
      g_assert_cmpstr (difference, ==, lines[i].difference);
      g_assert_cmpint (matches, ==, lines[i].difference == NULL);
    }
}

static gboolean
matches_itself (const char *line, gsize length, char **difference)
{
  return kiosk_image_boot_matches (line, length, line, length, difference);
}

/* As long as a kernel takes, and one byte more; a NUL anywhere. */
static void
test_limits (void)
{
  g_autofree char *full = g_strnfill (KIOSK_IMAGE_MAX_COMMAND_LINE + 1, 'x');
  g_autofree char *long_word = NULL;
  g_autofree char *too_long = NULL;
  g_autofree char *nul = NULL;
  g_autofree char *hidden = NULL;
  g_autofree char *other = NULL;

  g_assert_true (matches_itself (full, KIOSK_IMAGE_MAX_COMMAND_LINE, &other));
  full[10] = ' ';
  g_assert_true (matches_itself (full, KIOSK_IMAGE_MAX_COMMAND_LINE, &other));
  g_assert_true (kiosk_image_boot_matches (NULL, 0, NULL, 0, &other));
  g_assert_null (other);
  g_assert_false (kiosk_image_boot_matches ("quiet", 5, full + 11, 4000, &long_word));
  g_assert_cmpuint (strlen (long_word), ==, 200);
  g_assert_false (matches_itself (full, KIOSK_IMAGE_MAX_COMMAND_LINE + 1, &too_long));
  g_assert_cmpstr (too_long, ==, "not a command line");
  g_assert_false (matches_itself ("quiet\0ro", 8, &nul));
  g_assert_cmpstr (nul, ==, "not a command line");
  g_assert_false (kiosk_image_boot_matches ("quiet", 5, "quiet\0 init=/bin/sh", 19, &hidden));
  g_assert_cmpstr (hidden, ==, "not a command line");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/age", test_age);
  g_test_add_func ("/image/command-line", test_lines);
  g_test_add_func ("/image/command-line/limits", test_limits);
  return g_test_run ();
}
