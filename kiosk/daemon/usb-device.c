/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "usb-device.h"

#include "usb-attribute.h"
#include "usb-order.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"

#include <string.h>
#include <unistd.h>

/* May not decide whether a device is allowed; sees to it that one that is not stays dead. Dead is the state that
 * needs nothing: the kernel holds it (authorized_default, interface_authorized_default), also without kioskd. */

typedef enum {
  NEW, /* not examined yet */
  CLOSED,
  CLOSING,
  OPENING,
  OPEN,
} State;

struct _KioskUsbDevice {
  guint references; /* the owner's, and one of an order */
  const KioskUsbDeviceEvents *events;
  gpointer data;
  char *syspath;
  guint64 rank;
  int folder; /* -1 until it is examined */
  KioskUsbFacts facts;
  KioskUsbVerdict verdict;
  State state;
  gboolean gone;
  gboolean was_open;
  gboolean disobeys;
  const char *condemned;     /* static */
  char *why;                 /* of @condemned */
  char *found_open;          /* by a look; told when it is closed */
  guint8 open_configuration; /* what was opened */
  guint32 open_interfaces;
};

static void
unref (KioskUsbDevice *self)
{
  if (--self->references > 0)
    return;
  kiosk_usb_facts_clear (&self->facts);
  kiosk_usb_verdict_clear (&self->verdict);
  kiosk_fd_clear (&self->folder);
  g_free (self->syspath);
  g_free (self->why);
  g_free (self->found_open);
  g_free (self);
}

static gboolean
is_busy (const KioskUsbDevice *self)
{
  return self->state == NEW || self->state == CLOSING || self->state == OPENING;
}

static void
set_disobeys (KioskUsbDevice *self, gboolean disobeys)
{
  if (self->disobeys == disobeys)
    return;
  self->disobeys = disobeys;
  self->events->obeyed (self, self->data);
}

/* ---- Orders ---- */

static void
run_order (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  kiosk_usb_order_carry_out (data);
  g_task_return_boolean (task, TRUE);
}

static void on_order_ready (GObject *source, GAsyncResult *result, gpointer data);

static void
give_order (KioskUsbDevice *self, KioskUsbOrderKind kind, State state)
{
  KioskUsbOrder *order = kiosk_usb_order_new (kind, self->syspath, self->folder,
                                              kind == KIOSK_USB_OPEN ? &self->facts : NULL);
  g_autoptr (GTask) task = NULL;

  order->configuration = self->open_configuration;
  order->interfaces = self->open_interfaces;
  self->state = state;
  self->references++;
  task = g_task_new (NULL, NULL, on_order_ready, self);
  g_task_set_task_data (task, order, (GDestroyNotify) kiosk_usb_order_free);
  g_task_run_in_thread (task, run_order);
}

void
kiosk_usb_device_condemn (KioskUsbDevice *self, const char *reason, const char *detail)
{
  self->condemned = reason;
  g_free (self->why);
  self->why = g_strdup (detail);
  kiosk_usb_device_reconsider (self);
}

static void
note_failure (KioskUsbDevice *self, KioskUsbOrder *order)
{
  switch (order->result)
    {
    case KIOSK_USB_CHANGED:
      self->condemned = KIOSK_REASON_DEVICE_CHANGED;
      break;
    case KIOSK_USB_UNREADABLE:
      self->condemned = KIOSK_REASON_DEVICE_UNREADABLE;
      break;
    case KIOSK_USB_DISOBEYED:
      self->condemned = KIOSK_REASON_DEVICE_STATE;
      break;
    case KIOSK_USB_DONE:
    case KIOSK_USB_GONE:
    default:
      return;
    }
  g_free (self->why);
  self->why = g_steal_pointer (&order->detail);
}

static void
on_examined (KioskUsbDevice *self, KioskUsbOrder *order)
{
  self->folder = order->folder;
  self->state = order->open ? OPEN : CLOSED;
  self->was_open = order->open;
  if (order->result == KIOSK_USB_DONE)
    {
      kiosk_usb_facts_clear (&self->facts);
      self->facts = order->facts;
      order->facts = (KioskUsbFacts){ 0 };
    }
  note_failure (self, order);
}

static void
tell_found_open (KioskUsbDevice *self, gboolean closed)
{
  g_autofree char *found = g_steal_pointer (&self->found_open);

  if (found != NULL)
    self->events->found_open (self, found, closed, self->data);
}

static void
on_order_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  KioskUsbDevice *self = data;
  KioskUsbOrder *order = g_task_get_task_data (G_TASK (result));

  if (order->kind == KIOSK_USB_EXAMINE)
    on_examined (self, order);
  else
    {
      note_failure (self, order);
      self->state = order->open ? OPEN : CLOSED;
    }
  if (!self->gone && order->result != KIOSK_USB_GONE)
    {
      /* Whatever went wrong while it was opened is only dangerous when it could not be closed again. */
      if (order->kind == KIOSK_USB_CLOSE)
        tell_found_open (self, !order->open);
      set_disobeys (self, order->open && order->result == KIOSK_USB_DISOBEYED);
      kiosk_usb_device_reconsider (self);
    }
  unref (self);
}

/* ---- From the verdict to orders ---- */

static gboolean
is_open_as_judged (const KioskUsbDevice *self)
{
  return self->open_configuration == self->verdict.configuration
         && self->open_interfaces == self->verdict.interfaces;
}

static void
begin_opening (KioskUsbDevice *self)
{
  self->open_configuration = self->verdict.configuration;
  self->open_interfaces = self->verdict.interfaces;
  give_order (self, KIOSK_USB_OPEN, OPENING);
}

