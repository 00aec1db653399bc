/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-bench"

#include "kiosk/review/queries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* bench-index import LOG INDEX            - builds an index
 * bench-index page INDEX PERSON FROM TO   - the first page of a person in a span (Unix seconds), a line each
 * What it measures itself it prints as JSON on standard error. */

static void
die (const GError *error)
{
  fprintf (stderr, "bench-index: %s\n", error->message);
  exit (1);
}

static void
import (const char *log, const char *where)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskIndex) index = kiosk_index_open (where, &error);
  gint64 begin = g_get_monotonic_time ();
  guint64 records = 0;
  struct rusage usage;

  if (index == NULL || !kiosk_index_import_path (index, log, NULL, NULL, NULL, NULL, &error)
      || !kiosk_index_count (index, NULL, &records, &error))
    die (error);
  getrusage (RUSAGE_SELF, &usage);
  fprintf (stderr,
           "{\"records\": %" G_GUINT64_FORMAT ", \"seconds\": %.3f, \"cpu_seconds\": %.3f,"
           " \"peak_kib\": %ld}\n",
           records, (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC,
           (double) usage.ru_utime.tv_sec + (double) usage.ru_stime.tv_sec
               + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC,
           usage.ru_maxrss);
}

static void
page (const char *where, const char *person, const char *from, const char *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskIndex) index = kiosk_index_open (where, &error);
  KioskIndexFilter filter = { .person = person,
                              .from = g_ascii_strtoll (from, NULL, 10) * G_USEC_PER_SEC,
                              .to = g_ascii_strtoll (to, NULL, 10) * G_USEC_PER_SEC };
  g_autoptr (GPtrArray) records = NULL;
  gint64 begin = g_get_monotonic_time ();

  if (index == NULL)
    die (error);
  records = kiosk_index_get_page (index, &filter, KIOSK_INDEX_NEWEST_FIRST, 0, 100, &error);
  if (records == NULL)
    die (error);
  for (guint i = 0; i < records->len; i++)
    {
      const KioskIndexRecord *r = g_ptr_array_index (records, i);

      printf ("%" G_GUINT64_FORMAT " %s %s %s\n", r->sequence, r->person, r->action, r->outcome);
    }
  fprintf (stderr, "{\"query_ms\": %.3f}\n", (double) (g_get_monotonic_time () - begin) / 1000);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "import"))
    import (argv[2], argv[3]);
  else if (argc == 6 && g_str_equal (argv[1], "page"))
    page (argv[2], argv[3], argv[4], argv[5]);
  else
    return 2;
  return 0;
}
