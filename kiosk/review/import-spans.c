/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "import-spans.h"

#include "outages.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/review/stay.h"

#include <string.h>

/* Between the pure builders of stays and outages and the tables. */

struct _KioskImportSpans {
  KioskDb *db;
  gint64 log, next_stay, next_outage;
  KioskStayBuilder *stays;
  KioskOutages *outages;
  GError *error; /* the first of a row */
};

static void
put (KioskImportSpans *self, KioskTable table, const KioskDbValue *values)
{
  if (self->error == NULL)
    self->db->class->put (self->db, table, values, &self->error);
}

static void
put_lock (KioskImportSpans *self, const KioskStaySpan *lock)
{
  KioskDbValue values[11] = {
    KIOSK_DB_NUMBER (self->next_stay), KIOSK_DB_NUMBER (self->log), KIOSK_DB_NUMBER (lock->begin),
    KIOSK_DB_NUMBER (lock->end),       KIOSK_DB_NUMBER (0),
  };

  put (self, KIOSK_TABLE_STAY_PART, values); /* without a server: the rest is NULL */
}

static void
put_connection (KioskImportSpans *self, const KioskStayConnection *connection)
{
  KioskDbValue values[11] = {
    KIOSK_DB_NUMBER (self->next_stay),        KIOSK_DB_NUMBER (self->log),
    KIOSK_DB_NUMBER (connection->span.begin), KIOSK_DB_NUMBER (connection->span.end),
    KIOSK_DB_NUMBER (connection->key),        KIOSK_DB_STRING (connection->server),
    KIOSK_DB_STRING (connection->ticket),     KIOSK_DB_STRING (connection->purpose),
    KIOSK_DB_STRING (connection->order),      KIOSK_DB_STRING (connection->approver),
    KIOSK_DB_STRING (connection->ended),
  };

  put (self, KIOSK_TABLE_STAY_PART, values);
}

static void
on_stay (KioskStay *stay, gpointer user_data)
{
  KioskImportSpans *self = user_data;
  KioskDbValue values[14] = {
    KIOSK_DB_NUMBER (self->next_stay),
    KIOSK_DB_NUMBER (self->log),
    KIOSK_DB_NUMBER (stay->begin_key),
    KIOSK_DB_NUMBER (stay->end_key),
    KIOSK_DB_NUMBER (stay->begin),
    KIOSK_DB_NUMBER (stay->end),
    KIOSK_DB_STRING (stay->host),
    KIOSK_DB_STRING (stay->site),
    KIOSK_DB_STRING (stay->person),
    KIOSK_DB_STRING (stay->person_name),
    KIOSK_DB_STRING (stay->session),
    KIOSK_DB_STRING (stay->ended),
    KIOSK_DB_NUMBER ((gint64) stay->records),
    KIOSK_DB_NUMBER ((gint64) stay->troubles),
  };

  put (self, KIOSK_TABLE_STAY, values);
  for (guint i = 0; i < stay->locks->len; i++)
    put_lock (self, &g_array_index (stay->locks, KioskStaySpan, i));
  for (guint i = 0; i < stay->connections->len; i++)
    put_connection (self, g_ptr_array_index (stay->connections, i));
  self->next_stay++;
  kiosk_stay_free (stay);
}

static void
on_outage (KioskOutageSpan *span, gint64 seen, const char *address, gpointer user_data)
{
  KioskImportSpans *self = user_data;
  KioskDbValue values[15] = {
    KIOSK_DB_NUMBER (self->next_outage++),
    KIOSK_DB_NUMBER (self->log),
    KIOSK_DB_NUMBER (span->begin_key),
    KIOSK_DB_NUMBER (span->end_key),
    KIOSK_DB_NUMBER (span->begin),
    KIOSK_DB_NUMBER (span->end),
    KIOSK_DB_NUMBER (seen),
    KIOSK_DB_STRING (span->host),
    KIOSK_DB_STRING (span->what),
    KIOSK_DB_STRING (span->server),
    KIOSK_DB_STRING (span->reason),
    KIOSK_DB_STRING (span->detail),
    KIOSK_DB_NUMBER (span->duration),
    KIOSK_DB_NUMBER ((gint64) span->interruptions),
    KIOSK_DB_STRING (address),
  };

  put (self, KIOSK_TABLE_OUTAGE, values);
  kiosk_outage_span_free (span);
}

KioskImportSpans *
kiosk_import_spans_new (KioskDb *db, gint64 log, GError **error)
{
  KioskImportSpans *self;
  gint64 stay = 0, outage = 0;

  if (!kiosk_db_number (db, "SELECT max (id) FROM stay", &stay, error)
      || !kiosk_db_number (db, "SELECT max (id) FROM outage", &outage, error))
    return NULL;
  self = g_new0 (KioskImportSpans, 1);
  self->db = db;
  self->log = log;
  self->next_stay = stay + 1;
  self->next_outage = outage + 1;
  self->stays = kiosk_stay_builder_new (on_stay, self);
  self->outages = kiosk_outages_new (on_outage, self);
  return self;
}

