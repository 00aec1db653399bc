/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Cable and gateway. The kernel's news only say that something has changed: then everything is asked for
 * anew, so that a lost message (ENOBUFS) or a burst of them does no harm. Decides nothing: model/outage
 * does. */

#include "link-watch.h"

#include "link-query.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <glib-unix.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

/* Looked at at least that often, and at most that often however much happens on the cable. */
#define CHECK_SECONDS 2
#define PAUSE_MILLISECONDS 250

/* Knowledge of the gateway that is older is renewed: one ARP request, answered within milliseconds; three
 * without an answer take the kernel 3 s. */
#define PROBE_SECONDS 10

#define GROUPS                                                                                     \
  (RTMGRP_LINK | RTMGRP_NEIGH | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE        \
   | RTMGRP_IPV6_ROUTE)

struct _KioskLinkWatch {
  KioskLinkQuery *query;
  int news; /* netlink socket of the kernel's messages; never parsed */
  void (*changed) (gpointer data);
  gpointer data;
  KioskLinkState state;
  int interface; /* index of state.interface */
  KioskGatewayRoute gateway;
  gint64 probed; /* monotonic; 0: not yet */
  guint news_source, check_source, soon_source;
  GArray *wired; /* KioskWired, of the last look; then */
  KioskGatewayRoute found;
};

static KioskGateway
look_at_gateway (KioskLinkWatch *self, KioskGateway before)
{
  KioskNeighbour neighbour = kiosk_link_query_neighbour (self->query, &self->gateway);
  gint64 passed = g_get_monotonic_time () - self->probed;
  gboolean under_way = (neighbour.state & (NUD_PROBE | NUD_INCOMPLETE)) != 0;
  gboolean fresh = (neighbour.state & NUD_REACHABLE) != 0 && neighbour.confirmed < PROBE_SECONDS;
  gboolean fixed = (neighbour.state & (NUD_PERMANENT | NUD_NOARP)) != 0;

  if (!under_way && !fresh && !fixed
      && (self->probed == 0 || passed >= PROBE_SECONDS * G_USEC_PER_SEC
          || (before == KIOSK_GATEWAY_SILENT && passed >= CHECK_SECONDS * G_USEC_PER_SEC)))
    {
      self->probed = g_get_monotonic_time ();
      kiosk_link_query_probe (self->query, &self->gateway, &neighbour);
    }
  if ((neighbour.state & NUD_REACHABLE) != 0 || fixed)
    return KIOSK_GATEWAY_OK;
  if ((neighbour.state & NUD_FAILED) != 0)
    return KIOSK_GATEWAY_SILENT;
  return before; /* not decided yet */
}

/* ---- The whole look ---- */

/* How much an interface is worth: with a carrier and an address, and if all else is equal the one that it
 * was before. */
static guint
worth (const KioskLinkWatch *self, const KioskWired *wired)
{
  return (wired->running ? 4u : 0u) + (wired->running && wired->address ? 2u : 0u)
         + (wired->index == self->interface ? 1u : 0u);
}

static void
judge_link (KioskLinkWatch *self, KioskLinkState *state)
{
  const KioskWired *best = NULL;

  for (guint i = 0; i < self->wired->len; i++)
    {
      const KioskWired *wired = &g_array_index (self->wired, KioskWired, i);

      if (best == NULL || worth (self, wired) > worth (self, best))
        best = wired;
    }
  state->link = best == NULL || !best->running ? KIOSK_LINK_NO_CARRIER
                : !best->address               ? KIOSK_LINK_NO_ADDRESS
                                               : KIOSK_LINK_OK;
  if (best == NULL)
    return;
  if (best->index != self->interface)
    state->interfaces++;
  self->interface = best->index;
  g_strlcpy (state->interface, best->name, sizeof state->interface);
  state->drops = best->drops;
}

static void
judge_gateway (KioskLinkWatch *self, KioskLinkState *state)
{
  if (state->link != KIOSK_LINK_OK)
    {
      /* Routes may be gone with the cable; they are no news. */
      if (state->gateway != KIOSK_GATEWAY_NONE)
        state->gateway = KIOSK_GATEWAY_UNKNOWN;
      self->probed = 0;
      return;
    }
  if (self->found.family != self->gateway.family || self->found.index != self->gateway.index
      || memcmp (self->found.address, self->gateway.address, sizeof self->found.address) != 0)
    {
      self->probed = 0;
      state->gateway = KIOSK_GATEWAY_UNKNOWN;
    }
  self->gateway = self->found;
  if (self->gateway.family == 0)
    {
      state->gateway = KIOSK_GATEWAY_NONE;
      state->gateway_address[0] = '\0';
      return;
    }
  inet_ntop (self->gateway.family, self->gateway.address, state->gateway_address,
             sizeof state->gateway_address);
  state->gateway = look_at_gateway (self, state->gateway);
}

static void
check (KioskLinkWatch *self)
{
  KioskLinkState state = self->state;

  for (guint tries = 0; !kiosk_link_query_collect (self->query, self->wired, &self->found); tries++)
    if (tries == 2) /* it changes while it is told; the next look comes soon */
      return;
  judge_link (self, &state);
  judge_gateway (self, &state);
  if (memcmp (&state, &self->state, sizeof state) == 0)
    return;
  self->state = state;
  if (self->changed != NULL)
    self->changed (self->data);
}

static gboolean
on_check (gpointer data)
{
  check (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_soon (gpointer data)
{
  KioskLinkWatch *self = data;

  self->soon_source = 0;
  check (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_news (int fd, GIOCondition condition, gpointer data)
{
  KioskLinkWatch *self = data;
  char buffer[64]; /* the rest of a message is thrown away */

  while (recv (fd, buffer, sizeof buffer, MSG_DONTWAIT) >= 0 || errno == ENOBUFS)
    ;
  if (self->soon_source == 0)
    self->soon_source = g_timeout_add (PAUSE_MILLISECONDS, on_soon, self);
  return G_SOURCE_CONTINUE;
}

/* ---- Public ---- */

static int
open_news (GError **error)
{
  struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = GROUPS };
  kiosk_autofd int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

  if (fd >= 0 && bind (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return kiosk_fd_steal (&fd);
  kiosk_error_set_errno (error, errno, "rtnetlink");
  return -1;
}

KioskLinkWatch *
kiosk_link_watch_new (void (*changed) (gpointer data), gpointer data, GError **error)
{
  KioskLinkWatch *self = g_new0 (KioskLinkWatch, 1);

  self->wired = g_array_new (FALSE, FALSE, sizeof (KioskWired));
  self->news = open_news (error);
  self->query = self->news >= 0 ? kiosk_link_query_new (error) : NULL;
  if (self->query == NULL)
    {
      kiosk_link_watch_free (self);
      return NULL;
    }
  self->state.link = KIOSK_LINK_NO_CARRIER;
  check (self);
  self->changed = changed;
  self->data = data;
  self->news_source = g_unix_fd_add (self->news, G_IO_IN, on_news, self);
  self->check_source = g_timeout_add_seconds (CHECK_SECONDS, on_check, self);
  return self;
}

void
kiosk_link_watch_free (KioskLinkWatch *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->news_source, g_source_remove);
  g_clear_handle_id (&self->check_source, g_source_remove);
  g_clear_handle_id (&self->soon_source, g_source_remove);
  kiosk_link_query_free (self->query);
  kiosk_fd_clear (&self->news);
  g_array_unref (self->wired);
  g_free (self);
}

const KioskLinkState *
kiosk_link_watch_get (const KioskLinkWatch *self)
{
  return &self->state;
}
