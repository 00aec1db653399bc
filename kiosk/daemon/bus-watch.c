/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "bus-watch.h"
#include "bus-memory.h"
#include "bus-refused.h"
#include "udev-listener.h"

#include "kiosk/base/error.h"
#include "kiosk/devices/bus-facts.h"

#include <errno.h>
#include <string.h>

/* The second line behind drivers that are not in the image and rules of udev. The monitor is opened before anything is
 * listed, so what appears meanwhile is seen twice and not missed; when news were lost (ENOBUFS), everything is listed
 * anew. */

struct _KioskBusWatch {
  KioskBusWatchEvents events;
  gpointer data;
  struct udev *udev;
  KioskUdevListener *listener;
  guint look_source;
  KioskBusMemory *memory;
  GHashTable *system; /* paths */
  KioskBusRefused *refused;
};

/* Kinds of which it does not matter, when they are gone, from what they hung. */
static gboolean
is_worth_recalling (const char *subsystem)
{
  static const char *const subsystems[]
      = { "block", "scsi",      "nvme",  "mmc",         "mmc_host", "thunderbolt", "firewire",
          "pci",   "bluetooth", "wwan",  "nfc",         "rfkill",   "ieee80211",   "pcmcia_socket",
          "sound", "dvb",       "media", "video4linux", "pcmcia",   NULL };

  return subsystem != NULL && g_strv_contains (subsystems, subsystem);
}

static void
judge (KioskBusWatch *self, const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  kiosk_bus_judge (facts, verdict);
  /* Which disk is the system's is not known: better one too many than the one that counts. */
  if (g_hash_table_size (self->system) == 0
      && (verdict->shut == KIOSK_BUS_SHUT_DELETE || verdict->shut == KIOSK_BUS_SHUT_UNBIND))
    verdict->shut = KIOSK_BUS_SHUT_NOT;
}

/* @news: what udev said about it; NULL: nothing. */
static void
look_at (KioskBusWatch *self, const char *path, struct udev_device *news)
{
  GHashTable *start = kiosk_bus_memory_get_start (self->memory);
  KioskBusFacts facts;
  KioskBusVerdict verdict;
  guint64 identity = 0;
  gboolean known = kiosk_bus_refused_find (self->refused, path, &identity);

  if (!kiosk_bus_facts_read (path, self->system, start, &facts))
    {
      const char *subsystem = news != NULL ? udev_device_get_subsystem (news) : NULL;

      if (known || !is_worth_recalling (subsystem)
          || kiosk_bus_refused_covers_name (self->refused, path))
        return;
      kiosk_bus_facts_recall (path, subsystem, udev_device_get_devtype (news),
                              udev_device_get_property_value (news, "MODALIAS"),
                              udev_device_get_property_value (news, "PCI_CLASS"), self->system,
                              start, &facts);
    }
  if (kiosk_bus_refused_is_busy (self->refused, path))
    return;
  /* Another one in its place. */
  if (known && identity != facts.identity)
    {
      kiosk_bus_refused_forget (self->refused, path);
      known = FALSE;
    }
  judge (self, &facts, &verdict);
  if (verdict.role != KIOSK_BUS_REFUSED)
    kiosk_bus_refused_forget (self->refused, path);
  else if (known || !kiosk_bus_refused_covers (self->refused, &facts, &verdict))
    kiosk_bus_refused_put (self->refused, &facts, &verdict);
}

static void
on_look_at (const char *path, gpointer data)
{
  look_at (data, path, NULL);
}

/* Everything. 0 with @error when sysfs cannot be read. */
static guint
look_at_all (KioskBusWatch *self, GError **error)
{
  g_autoptr (GPtrArray) devices = kiosk_bus_list_devices (error);
  g_autoptr (GPtrArray) known = NULL;

  if (devices == NULL)
    return 0;
  if (kiosk_bus_memory_get_start (self->memory) == NULL)
    {
      GHashTable *start = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

      for (guint i = 0; i < devices->len; i++)
        g_hash_table_add (start, g_path_get_basename (devices->pdata[i]));
      kiosk_bus_memory_set_start (self->memory, start);
    }
  known = kiosk_bus_refused_list (self->refused);
  for (guint i = 0; i < known->len; i++)
    if (!g_file_test (known->pdata[i], G_FILE_TEST_EXISTS))
      kiosk_bus_refused_forget (self->refused, known->pdata[i]);
  for (guint i = 0; i < devices->len; i++)
    look_at (self, devices->pdata[i], NULL);
  return devices->len;
}

/* ---- udev ---- */

