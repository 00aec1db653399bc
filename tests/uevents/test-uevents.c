/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "test-uevents"

/* kiosk-uevents between two network namespaces, with the real kernel: what udevd would send in the system's
 * arrives in the screen's, and nothing else does. Needs root (the tests' world is). */

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/channel.h"

#include <glib.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define UDEV_GROUP 2

typedef struct {
  int system; /* what the service manager would make */
  int udevd;  /* sends, in the same namespace */
  int screen; /* listens, in the other */
  pid_t relay;
} Fixture;

static int
open_netlink (guint32 groups)
{
  struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = groups };
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_PASSCRED, &(int){ 1 }, sizeof (int)), ==, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

/* In the child: the screen's namespace with a listener, then the program itself. */
static G_NORETURN void
become_relay (int system, int back)
{
  int screen;

  if (unshare (CLONE_NEWNET) != 0)
    _exit (10);
  screen = open_netlink (UDEV_GROUP);
  if (!kiosk_channel_send (back, "x", 1, &screen, 1, NULL) || dup2 (system, 3) != 3
      || fcntl (3, F_SETFD, 0) != 0)
    _exit (11);
  execl (g_getenv ("KIOSK_UEVENTS"), "kiosk-uevents", NULL);
  _exit (12);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  kiosk_autofd int ours = -1;
  kiosk_autofd int theirs = -1;
  g_autoptr (GError) error = NULL;
  char byte;

  f->system = open_netlink (UDEV_GROUP);
  f->udevd = open_netlink (0);
  g_assert_true (kiosk_fd_socket_pair (&ours, &theirs, &error));
  f->relay = fork ();
  if (f->relay == 0)
    become_relay (f->system, theirs);
  kiosk_fd_clear (&theirs);
  g_assert_true (kiosk_channel_receive_exact (ours, &byte, 1, &f->screen, 1, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  kill (f->relay, SIGKILL);
  waitpid (f->relay, NULL, 0);
  close (f->system);
  close (f->udevd);
  close (f->screen);
}

static void
say (Fixture *f, guint32 port, guint32 groups, const void *text, gsize size)
{
  struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_pid = port, .nl_groups = groups };

  if (sendto (f->udevd, text, size, 0, (struct sockaddr *) &to, sizeof to) < 0)
    g_assert_cmpint (errno, ==, ECONNREFUSED);
}

/* The next message that arrives at the screen must be @text. */
static void
expect (Fixture *f, const char *text)
{
  struct pollfd waiting = { .fd = f->screen, .events = POLLIN };
  char message[16384];
  gssize length;

  g_assert_cmpint (poll (&waiting, 1, 20000), ==, 1);
  length = recv (f->screen, message, sizeof message, 0);
  g_assert_cmpmem (message, length, text, strlen (text) + 1);
}

static void
test_passes (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *text = g_strdup_printf ("libudev: card%u", i);

      say (f, 0, UDEV_GROUP, text, strlen (text) + 1);
      expect (f, text);
    }
}

static void
test_nothing_else (Fixture *f, gconstpointer data)
{
  struct sockaddr_nl address;
  socklen_t length = sizeof address;
  g_autofree char *longer = g_malloc0 (9000);

  g_assert_cmpint (getsockname (f->system, (struct sockaddr *) &address, &length), ==, 0);
  say (f, address.nl_pid, 0, "to it alone", 12); /* not to the group */
  say (f, 0, 1, "as the kernel", 14);            /* the kernel's group */
  say (f, 0, UDEV_GROUP, longer, 9000);          /* longer than udev's */
  say (f, 0, UDEV_GROUP, "after all these", 16);
  expect (f, "after all these");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/uevents/passes", Fixture, NULL, set_up, test_passes, tear_down);
  g_test_add ("/uevents/nothing-else", Fixture, NULL, set_up, test_nothing_else, tear_down);
  return g_test_run ();
}
