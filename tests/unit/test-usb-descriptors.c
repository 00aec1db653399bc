/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "usb-builder.h"

#include "kiosk/base/error.h"

#include <string.h>

/* What is a descriptor set and what is none, and what a set says. The sets are composed (usb-builder.h); the ones of real
 * devices are judged by test-usb-data. */

static KioskUsbDescriptors *
parse_bytes (GBytes *bytes, GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  /* A copy of exact size lets the sanitizer see a read behind the end. */
  g_autofree guint8 *copy = length > 0 ? g_memdup2 (data, length) : NULL;

  return kiosk_usb_descriptors_parse (copy, length, error);
}

static KioskUsbDescriptors *
parse (const char *line)
{
  g_autoptr (GBytes) bytes = usb_build (line);
  g_autoptr (GError) error = NULL;
  KioskUsbDescriptors *descriptors = parse_bytes (bytes, &error);

  g_assert_no_error (error);
  g_assert_nonnull (descriptors);
  return descriptors;
}

static void
assert_interface (const KioskUsbConfiguration *configuration, guint index, guint number,
                  guint alternate, KioskUsbClass class, guint n_endpoints)
{
  const KioskUsbInterface *interface = &g_array_index (configuration->interfaces, KioskUsbInterface,
                                                       index);

  g_assert_cmpuint (index, <, configuration->interfaces->len);
  g_assert_cmpuint (interface->number, ==, number);
  g_assert_cmpuint (interface->alternate, ==, alternate);
  g_assert_cmpmem (&interface->class, sizeof interface->class, &class, sizeof class);
  g_assert_cmpuint (interface->n_endpoints, ==, n_endpoints);
}

static void
test_content (void)
{
  g_autoptr (KioskUsbDescriptors) descriptors
      = parse ("1bc7:1056 device=ef/02/01 0.0=03/01/01 configuration 1+2=02/0d/00 1.0=02/0d/00 "
               "2.0=0a/00/01*0 2.1=0a/00/01*2 0.0=ff/42/01*3");
  const KioskUsbConfiguration *first = descriptors->configurations->pdata[0];
  const KioskUsbConfiguration *second = descriptors->configurations->pdata[1];

  g_assert_cmpuint (descriptors->version, ==, 0x0200);
  g_assert_cmpuint (descriptors->vendor, ==, 0x1bc7);
  g_assert_cmpuint (descriptors->product, ==, 0x1056);
  g_assert_cmpuint (descriptors->release, ==, 0x0100);
  g_assert_cmpuint (descriptors->class.class, ==, 0xef);
  g_assert_cmpuint (descriptors->class.subclass, ==, 0x02);
  g_assert_cmpuint (descriptors->class.protocol, ==, 0x01);
  g_assert_cmpuint (descriptors->configurations->len, ==, 2);
  g_assert_cmpuint (first->value, ==, 1);
  g_assert_cmpuint (first->interfaces->len, ==, 1);
  assert_interface (first, 0, 0, 0, (KioskUsbClass){ 3, 1, 1 }, 1);
  g_assert_cmpuint (second->value, ==, 2);
  g_assert_cmpuint (second->interfaces->len, ==, 4);
  assert_interface (second, 0, 1, 0, (KioskUsbClass){ 2, 0x0d, 0 }, 1);
  assert_interface (second, 1, 2, 0, (KioskUsbClass){ 0x0a, 0, 1 }, 0);
  assert_interface (second, 2, 2, 1, (KioskUsbClass){ 0x0a, 0, 1 }, 2);
  assert_interface (second, 3, 0, 0, (KioskUsbClass){ 0xff, 0x42, 1 }, 3);
}

