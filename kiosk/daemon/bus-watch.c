/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "bus-watch.h"
#include "bus-memory.h"
#include "bus-shut.h"

#include "kiosk/base/error.h"
#include "kiosk/devices/bus-facts.h"

#include <gio/gio.h>
#include <glib-unix.h>

#include <errno.h>
#include <libudev.h>
#include <string.h>

/* The second line behind drivers that are not in the image and rules of udev. The monitor is opened before anything is
 * listed, so what appears meanwhile is seen twice and not missed; when news were lost (ENOBUFS), everything is listed
 * anew. A driver may take as long as it likes to let go of its device, so that happens in other threads. */

/* What udev can say at once without losing anything: news are about 1 KiB. */
#define RECEIVE_BUFFER (16 * 1024 * 1024)
#define NAME_MAX_CHARS 32

/* Something that is refused. */
typedef struct {
  KioskBusWatch *watch;
  char *path;
  guint64 identity;
  KioskBusVerdict verdict;
  char *name;
  char *what;
  gboolean shut;
  gboolean settled; /* it is known whether it is shut */
  gboolean pending; /* a thread is at it */
  gboolean again;   /* something happened meanwhile */
  gboolean removed; /* unplugged meanwhile, or forgotten by the kernel */
  gboolean vanished; /* the kernel was made to forget it */
  gboolean told, told_shut;
  gint64 told_at; /* monotonic */
  guint times;
  guint patience;
} Known;

struct _KioskBusWatch {
  KioskBusWatchEvents events;
  gpointer data;
  struct udev *udev;
  struct udev_monitor *monitor;
  guint source, look_source;
  KioskBusMemory *memory;
  GHashTable *system; /* paths */
  GHashTable *known;  /* path -> Known */
  GPtrArray *untold;  /* Known: gone before they could be told */
  GCancellable *cancellable;
  gboolean well;
};

static void look_at (KioskBusWatch *self, const char *path, struct udev_device *news);

static void
known_free (gpointer data)
{
  Known *known = data;

  g_clear_handle_id (&known->patience, g_source_remove);
  g_free (known->path);
  g_free (known->name);
  g_free (known->what);
  g_free (known);
}

static const char *
where (const char *path)
{
  return g_str_has_prefix (path, "/sys/devices/") ? path + strlen ("/sys/devices/") : path;
}

static void
update_well (KioskBusWatch *self)
{
  gboolean well = TRUE;
  GHashTableIter iterator;
  gpointer value;

  g_hash_table_iter_init (&iterator, self->known);
  while (g_hash_table_iter_next (&iterator, NULL, &value))
    {
      const Known *known = value;

      well = well && !(known->verdict.data && known->settled && !known->shut);
    }
  if (well == self->well)
    return;
  self->well = well;
  self->events.changed (self->data);
}

/* ---- Telling ---- */

static void
tell (Known *known)
{
  KioskBusWatch *self = known->watch;
  gint64 now = g_get_monotonic_time ();
  const KioskBusNews news = {
    .bus = known->verdict.bus,
    .reason = known->verdict.reason,
    .what = known->what,
    .shut = known->shut,
    .data = known->verdict.data,
    .times = known->times,
  };

  if (!known->settled)
    return;
  /* What could not be shut is tried on and on; that is told once. */
  if (known->told && known->shut == known->told_shut
      && (known->times == 0 || !known->shut
          || now - known->told_at < KIOSK_BUS_WATCH_PACE * (gint64) G_USEC_PER_SEC))
    return;
  /* Before kioskd was restarted. */
  if (!known->told && known->times == 0
      && kiosk_bus_memory_has (self->memory, known->path, known->identity, known->shut))
    known->told = TRUE;
  else
    known->told = self->events.refused (known->verdict.kind, known->name, where (known->path),
                                        &news, self->data);
  if (!known->told)
    return;
  known->told_shut = known->shut;
  known->told_at = now;
  known->times = 0;
  if (!known->vanished)
    kiosk_bus_memory_add (self->memory, known->path, known->identity, known->shut);
}

