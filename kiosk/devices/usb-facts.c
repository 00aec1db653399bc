/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-devices"

#include "kiosk/devices/usb-facts.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Reads sysfs, judges nothing. Every byte but the names of folders comes from the device; the kernel has
 * turned its strings into UTF-8 and puts a line feed behind each.
 *
 * Threat: a device that is swapped for another one on the same port while it is read, so that the
 * descriptors of one are judged with the serial number of the other. The kernel gives every device that it
 * enumerates a number of its own (devnum); it is read before and after everything else, and so are the
 * descriptors, which a device may also change by a reset of its own. */

/* A string of a device has at most 126 UTF-16 units (USB 2.0, 9.6.7), as UTF-8 at most 378 bytes. */
#define STRING_MAX_BYTES 512

/* Hubs that the kernel follows at most: MAX_TOPO_LEVEL 6 with the root hub (drivers/usb/core/hub.c). */
#define PORTS_MAX 6

/* The whole of the attribute, NUL-terminated; NULL with *@missing when there is none, NULL with @error when
 * it cannot be read or is longer than @max bytes. Not by mapping: sysfs files say a size that is not theirs. */
static char *
read_attribute (const char *syspath, const char *name, gsize max, gsize *length, gboolean *missing,
                GError **error)
{
  g_autofree char *path = g_build_filename (syspath, name, NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  kiosk_autofd int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  *missing = fd < 0 && errno == ENOENT;
  if (fd < 0)
    {
      kiosk_error_set_errno (error, errno, name);
      return NULL;
    }
  for (;;)
    {
      guint8 buffer[4096];
      gssize n = TEMP_FAILURE_RETRY (read (fd, buffer, sizeof buffer));

      if (n < 0)
        {
          kiosk_error_set_errno (error, errno, name);
          return NULL;
        }
      if (n == 0)
        break;
      g_byte_array_append (bytes, buffer, (guint) n);
      if (bytes->len > max)
        {
          kiosk_error_set_errno (error, EFBIG, name);
          return NULL;
        }
    }
  *length = bytes->len;
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  return (char *) g_byte_array_free (g_steal_pointer (&bytes), FALSE);
}

/* A string of the device; a missing one is none, and no error. FALSE with @error. */
static gboolean
read_string (const char *syspath, const char *name, char **to, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean missing;
  gsize length;

  *to = read_attribute (syspath, name, STRING_MAX_BYTES, &length, &missing, &local);
  if (*to == NULL)
    {
      if (missing)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  /* Only the last one is the kernel's. */
  if (length > 0 && (*to)[length - 1] == '\n')
    (*to)[--length] = '\0';
  if (strlen (*to) == length)
    return TRUE;
  g_clear_pointer (to, g_free);
  return kiosk_error_set_errno (error, EILSEQ, name);
}

/* Splits "1-2.3" into its ports "2.3"; NULL when @name is no device behind a root hub. */
static const char *
find_ports (const char *name, guint *depth)
{
  const char *ports = name + strspn (name, "0123456789");
  guint n = 0;

  if (ports == name || *ports != '-')
    return NULL;
  ports++;
  for (const char *p = ports;; p++)
    {
      gsize digits = strspn (p, "0123456789");

      if (digits == 0 || digits > 3 || ++n > PORTS_MAX)
        return NULL;
      p += digits;
      if (*p == '\0')
        break;
      if (*p != '.')
        return NULL;
    }
  *depth = n - 1;
  return ports;
}

/* Where the controller is in the machine: the name of the device that the root hub "usbN" hangs from. */
static char *
find_path (const char *syspath, const char *name, const char *ports)
{
  g_auto (GStrv) parts = g_strsplit (syspath, "/", -1);
  g_autofree char *root = g_strndup (name, strcspn (name, "-"));

  for (guint i = 1; parts[i] != NULL; i++)
    if (g_str_has_prefix (parts[i], "usb") && g_str_equal (parts[i] + 3, root)
        && *parts[i - 1] != '\0')
      return g_strconcat (parts[i - 1], "/", ports, NULL);
  return g_strdup ("");
}

static gboolean
read_all (const char *syspath, KioskUsbFacts *facts, GError **error)
{
  g_autofree char *number = NULL;
  g_autofree char *number_after = NULL;
  g_autofree char *bytes_after = NULL;
  const char *ports;
  gboolean missing;
  gsize length;

  facts->name = g_path_get_basename (syspath);
  ports = find_ports (facts->name, &facts->depth);
  if (ports == NULL)
    return kiosk_error_set_errno (error, ENODEV, syspath);
  facts->path = find_path (syspath, facts->name, ports);
  number = read_attribute (syspath, "devnum", STRING_MAX_BYTES, &length, &missing, error);
  if (number == NULL)
    return FALSE;
  facts->bytes = (guint8 *) read_attribute (syspath, "descriptors", KIOSK_USB_MAX_BYTES,
                                            &facts->length, &missing, error);
  if (facts->bytes == NULL || !read_string (syspath, "manufacturer", &facts->manufacturer, error)
      || !read_string (syspath, "product", &facts->product, error)
      || !read_string (syspath, "serial", &facts->serial, error))
    return FALSE;
  bytes_after
      = read_attribute (syspath, "descriptors", KIOSK_USB_MAX_BYTES, &length, &missing, error);
  if (bytes_after == NULL)
    return FALSE;
  if (length != facts->length || memcmp (bytes_after, facts->bytes, length) != 0)
    return kiosk_error_set_errno (error, ESTALE, "descriptors");
  number_after = read_attribute (syspath, "devnum", STRING_MAX_BYTES, &length, &missing, error);
  if (number_after == NULL)
    return FALSE;
  return g_str_equal (number, number_after) || kiosk_error_set_errno (error, ESTALE, "devnum");
}

gboolean
kiosk_usb_facts_read (const char *syspath, KioskUsbFacts *facts, GError **error)
{
  *facts = (KioskUsbFacts){ 0 };
  if (read_all (syspath, facts, error))
    return TRUE;
  kiosk_usb_facts_clear (facts);
  return FALSE;
}
