/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "lid-node.h"

#include <glib.h>
#include <libudev.h>
#include <linux/input-event-codes.h>
#include <string.h>

/* The bits stand in hexadecimal words, the lowest last; a switch has less than 32 of them. */
static gboolean
is_lid (struct udev_device *node)
{
  struct udev_device *input = udev_device_get_parent (node); /* belongs to the node */
  const char *bits
      = input != NULL ? udev_device_get_sysattr_value (input, "capabilities/sw") : NULL;
  const char *last = bits != NULL ? strrchr (bits, ' ') : NULL;

  if (bits == NULL)
    return FALSE;
  return (g_ascii_strtoull (last != NULL ? last + 1 : bits, NULL, 16) & (1u << SW_LID)) != 0;
}

char *
kiosk_lid_node_find (void)
{
  struct udev *udev = udev_new ();
  struct udev_enumerate *list = udev != NULL ? udev_enumerate_new (udev) : NULL;
  struct udev_list_entry *entry;
  char *found = NULL;

  if (list != NULL && udev_enumerate_add_match_subsystem (list, "input") >= 0
      && udev_enumerate_add_match_sysname (list, "event*") >= 0
      && udev_enumerate_scan_devices (list) >= 0)
    udev_list_entry_foreach (entry, udev_enumerate_get_list_entry (list))
    {
      struct udev_device *node
          = udev_device_new_from_syspath (udev, udev_list_entry_get_name (entry));

      if (found == NULL && node != NULL && is_lid (node))
        found = g_strdup (udev_device_get_sysname (node));
      udev_device_unref (node);
    }
  udev_enumerate_unref (list);
  udev_unref (udev);
  return found;
}
