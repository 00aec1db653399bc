/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/usb-descriptors.h"

#include "kiosk/base/error.h"

#include <string.h>

/* Reads descriptor sets strictly. The kernel (drivers/usb/core/config.c) is lenient: it skips what it does not
 * understand, takes the first of two, cuts what is too long. Every one of these is a way to show the judge one device and
 * the driver another, so here it is an error. It only reads bytes; what a device may do is judged in device-judge.c. */

/* bDescriptorType: USB 2.0, table 9-5; USB 3.2, table 9-6; HID 1.11, 7.1 */
#define TYPE_DEVICE 0x01
#define TYPE_CONFIGURATION 0x02
#define TYPE_STRING 0x03
#define TYPE_INTERFACE 0x04
#define TYPE_ENDPOINT 0x05
#define TYPE_QUALIFIER 0x06
#define TYPE_OTHER_SPEED 0x07
#define TYPE_ASSOCIATION 0x0b
#define TYPE_BOS 0x0f
#define TYPE_CAPABILITY 0x10
#define TYPE_HID 0x21
#define TYPE_REPORT 0x22
#define TYPE_COMPANION 0x30
#define TYPE_PLUS_COMPANION 0x31

#define DEVICE_LENGTH 18
#define CONFIGURATION_LENGTH 9
#define INTERFACE_LENGTH 9
#define ENDPOINT_LENGTH 7
#define AUDIO_ENDPOINT_LENGTH 9 /* Audio 1.0, 4.6.1.1: bRefresh and bSynchAddress */
#define ASSOCIATION_LENGTH 8
#define COMPANION_LENGTH 6
#define PLUS_COMPANION_LENGTH 8
#define HID_HEAD_LENGTH 6 /* and 3 for each descriptor that it lists */

#define CLASS_AUDIO 0x01
#define CLASS_HID 0x03
#define CLASS_VENDOR 0xff

#define SUPER_SPEED 0x0300
#define MAX_ASSOCIATIONS 16 /* USB_MAXIADS */

#define BIT(n) ((guint32) 1 << (n))

typedef struct {
  guint8 first, count, class;
  gsize offset;
} Association;

/* The walk through one configuration. */
typedef struct {
  const guint8 *bytes; /* of the whole set */
  gsize offset;        /* of the descriptor in hand */
  gsize end;           /* of the configuration */
  KioskUsbConfiguration *configuration;
  guint n_interfaces; /* as it says */

  guint8 previous;        /* type of the descriptor before */
  gboolean in_interface;  /* one was seen; it is the last of configuration->interfaces */
  guint n_endpoints;      /* of the interface in hand */
  guint32 endpoints_seen; /* of the interface in hand: bit N: OUT N, bit 16 + N: IN N */
  gboolean hid_seen;      /* of the interface in hand */
  guint32 interfaces_seen;
  guint32 association_pending; /* 0, or 1 + the number that must come next */
  Association associations[MAX_ASSOCIATIONS];
  guint n_associations;
} Walk;

static gboolean refuse (GError **error, gsize offset, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
refuse (GError **error, gsize offset, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "offset %" G_GSIZE_FORMAT ": %s", offset,
               what);
  return FALSE;
}

static guint16
read_word (const guint8 *bytes)
{
  return (guint16) (bytes[0] | bytes[1] << 8);
}

static KioskUsbInterface *
last_interface (const Walk *walk)
{
  GArray *interfaces = walk->configuration->interfaces;

  return &g_array_index (interfaces, KioskUsbInterface, interfaces->len - 1);
}

/* ---- Descriptors inside a configuration; each begins at walk->offset and is complete ---- */

