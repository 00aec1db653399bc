/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/queries.h"

#include "index-private.h"
#include "stay-private.h"

#include <string.h>

/* Stays out of their tables, and what follows from them: use of the terminals. */

/* " AND began < to AND (ended = 0 OR ended > from)", and whose they are. */
static void
add_conditions (KioskDbQuery *query, const char *host, const char *person, gint64 from, gint64 to)
{
  if (host != NULL)
    kiosk_db_query_add_text (query, " AND host = ", host, "");
  if (person != NULL)
    kiosk_db_query_add_text (query, " AND person = ", person, "");
  if (to != 0)
    kiosk_db_query_add_number (query, " AND began < ", to);
  if (from != 0)
    {
      kiosk_db_query_add_number (query, " AND (ended = 0 OR ended > ", from);
      kiosk_db_query_append (query, ")");
    }
}

static KioskStay *
read_stay (KioskDbRows *rows)
{
  KioskStay *stay = kiosk_stay_new ();

  stay->log = kiosk_db_rows_number (rows, 1);
  stay->begin_key = kiosk_db_rows_number (rows, 2);
  stay->end_key = kiosk_db_rows_number (rows, 3);
  stay->begin = kiosk_db_rows_number (rows, 4);
  stay->end = kiosk_db_rows_number (rows, 5);
  stay->host = kiosk_db_rows_text (rows, 6);
  stay->site = kiosk_db_rows_text (rows, 7);
  stay->person = kiosk_db_rows_text (rows, 8);
  stay->person_name = kiosk_db_rows_text (rows, 9);
  stay->session = kiosk_db_rows_text (rows, 10);
  stay->ended = kiosk_db_rows_text (rows, 11);
  stay->records = (guint64) kiosk_db_rows_number (rows, 12);
  stay->troubles = (guint64) kiosk_db_rows_number (rows, 13);
  return stay;
}

static void
read_part (KioskDbRows *rows, KioskStay *stay)
{
  KioskStaySpan span = { kiosk_db_rows_number (rows, 1), kiosk_db_rows_number (rows, 2) };
  gint64 key = kiosk_db_rows_number (rows, 3);
  KioskStayConnection *connection;

  if (key == 0)
    {
      g_array_append_val (stay->locks, span);
      return;
    }
  connection = g_new0 (KioskStayConnection, 1);
  connection->span = span;
  connection->key = key;
  connection->server = kiosk_db_rows_text (rows, 4);
  connection->ticket = kiosk_db_rows_text (rows, 5);
  connection->purpose = kiosk_db_rows_text (rows, 6);
  connection->order = kiosk_db_rows_text (rows, 7);
  connection->approver = kiosk_db_rows_text (rows, 8);
  connection->ended = kiosk_db_rows_text (rows, 9);
  g_ptr_array_add (stay->connections, connection);
}

static gboolean
add_parts (KioskDb *db, KioskDbQuery *query, GHashTable *by_id, GError **error)
{
  g_autoptr (KioskDbRows) rows = kiosk_db_query_run (db, query, error);
  int there = rows != NULL ? 1 : -1;

  while (there > 0 && (there = kiosk_db_rows_next (rows, error)) > 0)
    {
      KioskStay *stay
          = g_hash_table_lookup (by_id, GSIZE_TO_POINTER ((gsize) kiosk_db_rows_number (rows, 0)));

      if (stay != NULL)
        read_part (rows, stay);
    }
  return there == 0;
}

static gboolean
add_stays (KioskDb *db, KioskDbQuery *query, GPtrArray *stays, GHashTable *by_id, GError **error)
{
  g_autoptr (KioskDbRows) rows = kiosk_db_query_run (db, query, error);
  int there = rows != NULL ? 1 : -1;

  while (there > 0 && (there = kiosk_db_rows_next (rows, error)) > 0)
    {
      KioskStay *stay = read_stay (rows);

      g_ptr_array_add (stays, stay);
      g_hash_table_insert (by_id, GSIZE_TO_POINTER ((gsize) kiosk_db_rows_number (rows, 0)), stay);
    }
  return there == 0;
}

