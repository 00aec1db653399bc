/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "drill-attempts.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <poll.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <unistd.h>

/* The drill's hands: sockets that are refused, and one that sees what leaves. Judges nothing. */

/* As many at a time as descriptors are sure to be there for. */
#define BATCH 128
/* How long something that was not refused at once is waited for. The table's own refusal comes within the call, or
 * with the next interrupt; only a terminal with a hole in it waits. */
#define WAIT_MILLISECONDS 2000

/* As much of a packet as is looked at: both heads. */
#define HEAD_SIZE 128

#define ICMP_ECHO_REQUEST 8
#define ICMP6_ECHO_REQUEST_TYPE 128

typedef struct {
  const KioskDrillAttempt *attempt;
  int fd;
  guint16 source; /* port, or id of ICMP; host byte order */
  gboolean pending;
  KioskDrillSight sight;
} Try;

typedef union {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} Address;

/* ---- One attempt ---- */

static socklen_t
fill_address (const KioskDrillAttempt *attempt, const KioskDrillPlace *place, Address *to)
{
  memset (to, 0, sizeof *to);
  to->any.sa_family = (sa_family_t) attempt->family;
  if (attempt->family == AF_INET)
    {
      to->v4.sin_port = htons (attempt->port);
      memcpy (&to->v4.sin_addr, attempt->address, 4);
      return sizeof to->v4;
    }
  to->v6.sin6_port = htons (attempt->port);
  memcpy (&to->v6.sin6_addr, attempt->address, 16);
  if (IN6_IS_ADDR_LINKLOCAL (&to->v6.sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL (&to->v6.sin6_addr))
    to->v6.sin6_scope_id = place->line_index;
  return sizeof to->v6;
}

static int
open_socket (const KioskDrillAttempt *attempt)
{
  int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;

  switch (attempt->protocol)
    {
    case KIOSK_DRILL_TCP:
      return socket (attempt->family, SOCK_STREAM | flags, 0);
    case KIOSK_DRILL_UDP:
      return socket (attempt->family, SOCK_DGRAM | flags, 0);
    case KIOSK_DRILL_ECHO:
    default:
      return socket (attempt->family, SOCK_RAW | flags,
                     attempt->family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    }
}

/* A socket that belongs to @user for the firewall. -1 with errno. */
static int
open_as (const KioskDrillAttempt *attempt, const KioskDrillIdentity *user)
{
  int fd = -1, saved_errno = EPERM;

  /* Neither call says whether it worked; -1 asks. */
  setfsgid (user->gid);
  setfsuid (user->uid);
  if ((uid_t) setfsuid ((uid_t) -1) == user->uid && (gid_t) setfsgid ((gid_t) -1) == user->gid)
    {
      fd = open_socket (attempt);
      saved_errno = errno;
    }
  setfsuid (geteuid ());
  setfsgid (getegid ());
  errno = saved_errno;
  return fd;
}

static guint16
source_of (int fd)
{
  Address own = { 0 };
  socklen_t size = sizeof own;

  if (getsockname (fd, &own.any, &size) != 0)
    return 0;
  return ntohs (own.any.sa_family == AF_INET6 ? own.v6.sin6_port : own.v4.sin_port);
}

/* An echo request without content. The kernel adds the checksum of ICMPv6 itself. */
static gsize
fill_echo (guint8 *packet, int family, guint16 id)
{
  guint16 sum;

  memset (packet, 0, 8);
  packet[0] = family == AF_INET6 ? ICMP6_ECHO_REQUEST_TYPE : ICMP_ECHO_REQUEST;
  packet[4] = (guint8) (id >> 8);
  packet[5] = (guint8) id;
  if (family == AF_INET)
    {
      guint32 total = (guint32) ICMP_ECHO_REQUEST << 8;

      total += id;
      sum = (guint16) ~((total & 0xffff) + (total >> 16));
      packet[2] = (guint8) (sum >> 8);
      packet[3] = (guint8) sum;
    }
  return 8;
}

static void
send_datagram (Try *try)
{
  guint8 packet[8] = { 0 };
  gsize size = 1;

  if (try->attempt->protocol == KIOSK_DRILL_ECHO)
    size = fill_echo (packet, try->attempt->family, try->source);
  else
    try->source = source_of (try->fd);
  if (send (try->fd, packet, size, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    try->sight.send_error = errno;
  else
    try->pending = TRUE;
}

/* FALSE with @error when it could not even be tried. */
static gboolean
begin (Try *try, const KioskDrillIdentity *users, const KioskDrillPlace *place, gboolean at_line,
       GError **error)
{
  const KioskDrillAttempt *attempt = try->attempt;
  const int on = 1, off = 0;
  Address to;
  socklen_t size = fill_address (attempt, place, &to);

  kiosk_fd_clear (&try->fd);
  try->sight = (KioskDrillSight){ 0 };
  try->pending = FALSE;
  try->fd = open_as (attempt, &users[attempt->user]);
  if (try->fd < 0 && errno == EAFNOSUPPORT)
    {
      try->sight.start_error = errno;
      return TRUE;
    }
  if (try->fd < 0)
    return kiosk_error_set_errno (error, errno, kiosk_drill_users[attempt->user].name);
  if (at_line
      && setsockopt (try->fd, SOL_SOCKET, SO_BINDTODEVICE, place->line,
                     (socklen_t) strlen (place->line))
             != 0)
    return kiosk_error_set_errno (error, errno, place->line);
  if (attempt->protocol == KIOSK_DRILL_UDP
      && (setsockopt (try->fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on) != 0
          || (attempt->family == AF_INET
              && setsockopt (try->fd, IPPROTO_IP, IP_MULTICAST_LOOP, &off, sizeof off) != 0)))
    return kiosk_error_set_errno (error, errno, "setsockopt");
  if (connect (try->fd, &to.any, size) != 0 && errno != EINPROGRESS)
    {
      try->sight.start_error = errno;
      return TRUE;
    }
  if (attempt->protocol != KIOSK_DRILL_TCP)
    {
      send_datagram (try);
      return TRUE;
    }
  try->source = source_of (try->fd);
  try->pending = TRUE;
  return TRUE;
}

/* Something came: an error, a connection, an answer. */
static void
hear (Try *try, short events)
{
  socklen_t size = sizeof try->sight.later_error;
  char byte;

  if (getsockopt (try->fd, SOL_SOCKET, SO_ERROR, &try->sight.later_error, &size) != 0)
    try->sight.later_error = errno;
  if (try->sight.later_error != 0)
    try->pending = FALSE;
  else if (try->attempt->protocol == KIOSK_DRILL_TCP && (events & POLLOUT) != 0)
    {
      try->sight.answered = TRUE;
      try->pending = FALSE;
    }
  else if ((events & POLLIN) != 0 && recv (try->fd, &byte, 1, MSG_DONTWAIT) >= 0
           && try->attempt->protocol == KIOSK_DRILL_UDP)
    {
      try->sight.answered = TRUE;
      try->pending = FALSE;
    }
}

/* ---- What leaves the machine ---- */

static guint16
number_at (const guint8 *bytes)
{
  return (guint16) (bytes[0] << 8 | bytes[1]);
}

static gboolean
is_packet_of (const Try *try, const guint8 *packet, gsize size)
{
  const KioskDrillAttempt *attempt = try->attempt;
  gsize head = attempt->family == AF_INET6 ? 40 : (gsize) (packet[0] & 0xf) * 4;
  const guint8 *to = packet + (attempt->family == AF_INET6 ? 24 : 16);
  guint8 protocol = packet[attempt->family == AF_INET6 ? 6 : 9];
  const guint8 *body = packet + head;

  if (size < head + 8 || memcmp (to, attempt->address, attempt->family == AF_INET6 ? 16 : 4) != 0)
    return FALSE;
  switch (attempt->protocol)
    {
    case KIOSK_DRILL_TCP:
    case KIOSK_DRILL_UDP:
      return protocol == (attempt->protocol == KIOSK_DRILL_TCP ? IPPROTO_TCP : IPPROTO_UDP)
             && number_at (body) == try->source && number_at (body + 2) == attempt->port;
    case KIOSK_DRILL_ECHO:
    default:
      return protocol == (attempt->family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP)
             && number_at (body + 4) == try->source;
    }
}

/* Takes all that has left so far. */
static void
look (int watch, Try *tries, guint n_tries)
{
  guint8 packet[HEAD_SIZE];
  struct sockaddr_ll from;
  socklen_t size = sizeof from;
  gssize length;

  while ((length
          = recvfrom (watch, packet, sizeof packet, MSG_DONTWAIT, (struct sockaddr *) &from, &size))
             >= 0
         || errno == EINTR || errno == ENETDOWN)
    {
      int family = length < 20                                                    ? AF_UNSPEC
                   : from.sll_protocol == htons (ETH_P_IP) && packet[0] >> 4 == 4 ? AF_INET
                   : from.sll_protocol == htons (ETH_P_IPV6) && length >= 40      ? AF_INET6
                                                                                  : AF_UNSPEC;

      size = sizeof from;
      if (family == AF_UNSPEC)
        continue;
      for (guint i = 0; i < n_tries; i++)
        if (tries[i].attempt->family == family && tries[i].fd >= 0
            && is_packet_of (&tries[i], packet, (gsize) length))
          tries[i].sight.left = TRUE;
    }
}

/* Hears of what leaves by a real interface, and only its head: a session that runs meanwhile fills no
 * queue with what it receives. packet(7), socket(7) SO_ATTACH_FILTER. -1 with @error. */
static int
open_watch (GError **error)
{
  struct sock_filter code[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, (__u32) (SKF_AD_OFF + SKF_AD_PKTTYPE)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 0, 3),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, (__u32) (SKF_AD_OFF + SKF_AD_HATYPE)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, ARPHRD_LOOPBACK, 1, 0),
    BPF_STMT (BPF_RET | BPF_K, HEAD_SIZE),
    BPF_STMT (BPF_RET | BPF_K, 0),
  };
  const struct sock_fprog filter = { .len = G_N_ELEMENTS (code), .filter = code };
  /* Protocol 0: nothing comes before the filter is there. */
  kiosk_autofd int fd = socket (AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const struct sockaddr_ll all = { .sll_family = AF_PACKET, .sll_protocol = htons (ETH_P_ALL) };
  const int size = 4 * 1024 * 1024;

  if (fd >= 0 && setsockopt (fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0
      && setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size) == 0
      && bind (fd, (const struct sockaddr *) &all, sizeof all) == 0)
    return kiosk_fd_steal (&fd);
  kiosk_error_set_errno (error, errno, "watching what leaves the machine");
  return -1;
}

/* FALSE with @error when packets may have left unseen. That matters where none was seen: with a hole that
 * is so wide the verdict is clear. */
static gboolean
has_seen_all (int watch, GArray *results, GError **error)
{
  struct tpacket_stats statistics = { 0 };
  socklen_t size = sizeof statistics;

  if (getsockopt (watch, SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0
      && statistics.tp_drops == 0)
    return TRUE;
  for (guint i = 0; i < results->len; i++)
    if (g_array_index (results, KioskDrillResult, i) == KIOSK_DRILL_THROUGH)
      return TRUE;
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED,
                       "more packets left the machine than could be looked at");
  return FALSE;
}

/* ---- All of them ---- */

static void
wait_for (int watch, Try *tries, guint n_tries)
{
  gint64 end = g_get_monotonic_time () + WAIT_MILLISECONDS * 1000;
  struct pollfd polled[BATCH + 1];
  guint which[BATCH + 1];

  for (;;)
    {
      gint64 left = (end - g_get_monotonic_time ()) / 1000;
      guint n = 1;

      polled[0] = (struct pollfd){ .fd = watch, .events = POLLIN };
      for (guint i = 0; i < n_tries; i++)
        if (tries[i].pending)
          {
            short events = tries[i].attempt->protocol == KIOSK_DRILL_TCP ? POLLOUT : POLLIN;

            which[n] = i;
            polled[n++] = (struct pollfd){ .fd = tries[i].fd, .events = events };
          }
      if (n == 1 || left <= 0 || (poll (polled, n, (int) left) < 0 && errno != EINTR))
        return;
      if (polled[0].revents != 0)
        look (watch, tries, n_tries);
      for (guint i = 1; i < n; i++)
        if (polled[i].revents != 0)
          hear (&tries[which[i]], polled[i].revents);
    }
}

static void
end (Try *try)
{
  const struct linger at_once = { .l_onoff = 1 };

  /* A connection that should not stand ends without a word more. */
  if (try->fd >= 0 && try->attempt->protocol == KIOSK_DRILL_TCP)
    setsockopt (try->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  kiosk_fd_clear (&try->fd);
}

static gboolean
run_batch (int watch, GArray *attempts, guint first, guint n, const KioskDrillIdentity *users,
           const KioskDrillPlace *place, GArray *results, GError **error)
{
  Try tries[BATCH] = { 0 };
  gboolean good = TRUE;

  for (guint i = 0; i < n; i++)
    {
      tries[i].attempt = &g_array_index (attempts, KioskDrillAttempt, first + i);
      tries[i].fd = -1;
      tries[i].source = (guint16) (first + i + 1);
    }
  for (guint i = 0; i < n && good; i++)
    {
      good = begin (&tries[i], users, place, FALSE, error);
      if (good && place->line != NULL && kiosk_drill_judge (&tries[i].sight) == KIOSK_DRILL_NO_WAY)
        good = begin (&tries[i], users, place, TRUE, error);
      look (watch, tries, i + 1);
    }
  if (good)
    wait_for (watch, tries, n);
  look (watch, tries, n);
  for (guint i = 0; i < n; i++)
    {
      KioskDrillResult result = kiosk_drill_judge (&tries[i].sight);

      g_array_append_val (results, result);
      end (&tries[i]);
    }
  return good && has_seen_all (watch, results, error);
}

GArray *
kiosk_drill_try (GArray *attempts, const KioskDrillIdentity *users, const KioskDrillPlace *place,
                 GError **error)
{
  kiosk_autofd int watch = open_watch (error);
  g_autoptr (GArray) results = g_array_new (FALSE, TRUE, sizeof (KioskDrillResult));

  if (watch < 0)
    return NULL;
  for (guint first = 0; first < attempts->len; first += BATCH)
    if (!run_batch (watch, attempts, first, MIN (BATCH, attempts->len - first), users, place,
                    results, error))
      return NULL;
  return g_steal_pointer (&results);
}