/* What an interface said about itself before the next one begins. */
static gboolean
close_interface (const Walk *walk, GError **error)
{
  const KioskUsbInterface *interface;

  if (!walk->in_interface)
    return TRUE;
  interface = last_interface (walk);
  if (walk->n_endpoints != interface->n_endpoints)
    return refuse (error, walk->offset, "interface %u.%u says %u endpoints and has %u",
                   interface->number, interface->alternate, interface->n_endpoints,
                   walk->n_endpoints);
  /* HID 1.11, 7.1: without it no driver could use the interface. */
  if (interface->class.class == CLASS_HID && !walk->hid_seen)
    return refuse (error, walk->offset, "interface %u.%u is HID without an HID descriptor",
                   interface->number, interface->alternate);
  return TRUE;
}

static gboolean
check_order (const Walk *walk, const KioskUsbInterface *interface, GError **error)
{
  const KioskUsbInterface *before = walk->in_interface ? last_interface (walk) : NULL;

  if (interface->number >= KIOSK_USB_MAX_INTERFACES)
    return refuse (error, walk->offset, "interface number %u", interface->number);
  if (walk->association_pending != 0
      && (walk->association_pending != 1U + interface->number || interface->alternate != 0))
    return refuse (error, walk->offset,
                   "an association over interface %u, but interface %u.%u follows",
                   walk->association_pending - 1, interface->number, interface->alternate);
  if (before != NULL && before->number == interface->number)
    {
      if (interface->alternate != before->alternate + 1)
        return refuse (error, walk->offset, "interface %u.%u follows %u.%u", interface->number,
                       interface->alternate, before->number, before->alternate);
      return TRUE;
    }
  if ((walk->interfaces_seen & BIT (interface->number)) != 0)
    return refuse (error, walk->offset, "interface %u stands in two places", interface->number);
  if (interface->alternate != 0)
    return refuse (error, walk->offset, "interface %u begins with setting %u", interface->number,
                   interface->alternate);
  return TRUE;
}

static gboolean
read_interface (Walk *walk, GError **error)
{
  const guint8 *b = walk->bytes + walk->offset;
  KioskUsbInterface interface = { 0 };

  if (b[0] != INTERFACE_LENGTH)
    return refuse (error, walk->offset, "interface descriptor of %u bytes", b[0]);
  interface.number = b[2];
  interface.alternate = b[3];
  interface.n_endpoints = b[4];
  interface.class = (KioskUsbClass){ b[5], b[6], b[7] };
  if (!close_interface (walk, error) || !check_order (walk, &interface, error))
    return FALSE;

  g_array_append_val (walk->configuration->interfaces, interface);
  walk->in_interface = TRUE;
  walk->interfaces_seen |= BIT (interface.number);
  walk->association_pending = 0;
  walk->n_endpoints = 0;
  walk->endpoints_seen = 0;
  walk->hid_seen = FALSE;
  return TRUE;
}

static gboolean
read_endpoint (Walk *walk, GError **error)
{
  const guint8 *b = walk->bytes + walk->offset;
  guint32 bit;
  guint8 class;

  if (!walk->in_interface)
    return refuse (error, walk->offset, "an endpoint before the first interface");
  class = last_interface (walk)->class.class;
  /* Devices exist that put audio's endpoints into interfaces of the vendor's class. */
  if (b[0] != ENDPOINT_LENGTH
      && (b[0] != AUDIO_ENDPOINT_LENGTH || (class != CLASS_AUDIO && class != CLASS_VENDOR)))
    return refuse (error, walk->offset, "endpoint descriptor of %u bytes", b[0]);
  /* USB 2.0, table 9-13: bits 6 to 4 are zero; endpoint 0 is nobody's own. */
  if ((b[2] & 0x70) != 0 || (b[2] & 0x0f) == 0)
    return refuse (error, walk->offset, "endpoint address 0x%02x", b[2]);
  bit = BIT ((b[2] & 0x0f) + ((b[2] & 0x80) != 0 ? 16 : 0));
  if ((walk->endpoints_seen & bit) != 0)
    return refuse (error, walk->offset, "endpoint 0x%02x twice in one interface", b[2]);
  walk->endpoints_seen |= bit;
  walk->n_endpoints++;
  return TRUE;
}

