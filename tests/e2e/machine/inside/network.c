/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network UID ADDRESS PORT...: tries every way out to an address that a program with that user has, and writes
 * for each "way result", where the result is "sent", "connected" or the name of the error. What really left the
 * terminal is seen outside; this only tries. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIMIT_MS 3000

typedef struct {
  struct sockaddr_storage storage;
  socklen_t length;
  int family;
} Address;

static Address
parse (const char *text, int port)
{
  Address address = { 0 };
  struct sockaddr_in *four = (struct sockaddr_in *) &address.storage;
  struct sockaddr_in6 *six = (struct sockaddr_in6 *) &address.storage;

  if (inet_pton (AF_INET, text, &four->sin_addr) == 1)
    {
      four->sin_family = address.family = AF_INET;
      four->sin_port = htons (port);
      address.length = sizeof *four;
      return address;
    }
  if (inet_pton (AF_INET6, text, &six->sin6_addr) != 1)
    exit (2);
  six->sin6_family = address.family = AF_INET6;
  six->sin6_port = htons (port);
  address.length = sizeof *six;
  return address;
}

static void
tell (const char *way, int port, int result, const char *good)
{
  printf ("%s %d %s\n", way, port, result < 0 ? strerrorname_np (errno) : good);
}

static int
try_tcp (Address *to)
{
  int error = 0;
  socklen_t size = sizeof error;
  int fd = socket (to->family, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct pollfd wait = { .fd = fd, .events = POLLOUT };

  if (fd < 0)
    return -1;
  if (connect (fd, (struct sockaddr *) &to->storage, to->length) == 0)
    return 0;
  if (errno != EINPROGRESS)
    return -1;
  errno = ETIMEDOUT;
  if (poll (&wait, 1, LIMIT_MS) != 1 || getsockopt (fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
    return -1;
  errno = error;
  return error == 0 ? 0 : -1;
}

static int
try_datagram (Address *to, int type, int protocol, const void *data, size_t size)
{
  int fd = socket (to->family, type, protocol);

  return fd < 0 ? -1
                : (int) sendto (fd, data, size, 0, (struct sockaddr *) &to->storage, to->length);
}

/* A whole Ethernet frame, past all rules of IP. */
static int
try_frame (void)
{
  struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_halen = ETH_ALEN };
  unsigned char frame[64] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
  int fd = socket (AF_PACKET, SOCK_RAW, htons (ETH_P_ALL));

  if (fd < 0)
    return -1;
  frame[12] = 0x88; /* an EtherType for experiments, 88b5 */
  frame[13] = 0xb5;
  for (unsigned int i = 1; i < 8; i++) /* the first interfaces */
    {
      to.sll_ifindex = i;
      if (sendto (fd, frame, sizeof frame, 0, (struct sockaddr *) &to, sizeof to) < 0)
        return -1;
    }
  return 0;
}

int
main (int argc, char **argv)
{
  struct icmphdr echo = { .type = ICMP_ECHO };
  uid_t uid;

  if (argc < 4)
    return 2;
  uid = (uid_t) atoi (argv[1]);
  if (setgroups (0, NULL) < 0 || setresgid (uid, uid, uid) < 0 || setresuid (uid, uid, uid) < 0)
    return 2;
  for (int i = 3; i < argc; i++)
    {
      int port = atoi (argv[i]);
      Address to = parse (argv[2], port);

      tell ("tcp", port, try_tcp (&to), "connected");
      tell ("udp", port, try_datagram (&to, SOCK_DGRAM, 0, "probe", 5), "sent");
    }
  Address to = parse (argv[2], 0);

  if (to.family == AF_INET)
    {
      tell ("icmp", 0, try_datagram (&to, SOCK_DGRAM, IPPROTO_ICMP, &echo, sizeof echo), "sent");
      tell ("raw-icmp", 0, try_datagram (&to, SOCK_RAW, IPPROTO_ICMP, &echo, sizeof echo), "sent");
      tell ("raw-ip", 0, try_datagram (&to, SOCK_RAW, 253, "probe", 5), "sent");
    }
  if (uid != 0) /* root can: what it sends passes no rule of IP */
    tell ("frame", 0, try_frame (), "sent");
  return 0;
}
