/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "usb-machine.h"

#include "../lib/usb-builder.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/model/usb-descriptors.h"

#include <glib/gstdio.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <umockdev.h>
#include <unistd.h>

#define CONTROLLER "/devices/pci0000:00/0000:00:14.0"

typedef struct {
  char *name;
  GBytes *bytes;
  GPtrArray *interfaces; /* names; NULL: not configured */
} Plugged;

struct _UsbMachine {
  UMockdevTestbed *testbed;
  GPtrArray *plugged;
  GPtrArray *inputs; /* paths in sysfs */
  guint numbers;
  gboolean slow;
  int probes;
};

void
usb_machine_require (void)
{
  const char *preloaded = g_getenv ("LD_PRELOAD");

  if (preloaded == NULL || strstr (preloaded, "umockdev") == NULL)
    g_error ("run this with umockdev-wrapper");
}

/* "/devices/.../usb1/1-2/1-2.3" or, for an interface, with "/1-2.3:1.0" behind it. */
static char *
device_path (const char *name)
{
  g_autofree char *device = g_strndup (name, strcspn (name, ":"));
  GString *path = g_string_new (CONTROLLER "/usb1");

  if (g_str_has_prefix (name, "usb"))
    return g_string_free (path, FALSE);
  for (const char *p = strchr (device, '-'); p != NULL; p = strchr (p + 1, '.'))
    {
      const char *end = strchr (p + 1, '.');
      gsize length = end != NULL ? (gsize) (end - device) : strlen (device);

      g_string_append_c (path, '/');
      g_string_append_len (path, device, (gssize) length);
    }
  if (strchr (name, ':') != NULL)
    g_string_append_printf (path, "/%s", name);
  return g_string_free (path, FALSE);
}

char *
usb_machine_syspath (const char *name)
{
  g_autofree char *path = device_path (name);

  return g_strconcat ("/sys", path, NULL);
}

/* Where the attribute lies for real. */
static char *
attribute_path (UsbMachine *self, const char *name, const char *attribute)
{
  g_autofree char *root = umockdev_testbed_get_root_dir (self->testbed);
  g_autofree char *path = usb_machine_syspath (name);

  return g_build_filename (root, path, attribute, NULL);
}

