/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "bus-shut.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Each write is followed by a look at what the kernel says then: that a write succeeds says only that there was
 * somebody to take it. */

/* What is written where, and what must be read there afterwards; NULL: the link is gone; no name: the device is. */
static const struct {
  const char *attribute;
  const char *value; /* NULL: the name of the device */
  const char *check;
  const char *expected;
} ways[] = {
  [KIOSK_BUS_SHUT_AUTHORIZED] = { "authorized", "0", "authorized", "0" },
  [KIOSK_BUS_SHUT_SOFT] = { "soft", "1", "soft", "1" },
  [KIOSK_BUS_SHUT_INHIBITED] = { "inhibited", "1", "inhibited", "1" },
  [KIOSK_BUS_SHUT_DELETE] = { "delete", "1", "", NULL },
  [KIOSK_BUS_SHUT_UNBIND] = { "driver/unbind", NULL, "driver", NULL },
};

/* 0, or errno. */
static int
write_value (int folder, const char *attribute, const char *value)
{
  kiosk_autofd int fd = openat (folder, attribute, O_WRONLY | O_CLOEXEC);
  gssize length = (gssize) strlen (value);
  gssize written = fd >= 0 ? TEMP_FAILURE_RETRY (write (fd, value, (gsize) length)) : -1;

  return written == length ? 0 : written < 0 ? errno : EIO;
}

/* Whether @name of the device at @target is as it must be. What is gone is: it went with its device. */
static gboolean
reads_as (const char *target, const char *name, const char *expected)
{
  kiosk_autofd int folder = open (target, O_PATH | O_DIRECTORY | O_CLOEXEC);
  kiosk_autofd int fd = -1;
  char text[PATH_MAX] = "";
  gssize length;

  if (folder < 0)
    return errno == ENOENT;
  if (*name == '\0')
    return FALSE;
  if (expected == NULL)
    return readlinkat (folder, name, text, sizeof text) < 0 && errno == ENOENT;
  fd = openat (folder, name, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return FALSE; /* a kernel that does not have it */
  length = TEMP_FAILURE_RETRY (read (fd, text, sizeof text - 1));
  if (length < 0)
    return errno == ENODEV; /* it went while it was open */
  text[length] = '\0';
  return strcmp (g_strchomp (text), expected) == 0;
}

gboolean
kiosk_bus_shut (KioskBusShut shut, const char *target, GError **error)
{
  kiosk_autofd int folder = open (target, O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_autofree char *name = g_path_get_basename (target);
  int fault;

  if (shut == KIOSK_BUS_SHUT_NOT)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "there is no way to shut it");
      return FALSE;
    }
  if (folder < 0 && errno == ENOENT)
    return TRUE;
  if (folder < 0)
    return kiosk_error_set_errno (error, errno, target);
  fault = write_value (folder, ways[shut].attribute,
                       ways[shut].value != NULL ? ways[shut].value : name);
  if (reads_as (target, ways[shut].check, ways[shut].expected))
    return TRUE;
  if (fault != 0)
    return kiosk_error_set_errno (error, fault, ways[shut].attribute);
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "%s was written, but does not hold",
               ways[shut].attribute);
  return FALSE;
}