/* No device loses a byte without being refused: what is behind the cut could be another interface. */
static void
test_truncated (gconstpointer data)
{
  const UsbSample *sample = data;
  g_autoptr (GBytes) bytes = usb_build (sample->line);
  g_autoptr (KioskUsbDescriptors) whole = parse (sample->line);

  for (gsize length = 0; length < g_bytes_get_size (bytes); length++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (bytes, 0, length);
      g_autoptr (GError) error = NULL;

      g_assert_null (parse_bytes (cut, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
      g_assert_true (g_str_has_prefix (error->message, "offset "));
    }
}

/* What is behind the end is refused as well, whatever it is. */
static void
test_too_long (gconstpointer data)
{
  const UsbSample *sample = data;
  g_autoptr (GBytes) bytes = usb_build (sample->line);

  for (guint value = 0; value < 256; value++)
    {
      g_autoptr (GByteArray) longer = g_byte_array_new ();
      g_autoptr (GBytes) more = NULL;
      g_autoptr (GError) error = NULL;
      guint8 byte = (guint8) value;

      g_byte_array_append (longer, g_bytes_get_data (bytes, NULL),
                           (guint) g_bytes_get_size (bytes));
      g_byte_array_append (longer, &byte, 1);
      more = g_bytes_new (longer->data, longer->len);
      g_assert_null (parse_bytes (more, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
    }
}

/* Every byte replaced by every other one: no crash, and what is accepted has the form that a caller may rely on. */
static void
test_changed (gconstpointer data)
{
  const UsbSample *sample = data;
  g_autoptr (GBytes) bytes = usb_build (sample->line);
  gsize length = g_bytes_get_size (bytes);
  g_autofree guint8 *changed = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
  guint n_refused = 0;

  for (gsize place = 0; place < length; place++)
    {
      guint8 kept = changed[place];

      for (guint value = 0; value < 256; value++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (KioskUsbDescriptors) descriptors = NULL;

          changed[place] = (guint8) value;
          descriptors = kiosk_usb_descriptors_parse (changed, length, &error);
          g_assert_true ((descriptors == NULL) == (error != NULL));
          n_refused += descriptors == NULL;
          for (guint c = 0; descriptors != NULL && c < descriptors->configurations->len; c++)
            {
              const KioskUsbConfiguration *configuration = descriptors->configurations->pdata[c];

              g_assert_cmpuint (configuration->value, !=, 0);
              g_assert_cmpuint (configuration->interfaces->len, >, 0);
              for (guint i = 0; i < configuration->interfaces->len; i++)
                g_assert_cmpuint (
                    g_array_index (configuration->interfaces, KioskUsbInterface, i).number, <,
                    KIOSK_USB_MAX_INTERFACES);
            }
        }
      changed[place] = kept;
    }
  g_assert_cmpuint (n_refused, >, 0);
}

/* ---- Sets that are none ---- */

/* clang-format off */
static const struct {
  const char *name;
  const char *line;
  gsize at; /* this byte, unless 0, */
  guint8 value; /* becomes this one */
  const char *reason;
} bads[] = {
  /* device: 18 bytes; configuration: from 18; keyboard: interface 27, HID 36, endpoint 45 */
  { "no device first", "413c:2107 0.0=03/01/01", 1, 2, "where the device descriptor begins" },
  { "packet size", "413c:2107 0.0=03/01/01", 7, 9, "packet size 9" },
  { "packet size, SuperSpeed", "413c:2107 super 0.0=03/01/01", 7, 64, "packet size 64" },
  { "no configuration", "413c:2107", 0, 0, "0 configurations" },
  { "configuration missing", "413c:2107 0.0=03/01/01", 17, 2, "configuration 2 of 2 is missing" },
  { "nine configurations", "413c:2107 0.0=03/01/01", 17, 9, "9 configurations" },
  { "configuration of 8 bytes", "413c:2107 0.0=03/01/01", 18, 8, "where a configuration begins" },
  { "other type", "413c:2107 0.0=03/01/01", 19, 7, "where a configuration begins" },
  { "total too big", "413c:2107 0.0=03/01/01", 20, 35, "a configuration of 35 bytes where 34" },
  { "total huge", "413c:2107 0.0=03/01/01", 21, 255, "where 34 are left" },
  { "total too small", "413c:2107 0.0=03/01/01", 20, 33, "7 bytes where 6 are left" },
  { "total less than its head", "413c:2107 0.0=03/01/01", 20, 8, "a configuration of 8 bytes" },
  { "value 0", "413c:2107 0.0=03/01/01", 23, 0, "value 0" },
  { "value twice", "413c:2107 0.0=03/01/01 configuration 0.0=08/06/50", 57, 1, "value 1" },
  { "more interfaces than it says", "413c:2107 0.0=03/01/01 1.0=08/06/50", 22, 1, "says 1 interfaces and has 2" },
  { "fewer interfaces than it says", "413c:2107 0.0=03/01/01", 22, 2, "says 2 interfaces and has 1" },
  { "no interface", "413c:2107 x0524", 0, 0, "5 bytes where 2 are left" },
  { "no interface at all", "413c:2107 x0224", 0, 0, "without an interface" },
  { "length 0", "413c:2107 0.0=03/01/01 x0000", 0, 0, "without a head" },
  { "length 1", "413c:2107 0.0=03/01/01 x01", 0, 0, "without a head" },
  { "one byte", "413c:2107 0.0=03/01/01 x05", 0, 0, "without a head" },
  { "longer than what is left", "413c:2107 0.0=03/01/01 x0524", 0, 0, "5 bytes where 2 are left" },
  { "interface of 8 bytes", "413c:2107 0.0=03/01/01", 27, 8, "interface descriptor of 8 bytes" },
  { "interface swallows", "413c:2107 0.0=03/01/01 1.0=08/06/50", 27, 25, "interface descriptor of 25" },
  { "interface 32", "413c:2107 0.0=03/01/01", 29, 32, "interface number 32" },
  { "setting twice", "413c:2107 0.0=03/01/01 0.0=08/06/50", 0, 0, "interface 0.0 follows 0.0" },
  { "setting left out", "413c:2107 0.0=03/01/01 0.2=08/06/50", 0, 0, "interface 0.2 follows 0.0" },
  { "begins with setting 1", "413c:2107 0.0=03/01/01 1.1=08/06/50", 0, 0, "begins with setting 1" },
  { "interface in two places", "413c:2107 0.0=03/01/01 1.0=03/00/00 0.0=08/06/50", 0, 0, "stands in two places" },
  { "endpoint missing", "413c:2107 0.0=03/01/01", 31, 2, "says 2 endpoints and has 1" },
  { "endpoint too many", "413c:2107 0.0=03/01/01", 31, 0, "says 0 endpoints and has 1" },
  { "endpoint in the void", "413c:2107 x07058103080a0a 0.0=03/01/01", 0, 0, "before the first interface" },
  { "endpoint of 8 bytes", "413c:2107 0.0=03/01/01*0 x08058103080a0a00", 0, 0, "endpoint descriptor of 8" },
  { "endpoint of sound in a keyboard", "413c:2107 0.0=03/01/01*0 x09058103080a0a0000", 0, 0, "endpoint descriptor of 9" },
  { "endpoint 0", "413c:2107 0.0=03/01/01", 47, 0x80, "endpoint address 0x80" },
  { "endpoint with reserved bits", "413c:2107 0.0=03/01/01", 47, 0x91, "endpoint address 0x91" },
  { "endpoint twice", "413c:2107 0.0=03/01/01 x0705810308000a", 31, 2, "endpoint 0x81 twice" },
  { "companion of 5 bytes", "413c:2107 super 0.0=03/01/01*0 x0530000000", 0, 0, "companion descriptor of 5" },
  { "companion without endpoint", "413c:2107 super 0.0=03/01/01*0 x063000000000", 0, 0, "without its endpoint" },
  { "two companions", "413c:2107 super 0.0=03/01/01 x063000000000", 0, 0, "without its endpoint" },
  { "plus companion alone", "413c:2107 0.0=03/01/01 x0831000000000000", 0, 0, "without its endpoint" },
  { "plus companion of 7 bytes", "413c:2107 super 0.0=03/01/01 x07310000000000", 0, 0, "companion descriptor of 7" },
  { "no HID descriptor", "413c:2107 0.0=03/01/01", 37, 0x24, "HID without an HID descriptor" },
  { "HID lists 0", "413c:2107 0.0=03/01/01", 41, 0, "HID descriptor of 9 bytes lists 0" },
  { "HID lists 2", "413c:2107 0.0=03/01/01", 41, 2, "HID descriptor of 9 bytes lists 2" },
  { "HID without a report", "413c:2107 0.0=03/01/01", 42, 0x23, "lists type 0x23" },
  { "HID report without length", "413c:2107 0.0=03/01/01", 43, 0, "without length" },
  { "HID twice", "413c:2107 0.0=03/01/01*0 x092111010001223f00", 0, 0, "two HID descriptors" },
  { "HID late", "413c:2107 x090400000003010100 x032400 x092111010001223f00", 22, 1, "does not follow its interface" },
  { "two reports", "413c:2107 x090400000003010100 x0c2111010002223f00223f00", 22, 1, "lists type 0x22 at place 1" },
  { "association of 7 bytes", "413c:2107 x070b0001030101 0.0=03/01/01", 0, 0, "association descriptor of 7" },
  { "association over none", "413c:2107 0+0=03/01/01 0.0=03/01/01", 0, 0, "over 0 interfaces" },
  { "association too far", "413c:2107 31+2=03/01/01 0.0=03/01/01", 0, 0, "over 2 interfaces from 31" },
  { "association over what is not there", "413c:2107 0+2=03/01/01 0.0=03/01/01", 0, 0, "over interface 1, which is not there" },
  { "association before another interface", "413c:2107 1+1=03/01/01 0.0=03/01/01 1.0=03/01/01", 0, 0, "but interface 0.0 follows" },
  { "association at the end", "413c:2107 0.0=03/01/01 0+1=03/01/01", 0, 0, "without an interface behind" },
  { "association before something else", "413c:2107 0+1=03/01/01 x0524000000 0.0=03/01/01", 0, 0, "without an interface behind" },
  { "two associations in a row", "413c:2107 0+1=03/01/01 0+1=03/01/01 0.0=03/01/01", 0, 0, "without an interface behind" },
  { "associations over one interface", "413c:2107 0+2=03/01/01 0.0=03/01/01 1+1=03/01/01 1.0=03/01/01", 0, 0, "two associations over one" },
  { "association of another class", "413c:2107 0+2=03/01/01 0.0=02/06/00 1.0=0a/00/00", 0, 0, "class 0x03 over interface 0 of class 0x02" },
  { "string inside", "413c:2107 0.0=03/01/01 x04036100", 0, 0, "type 0x03 has no place" },
  { "device inside", "413c:2107 0.0=03/01/01 x0201", 0, 0, "type 0x01 has no place" },
  { "configuration inside", "413c:2107 0.0=03/01/01 x0202", 0, 0, "type 0x02 has no place" },
  { "qualifier inside", "413c:2107 0.0=03/01/01 x0206", 0, 0, "type 0x06 has no place" },
  { "other speed inside", "413c:2107 0.0=03/01/01 x0207", 0, 0, "type 0x07 has no place" },
  { "object store inside", "413c:2107 0.0=03/01/01 x020f", 0, 0, "type 0x0f has no place" },
};
/* clang-format on */

static void
test_bad (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GBytes) bytes = usb_build (bads[i].line);
  gsize length = g_bytes_get_size (bytes);
  g_autofree guint8 *changed = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
  g_autoptr (GError) error = NULL;

  if (bads[i].at > 0)
    {
      g_assert_cmpuint (bads[i].at, <, length);
      changed[bads[i].at] = bads[i].value;
    }
  g_assert_null (kiosk_usb_descriptors_parse (changed, length, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, bads[i].reason));
}

/* Odd, but said the same way to everybody. */
static void
test_odd (void)
{
  static const char *const lines[] = {
    "1199:90d3 0.0=ff/ff/ff 3.0=ff/ff/ff 31.0=ff/ff/ff",          /* gaps in the numbers */
    "16c0:0486 1.0=03/01/01 0.0=03/00/00",                        /* not in their order */
    "413c:2107 0.0=03/01/01 x04410000",                           /* of the vendor */
    "413c:2107 0.0=01/02/00*0 0.1=01/02/00*0 0.2=ff/00/00*0",     /* setting of another class */
    "28e9:0189 0.0=fe/01/02*0 x0921030000000000ff",               /* DFU has 0x21, too */
    "413c:2107 super 0.0=0e/02/00 x0831000000000000",             /* SuperSpeedPlus */
    "413c:2107 0.0=0e/02/00 x063000000000",                       /* companion at high speed */
    "413c:2107 0.0=01/02/00*0 0.1=01/02/00*0 x0224 0.2=01/02/00", /* bare head */
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (KioskUsbDescriptors) descriptors = parse (lines[i]);

      g_assert_cmpuint (descriptors->configurations->len, ==, 1);
    }
}

/* As many settings as 64 KiB hold, in all eight configurations: bounded work, bounded memory. */
static void
test_full (void)
{
  g_autoptr (GString) line = g_string_new ("413c:2107");
  g_autoptr (KioskUsbDescriptors) descriptors = NULL;

  for (guint c = 0; c < KIOSK_USB_MAX_CONFIGURATIONS; c++)
    {
      g_string_append (line, c > 0 ? " configuration" : "");
      for (guint n = 0; n < 28; n++)
        for (guint a = 0; a < 256; a++)
          g_string_append_printf (line, " %u.%u=ff/00/00*0", n, a);
    }
  descriptors = parse (line->str);
  for (guint c = 0; c < KIOSK_USB_MAX_CONFIGURATIONS; c++)
    g_assert_cmpuint (
        ((KioskUsbConfiguration *) descriptors->configurations->pdata[c])->interfaces->len, ==,
        28 * 256);
}

static void
test_garbage (void)
{
  static const guint8 zeros[65536];
  g_autofree guint8 *long_one = g_malloc0 (KIOSK_USB_MAX_BYTES + 1);
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_usb_descriptors_parse (NULL, 0, &error));
  g_clear_error (&error);
  g_assert_null (kiosk_usb_descriptors_parse (zeros, sizeof zeros, &error));
  g_clear_error (&error);
  g_assert_null (kiosk_usb_descriptors_parse (long_one, KIOSK_USB_MAX_BYTES + 1, &error));
  g_assert_nonnull (strstr (error->message, "longer than any"));
  g_clear_error (&error);
  for (guint i = 0; i < 5000; i++)
    {
      guint8 noise[64];
      gsize length = (gsize) g_rand_int_range (random, 0, sizeof noise + 1);

      for (gsize j = 0; j < sizeof noise; j++)
        noise[j] = (guint8) g_rand_int (random);
      g_assert_null (kiosk_usb_descriptors_parse (noise, length, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
      g_clear_error (&error);
    }
}

static void
add_test (const char *group, const char *name, gconstpointer data, GTestDataFunc run)
{
  g_autofree char *path = g_strdup_printf ("/usb/%s/%s", group, name);

  g_strdelimit (path + strlen ("/usb/") + strlen (group) + 1, " /", '-');
  g_test_add_data_func (path, data, run);
}

int
main (int argc, char **argv)
{
  const UsbSample *sample;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/usb/content", test_content);
  for (guint i = 0; (sample = usb_sample_nth (i)) != NULL; i++)
    {
      add_test ("truncated", sample->name, sample, test_truncated);
      add_test ("too-long", sample->name, sample, test_too_long);
      add_test ("changed", sample->name, sample, test_changed);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bads); i++)
    add_test ("bad", bads[i].name, GUINT_TO_POINTER (i), test_bad);
  g_test_add_func ("/usb/odd", test_odd);
  g_test_add_func ("/usb/full", test_full);
  g_test_add_func ("/usb/garbage", test_garbage);
  return g_test_run ();
}
