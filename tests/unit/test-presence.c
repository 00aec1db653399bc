/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* What a sensor of presence may say and be told, and what the lid's makes of its switch. There is no event node here: the
 * node is a pipe, and the switch is asked of this test (--wrap=ioctl). */

#include "lid-switch.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/presence-protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

static void
test_tasks (void)
{
  static const struct {
    const char *argument;
    gboolean good;
  } rows[] = {
    { "event3", TRUE },  { "desk", TRUE }, { "", FALSE },     { ".hidden", FALSE },
    { "../etc", FALSE }, { "a/b", FALSE }, { "Desk", FALSE }, { "a b", FALSE },
    { "front.1", TRUE }, { "-x", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      KioskPresenceTask task = { "" };

      g_assert_true (
          kiosk_channel_text_set (task.argument, sizeof task.argument, rows[i].argument));
      g_test_message ("%s", rows[i].argument);
      g_assert_true (kiosk_presence_task_valid (&task) == rows[i].good);
      /* something behind the end */
      task.argument[sizeof task.argument - 2] = 'x';
      g_assert_false (kiosk_presence_task_valid (&task));
    }
}

static void
test_reports (void)
{
  for (guint32 kind = 0; kind < 10; kind++)
    {
      KioskPresenceReport report = { .kind = kind };

      g_assert_true (kiosk_presence_report_valid (&report, TRUE)
                     == (kind == KIOSK_PRESENCE_PRESENT || kind == KIOSK_PRESENCE_ABSENT));
      g_assert_true (kiosk_presence_report_valid (&report, FALSE)
                     == (kind >= KIOSK_PRESENCE_PRESENT && kind <= KIOSK_PRESENCE_ALIVE));
    }
}

/* ---- The lid ---- */

static int lid; /* as the kernel has it; negative: an error */

int __wrap_ioctl (int fd, unsigned long request, ...);

int
__wrap_ioctl (int fd, unsigned long request, ...)
{
  va_list arguments;
  guint8 *switches;

  g_assert_cmpuint (_IOC_TYPE (request), ==, 'E');
  g_assert_cmpuint (_IOC_NR (request), ==, _IOC_NR (EVIOCGSW (1)));
  if (lid < 0)
    {
      errno = ENODEV;
      return -1;
    }
  va_start (arguments, request);
  switches = va_arg (arguments, guint8 *);
  va_end (arguments);
  /* a tablet's switch beside it is none of ours */
  switches[0] = (guint8) (lid << SW_LID | 1 << SW_TABLET_MODE);
  return (int) _IOC_SIZE (request);
}

static void
check (int fd, int state, gboolean open)
{
  gboolean present = !open;
  g_autoptr (GError) error = NULL;

  lid = state;
  g_assert_true (kiosk_lid_switch_look (fd, &present, &error));
  g_assert_no_error (error);
  g_assert_true (present == open);
}

static void
test_lid (void)
{
  const struct input_event event = { .type = EV_SW, .code = SW_LID, .value = 1 };
  g_autoptr (GError) error = NULL;
  gboolean present = TRUE;
  char rest;
  int fds[2];

  g_assert_cmpint (pipe2 (fds, O_NONBLOCK | O_CLOEXEC), ==, 0);
  /* before any event */
  check (fds[0], 0, TRUE);
  check (fds[0], 1, FALSE);
  /* many events, and what the last one says does not count, but the switch */
  for (guint i = 0; i < 100; i++)
    g_assert_cmpint (write (fds[1], &event, sizeof event), ==, sizeof event);
  check (fds[0], 0, TRUE);
  g_assert_cmpint (read (fds[0], &rest, 1), ==, -1);
  g_assert_cmpint (errno, ==, EAGAIN);
  /* it cannot be asked */
  lid = -1;
  g_assert_false (kiosk_lid_switch_look (fds[0], &present, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  /* it is gone */
  lid = 0;
  kiosk_fd_clear (&fds[1]);
  g_assert_false (kiosk_lid_switch_look (fds[0], &present, &error));
  g_assert_nonnull (error);
  g_assert_true (present);
  kiosk_fd_clear (&fds[0]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/presence/tasks", test_tasks);
  g_test_add_func ("/presence/reports", test_reports);
  g_test_add_func ("/presence/lid", test_lid);
  return g_test_run ();
}
