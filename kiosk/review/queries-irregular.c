/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/queries.h"

#include "index-private.h"
#include "kiosk/model/audit-actions.h"

#include <string.h>

/* Work outside of hours or orders: what stays show, and what the terminal refused. */

static const char *const reasons[]
    = { KIOSK_REASON_HOURS,    KIOSK_REASON_ORDER,       KIOSK_REASON_ORDER_ENDED,
        KIOSK_REASON_APPROVAL, KIOSK_REASON_SAME_PERSON, NULL };

void
kiosk_irregular_free (KioskIrregular *irregular)
{
  if (irregular == NULL)
    return;
  g_free (irregular->host);
  g_free (irregular->person);
  g_free (irregular->person_name);
  g_free (irregular->server);
  g_free (irregular->session);
  g_free (irregular->reason);
  g_free (irregular);
}

static KioskIrregular *
add_from_stay (GPtrArray *all, KioskIrregularKind kind, const KioskStay *stay, gint64 key,
               gint64 time, const char *server)
{
  KioskIrregular *self = g_new0 (KioskIrregular, 1);

  self->kind = kind;
  self->key = key;
  self->time = time;
  self->host = g_strdup (stay->host);
  self->person = g_strdup (stay->person);
  self->person_name = g_strdup (stay->person_name);
  self->server = g_strdup (server);
  self->session = g_strdup (stay->session);
  self->reason = g_strdup ("");
  g_ptr_array_add (all, self);
  return self;
}

/* What of a stay goes on is counted up to the end of the span, or to its last connection. */
static gint64
end_of (const KioskStay *stay, gint64 to)
{
  if (stay->end != 0)
    return to != 0 ? MIN (stay->end, to) : stay->end;
  return to != 0 ? to : stay->begin;
}

/* The servers that the person was connected to, each once; "" when there was none. */
static char *
list_servers (const KioskStay *stay)
{
  g_autoptr (GPtrArray) servers = g_ptr_array_new ();

  for (guint i = 0; i < stay->connections->len; i++)
    {
      const KioskStayConnection *c = g_ptr_array_index (stay->connections, i);

      if (!g_ptr_array_find_with_equal_func (servers, c->server, g_str_equal, NULL))
        g_ptr_array_add (servers, c->server);
    }
  g_ptr_array_add (servers, NULL);
  return g_strjoinv (", ", (GStrv) servers->pdata);
}

static void
add_stays (GPtrArray *all, GPtrArray *stays, gint64 from, gint64 to, const KioskStayHours *hours,
           gboolean orders, GTimeZone *zone)
{
  for (guint i = 0; i < stays->len; i++)
    {
      const KioskStay *stay = g_ptr_array_index (stays, i);
      gint64 outside = hours != NULL ? kiosk_stay_outside (MAX (stay->begin, from),
                                                           end_of (stay, to), hours, zone)
                                     : 0;

      if (outside > 0)
        {
          g_autofree char *servers = list_servers (stay);

          add_from_stay (all, KIOSK_IRREGULAR_HOURS, stay, stay->begin_key, stay->begin, servers)
              ->outside
              = outside;
        }
      for (guint j = 0; orders && j < stay->connections->len; j++)
        {
          const KioskStayConnection *c = g_ptr_array_index (stay->connections, j);

          if (*c->order == '\0' && *c->approver == '\0' && c->span.begin >= from
              && (to == 0 || c->span.begin < to))
            add_from_stay (all, KIOSK_IRREGULAR_ORDER, stay, c->key, c->span.begin, c->server);
        }
    }
}

static gboolean
add_refused (KioskIndex *self, GPtrArray *all, const char *host, gint64 from, gint64 to,
             GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  KioskIndexFilter filter = { .host = host, .from = from, .to = to };
  g_autoptr (KioskDbQuery) query = kiosk_db_query_new (
      "SELECT r.key, h.word, p.word, f.name, s.word, n.word, e.word FROM record r"
      " LEFT JOIN word h ON h.id = r.host LEFT JOIN word p ON p.id = r.person"
      " LEFT JOIN word s ON s.id = r.server LEFT JOIN word n ON n.id = r.session"
      " LEFT JOIN word e ON e.id = r.reason LEFT JOIN phrase f ON f.id = r.phrase WHERE 1 = 1");
  g_autoptr (KioskDbRows) rows = NULL;
  int there;

  kiosk_index_add_words (query, "reason", reasons);
  if (!kiosk_index_add_filter (self, query, &filter, error))
    return FALSE;
  rows = kiosk_db_query_run (self->db, query, error);
  there = rows != NULL ? 1 : -1;
  while (there > 0 && (there = kiosk_db_rows_next (rows, error)) > 0)
    {
      KioskIrregular *refused = g_new0 (KioskIrregular, 1);

      refused->kind = KIOSK_IRREGULAR_REFUSED;
      refused->key = kiosk_db_rows_number (rows, 0);
      refused->time = refused->key >> KIOSK_INDEX_KEY_BITS;
      refused->host = kiosk_db_rows_text (rows, 1);
      refused->person = kiosk_db_rows_text (rows, 2);
      refused->person_name = kiosk_db_rows_text (rows, 3);
      refused->server = kiosk_db_rows_text (rows, 4);
      refused->session = kiosk_db_rows_text (rows, 5);
      refused->reason = kiosk_db_rows_text (rows, 6);
      g_ptr_array_add (all, refused);
    }
  return there == 0;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const KioskIrregular *x = *(const KioskIrregular *const *) a;
  const KioskIrregular *y = *(const KioskIrregular *const *) b;

  return x->time != y->time ? (x->time < y->time ? -1 : 1) : (int) x->kind - (int) y->kind;
}

GPtrArray *
kiosk_index_get_irregulars (KioskIndex *self, const char *host, gint64 from, gint64 to,
                            const KioskStayHours *hours, gboolean orders, GTimeZone *zone,
                            GError **error)
{
  g_autoptr (GPtrArray) all
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_irregular_free);
  g_autoptr (GPtrArray) stays = kiosk_index_get_stays (self, host, NULL, from, to, error);

  if (stays == NULL)
    return NULL;
  add_stays (all, stays, from, to, hours, orders, zone);
  if (!add_refused (self, all, host, from, to, error))
    return NULL;
  g_ptr_array_sort (all, compare);
  return g_steal_pointer (&all);
}
