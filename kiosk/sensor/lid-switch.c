/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-sensor"

#include "lid-switch.h"

#include "kiosk/base/error.h"

#include <errno.h>
#include <linux/input.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Events only say that something has changed: what holds, the switch itself says (EVIOCGSW), so that none can be lost. */
gboolean
kiosk_lid_switch_look (int fd, gboolean *present, GError **error)
{
  struct input_event events[16];
  guint8 switches[SW_MAX / 8 + 1] = { 0 };
  ssize_t n;

  do
    n = TEMP_FAILURE_RETRY (read (fd, events, sizeof events));
  while (n > 0);
  if (n == 0 || errno != EAGAIN)
    return kiosk_error_set_errno (error, n == 0 ? ENODEV : errno, "lid");
  if (ioctl (fd, EVIOCGSW (sizeof switches), switches) < 0)
    return kiosk_error_set_errno (error, errno, "EVIOCGSW");
  *present = (switches[SW_LID / 8] & (1 << (SW_LID % 8))) == 0;
  return TRUE;
}
