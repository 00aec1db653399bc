/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-keyboard"

/* Asks a new keyboard for a proof that somebody's hands are on it: the number that stands on the screen (R16). It reads
 * one event node and speaks to kioskd; it decides nothing about the device.
 *
 * Threat: what is plugged in is no keyboard, or one with a program in it. It can type what it likes in here: its keys
 * reach nothing else, what it types is compared and forgotten, and it cannot know the number. A kernel that was
 * talked into strange events finds a process without rights, without files and without a network. */

#include "config.h"

#include "closed-files.h"
#include "digits.h"
#include "event-node.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/base/privileges.h"
#include "kiosk/ipc/channel.h"

#include <errno.h>
#include <libevdev/libevdev.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static gboolean
send_report (const KioskKeyboardReport *report, GError **error)
{
  return kiosk_channel_send (KIOSK_KEYBOARD_FD_DAEMON, report, sizeof *report, NULL, 0, error);
}

/* Takes what has been typed. *@over: nothing more is to come. */
static gboolean
read_keys (struct libevdev *keyboard, KioskDigits *digits, gboolean *over, GError **error)
{
  unsigned int flag = LIBEVDEV_READ_FLAG_NORMAL;

  while (!*over)
    {
      struct input_event event;
      KioskKeyboardReport report;
      int result = libevdev_next_event (keyboard, flag, &event);

      if (result == -EAGAIN && flag == LIBEVDEV_READ_FLAG_NORMAL)
        return TRUE;
      /* Events were dropped: the state of the keys is given anew, until there is no more of it. */
      if (result == -EAGAIN)
        flag = LIBEVDEV_READ_FLAG_NORMAL;
      else if (result == LIBEVDEV_READ_STATUS_SYNC)
        flag = LIBEVDEV_READ_FLAG_SYNC;
      if (result < 0 && result != -EAGAIN)
        return kiosk_error_set_errno (error, -result, "keyboard");
      if (result != LIBEVDEV_READ_STATUS_SUCCESS || event.type != EV_KEY || event.value != 1
          || !kiosk_digits_press (digits, event.code, &report))
        continue;
      if (!send_report (&report, error))
        return FALSE;
      *over = report.kind == KIOSK_KEYBOARD_RIGHT || report.kind == KIOSK_KEYBOARD_REFUSED;
    }
  return TRUE;
}

/* Until the number was typed, or kioskd does not want it any more. */
static gboolean
check (struct libevdev *keyboard, const KioskKeyboardTask *task, GError **error)
{
  const KioskKeyboardReport ready = { .kind = KIOSK_KEYBOARD_READY, .tries = task->tries };
  struct pollfd waiting[] = {
    { .fd = libevdev_get_fd (keyboard), .events = POLLIN },
    { .fd = KIOSK_KEYBOARD_FD_DAEMON, .events = POLLRDHUP },
  };
  KioskDigits digits;
  gboolean over = FALSE;

  kiosk_digits_init (&digits, task);
  if (!send_report (&ready, error))
    return FALSE;
  while (!over)
    {
      if (TEMP_FAILURE_RETRY (poll (waiting, G_N_ELEMENTS (waiting), -1)) < 0)
        return kiosk_error_set_errno (error, errno, "poll");
      if (waiting[1].revents != 0)
        return TRUE;
      if (!read_keys (keyboard, &digits, &over, error))
        return FALSE;
    }
  return TRUE;
}

int
main (void)
{
  const int keep[] = { KIOSK_KEYBOARD_FD_DAEMON };
  g_autoptr (GError) error = NULL;
  KioskKeyboardTask task;
  struct libevdev *keyboard = NULL;
  gboolean good;
  int fd = -1, result;

  if (!kiosk_privileges_clean (keep, G_N_ELEMENTS (keep), &error) || !kiosk_helper_begin (&error)
      || !kiosk_channel_receive_exact (KIOSK_KEYBOARD_FD_DAEMON, &task, sizeof task, NULL, 0,
                                       &error))
    {
      g_printerr ("kiosk-keyboard: %s\n", error->message);
      return EXIT_FAILURE;
    }
  /* The node belongs to root; nothing has been read from it before root is gone. */
  good = kiosk_keyboard_task_valid (&task);
  fd = good ? kiosk_event_node_open (task.node, &error) : -1;
  good = fd >= 0 && kiosk_privileges_become (KIOSK_KEYBOARD_USER, &error)
         && kiosk_privileges_settle (&error) && kiosk_close_files (&error);
  if (good)
    {
      result = libevdev_new_from_fd (fd, &keyboard);
      if (result == 0)
        result = libevdev_grab (keyboard, LIBEVDEV_GRAB);
      good = result == 0 || kiosk_error_set_errno (&error, -result, task.node);
    }
  good = good && check (keyboard, &task, &error);
  if (!good)
    g_printerr ("kiosk-keyboard: %s\n", error != NULL ? error->message : "not a task");
  libevdev_free (keyboard);
  kiosk_fd_clear (&fd);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
