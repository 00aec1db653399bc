/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "usb-plugged.h"

#include "kiosk/model/audit-actions.h"

KioskUsbPlugged *
kiosk_usb_plugged_new (KioskUsbDevice *device, const char *claim)
{
  KioskUsbPlugged *self = g_new0 (KioskUsbPlugged, 1);

  self->device = device;
  self->claim = g_strdup (claim);
  return self;
}

void
kiosk_usb_plugged_free (KioskUsbPlugged *self)
{
  kiosk_usb_device_free (self->device);
  g_free (self->claim);
  g_free (self->node);
  g_free (self);
}

static gint
compare_ranks (gconstpointer a, gconstpointer b)
{
  guint64 first = kiosk_usb_device_get_rank ((*(KioskUsbPlugged *const *) a)->device);
  guint64 second = kiosk_usb_device_get_rank ((*(KioskUsbPlugged *const *) b)->device);

  return first < second ? -1 : first > second ? 1 : 0;
}

GPtrArray *
kiosk_usb_plugged_list (GHashTable *table)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iterator;
  gpointer plugged;

  g_hash_table_iter_init (&iterator, table);
  while (g_hash_table_iter_next (&iterator, NULL, &plugged))
    g_ptr_array_add (list, plugged);
  g_ptr_array_sort (list, compare_ranks);
  return list;
}

KioskUsbNews
kiosk_usb_plugged_news (const KioskUsbPlugged *self)
{
  return (KioskUsbNews){
    .syspath = kiosk_usb_device_get_syspath (self->device),
    .facts = kiosk_usb_device_get_facts (self->device),
    .verdict = kiosk_usb_device_get_verdict (self->device),
    .claim = self->claim,
    .was_open = kiosk_usb_device_was_open (self->device),
    .obeys = kiosk_usb_device_obeys (self->device),
    .had_worked = self->had_worked,
  };
}

static void
tell_working (KioskUsbPlugged *self, const KioskUsbGuardEvents *events, gpointer data)
{
  KioskUsbNews news = kiosk_usb_plugged_news (self);

  if (self->checking)
    {
      if (self->node == NULL || self->ready)
        return;
      self->ready = TRUE;
      events->keyboard_ready (&news, self->node, data);
      return;
    }
  if (self->told_working)
    return;
  self->told_working = self->had_worked = TRUE;
  self->told_reason = NULL;
  events->allowed (&news, data);
}

void
kiosk_usb_plugged_tell (KioskUsbPlugged *self, const KioskUsbGuardEvents *events, gpointer data)
{
  KioskUsbNews news = kiosk_usb_plugged_news (self);

  if (kiosk_usb_device_is_working (self->device))
    {
      tell_working (self, events, data);
      return;
    }
  if (self->told_working)
    {
      self->told_working = FALSE;
      self->told_reason = news.verdict->reason;
      events->withdrawn (&news, data);
    }
  else if (g_strcmp0 (self->told_reason, news.verdict->reason) != 0)
    {
      self->told_reason = news.verdict->reason;
      events->refused (&news, data);
    }
}

void
kiosk_usb_plugged_tell_removed (KioskUsbPlugged *self, const KioskUsbGuardEvents *events,
                                gpointer data)
{
  KioskUsbNews news = kiosk_usb_plugged_news (self);
  KioskUsbVerdict unknown = {
    .kind = news.verdict->allowed ? news.verdict->kind : KIOSK_DEVICE_OTHER,
    .reason = KIOSK_REASON_DEVICE_UNREADABLE,
    .detail = (char *) "unplugged before it worked",
  };

  /* Plugged and unplugged faster than it could be read: that it was there is on record all the same. */
  if (!self->told_working && !self->had_worked && self->told_reason == NULL)
    {
      if (news.verdict->reason == NULL)
        news.verdict = &unknown;
      events->refused (&news, data);
    }
  events->removed (&news, data);
}