GPtrArray *
kiosk_index_get_stays (KioskIndex *self, const char *host, const char *person, gint64 from,
                       gint64 to, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GPtrArray) stays = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_stay_free);
  g_autoptr (GHashTable) by_id = g_hash_table_new (NULL, NULL);
  g_autoptr (KioskDbQuery) query = kiosk_db_query_new (
      "SELECT id, log, begin_key, end_key, began, ended, host, site, person, name, session, reason,"
      " records, troubles FROM stay WHERE 1 = 1");
  g_autoptr (KioskDbQuery) parts = kiosk_db_query_new (
      "SELECT stay, began, ended, key, server, ticket, purpose, work_order, approver, reason"
      " FROM stay_part WHERE stay IN (SELECT id FROM stay WHERE 1 = 1");

  add_conditions (query, host, person, from, to);
  kiosk_db_query_append (query, " ORDER BY began, id");
  add_conditions (parts, host, person, from, to);
  kiosk_db_query_append (parts, ") ORDER BY stay, began, ended = 0, ended, key");
  if (!add_stays (self->db, query, stays, by_id, error)
      || (stays->len > 0 && !add_parts (self->db, parts, by_id, error)))
    return NULL;
  return g_steal_pointer (&stays);
}

/* ---- Use per terminal ---- */

void
kiosk_host_use_free (KioskHostUse *use)
{
  if (use == NULL)
    return;
  g_free (use->host);
  g_free (use->site);
  g_free (use);
}

static KioskHostUse *
use_of (GPtrArray *uses, GHashTable *by_host, const char *host, const char *site)
{
  KioskHostUse *use = g_hash_table_lookup (by_host, host);

  if (use != NULL)
    return use;
  use = g_new0 (KioskHostUse, 1);
  use->host = g_strdup (host);
  use->site = g_strdup (site);
  g_hash_table_insert (by_host, use->host, use);
  g_ptr_array_add (uses, use);
  return use;
}

/* The part of @stay in the span; one that goes on ends with it. */
static KioskStaySpan
clip (const KioskStay *stay, gint64 from, gint64 to, gint64 last)
{
  gint64 end = stay->end != 0 ? stay->end : MAX (last, stay->begin);

  return (KioskStaySpan){ MAX (stay->begin, from), to != 0 ? MIN (end, to) : end };
}

static gint64
last_of (GPtrArray *logs, gint64 id)
{
  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = g_ptr_array_index (logs, i);

      if (log->id == id)
        return log->last;
    }
  return 0;
}

static int
compare_uses (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const KioskHostUse *const *) a)->host,
                 (*(const KioskHostUse *const *) b)->host);
}

GPtrArray *
kiosk_index_get_host_uses (KioskIndex *self, const char *host, gint64 from, gint64 to,
                           const KioskStayHours *hours, GTimeZone *zone, GError **error)
{
  g_autoptr (GPtrArray) uses
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_host_use_free);
  g_autoptr (GHashTable) by_host = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) persons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) logs = kiosk_index_get_logs (self, error);
  g_autoptr (GPtrArray) stays
      = logs != NULL ? kiosk_index_get_stays (self, host, NULL, from, to, error) : NULL;

  if (stays == NULL)
    return NULL;
  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = g_ptr_array_index (logs, i);

      if (host == NULL || g_str_equal (host, log->host))
        use_of (uses, by_host, log->host, log->site);
    }
  for (guint i = 0; i < stays->len; i++)
    {
      const KioskStay *stay = g_ptr_array_index (stays, i);
      KioskHostUse *use = use_of (uses, by_host, stay->host, stay->site);
      KioskStaySpan span = clip (stay, from, to, last_of (logs, stay->log));

      use->stays++;
      use->total += MAX (span.end - span.begin, 0);
      if (hours != NULL && kiosk_stay_outside (span.begin, span.end, hours, zone) > 0)
        use->outside++;
      if (g_hash_table_add (persons, g_strconcat (stay->host, "\n", stay->person, NULL)))
        use->persons++;
    }
  g_ptr_array_sort (uses, compare_uses);
  return g_steal_pointer (&uses);
}
