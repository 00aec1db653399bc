/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kiosk-connect behind the real firewall, in a world of its own: what it connects to, what it
 * refuses, and who it is while it does so. The test is kioskd. */

#include "../lib/helper.h"
#include "../lib/world.h"

#include "config.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/connect-protocol.h"

#include <glib.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SERVER "10.99.0.11" /* answers on PORT */
#define DOWN "10.99.0.12"   /* refuses */
#define SILENT "10.99.0.14" /* does not even refuse */
#define PORT 3389

typedef struct {
  int daemon;
  GSubprocess *process;
} Connect;

static void
start (Connect *c)
{
  int theirs = -1;

  g_assert_true (kiosk_fd_socket_pair (&c->daemon, &theirs, NULL));
  world_limit_waiting (c->daemon);
  c->process = world_start ("kiosk-connect", &theirs, 1);
  helper_expect_hello (c->daemon, atoi (g_subprocess_get_identifier (c->process)));
}

static void
end (Connect *c, int status)
{
  world_wait_end (c->process);
  g_assert_true (g_subprocess_get_if_exited (c->process));
  g_assert_cmpint (g_subprocess_get_exit_status (c->process), ==, status);
  g_clear_object (&c->process);
  kiosk_fd_clear (&c->daemon);
}

static KioskConnectTask
task_for (int family, const char *address, guint32 port, guint32 timeout)
{
  KioskConnectTask task = { .family = (guint32) family, .port = port, .timeout_ms = timeout };

  if (family == AF_INET || family == AF_INET6)
    g_assert_cmpint (inet_pton (family, address, task.address), ==, 1);
  return task;
}

/* The whole errand: its errno, and with 0 the connection in *@fd. */
static int
run (const KioskConnectTask *task, int *fd)
{
  KioskConnectResult result;
  g_autoptr (GError) error = NULL;
  Connect c;

  start (&c);
  g_assert_true (kiosk_channel_send (c.daemon, task, sizeof *task, NULL, 0, NULL));
  g_assert_cmpint (recv (c.daemon, &result, sizeof result, MSG_PEEK), ==, sizeof result);
  kiosk_channel_receive_exact (c.daemon, &result, sizeof result, fd, result.error == 0 ? 1 : 0,
                               &error);
  g_assert_no_error (error);
  end (&c, 0);
  return result.error;
}

static void
set_hole (const char *verb, const char *address)
{
  g_autofree char *command
      = g_strdup_printf ("nft %s element inet kiosk sessions '{ %s . %d%s }'", verb, address, PORT,
                         g_str_equal (verb, "add") ? " timeout 60s" : "");

  g_free (world_run (command));
}

/* ---- What it does ---- */

static void
test_connected (void)
{
  KioskConnectTask task = task_for (AF_INET, SERVER, PORT, 10000);
  kiosk_autofd int fd = -1;
  struct sockaddr_in peer;
  socklen_t length = sizeof peer;
  int no_delay = 0;
  char text[6] = "";

  set_hole ("add", SERVER);
  g_assert_cmpint (run (&task, &fd), ==, 0);
  g_assert_true (kiosk_fd_check_socket (fd, AF_INET, SOCK_STREAM, NULL));
  g_assert_cmpint (getpeername (fd, (struct sockaddr *) &peer, &length), ==, 0);
  g_assert_cmpuint (ntohs (peer.sin_port), ==, PORT);
  g_assert_cmpmem (&peer.sin_addr, 4, task.address, 4);
  length = sizeof no_delay;
  g_assert_cmpint (getsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &length), ==, 0);
  g_assert_cmpint (no_delay, !=, 0);
  /* It works in our hands, who would not get through, and nothing was read from it before. */
  world_limit_waiting (fd);
  g_assert_cmpint (send (fd, "hello", 5, MSG_NOSIGNAL), ==, 5);
  for (gsize got = 0; got < 5;)
    {
      gssize n = recv (fd, text + got, 5 - got, 0);

      if (n < 0 && errno == EAGAIN) /* it came non-blocking */
        {
          g_usleep (1000);
          continue;
        }
      g_assert_cmpint (n, >, 0);
      got += (gsize) n;
    }
  g_assert_cmpstr (text, ==, "hello");
  set_hole ("delete", SERVER);
}

