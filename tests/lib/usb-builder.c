/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "usb-builder.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  GByteArray *bytes;
  gsize configuration; /* offset of its descriptor; 0 before the first */
  guint n_configurations;
  guint32 interfaces; /* bit N: number N was seen in this configuration */
  guint n_endpoints;  /* of the interface in hand, and next number */
  gboolean super_speed;
} Builder;

static void
append (Builder *self, const guint8 *bytes, gsize length)
{
  g_byte_array_append (self->bytes, bytes, (guint) length);
}

#define APPEND(self, ...)                                                                          \
  append (self, (const guint8[]){ __VA_ARGS__ }, sizeof ((const guint8[]){ __VA_ARGS__ }))

static void
end_configuration (Builder *self)
{
  guint8 *head = self->bytes->data + self->configuration;
  gsize total = self->bytes->len - self->configuration;

  if (self->configuration == 0)
    return;
  head[2] = (guint8) total;
  head[3] = (guint8) (total >> 8);
  head[4] = (guint8) __builtin_popcount (self->interfaces);
}

static void
begin_configuration (Builder *self)
{
  end_configuration (self);
  self->configuration = self->bytes->len;
  self->interfaces = 0;
  APPEND (self, 9, 2, 0, 0, 0, (guint8) ++self->n_configurations, 0, 0xa0, 50);
}

static void
add_interface (Builder *self, guint number, guint alternate, const guint class[3], guint endpoints)
{
  if (self->configuration == 0)
    begin_configuration (self);
  self->interfaces |= (guint32) 1 << number;
  APPEND (self, 9, 4, (guint8) number, (guint8) alternate, (guint8) endpoints, (guint8) class[0],
          (guint8) class[1], (guint8) class[2], 0);
  if (class[0] == 0x03)
    APPEND (self, 9, 0x21, 0x11, 0x01, 0, 1, 0x22, 63, 0);
  for (guint i = 0; i < endpoints; i++)
    {
      /* IN 1, OUT 1, IN 2 ...; the type hardly matters to who judges. */
      guint8 address = (guint8) ((i % 2 == 0 ? 0x80 : 0) | (i / 2 + 1));

      APPEND (self, 7, 5, address, class[0] == 0x03 ? 3 : 2, 8, 0, 10);
      if (self->super_speed)
        APPEND (self, 6, 0x30, 0, 0, 0, 0);
    }
}

static void
add_hex (Builder *self, const char *hex)
{
  g_assert_cmpuint (strlen (hex) % 2, ==, 0);
  if (self->configuration == 0)
    begin_configuration (self);
  for (; *hex != '\0'; hex += 2)
    {
      g_assert_true (g_ascii_isxdigit (hex[0]) && g_ascii_isxdigit (hex[1]));
      APPEND (self, (guint8) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1])));
    }
}

static void
add_word (Builder *self, const char *word)
{
  guint a, b, class[3], endpoints = 1;
  int end = 0;

  if (strcmp (word, "configuration") == 0)
    begin_configuration (self);
  else if (strcmp (word, "super") == 0)
    {
      self->super_speed = TRUE;
      self->bytes->data[2] = 0x20;
      self->bytes->data[3] = 0x03;
      self->bytes->data[7] = 9;
    }
  else if (sscanf (word, "device=%2x/%2x/%2x%n", &class[0], &class[1], &class[2], &end) == 3
           && word[end] == '\0')
    for (guint i = 0; i < 3; i++)
      self->bytes->data[4 + i] = (guint8) class[i];
  else if (sscanf (word, "%u+%u=%2x/%2x/%2x%n", &a, &b, &class[0], &class[1], &class[2], &end) == 5
           && word[end] == '\0')
    {
      if (self->configuration == 0)
        begin_configuration (self);
      APPEND (self, 8, 0x0b, (guint8) a, (guint8) b, (guint8) class[0], (guint8) class[1],
              (guint8) class[2], 0);
    }
  else if (sscanf (word, "%u.%u=%2x/%2x/%2x%n*%u%n", &a, &b, &class[0], &class[1], &class[2], &end,
                   &endpoints, &end)
               >= 5
           && word[end] == '\0')
    add_interface (self, a, b, class, endpoints);
  else if (word[0] == 'x')
    add_hex (self, word + 1);
  else
    g_error ("no word of a descriptor set: %s", word);
}

