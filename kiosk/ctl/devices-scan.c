/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "devices-scan.h"

#include "kiosk/base/error.h"
#include "kiosk/devices/usb-facts.h"

#include <stdlib.h>
#include <string.h>

/* Asks the kernel itself, not kioskd: the answer is what holds, whoever brought it about. */

static void
bus_free (gpointer data)
{
  KioskUsbBus *self = data;

  g_free (self->name);
  g_free (self->devices_default);
  g_free (self->interfaces_default);
  g_free (self);
}

static void
device_free (gpointer data)
{
  KioskPluggedIn *self = data;

  g_free (self->name);
  kiosk_usb_facts_clear (&self->facts);
  g_free (self->problem);
  g_free (self);
}

/* One word of an attribute; "?" when there is none. */
static char *
read_word (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || g_strstrip (text)[0] == '\0')
    return g_strdup ("?");
  return kiosk_text_clean (text, 16);
}

gboolean
kiosk_ctl_usb_bus_is_closed (const KioskUsbBus *bus)
{
  return strcmp (bus->devices_default, "0") == 0 && strcmp (bus->interfaces_default, "0") == 0;
}

static void
add_bus (GPtrArray *buses, const char *folder, const char *name)
{
  KioskUsbBus *bus = g_new0 (KioskUsbBus, 1);

  bus->name = g_strdup (name);
  bus->devices_default = read_word (folder, "authorized_default");
  bus->interfaces_default = read_word (folder, "interface_authorized_default");
  g_ptr_array_add (buses, bus);
}

/* The interfaces "1-2:1.0" are folders in that of their device. */
static guint32
read_interfaces (const char *folder, const char *name)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *prefix = g_strconcat (name, ":", NULL);
  guint32 interfaces = 0;
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inside = NULL;
      g_autofree char *word = NULL;
      const char *number = strrchr (entry, '.');
      guint64 n;

      if (!g_str_has_prefix (entry, prefix) || number == NULL
          || !g_ascii_string_to_unsigned (number + 1, 10, 0, KIOSK_USB_MAX_INTERFACES - 1, &n,
                                          NULL))
        continue;
      inside = g_build_filename (folder, entry, NULL);
      word = read_word (inside, "authorized");
      if (strcmp (word, "0") != 0)
        interfaces |= (guint32) 1 << n;
    }
  return interfaces;
}

static void
add_device (GPtrArray *devices, const char *folder, const char *name)
{
  KioskPluggedIn *device = g_new0 (KioskPluggedIn, 1);
  g_autofree char *word = read_word (folder, "authorized");
  g_autoptr (GError) error = NULL;

  device->name = g_strdup (name);
  device->authorized = strcmp (word, "0") != 0;
  device->interfaces = read_interfaces (folder, name);
  if (!kiosk_usb_facts_read (folder, &device->facts, &error))
    device->problem = kiosk_text_clean (error->message, 200);
  g_ptr_array_add (devices, device);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  /* Both structs begin with their name. */
  const char *const *first = *(const char *const *const *) a;
  const char *const *second = *(const char *const *const *) b;

  return strcmp (*first, *second);
}

gboolean
kiosk_ctl_usb_scan (const char *sysfs, GPtrArray **buses, GPtrArray **devices, GError **error)
{
  g_autofree char *path = g_build_filename (sysfs, "bus/usb/devices", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  *buses = g_ptr_array_new_with_free_func (bus_free);
  *devices = g_ptr_array_new_with_free_func (device_free);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *link = g_build_filename (path, name, NULL);
      g_autofree char *folder = realpath (link, NULL);

      if (folder == NULL || strchr (name, ':') != NULL)
        continue; /* gone meanwhile, or an interface */
      if (g_str_has_prefix (name, "usb"))
        add_bus (*buses, folder, name);
      else
        add_device (*devices, folder, name);
    }
  g_ptr_array_sort (*buses, compare_names);
  g_ptr_array_sort (*devices, compare_names);
  return TRUE;
}
