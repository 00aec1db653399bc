/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "device-private.h"

#include <string.h>

/* Writes the rule that would let one device work, as narrow as it can be: this model on this port, with this serial number
 * and these descriptors. Whoever reviews it may widen it. What comes out is tried before it is given away. */

/* What a device is made of, over all configurations. */
typedef struct {
  gboolean never, types, points, other_hid, card;
} Parts;

static Parts
look (const KioskUsbDescriptors *descriptors)
{
  Parts parts = { 0 };

  for (guint c = 0; c < descriptors->configurations->len; c++)
    {
      const KioskUsbConfiguration *configuration = descriptors->configurations->pdata[c];

      for (guint i = 0; i < configuration->interfaces->len; i++)
        {
          KioskUsbClass class = g_array_index (configuration->interfaces, KioskUsbInterface, i)
                                    .class;

          parts.never |= kiosk_usb_class_is_never_allowed (class.class);
          parts.card |= class.class == 0x0b;
          if (class.class != 0x03)
            continue;
          parts.types |= class.protocol == 0x01;
          parts.points |= class.subclass == 0x01 && class.protocol == 0x02;
          parts.other_hid |= class.protocol == 0x00;
        }
    }
  return parts;
}

/* The lines about what it is for. */
static const char *
choose_purpose (const KioskUsbDescriptors *descriptors, const Parts *parts)
{
  if (descriptors->class.class == 0x09)
    return "purpose=hub\n";
  if (parts->card && parts->other_hid)
    return parts->types ? "purpose=token\ninterfaces=03/00/00\nrest=off\n"
                        : "purpose=token\ninterfaces=03/00/00;0b/*/*\n";
  if (parts->card)
    return "purpose=token\ninterfaces=0b/*/*\n";
  if (parts->types)
    return "purpose=keyboard\n";
  if (parts->points)
    return parts->other_hid ? "purpose=pointer\ninterfaces=03/01/02\nrest=off\n"
                            : "purpose=pointer\n";
  return "purpose=token\n";
}

/* A value that the policy would read as these very bytes. */
static gboolean
can_be_written (const char *serial)
{
  g_autofree char *clean = kiosk_text_clean (serial, 126);

  return serial[0] != '\0' && strcmp (clean, serial) == 0 && strpbrk (serial, "\\") == NULL
         && !g_ascii_isspace (serial[0]) && !g_ascii_isspace (serial[strlen (serial) - 1]);
}

static gboolean
works (const char *section, const KioskUsbFacts *facts)
{
  g_autofree char *text
      = g_strconcat ("[policy]\nformat=1\n[terminal]\nid=x\nsite[ja]=x\nsite[en]=x\n"
                     "[devices]\ndefault=deny\nhub-depth=5\n",
                     section, NULL);
  KioskPolicySource source = { "learn", text, strlen (text) };
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (KioskPolicy) policy = kiosk_policy_parse (&source, 1, &problems);
  g_auto (KioskUsbVerdict) verdict = { 0 };

  if (policy == NULL)
    return FALSE;
  kiosk_usb_judge (policy, facts, KIOSK_MOMENT_UNLOCKED, &verdict);
  return verdict.allowed;
}

char *
kiosk_usb_suggest_rule (const KioskUsbFacts *facts, const char *id)
{
  g_autoptr (KioskUsbDescriptors) descriptors
      = kiosk_usb_descriptors_parse (facts->bytes, facts->length, NULL);
  g_autoptr (GString) section = g_string_new (NULL);
  guint8 digest[32];
  Parts parts;

  if (descriptors == NULL)
    return NULL;
  parts = look (descriptors);
  if (parts.never)
    return NULL;
  g_string_append_printf (
      section, "[device %s]\n%sid=%04x:%04x\nport=%s\n", id, choose_purpose (descriptors, &parts),
      descriptors->vendor, descriptors->product,
      facts->path != NULL && facts->path[0] != '\0' ? facts->path : facts->name);
  if (facts->serial != NULL && can_be_written (facts->serial))
    g_string_append_printf (section, "serial=%s\n", facts->serial);
  kiosk_usb_facts_digest (facts, digest);
  g_string_append (section, "descriptors=");
  for (guint i = 0; i < sizeof digest; i++)
    g_string_append_printf (section, "%02x", digest[i]);
  g_string_append_c (section, '\n');
  return works (section->str, facts) ? g_string_free (g_steal_pointer (&section), FALSE) : NULL;
}
