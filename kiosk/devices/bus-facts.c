/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-devices"

#include "kiosk/devices/bus-facts.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads sysfs, judges nothing. Links and most attributes are the kernel's own; names of models are bytes of the
 * device, and only copied. */

#define DEVICES "/sys/devices/"

/* The first line of the attribute @name in @folder, cut to @size; FALSE, @to empty, when it cannot be read. */
static gboolean
read_line (int folder, const char *name, char *to, gsize size)
{
  kiosk_autofd int fd = openat (folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gssize length = fd >= 0 ? TEMP_FAILURE_RETRY (read (fd, to, size - 1)) : -1;

  to[MAX (length, 0)] = '\0';
  to[strcspn (to, "\n")] = '\0';
  return length >= 0;
}

/* The number in the attribute @name, -1 when there is none. */
static gint64
read_number (int folder, const char *name, guint base)
{
  char text[32];
  char *end;
  gint64 number;

  if (!read_line (folder, name, text, sizeof text))
    return -1;
  number = g_ascii_strtoll (text, &end, base);
  return end != text && *end == '\0' && number >= 0 ? number : -1;
}

/* The last part of where the link @name leads; FALSE when it is there and cannot be read or does not fit. */
static gboolean
read_link (int folder, const char *name, char *to, gsize size)
{
  char target[PATH_MAX];
  gssize length = readlinkat (folder, name, target, sizeof target - 1);
  const char *base;

  *to = '\0';
  if (length < 0)
    return errno == ENOENT;
  target[length] = '\0';
  base = strrchr (target, '/');
  return g_strlcpy (to, base != NULL ? base + 1 : target, size) < size;
}

static gboolean
exists (int folder, const char *name)
{
  return faccessat (folder, name, F_OK, 0) == 0;
}

/* Something of @system lies below @path. */
static gboolean
carries (const char *path, gsize length, GHashTable *system)
{
  GHashTableIter iterator;
  gpointer key;

  g_hash_table_iter_init (&iterator, system);
  while (g_hash_table_iter_next (&iterator, &key, NULL))
    if (strncmp (key, path, length) == 0
        && (((char *) key)[length] == '/' || ((char *) key)[length] == '\0'))
      return TRUE;
  return FALSE;
}

/* One device on the way up. @path ends where it does. */
static gboolean
read_node (const char *path, GHashTable *system, GHashTable *start, KioskBusFacts *facts)
{
  kiosk_autofd int folder = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  KioskBusNode node = { .length = strlen (path) };
  char text[16];

  if (folder < 0)
    return FALSE;
  if (!read_link (folder, "subsystem", node.subsystem, sizeof node.subsystem)
      || !read_link (folder, "driver", node.driver, sizeof node.driver))
    return FALSE;
  if (node.subsystem[0] == '\0')
    return TRUE; /* a folder, no device */
  if (facts->n_nodes >= KIOSK_BUS_MAX_NODES)
    return FALSE;
  node.removable
      = read_line (folder, "removable", text, sizeof text) && strcmp (text, "removable") == 0;
  node.late = start != NULL && strcmp (node.subsystem, "pci") == 0
              && !g_hash_table_contains (start, strrchr (path, '/') + 1);
  node.system = carries (path, node.length, system);
  if (strcmp (node.subsystem, "usb") == 0 && exists (folder, "authorized"))
    {
      facts->usb_authorised = (facts->usb_authorised || !facts->usb)
                              && read_line (folder, "authorized", text, sizeof text)
                              && strcmp (text, "1") == 0;
      facts->usb = TRUE;
    }
  if (facts->ids[0] == '\0')
    read_line (folder, "modalias", facts->ids, sizeof facts->ids);
  facts->nodes[facts->n_nodes++] = node;
  return TRUE;
}

/* @from and all that it hangs from. FALSE when there is more than there is room for, or something went away. */
static gboolean
read_nodes (const char *from, GHashTable *system, GHashTable *start, KioskBusFacts *facts)
{
  g_autofree char *path = g_strdup (from);
  /* The device that is asked about, or a disk above its partition. */
  gboolean own = g_hash_table_contains (system, path);

  /* Also the uppermost: some devices hang from nothing (LNXSYSTM:00, the counters of processors). */
  while (strlen (path) > strlen (DEVICES))
    {
      /* What is gone took with it what it hung from, perhaps. */
      if (!(facts->gone && access (path, F_OK) != 0) && !read_node (path, system, start, facts))
        return FALSE;
      *strrchr (path, '/') = '\0';
      own = own || g_hash_table_contains (system, path);
    }
  /* What lies below the system's disk belongs to it. */
  if (own && facts->n_nodes > 0)
    facts->nodes[0].system = TRUE;
  return TRUE;
}

/* DEVTYPE. FALSE when the file cannot be read. */
static gboolean
read_devtype (int folder, KioskBusFacts *facts)
{
  kiosk_autofd int fd = openat (folder, "uevent", O_RDONLY | O_CLOEXEC);
  char text[4096];
  gssize length = fd >= 0 ? TEMP_FAILURE_RETRY (read (fd, text, sizeof text - 1)) : -1;
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

/* How the device calls itself: the first of these pairs that it has. */
static void
read_claim (int folder, KioskBusFacts *facts)
{
  static const char *const names[][2] = {
    { "vendor_name", "device_name" },    /* thunderbolt */
    { "device/vendor", "device/model" }, /* disks */
    { "vendor", "model" },               /* SCSI, NVMe */
    { "device/manfid", "device/name" },  /* cards */
    { "prod_id1", "prod_id2" },          /* PC cards */
    { NULL, "name" },                    /* input, radio, cameras */
    { NULL, "device/name" },             /* what hangs from input */
    { NULL, "id" },                      /* sound */
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      char maker[sizeof facts->claim] = "", model[sizeof facts->claim];

      if (!read_line (folder, names[i][1], model, sizeof model))
        continue;
      if (names[i][0] != NULL)
        read_line (folder, names[i][0], maker, sizeof maker);
      g_strchomp (maker);
      g_strchomp (model);
      g_snprintf (facts->claim, sizeof facts->claim, "%s%s%s", maker, *maker != '\0' ? " " : "",
                  model);
      return;
    }
}

static void
read_values (int folder, KioskBusFacts *facts)
{
  char text[8];

  facts->hidden = read_line (folder, "hidden", text, sizeof text) && strcmp (text, "1") == 0;
  facts->size = read_number (folder, "size", 10);
  facts->authorized = (int) read_number (folder, "authorized", 10);
  facts->soft = (int) read_number (folder, "soft", 10);
  facts->hard = (int) read_number (folder, "hard", 10);
  facts->inhibited = (int) read_number (folder, "inhibited", 10);
  facts->class = read_number (folder, "class", 16);
  facts->type = (int) read_number (folder, "type", 10);
  if (facts->type < 0)
    facts->type
        = (int) read_number (folder, "device/type", 10); /* a disk's is that of its SCSI device */
  read_line (folder, "type", facts->radio, sizeof facts->radio);
  facts->pointer
      = (read_line (folder, "capabilities/rel", text, sizeof text) && strcmp (text, "0") != 0)
        || (read_line (folder, "capabilities/abs", text, sizeof text) && strcmp (text, "0") != 0);
}

static const KioskBusFacts nothing = {
  .authorized = -1,
  .soft = -1,
  .hard = -1,
  .inhibited = -1,
  .type = -1,
  .class = -1,
  .size = -1,
};

/* *@same: it was the same device from beginning to end. FALSE when there is none. */
static gboolean
read_once (const char *path, GHashTable *system, GHashTable *start, KioskBusFacts *facts,
           gboolean *same)
{
  kiosk_autofd int folder = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  struct stat before, after;

  *facts = nothing;
  *same = TRUE;
  if (folder < 0 || fstat (folder, &before) != 0 || !g_str_has_prefix (path, DEVICES))
    return FALSE;
  g_strlcpy (facts->name, strrchr (path, '/') + 1, sizeof facts->name);
  if (g_strlcpy (facts->path, path, sizeof facts->path) >= sizeof facts->path)
    return TRUE; /* not complete, so it is refused */
  facts->identity = before.st_ino;
  facts->complete = read_devtype (folder, facts);
  facts->complete = read_nodes (path, system, start, facts) && facts->complete;
  read_claim (folder, facts);
  read_values (folder, facts);
  if (stat (path, &after) != 0)
    return FALSE;
  *same = after.st_ino == before.st_ino;
  return TRUE;
}

/* How often something is read anew that becomes another device meanwhile. */
#define TRIES 3

gboolean
kiosk_bus_facts_read (const char *path, GHashTable *system, GHashTable *start, KioskBusFacts *facts)
{
  gboolean same = FALSE;

  for (guint i = 0; i < TRIES && !same; i++)
    if (!read_once (path, system, start, facts, &same))
      return FALSE;
  /* What was read may be half of each. */
  facts->complete = facts->complete && same;
  return TRUE;
}

void
kiosk_bus_facts_recall (const char *path, const char *subsystem, const char *devtype,
                        const char *modalias, const char *class, GHashTable *system,
                        GHashTable *start, KioskBusFacts *facts)
{
  g_autofree char *above = g_path_get_dirname (path);
  const char *name = strrchr (path, '/') != NULL ? strrchr (path, '/') + 1 : path;
  KioskBusNode *node = facts->nodes;

  *facts = nothing;
  facts->gone = TRUE;
  g_strlcpy (facts->name, name, sizeof facts->name);
  g_strlcpy (facts->path, path, sizeof facts->path);
  g_strlcpy (facts->devtype, devtype != NULL ? devtype : "", sizeof facts->devtype);
  g_strlcpy (facts->ids, modalias != NULL ? modalias : "", sizeof facts->ids);
  facts->class = class != NULL ? g_ascii_strtoll (class, NULL, 16) : -1;
  g_strlcpy (node->subsystem, subsystem != NULL ? subsystem : "", sizeof node->subsystem);
  node->length = strlen (path);
  node->late
      = start != NULL && g_strcmp0 (subsystem, "pci") == 0 && !g_hash_table_contains (start, name);
  node->system = g_hash_table_contains (system, path);
  facts->n_nodes = 1;
  facts->complete = read_nodes (above, system, start, facts);
}
