/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "firewall-notices.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#define BUFFER (1024 * 1024) /* bytes that may wait: one load of the table is some 30 KiB */

int
kiosk_firewall_notices_open (GError **error)
{
  kiosk_autofd int fd
      = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);
  struct sockaddr_nl address = { .nl_family = AF_NETLINK };
  int group = NFNLGRP_NFTABLES, buffer = BUFFER;

  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) != 0
      || setsockopt (fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0)
    {
      kiosk_error_set_errno (error, errno, "notices of nftables");
      return -1;
    }
  /* Needs CAP_NET_ADMIN for more than the usual limit; with less, notices are lost earlier, which counts as
   * a change. */
  if (setsockopt (fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0)
    g_debug ("SO_RCVBUFFORCE refused");
  return kiosk_fd_steal (&fd);
}

static int
count_transactions (const char *bytes, int length)
{
  int n = 0;

  for (const struct nlmsghdr *message = (const struct nlmsghdr *) bytes; NLMSG_OK (message, length);
       message = NLMSG_NEXT (message, length))
    if (message->nlmsg_type == (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN))
      n++;
  return n;
}

int
kiosk_firewall_notices_drain (int fd)
{
  _Alignas(struct nlmsghdr) char bytes[16384];
  gboolean lost = FALSE;
  int n = 0;

  for (;;)
    {
      struct sockaddr_nl from = { 0 };
      socklen_t size = sizeof from;
      gssize length
          = recvfrom (fd, bytes, sizeof bytes, MSG_TRUNC, (struct sockaddr *) &from, &size);

      if (length < 0 && errno == EINTR)
        continue;
      if (length < 0 && errno == ENOBUFS)
        {
          lost = TRUE;
          continue;
        }
      if (length <= 0)
        return lost || (length < 0 && errno != EAGAIN) ? -1 : n;
      if (length > (gssize) sizeof bytes)
        lost = TRUE;
      else if (from.nl_pid == 0) /* anybody may send to this socket; this is the kernel */
        n += count_transactions (bytes, (int) length);
    }
}
