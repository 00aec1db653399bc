/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "usb-guard.h"

#include "udev-listener.h"
#include "usb-hub.h"
#include "usb-plugged.h"
#include "usb-situation.h"

#include "kiosk/model/audit-actions.h"

#include <libudev.h>
#include <string.h>

/* Which devices there are, and who judges them. Of devices the kernel tells: a verdict need not wait for udev, whose rules
 * leave USB alone while the guard stands (kiosk-guard/usb, daemon-devices.c). What a device types is known to udev
 * alone. A notice can be lost, a list is true: whenever there is doubt, and every few seconds without any, the list is
 * held against what is known. */

struct _KioskUsbGuard {
  const KioskUsbGuardEvents *events;
  gpointer data;
  struct udev *udev;
  KioskUdevListener *devices; /* by the kernel */
  KioskUdevListener *inputs;  /* by udev */
  guint reconsider_source;
  GHashTable *plugged; /* syspath -> KioskUsbPlugged */
  KioskUsbSituation situation;
  guint64 ranks; /* devices so far */
  gboolean buses_closed;
  gboolean looked; /* at least once */
};

/* ---- Judging ---- */

/* How many devices of those that are there came before it. */
static guint
count_earlier (KioskUsbGuard *self, KioskUsbDevice *device)
{
  GHashTableIter iterator;
  gpointer plugged;
  guint n = 0;

  g_hash_table_iter_init (&iterator, self->plugged);
  while (g_hash_table_iter_next (&iterator, NULL, &plugged))
    if (kiosk_usb_device_get_rank (((KioskUsbPlugged *) plugged)->device)
        < kiosk_usb_device_get_rank (device))
      n++;
  return n;
}

static void
on_judge (KioskUsbDevice *device, KioskUsbVerdict *verdict, gpointer data)
{
  KioskUsbGuard *self = data;
  KioskUsbPlugged *plugged
      = g_hash_table_lookup (self->plugged, kiosk_usb_device_get_syspath (device));
  KioskUsbNews news;

  if (!kiosk_usb_situation_judge (&self->situation, plugged, count_earlier (self, device), verdict))
    return;
  news = kiosk_usb_plugged_news (plugged);
  news.verdict = verdict;
  if (self->events->keyboard_found (&news, self->data))
    return;
  plugged->checking = FALSE;
  kiosk_usb_situation_refuse (verdict, KIOSK_REASON_DEVICE_LOCKED, "it cannot be checked now");
}

/* One that works may come back while the screen is locked. */
static void
remember_keyboard (KioskUsbGuard *self, KioskUsbPlugged *plugged)
{
  if (plugged->admitted && kiosk_usb_device_is_working (plugged->device))
    kiosk_usb_keyboards_remember (self->situation.keyboards,
                                  kiosk_usb_device_get_facts (plugged->device));
}

static void
on_settled (KioskUsbDevice *device, gpointer data)
{
  KioskUsbGuard *self = data;
  KioskUsbPlugged *plugged
      = g_hash_table_lookup (self->plugged, kiosk_usb_device_get_syspath (device));

  remember_keyboard (self, plugged);
  kiosk_usb_plugged_tell (plugged, self->events, self->data);
}

static void
on_obeyed (KioskUsbDevice *device, gpointer data)
{
  KioskUsbGuard *self = data;

  self->events->changed (self->data);
}

static void
on_found_open (KioskUsbDevice *device, const char *detail, gboolean closed, gpointer data)
{
  KioskUsbGuard *self = data;

  self->events->unguarded (detail, closed, self->data);
}

static const KioskUsbDeviceEvents device_events = {
  .judge = on_judge,
  .settled = on_settled,
  .obeyed = on_obeyed,
  .found_open = on_found_open,
};

static void
reconsider_all (KioskUsbGuard *self)
{
  g_autoptr (GPtrArray) list = kiosk_usb_plugged_list (self->plugged);

  for (guint i = 0; i < list->len; i++)
    kiosk_usb_device_reconsider (((KioskUsbPlugged *) list->pdata[i])->device);
}

static gboolean
on_reconsider_due (gpointer data)
{
  KioskUsbGuard *self = data;

  self->reconsider_source = 0;
  reconsider_all (self);
  kiosk_usb_situation_drop_former (&self->situation);
  return G_SOURCE_REMOVE;
}

/* ---- What is plugged in ---- */

static void
forget (KioskUsbGuard *self, const char *syspath)
{
  gpointer plugged;
  gboolean obeyed;

  /* Out of the table first: what is told may lead back here. */
  if (!g_hash_table_steal_extended (self->plugged, syspath, NULL, &plugged))
    return;
  obeyed = kiosk_usb_device_obeys (((KioskUsbPlugged *) plugged)->device);
  kiosk_usb_plugged_tell_removed (plugged, self->events, self->data);
  kiosk_usb_plugged_free (plugged);
  if (!obeyed)
    self->events->changed (self->data);
}

