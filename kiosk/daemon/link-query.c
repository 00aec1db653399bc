/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* rtnetlink messages there and back. Judges nothing. */

#include "link-query.h"

#include "kiosk/base/error.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>

/* What the kernel fills for a reader that takes so much at once: netlink(7). */
#define BUFFER_SIZE 32768

/* Ticks of the times that it tells: time(7), USER_HZ. */
#define TICKS 100

struct _KioskLinkQuery {
  struct mnl_socket *socket;
  guint32 sequence;
  GArray *wired; /* of the question that is under way; then */
  KioskGatewayRoute *gateway;
  KioskNeighbour neighbour;
};

static gsize
address_size (int family)
{
  return family == AF_INET6 ? sizeof (struct in6_addr) : sizeof (struct in_addr);
}

/* Sends @message and gives what comes back to @take. 0, or an errno. */
static int
ask (KioskLinkQuery *self, struct nlmsghdr *message, mnl_cb_t take)
{
  static char buffer[BUFFER_SIZE] __attribute__ ((aligned (__alignof__(struct nlmsghdr))));
  guint port = mnl_socket_get_portid (self->socket);
  int result = MNL_CB_OK;

  message->nlmsg_seq = ++self->sequence;
  if (mnl_socket_sendto (self->socket, message, message->nlmsg_len) < 0)
    return errno;
  while (result > MNL_CB_STOP)
    {
      ssize_t n = mnl_socket_recvfrom (self->socket, buffer, sizeof buffer);

      if (n < 0)
        return errno;
      result = mnl_cb_run (buffer, (size_t) n, self->sequence, port, take, self);
      if (result < 0 && errno == ESRCH) /* the rest of an older answer */
        result = MNL_CB_OK;
      else if (result < 0)
        return errno;
    }
  return 0;
}

static int
ask_all (KioskLinkQuery *self, guint16 type, int family, gsize header, mnl_cb_t take)
{
  char buffer[256] __attribute__ ((aligned (__alignof__(struct nlmsghdr))));
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  struct rtgenmsg *general;

  message->nlmsg_type = type;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  general = mnl_nlmsg_put_extra_header (message, header);
  general->rtgen_family = (guchar) family;
  return ask (self, message, take);
}

/* ---- Interfaces ---- */

static KioskWired *
find_wired (KioskLinkQuery *self, int index)
{
  for (guint i = 0; i < self->wired->len; i++)
    if (g_array_index (self->wired, KioskWired, i).index == index)
      return &g_array_index (self->wired, KioskWired, i);
  return NULL;
}

static int
take_link (const struct nlmsghdr *message, void *data)
{
  KioskLinkQuery *self = data;
  const struct ifinfomsg *info = mnl_nlmsg_get_payload (message);
  struct nlattr *attribute;
  KioskWired wired = { .index = info->ifi_index };

  if (message->nlmsg_type != RTM_NEWLINK || info->ifi_type != ARPHRD_ETHER)
    return MNL_CB_OK;
  wired.running = (info->ifi_flags & IFF_UP) != 0 && (info->ifi_flags & IFF_RUNNING) != 0;
  mnl_attr_for_each (attribute, message, sizeof *info)
  {
    if (mnl_attr_get_type (attribute) == IFLA_IFNAME
        && mnl_attr_validate (attribute, MNL_TYPE_NUL_STRING) >= 0)
      g_strlcpy (wired.name, mnl_attr_get_str (attribute), sizeof wired.name);
    else if (mnl_attr_get_type (attribute) == IFLA_CARRIER_DOWN_COUNT
             && mnl_attr_validate (attribute, MNL_TYPE_U32) >= 0)
      wired.drops = mnl_attr_get_u32 (attribute);
  }
  g_array_append_val (self->wired, wired);
  return MNL_CB_OK;
}

static int
take_address (const struct nlmsghdr *message, void *data)
{
  const struct ifaddrmsg *info = mnl_nlmsg_get_payload (message);
  KioskWired *wired = find_wired (data, (int) info->ifa_index);

  if (message->nlmsg_type == RTM_NEWADDR && wired != NULL && info->ifa_scope < RT_SCOPE_LINK)
    wired->address = TRUE;
  return MNL_CB_OK;
}

/* ---- The gateway ---- */

static gboolean
is_better (const KioskGatewayRoute *a, const KioskGatewayRoute *b)
{
  if (b->family == 0 || a->prefix != b->prefix)
    return b->family == 0 || a->prefix < b->prefix;
  if (a->family != b->family)
    return a->family == AF_INET;
  return a->metric < b->metric;
}

static int
take_route (const struct nlmsghdr *message, void *data)
{
  KioskLinkQuery *self = data;
  const struct rtmsg *info = mnl_nlmsg_get_payload (message);
  struct nlattr *attribute;
  KioskGatewayRoute route = { .family = info->rtm_family, .prefix = info->rtm_dst_len };
  gboolean has_gateway = FALSE;

  if (message->nlmsg_type != RTM_NEWROUTE || info->rtm_table != RT_TABLE_MAIN
      || info->rtm_type != RTN_UNICAST || (info->rtm_flags & RTM_F_CLONED) != 0
      || (info->rtm_family != AF_INET && info->rtm_family != AF_INET6))
    return MNL_CB_OK;
  mnl_attr_for_each (attribute, message, sizeof *info)
  {
    if (mnl_attr_get_type (attribute) == RTA_GATEWAY
        && mnl_attr_get_payload_len (attribute) == address_size (route.family))
      {
        memcpy (route.address, mnl_attr_get_payload (attribute), address_size (route.family));
        has_gateway = TRUE;
      }
    else if (mnl_attr_get_type (attribute) == RTA_OIF
             && mnl_attr_validate (attribute, MNL_TYPE_U32) >= 0)
      route.index = (int) mnl_attr_get_u32 (attribute);
    else if (mnl_attr_get_type (attribute) == RTA_PRIORITY
             && mnl_attr_validate (attribute, MNL_TYPE_U32) >= 0)
      route.metric = mnl_attr_get_u32 (attribute);
  }
  if (has_gateway && find_wired (self, route.index) != NULL && is_better (&route, self->gateway))
    *self->gateway = route;
  return MNL_CB_OK;
}