static void
test_firewall (void)
{
  KioskConnectTask task = task_for (AF_INET, SERVER, PORT, 10000);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (PORT) };
  kiosk_autofd int ours = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int fd = -1;

  /* without a hole not even this program, with one nobody else */
  g_assert_cmpint (run (&task, &fd), ==, ECONNREFUSED);
  set_hole ("add", SERVER);
  memcpy (&address.sin_addr, task.address, 4);
  g_assert_cmpint (connect (ours, (struct sockaddr *) &address, sizeof address), ==, -1);
  g_assert_cmpint (errno, ==, ECONNREFUSED);
  task.port = PORT + 1;
  g_assert_cmpint (run (&task, &fd), ==, ECONNREFUSED);
  set_hole ("delete", SERVER);
  g_assert_cmpint (fd, ==, -1);
}

static void
test_failures (void)
{
  KioskConnectTask down = task_for (AF_INET, DOWN, PORT, 10000);
  KioskConnectTask silent = task_for (AF_INET, SILENT, PORT, 300);
  KioskConnectTask nowhere = task_for (AF_INET, "192.0.2.1", PORT, 10000);
  int fd = -1;

  set_hole ("add", DOWN);
  set_hole ("add", SILENT);
  g_assert_cmpint (run (&down, &fd), ==, ECONNREFUSED);
  g_assert_cmpint (run (&silent, &fd), ==, ETIMEDOUT);
  g_assert_cmpint (run (&nowhere, &fd), ==, ENETUNREACH);
  g_assert_cmpint (fd, ==, -1);
  set_hole ("delete", DOWN);
  set_hole ("delete", SILENT);
}

static void
test_ipv6 (void)
{
  kiosk_autofd int listener = socket (AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  kiosk_autofd int fd = -1;
  struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
  socklen_t length = sizeof address;
  KioskConnectTask task;

  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 1), ==, 0);
  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &address, &length), ==, 0);
  task = task_for (AF_INET6, "::1", ntohs (address.sin6_port), 10000);
  g_assert_cmpint (run (&task, &fd), ==, 0);
  g_assert_true (kiosk_fd_check_socket (fd, AF_INET6, SOCK_STREAM, NULL));
}

/* ---- What it refuses ---- */

static void
test_bad_tasks (void)
{
  const KioskConnectTask tasks[] = {
    task_for (AF_INET, SERVER, 0, 1000),           task_for (AF_INET, SERVER, 65536, 1000),
    task_for (AF_INET, SERVER, G_MAXUINT32, 1000), task_for (AF_INET, SERVER, PORT, 0),
    task_for (AF_INET, SERVER, PORT, 60001),       task_for (AF_INET, SERVER, PORT, G_MAXUINT32),
    task_for (AF_UNSPEC, "", PORT, 1000),          task_for (AF_UNIX, "", PORT, 1000),
    task_for (AF_PACKET, "", PORT, 1000),
  };

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      int fd = -1;

      g_assert_cmpint (run (&tasks[i], &fd), ==, EINVAL);
      g_assert_cmpint (fd, ==, -1);
    }
}

static void
test_bad_messages (void)
{
  KioskConnectTask task = task_for (AF_INET, SERVER, PORT, 1000);
  char more[sizeof task + 1] = { 0 };
  Connect c;

  for (guint bad = 0; bad < 4; bad++)
    {
      KioskConnectResult result;
      g_autoptr (GError) error = NULL;

      start (&c);
      if (bad == 0)
        g_assert_true (kiosk_channel_send (c.daemon, &task, sizeof task - 1, NULL, 0, NULL));
      else if (bad == 1)
        g_assert_true (kiosk_channel_send (c.daemon, more, sizeof more, NULL, 0, NULL));
      else if (bad == 2)
        g_assert_true (kiosk_channel_send (c.daemon, &task, sizeof task, &c.daemon, 1, NULL));
      else
        g_assert_cmpint (shutdown (c.daemon, SHUT_WR), ==, 0);
      g_assert_false (
          kiosk_channel_receive_exact (c.daemon, &result, sizeof result, NULL, 0, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED);
      end (&c, 1);
    }
}

/* kioskd dies, or gives up, while a server does not answer: long before the time is over. */
static void
test_closed (void)
{
  KioskConnectTask task = task_for (AF_INET, SILENT, PORT, 60000);
  gint64 begun = g_get_monotonic_time ();
  Connect c;

  set_hole ("add", SILENT);
  start (&c);
  g_assert_true (kiosk_channel_send (c.daemon, &task, sizeof task, NULL, 0, NULL));
  g_free (world_run ("until ss -Htn state syn-sent | grep -q " SILENT "; do sleep 0.01; done"));
  kiosk_fd_clear (&c.daemon);
  end (&c, 1);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 30 * G_USEC_PER_SEC);
  set_hole ("delete", SILENT);
}