/* TRUE when it is a device that was not known. */
static gboolean
take (KioskUsbGuard *self, struct udev_device *found)
{
  const char *syspath = udev_device_get_syspath (found);
  KioskUsbPlugged *plugged = g_hash_table_lookup (self->plugged, syspath);

  if (plugged != NULL && kiosk_usb_device_is_there (plugged->device))
    return FALSE;
  forget (self, syspath);
  plugged
      = kiosk_usb_plugged_new (kiosk_usb_device_new (syspath, self->ranks++, &device_events, self),
                               udev_device_get_property_value (found, "PRODUCT"));
  g_hash_table_insert (self->plugged, (char *) kiosk_usb_device_get_syspath (plugged->device),
                       plugged);
  return TRUE;
}

/* TRUE: closed. */
static gboolean
close_hub (KioskUsbGuard *self, const char *syspath)
{
  g_autofree char *found = NULL;
  gboolean closed = kiosk_usb_hub_close (syspath, &found);

  if (found != NULL)
    self->events->unguarded (found, closed, self->data);
  return closed;
}

static void
set_buses_closed (KioskUsbGuard *self, gboolean closed)
{
  if (self->buses_closed == closed)
    return;
  self->buses_closed = closed;
  self->events->changed (self->data);
}

/* Holds what there is against what is known; how many had come or gone unheard. */
static guint
look_at_all (KioskUsbGuard *self)
{
  struct udev_enumerate *list = udev_enumerate_new (self->udev);
  g_autoptr (GHashTable) present = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) known = NULL;
  struct udev_list_entry *entry;
  gboolean closed = TRUE;
  guint found = 0;

  if (list == NULL || udev_enumerate_add_match_subsystem (list, "usb") < 0
      || udev_enumerate_scan_devices (list) < 0)
    closed = FALSE;
  else
    udev_list_entry_foreach (entry, udev_enumerate_get_list_entry (list))
    {
      const char *syspath = udev_list_entry_get_name (entry);
      const char *name = strrchr (syspath, '/') + 1;
      struct udev_device *device;

      if (strchr (name, ':') != NULL) /* an interface */
        continue;
      if (kiosk_usb_is_root_hub (name))
        {
          closed = close_hub (self, syspath) && closed;
          continue;
        }
      device = udev_device_new_from_syspath (self->udev, syspath);
      if (device == NULL)
        continue; /* gone meanwhile */
      g_hash_table_add (present, g_strdup (syspath));
      found += take (self, device) ? 1 : 0;
      udev_device_unref (device);
    }
  udev_enumerate_unref (list);
  known = kiosk_usb_plugged_list (self->plugged);
  for (guint i = 0; closed && i < known->len; i++)
    {
      g_autofree char *syspath
          = g_strdup (kiosk_usb_device_get_syspath (((KioskUsbPlugged *) known->pdata[i])->device));

      if (g_hash_table_contains (present, syspath))
        continue;
      found++;
      forget (self, syspath);
    }
  set_buses_closed (self, closed);
  return found;
}

void
kiosk_usb_guard_look (KioskUsbGuard *self)
{
  g_autoptr (GPtrArray) list = NULL;
  guint found = look_at_all (self);

  if (found > 0 && self->looked)
    self->events->rescanned (found, self->data);
  self->looked = TRUE;
  list = kiosk_usb_plugged_list (self->plugged);
  for (guint i = 0; i < list->len; i++)
    kiosk_usb_device_look (((KioskUsbPlugged *) list->pdata[i])->device);
}

/* ---- News ---- */

/* The device that the one at @syspath is, or belongs to. */
static KioskUsbPlugged *
find_owner (KioskUsbGuard *self, const char *syspath)
{
  g_autofree char *path = g_strdup (syspath);

  for (char *end = path + strlen (path); end != NULL; end = strrchr (path, '/'))
    {
      KioskUsbPlugged *plugged;

      *end = '\0';
      plugged = g_hash_table_lookup (self->plugged, path);
      if (plugged != NULL)
        return plugged;
    }
  return NULL;
}

/* What a device types is known only now: its descriptors say that it has reports, not which. A mouse that has the keys
 * of a keyboard is none. */
static void
on_input_news (struct udev_device *input, gpointer data)
{
  KioskUsbGuard *self = data;
  const char *node = udev_device_get_sysname (input);
  KioskUsbPlugged *plugged = find_owner (self, udev_device_get_syspath (input));

  if (plugged == NULL || !g_str_has_prefix (node, "event"))
    return;
  if (g_strcmp0 (udev_device_get_action (input), "remove") == 0)
    {
      /* The name may be another keyboard's next. */
      if (g_strcmp0 (plugged->node, node) == 0)
        g_clear_pointer (&plugged->node, g_free);
      return;
    }
  if (g_strcmp0 (udev_device_get_property_value (input, "ID_INPUT_KEYBOARD"), "1") != 0)
    return;
  if (kiosk_usb_device_get_verdict (plugged->device)->purpose != KIOSK_PURPOSE_KEYBOARD)
    {
      kiosk_usb_device_condemn (plugged->device, KIOSK_REASON_DEVICE_PART,
                                "it types, and is not listed as a keyboard");
      return;
    }
  if (plugged->node == NULL)
    plugged->node = g_strdup (node);
  if (plugged->checking && kiosk_usb_device_is_working (plugged->device))
    kiosk_usb_plugged_tell (plugged, self->events, self->data);
}