static int
take_neighbour (const struct nlmsghdr *message, void *data)
{
  KioskLinkQuery *self = data;
  const struct ndmsg *info = mnl_nlmsg_get_payload (message);
  struct nlattr *attribute;

  if (message->nlmsg_type != RTM_NEWNEIGH)
    return MNL_CB_OK;
  self->neighbour.state = info->ndm_state;
  mnl_attr_for_each (attribute, message, sizeof *info)
  {
    struct nda_cacheinfo cache;

    if (mnl_attr_get_type (attribute) != NDA_CACHEINFO
        || mnl_attr_get_payload_len (attribute) < sizeof cache)
      continue;
    memcpy (&cache, mnl_attr_get_payload (attribute), sizeof cache);
    self->neighbour.confirmed = cache.ndm_confirmed / TICKS;
  }
  return MNL_CB_STOP;
}

static struct nlmsghdr *
put_neighbour (char *buffer, guint16 type, guint16 flags, const KioskGatewayRoute *gateway,
               struct ndmsg **info)
{
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);

  message->nlmsg_type = type;
  message->nlmsg_flags = NLM_F_REQUEST | flags;
  *info = mnl_nlmsg_put_extra_header (message, sizeof **info);
  (*info)->ndm_family = (guint8) gateway->family;
  (*info)->ndm_ifindex = gateway->index;
  mnl_attr_put (message, NDA_DST, address_size (gateway->family), gateway->address);
  return message;
}

/* ---- Public ---- */

KioskLinkQuery *
kiosk_link_query_new (GError **error)
{
  KioskLinkQuery *self = g_new0 (KioskLinkQuery, 1);
  const struct timeval limit = { .tv_sec = 1 }; /* should the kernel not answer after all */

  self->socket = mnl_socket_open2 (NETLINK_ROUTE, SOCK_CLOEXEC);
  if (self->socket != NULL && mnl_socket_bind (self->socket, 0, MNL_SOCKET_AUTOPID) == 0
      && setsockopt (mnl_socket_get_fd (self->socket), SOL_SOCKET, SO_RCVTIMEO, &limit,
                     sizeof limit)
             == 0)
    return self;
  kiosk_error_set_errno (error, errno, "rtnetlink");
  kiosk_link_query_free (self);
  return NULL;
}

void
kiosk_link_query_free (KioskLinkQuery *self)
{
  if (self == NULL)
    return;
  if (self->socket != NULL)
    mnl_socket_close (self->socket);
  g_free (self);
}

gboolean
kiosk_link_query_collect (KioskLinkQuery *self, GArray *wired, KioskGatewayRoute *gateway)
{
  g_array_set_size (wired, 0);
  *gateway = (KioskGatewayRoute){ 0 };
  self->wired = wired;
  self->gateway = gateway;
  return ask_all (self, RTM_GETLINK, AF_UNSPEC, sizeof (struct ifinfomsg), take_link) == 0
         && ask_all (self, RTM_GETADDR, AF_UNSPEC, sizeof (struct ifaddrmsg), take_address) == 0
         && ask_all (self, RTM_GETROUTE, AF_INET, sizeof (struct rtmsg), take_route) == 0
         && ask_all (self, RTM_GETROUTE, AF_INET6, sizeof (struct rtmsg), take_route) == 0;
}

KioskNeighbour
kiosk_link_query_neighbour (KioskLinkQuery *self, const KioskGatewayRoute *gateway)
{
  char buffer[256] __attribute__ ((aligned (__alignof__(struct nlmsghdr))));
  struct ndmsg *info;
  struct nlmsghdr *message = put_neighbour (buffer, RTM_GETNEIGH, 0, gateway, &info);

  self->neighbour = (KioskNeighbour){ 0 };
  ask (self, message, take_neighbour); /* ENOENT: nothing is known */
  return self->neighbour;
}

void
kiosk_link_query_probe (KioskLinkQuery *self, const KioskGatewayRoute *gateway,
                        const KioskNeighbour *neighbour)
{
  gboolean known = (neighbour->state & (NUD_REACHABLE | NUD_STALE | NUD_DELAY)) != 0;
  char buffer[256] __attribute__ ((aligned (__alignof__(struct nlmsghdr))));
  struct ndmsg *info;
  struct nlmsghdr *message = put_neighbour (
      buffer, RTM_NEWNEIGH, NLM_F_ACK | (known ? NLM_F_REPLACE : NLM_F_CREATE), gateway, &info);
  int failed;

  info->ndm_state = known ? NUD_PROBE : NUD_NONE;
  info->ndm_flags = known ? 0 : NTF_USE;
  failed = ask (self, message, NULL);
  /* It may have been forgotten between question and order. */
  if (failed != 0 && failed != ENOENT)
    g_warning ("Looking for the gateway: %s, ignoring", g_strerror (failed));
}