/* USB 3.2, 9.6.7 and 9.6.8: directly behind what they belong to. Devices exist that show them at lower speeds, too. */
static gboolean
read_companion (const Walk *walk, GError **error)
{
  const guint8 *b = walk->bytes + walk->offset;
  gboolean plus = b[1] == TYPE_PLUS_COMPANION;

  if (b[0] != (plus ? PLUS_COMPANION_LENGTH : COMPANION_LENGTH))
    return refuse (error, walk->offset, "companion descriptor of %u bytes", b[0]);
  if (walk->previous != (plus ? TYPE_COMPANION : TYPE_ENDPOINT))
    return refuse (error, walk->offset, "a companion without its endpoint");
  return TRUE;
}

/* Interface association, USB 2.0 ECN. The kernel takes it wherever it stands; devices put it where the ECN says. */
static gboolean
read_association (Walk *walk, GError **error)
{
  const guint8 *b = walk->bytes + walk->offset;
  Association association;

  if (b[0] != ASSOCIATION_LENGTH)
    return refuse (error, walk->offset, "association descriptor of %u bytes", b[0]);
  association = (Association){ b[2], b[3], b[4], walk->offset };
  if (association.count == 0 || association.first + association.count > KIOSK_USB_MAX_INTERFACES)
    return refuse (error, walk->offset, "an association over %u interfaces from %u",
                   association.count, association.first);
  if (walk->n_associations == MAX_ASSOCIATIONS)
    return refuse (error, walk->offset, "more than %u associations", MAX_ASSOCIATIONS);
  if (walk->association_pending != 0)
    return refuse (error, walk->offset, "an association behind another");
  for (guint i = 0; i < walk->n_associations; i++)
    {
      const Association *other = &walk->associations[i];

      if (association.first < other->first + other->count
          && other->first < association.first + association.count)
        return refuse (error, walk->offset, "two associations over one interface");
    }
  walk->associations[walk->n_associations++] = association;
  walk->association_pending = 1U + association.first;
  return TRUE;
}

/* HID 1.11, 6.2.1. Type 0x21 means other things in other classes (DFU, smart cards, game controllers). */
static gboolean
read_hid (Walk *walk, GError **error)
{
  const guint8 *b = walk->bytes + walk->offset;

  if (!walk->in_interface || last_interface (walk)->class.class != CLASS_HID)
    return TRUE;
  if (walk->hid_seen)
    return refuse (error, walk->offset, "two HID descriptors in one interface");
  if (walk->previous != TYPE_INTERFACE)
    return refuse (error, walk->offset, "the HID descriptor does not follow its interface");
  if (b[0] < HID_HEAD_LENGTH + 3 || b[0] != HID_HEAD_LENGTH + 3 * b[5])
    return refuse (error, walk->offset, "HID descriptor of %u bytes lists %u", b[0],
                   b[0] >= HID_HEAD_LENGTH ? b[5] : 0);
  for (guint i = HID_HEAD_LENGTH; i < b[0]; i += 3)
    if ((b[i] == TYPE_REPORT) != (i == HID_HEAD_LENGTH))
      return refuse (error, walk->offset, "HID descriptor lists type 0x%02x at place %u", b[i],
                     (i - HID_HEAD_LENGTH) / 3);
  if (read_word (b + HID_HEAD_LENGTH + 1) == 0)
    return refuse (error, walk->offset, "an HID report descriptor without length");
  walk->hid_seen = TRUE;
  return TRUE;
}