static void
carry_out_verdict (KioskUsbDevice *self)
{
  if (is_busy (self))
    return;
  if (!self->verdict.allowed && self->state != CLOSED && !self->disobeys)
    give_order (self, KIOSK_USB_CLOSE, CLOSING);
  else if (!self->verdict.allowed)
    self->events->settled (self, self->data);
  else if (self->state == CLOSED || !is_open_as_judged (self))
    begin_opening (self);
  else
    self->events->settled (self, self->data);
}

void
kiosk_usb_device_reconsider (KioskUsbDevice *self)
{
  KioskUsbVerdict verdict = { 0 };

  if (self->state == NEW)
    return;
  self->events->judge (self, &verdict, self->data);
  if (self->condemned != NULL)
    {
      verdict.allowed = FALSE;
      verdict.reason = self->condemned;
      g_free (verdict.detail);
      verdict.detail = g_strdup (self->why != NULL ? self->why : "");
    }
  kiosk_usb_verdict_clear (&self->verdict);
  self->verdict = verdict;
  carry_out_verdict (self);
}

/* ---- Looking ---- */

/* Value of authorized of the interface @name; NULL when it cannot be read. */
static char *
read_interface (KioskUsbDevice *self, const char *name)
{
  kiosk_autofd int folder = kiosk_usb_folder_open (self->folder, name, NULL);

  return folder >= 0 ? kiosk_usb_attribute_read (folder, "authorized", NULL) : NULL;
}

/* NULL, or an interface of a device that works which must not. */
static char *
find_open_interface (KioskUsbDevice *self)
{
  g_autoptr (GPtrArray) names = kiosk_usb_list_others (
      self->folder, self->facts.name, self->open_configuration, self->open_interfaces, NULL);

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      g_autofree char *authorized = read_interface (self, names->pdata[i]);

      if (authorized != NULL && !g_str_equal (authorized, "0"))
        return g_strdup_printf ("%s authorized=%s", (char *) names->pdata[i], authorized);
    }
  return NULL;
}

static gboolean
has_closed_interface (KioskUsbDevice *self)
{
  for (guint i = 0; i < KIOSK_USB_MAX_INTERFACES; i++)
    if ((self->open_interfaces & (1u << i)) != 0)
      {
        g_autofree char *name
            = kiosk_usb_interface_name (self->facts.name, self->open_configuration, i);
        g_autofree char *authorized = read_interface (self, name);

        if (g_strcmp0 (authorized, "0") == 0)
          return TRUE;
      }
  return FALSE;
}

void
kiosk_usb_device_look (KioskUsbDevice *self)
{
  g_autofree char *authorized = NULL;
  g_autofree char *open = NULL;

  if (is_busy (self) || self->folder < 0 || !kiosk_usb_device_is_there (self))
    return;
  if (self->disobeys)
    {
      give_order (self, KIOSK_USB_CLOSE, CLOSING);
      return;
    }
  authorized = kiosk_usb_attribute_read (self->folder, "authorized", NULL);
  if (self->state == CLOSED && g_strcmp0 (authorized, "0") != 0)
    open = g_strdup_printf ("authorized=%s", authorized != NULL ? authorized : "?");
  else if (self->state == OPEN)
    open = find_open_interface (self);
  if (open != NULL)
    {
      g_free (self->found_open);
      self->found_open = g_strdup_printf ("%s: %s", self->facts.name, open);
      give_order (self, KIOSK_USB_CLOSE, CLOSING);
    }
  else if (self->state == OPEN && (g_strcmp0 (authorized, "0") == 0 || has_closed_interface (self)))
    {
      self->state = CLOSED;
      kiosk_usb_device_reconsider (self);
    }
}

gboolean
kiosk_usb_device_is_there (const KioskUsbDevice *self)
{
  return self->folder < 0 || faccessat (self->folder, "uevent", F_OK, 0) == 0;
}

/* ---- Beginning, end, facts ---- */

KioskUsbDevice *
kiosk_usb_device_new (const char *syspath, guint64 rank, const KioskUsbDeviceEvents *events,
                      gpointer data)
{
  KioskUsbDevice *self = g_new0 (KioskUsbDevice, 1);

  self->references = 1;
  self->events = events;
  self->data = data;
  self->syspath = g_strdup (syspath);
  self->rank = rank;
  self->folder = -1;
  self->facts.name = g_path_get_basename (syspath);
  self->facts.path = g_strdup ("");
  give_order (self, KIOSK_USB_EXAMINE, NEW);
  return self;
}

void
kiosk_usb_device_free (KioskUsbDevice *self)
{
  if (self == NULL)
    return;
  self->gone = TRUE;
  unref (self);
}

gboolean
kiosk_usb_device_is_condemned (const KioskUsbDevice *self)
{
  return self->condemned != NULL;
}

const char *
kiosk_usb_device_get_syspath (const KioskUsbDevice *self)
{
  return self->syspath;
}

guint64
kiosk_usb_device_get_rank (const KioskUsbDevice *self)
{
  return self->rank;
}

const KioskUsbFacts *
kiosk_usb_device_get_facts (const KioskUsbDevice *self)
{
  return &self->facts;
}

const KioskUsbVerdict *
kiosk_usb_device_get_verdict (const KioskUsbDevice *self)
{
  return &self->verdict;
}

gboolean
kiosk_usb_device_is_working (const KioskUsbDevice *self)
{
  return self->verdict.allowed && self->state == OPEN && is_open_as_judged (self);
}

gboolean
kiosk_usb_device_was_open (const KioskUsbDevice *self)
{
  return self->was_open;
}

gboolean
kiosk_usb_device_obeys (const KioskUsbDevice *self)
{
  return !self->disobeys;
}
