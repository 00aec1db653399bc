/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "udev-listener.h"

#include "kiosk/base/error.h"

#include <glib-unix.h>

#include <errno.h>

/* News that are told in one turn of the main loop; the rest comes in the next one, after what else is due. */
#define TURN 32

/* Bytes for news that wait. A notice has about 1 KiB; the kernel counts twice that. */
#define BUFFER_SIZE (16 * 1024 * 1024)

struct _KioskUdevListener {
  const KioskUdevListenerEvents *events;
  gpointer data;
  struct udev_monitor *monitor;
  guint source;
  gboolean deaf; /* news were lost */
};

/* FALSE: there are none now. */
static gboolean
take_one (KioskUdevListener *self)
{
  struct udev_device *device;

  errno = 0;
  device = udev_monitor_receive_device (self->monitor);
  if (device != NULL)
    {
      self->events->news (device, self->data);
      udev_device_unref (device);
      return TRUE;
    }
  if (errno == EINTR)
    return TRUE;
  if (errno == 0 || errno == EAGAIN)
    return FALSE;
  /* ENOBUFS: some were dropped, and those that are left come after (netlink(7)). Anything else may mean the same. */
  self->deaf = TRUE;
  return errno == ENOBUFS;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  KioskUdevListener *self = data;

  for (guint i = 0; i < TURN; i++)
    if (!take_one (self))
      {
        /* Now a list is newer than every notice. */
        if (self->deaf)
          {
            self->deaf = FALSE;
            self->events->lost (self->data);
          }
        break;
      }
  return G_SOURCE_CONTINUE;
}

KioskUdevListener *
kiosk_udev_listener_new (struct udev *udev, KioskUdevSpeaker speaker, const KioskUdevMatch *matches,
                         const KioskUdevListenerEvents *events, gpointer data, GError **error)
{
  KioskUdevListener *self = g_new0 (KioskUdevListener, 1);
  gboolean good;

  self->events = events;
  self->data = data;
  errno = 0;
  self->monitor
      = udev_monitor_new_from_netlink (udev, speaker == KIOSK_UDEV_KERNEL ? "kernel" : "udev");
  good = self->monitor != NULL;
  for (; good && matches->subsystem != NULL; matches++)
    good = udev_monitor_filter_add_match_subsystem_devtype (self->monitor, matches->subsystem,
                                                            matches->type)
           >= 0;
  /* Only more of it needs a right; less leads to more looks. */
  if (good && udev_monitor_set_receive_buffer_size (self->monitor, BUFFER_SIZE) < 0)
    g_message ("The buffer for news of udev stays small, ignoring");
  if (!good || udev_monitor_enable_receiving (self->monitor) < 0)
    {
      kiosk_error_set_errno (error, errno != 0 ? errno : EIO, "listening to udev");
      kiosk_udev_listener_free (self);
      return NULL;
    }
  self->source
      = g_unix_fd_add (udev_monitor_get_fd (self->monitor), G_IO_IN | G_IO_ERR, on_readable, self);
  return self;
}

void
kiosk_udev_listener_free (KioskUdevListener *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->source, g_source_remove);
  udev_monitor_unref (self->monitor);
  g_free (self);
}
