/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <umockdev.h>

#include <string.h>

/* kioskctl devices, the ways in beside USB: the program itself on a machine that is not there. $KIOSKCTL is the program. */

#define PCI "P: /devices/pci0000:00/0000:00:0d.2"

/* What every machine has: a USB controller that is shut. */
static const char machine[]
    = "P: /devices/pci0000:00/0000:00:14.0\nE: SUBSYSTEM=pci\n\n"
      "P: /devices/pci0000:00/0000:00:14.0/usb1\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nA: authorized=1\\n\n"
      "A: authorized_default=0\\n\nA: interface_authorized_default=0\\n\n\n"
      "P: /devices/pnp0/00:01\nE: SUBSYSTEM=pnp\n\n"
      "P: /devices/pnp0/00:01/tty/ttyS0\nE: SUBSYSTEM=tty\nA: type=4\\n\n\n" PCI
      "\nE: SUBSYSTEM=pci\n\n" PCI
      "/domain0\nE: SUBSYSTEM=thunderbolt\nE: DEVTYPE=thunderbolt_domain\n\n";

#define DOCK(authorized)                                                                                     \
  PCI "/domain0/0-0/0-1\nE: SUBSYSTEM=thunderbolt\nE: DEVTYPE=thunderbolt_device\nA: authorized=" authorized \
      "\\n\nA: vendor_name=Acme\\n\nA: device_name=Do\033ck\\n\n"

typedef struct {
  UMockdevTestbed *testbed;
  char *policy;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("policy-XXXXXX.conf", &self->policy, &error);

  g_assert_no_error (error);
  g_assert_true (g_close (fd, NULL));
  g_file_set_contents (self->policy,
                       "[policy]\nformat=1\n[terminal]\nid=t1\nsite[ja]=北\nsite[en]=North\n", -1,
                       &error);
  g_assert_no_error (error);
  self->testbed = umockdev_testbed_new ();
  umockdev_testbed_add_from_string (self->testbed, machine, &error);
  g_assert_no_error (error);
  if (data != NULL)
    umockdev_testbed_add_from_string (self->testbed, data, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->testbed);
  g_unlink (self->policy);
  g_free (self->policy);
}

static int
run (Fixture *self, const char *option, char **out)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, g_getenv ("KIOSKCTL"),
                              "devices", "--policy", self->policy, option, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, out, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%s", *out);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

/* The row of @bus; every other one must be there as well, once. */
static JsonObject *
find_way (JsonParser *parser, const char *text, const char *bus)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *ways;
  JsonObject *found = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  ways
      = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "ways");
  g_assert_cmpuint (json_array_get_length (ways), ==, 18);
  for (guint i = 0; i < json_array_get_length (ways); i++)
    {
      JsonObject *way = json_array_get_object_element (ways, i);
      const char *name = json_object_get_string_member (way, "bus");

      g_assert_true (g_hash_table_add (seen, (gpointer) name));
      if (g_str_equal (name, bus))
        found = way;
    }
  g_assert_nonnull (found);
  return found;
}

static void
assert_way (const char *text, const char *bus, const char *state, gboolean driver, guint devices)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *way = find_way (parser, text, bus);

  g_assert_cmpstr (json_object_get_string_member (way, "state"), ==, state);
  g_assert_cmpint (json_object_get_boolean_member (way, "driver"), ==, driver);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (way, "devices")), ==,
                    devices);
}

static void
test_nothing (Fixture *self, gconstpointer data)
{
  g_autofree char *out = NULL;

  g_assert_cmpint (run (self, "--json", &out), ==, 0);
  assert_way (out, "thunderbolt", "none", TRUE, 0);
  assert_way (out, "firewire", "none", FALSE, 0);
  assert_way (out, "serial", "stays", FALSE, 1);
}

static void
test_shut (Fixture *self, gconstpointer data)
{
  g_autofree char *out = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *device;

  g_assert_cmpint (run (self, "--json", &out), ==, 0);
  assert_way (out, "thunderbolt", "shut", TRUE, 1);
  device = json_array_get_object_element (
      json_object_get_array_member (find_way (parser, out, "thunderbolt"), "devices"), 0);
  g_assert_cmpstr (json_object_get_string_member (device, "name"), ==, "0-1");
  g_assert_cmpstr (json_object_get_string_member (device, "claim"), ==,
                   "Acme Do\xef\xbf\xbd"
                   "ck");
  g_assert_cmpstr (json_object_get_string_member (device, "place"), ==,
                   "pci0000:00/0000:00:0d.2/domain0/0-0/0-1");
  g_assert_cmpstr (json_object_get_string_member (device, "state"), ==, "shut");
}

static void
test_open (Fixture *self, gconstpointer data)
{
  g_autofree char *out = NULL;
  g_autofree char *ja = NULL;
  g_autofree char *en = NULL;

  g_assert_cmpint (run (self, "--json", &out), ==, 1);
  assert_way (out, "thunderbolt", "open", TRUE, 1);
  g_assert_cmpint (run (self, "--lang=ja", &ja), ==, 1);
  g_assert_nonnull (strstr (ja, "USB 以外の接続口:"));
  g_assert_nonnull (strstr (ja, "あり（開いています）、ドライバーあり"));
  g_assert_cmpint (run (self, "--lang=en", &en), ==, 1);
  g_assert_nonnull (strstr (en, "Other ways in:"));
  g_assert_nonnull (strstr (en, "there, OPEN; the kernel has a driver"));
  g_assert_nonnull (strstr (en, "nothing there; no driver in the kernel"));
  g_assert_null (strchr (en, '\033'));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/devices-ways/nothing", Fixture, NULL, set_up, test_nothing, tear_down);
  g_test_add ("/devices-ways/shut", Fixture, DOCK ("0"), set_up, test_shut, tear_down);
  g_test_add ("/devices-ways/open", Fixture, DOCK ("1"), set_up, test_open, tear_down);
  return g_test_run ();
}
