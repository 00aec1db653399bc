/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "device-private.h"

#include <string.h>

/* One rule by itself: what it asks for, and what its purpose can mean. Nothing but HID, smart cards and hubs can be
 * allowed by any rule; that is a list of what may, so a class that nobody has thought of is refused. */

#define CLASS_HID 0x03
#define CLASS_HUB 0x09
#define CLASS_SMART_CARD 0x0b
#define PROTOCOL_KEYBOARD 0x01 /* HID 1.11, 4.3 */

gboolean
kiosk_usb_class_is_never_allowed (guint8 class)
{
  return class != CLASS_HID && class != CLASS_HUB && class != CLASS_SMART_CARD;
}

gboolean
kiosk_device_purpose_admits (KioskDevicePurpose purpose, KioskUsbClass class)
{
  /* Only keyboards are checked by a number typed on them, so only a rule for keyboards lets one type. */
  gboolean types = class.class == CLASS_HID && class.protocol == PROTOCOL_KEYBOARD;

  switch (purpose)
    {
    case KIOSK_PURPOSE_KEYBOARD:
      return class.class == CLASS_HID;
    case KIOSK_PURPOSE_POINTER:
      return class.class == CLASS_HID && !types;
    case KIOSK_PURPOSE_TOKEN:
      return (class.class == CLASS_HID && !types) || class.class == CLASS_SMART_CARD;
    case KIOSK_PURPOSE_HUB:
      return class.class == CLASS_HUB;
    default:
      return FALSE;
    }
}

gboolean
kiosk_device_purpose_admits_device (KioskDevicePurpose purpose, KioskUsbClass class)
{
  if (purpose == KIOSK_PURPOSE_HUB)
    return class.class == CLASS_HUB;
  /* "See the interfaces", or "see the associations": https://www.usb.org/defined-class-codes. With any other class the
   * kernel may choose drivers by the device instead of by its interfaces (usb_match_one_id(), usb_match_device()). */
  return (class.class == 0 && class.subclass == 0 && class.protocol == 0)
         || (class.class == 0xef && class.subclass == 0x02 && class.protocol == 0x01);
}

gboolean
kiosk_device_rule_admits (const KioskDeviceRule *rule, KioskUsbClass class)
{
  static const KioskUsbPattern usual[] = {
    [KIOSK_PURPOSE_KEYBOARD] = { CLASS_HID, -1, -1 },
    [KIOSK_PURPOSE_POINTER] = { CLASS_HID, 0x01, 0x02 }, /* mouse with the boot protocol */
    [KIOSK_PURPOSE_TOKEN] = { CLASS_HID, 0x00, 0x00 },   /* FIDO: CTAP 2.1, 11.2.8.1 */
    [KIOSK_PURPOSE_HUB] = { CLASS_HUB, -1, -1 },
  };

  if (!kiosk_device_purpose_admits (rule->purpose, class))
    return FALSE;
  if (rule->interfaces->len == 0)
    return kiosk_usb_pattern_matches (usual[rule->purpose], class);
  for (guint i = 0; i < rule->interfaces->len; i++)
    if (kiosk_usb_pattern_matches (g_array_index (rule->interfaces, KioskUsbPattern, i), class))
      return TRUE;
  return FALSE;
}

gboolean
kiosk_device_rule_fits_id (const KioskDeviceRule *rule, const KioskUsbDescriptors *descriptors)
{
  return (rule->vendor < 0 || rule->vendor == descriptors->vendor)
         && (rule->product < 0 || rule->product == descriptors->product);
}

gboolean
kiosk_device_rule_fits_port (const KioskDeviceRule *rule, const KioskUsbFacts *facts)
{
  if (rule->ports == NULL || rule->ports[0] == NULL)
    return TRUE;
  for (guint i = 0; rule->ports[i] != NULL; i++)
    if (g_strcmp0 (rule->ports[i], facts->path) == 0
        || g_strcmp0 (rule->ports[i], facts->name) == 0)
      return TRUE;
  return FALSE;
}

gboolean
kiosk_device_rule_fits_serial (const KioskDeviceRule *rule, const KioskUsbFacts *facts)
{
  return rule->serial == NULL || g_strcmp0 (rule->serial, facts->serial) == 0;
}

gboolean
kiosk_device_rule_fits_digest (const KioskDeviceRule *rule, const KioskUsbFacts *facts)
{
  guint8 digest[32];

  if (rule->digests->len == 0)
    return TRUE;
  kiosk_usb_facts_digest (facts, digest);
  for (guint i = 0; i < rule->digests->len; i++)
    if (memcmp (rule->digests->data + (gsize) i * sizeof digest, digest, sizeof digest) == 0)
      return TRUE;
  return FALSE;
}

gboolean
kiosk_device_rule_fits_moment (const KioskDeviceRule *rule, KioskDeviceMoment moment)
{
  switch (rule->when)
    {
    case KIOSK_WHEN_ALWAYS:
      return TRUE;
    case KIOSK_WHEN_UNLOCKED:
      return moment == KIOSK_MOMENT_UNLOCKED;
    case KIOSK_WHEN_LOGGED_OUT:
      return moment == KIOSK_MOMENT_LOGGED_OUT;
    default:
      return FALSE;
    }
}

void
kiosk_device_rule_free (gpointer rule)
{
  KioskDeviceRule *self = rule;

  g_free (self->id);
  g_free (self->serial);
  g_strfreev (self->ports);
  g_array_unref (self->digests);
  g_array_unref (self->interfaces);
  g_free (self);
}

void
kiosk_device_port_free (gpointer port)
{
  KioskDevicePort *self = port;

  g_free (self->id);
  g_free (self->path);
  g_free (self->label.ja);
  g_free (self->label.en);
  g_free (self);
}
