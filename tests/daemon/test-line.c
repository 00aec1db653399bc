/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* What the kernel's word about the line becomes, on a real connection whose packets get lost. */

#include "line.h"

#include "../lib/world.h"

#include "kiosk/base/descriptor.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static KioskLinkWatch *watch;
static guint n_changed;

static void
on_changed (gpointer data)
{
  n_changed++;
}

static const KioskLinkState *
look (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return kiosk_link_watch_get (watch);
}

static void
wait_for_word (int connection, const char *word)
{
  gint64 end = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;

  while (!g_str_equal (kiosk_line_word (look (), connection), word))
    {
      if (g_get_monotonic_time () > end)
        g_error ("%s instead of %s", kiosk_line_word (look (), connection), word);
      g_usleep (20000);
    }
}

static void
wait_for (KioskLink link, KioskGateway gateway)
{
  gint64 end = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;

  while (look ()->link != link || look ()->gateway != gateway)
    {
      if (g_get_monotonic_time () > end)
        g_error ("link %d, gateway %d", look ()->link, look ()->gateway);
      g_usleep (20000);
    }
}

static void
run (const char *command)
{
  g_free (world_run (command));
}

static int
open_pair (int *server, guint16 *port)
{
  kiosk_autofd int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  kiosk_autofd int client = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;

  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, size), ==, 0);
  g_assert_cmpint (listen (listener, 1), ==, 0);
  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &address, &size), ==, 0);
  g_assert_cmpint (connect (client, (struct sockaddr *) &address, size), ==, 0);
  *server = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
  g_assert_cmpint (*server, >=, 0);
  *port = ntohs (address.sin_port);
  return kiosk_fd_steal (&client);
}

static void
test_packets (void)
{
  kiosk_autofd int server = -1;
  guint16 port;
  kiosk_autofd int client = open_pair (&server, &port);
  g_autofree char *lose = g_strdup_printf (
      "nft 'add table inet lose; add chain inet lose in { type filter hook input priority -10; };"
      " add rule inet lose in tcp dport %u drop'",
      port);
  g_autofree char *lost = NULL;
  g_autofree char *found = NULL;
  char byte;

  wait_for_word (client, "ok");
  lost = world_run (lose);
  g_assert_cmpint (write (client, "x", 1), ==, 1);
  wait_for_word (client, "unsteady");
  wait_for_word (client, "down");
  found = world_run ("nft delete table inet lose");
  g_assert_cmpint (read (server, &byte, 1), ==, 1);
  wait_for_word (client, "ok");
}

static void
test_carrier (void)
{
  guint32 drops;

  wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_NONE);
  g_assert_cmpstr (look ()->interface, ==, "terminal0");
  drops = look ()->drops;
  run ("ip netns exec servers ip link set servers0 down"); /* the other end */
  wait_for (KIOSK_LINK_NO_CARRIER, KIOSK_GATEWAY_NONE);
  wait_for_word (-1, "down");
  g_assert_cmpuint (look ()->drops, ==, drops + 1);
  run ("ip netns exec servers ip link set servers0 up");
  wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_NONE);
  wait_for_word (-1, "ok");

  run ("ip link set terminal0 down");
  wait_for (KIOSK_LINK_NO_CARRIER, KIOSK_GATEWAY_NONE);
  run ("ip link set terminal0 up");
  wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_NONE);

  run ("ip address flush dev terminal0 scope global");
  wait_for (KIOSK_LINK_NO_ADDRESS, KIOSK_GATEWAY_NONE);
  wait_for_word (-1, "down");
  run ("ip address add 10.99.0.1/24 dev terminal0");
  wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_NONE);
}

/* What is over before anybody looks is counted by the kernel. */
static void
test_drops (void)
{
  gint64 end = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  guint32 drops;

  wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_NONE);
  drops = look ()->drops;
  run (
      "for i in 1 2 3 4 5; do ip -n servers link set servers0 down; ip -n servers link set servers0 up; done");
  while (look ()->drops < drops + 5 || look ()->link != KIOSK_LINK_OK)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (20000);
    }
  g_assert_cmpuint (look ()->drops, ==, drops + 5);
}

