/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "outages.h"

#include "kiosk/model/audit-actions.h"

/* The begin of an outage waits for its end: the next record of the same thing. A start of the terminal says that nobody watched before it. Pure. */

typedef struct {
  KioskOutageSpan *span;
  char *address;
} Open;

struct _KioskOutages {
  KioskOnOutage on_outage;
  gpointer user_data;
  GHashTable *open; /* "what\nserver" to Open */
  gint64 last_time;
};

static char *
copy (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

static void
open_free (gpointer data)
{
  Open *open = data;

  kiosk_outage_span_free (open->span);
  g_free (open->address);
  g_free (open);
}

void
kiosk_outage_span_free (KioskOutageSpan *span)
{
  if (span == NULL)
    return;
  g_free (span->host);
  g_free (span->what);
  g_free (span->server);
  g_free (span->reason);
  g_free (span->detail);
  g_free (span);
}

/* Which of those that go on. */
static char *
name_of (const char *what, const char *server)
{
  return g_strdup_printf ("%s\n%s", what != NULL ? what : "", server != NULL ? server : "");
}

static Open *
open_new (const KioskOutageEvent *event)
{
  Open *open = g_new0 (Open, 1);

  open->span = g_new0 (KioskOutageSpan, 1);
  open->span->begin = event->start != 0 ? event->start : event->time;
  open->span->host = copy (event->host);
  open->span->what = copy (event->what);
  open->span->server = copy (event->server);
  open->span->reason = copy (event->reason);
  open->span->detail = copy (event->detail);
  open->address = copy (event->address);
  return open;
}

static void
hand_out (KioskOutages *self, Open *open, gint64 seen)
{
  self->on_outage (g_steal_pointer (&open->span), seen, open->address, self->user_data);
  open_free (open);
}

static void
end_outage (KioskOutages *self, const KioskOutageEvent *event, Open *open)
{
  gboolean over = g_strcmp0 (event->reason, KIOSK_REASON_STOPPED) != 0;
  KioskOutageSpan *span = open->span;

  span->end_key = event->key;
  span->duration = event->duration;
  span->interruptions = event->count;
  if (event->detail != NULL && *event->detail != '\0')
    {
      g_free (span->detail);
      span->detail = copy (event->detail);
    }
  if (over)
    span->end = event->end != 0 ? event->end : event->time;
  hand_out (self, open, over ? span->end : event->time);
}

static void
hand_out_all (KioskOutages *self, gint64 seen)
{
  GHashTableIter iter;
  gpointer open;

  g_hash_table_iter_init (&iter, self->open);
  while (g_hash_table_iter_next (&iter, NULL, &open))
    {
      g_hash_table_iter_steal (&iter);
      hand_out (self, open, seen);
    }
}

KioskOutages *
kiosk_outages_new (KioskOnOutage on_outage, gpointer user_data)
{
  KioskOutages *self = g_new0 (KioskOutages, 1);

  self->on_outage = on_outage;
  self->user_data = user_data;
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, open_free);
  return self;
}

void
kiosk_outages_add (KioskOutages *self, const KioskOutageEvent *event)
{
  gboolean begins = g_strcmp0 (event->action, KIOSK_ACTION_OUTAGE_BEGUN) == 0;

  if (g_strcmp0 (event->action, KIOSK_ACTION_DAEMON_STARTED) == 0)
    hand_out_all (self, self->last_time);
  else if (begins || g_strcmp0 (event->action, KIOSK_ACTION_OUTAGE_ENDED) == 0)
    {
      g_autofree char *name = name_of (event->what, event->server);
      gpointer key = NULL, open = NULL;

      if (g_hash_table_steal_extended (self->open, name, &key, &open))
        g_free (key);
      if (begins)
        {
          if (open != NULL)
            hand_out (self, open, event->time);
          open = open_new (event);
          ((Open *) open)->span->begin_key = event->key;
          g_hash_table_insert (self->open, g_steal_pointer (&name), open);
        }
      else
        /* without a begin: the log begins in the middle of it */
        end_outage (self, event, open != NULL ? open : open_new (event));
    }
  self->last_time = event->time;
}

void
kiosk_outages_pass (KioskOutages *self, gint64 time)
{
  self->last_time = time;
}

GVariant *
kiosk_outages_save (const KioskOutages *self)
{
  GVariantBuilder list;
  GHashTableIter iter;
  gpointer value;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(xxssssss)"));
  g_hash_table_iter_init (&iter, self->open);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Open *open = value;
      const KioskOutageSpan *span = open->span;

      g_variant_builder_add (&list, "(xxssssss)", span->begin_key, span->begin, span->host,
                             span->what, span->server, span->reason, span->detail, open->address);
    }
  return g_variant_new (KIOSK_OUTAGES_TYPE, self->last_time, &list);
}

void
kiosk_outages_restore (KioskOutages *self, GVariant *saved)
{
  g_autoptr (GVariantIter) list = NULL;
  KioskOutageSpan span = { 0 };
  char *address;

  g_variant_get (saved, KIOSK_OUTAGES_TYPE, &self->last_time, &list);
  while (g_variant_iter_next (list, "(xxssssss)", &span.begin_key, &span.begin, &span.host,
                              &span.what, &span.server, &span.reason, &span.detail, &address))
    {
      Open *open = g_new0 (Open, 1);

      open->span = g_memdup2 (&span, sizeof span);
      open->address = address;
      g_hash_table_insert (self->open, name_of (span.what, span.server), open);
    }
}

void
kiosk_outages_finish (KioskOutages *self)
{
  hand_out_all (self, G_MAXINT64);
  g_hash_table_unref (self->open);
  g_free (self);
}
