/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-devices"

#include "kiosk/devices/bus-facts.h"

#include "kiosk/base/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* All devices, and the disks of the system.
 *
 * Threat: a disk that is plugged in and carries the same labels, partition names and UUIDs as the system's. None
 * of them is read here: a mounted file system has a number, the number has a link in /sys/dev/block, and what lies
 * under a mapped device stands in its slaves/. A disk that is plugged in later gets another number. */

#define DEVICES "/sys/devices/"

/* ---- The system's disks ---- */

static void add_disk (GHashTable *set, const char *path, guint depth);

/* More layers than anybody builds; ends a loop of links that the kernel cannot make. */
#define MAX_DEPTH 16

static void
add_number (GHashTable *set, dev_t number, guint depth)
{
  g_autofree char *link = g_strdup_printf ("/sys/dev/block/%u:%u", major (number), minor (number));
  g_autofree char *path = realpath (link, NULL);

  if (path != NULL)
    add_disk (set, path, depth);
}

/* Calls add_disk() for what the links in the folder @name of @path lead to. */
static void
add_links (GHashTable *set, const char *path, const char *name, const char *prefix, guint depth)
{
  g_autofree char *folder = g_build_filename (path, name, NULL);
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (entries != NULL && (entry = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *link = g_build_filename (folder, entry, NULL);
      g_autofree char *target = NULL;

      if (!g_str_has_prefix (entry, prefix) || !g_file_test (link, G_FILE_TEST_IS_SYMLINK))
        continue;
      target = realpath (link, NULL);
      if (target != NULL && g_str_has_prefix (target, DEVICES))
        add_disk (set, target, depth);
    }
}

static void
add_disk (GHashTable *set, const char *path, guint depth)
{
  g_autofree char *partition = g_build_filename (path, "partition", NULL);
  g_autofree char *file = g_build_filename (path, "loop/backing_file", NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (parent);
  g_autofree char *backing = NULL;
  struct stat status;

  if (depth > MAX_DEPTH || !g_hash_table_add (set, g_strdup (path)))
    return;
  if (g_file_test (partition, G_FILE_TEST_EXISTS))
    add_disk (set, parent, depth + 1);
  /* One disk with several ways to it: they are its controllers (Documentation/ABI/stable/sysfs-class-nvme). */
  if (g_str_has_prefix (base, "nvme-subsys"))
    add_links (set, parent, ".", "nvme", depth + 1);
  add_links (set, path, "slaves", "", depth + 1);
  if (g_file_get_contents (file, &backing, NULL, NULL) && stat (g_strchomp (backing), &status) == 0)
    add_number (set, status.st_dev, depth + 1);
}

GHashTable *
kiosk_bus_find_system (const dev_t *numbers, gsize n_numbers)
{
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < n_numbers; i++)
    add_number (set, numbers[i], 0);
  return set;
}

/* ---- All devices ---- */

/* What the links in @folder lead to. */
static void
add_folder (GHashTable *set, const char *folder)
{
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (entries != NULL && (entry = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *link = g_build_filename (folder, entry, NULL);
      char *path = realpath (link, NULL);

      if (path != NULL && g_str_has_prefix (path, DEVICES))
        g_hash_table_add (set, path);
      else
        free (path);
    }
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

GPtrArray *
kiosk_bus_list_devices (GError **error)
{
  g_autoptr (GDir) buses = g_dir_open ("/sys/bus", 0, NULL);
  g_autoptr (GDir) classes = g_dir_open ("/sys/class", 0, NULL);
  g_autoptr (GHashTable) set = g_hash_table_new_full (g_str_hash, g_str_equal, free, NULL);
  GPtrArray *list;
  GHashTableIter iterator;
  gpointer key;
  const char *name;

  if (buses == NULL || classes == NULL)
    {
      kiosk_error_set_errno (error, ENOENT, "listing devices");
      return NULL;
    }
  while ((name = g_dir_read_name (buses)) != NULL)
    {
      g_autofree char *folder = g_build_filename ("/sys/bus", name, "devices", NULL);

      add_folder (set, folder);
    }
  while ((name = g_dir_read_name (classes)) != NULL)
    {
      g_autofree char *folder = g_build_filename ("/sys/class", name, NULL);

      add_folder (set, folder);
    }
  list = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_iter_init (&iterator, set);
  while (g_hash_table_iter_next (&iterator, &key, NULL))
    g_ptr_array_add (list, g_strdup (key));
  g_ptr_array_sort (list, compare);
  return list;
}