static void
make_room (const char *path)
{
  g_assert_true (g_remove (path) == 0 || !g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
add (UsbMachine *self, const char *text)
{
  g_autoptr (GError) error = NULL;

  umockdev_testbed_add_from_string (self->testbed, text, &error);
  g_assert_no_error (error);
}

UsbMachine *
usb_machine_new (void)
{
  UsbMachine *self = g_new0 (UsbMachine, 1);
  g_autofree char *root = NULL;
  g_autofree char *probe = NULL;
  g_autofree char *folder = NULL;

  self->testbed = umockdev_testbed_new ();
  self->plugged = g_ptr_array_new ();
  self->inputs = g_ptr_array_new_with_free_func (g_free);
  add (self, "P: " CONTROLLER "\nE: SUBSYSTEM=pci\n\n");
  add (self, "P: " CONTROLLER "/usb1\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
             "A: authorized_default=0\\n\nA: interface_authorized_default=0\\n\n"
             "A: authorized=1\\n\n\n");
  root = umockdev_testbed_get_root_dir (self->testbed);
  probe = g_build_filename (root, "sys/bus/usb/drivers_probe", NULL);
  folder = g_path_get_dirname (probe);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_cmpint (mkfifo (probe, 0600), ==, 0);
  self->probes = open (probe, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (self->probes, >=, 0);
  return self;
}

static void
free_plugged (Plugged *plugged)
{
  g_clear_pointer (&plugged->interfaces, g_ptr_array_unref);
  g_bytes_unref (plugged->bytes);
  g_free (plugged->name);
  g_free (plugged);
}

void
usb_machine_free (UsbMachine *self)
{
  g_ptr_array_set_free_func (self->plugged, (GDestroyNotify) free_plugged);
  g_ptr_array_unref (self->plugged);
  g_ptr_array_unref (self->inputs);
  kiosk_fd_clear (&self->probes);
  g_object_unref (self->testbed);
  g_free (self);
}

static char *
to_hex (GBytes *bytes)
{
  const guint8 *p = g_bytes_get_data (bytes, NULL);
  GString *hex = g_string_new (NULL);

  for (gsize i = 0; i < g_bytes_get_size (bytes); i++)
    g_string_append_printf (hex, "%02X", p[i]);
  return g_string_free (hex, FALSE);
}

void
usb_machine_plug (UsbMachine *self, const char *name, const char *line, const char *product,
                  const char *serial)
{
  Plugged *plugged = g_new0 (Plugged, 1);
  g_autofree char *path = device_path (name);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *hex = NULL;

  plugged->name = g_strdup (name);
  plugged->bytes = usb_build (line);
  g_ptr_array_add (self->plugged, plugged);
  hex = to_hex (plugged->bytes);
  g_string_printf (text,
                   "P: %s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: PRODUCT=%.4s/%.4s/100\n"
                   "A: authorized=0\\n\nA: bConfigurationValue=\\n\nA: devnum=%u\\n\n"
                   "H: descriptors=%s\n",
                   path, line, line + 5, ++self->numbers, hex);
  if (product != NULL)
    g_string_append_printf (text, "A: product=%s\\n\n", product);
  if (serial != NULL)
    g_string_append_printf (text, "A: serial=%s\\n\n", serial);
  g_string_append_c (text, '\n');
  add (self, text->str);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) entries = g_dir_open (path, 0, NULL);
  const char *entry;

  while (entries != NULL && (entry = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, entry, NULL);

      if (!g_file_test (child, G_FILE_TEST_IS_SYMLINK) && g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_tree (child);
      else
        g_assert_cmpint (g_unlink (child), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

/* The kernel takes "uevent" away before all others (device_del() in drivers/base/core.c). Without it the device is
 * none for umockdev_testbed_remove_device() of umockdev 0.19. */
static void
announce_end (UsbMachine *self, const char *name)
{
  g_autofree char *uevent = attribute_path (self, name, "uevent");
  g_autofree char *folder = g_path_get_dirname (uevent);
  g_autofree char *root = umockdev_testbed_get_root_dir (self->testbed);
  g_autofree char *link = g_build_filename (root, "sys/bus/usb/devices", name, NULL);
  g_autofree char *syspath = usb_machine_syspath (name);

  umockdev_testbed_uevent (self->testbed, syspath, "remove");
  make_room (uevent);
  make_room (link);
  remove_tree (folder);
}

static void
drop_inputs (UsbMachine *self, const char *interface)
{
  g_autofree char *above = usb_machine_syspath (interface);

  for (guint i = self->inputs->len; i > 0; i--)
    {
      const char *input = self->inputs->pdata[i - 1];

      if (!g_str_has_prefix (input, above))
        continue;
      umockdev_testbed_uevent (self->testbed, input, "remove");
      umockdev_testbed_remove_device (self->testbed, input);
      g_ptr_array_remove_index (self->inputs, i - 1);
    }
}

static void
drop_interfaces (UsbMachine *self, Plugged *plugged)
{
  for (guint i = 0; plugged->interfaces != NULL && i < plugged->interfaces->len; i++)
    {
      drop_inputs (self, plugged->interfaces->pdata[i]);
      announce_end (self, plugged->interfaces->pdata[i]);
    }
  g_clear_pointer (&plugged->interfaces, g_ptr_array_unref);
}

void
usb_machine_unplug (UsbMachine *self, const char *name)
{
  for (guint i = 0; i < self->plugged->len; i++)
    {
      Plugged *plugged = self->plugged->pdata[i];

      if (!g_str_equal (plugged->name, name))
        continue;
      drop_interfaces (self, plugged);
      announce_end (self, name);
      g_ptr_array_remove_index (self->plugged, i);
      free_plugged (plugged);
      return;
    }
  g_error ("%s is not plugged in", name);
}

void
usb_machine_set_slow (UsbMachine *self, gboolean slow)
{
  self->slow = slow;
}

void
usb_machine_announce (UsbMachine *self, const char *name)
{
  g_autofree char *syspath = usb_machine_syspath (name);

  umockdev_testbed_uevent (self->testbed, syspath, "add");
}

/* What usb_set_configuration() does that can be seen. */
static void
configure (UsbMachine *self, Plugged *plugged)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (plugged->bytes, &length);
  g_autoptr (KioskUsbDescriptors) descriptors = kiosk_usb_descriptors_parse (bytes, length, NULL);
  g_autofree char *value = usb_machine_get (self, plugged->name, "bConfigurationValue");

  if (descriptors == NULL || *value == '\0')
    return;
  plugged->interfaces = g_ptr_array_new_with_free_func (g_free);
  for (guint c = 0; c < descriptors->configurations->len; c++)
    {
      const KioskUsbConfiguration *configuration = descriptors->configurations->pdata[c];

      if (configuration->value != g_ascii_strtoull (value, NULL, 10))
        continue;
      for (guint i = 0; i < configuration->interfaces->len; i++)
        {
          const KioskUsbInterface *interface = &g_array_index (configuration->interfaces,
                                                               KioskUsbInterface, i);
          g_autofree char *name = NULL;
          g_autofree char *path = NULL;
          g_autofree char *text = NULL;

          if (interface->alternate != 0)
            continue;
          name = g_strdup_printf ("%s:%u.%u", plugged->name, configuration->value,
                                  interface->number);
          path = device_path (name);
          text = g_strdup_printf ("P: %s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\n\n", path);
          add (self, text);
          /* With its value from the first moment on, as the kernel does it. */
          usb_machine_set (self, name, "authorized", "0\n");
          g_ptr_array_add (plugged->interfaces, g_steal_pointer (&name));
        }
    }
}

void
usb_machine_turn (UsbMachine *self)
{
  for (guint i = 0; i < self->plugged->len; i++)
    {
      Plugged *plugged = self->plugged->pdata[i];
      g_autofree char *authorized = usb_machine_get (self, plugged->name, "authorized");

      if (g_str_equal (authorized, "1") && plugged->interfaces == NULL && !self->slow)
        configure (self, plugged);
      else if (g_str_equal (authorized, "0"))
        drop_interfaces (self, plugged);
    }
}

/* Empty when there is none: it may be being written in this moment. */
char *
usb_machine_get (UsbMachine *self, const char *name, const char *attribute)
{
  g_autofree char *path = attribute_path (self, name, attribute);
  char *value = NULL;

  if (!g_file_get_contents (path, &value, NULL, NULL))
    return g_strdup ("");
  return g_strchomp (value);
}

void
usb_machine_set (UsbMachine *self, const char *name, const char *attribute, const char *value)
{
  g_autofree char *path = attribute_path (self, name, attribute);
  g_autoptr (GError) error = NULL;

  make_room (path);
  g_file_set_contents (path, value, -1, &error);
  g_assert_no_error (error);
}

gboolean
usb_machine_has (UsbMachine *self, const char *name)
{
  g_autofree char *path = attribute_path (self, name, "uevent");

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

void
usb_machine_numb (UsbMachine *self, const char *name, const char *attribute)
{
  g_autofree char *path = attribute_path (self, name, attribute);

  make_room (path);
  g_assert_cmpint (symlink ("/dev/null", path), ==, 0);
}

void
usb_machine_break (UsbMachine *self, const char *name, const char *attribute)
{
  g_autofree char *path = attribute_path (self, name, attribute);

  make_room (path);
  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
}

void
usb_machine_become (UsbMachine *self, const char *name, const char *line)
{
  g_autofree char *path = attribute_path (self, name, "descriptors");
  g_autoptr (GBytes) bytes = usb_build (line);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                       &error);
  g_assert_no_error (error);
}

void
usb_machine_add_input (UsbMachine *self, const char *name, const char *node, gboolean keyboard)
{
  g_autofree char *device = device_path (name);
  g_autofree char *path
      = g_strdup_printf ("%s/input/input%s/%s", device, node + strlen ("event"), node);
  g_autofree char *text = g_strdup_printf ("P: %s\nE: SUBSYSTEM=input\nE: DEVNAME=/dev/input/%s\n"
                                           "E: MAJOR=13\nE: MINOR=70\nE: ID_INPUT=1\n%s\n",
                                           path, node, keyboard ? "E: ID_INPUT_KEYBOARD=1\n" : "");

  g_ptr_array_add (self->inputs, g_strconcat ("/sys", path, NULL));
  add (self, text);
}

void
usb_machine_add_other (UsbMachine *self, const char *text)
{
  add (self, text);
}

void
usb_machine_change_other (UsbMachine *self, const char *path, const char *attribute,
                          const char *value)
{
  g_autofree char *syspath = g_strconcat ("/sys", path, NULL);

  umockdev_testbed_set_attribute (self->testbed, syspath, attribute, value);
  umockdev_testbed_uevent (self->testbed, syspath, "change");
}

char *
usb_machine_take_probes (UsbMachine *self)
{
  char text[4096];
  gssize length = read (self->probes, text, sizeof text - 1);

  text[MAX (length, 0)] = '\0';
  return g_strdup (text);
}

char *
usb_machine_get_root (UsbMachine *self)
{
  return umockdev_testbed_get_root_dir (self->testbed);
}
