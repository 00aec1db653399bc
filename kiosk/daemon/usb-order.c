/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "usb-order.h"

#include "usb-attribute.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/devices/usb-facts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Writes sysfs, decides nothing.
 *
 * Threat: a device that is one thing while it is judged and another when it works; and a kernel that does
 * not do what was asked of it. So each value that is written is read back, the configuration is the judged
 * one or none, the descriptors are read again before each step that opens more than the step before, and an
 * interface that was not judged to work is closed even if nothing should have opened it. */

#define PROBE "/sys/bus/usb/drivers_probe"

#define NEXT_TRY 1000 /* microseconds */

void
kiosk_usb_facts_copy (const KioskUsbFacts *from, KioskUsbFacts *to)
{
  *to = (KioskUsbFacts){
    .name = g_strdup (from->name),
    .path = g_strdup (from->path),
    .bytes = g_memdup2 (from->bytes, from->length),
    .length = from->length,
    .manufacturer = g_strdup (from->manufacturer),
    .product = g_strdup (from->product),
    .serial = g_strdup (from->serial),
    .depth = from->depth,
  };
}

KioskUsbOrder *
kiosk_usb_order_new (KioskUsbOrderKind kind, const char *syspath, int folder,
                     const KioskUsbFacts *facts)
{
  KioskUsbOrder *self = g_new0 (KioskUsbOrder, 1);

  self->kind = kind;
  self->folder = folder;
  self->syspath = g_strdup (syspath);
  if (facts != NULL)
    kiosk_usb_facts_copy (facts, &self->facts);
  return self;
}

void
kiosk_usb_order_free (KioskUsbOrder *self)
{
  kiosk_usb_facts_clear (&self->facts);
  g_free (self->syspath);
  g_free (self->detail);
  g_free (self);
}

char *
kiosk_usb_interface_name (const char *device, guint configuration, guint number)
{
  return g_strdup_printf ("%s:%u.%u", device, configuration, number);
}

/* ---- Steps: NULL error and TRUE, or why not ---- */

static gboolean
is_there (KioskUsbOrder *self)
{
  return faccessat (self->folder, "uevent", F_OK, 0) == 0;
}

static gboolean
take (KioskUsbOrder *self, KioskUsbResult result, GError *error)
{
  /* The folder of a device that was unplugged has nothing in it any more. */
  gboolean gone = g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED)
                  || (self->folder >= 0 && !is_there (self));

  self->result = gone ? KIOSK_USB_GONE : result;
  g_free (self->detail);
  self->detail = g_strdup (error->message);
  g_error_free (error);
  return FALSE;
}

static gboolean
set (KioskUsbOrder *self, int folder, const char *name, const char *value)
{
  GError *error = NULL;

  return kiosk_usb_attribute_set (folder, name, value, &error)
         || take (self, KIOSK_USB_DISOBEYED, error);
}

/* Whether the device is still the one that was judged. */
static gboolean
compare (KioskUsbOrder *self)
{
  g_auto (KioskUsbFacts) now = { 0 };
  g_autofree char *number = NULL;
  GError *error = NULL;

  if (!kiosk_usb_facts_read (self->syspath, &now, &error))
    return take (self, KIOSK_USB_UNREADABLE, error);
  /* By the folder: the path may be another device's by now. */
  number = kiosk_usb_attribute_read (self->folder, "devnum", &error);
  if (number == NULL)
    return take (self, KIOSK_USB_UNREADABLE, error);
  if (kiosk_usb_facts_equal (&self->facts, &now))
    return TRUE;
  self->result = KIOSK_USB_CHANGED;
  self->detail = g_strdup ("descriptors or serial number are others than those that were judged");
  return FALSE;
}

/* "1-2:C.N" of @device; FALSE for every other name. */
static gboolean
parse_interface (const char *device, const char *name, guint64 *configuration, guint64 *number)
{
  gsize length = strlen (device);
  g_auto (GStrv) parts = NULL;

  if (strncmp (name, device, length) != 0 || name[length] != ':')
    return FALSE;
  parts = g_strsplit (name + length + 1, ".", 2);
  return g_strv_length (parts) == 2
         && g_ascii_string_to_unsigned (parts[0], 10, 0, G_MAXUINT8, configuration, NULL)
         && g_ascii_string_to_unsigned (parts[1], 10, 0, G_MAXUINT8, number, NULL);
}

GPtrArray *
kiosk_usb_list_others (int folder, const char *device, guint configuration, guint32 interfaces,
                       GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  int fd = kiosk_usb_folder_open (folder, ".", error);
  DIR *entries = fd >= 0 ? fdopendir (fd) : NULL;

  if (entries == NULL)
    {
      if (fd >= 0)
        kiosk_error_set_errno (error, errno, "interfaces");
      kiosk_fd_clear (&fd);
      return NULL;
    }
  for (struct dirent *entry = readdir (entries); entry != NULL; entry = readdir (entries))
    {
      guint64 c, n;

      if (parse_interface (device, entry->d_name, &c, &n)
          && (c != configuration || n >= KIOSK_USB_MAX_INTERFACES || (interfaces & (1u << n)) == 0))
        g_ptr_array_add (names, g_strdup (entry->d_name));
    }
  closedir (entries);
  return g_steal_pointer (&names);
}

