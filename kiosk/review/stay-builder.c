/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/stay.h"

#include "stay-private.h"
#include "kiosk/model/audit-actions.h"

/* Puts a person's stay together from the records of one log, in their order there, which a clock that is set does not change.
 * Pure. A terminal has one session at a time; a log that somebody made up may say something else, and then the last one counts. */

struct _KioskStayBuilder {
  void (*on_stay) (KioskStay *stay, gpointer user_data);
  gpointer user_data;
  KioskStay *stay;                           /* NULL: nobody is logged in */
  gint64 last_time;                          /* of the record before */
  char *ticket, *purpose, *order, *approver; /* what connect-begun said, for the connect after it */
};

/* One that goes on: begin_key, begin, session, host, site, person, person_name, records, troubles, locks, connections. */
#define STAY "(xxssssstta(xx)a(xxxssssss))"

static char *
copy (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

static gboolean
is (const char *text, const char *word)
{
  return g_strcmp0 (text, word) == 0;
}

/* ---- Parts of a stay ---- */

static KioskStayConnection *
open_connection (KioskStay *stay)
{
  KioskStayConnection *last;

  if (stay->connections->len == 0)
    return NULL;
  last = g_ptr_array_index (stay->connections, stay->connections->len - 1);
  return last->span.end == 0 ? last : NULL;
}

static void
close_connection (KioskStay *stay, gint64 time, const char *reason)
{
  KioskStayConnection *connection = open_connection (stay);

  if (connection == NULL)
    return;
  connection->span.end = time;
  g_free (connection->ended);
  connection->ended = copy (reason);
}

static void
close_lock (KioskStay *stay, gint64 time)
{
  KioskStaySpan *last;

  if (stay->locks->len == 0)
    return;
  last = &g_array_index (stay->locks, KioskStaySpan, stay->locks->len - 1);
  if (last->end == 0)
    last->end = time;
}

static void
begin_lock (KioskStay *stay, gint64 time)
{
  KioskStaySpan lock = { time, 0 };

  close_lock (stay, time);
  g_array_append_val (stay->locks, lock);
}

static void
remember_request (KioskStayBuilder *self, const KioskStayEvent *event)
{
  g_free (self->ticket);
  g_free (self->purpose);
  g_free (self->order);
  g_free (self->approver);
  self->ticket = copy (event->ticket);
  self->purpose = copy (event->purpose);
  self->order = copy (event->order);
  self->approver = copy (event->approver);
}

/* What a record says itself, else what the request before it said. */
static char *
either (const char *own, const char *before)
{
  return copy (own != NULL && *own != '\0' ? own : before);
}

static void
begin_connection (KioskStayBuilder *self, const KioskStayEvent *event)
{
  KioskStayConnection *connection = g_new0 (KioskStayConnection, 1);

  close_connection (self->stay, event->time, event->action);
  connection->span.begin = event->time;
  connection->key = event->key;
  connection->server = copy (event->server);
  connection->ticket = either (event->ticket, self->ticket);
  connection->purpose = either (event->purpose, self->purpose);
  connection->order = either (event->order, self->order);
  connection->approver = either (event->approver, self->approver);
  connection->ended = copy (NULL);
  g_ptr_array_add (self->stay->connections, connection);
}

/* ---- The stay ---- */

static void
end_stay (KioskStayBuilder *self, gint64 time, gint64 key, const char *ended)
{
  KioskStay *stay = g_steal_pointer (&self->stay);

  if (stay == NULL)
    return;
  close_connection (stay, time, ended);
  close_lock (stay, time);
  stay->end = time;
  stay->end_key = key;
  g_free (stay->ended);
  stay->ended = copy (ended);
  self->on_stay (stay, self->user_data);
}

static void
begin_stay (KioskStayBuilder *self, const KioskStayEvent *event)
{
  KioskStay *stay;

  end_stay (self, self->last_time, 0, "lost");
  stay = self->stay = kiosk_stay_new ();
  stay->begin_key = event->key;
  stay->begin = event->time;
  stay->session = copy (event->session);
  stay->host = copy (event->host);
  stay->site = copy (event->site);
  stay->person = copy (event->person);
  stay->person_name = copy (event->person_name);
  stay->ended = copy (NULL);
  remember_request (self, &(KioskStayEvent){ 0 });
}

static void
count (KioskStay *stay, const KioskStayEvent *event)
{
  if (!is (stay->session, event->session))
    return;
  stay->records++;
  stay->troubles += event->trouble ? 1 : 0;
}

static void
take_part (KioskStayBuilder *self, const KioskStayEvent *event)
{
  gboolean success = is (event->outcome, "success");
  const char *reason
      = event->reason != NULL && *event->reason != '\0' ? event->reason : event->action;

  if (is (event->action, KIOSK_ACTION_LOCK))
    begin_lock (self->stay, event->time);
  else if (is (event->action, KIOSK_ACTION_UNLOCK) && success)
    close_lock (self->stay, event->time);
  else if (is (event->action, KIOSK_ACTION_CONNECT_BEGUN))
    remember_request (self, event);
  else if (is (event->action, KIOSK_ACTION_CONNECT) && success)
    begin_connection (self, event);
  else if (is (event->action, KIOSK_ACTION_DISCONNECT)
           || is (event->action, KIOSK_ACTION_SESSION_LOST))
    close_connection (self->stay, event->time, reason);
  else if (is (event->action, KIOSK_ACTION_LOGOUT))
    end_stay (self, event->time, event->key, reason);
}

void
kiosk_stay_builder_add (KioskStayBuilder *self, const KioskStayEvent *event)
{
  if (is (event->action, KIOSK_ACTION_DAEMON_STARTED))
    end_stay (self, self->last_time, 0, "lost");
  else if (is (event->action, KIOSK_ACTION_LOGIN) && is (event->outcome, "success"))
    begin_stay (self, event);
  if (self->stay != NULL)
    {
      count (self->stay, event);
      take_part (self, event);
    }
  self->last_time = event->time;
}

void
kiosk_stay_builder_pass (KioskStayBuilder *self, gint64 time)
{
  self->last_time = time;
}

/* ---- What goes on, as bytes ---- */

static GVariant *
save_stay (const KioskStay *stay)
{
  GVariantBuilder locks, connections;

  g_variant_builder_init (&locks, G_VARIANT_TYPE ("a(xx)"));
  for (guint i = 0; i < stay->locks->len; i++)
    {
      const KioskStaySpan *lock = &g_array_index (stay->locks, KioskStaySpan, i);

      g_variant_builder_add (&locks, "(xx)", lock->begin, lock->end);
    }
  g_variant_builder_init (&connections, G_VARIANT_TYPE ("a(xxxssssss)"));
  for (guint i = 0; i < stay->connections->len; i++)
    {
      const KioskStayConnection *c = g_ptr_array_index (stay->connections, i);

      g_variant_builder_add (&connections, "(xxxssssss)", c->span.begin, c->span.end, c->key,
                             c->server, c->ticket, c->purpose, c->order, c->approver, c->ended);
    }
  return g_variant_new (STAY, stay->begin_key, stay->begin, stay->session, stay->host, stay->site,
                        stay->person, stay->person_name, stay->records, stay->troubles, &locks,
                        &connections);
}

static KioskStay *
restore_stay (GVariant *saved)
{
  KioskStay *stay = kiosk_stay_new ();
  g_autoptr (GVariantIter) locks = NULL;
  g_autoptr (GVariantIter) connections = NULL;
  KioskStaySpan lock;
  KioskStayConnection c = { 0 };

  g_variant_get (saved, STAY, &stay->begin_key, &stay->begin, &stay->session, &stay->host,
                 &stay->site, &stay->person, &stay->person_name, &stay->records, &stay->troubles,
                 &locks, &connections);
  stay->ended = copy (NULL);
  while (g_variant_iter_next (locks, "(xx)", &lock.begin, &lock.end))
    g_array_append_val (stay->locks, lock);
  while (g_variant_iter_next (connections, "(xxxssssss)", &c.span.begin, &c.span.end, &c.key,
                              &c.server, &c.ticket, &c.purpose, &c.order, &c.approver, &c.ended))
    g_ptr_array_add (stay->connections, g_memdup2 (&c, sizeof c));
  return stay;
}

GVariant *
kiosk_stay_builder_save (const KioskStayBuilder *self)
{
  GVariantBuilder stay;

  g_variant_builder_init (&stay, G_VARIANT_TYPE ("a" STAY));
  if (self->stay != NULL)
    g_variant_builder_add_value (&stay, save_stay (self->stay));
  return g_variant_new (
      KIOSK_STAY_BUILDER_TYPE, self->last_time, self->ticket != NULL ? self->ticket : "",
      self->purpose != NULL ? self->purpose : "", self->order != NULL ? self->order : "",
      self->approver != NULL ? self->approver : "", &stay);
}

void
kiosk_stay_builder_restore (KioskStayBuilder *self, GVariant *saved)
{
  g_autoptr (GVariant) stays = g_variant_get_child_value (saved, 5);

  g_variant_get_child (saved, 0, "x", &self->last_time);
  g_variant_get_child (saved, 1, "s", &self->ticket);
  g_variant_get_child (saved, 2, "s", &self->purpose);
  g_variant_get_child (saved, 3, "s", &self->order);
  g_variant_get_child (saved, 4, "s", &self->approver);
  if (g_variant_n_children (stays) > 0)
    {
      g_autoptr (GVariant) stay = g_variant_get_child_value (stays, 0);

      self->stay = restore_stay (stay);
    }
}

KioskStayBuilder *
kiosk_stay_builder_new (void (*on_stay) (KioskStay *stay, gpointer user_data), gpointer user_data)
{
  KioskStayBuilder *self = g_new0 (KioskStayBuilder, 1);

  self->on_stay = on_stay;
  self->user_data = user_data;
  return self;
}

void
kiosk_stay_builder_finish (KioskStayBuilder *self)
{
  if (self->stay != NULL)
    self->on_stay (g_steal_pointer (&self->stay), self->user_data);
  g_free (self->ticket);
  g_free (self->purpose);
  g_free (self->order);
  g_free (self->approver);
  g_free (self);
}
