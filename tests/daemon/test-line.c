/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* What the kernel's word about the line becomes, on a real connection whose packets get lost. */

#include "line.h"

#include "../lib/world.h"

#include "kiosk/base/descriptor.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static void
wait_for_state (int connection, const char *state)
{
  gint64 end = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;

  while (!g_str_equal (kiosk_line_state (connection), state))
    {
      if (g_get_monotonic_time () > end)
        g_error ("%s instead of %s", kiosk_line_state (connection), state);
      g_usleep (20000);
    }
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

  wait_for_state (client, "ok");
  lost = world_run (lose);
  g_assert_cmpint (write (client, "x", 1), ==, 1);
  wait_for_state (client, "unsteady");
  wait_for_state (client, "down");
  found = world_run ("nft delete table inet lose");
  g_assert_cmpint (read (server, &byte, 1), ==, 1);
  wait_for_state (client, "ok");
}

static void
test_carrier (void)
{
  g_autofree char *pulled = NULL;
  g_autofree char *plugged = NULL;

  wait_for_state (-1, "ok");
  pulled = world_run ("ip netns exec servers ip link set servers0 down"); /* the other end */
  wait_for_state (-1, "down");
  plugged = world_run ("ip netns exec servers ip link set servers0 up");
  wait_for_state (-1, "ok");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  world_require ();
  g_test_add_func ("/line/packets", test_packets);
  g_test_add_func ("/line/carrier", test_carrier);
  return g_test_run ();
}
