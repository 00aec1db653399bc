/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "interface-facts.h"

#include "kiosk/base/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads sysfs. What a device says of itself (driver, ids, names) is copied and judged by nobody here; what is
 * judged - buses, radio, device or none - is the kernel's own. */

#define CLASS "/sys/class/net"
#define DEVICES "/sys/devices/"

/* The first line of the file @name in @folder; FALSE when it cannot be read or does not fit. */
static gboolean
read_line (int folder, const char *name, char *to, gsize size)
{
  kiosk_autofd int fd = openat (folder, name, O_RDONLY | O_CLOEXEC);
  gssize length = fd >= 0 ? read (fd, to, size) : -1;

  if (length < 0 || (gsize) length >= size)
    {
      *to = '\0';
      return FALSE;
    }
  to[length] = '\0';
  to[strcspn (to, "\n")] = '\0';
  return TRUE;
}

/* The last part of where the link @name in @folder leads. */
static gboolean
read_link (int folder, const char *name, char *to, gsize size)
{
  char target[PATH_MAX];
  gssize length = readlinkat (folder, name, target, sizeof target - 1);
  const char *base;

  if (length < 0)
    return FALSE;
  target[length] = '\0';
  base = strrchr (target, '/');
  return g_strlcpy (to, base != NULL ? base + 1 : target, size) < size;
}

static gboolean
exists (int folder, const char *name)
{
  return faccessat (folder, name, F_OK, 0) == 0;
}

/* DEVTYPE of the interface. FALSE when the file cannot be read. */
static gboolean
read_devtype (int folder, KioskInterfaceFacts *facts)
{
  kiosk_autofd int fd = openat (folder, "uevent", O_RDONLY | O_CLOEXEC);
  char text[1024];
  gssize length = fd >= 0 ? read (fd, text, sizeof text - 1) : -1;
  g_auto (GStrv) lines = NULL;

  if (length < 0)
    return FALSE;
  text[length] = '\0';
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "DEVTYPE="))
      g_strlcpy (facts->devtype, lines[i] + strlen ("DEVTYPE="), sizeof facts->devtype);
  return TRUE;
}

/* The device and all that it hangs from. FALSE when there is more than there is room for, or it went away. */
static gboolean
read_devices (int folder, KioskInterfaceFacts *facts)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d/device", folder);
  g_autofree char *path = realpath (link, NULL);
  guint n = 0;

  for (guint level = 0; path != NULL && g_str_has_prefix (path, DEVICES); level++)
    {
      kiosk_autofd int device = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
      char removable[32];
      char bus[sizeof facts->buses[0]] = "";

      if (device < 0)
        return FALSE;
      if (level == 0)
        {
          read_link (device, "driver", facts->driver, sizeof facts->driver);
          read_line (device, "modalias", facts->ids, sizeof facts->ids);
        }
      if (read_line (device, "removable", removable, sizeof removable)
          && strcmp (removable, "removable") == 0)
        facts->removable = TRUE;
      if (exists (device, "subsystem"))
        {
          if (n >= KIOSK_INTERFACE_MAX_BUSES || !read_link (device, "subsystem", bus, sizeof bus))
            return FALSE;
          memcpy (facts->buses[n++], bus, sizeof bus);
        }
      *strrchr (path, '/') = '\0';
    }
  return path != NULL;
}

void
kiosk_interface_facts_read (KioskInterfaceFacts *facts)
{
  kiosk_autofd int class = open (CLASS, O_PATH | O_DIRECTORY | O_CLOEXEC);
  kiosk_autofd int folder
      = class >= 0 && facts->name[0] != '\0' && strchr (facts->name, '/') == NULL
            ? openat (class, facts->name, O_PATH | O_DIRECTORY | O_CLOEXEC)
            : -1;
  char index[16];
  struct stat status;
  gboolean complete;

  facts->complete = FALSE;
  if (folder < 0)
    return;
  /* What is open stays the same interface under whatever name; what was opened is asked for its number. */
  if (!read_line (folder, "ifindex", index, sizeof index)
      || strtoul (index, NULL, 10) != facts->index)
    return;
  complete = read_devtype (folder, facts);
  facts->wireless = exists (folder, "phy80211") || exists (folder, "wireless");
  facts->device = fstatat (folder, "device", &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (facts->device)
    complete = read_devices (folder, facts) && complete;
  else
    complete = complete && errno == ENOENT;
  facts->complete = complete;
}
