/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "fuzz.h"

#include <glib.h>

/* Runs a fuzz target over a folder of seeds in a build without libFuzzer, so that what a fuzzer once
 * found stays found with every compiler. Of each seed also the shorter pieces: a file cut anywhere is
 * the commonest damage. */

/* Cuts of one seed; long seeds are cut at that many even places. */
#define CUTS 256

static void
replay (gconstpointer data)
{
  const char *path = data;
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  gsize step;

  g_file_get_contents (path, &bytes, &length, &error);
  g_assert_no_error (error);
  step = MAX (length / CUTS, 1);
  for (gsize cut = 0; cut < length; cut += step)
    {
      /* A copy of exact size lets the sanitizer see a read behind the end. */
      g_autofree guint8 *piece = g_memdup2 (bytes, MAX (cut, 1));

      g_assert_cmpint (LLVMFuzzerTestOneInput (piece, cut), ==, 0);
    }
  g_assert_cmpint (LLVMFuzzerTestOneInput ((const uint8_t *) bytes, length), ==, 0);
}

int
main (int argc, char **argv)
{
  g_autoptr (GDir) folder = NULL;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  folder = g_dir_open (argv[1], 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *test = g_strdup_printf ("/seed/%s", name);

      g_ptr_array_add (paths, g_build_filename (argv[1], name, NULL));
      g_test_add_data_func (test, paths->pdata[paths->len - 1], replay);
    }
  g_assert_cmpuint (paths->len, >, 0);
  return g_test_run ();
}
