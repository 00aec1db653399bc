/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "banner.h"

#include "proof-words.h"
#include "texts.h"

/* Words for what the verification of all logs found. "見つかりませんでした", never "there is no tampering": a chain cannot show
 * what its key's holder did. */

static void
describe_fault (KioskStore *store, const KioskIndexLog *log, char **title, char **detail)
{
  const KioskAuditReport *report = &log->report;
  g_autofree char *before = kiosk_say_number (report->first + report->records - 1);
  g_autofree char *number = kiosk_say_number (report->sequence);
  g_autofree char *records = kiosk_say_number (report->records);
  g_autofree char *line = kiosk_say_number (report->line);
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  g_autoptr (KioskIndexRecord) bad = NULL;
  const char *fault = kiosk_audit_fault_text (report->fault, kiosk_say_is_japanese ());

  if (report->records == 0)
    *title = kiosk_say_format (KIOSK_SAY_FAULT_FIRST, "fault", fault, NULL);
  else if (report->fault == KIOSK_AUDIT_MISSING && report->sequence > report->expected)
    {
      g_autofree char *gap = kiosk_say_number (report->sequence - report->expected);

      *title = kiosk_say_format (KIOSK_SAY_FAULT_MISSING, "a", before, "b", number, "n", gap, NULL);
    }
  else if (report->fault == KIOSK_AUDIT_CHANGED && report->sequence > 0)
    *title = kiosk_say_format (KIOSK_SAY_FAULT_CHANGED, "a", number, NULL);
  else
    *title = kiosk_say_format (KIOSK_SAY_FAULT_OTHER, "a", before, "fault", fault, NULL);

  if (log->fault_key != 0)
    bad = kiosk_index_get_record (kiosk_store_get_index (store), log->fault_key, NULL, NULL);
  if (bad != NULL && log->last > 0 && bad->time >= log->last)
    {
      from = kiosk_say_stamp (log->last);
      to = kiosk_say_stamp (bad->time);
      *detail = kiosk_say_format (KIOSK_SAY_FAULT_BETWEEN, "name", log->host, "from", from, "to",
                                  to, "n", records, NULL);
    }
  else
    *detail = kiosk_say_format (KIOSK_SAY_FAULT_DETAIL, "name", log->host, "file",
                                report->file < g_strv_length (log->files) ? log->files[report->file]
                                                                          : "",
                                "line", line, "n", records, NULL);
}

KioskLogVerdict
kiosk_log_verdict (KioskStore *store, char **title, char **detail)
{
  GPtrArray *logs = kiosk_store_get_logs (store);
  const KioskIndexLog *broken = NULL;
  guint64 records = 0, checkpoints = 0, unsealed = 0;
  guint faults = 0;
  gint64 first, last;
  gboolean known = TRUE;
  g_autofree char *n = NULL;
  g_autofree char *m = NULL;
  g_autofree char *time = NULL;

  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = logs->pdata[i];

      records += log->report.records;
      checkpoints += log->report.checkpoints;
      unsealed += log->report.records > 0
                      ? log->report.first + log->report.records - 1
                            - MIN (log->report.sealed, log->report.first + log->report.records - 1)
                      : 0;
      known = known && kiosk_store_knows_key (store, log);
      if (log->report.fault != KIOSK_AUDIT_OK && faults++ == 0)
        broken = log;
    }
  if (broken != NULL)
    {
      describe_fault (store, broken, title, detail);
      if (faults > 1)
        {
          g_autofree char *more = g_strdup_printf ("%u", faults - 1);
          g_autofree char *text = kiosk_say_format (KIOSK_SAY_FAULT_MORE, "n", more, NULL);
          g_autofree char *alone = g_steal_pointer (detail);

          *detail = g_strdup_printf (kiosk_say_is_japanese () ? "%s%s" : "%s %s", alone, text);
        }
      return KIOSK_LOG_BROKEN;
    }
  if (kiosk_say_doubt (store, title, detail))
    return KIOSK_LOG_BROKEN;
  kiosk_store_get_extent (store, &first, &last);
  n = kiosk_say_number (records);
  m = kiosk_say_number (checkpoints);
  time = kiosk_say_stamp (last);
  if (!known)
    {
      *title = g_strdup (kiosk_say (KIOSK_SAY_GOOD_BUT_UNKNOWN));
      *detail = kiosk_say_format (KIOSK_SAY_GOOD_BUT_UNKNOWN_DETAIL, "n", n, NULL);
      return KIOSK_LOG_NO_KEY;
    }
  *title = g_strdup (kiosk_say (KIOSK_SAY_GOOD));
  *detail = kiosk_say_format (KIOSK_SAY_GOOD_DETAIL, "n", n, "m", m, "time", time, NULL);
  if (unsealed > 0)
    {
      g_autofree char *rest = kiosk_say_number (unsealed);
      g_autofree char *text = kiosk_say_format (KIOSK_SAY_UNSEALED_TAIL, "n", rest, NULL);
      g_autofree char *alone = g_steal_pointer (detail);

      *detail = g_strdup_printf (kiosk_say_is_japanese () ? "%s。%s。" : "%s. %s.", alone, text);
    }
  return KIOSK_LOG_GOOD;
}
