/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/evidence.h"

#include "witness.h"

#include "kiosk/model/audit-actions.h"

/* The seal of a day is the first checkpoint of it that says so (kiosk/docs/AUDIT-FORMAT.md, "Seal code"). */

typedef struct {
  const KioskIndexLog *log;
  GArray *seals;
} Search;

static gboolean
on_seal (const KioskSeal *seal, gpointer user_data)
{
  Search *self = user_data;
  KioskDaySeal found = { .time = seal->time, .sequence = seal->sequence };

  kiosk_audit_seal_code (self->log->report.key, seal->chain, found.code);
  if (seal->begins_day)
    g_array_append_val (self->seals, found);
  return TRUE;
}

static int
compare_seals (gconstpointer a, gconstpointer b)
{
  const KioskDaySeal *x = a, *y = b;

  return x->sequence < y->sequence ? -1 : x->sequence > y->sequence ? 1 : 0;
}

static gint
day_of (const KioskDaySeal *seal, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (seal->time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);

  return g_date_time_get_year (local) * 1000 + g_date_time_get_day_of_year (local);
}

GArray *
kiosk_ledger_list (KioskIndex *index, const KioskIndexLog *log, gint64 from, gint64 to,
                   GTimeZone *zone, GError **error)
{
  g_autoptr (GArray) seals = g_array_new (FALSE, FALSE, sizeof (KioskDaySeal));
  Search search = { log, seals };

  if (!log->report.has_key)
    return g_steal_pointer (&seals);
  if (!kiosk_index_foreach_seal (index, log, KIOSK_REASON_CHECKPOINT_BEGIN, from, to, on_seal,
                                 &search, error)
      || !kiosk_index_foreach_seal (index, log, KIOSK_REASON_CHECKPOINT_DAY, from, to, on_seal,
                                    &search, error))
    return NULL;
  g_array_sort (seals, compare_seals);
  for (guint i = 1; i < seals->len;)
    if (day_of (&g_array_index (seals, KioskDaySeal, i - 1), zone)
        == day_of (&g_array_index (seals, KioskDaySeal, i), zone))
      g_array_remove_index (seals, i);
    else
      i++;
  return g_steal_pointer (&seals);
}