/* By usb-guard.c and interface-watch.c: what of it comes and goes in a moment need not even be read. */
static gboolean
is_judged_elsewhere (const char *subsystem)
{
  return g_strcmp0 (subsystem, "usb") == 0 || g_strcmp0 (subsystem, "net") == 0;
}

static void
on_news (struct udev_device *device, gpointer data)
{
  KioskBusWatch *self = data;
  const char *path = udev_device_get_syspath (device);
  const char *action = udev_device_get_action (device);
  const char *old = udev_device_get_property_value (device, "DEVPATH_OLD");

  if (path == NULL || action == NULL || is_judged_elsewhere (udev_device_get_subsystem (device)))
    return;
  if (old != NULL)
    {
      g_autofree char *old_path = g_strconcat ("/sys", old, NULL);

      kiosk_bus_refused_forget (self->refused, old_path);
    }
  if (strcmp (action, "remove") == 0)
    kiosk_bus_refused_forget (self->refused, path);
  else
    look_at (self, path, strcmp (action, "add") == 0 ? device : NULL);
}

static void
on_lost (gpointer data)
{
  KioskBusWatch *self = data;
  g_autoptr (GError) error = NULL;
  guint n = look_at_all (self, &error);

  if (error != NULL)
    g_warning ("%s", error->message);
  self->events.rescanned (n, self->data);
}

static const KioskUdevListenerEvents listener_events = {
  .news = on_news,
  .lost = on_lost,
};

/* Not everybody who opens something, or takes it away, makes udev say so. */
static gboolean
on_look (gpointer data)
{
  KioskBusWatch *self = data;
  g_autoptr (GPtrArray) paths = kiosk_bus_refused_list (self->refused);

  for (guint i = 0; i < paths->len; i++)
    if (g_file_test (paths->pdata[i], G_FILE_TEST_EXISTS))
      look_at (self, paths->pdata[i], NULL);
    else
      kiosk_bus_refused_forget (self->refused, paths->pdata[i]);
  return G_SOURCE_CONTINUE;
}

/* No match: all subsystems, also those that nobody knows yet. */
static const KioskUdevMatch everything[] = { { NULL } };

KioskBusWatch *
kiosk_bus_watch_new (const char *memory, const dev_t *system, gsize n_system,
                     const KioskBusWatchEvents *events, gpointer data, GError **error)
{
  g_autoptr (KioskBusWatch) self = g_new0 (KioskBusWatch, 1);
  g_autoptr (GError) local = NULL;

  self->events = *events;
  self->data = data;
  self->memory = kiosk_bus_memory_new (memory);
  self->refused = kiosk_bus_refused_new (self->memory, events, data, on_look_at, self);
  self->system = kiosk_bus_find_system (system, n_system);
  self->udev = udev_new ();
  if (self->udev == NULL)
    {
      kiosk_error_set_errno (error, errno, "udev_new");
      return NULL;
    }
  self->listener = kiosk_udev_listener_new (self->udev, KIOSK_UDEV_RULES, everything,
                                            &listener_events, self, error);
  if (self->listener == NULL)
    return NULL;
  look_at_all (self, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  self->look_source = g_timeout_add_seconds (KIOSK_BUS_WATCH_LOOK, on_look, self);
  return g_steal_pointer (&self);
}

void
kiosk_bus_watch_free (KioskBusWatch *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->look_source, g_source_remove);
  kiosk_udev_listener_free (self->listener);
  g_clear_pointer (&self->udev, udev_unref);
  kiosk_bus_refused_free (self->refused);
  kiosk_bus_memory_free (self->memory);
  g_hash_table_unref (self->system);
  g_free (self);
}

void
kiosk_bus_watch_set_system (KioskBusWatch *self, const dev_t *system, gsize n_system)
{
  g_autoptr (GHashTable) now = kiosk_bus_find_system (system, n_system);
  gboolean same = g_hash_table_size (now) == g_hash_table_size (self->system);
  GHashTableIter iterator;
  g_autoptr (GError) error = NULL;
  gpointer key;

  g_hash_table_iter_init (&iterator, now);
  while (same && g_hash_table_iter_next (&iterator, &key, NULL))
    same = g_hash_table_contains (self->system, key);
  if (same)
    return;
  g_hash_table_unref (self->system);
  self->system = g_steal_pointer (&now);
  look_at_all (self, &error);
  if (error != NULL)
    g_warning ("%s", error->message);
}

void
kiosk_bus_watch_tell (KioskBusWatch *self)
{
  kiosk_bus_refused_tell (self->refused);
}

gboolean
kiosk_bus_watch_is_well (const KioskBusWatch *self)
{
  return kiosk_bus_refused_is_well (self->refused);
}
