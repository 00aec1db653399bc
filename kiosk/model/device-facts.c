/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "device-private.h"

#include <string.h>

/* The facts about a device: whether two are the same, and how they are written down. The strings are the device's own
 * bytes, so nothing of them goes anywhere unescaped. */

#define MAX_STRING_BYTES 64 /* of each string in one line */
#define MAX_CLASSES 40      /* settings listed in one line */

void
kiosk_usb_facts_clear (KioskUsbFacts *self)
{
  g_free (self->name);
  g_free (self->path);
  g_free (self->bytes);
  g_free (self->manufacturer);
  g_free (self->product);
  g_free (self->serial);
  memset (self, 0, sizeof *self);
}

void
kiosk_usb_facts_digest (const KioskUsbFacts *facts, guint8 digest[32])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = 32;

  if (facts->length > 0)
    g_checksum_update (checksum, facts->bytes, (gssize) facts->length);
  g_checksum_get_digest (checksum, digest, &length);
}

gboolean
kiosk_usb_facts_equal (const KioskUsbFacts *a, const KioskUsbFacts *b)
{
  gboolean placed = a->path != NULL && a->path[0] != '\0';

  return a->length == b->length && (a->length == 0 || memcmp (a->bytes, b->bytes, a->length) == 0)
         && g_strcmp0 (a->serial, b->serial) == 0
         && g_strcmp0 (a->path, b->path) == 0
         /* Without a path the name is all that is known of the place. */
         && (placed || g_strcmp0 (a->name, b->name) == 0);
}

static void
append_escaped (GString *line, const char *text)
{
  g_autofree char *cut = g_strndup (text, MAX_STRING_BYTES);
  g_autofree char *escaped = g_strescape (cut, NULL);

  g_string_append (line, escaped);
  if (strlen (text) > MAX_STRING_BYTES)
    g_string_append (line, "...");
}

static void
append_string (GString *line, const char *name, const char *text)
{
  if (text == NULL)
    return;
  g_string_append_printf (line, " %s \"", name);
  append_escaped (line, text);
  g_string_append_c (line, '"');
}

static void
append_descriptors (GString *line, const KioskUsbDescriptors *descriptors)
{
  guint n = 0, left_out = 0;

  g_string_append_printf (line, " %04x:%04x release %x.%02x USB %x.%02x device %02x/%02x/%02x",
                          descriptors->vendor, descriptors->product, descriptors->release >> 8,
                          descriptors->release & 0xff, descriptors->version >> 8,
                          descriptors->version & 0xff, descriptors->class.class,
                          descriptors->class.subclass, descriptors->class.protocol);
  for (guint c = 0; c < descriptors->configurations->len; c++)
    {
      const KioskUsbConfiguration *configuration = descriptors->configurations->pdata[c];

      g_string_append_printf (line, " configuration %u", configuration->value);
      for (guint i = 0; i < configuration->interfaces->len; i++)
        {
          const KioskUsbInterface *interface = &g_array_index (configuration->interfaces,
                                                               KioskUsbInterface, i);

          /* Settings of one interface that say the same are one fact. */
          if (i > 0 && interface->alternate > 0
              && memcmp (&interface[-1].class, &interface->class, sizeof interface->class) == 0)
            continue;
          if (n++ < MAX_CLASSES)
            g_string_append_printf (line, " %u.%u=%02x/%02x/%02x", interface->number,
                                    interface->alternate, interface->class.class,
                                    interface->class.subclass, interface->class.protocol);
          else
            left_out++;
        }
    }
  if (left_out > 0)
    g_string_append_printf (line, " and %u settings more", left_out);
}

char *
kiosk_usb_facts_describe (const KioskUsbFacts *facts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskUsbDescriptors) descriptors
      = kiosk_usb_descriptors_parse (facts->bytes, facts->length, &error);
  GString *line = g_string_new (NULL);

  append_escaped (line, facts->name != NULL ? facts->name : "?");
  if (facts->path != NULL && facts->path[0] != '\0')
    {
      g_string_append (line, " at ");
      append_escaped (line, facts->path);
    }
  if (descriptors != NULL)
    append_descriptors (line, descriptors);
  else
    {
      /* The ids stand at a fixed place, whatever is wrong behind them (USB 2.0, 9.6.1). */
      if (facts->length >= 12)
        g_string_append_printf (line, " %02x%02x:%02x%02x", facts->bytes[9], facts->bytes[8],
                                facts->bytes[11], facts->bytes[10]);
      g_string_append_printf (line, " unreadable in %" G_GSIZE_FORMAT " bytes: %s", facts->length,
                              error->message);
    }
  append_string (line, "manufacturer", facts->manufacturer);
  append_string (line, "product", facts->product);
  append_string (line, "serial", facts->serial);
  return g_string_free (line, FALSE);
}

char *
kiosk_usb_facts_claim (const KioskUsbFacts *facts)
{
  const char *const names[] = { facts->product, facts->manufacturer };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *clean = g_strstrip (kiosk_text_clean (names[i], 32));

      if (clean[0] != '\0')
        return g_steal_pointer (&clean);
    }
  return g_strdup ("");
}