/* ---- Who it is ---- */

static char *
read_status (GSubprocess *process)
{
  g_autofree char *path
      = g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (process));
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static void
test_rights (void)
{
  static const char *const lines[]
      = { "\nCapInh:\t0000000000000000\n", "\nCapPrm:\t0000000000000000\n",
          "\nCapEff:\t0000000000000000\n", "\nCapBnd:\t0000000000000000\n",
          "\nCapAmb:\t0000000000000000\n", "\nNoNewPrivs:\t1\n" };
  const struct passwd *user = getpwnam (KIOSK_CONNECT_USER);
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  g_autofree char *uids = NULL;
  g_autofree char *gids = NULL;
  g_autofree char *groups = NULL;
  g_autofree char *status = NULL;
  Connect c;

  g_assert_nonnull (user);
  uids = g_strdup_printf ("\nUid:\t%u\t%u\t%u\t%u\n", user->pw_uid, user->pw_uid, user->pw_uid,
                          user->pw_uid);
  gids = g_strdup_printf ("\nGid:\t%u\t%u\t%u\t%u\n", user->pw_gid, user->pw_gid, user->pw_gid,
                          user->pw_gid);
  groups = g_strdup_printf ("\nGroups:\t%u \n", user->pw_gid);
  start (&c); /* and no task: it waits for one with what rights it has left */
  status = read_status (c.process);
  while (strstr (status, lines[2]) == NULL && g_get_monotonic_time () < deadline)
    {
      g_usleep (2000);
      g_free (status);
      status = read_status (c.process);
    }
  g_assert_nonnull (strstr (status, uids));
  g_assert_nonnull (strstr (status, gids));
  g_assert_nonnull (strstr (status, groups));
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_assert_nonnull (strstr (status, lines[i]));
  kiosk_fd_clear (&c.daemon);
  end (&c, 1);
}

/* The servers' side of the world. */
static GSubprocess *
make_servers (void)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *server = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "ip", "netns", "exec", "servers", "python3", "-c",
      "import socket\ns = socket.create_server(('" SERVER "', 3389))\nprint('ready', flush=True)\n"
      "while True:\n  c = s.accept()[0]\n  c.sendall(c.recv(100))\n  c.close()\n",
      NULL);
  char line[6];

  g_assert_no_error (error);
  g_assert_cmpint (
      g_input_stream_read (g_subprocess_get_stdout_pipe (server), line, sizeof line, NULL, NULL), >,
      0);
  /* What kioskd does when it starts. */
  g_free (world_run ("for set in lines session_lines service_lines; do "
                     "nft add element inet kiosk $set '{ terminal0 }'; done"));
  g_free (world_run ("ip netns exec servers nft 'add table inet silent; "
                     "add chain inet silent input { type filter hook input priority 0; }; "
                     "add rule inet silent input ip daddr " SILENT " drop'"));
  return server;
}

int
main (int argc, char **argv)
{
  g_autoptr (GSubprocess) server = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  world_require ();
  server = make_servers ();
  g_test_add_func ("/connect/connected", test_connected);
  g_test_add_func ("/connect/firewall", test_firewall);
  g_test_add_func ("/connect/failures", test_failures);
  g_test_add_func ("/connect/ipv6", test_ipv6);
  g_test_add_func ("/connect/bad-tasks", test_bad_tasks);
  g_test_add_func ("/connect/bad-messages", test_bad_messages);
  g_test_add_func ("/connect/closed", test_closed);
  g_test_add_func ("/connect/rights", test_rights);
  status = g_test_run ();
  g_subprocess_force_exit (server);
  return status;
}