static void
forget (KioskBusWatch *self, const char *path)
{
  Known *known = g_hash_table_lookup (self->known, path);

  if (known == NULL)
    return;
  if (known->pending)
    {
      known->removed = TRUE;
      return;
    }
  kiosk_bus_memory_remove (self->memory, path);
  if (known->told && !known->vanished)
    self->events.gone (where (path), self->data);
  if (known->told)
    g_hash_table_remove (self->known, path);
  else
    {
      g_hash_table_steal (self->known, path);
      known->vanished = TRUE;
      g_ptr_array_add (self->untold, known);
    }
  update_well (self);
}

/* ---- Shutting ---- */

typedef struct {
  KioskBusShut shut;
  char *target;
} Order;

static void
order_free (gpointer data)
{
  g_free (((Order *) data)->target);
  g_free (data);
}

static void
run_order (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Order *order = data;
  GError *error = NULL;

  if (kiosk_bus_shut (order->shut, order->target, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
settle (Known *known, gboolean shut)
{
  known->shut = shut;
  known->settled = TRUE;
  tell (known);
  update_well (known->watch);
}

static gboolean
on_impatient (gpointer data)
{
  Known *known = data;

  known->patience = 0;
  g_warning ("%s is not let go of", known->path);
  settle (known, FALSE);
  return G_SOURCE_REMOVE;
}

static void
on_order_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean shut = g_task_propagate_boolean (G_TASK (result), &error);
  g_autofree char *path = NULL;
  KioskBusWatch *self;
  Known *known;
  gboolean again, removed;

  /* The watch is gone, and with it what is known. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  known = data;
  self = known->watch;
  path = g_strdup (known->path);
  if (!shut)
    g_warning ("%s: %s", known->path, error->message);
  g_clear_handle_id (&known->patience, g_source_remove);
  known->pending = FALSE;
  known->vanished = known->vanished || !g_file_test (path, G_FILE_TEST_EXISTS);
  again = known->again && !known->vanished;
  removed = known->removed;
  known->again = known->removed = FALSE;
  settle (known, shut || known->vanished);
  if (removed)
    forget (self, path);
  else if (again)
    look_at (self, path, NULL);
}

static void
begin_order (Known *known)
{
  Order *order = g_new0 (Order, 1);
  g_autoptr (GTask) task = g_task_new (NULL, known->watch->cancellable, on_order_ready, known);

  order->shut = known->verdict.shut;
  order->target = g_strndup (known->path, known->verdict.target);
  known->pending = TRUE;
  known->times++;
  known->patience = g_timeout_add_seconds (KIOSK_BUS_WATCH_PATIENCE, on_impatient, known);
  g_task_set_task_data (task, order, order_free);
  /* The answer must not come when the watch is free: see kiosk_bus_watch_free(). */
  g_task_set_check_cancellable (task, TRUE);
  g_task_run_in_thread (task, run_order);
}

/* ---- Judging ---- */

/* Something that it hangs from is shut in the same way already. */
static gboolean
is_covered (KioskBusWatch *self, const KioskBusFacts *facts, const KioskBusVerdict *verdict)
{
  for (guint i = 1; i < facts->n_nodes && verdict->target != 0; i++)
    {
      g_autofree char *path = g_strndup (facts->path, facts->nodes[i].length);
      const Known *known = g_hash_table_lookup (self->known, path);

      if (known != NULL && known->verdict.target == verdict->target
          && (known->verdict.data || !verdict->data))
        return TRUE;
    }
  return FALSE;
}

/* Of a device that is gone, what it hung from may be, too. */
static gboolean
is_covered_by_name (KioskBusWatch *self, const char *path)
{
  g_autofree char *above = g_strdup (path);
  char *slash;

  while ((slash = strrchr (above, '/')) != NULL && slash != above)
    {
      const Known *known;

      *slash = '\0';
      known = g_hash_table_lookup (self->known, above);
      if (known != NULL
          && (known->verdict.shut == KIOSK_BUS_SHUT_DELETE
              || known->verdict.shut == KIOSK_BUS_SHUT_UNBIND))
        return TRUE;
    }
  return FALSE;
}

/* Kinds of which it does not matter, when they are gone, from what they hung. */
static gboolean
is_worth_recalling (const char *subsystem)
{
  static const char *const subsystems[]
      = { "block", "scsi",      "nvme", "mmc",  "mmc_host", "thunderbolt", "firewire",
          "pci",   "bluetooth", "wwan", "nfc",  "rfkill",   "ieee80211",   "pcmcia_socket",
          "sound", "dvb",       "media", "video4linux", "pcmcia", NULL };

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

static Known *
remember (KioskBusWatch *self, const KioskBusFacts *facts, const KioskBusVerdict *verdict)
{
  Known *known = g_hash_table_lookup (self->known, facts->path);

  if (known == NULL)
    {
      known = g_new0 (Known, 1);
      known->watch = self;
      known->path = g_strdup (facts->path);
      g_hash_table_insert (self->known, known->path, known);
    }
  known->identity = facts->identity;
  known->verdict = *verdict;
  g_free (known->name);
  known->name = kiosk_text_clean (facts->claim, NAME_MAX_CHARS);
  g_free (known->what);
  known->what = kiosk_bus_describe (facts, verdict);
  return known;
}

/* @news: what udev said about it; NULL: nothing. */
static void
look_at (KioskBusWatch *self, const char *path, struct udev_device *news)
{
  GHashTable *start = kiosk_bus_memory_get_start (self->memory);
  KioskBusFacts facts;
  KioskBusVerdict verdict;
  Known *known = g_hash_table_lookup (self->known, path);

  if (!kiosk_bus_facts_read (path, self->system, start, &facts))
    {
      const char *subsystem = news != NULL ? udev_device_get_subsystem (news) : NULL;

      if (known != NULL || !is_worth_recalling (subsystem) || is_covered_by_name (self, path))
        return;
      kiosk_bus_facts_recall (path, subsystem, udev_device_get_devtype (news),
                              udev_device_get_property_value (news, "MODALIAS"),
                              udev_device_get_property_value (news, "PCI_CLASS"), self->system,
                              start, &facts);
    }
  if (known != NULL && known->pending)
    {
      known->again = TRUE;
      return;
    }
  /* Another one in its place. */
  if (known != NULL && known->identity != facts.identity)
    {
      forget (self, path);
      known = NULL;
    }
  judge (self, &facts, &verdict);
  if (verdict.role != KIOSK_BUS_REFUSED)
    {
      forget (self, path);
      return;
    }
  if (known == NULL && is_covered (self, &facts, &verdict))
    return;
  known = remember (self, &facts, &verdict);
  known->vanished = facts.gone;
  if (kiosk_bus_is_shut (&facts, &verdict))
    settle (known, TRUE);
  else if (verdict.shut == KIOSK_BUS_SHUT_NOT)
    settle (known, FALSE);
  else
    begin_order (known);
}

static GPtrArray *
list_known (KioskBusWatch *self)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iterator;
  gpointer key;

  g_hash_table_iter_init (&iterator, self->known);
  while (g_hash_table_iter_next (&iterator, &key, NULL))
    g_ptr_array_add (paths, g_strdup (key));
  return paths;
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
  known = list_known (self);
  for (guint i = 0; i < known->len; i++)
    if (!g_file_test (known->pdata[i], G_FILE_TEST_EXISTS))
      forget (self, known->pdata[i]);
  for (guint i = 0; i < devices->len; i++)
    look_at (self, devices->pdata[i], NULL);
  return devices->len;
}

/* ---- udev ---- */

static void
on_device (KioskBusWatch *self, struct udev_device *device)
{
  const char *path = udev_device_get_syspath (device);
  const char *action = udev_device_get_action (device);
  const char *old = udev_device_get_property_value (device, "DEVPATH_OLD");

  if (path == NULL || action == NULL)
    return;
  if (old != NULL)
    {
      g_autofree char *old_path = g_strconcat ("/sys", old, NULL);

      forget (self, old_path);
    }
  if (strcmp (action, "remove") == 0)
    forget (self, path);
  else
    look_at (self, path, strcmp (action, "add") == 0 ? device : NULL);
}

static gboolean
on_news (int fd, GIOCondition condition, gpointer data)
{
  KioskBusWatch *self = data;
  g_autoptr (GError) error = NULL;
  gboolean lost = FALSE;

  for (;;)
    {
      struct udev_device *device;

      errno = 0;
      device = udev_monitor_receive_device (self->monitor);
      if (device != NULL)
        {
          on_device (self, device);
          udev_device_unref (device);
        }
      else if (errno == ENOBUFS)
        lost = TRUE;
      else if (errno != EINTR)
        break;
    }
  if (lost)
    {
      guint n = look_at_all (self, &error);

      if (error != NULL)
        g_warning ("%s", error->message);
      self->events.rescanned (n, self->data);
    }
  return G_SOURCE_CONTINUE;
}

/* Not everybody who opens something makes udev say so. */
static gboolean
on_look (gpointer data)
{
  KioskBusWatch *self = data;
  g_autoptr (GPtrArray) paths = list_known (self);

  for (guint i = 0; i < paths->len; i++)
    look_at (self, paths->pdata[i], NULL);
  return G_SOURCE_CONTINUE;
}

static gboolean
open_monitor (KioskBusWatch *self, GError **error)
{
  self->udev = udev_new ();
  self->monitor = self->udev != NULL ? udev_monitor_new_from_netlink (self->udev, "udev") : NULL;
  if (self->monitor == NULL)
    return kiosk_error_set_errno (error, errno, "udev_monitor_new_from_netlink");
  /* Without the right to it the size is the system's, and a flood leads to a look at everything. */
  udev_monitor_set_receive_buffer_size (self->monitor, RECEIVE_BUFFER);
  if (udev_monitor_enable_receiving (self->monitor) < 0)
    return kiosk_error_set_errno (error, errno, "udev_monitor_enable_receiving");
  self->source = g_unix_fd_add (udev_monitor_get_fd (self->monitor), G_IO_IN | G_IO_ERR, on_news,
                                self);
  return TRUE;
}

KioskBusWatch *
kiosk_bus_watch_new (const char *memory, const dev_t *system, gsize n_system,
                     const KioskBusWatchEvents *events, gpointer data, GError **error)
{
  g_autoptr (KioskBusWatch) self = g_new0 (KioskBusWatch, 1);
  g_autoptr (GError) local = NULL;

  self->events = *events;
  self->data = data;
  self->well = TRUE;
  self->cancellable = g_cancellable_new ();
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, known_free);
  self->untold = g_ptr_array_new_with_free_func (known_free);
  self->memory = kiosk_bus_memory_new (memory);
  self->system = kiosk_bus_find_system (system, n_system);
  if (!open_monitor (self, error))
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
  /* Threads that are at a device end by themselves; what they bring comes to nobody. */
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_pointer (&self->monitor, udev_monitor_unref);
  g_clear_pointer (&self->udev, udev_unref);
  g_clear_pointer (&self->memory, kiosk_bus_memory_free);
  g_hash_table_unref (self->system);
  g_hash_table_unref (self->known);
  g_ptr_array_unref (self->untold);
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

static gboolean
has_told (gpointer data)
{
  Known *known = data;

  tell (known);
  return known->told;
}

void
kiosk_bus_watch_tell (KioskBusWatch *self)
{
  GHashTableIter iterator;
  gpointer value;

  for (guint i = 0; i < self->untold->len;)
    if (has_told (self->untold->pdata[i]))
      g_ptr_array_remove_index (self->untold, i);
    else
      i++;
  g_hash_table_iter_init (&iterator, self->known);
  while (g_hash_table_iter_next (&iterator, NULL, &value))
    if (!((Known *) value)->told)
      tell (value);
}

gboolean
kiosk_bus_watch_is_well (const KioskBusWatch *self)
{
  return self->well;
}
