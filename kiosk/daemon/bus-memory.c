/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "bus-memory.h"

#include "kiosk/base/file.h"

#include <string.h>

/* Lines: "pci NAME" and "told 0|1 IDENTITY PATH". Names and paths of sysfs have no line feed: the kernel does not
 * allow one in an object's name that a device chooses, because none does. */

#define MAX_BYTES (4 * 1024 * 1024)
/* More than a machine has; what is told beyond that is told again after a restart of kioskd. */
#define MAX_TOLD 4096

struct _KioskBusMemory {
  char *path;
  GHashTable *start;
  GHashTable *told; /* path -> "0|1 IDENTITY" */
};

static void
read_line (KioskBusMemory *self, char *line)
{
  g_auto (GStrv) words = NULL;

  if (g_str_has_prefix (line, "pci "))
    {
      if (self->start != NULL)
        g_hash_table_add (self->start, g_strdup (line + 4));
      return;
    }
  words = g_strsplit (line, " ", 4);
  if (g_strv_length (words) == 4 && g_str_equal (words[0], "told"))
    g_hash_table_insert (self->told, g_strdup (words[3]),
                         g_strdup_printf ("%s %s", words[1], words[2]));
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

KioskBusMemory *
kiosk_bus_memory_new (const char *path)
{
  KioskBusMemory *self = g_new0 (KioskBusMemory, 1);
  g_autoptr (GBytes) bytes = kiosk_file_read_trusted (path, MAX_BYTES, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  self->path = g_strdup (path);
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (bytes == NULL)
    return self;
  self->start = new_set ();
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    read_line (self, lines[i]);
  return self;
}

void
kiosk_bus_memory_free (KioskBusMemory *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->start, g_hash_table_unref);
  g_hash_table_unref (self->told);
  g_free (self->path);
  g_free (self);
}

static void
save (KioskBusMemory *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GHashTableIter iterator;
  gpointer key, value;

  if (self->start == NULL)
    return;
  g_hash_table_iter_init (&iterator, self->start);
  while (g_hash_table_iter_next (&iterator, &key, NULL))
    g_string_append_printf (text, "pci %s\n", (char *) key);
  g_hash_table_iter_init (&iterator, self->told);
  while (g_hash_table_iter_next (&iterator, &key, &value))
    g_string_append_printf (text, "told %s %s\n", (char *) value, (char *) key);
  if (!kiosk_file_replace (self->path, text->str, text->len, 0644, &error))
    g_warning ("%s: %s, ignoring", self->path, error->message);
}

GHashTable *
kiosk_bus_memory_get_start (const KioskBusMemory *self)
{
  return self->start;
}

void
kiosk_bus_memory_set_start (KioskBusMemory *self, GHashTable *start)
{
  g_clear_pointer (&self->start, g_hash_table_unref);
  self->start = start;
  save (self);
}

static char *
write_state (guint64 identity, gboolean shut)
{
  return g_strdup_printf ("%d %" G_GUINT64_FORMAT, shut ? 1 : 0, identity);
}

gboolean
kiosk_bus_memory_has (const KioskBusMemory *self, const char *path, guint64 identity, gboolean shut)
{
  g_autofree char *state = write_state (identity, shut);

  return g_strcmp0 (g_hash_table_lookup (self->told, path), state) == 0;
}

void
kiosk_bus_memory_add (KioskBusMemory *self, const char *path, guint64 identity, gboolean shut)
{
  if (strchr (path, '\n') != NULL || g_hash_table_size (self->told) >= MAX_TOLD)
    return;
  g_hash_table_insert (self->told, g_strdup (path), write_state (identity, shut));
  save (self);
}

void
kiosk_bus_memory_remove (KioskBusMemory *self, const char *path)
{
  if (g_hash_table_remove (self->told, path))
    save (self);
}