static gboolean
read_descriptor (Walk *walk, GError **error)
{
  switch (walk->bytes[walk->offset + 1])
    {
    case TYPE_INTERFACE:
      return read_interface (walk, error);
    case TYPE_ENDPOINT:
      return read_endpoint (walk, error);
    case TYPE_COMPANION:
    case TYPE_PLUS_COMPANION:
      return read_companion (walk, error);
    case TYPE_ASSOCIATION:
      return read_association (walk, error);
    case TYPE_HID:
      return read_hid (walk, error);
    case TYPE_DEVICE:
    case TYPE_CONFIGURATION:
    case TYPE_STRING:
    case TYPE_QUALIFIER:
    case TYPE_OTHER_SPEED:
    case TYPE_BOS:
    case TYPE_CAPABILITY:
      return refuse (error, walk->offset, "type 0x%02x has no place in a configuration",
                     walk->bytes[walk->offset + 1]);
    default:
      return TRUE; /* of a class, or of the vendor */
    }
}

/* ---- One configuration ---- */

/* Where the association says a class, its first interface says it, too (USB 2.0 ECN; also where functions have parts of
 * several classes, like CDC). */
static gboolean
check_associations (const Walk *walk, GError **error)
{
  const GArray *interfaces = walk->configuration->interfaces;

  for (guint i = 0; i < walk->n_associations; i++)
    {
      const Association *association = &walk->associations[i];

      for (guint n = association->first; n < (guint) association->first + association->count; n++)
        if ((walk->interfaces_seen & BIT (n)) == 0)
          return refuse (error, association->offset,
                         "an association over interface %u, which is not there", n);
      for (guint j = 0; j < interfaces->len; j++)
        {
          const KioskUsbInterface *interface = &g_array_index (interfaces, KioskUsbInterface, j);

          if (interface->number == association->first && interface->alternate == 0
              && interface->class.class != association->class)
            return refuse (error, association->offset,
                           "an association of class 0x%02x over interface %u of class 0x%02x",
                           association->class, interface->number, interface->class.class);
        }
    }
  return TRUE;
}

static guint
count_bits (guint32 bits)
{
  return (guint) __builtin_popcount (bits);
}

static gboolean
walk_configuration (Walk *walk, GError **error)
{
  while (walk->offset < walk->end)
    {
      gsize left = walk->end - walk->offset;
      guint8 length = walk->bytes[walk->offset];

      if (left < 2 || length < 2)
        return refuse (error, walk->offset, "a descriptor without a head");
      if (length > left)
        return refuse (error, walk->offset,
                       "a descriptor of %u bytes where %" G_GSIZE_FORMAT " are left", length, left);
      /* An association stands directly before its first interface. */
      if (walk->association_pending != 0 && walk->bytes[walk->offset + 1] != TYPE_INTERFACE)
        return refuse (error, walk->offset, "an association without an interface behind it");
      if (!read_descriptor (walk, error))
        return FALSE;
      walk->previous = walk->bytes[walk->offset + 1];
      walk->offset += length;
    }
  if (walk->association_pending != 0)
    return refuse (error, walk->offset, "an association without an interface behind it");
  if (!walk->in_interface)
    return refuse (error, walk->offset, "a configuration without an interface");
  if (!close_interface (walk, error))
    return FALSE;
  if (count_bits (walk->interfaces_seen) != walk->n_interfaces)
    return refuse (error, walk->offset, "the configuration says %u interfaces and has %u",
                   walk->n_interfaces, count_bits (walk->interfaces_seen));
  return check_associations (walk, error);
}

static void
configuration_free (gpointer data)
{
  KioskUsbConfiguration *self = data;

  g_array_unref (self->interfaces);
  g_free (self);
}