/* The folder of the interface @name, once it can be written to. -1 with @error. */
static int
open_interface (KioskUsbOrder *self, const char *name, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + KIOSK_USB_PATIENCE * (gint64) 1000;
  g_autofree char *authorized = g_build_filename (name, "authorized", NULL);

  while (faccessat (self->folder, authorized, F_OK, 0) != 0 && is_there (self)
         && g_get_monotonic_time () < deadline)
    g_usleep (NEXT_TRY);
  return kiosk_usb_folder_open (self->folder, name, error);
}

static gboolean
set_interface (KioskUsbOrder *self, const char *name, const char *value)
{
  GError *error = NULL;
  kiosk_autofd int folder = open_interface (self, name, &error);

  if (folder < 0)
    return take (self, KIOSK_USB_DISOBEYED, error);
  return set (self, folder, "authorized", value);
}

/* Every interface that is not to work. They are dead already (interface_authorized_default); what was open
 * before kioskd began is not. */
static gboolean
close_others (KioskUsbOrder *self)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) names
      = kiosk_usb_list_others (self->folder, strrchr (self->syspath, '/') + 1, self->configuration,
                               self->interfaces, &error);

  if (names == NULL)
    return take (self, KIOSK_USB_DISOBEYED, error);
  for (guint i = 0; i < names->len; i++)
    if (!set_interface (self, names->pdata[i], "0"))
      return FALSE;
  return TRUE;
}

/* Asks the kernel for a driver: it looked when the interface was still refused. None need be found: a smart
 * card reader is driven by a program. */
static gboolean
probe (KioskUsbOrder *self, const char *interface)
{
  kiosk_autofd int fd = open (PROBE, O_WRONLY | O_TRUNC | O_CLOEXEC);
  gsize length = strlen (interface);
  GError *error = NULL;

  if (fd >= 0 && TEMP_FAILURE_RETRY (write (fd, interface, length)) == (gssize) length)
    return TRUE;
  kiosk_error_set_errno (&error, errno, PROBE);
  return take (self, KIOSK_USB_DISOBEYED, error);
}

/* ---- Orders ---- */

static gboolean
examine (KioskUsbOrder *self)
{
  g_autofree char *authorized = NULL;
  g_autofree char *number = NULL;
  GError *error = NULL;

  self->open = TRUE;
  self->folder = kiosk_usb_folder_open (AT_FDCWD, self->syspath, &error);
  if (self->folder < 0)
    return take (self, access (self->syspath, F_OK) != 0 ? KIOSK_USB_GONE : KIOSK_USB_UNREADABLE,
                 error);
  authorized = kiosk_usb_attribute_read (self->folder, "authorized", &error);
  if (authorized == NULL)
    return take (self, KIOSK_USB_UNREADABLE, error);
  self->open = !g_str_equal (authorized, "0");
  if (!kiosk_usb_facts_read (self->syspath, &self->facts, &error))
    return take (self, KIOSK_USB_UNREADABLE, error);
  number = kiosk_usb_attribute_read (self->folder, "devnum", &error);
  return number != NULL || take (self, KIOSK_USB_UNREADABLE, error);
}

static gboolean
open_interfaces (KioskUsbOrder *self)
{
  const char *device = strrchr (self->syspath, '/') + 1;

  for (guint i = 0; i < KIOSK_USB_MAX_INTERFACES; i++)
    {
      g_autofree char *name = NULL;

      if ((self->interfaces & (1u << i)) == 0)
        continue;
      name = kiosk_usb_interface_name (device, self->configuration, i);
      if (!set_interface (self, name, "1") || !probe (self, name))
        return FALSE;
    }
  return TRUE;
}

static gboolean
open_device (KioskUsbOrder *self)
{
  g_autofree char *configuration = g_strdup_printf ("%u", self->configuration);

  return set (self, self->folder, "authorized", "1")
         && set (self, self->folder, "bConfigurationValue", configuration) && close_others (self)
         && compare (self) && open_interfaces (self) && close_others (self) && compare (self);
}

/* What failed keeps its result; that closing failed as well is told by @open. */
static void
close_after_failure (KioskUsbOrder *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *detail = NULL;

  self->open = !kiosk_usb_attribute_set (self->folder, "authorized", "0", &error)
               && !g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED);
  if (!self->open)
    return;
  detail = g_steal_pointer (&self->detail);
  self->detail = g_strdup_printf ("%s; closing it again: %s", detail, error->message);
}

void
kiosk_usb_order_carry_out (KioskUsbOrder *self)
{
  gboolean good;

  self->result = KIOSK_USB_DONE;
  switch (self->kind)
    {
    case KIOSK_USB_EXAMINE:
      if (!examine (self) && self->result == KIOSK_USB_GONE)
        self->open = FALSE;
      return;
    case KIOSK_USB_CLOSE:
      good = set (self, self->folder, "authorized", "0");
      self->open = !good && self->result != KIOSK_USB_GONE;
      return;
    case KIOSK_USB_OPEN:
    default:
      good = open_device (self);
      break;
    }
  self->open = TRUE;
  if (!good)
    close_after_failure (self);
}
