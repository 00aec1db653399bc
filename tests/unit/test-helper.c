/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The hello of a helper as kioskd takes it: one message of the agreed size with one pidfd, and nothing
 * else passes for it. The program's side is tested with the real programs (tests/daemon/test-helpers.c). */

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/helper.h"

#include <fcntl.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  int ours, theirs;
  int process; /* pidfd of this process */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->ours = f->theirs = -1;
  g_assert_true (kiosk_fd_socket_pair (&f->ours, &f->theirs, NULL));
  g_assert_cmpint (fcntl (f->ours, F_SETFL, O_NONBLOCK), ==, 0);
  f->process = pidfd_open (getpid (), 0);
  g_assert_cmpint (f->process, >=, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  kiosk_fd_clear (&f->ours);
  kiosk_fd_clear (&f->theirs);
  kiosk_fd_clear (&f->process);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
expect_refusal (Fixture *f, int code)
{
  g_autoptr (GError) error = NULL;
  guint before = count_descriptors ();
  int process = -2;
  pid_t pid = -2;

  g_assert_false (kiosk_helper_receive_hello (f->ours, &process, &pid, &error));
  g_assert_error (error, KIOSK_ERROR, code);
  g_assert_cmpint (process, ==, -2);
  g_assert_cmpint (pid, ==, -2);
  g_assert_cmpuint (count_descriptors (), <=, before);
}

static void
test_good (Fixture *f, gconstpointer data)
{
  const KioskHelperHello hello = { .kind = KIOSK_HELPER_HELLO };
  kiosk_autofd int process = -2;
  pid_t pid = -2;

  g_assert_true (kiosk_helper_receive_hello (f->ours, &process, &pid, NULL)); /* nothing yet */
  g_assert_cmpint (process, ==, -1);
  g_assert_true (kiosk_channel_send (f->theirs, &hello, sizeof hello, &f->process, 1, NULL));
  g_assert_true (kiosk_helper_receive_hello (f->ours, &process, &pid, NULL));
  g_assert_cmpint (pid, ==, getpid ());
  g_assert_cmpint (pidfd_send_signal (process, 0, NULL, 0), ==, 0);
  g_assert_cmpint (fcntl (process, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  const guint32 good[] = { KIOSK_HELPER_HELLO, KIOSK_HELPER_HELLO };
  const guint32 kinds[] = { 0, 1, KIOSK_HELPER_HELLO - 1, G_MAXUINT32 };
  const gsize sizes[] = { 1, sizeof (KioskHelperHello) - 1, sizeof (KioskHelperHello) + 1 };
  const int two[] = { f->process, f->process };
  kiosk_autofd int null = open ("/dev/null", O_RDWR | O_CLOEXEC);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_assert_true (
          kiosk_channel_send (f->theirs, &kinds[i], sizeof kinds[i], &f->process, 1, NULL));
      expect_refusal (f, KIOSK_ERROR_INVALID);
    }
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_assert_true (kiosk_channel_send (f->theirs, good, sizes[i], &f->process, 1, NULL));
      expect_refusal (f, KIOSK_ERROR_INVALID);
    }
  for (guint n = 0; n <= 2; n += 2)
    {
      g_assert_true (kiosk_channel_send (f->theirs, good, sizeof (KioskHelperHello), two, n, NULL));
      expect_refusal (f, KIOSK_ERROR_INVALID);
    }
  for (guint i = 0; i < 2; i++)
    {
      const int wrong[] = { null, f->theirs };

      g_assert_true (
          kiosk_channel_send (f->theirs, good, sizeof (KioskHelperHello), &wrong[i], 1, NULL));
      expect_refusal (f, KIOSK_ERROR_UNTRUSTED);
    }
}

/* It said hello and ended before anybody had listened; and it never said anything. */
static void
test_gone (Fixture *f, gconstpointer data)
{
  const KioskHelperHello hello = { .kind = KIOSK_HELPER_HELLO };
  kiosk_autofd int ended = -1;
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    _exit (0);
  ended = pidfd_open (child, 0);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_true (kiosk_channel_send (f->theirs, &hello, sizeof hello, &ended, 1, NULL));
  expect_refusal (f, KIOSK_ERROR_CLOSED);
  kiosk_fd_clear (&f->theirs);
  expect_refusal (f, KIOSK_ERROR_CLOSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/helper/good", Fixture, NULL, set_up, test_good, tear_down);
  g_test_add ("/helper/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/helper/gone", Fixture, NULL, set_up, test_gone, tear_down);
  return g_test_run ();
}
