/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/queries.h"

#include "index-private.h"
#include "kiosk/model/audit-actions.h"

#include <string.h>

/* Counts, outages, and who uses the terminals at all. */

/* ---- Counts ---- */

void
kiosk_action_count_free (KioskActionCount *count)
{
  if (count == NULL)
    return;
  g_free (count->action);
  g_free (count->outcome);
  g_free (count);
}

static int
compare_counts (gconstpointer a, gconstpointer b)
{
  const KioskActionCount *x = *(const KioskActionCount *const *) a;
  const KioskActionCount *y = *(const KioskActionCount *const *) b;
  int by_action = strcmp (x->action, y->action);

  return by_action != 0 ? by_action : strcmp (x->outcome, y->outcome);
}

GPtrArray *
kiosk_index_get_counts (KioskIndex *self, const KioskIndexFilter *filter, GError **error)
{
  static const char *const outcomes[] = { "unknown", "success", "failure" };
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GPtrArray) counts
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_action_count_free);
  g_autoptr (KioskDbQuery) query
      = kiosk_db_query_new ("SELECT w.word, g.outcome, g.n FROM (SELECT r.action, r.outcome,"
                            " count (*) AS n FROM record r WHERE 1 = 1");
  g_autoptr (KioskDbRows) rows = NULL;
  int there;

  if (!kiosk_index_add_filter (self, query, filter, error))
    return NULL;
  kiosk_db_query_append (query,
                         " GROUP BY r.action, r.outcome) g LEFT JOIN word w ON w.id = g.action");
  rows = kiosk_db_query_run (self->db, query, error);
  there = rows != NULL ? 1 : -1;
  while (there > 0 && (there = kiosk_db_rows_next (rows, error)) > 0)
    {
      KioskActionCount *count = g_new0 (KioskActionCount, 1);
      gint64 outcome = kiosk_db_rows_number (rows, 1);

      count->action = kiosk_db_rows_text (rows, 0);
      count->outcome = g_strdup (outcomes[outcome == 1 || outcome == 2 ? outcome : 0]);
      count->count = (guint64) kiosk_db_rows_number (rows, 2);
      g_ptr_array_add (counts, count);
    }
  if (there < 0)
    return NULL;
  g_ptr_array_sort (counts, compare_counts);
  return g_steal_pointer (&counts);
}

/* ---- Outages ---- */

GPtrArray *
kiosk_index_get_outages (KioskIndex *self, const char *host, gint64 from, gint64 to, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GPtrArray) spans
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_outage_span_free);
  g_autoptr (KioskDbQuery) query = kiosk_db_query_new (
      "SELECT begin_key, end_key, began, ended, host, what, server, reason, detail, duration,"
      " interruptions FROM outage WHERE 1 = 1");
  g_autoptr (KioskDbRows) rows = NULL;
  int there;

  if (host != NULL)
    kiosk_db_query_add_text (query, " AND host = ", host, "");
  if (to != 0)
    kiosk_db_query_add_number (query, " AND began < ", to);
  if (from != 0)
    kiosk_db_query_add_number (query, " AND seen >= ", from);
  kiosk_db_query_append (query, " ORDER BY began, begin_key");
  rows = kiosk_db_query_run (self->db, query, error);
  there = rows != NULL ? 1 : -1;
  while (there > 0 && (there = kiosk_db_rows_next (rows, error)) > 0)
    {
      KioskOutageSpan *span = g_new0 (KioskOutageSpan, 1);

      span->begin_key = kiosk_db_rows_number (rows, 0);
      span->end_key = kiosk_db_rows_number (rows, 1);
      span->begin = kiosk_db_rows_number (rows, 2);
      span->end = kiosk_db_rows_number (rows, 3);
      span->host = kiosk_db_rows_text (rows, 4);
      span->what = kiosk_db_rows_text (rows, 5);
      span->server = kiosk_db_rows_text (rows, 6);
      span->reason = kiosk_db_rows_text (rows, 7);
      span->detail = kiosk_db_rows_text (rows, 8);
      span->duration = kiosk_db_rows_number (rows, 9);
      span->interruptions = (guint64) kiosk_db_rows_number (rows, 10);
      g_ptr_array_add (spans, span);
    }
  return there == 0 ? g_steal_pointer (&spans) : NULL;
}

