/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "fuzz.h"

#include "kiosk/model/image.h"

#include <string.h>

/* Two command lines, cut at the first '|', and a date. What must hold: no crash; a difference is told
 * exactly when there is one, in harmless characters; what matches does not match any more with a
 * word more; a date that counts has an age on its own day. */

static void
check_lines (const char *made, gsize made_length, const char *booted, gsize booted_length)
{
  g_autofree char *difference = NULL;
  g_autofree char *more_difference = NULL;
  g_autoptr (GString) more = g_string_new ("init=/bin/sh ");
  gboolean matches
      = kiosk_image_boot_matches (made, made_length, booted, booted_length, &difference);

  g_assert_true (matches == (difference == NULL));
  for (const char *p = difference; p != NULL && *p != '\0'; p++)
    g_assert_true (g_ascii_isprint (*p));
  if (!matches)
    return;
  g_string_append_len (more, booted, (gssize) booted_length);
  /* The first word of either line may be the same as ours, then the last one is too many. */
  g_assert_false (
      kiosk_image_boot_matches (made, made_length, more->str, more->len, &more_difference));
}

static void
check_date (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  int year, month, day;

  if (!kiosk_image_date_is_valid (text))
    {
      g_assert_cmpint (kiosk_image_age (text, 2026, 11, 20), ==, -1);
      return;
    }
  g_assert_cmpuint (strlen (text), ==, 10);
  year = (int) g_ascii_strtoll (text, NULL, 10);
  month = (int) g_ascii_strtoll (text + 5, NULL, 10);
  day = (int) g_ascii_strtoll (text + 8, NULL, 10);
  g_assert_cmpint (kiosk_image_age (text, year, month, day), ==, 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const uint8_t *bar = size > 0 ? memchr (data, '|', size) : NULL;

  if (bar != NULL)
    check_lines ((const char *) data, (gsize) (bar - data), (const char *) bar + 1,
                 size - (gsize) (bar - data) - 1);
  check_date (data, size);
  return 0;
}