/* Reads the configuration at @offset and moves behind it. */
static gboolean
read_configuration (KioskUsbDescriptors *self, const guint8 *bytes, gsize length, gsize *offset,
                    GError **error)
{
  const guint8 *b = bytes + *offset;
  KioskUsbConfiguration *configuration;
  Walk walk = { 0 };
  gsize total;

  if (length - *offset < CONFIGURATION_LENGTH)
    return refuse (error, *offset, "configuration %u of %u is missing",
                   self->configurations->len + 1, bytes[17]);
  if (b[0] != CONFIGURATION_LENGTH || b[1] != TYPE_CONFIGURATION)
    return refuse (error, *offset, "0x%02x 0x%02x where a configuration begins", b[0], b[1]);
  total = read_word (b + 2);
  if (total < CONFIGURATION_LENGTH || total > length - *offset)
    return refuse (error, *offset,
                   "a configuration of %" G_GSIZE_FORMAT " bytes where %" G_GSIZE_FORMAT
                   " are left",
                   total, length - *offset);
  /* 0 is how a device is told to have no configuration (USB 2.0, 9.4.7). */
  if (b[5] == 0)
    return refuse (error, *offset, "a configuration with the value 0");
  for (guint i = 0; i < self->configurations->len; i++)
    if (((KioskUsbConfiguration *) self->configurations->pdata[i])->value == b[5])
      return refuse (error, *offset, "two configurations with the value %u", b[5]);

  configuration = g_new0 (KioskUsbConfiguration, 1);
  configuration->value = b[5];
  configuration->interfaces = g_array_new (FALSE, FALSE, sizeof (KioskUsbInterface));
  g_ptr_array_add (self->configurations, configuration);

  walk.bytes = bytes;
  walk.offset = *offset + CONFIGURATION_LENGTH;
  walk.end = *offset + total;
  walk.configuration = configuration;
  walk.n_interfaces = b[4];
  walk.previous = TYPE_CONFIGURATION;
  *offset = walk.end;
  return walk_configuration (&walk, error);
}

/* ---- The whole ---- */

/* USB 2.0, 9.6.1; USB 3.2, 9.6.1: from 3.0 on the field is an exponent, and always 9. */
static gboolean
packet_size_is_good (guint16 version, guint8 size)
{
  if (version >= SUPER_SPEED)
    return size == 9;
  return size == 8 || size == 16 || size == 32 || size == 64;
}

static gboolean
read_device (KioskUsbDescriptors *self, const guint8 *b, gsize length, GError **error)
{
  if (length < DEVICE_LENGTH)
    return refuse (error, length, "shorter than a device descriptor");
  if (length > KIOSK_USB_MAX_BYTES)
    return refuse (error, KIOSK_USB_MAX_BYTES, "longer than any device's");
  if (b[0] != DEVICE_LENGTH || b[1] != TYPE_DEVICE)
    return refuse (error, 0, "0x%02x 0x%02x where the device descriptor begins", b[0], b[1]);
  self->version = read_word (b + 2);
  self->class = (KioskUsbClass){ b[4], b[5], b[6] };
  self->vendor = read_word (b + 8);
  self->product = read_word (b + 10);
  self->release = read_word (b + 12);
  if (!packet_size_is_good (self->version, b[7]))
    return refuse (error, 7, "packet size %u with USB %x.%02x", b[7], self->version >> 8,
                   self->version & 0xff);
  if (b[17] == 0 || b[17] > KIOSK_USB_MAX_CONFIGURATIONS)
    return refuse (error, 17, "%u configurations", b[17]);
  return TRUE;
}

KioskUsbDescriptors *
kiosk_usb_descriptors_parse (const guint8 *bytes, gsize length, GError **error)
{
  g_autoptr (KioskUsbDescriptors) self = g_new0 (KioskUsbDescriptors, 1);
  gsize offset = DEVICE_LENGTH;

  self->configurations = g_ptr_array_new_with_free_func (configuration_free);
  if (!read_device (self, bytes, length, error))
    return NULL;
  for (guint i = 0; i < bytes[17]; i++)
    if (!read_configuration (self, bytes, length, &offset, error))
      return NULL;
  if (offset != length)
    {
      refuse (error, offset, "%" G_GSIZE_FORMAT " bytes behind the last configuration",
              length - offset);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
kiosk_usb_descriptors_free (KioskUsbDescriptors *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->configurations);
  g_free (self);
}
