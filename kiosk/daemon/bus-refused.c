/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "bus-refused.h"
#include "bus-shut.h"

#include <gio/gio.h>

#include <string.h>

/* A driver may take as long as it likes to let go of its device, so devices are shut in other threads. What is in the
 * table is touched by the main thread alone, and stays in it while a thread is at it. */

#define NAME_MAX_CHARS 32

/* Something that is refused. */
typedef struct {
  KioskBusRefused *table;
  char *path;
  guint64 identity;
  KioskBusVerdict verdict;
  char *name;
  char *what;
  gboolean shut;
  gboolean settled;  /* it is known whether it is shut */
  gboolean pending;  /* a thread is at it */
  gboolean again;    /* something happened meanwhile */
  gboolean removed;  /* unplugged meanwhile, or forgotten by the kernel */
  gboolean vanished; /* the kernel was made to forget it */
  gboolean told, told_shut;
  gint64 told_at; /* monotonic */
  guint times;
  guint patience;
} Known;

struct _KioskBusRefused {
  KioskBusWatchEvents events;
  gpointer data;
  void (*look) (const char *path, gpointer watch);
  gpointer watch;
  KioskBusMemory *memory;
  GHashTable *known; /* path -> Known */
  GPtrArray *untold; /* Known: gone before they could be told */
  GCancellable *cancellable;
  gboolean well;
};

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
update_well (KioskBusRefused *self)
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
  KioskBusRefused *self = known->table;
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
  if (!known->told && (known->times == 0 || !known->shut)
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

void
kiosk_bus_refused_forget (KioskBusRefused *self, const char *path)
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
  update_well (known->table);
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
  KioskBusRefused *self;
  Known *known;
  gboolean again, removed;

  /* The watch is gone, and with it what is known. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  known = data;
  self = known->table;
  path = g_strdup (known->path);
  if (!shut)
    g_warning ("%s: %s", known->path, error->message);
  g_clear_handle_id (&known->patience, g_source_remove);
  known->pending = FALSE;
  known->vanished = known->vanished || !g_file_test (path, G_FILE_TEST_EXISTS);
  again = known->again;
  removed = known->removed;
  known->again = known->removed = FALSE;
  settle (known, shut || known->vanished);
  if (removed)
    kiosk_bus_refused_forget (self, path);
  /* Perhaps another one that came meanwhile. */
  if (again)
    self->look (path, self->watch);
}

static void
begin_order (Known *known)
{
  Order *order = g_new0 (Order, 1);
  g_autoptr (GTask) task = g_task_new (NULL, known->table->cancellable, on_order_ready, known);

  order->shut = known->verdict.shut;
  order->target = g_strndup (known->path, known->verdict.target);
  known->pending = TRUE;
  known->times++;
  known->patience = g_timeout_add_seconds (KIOSK_BUS_WATCH_PATIENCE, on_impatient, known);
  g_task_set_task_data (task, order, order_free);
  /* The answer must not come when the watch is free: see kiosk_bus_refused_free(). */
  g_task_set_check_cancellable (task, TRUE);
  g_task_run_in_thread (task, run_order);
}

/* ---- The table ---- */

/* Something that it hangs from is shut in the same way already. */
gboolean
kiosk_bus_refused_covers (KioskBusRefused *self, const KioskBusFacts *facts,
                          const KioskBusVerdict *verdict)
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
gboolean
kiosk_bus_refused_covers_name (KioskBusRefused *self, const char *path)
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

static Known *
remember (KioskBusRefused *self, const KioskBusFacts *facts, const KioskBusVerdict *verdict)
{
  Known *known = g_hash_table_lookup (self->known, facts->path);

  if (known == NULL)
    {
      known = g_new0 (Known, 1);
      known->table = self;
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

GPtrArray *
kiosk_bus_refused_list (KioskBusRefused *self)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iterator;
  gpointer key;

  g_hash_table_iter_init (&iterator, self->known);
  while (g_hash_table_iter_next (&iterator, &key, NULL))
    g_ptr_array_add (paths, g_strdup (key));
  return paths;
}

static gboolean
has_told (gpointer data)
{
  Known *known = data;

  tell (known);
  return known->told;
}

void
kiosk_bus_refused_tell (KioskBusRefused *self)
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

void
kiosk_bus_refused_put (KioskBusRefused *self, const KioskBusFacts *facts,
                       const KioskBusVerdict *verdict)
{
  Known *known = remember (self, facts, verdict);

  known->vanished = facts->gone;
  if (kiosk_bus_is_shut (facts, verdict))
    settle (known, TRUE);
  else if (verdict->shut == KIOSK_BUS_SHUT_NOT)
    settle (known, FALSE);
  else
    begin_order (known);
}

gboolean
kiosk_bus_refused_find (KioskBusRefused *self, const char *path, guint64 *identity)
{
  const Known *known = g_hash_table_lookup (self->known, path);

  if (known != NULL)
    *identity = known->identity;
  return known != NULL;
}

gboolean
kiosk_bus_refused_is_busy (KioskBusRefused *self, const char *path)
{
  Known *known = g_hash_table_lookup (self->known, path);

  if (known == NULL || !known->pending)
    return FALSE;
  known->again = TRUE;
  return TRUE;
}

gboolean
kiosk_bus_refused_is_well (const KioskBusRefused *self)
{
  return self->well;
}

KioskBusRefused *
kiosk_bus_refused_new (KioskBusMemory *memory, const KioskBusWatchEvents *events, gpointer data,
                       void (*look) (const char *path, gpointer watch), gpointer watch)
{
  KioskBusRefused *self = g_new0 (KioskBusRefused, 1);

  self->events = *events;
  self->data = data;
  self->look = look;
  self->watch = watch;
  self->memory = memory;
  self->well = TRUE;
  self->cancellable = g_cancellable_new ();
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, known_free);
  self->untold = g_ptr_array_new_with_free_func (known_free);
  return self;
}

void
kiosk_bus_refused_free (KioskBusRefused *self)
{
  if (self == NULL)
    return;
  /* Threads that are at a device end by themselves; what they bring comes to nobody. */
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_hash_table_unref (self->known);
  g_ptr_array_unref (self->untold);
  g_free (self);
}
