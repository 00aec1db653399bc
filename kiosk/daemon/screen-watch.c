/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Each notice of udev about graphics is only a reason to look at all connectors: what counts is what they say themselves. */

#include "screen-watch.h"

#include "udev-listener.h"

#include "kiosk/base/error.h"

#include <errno.h>
#include <string.h>

struct _KioskScreenWatch {
  struct udev *udev;
  KioskUdevListener *listener;
  GHashTable *screens; /* names of connectors with a screen */
  void (*gone) (const char *name, gpointer data);
  gpointer data;
};

static gboolean
has_screen (struct udev *udev, const char *syspath)
{
  struct udev_device *device = udev_device_new_from_syspath (udev, syspath);
  const char *status = device != NULL ? udev_device_get_sysattr_value (device, "status") : NULL;
  gboolean connected = g_strcmp0 (status, "connected") == 0;

  udev_device_unref (device);
  return connected;
}

/* What cannot be listed is not there. */
static GHashTable *
list_screens (struct udev *udev)
{
  GHashTable *screens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  struct udev_enumerate *list = udev_enumerate_new (udev);
  struct udev_list_entry *entry;

  if (list != NULL && udev_enumerate_add_match_subsystem (list, "drm") >= 0
      && udev_enumerate_add_match_sysname (list, "card*-*") >= 0
      && udev_enumerate_scan_devices (list) >= 0)
    udev_list_entry_foreach (entry, udev_enumerate_get_list_entry (list))
    {
      const char *path = udev_list_entry_get_name (entry);

      if (has_screen (udev, path))
        g_hash_table_add (screens, g_path_get_basename (path));
    }
  udev_enumerate_unref (list);
  return screens;
}

static void
look (KioskScreenWatch *self)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&self->screens);
  GHashTableIter iter;
  gpointer name;

  self->screens = list_screens (self->udev);
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (self->screens, name))
      self->gone (name, self->data);
}

static void
on_news (struct udev_device *device, gpointer data)
{
  look (data);
}

static void
on_lost (gpointer data)
{
  look (data);
}

KioskScreenWatch *
kiosk_screen_watch_new (void (*gone) (const char *name, gpointer data), gpointer data,
                        GError **error)
{
  static const KioskUdevMatch matches[] = { { "drm", NULL }, { NULL, NULL } };
  static const KioskUdevListenerEvents events = { .news = on_news, .lost = on_lost };
  KioskScreenWatch *self = g_new0 (KioskScreenWatch, 1);

  self->gone = gone;
  self->data = data;
  self->screens = g_hash_table_new (g_str_hash, g_str_equal);
  self->udev = udev_new ();
  if (self->udev == NULL)
    kiosk_error_set_errno (error, errno, "udev");
  else
    self->listener
        = kiosk_udev_listener_new (self->udev, KIOSK_UDEV_RULES, matches, &events, self, error);
  if (self->listener == NULL)
    {
      kiosk_screen_watch_free (self);
      return NULL;
    }
  look (self);
  return self;
}

void
kiosk_screen_watch_free (KioskScreenWatch *self)
{
  if (self == NULL)
    return;
  kiosk_udev_listener_free (self->listener);
  g_hash_table_unref (self->screens);
  udev_unref (self->udev);
  g_free (self);
}
