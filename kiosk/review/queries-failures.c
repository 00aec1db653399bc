/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/queries.h"

#include "index-private.h"

#include <string.h>

/* Failed checks of persons: how many when, judged against the days before, and whose. */

#define DAY ((gint64) 24 * 3600 * G_USEC_PER_SEC)
#define BUCKETS_MAX 200000 /* hours of 20 years */

/* "FROM record r" whose failures they are. */
static void
add_conditions (KioskDbQuery *query, const char *host, gint64 from, gint64 to)
{
  kiosk_db_query_append (query, " WHERE r.outcome = 2");
  kiosk_index_add_words (query, "action", kiosk_review_identity_actions);
  if (host != NULL)
    kiosk_db_query_add_text (query, " AND r.host = (SELECT id FROM word WHERE word = ", host, ")");
  if (from != 0)
    kiosk_db_query_add_number (query, " AND r.key >= ", kiosk_index_key_of (from));
  if (to != 0)
    kiosk_db_query_add_number (query, " AND r.key < ", kiosk_index_key_of (to));
}

/* ---- Days and hours ---- */

/* Times of the logs' first and last record; 0 without any. */
static gboolean
get_extent (KioskIndex *self, const char *host, gint64 *first, gint64 *last, GError **error)
{
  g_autoptr (KioskDbQuery) query
      = kiosk_db_query_new ("SELECT min (first), max (last) FROM log WHERE first > 0");
  g_autoptr (KioskDbRows) rows = NULL;
  int there;

  if (host != NULL)
    kiosk_db_query_add_text (query, " AND host = ", host, "");
  rows = kiosk_db_query_run (self->db, query, error);
  there = rows != NULL ? kiosk_db_rows_next (rows, error) : -1;
  if (there > 0)
    {
      *first = kiosk_db_rows_number (rows, 0);
      *last = kiosk_db_rows_number (rows, 1);
    }
  return there >= 0;
}

/* Begin of the day or hour of @time. */
static GDateTime *
floor_time (gint64 time, KioskRiseStep step, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;

  if (local == NULL)
    return NULL;
  return g_date_time_new (zone, g_date_time_get_year (local), g_date_time_get_month (local),
                          g_date_time_get_day_of_month (local),
                          step == KIOSK_RISE_HOUR ? g_date_time_get_hour (local) : 0, 0, 0);
}

/* Empty buckets from 28 days before @from up to @to. */
static GArray *
make_buckets (gint64 from, gint64 to, KioskRiseStep step, GTimeZone *zone, guint *first)
{
  g_autoptr (GArray) buckets = g_array_new (FALSE, TRUE, sizeof (KioskRise));
  g_autoptr (GDateTime) begin = floor_time (from, step, zone);
  g_autoptr (GDateTime) time
      = begin != NULL ? g_date_time_add_days (begin, -KIOSK_RISE_DAYS) : NULL;

  *first = 0;
  while (time != NULL && g_date_time_to_unix (time) * G_USEC_PER_SEC < to
         && buckets->len < BUCKETS_MAX)
    {
      g_autoptr (GDateTime) next = step == KIOSK_RISE_HOUR ? g_date_time_add_hours (time, 1)
                                                           : g_date_time_add_days (time, 1);
      KioskRise bucket = { .from = g_date_time_to_unix (time) * G_USEC_PER_SEC };

      if (next == NULL)
        break;
      bucket.to = g_date_time_to_unix (next) * G_USEC_PER_SEC;
      if (bucket.to <= from)
        *first = buckets->len + 1;
      g_array_append_val (buckets, bucket);
      g_clear_pointer (&time, g_date_time_unref);
      time = g_steal_pointer (&next);
    }
  return g_steal_pointer (&buckets);
}

static gboolean
fill_buckets (KioskIndex *self, const char *host, GArray *buckets, GError **error)
{
  KioskRise *all = (KioskRise *) (void *) buckets->data;
  g_autoptr (KioskDbQuery) query = kiosk_db_query_new ("SELECT r.key FROM record r");
  g_autoptr (KioskDbRows) rows = NULL;
  guint at = 0;
  int there;

  add_conditions (query, host, MAX (all[0].from, 1), all[buckets->len - 1].to);
  kiosk_db_query_append (query, " ORDER BY r.key");
  rows = kiosk_db_query_run (self->db, query, error);
  there = rows != NULL ? 1 : -1;
  while (there > 0 && (there = kiosk_db_rows_next (rows, error)) > 0)
    {
      gint64 time = kiosk_db_rows_number (rows, 0) >> KIOSK_INDEX_KEY_BITS;

      while (at + 1 < buckets->len && time >= all[at].to)
        at++;
      all[at].count++;
    }
  return there == 0;
}