void
kiosk_import_spans_save (const KioskImportSpans *self, KioskImportPoint *point)
{
  point->stay = self->next_stay;
  point->outage = self->next_outage;
  point->stays = g_variant_ref_sink (kiosk_stay_builder_save (self->stays));
  point->outages = g_variant_ref_sink (kiosk_outages_save (self->outages));
}

void
kiosk_import_spans_restore (KioskImportSpans *self, const KioskImportPoint *point)
{
  /* also when the ones with greater numbers are gone since: what is behind a place has greater numbers than what is before it */
  self->next_stay = MAX (self->next_stay, point->stay);
  self->next_outage = MAX (self->next_outage, point->outage);
  kiosk_stay_builder_restore (self->stays, point->stays);
  kiosk_outages_restore (self->outages, point->outages);
}

static gboolean
drain (KioskImportSpans *self, GError **error)
{
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

gboolean
kiosk_import_spans_finish (KioskImportSpans *self, GError **error)
{
  kiosk_stay_builder_finish (g_steal_pointer (&self->stays));
  kiosk_outages_finish (g_steal_pointer (&self->outages));
  return drain (self, error);
}

void
kiosk_import_spans_free (KioskImportSpans *self)
{
  if (self == NULL)
    return;
  if (self->stays != NULL)
    {
      /* given up: nothing is put any more */
      if (self->error == NULL)
        g_set_error_literal (&self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "given up");
      kiosk_import_spans_finish (self, NULL);
    }
  g_clear_error (&self->error);
  g_free (self);
}

/* ---- Records ---- */

/* Most records are heartbeats and the like: they neither begin nor end anything, and belong to nobody's stay. */
static gboolean
matters (const KioskImportLine *line)
{
  return line->fields[FIELD_SESSION].value != NULL || line->fields[FIELD_OUTAGE].value != NULL
         || kiosk_import_is (line, FIELD_ACTION, KIOSK_ACTION_DAEMON_STARTED);
}

static void
add_stay (KioskImportSpans *self, const KioskImportLine *line, gint64 key, gint64 time,
          gboolean trouble)
{
  g_autofree char *action = kiosk_import_text (line, FIELD_ACTION);
  g_autofree char *outcome = kiosk_import_text (line, FIELD_OUTCOME);
  g_autofree char *reason = kiosk_import_text (line, FIELD_REASON);
  g_autofree char *session = kiosk_import_text (line, FIELD_SESSION);
  g_autofree char *host = kiosk_import_text (line, FIELD_HOST);
  g_autofree char *site = kiosk_import_text (line, FIELD_SITE);
  g_autofree char *person = kiosk_import_text (line, FIELD_PERSON);
  g_autofree char *name = kiosk_import_text (line, FIELD_NAME);
  g_autofree char *server = kiosk_import_text (line, FIELD_SERVER);
  g_autofree char *ticket = kiosk_import_text (line, FIELD_TICKET);
  g_autofree char *purpose = kiosk_import_text (line, FIELD_PURPOSE);
  g_autofree char *order = kiosk_import_text (line, FIELD_ORDER);
  g_autofree char *approver = kiosk_import_text (line, FIELD_APPROVER);
  KioskStayEvent event = { key,    time, action, outcome, reason,  session, host,     site,
                           person, name, server, ticket,  purpose, order,   approver, trouble };

  kiosk_stay_builder_add (self->stays, &event);
}

static void
add_outage (KioskImportSpans *self, const KioskImportLine *line, gint64 key, gint64 time)
{
  g_autofree char *action = kiosk_import_text (line, FIELD_ACTION);
  g_autofree char *reason = kiosk_import_text (line, FIELD_REASON);
  g_autofree char *host = kiosk_import_text (line, FIELD_HOST);
  g_autofree char *what = kiosk_import_text (line, FIELD_OUTAGE);
  g_autofree char *server = kiosk_import_text (line, FIELD_SERVER);
  g_autofree char *address = kiosk_import_text (line, FIELD_ADDRESS);
  g_autofree char *detail = kiosk_import_text (line, FIELD_DETAIL);
  KioskOutageEvent event = {
    .key = key,
    .time = time,
    .action = action,
    .reason = reason,
    .host = host,
    .what = what,
    .server = server,
    .address = address,
    .detail = detail,
    .start = kiosk_import_time (line, FIELD_START),
    .end = kiosk_import_time (line, FIELD_END),
    .duration = (gint64) (kiosk_import_number (line, FIELD_DURATION) / 1000),
    .count = kiosk_import_number (line, FIELD_COUNT),
  };

  kiosk_outages_add (self->outages, &event);
}

gboolean
kiosk_import_spans_add (KioskImportSpans *self, const KioskImportLine *line, gint64 key,
                        gint64 time, gboolean trouble, GError **error)
{
  if (matters (line))
    {
      add_stay (self, line, key, time, trouble);
      add_outage (self, line, key, time);
    }
  else
    {
      kiosk_stay_builder_pass (self->stays, time);
      kiosk_outages_pass (self->outages, time);
    }
  return drain (self, error);
}
