/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Which servers of the person need a work order, and until when there is one: for the list from which they choose, so
 * that nobody fills in a form for nothing. Only tells; what opens a session is looked for anew when
 * somebody connects (daemon-orders.c). */

#include "daemon-private.h"

#include "kiosk/base/clock.h"
#include "kiosk/model/order.h"

#include <string.h>

/* How soon the list says that an order has come, begun or ended. */
#define LOOK_SECONDS 5

static gint64
find_until (KioskDaemon *self, const GPtrArray *orders, const KioskPolicyServer *server)
{
  gint64 now = kiosk_clock_realtime () / G_USEC_PER_SEC, until = 0;

  for (guint i = 0; i < orders->len; i++)
    {
      const KioskOrder *order = orders->pdata[i];

      if (order->until > until && g_strv_contains ((const char *const *) order->servers, server->id)
          && kiosk_order_judge (order, self->policy, self->status.person->id, server->id, now)
                 == KIOSK_ORDER_VALID)
        until = order->until;
    }
  return until;
}

/* One number a server of the person, in their order: unix seconds, 0 for none. NULL: none needs one. */
static GArray *
find_all (KioskDaemon *self)
{
  g_autoptr (GPtrArray) own = kiosk_daemon_list_own_servers (self);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) orders = NULL;

  for (guint i = 0; i < own->len; i++)
    {
      const KioskPolicyServer *server = own->pdata[i];
      gint64 until = 0;

      if (server->approval == KIOSK_APPROVAL_ORDER)
        {
          if (orders == NULL)
            orders = kiosk_daemon_read_orders ();
          until = find_until (self, orders, server);
        }
      g_array_append_val (all, until);
    }
  return orders != NULL ? g_steal_pointer (&all) : NULL;
}

static gboolean
is_same (const GArray *a, const GArray *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return a->len == b->len && memcmp (a->data, b->data, a->len * sizeof (gint64)) == 0;
}

static gboolean
on_look (gpointer data)
{
  KioskDaemon *self = data;
  g_autoptr (GArray) now = find_all (self);

  if (!is_same (now, self->orders_told))
    kiosk_shell_service_publish_servers (self->service);
  return G_SOURCE_CONTINUE;
}

void
kiosk_daemon_watch_orders (KioskDaemon *self)
{
  g_clear_handle_id (&self->orders_source, g_source_remove);
  g_clear_pointer (&self->orders_told, g_array_unref);
  if (self->status.state != KIOSK_STATE_CHOOSING)
    return;
  self->orders_told = find_all (self);
  if (self->orders_told != NULL)
    self->orders_source = g_timeout_add_seconds (LOOK_SECONDS, on_look, self);
}

const GArray *
kiosk_daemon_tell_orders (KioskDaemon *self)
{
  g_clear_pointer (&self->orders_told, g_array_unref);
  self->orders_told = find_all (self);
  return self->orders_told;
}