/* Against the same hour, or the day, of the days before that are on record whole. */
static void
judge (GArray *buckets, guint i, KioskRiseStep step, gint64 first_time)
{
  const KioskRise *all = (const KioskRise *) (void *) buckets->data;
  guint stride = step == KIOSK_RISE_HOUR ? 24 : 1;
  guint64 before[KIOSK_RISE_DAYS];
  guint n = 0;

  for (guint day = 1; day <= KIOSK_RISE_DAYS && i >= day * stride; day++)
    if (all[i - day * stride].from >= first_time)
      before[n++] = all[i - day * stride].count;
  kiosk_rise_judge (&g_array_index (buckets, KioskRise, i), before, n);
}

GArray *
kiosk_index_get_failures (KioskIndex *self, const char *host, gint64 from, gint64 to,
                          KioskRiseStep step, GTimeZone *zone, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GArray) buckets = NULL;
  gint64 first_time = 0, last_time = 0;
  guint first;

  if (!get_extent (self, host, &first_time, &last_time, error))
    return NULL;
  if (first_time == 0)
    return g_array_new (FALSE, TRUE, sizeof (KioskRise));
  /* of what is behind the end of the logs nothing is known: it is not a day without failures */
  buckets = make_buckets (from != 0 ? from : first_time,
                          to != 0 ? MIN (to, last_time + 1) : last_time + 1, step, zone, &first);
  if (buckets->len > 0 && !fill_buckets (self, host, buckets, error))
    return NULL;
  for (guint i = first; i < buckets->len; i++)
    judge (buckets, i, step, first_time);
  if (buckets->len > 0)
    g_array_remove_range (buckets, 0, MIN (first, buckets->len));
  return g_steal_pointer (&buckets);
}

/* ---- Whose ---- */

void
kiosk_failure_group_free (KioskFailureGroup *group)
{
  if (group == NULL)
    return;
  g_free (group->host);
  g_free (group->person);
  g_free (group->person_name);
  g_free (group->reason);
  g_free (group);
}

static KioskFailureGroup *
read_group (KioskDbRows *rows)
{
  KioskFailureGroup *group = g_new0 (KioskFailureGroup, 1);

  group->host = kiosk_db_rows_text (rows, 0);
  group->person = kiosk_db_rows_text (rows, 1);
  group->person_name = kiosk_db_rows_text (rows, 2);
  group->reason = kiosk_db_rows_text (rows, 3);
  group->first = kiosk_db_rows_number (rows, 4) >> KIOSK_INDEX_KEY_BITS;
  group->last = kiosk_db_rows_number (rows, 5) >> KIOSK_INDEX_KEY_BITS;
  group->count = (guint64) kiosk_db_rows_number (rows, 6);
  group->is_new = kiosk_db_rows_number (rows, 7) == 0;
  return group;
}

GPtrArray *
kiosk_index_get_failure_groups (KioskIndex *self, const char *host, gint64 from, gint64 to,
                                GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GPtrArray) groups
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_failure_group_free);
  g_autoptr (KioskDbQuery) query = kiosk_db_query_new (
      "SELECT h.word, p.word, f.name, e.word, g.k0, g.k1, g.n, b.person FROM"
      " (SELECT r.host, r.person, r.reason, min (r.key) AS k0, max (r.key) AS k1,"
      " count (*) AS n, max (r.phrase) AS ph FROM record r");
  g_autoptr (KioskDbRows) rows = NULL;
  int there;

  add_conditions (query, host, from, to);
  kiosk_db_query_append (query, " GROUP BY r.host, r.person, r.reason) g"
                                " LEFT JOIN (SELECT DISTINCT r.host, r.person FROM record r");
  add_conditions (query, host, MAX (from - KIOSK_RISE_DAYS * DAY, 1), MAX (from, 1));
  kiosk_db_query_append (query, ") b ON b.host = g.host AND b.person = g.person"
                                " LEFT JOIN word h ON h.id = g.host"
                                " LEFT JOIN word p ON p.id = g.person"
                                " LEFT JOIN word e ON e.id = g.reason"
                                " LEFT JOIN phrase f ON f.id = g.ph ORDER BY g.n DESC, g.k0");
  rows = kiosk_db_query_run (self->db, query, error);
  there = rows != NULL ? 1 : -1;
  while (there > 0 && (there = kiosk_db_rows_next (rows, error)) > 0)
    g_ptr_array_add (groups, read_group (rows));
  return there == 0 ? g_steal_pointer (&groups) : NULL;
}