GBytes *
usb_build (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  Builder self = { .bytes = g_byte_array_new () };
  guint vendor, product;

  g_assert_cmpint (sscanf (words[0], "%4x:%4x", &vendor, &product), ==, 2);
  APPEND (&self, 18, 1, 0x00, 0x02, 0, 0, 0, 64, (guint8) vendor, (guint8) (vendor >> 8),
          (guint8) product, (guint8) (product >> 8), 0x00, 0x01, 1, 2, 3, 0);
  for (guint i = 1; words[i] != NULL; i++)
    add_word (&self, words[i]);
  end_configuration (&self);
  self.bytes->data[17] = (guint8) self.n_configurations;
  return g_byte_array_free_to_bytes (self.bytes);
}

/* clang-format off */
static const UsbSample samples[] = {
  { "memory stick", "0781:5567 0.0=08/06/50*2", KIOSK_DEVICE_STORAGE, TRUE },
  { "disk with UAS", "04e8:61f5 super 0.0=08/06/50*2 0.1=08/06/62*4", KIOSK_DEVICE_STORAGE, TRUE },
  { "card reader for SD", "058f:6366 0.0=08/06/50*2", KIOSK_DEVICE_STORAGE, TRUE },
  { "phone, MTP", "18d1:4ee1 0.0=06/01/01*3", KIOSK_DEVICE_PHONE, TRUE },
  { "phone, MTP of the vendor", "04e8:6860 0.0=ff/ff/00*3", KIOSK_DEVICE_OTHER, TRUE },
  { "phone, PTP", "05ac:12a8 0.0=06/01/01*3 configuration 0.0=06/01/01*3 1.0=ff/fe/02*2", KIOSK_DEVICE_PHONE, TRUE },
  { "phone, tethering", "18d1:4ee3 device=ef/02/01 0+2=e0/01/03 0.0=e0/01/03 1.0=0a/00/00*2", KIOSK_DEVICE_NETWORK, TRUE },
  { "phone, charging only", "18d1:4ee0 0.0=ff/00/00*0", KIOSK_DEVICE_OTHER, TRUE },
  { "phone, Android debug", "18d1:4ee7 0.0=ff/42/01*2", KIOSK_DEVICE_PHONE, TRUE },
  { "phone, tethering and debug", "18d1:4ee4 device=ef/02/01 0+2=e0/01/03 0.0=e0/01/03 1.0=0a/00/00*2 2.0=ff/42/01*2", KIOSK_DEVICE_PHONE, TRUE },
  { "Ethernet, RNDIS", "0525:a4a2 device=02/00/00 0.0=02/02/ff 1.0=0a/00/00*2", KIOSK_DEVICE_NETWORK, TRUE },
  { "Ethernet, ECM", "0bda:8153 0.0=02/06/00 x0524001001 x0524060001 1.0=0a/00/00*0 1.1=0a/00/00*2", KIOSK_DEVICE_NETWORK, TRUE },
  { "Ethernet, NCM", "0b95:1790 super device=ef/02/01 0+2=02/0d/00 0.0=02/0d/00 1.0=0a/00/01*0 1.1=0a/00/01*2", KIOSK_DEVICE_NETWORK, TRUE },
  { "modem", "12d1:1506 device=02/00/00 0.0=02/02/01 1.0=0a/00/00*2", KIOSK_DEVICE_SERIAL, TRUE },
  { "modem, MBIM", "1199:9079 device=ef/02/01 12+2=02/0e/00 12.0=02/0e/00 13.0=0a/00/02*0 13.1=0a/00/02*2", KIOSK_DEVICE_NETWORK, TRUE },
  { "Wi-Fi stick", "0bda:8179 0.0=ff/ff/ff*3", KIOSK_DEVICE_OTHER, TRUE },
  { "Bluetooth stick", "0a12:0001 device=e0/01/01 0.0=e0/01/01*3 1.0=e0/01/01*2 1.1=e0/01/01*2", KIOSK_DEVICE_WIRELESS, TRUE },
  { "printer", "04f9:0042 0.0=07/01/02*2", KIOSK_DEVICE_PRINTER, TRUE },
  { "scanner", "04a9:1909 0.0=ff/00/ff*3", KIOSK_DEVICE_OTHER, TRUE },
  { "webcam", "046d:0825 device=ef/02/01 0+2=0e/03/00 0.0=0e/01/00 1.0=0e/02/00*0 1.1=0e/02/00", KIOSK_DEVICE_CAMERA, TRUE },
  { "headset", "0d8c:0014 0.0=01/01/00*0 1.0=01/02/00*0 1.1=01/02/00 2.0=03/00/00", KIOSK_DEVICE_SOUND, TRUE },
  { "keyboard", "413c:2107 0.0=03/01/01", KIOSK_DEVICE_KEYBOARD, FALSE },
  { "keyboard with media keys", "046d:c31c 0.0=03/01/01 1.0=03/00/00", KIOSK_DEVICE_KEYBOARD, FALSE },
  { "hub of a keyboard", "05f3:0081 device=09/00/00 0.0=09/00/00", KIOSK_DEVICE_HUB, FALSE },
  { "keyboard with storage", "046d:c31c 0.0=03/01/01 1.0=03/00/00 2.0=08/06/50*2", KIOSK_DEVICE_STORAGE, TRUE },
  { "rubber ducky", "046d:c31c 0.0=03/01/01", KIOSK_DEVICE_KEYBOARD, FALSE },
  { "mouse", "046d:c05a 0.0=03/01/02", KIOSK_DEVICE_POINTER, FALSE },
  { "wireless receiver", "046d:c52b 0.0=03/01/01 1.0=03/01/02 2.0=03/00/00", KIOSK_DEVICE_KEYBOARD, FALSE },
  { "receiver with a vendor part", "24ae:1008 0.0=03/01/02 1.0=03/01/01 2.0=ff/00/00*2", KIOSK_DEVICE_KEYBOARD, TRUE },
  { "YubiKey", "1050:0407 0.0=03/01/01 1.0=03/00/00*2 2.0=0b/00/00*3", KIOSK_DEVICE_TOKEN, FALSE },
  { "FIDO key", "1050:0120 0.0=03/00/00*2", KIOSK_DEVICE_OTHER, FALSE },
  { "IC card reader", "054c:06c3 0.0=0b/00/00*3", KIOSK_DEVICE_CARD_READER, FALSE },
  { "serial adapter", "0403:6001 0.0=ff/ff/ff*2", KIOSK_DEVICE_OTHER, TRUE },
  { "Arduino", "2341:0043 device=02/00/00 0.0=02/02/01 1.0=0a/00/00*2", KIOSK_DEVICE_SERIAL, TRUE },
  { "hub", "05e3:0608 device=09/00/01 0.0=09/00/00", KIOSK_DEVICE_HUB, FALSE },
  { "hub, two translators", "05e3:0610 device=09/00/02 0.0=09/00/01 0.1=09/00/02", KIOSK_DEVICE_HUB, FALSE },
  { "hub, SuperSpeed", "05e3:0612 super device=09/00/03 0.0=09/00/00", KIOSK_DEVICE_HUB, FALSE },
  { "firmware loader", "28e9:0189 0.0=fe/01/02*0", KIOSK_DEVICE_OTHER, TRUE },
};
/* clang-format on */

const UsbSample *
usb_sample_nth (guint index)
{
  return index < G_N_ELEMENTS (samples) ? &samples[index] : NULL;
}

const UsbSample *
usb_sample_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    if (strcmp (samples[i].name, name) == 0)
      return &samples[i];
  g_error ("no sample %s", name);
}
