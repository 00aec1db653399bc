/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "server-watch.h"

#include "reach.h"

#include "kiosk/base/clock.h"

#define ROUND_SECONDS 15
#define ANSWER_MILLISECONDS 3000

typedef struct {
  KioskServerState state;
  gint64 down_since;
} Known;

struct _KioskServerWatch {
  KioskFirewall *firewall;
  void (*changed) (gpointer data);
  gpointer data;
  GHashTable *known; /* id -> Known */
  KioskPolicy *policy;
  GPtrArray *servers;
  guint next;
  const KioskPolicyServer *asked;
  gboolean open; /* its hole */
  KioskReach *reach;
  guint source;
};

static gboolean on_due (gpointer data);

static void
learn (KioskServerWatch *self, const char *id, KioskServerState state)
{
  Known *known = g_hash_table_lookup (self->known, id);

  if (known == NULL)
    {
      known = g_new0 (Known, 1);
      g_hash_table_insert (self->known, g_strdup (id), known);
    }
  if (known->state == state)
    return;
  known->state = state;
  known->down_since = state == KIOSK_SERVER_DOWN ? kiosk_clock_realtime () : 0;
  self->changed (self->data);
}

static void
end_question (KioskServerWatch *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->reach, kiosk_reach_free);
  if (self->open && !kiosk_firewall_close (self->firewall, &self->asked->endpoint, &error))
    g_warning ("Closing the firewall: %s", error->message);
  self->open = FALSE;
  self->asked = NULL;
}

static void
on_answer (int fd, int saved_errno, const char *detail, gpointer data)
{
  KioskServerWatch *self = data;
  KioskServerState state = fd >= 0 ? KIOSK_SERVER_READY : KIOSK_SERVER_DOWN;
  const char *id = self->asked->id;

  kiosk_reach_cut (&fd);
  end_question (self);
  self->next++;
  self->source
      = g_timeout_add_seconds (self->next < self->servers->len ? 0 : ROUND_SECONDS, on_due, self);
  learn (self, id, state);
}

static gboolean
on_due (gpointer data)
{
  KioskServerWatch *self = data;
  g_autoptr (GError) error = NULL;

  self->source = 0;
  if (self->next >= self->servers->len)
    self->next = 0;
  self->asked = self->servers->pdata[self->next];
  self->open = kiosk_firewall_open (self->firewall, &self->asked->endpoint, &error);
  if (self->open)
    self->reach
        = kiosk_reach_new (&self->asked->endpoint, ANSWER_MILLISECONDS, on_answer, self, &error);
  if (self->reach == NULL)
    {
      g_warning ("Asking %s: %s", self->asked->id, error->message);
      on_answer (-1, 0, NULL, self);
    }
  return G_SOURCE_REMOVE;
}

KioskServerWatch *
kiosk_server_watch_new (KioskFirewall *firewall, void (*changed) (gpointer data), gpointer data)
{
  KioskServerWatch *self = g_new0 (KioskServerWatch, 1);

  self->firewall = firewall;
  self->changed = changed;
  self->data = data;
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
kiosk_server_watch_free (KioskServerWatch *self)
{
  if (self == NULL)
    return;
  kiosk_server_watch_stop (self);
  g_hash_table_unref (self->known);
  g_free (self);
}

void
kiosk_server_watch_start (KioskServerWatch *self, KioskPolicy *policy, GPtrArray *servers)
{
  kiosk_server_watch_stop (self);
  if (servers->len == 0)
    return;
  self->policy = kiosk_policy_ref (policy);
  self->servers = g_ptr_array_ref (servers);
  self->next = 0;
  self->source = g_idle_add (on_due, self);
}

void
kiosk_server_watch_stop (KioskServerWatch *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  end_question (self);
  g_clear_pointer (&self->servers, g_ptr_array_unref);
  g_clear_pointer (&self->policy, kiosk_policy_unref);
}

KioskServerState
kiosk_server_watch_get (const KioskServerWatch *self, const char *id, gint64 *since)
{
  const Known *known = g_hash_table_lookup (self->known, id);

  if (since != NULL)
    *since = known != NULL ? known->down_since : 0;
  return known != NULL ? known->state : KIOSK_SERVER_UNKNOWN;
}
