/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "usb-attribute.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VALUE_SIZE 64

/* The folder of a device that is gone has no entries any more (ENOENT), what was open before says ENODEV. A
 * device that is there and lacks the attribute is told apart by what every folder of sysfs has. */
static gboolean
fail (int folder, const char *name, GError **error)
{
  int saved_errno = errno;

  if (saved_errno == ENODEV || saved_errno == ENXIO
      || (saved_errno == ENOENT && faccessat (folder, "uevent", F_OK, 0) != 0))
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED, "%s: the device is gone", name);
      return FALSE;
    }
  return kiosk_error_set_errno (error, saved_errno, name);
}

int
kiosk_usb_folder_open (int parent, const char *path, GError **error)
{
  int fd = openat (parent, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    kiosk_error_set_errno (error, errno, path);
  return fd;
}

char *
kiosk_usb_attribute_read (int folder, const char *name, GError **error)
{
  kiosk_autofd int fd = openat (folder, name, O_RDONLY | O_CLOEXEC);
  char value[VALUE_SIZE];
  gssize length = fd >= 0 ? TEMP_FAILURE_RETRY (read (fd, value, sizeof value - 1)) : -1;

  if (length < 0)
    {
      fail (folder, name, error);
      return NULL;
    }
  value[length] = '\0';
  value[strcspn (value, "\n")] = '\0';
  return g_strdup (value);
}

static gboolean
write_value (int folder, const char *name, const char *value, GError **error)
{
  gsize length = strlen (value);
  kiosk_autofd int fd = openat (folder, name, O_WRONLY | O_TRUNC | O_CLOEXEC);
  gssize written = fd >= 0 ? TEMP_FAILURE_RETRY (write (fd, value, length)) : -1;

  if (written < 0)
    return fail (folder, name, error);
  return (gsize) written == length || kiosk_error_set_errno (error, EIO, name);
}

gboolean
kiosk_usb_attribute_set (int folder, const char *name, const char *value, GError **error)
{
  g_autofree char *before = kiosk_usb_attribute_read (folder, name, error);
  g_autofree char *after = NULL;

  if (before == NULL)
    return FALSE;
  if (g_str_equal (before, value))
    return TRUE;
  if (!write_value (folder, name, value, error))
    return FALSE;
  after = kiosk_usb_attribute_read (folder, name, error);
  if (after == NULL)
    return FALSE;
  if (g_str_equal (after, value))
    return TRUE;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "%s: written \"%s\", read back \"%s\"", name,
               value, after);
  return FALSE;
}