static void
on_device_news (struct udev_device *device, gpointer data)
{
  KioskUsbGuard *self = data;
  const char *syspath = udev_device_get_syspath (device);
  gboolean gone = g_strcmp0 (udev_device_get_action (device), "remove") == 0;

  if (kiosk_usb_is_root_hub (udev_device_get_sysname (device)))
    {
      /* A controller that was found only now lets everything in until somebody tells it. */
      g_autofree char *found = NULL;

      if (!gone && !kiosk_usb_hub_close (syspath, &found))
        set_buses_closed (self, FALSE);
    }
  else if (gone)
    forget (self, syspath);
  else
    take (self, device);
}

static void
on_lost (gpointer data)
{
  KioskUsbGuard *self = data;
  guint found = look_at_all (self);

  self->events->rescanned (found, self->data);
  reconsider_all (self);
}

static const KioskUdevListenerEvents device_news = {
  .news = on_device_news,
  .lost = on_lost,
};

static const KioskUdevListenerEvents input_news = {
  .news = on_input_news,
  .lost = on_lost,
};

static const KioskUdevMatch devices[] = {
  { "usb", "usb_device" },
  { NULL, NULL },
};

static const KioskUdevMatch inputs[] = {
  { "input", NULL },
  { NULL, NULL },
};

/* ---- The whole ---- */

/* Somebody has come or gone. Whoever comes next has nothing to do with who was there: keyboards that wait for a check
 * work, and those that were unplugged are forgotten. */
static void
begin_anew (KioskUsbGuard *self)
{
  GHashTableIter iterator;
  gpointer value;

  kiosk_usb_keyboards_forget (self->situation.keyboards);
  g_hash_table_iter_init (&iterator, self->plugged);
  while (g_hash_table_iter_next (&iterator, NULL, &value))
    {
      KioskUsbPlugged *plugged = value;

      plugged->checking = FALSE;
      remember_keyboard (self, plugged);
    }
}

void
kiosk_usb_guard_set_situation (KioskUsbGuard *self, KioskPolicy *policy, KioskDeviceMoment moment)
{
  KioskDeviceMoment before = self->situation.moment;

  if (!kiosk_usb_situation_change (&self->situation, policy, moment))
    return;
  if (moment == KIOSK_MOMENT_LOGGED_OUT || before == KIOSK_MOMENT_LOGGED_OUT)
    begin_anew (self);
  if (self->reconsider_source == 0)
    self->reconsider_source = g_idle_add_full (G_PRIORITY_HIGH, on_reconsider_due, self, NULL);
}

void
kiosk_usb_guard_settle_keyboard (KioskUsbGuard *self, const char *syspath, gboolean proved)
{
  KioskUsbPlugged *plugged = g_hash_table_lookup (self->plugged, syspath);

  if (plugged == NULL || !plugged->checking)
    return;
  plugged->checking = FALSE;
  plugged->admitted = proved;
  if (proved)
    kiosk_usb_device_reconsider (plugged->device);
  else
    kiosk_usb_device_condemn (plugged->device, KIOSK_REASON_DEVICE_UNCONFIRMED,
                              "the number was not typed on it");
}

gboolean
kiosk_usb_guard_are_buses_closed (const KioskUsbGuard *self)
{
  return self->buses_closed;
}

gboolean
kiosk_usb_guard_do_devices_obey (const KioskUsbGuard *self)
{
  GHashTableIter iterator;
  gpointer plugged;

  g_hash_table_iter_init (&iterator, self->plugged);
  while (g_hash_table_iter_next (&iterator, NULL, &plugged))
    if (!kiosk_usb_device_obeys (((KioskUsbPlugged *) plugged)->device))
      return FALSE;
  return TRUE;
}

KioskUsbGuard *
kiosk_usb_guard_new (const KioskUsbGuardEvents *events, gpointer data, GError **error)
{
  KioskUsbGuard *self = g_new0 (KioskUsbGuard, 1);

  self->events = events;
  self->data = data;
  self->plugged = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                         (GDestroyNotify) kiosk_usb_plugged_free);
  kiosk_usb_situation_init (&self->situation);
  self->udev = udev_new ();
  self->devices
      = kiosk_udev_listener_new (self->udev, KIOSK_UDEV_KERNEL, devices, &device_news, self, error);
  if (self->devices != NULL)
    self->inputs
        = kiosk_udev_listener_new (self->udev, KIOSK_UDEV_RULES, inputs, &input_news, self, error);
  if (self->inputs == NULL)
    {
      kiosk_usb_guard_free (self);
      return NULL;
    }
  return self;
}

void
kiosk_usb_guard_free (KioskUsbGuard *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->reconsider_source, g_source_remove);
  kiosk_udev_listener_free (self->devices);
  kiosk_udev_listener_free (self->inputs);
  g_hash_table_unref (self->plugged);
  kiosk_usb_situation_clear (&self->situation);
  udev_unref (self->udev);
  g_free (self);
}
