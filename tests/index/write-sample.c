/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "sample.h"

/* write-sample FOLDER HOST NUMBER: a sample log for programs. */

int
main (int argc, char **argv)
{
  g_assert_cmpint (argc, ==, 4);
  sample_write (argv[1], argv[2], g_ascii_strtoull (argv[3], NULL, 10));
  return 0;
}
