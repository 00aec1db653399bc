/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "usb-hub.h"

#include "usb-attribute.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <fcntl.h>
#include <string.h>

/* usbcore.authorized_default on the command line of the kernel is not enough: the value is lost when usbcore is
 * loaded as a module in a certain way. What counts is what each bus says. */

gboolean
kiosk_usb_is_root_hub (const char *sysname)
{
  return g_str_has_prefix (sysname, "usb") && sysname[3] != '\0'
         && strspn (sysname + 3, "0123456789") == strlen (sysname + 3);
}

gboolean
kiosk_usb_hub_close (const char *syspath, char **found)
{
  static const char *const names[] = { "authorized_default", "interface_authorized_default" };
  g_autoptr (GError) error = NULL;
  kiosk_autofd int folder = kiosk_usb_folder_open (AT_FDCWD, syspath, &error);
  g_autoptr (GString) wrong = g_string_new (NULL);
  gboolean closed = folder >= 0;

  if (folder < 0)
    g_string_append (wrong, error->message);
  for (guint i = 0; folder >= 0 && i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) local = NULL;
      g_autofree char *value = kiosk_usb_attribute_read (folder, names[i], NULL);

      if (g_strcmp0 (value, "0") == 0)
        continue;
      g_string_append_printf (wrong, " %s=%s", names[i], value != NULL ? value : "?");
      if (kiosk_usb_attribute_set (folder, names[i], "0", &local)
          || g_error_matches (local, KIOSK_ERROR, KIOSK_ERROR_CLOSED)) /* the controller is gone */
        continue;
      g_string_append_printf (wrong, " (%s)", local->message);
      closed = FALSE;
    }
  *found
      = wrong->len == 0 ? NULL : g_strdup_printf ("%s:%s", strrchr (syspath, '/') + 1, wrong->str);
  return closed;
}