/* A tunnel has an address and is always running, and a second cable helps. */
static void
test_other_interfaces (void)
{
  gint64 end = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;

  run (
      "ip tuntap add tunnel0 mode tun; ip link set tunnel0 up; ip address add 10.98.0.1/24 dev tunnel0");
  run ("ip -n servers link set servers0 down");
  wait_for (KIOSK_LINK_NO_CARRIER, KIOSK_GATEWAY_NONE);
  run (
      "ip link add spare0 type veth peer name spare1 netns servers; ip -n servers link set spare1 up;"
      "ip link set spare0 up");
  wait_for (KIOSK_LINK_NO_ADDRESS, KIOSK_GATEWAY_NONE);
  g_assert_cmpstr (look ()->interface, ==, "spare0");
  run ("ip address add 10.97.0.1/24 dev spare0");
  wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_NONE);
  run ("ip link delete spare0; ip link delete tunnel0; ip -n servers link set servers0 up");
  while (!g_str_equal (look ()->interface, "terminal0"))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (20000);
    }
  wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_NONE);
}

/* A gateway that is there, falls silent, comes back, is another one; and IPv6 for the same. */
static const struct {
  const char *address, *appear, *vanish, *route, *no_route;
} gateways[] = {
  { "10.99.0.254", "ip -n servers address add 10.99.0.254/24 dev servers0",
    "ip -n servers address delete 10.99.0.254/24 dev servers0",
    "ip route add default via 10.99.0.254", "ip route delete default" },
  { "10.99.0.253", "ip -n servers address add 10.99.0.253/24 dev servers0",
    "ip -n servers address delete 10.99.0.253/24 dev servers0",
    "ip route add 10.50.0.0/16 via 10.99.0.253", "ip route delete 10.50.0.0/16" },
  { "fd99::254", "ip -n servers address add fd99::254/64 dev servers0 nodad",
    "ip -n servers address delete fd99::254/64 dev servers0",
    "ip address add fd99::1/64 dev terminal0 nodad; ip route add default via fd99::254",
    "ip route delete default via fd99::254; ip address delete fd99::1/64 dev terminal0" },
};

static void
test_gateway (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (gateways); i++)
    {
      g_test_message ("%s", gateways[i].address);
      run (gateways[i].appear);
      run (gateways[i].route);
      wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_OK);
      g_assert_cmpstr (look ()->gateway_address, ==, gateways[i].address);
      wait_for_word (-1, "ok");
      run (gateways[i].vanish);
      wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_SILENT);
      wait_for_word (-1, "gateway");
      run (gateways[i].appear);
      wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_OK);
      /* without the cable nobody can tell */
      run ("ip -n servers link set servers0 down");
      wait_for (KIOSK_LINK_NO_CARRIER, KIOSK_GATEWAY_UNKNOWN);
      run ("ip -n servers link set servers0 up");
      if (i == 2) /* addresses of IPv6 go with the link */
        run ("ip -n servers address replace fd99::254/64 dev servers0 nodad");
      wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_OK);
      run (gateways[i].no_route);
      wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_NONE);
      g_assert_cmpstr (look ()->gateway_address, ==, "");
      run (gateways[i].vanish);
    }
}

/* A route to a gateway that never was there. */
static void
test_no_gateway (void)
{
  run ("ip route add default via 10.99.0.252");
  wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_SILENT);
  run ("ip route delete default");
  wait_for (KIOSK_LINK_OK, KIOSK_GATEWAY_NONE);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  /* What kioskd does: neighbours may be asked by a cable. */
  g_free (world_run ("nft add element inet kiosk lines '{ terminal0 }'"));
  world_require ();
  watch = kiosk_link_watch_new (on_changed, NULL, &error);
  g_assert_no_error (error);
  g_test_add_func ("/line/packets", test_packets);
  g_test_add_func ("/line/carrier", test_carrier);
  g_test_add_func ("/line/drops", test_drops);
  g_test_add_func ("/line/other-interfaces", test_other_interfaces);
  g_test_add_func ("/line/gateway", test_gateway);
  g_test_add_func ("/line/no-gateway", test_no_gateway);
  if (g_test_run () != 0)
    return 1;
  g_assert_cmpuint (n_changed, >, 0);
  kiosk_link_watch_free (watch);
  return 0;
}
