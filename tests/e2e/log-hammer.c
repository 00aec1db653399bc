/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "audit-writer.h"

#include "kiosk/model/audit-actions.h"

#include <glib.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The writer of the audit log, for machines that lose their power (machine/cases/power_cuts.py).
 *
 * log-hammer write FOLDER SECONDS   writes as fast as it can, and says "at N." when record N is on the disk, for most N
 * log-hammer open FOLDER            opens what is there as kioskd does at its start, writes one record, says its number */

#define ROTATE 16384 /* bytes: so that files end and are compressed, too */

static void
on_fill (KioskAuditRecord *record, gpointer data)
{
  *record = (KioskAuditRecord){ .realtime = g_get_real_time (),
                                .boottime = g_get_monotonic_time (),
                                .boot = "hammer",
                                .host_id = "hammer" };
}

static void
on_failed (KioskAuditWriter *writer, const GError *error, gpointer data)
{
  g_error ("the disk failed: %s", error->message);
}

static void
on_news (KioskAuditWriter *writer, gpointer data)
{
}

static guint64
append (KioskAuditWriter *writer, gboolean durable)
{
  KioskAuditRecord record = { .action = KIOSK_ACTION_CONNECT_BEGUN,
                              .outcome = KIOSK_OUTCOME_UNKNOWN,
                              .realtime = g_get_real_time (),
                              .boottime = g_get_monotonic_time (),
                              .boot = "hammer",
                              .host_id = "hammer",
                              .user_id = "k-sato" };
  g_autoptr (GError) error = NULL;
  guint64 sequence;

  if (!kiosk_audit_writer_append (writer, &record, durable, &sequence, &error))
    g_error ("record: %s", error->message);
  return sequence;
}

int
main (int argc, char **argv)
{
  static const KioskAuditWriterEvents events
      = { .fill = on_fill, .failed = on_failed, .sealed = on_news, .full = on_news };
  static const KioskAuditSettings settings = { .rotate_size = ROTATE };
  g_autoptr (KioskAuditWriter) writer = NULL;
  g_autoptr (GError) error = NULL;
  gint64 end;

  if (argc < 3 || (g_str_equal (argv[1], "write") && argc != 4))
    return 2;
  writer = kiosk_audit_writer_open (argv[2], &settings, &events, NULL, &error);
  if (writer == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  if (!g_str_equal (argv[1], "write"))
    {
      printf ("%" G_GUINT64_FORMAT "\n", append (writer, TRUE));
      return 0;
    }
  end = g_get_monotonic_time () + atoi (argv[3]) * G_USEC_PER_SEC;
  for (guint i = 0; g_get_monotonic_time () < end; i++)
    {
      gboolean durable = i % 4 != 1;
      guint64 sequence = append (writer, durable);

      if (durable && i % 8 == 0)
        {
          printf ("at %" G_GUINT64_FORMAT ".\n", sequence);
          fflush (stdout);
        }
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  return 0;
}