/* ---- Persons ---- */

/* A person uses an ID when it is examined with success; also who only approves or ends uses it. */
static const char *const use_actions[] = { KIOSK_ACTION_LOGIN, KIOSK_ACTION_UNLOCK,
                                           KIOSK_ACTION_APPROVE, KIOSK_ACTION_END_BY_OTHER, NULL };

void
kiosk_person_use_free (KioskPersonUse *use)
{
  if (use == NULL)
    return;
  g_free (use->person);
  g_free (use->person_name);
  g_free (use->last_host);
  g_free (use);
}

static int
compare_persons (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const KioskPersonUse *const *) a)->person,
                 (*(const KioskPersonUse *const *) b)->person);
}

static KioskPersonUse *
read_person (KioskDbRows *rows)
{
  KioskPersonUse *use = g_new0 (KioskPersonUse, 1);

  use->person = kiosk_db_rows_text (rows, 0);
  use->person_name = kiosk_db_rows_text (rows, 1);
  use->last_host = kiosk_db_rows_text (rows, 2);
  use->first_use = kiosk_db_rows_number (rows, 3) >> KIOSK_INDEX_KEY_BITS;
  use->last_use = kiosk_db_rows_number (rows, 4) >> KIOSK_INDEX_KEY_BITS;
  use->last_failure = kiosk_db_rows_number (rows, 5) >> KIOSK_INDEX_KEY_BITS;
  use->uses = (guint64) kiosk_db_rows_number (rows, 6);
  use->failures = (guint64) kiosk_db_rows_number (rows, 7);
  return use;
}

GPtrArray *
kiosk_index_get_persons (KioskIndex *self, gint64 to, gint64 unused_since, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GPtrArray) uses
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_person_use_free);
  g_autoptr (KioskDbQuery) query = kiosk_db_query_new (
      "SELECT p.word, f.name, h.word, g.k0, g.k1, g.k2, g.uses, g.failures FROM (SELECT r.person,"
      " min (CASE WHEN r.outcome = 1 THEN r.key END) AS k0,"
      " max (CASE WHEN r.outcome = 1 THEN r.key END) AS k1,"
      " max (CASE WHEN r.outcome = 2 THEN r.key END) AS k2,"
      " count (CASE WHEN r.outcome = 1 THEN 1 END) AS uses,"
      " count (CASE WHEN r.outcome = 2 THEN 1 END) AS failures, max (r.key) AS k3"
      " FROM record r WHERE r.person IS NOT NULL");
  g_autoptr (KioskDbRows) rows = NULL;
  int there;

  kiosk_index_add_words (query, "action", use_actions);
  if (to != 0)
    kiosk_db_query_add_number (query, " AND r.key < ", kiosk_index_key_of (to));
  kiosk_db_query_append (query,
                         " GROUP BY r.person) g JOIN word p ON p.id = g.person"
                         " LEFT JOIN record u ON u.key = coalesce (g.k1, g.k3)"
                         " LEFT JOIN word h ON h.id = u.host"
                         " LEFT JOIN phrase f ON f.id = u.phrase WHERE p.word <> 'unlisted'");
  if (unused_since != 0)
    {
      kiosk_db_query_add_number (query, " AND (g.k1 IS NULL OR g.k1 < ",
                                 kiosk_index_key_of (unused_since));
      kiosk_db_query_append (query, ")");
    }
  rows = kiosk_db_query_run (self->db, query, error);
  there = rows != NULL ? 1 : -1;
  while (there > 0 && (there = kiosk_db_rows_next (rows, error)) > 0)
    g_ptr_array_add (uses, read_person (rows));
  if (there < 0)
    return NULL;
  g_ptr_array_sort (uses, compare_persons);
  return g_steal_pointer (&uses);
}
