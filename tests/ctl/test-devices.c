/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "usb-builder.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* kioskctl devices: the program itself, on files and on a folder that looks like sysfs. $KIOSKCTL is the program. */

static char *folder; /* everything of one test */
static char *sysfs;
static char *policy;

#define CONTROLLER "devices/pci0000:00/0000:00:14.0"

static const char head[] = "[policy]\nformat=1\n[terminal]\nid=t1\nsite[ja]=北\nsite[en]=North\n";
static const char keyboard[] = "[device kb]\npurpose=keyboard\nid=046d:c31c\nport=0000:00:14.0/2\n";
static const char yubikey[] = "[device yk]\npurpose=token\nid=1050:0407\nrest=off\nwhen=unlocked\n";

static int
run (const char *arguments, char **out, char **err)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *line = g_strconcat (g_getenv ("KIOSKCTL"), "|devices|", arguments, NULL);
  g_auto (GStrv) command = g_strsplit (line, "|", -1);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "LC_ALL", "en_US.UTF-8", TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) command, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, out, err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

static void
assert_has (const char *text, const char *piece)
{
  if (strstr (text, piece) == NULL)
    g_error ("“%s” is not in: %s", piece, text);
}

static void
assert_has_not (const char *text, const char *piece)
{
  if (strstr (text, piece) != NULL)
    g_error ("“%s” is in: %s", piece, text);
}

static void
write_policy (const char *first, const char *second)
{
  g_autofree char *text = g_strconcat (head, first, second, NULL);

  g_assert_true (g_file_set_contents (policy, text, -1, NULL));
  g_assert_cmpint (chmod (policy, 0600), ==, 0);
}

/* ---- judge ---- */

/* Runs judge on a device composed of @line. */
static int
judge (const char *line, const char *more, char **out)
{
  g_autoptr (GBytes) bytes = usb_build (line);
  g_autofree char *file = g_build_filename (folder, "descriptors", NULL);
  g_autofree char *arguments
      = g_strdup_printf ("judge|--policy|%s|--descriptors|%s%s", policy, file, more);
  g_autofree char *err = NULL;
  int status;

  g_assert_true (g_file_set_contents (file, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), NULL));
  status = run (arguments, out, &err);
  g_assert_cmpstr (err, ==, "");
  return status;
}

static void
test_judge (void)
{
  static const struct {
    const char *line;
    const char *more;
    int status;
    const char *piece;
    const char *place; /* behind the name of the policy's file; NULL: no line decided */
  } rows[] = {
    { "046d:c31c 0.0=03/01/01", "|--port|0000:00:14.0/2", 0,
      "allowed as keyboard (interfaces 0 of configuration 1)", ":7: [device kb]" },
    { "046d:c31c 0.0=03/01/01", "|--port|0000:00:14.0/2|--lang|ja", 0, "許可: キーボード",
      ":7: [device kb]" },
    { "046d:c31c 0.0=03/01/01", "|--port|0000:00:14.0/3", 1, "refused: registered for another port",
      ":10: port=0000:00:14.0/2" },
    { "046d:c31c 0.0=03/01/01", "", 1, "refused: registered for another port",
      ":10: port=0000:00:14.0/2" },
    { "046d:c31c 0.0=03/01/01 1.0=08/06/50", "|--port|0000:00:14.0/2", 1,
      "refused: of a kind that is never allowed", NULL },
    { "046d:c31c 0.0=03/01/01 x01", "", 1, "refused: contradicts itself", NULL },
    { "0781:5567 0.0=08/06/50*2", "|--lang|ja", 1, "種類: 記憶装置", NULL },
    { "1050:0407 0.0=03/01/01 1.0=03/00/00 2.0=0b/00/00", "|--state|unlocked", 0,
      "allowed as token (interfaces 1 of configuration 1)", ":11: [device yk]" },
    { "1050:0407 0.0=03/01/01 1.0=03/00/00 2.0=0b/00/00", "|--state|locked", 1,
      "refused: not allowed now", ":15: when=unlocked" },
    { "1050:0407 0.0=03/01/01 1.0=03/00/00 2.0=0b/00/00", "", 1, "refused: not allowed now",
      ":15: when=unlocked" },
    { "1050:0407 1.0=03/00/00", "|--state|unlocked|--port|1-1.4", 0, "allowed as token",
      ":11: [device yk]" },
    { "1050:0407 1.0=03/00/00", "|--state|unlocked|--port|1-1.4.1", 1, "refused: too many hubs",
      ":11: [device yk]" },
  };

  write_policy (keyboard, yubikey);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *out = NULL;
      g_autofree char *place = g_strconcat (policy, rows[i].place, NULL);

      g_assert_cmpint (judge (rows[i].line, rows[i].more, &out), ==, rows[i].status);
      g_test_message ("%s", out);
      assert_has (out, rows[i].piece);
      if (rows[i].place != NULL)
        assert_has (out, place);
      else
        assert_has_not (out, policy);
    }
}

static JsonObject *
parse_json (const char *text, JsonParser *parser)
{
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static void
test_judge_json (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonParser) other = json_parser_new ();
  g_autofree char *good = NULL;
  g_autofree char *bad = NULL;
  JsonObject *object;

  write_policy (keyboard, yubikey);
  g_assert_cmpint (judge ("1050:0407 0.0=03/01/01 1.0=03/00/00", "|--json|--state|unlocked", &good),
                   ==, 0);
  object = parse_json (good, parser);
  g_assert_true (json_object_get_boolean_member (object, "allowed"));
  g_assert_cmpstr (json_object_get_string_member (object, "purpose"), ==, "token");
  g_assert_cmpstr (json_object_get_string_member (object, "rule"), ==, "yk");
  g_assert_cmpstr (json_object_get_string_member (object, "file"), ==, policy);
  g_assert_cmpint (json_object_get_int_member (object, "line"), ==, 11);
  g_assert_cmpint (json_object_get_int_member (object, "configuration"), ==, 1);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "interfaces")), ==,
                    1);
  g_assert_true (json_object_get_null_member (object, "reason"));

  g_assert_cmpint (judge ("0781:5567 0.0=08/06/50*2", "|--json", &bad), ==, 1);
  object = parse_json (bad, other);
  g_assert_false (json_object_get_boolean_member (object, "allowed"));
  g_assert_cmpstr (json_object_get_string_member (object, "reason"), ==, "device-class");
  g_assert_cmpstr (json_object_get_string_member (object, "kind"), ==, "storage");
  g_assert_true (json_object_get_null_member (object, "rule"));
  g_assert_true (json_object_get_null_member (object, "file"));
}

static void
test_usage (void)
{
  static const char *const rows[] = {
    "judge",
    "judge|--descriptors|/dev/null|--port|front",
    "judge|--descriptors|/dev/null|--port|1-",
    "judge|--descriptors|/dev/null|--state|asleep",
    "judge|--descriptors|/dev/null|--lang|fr",
    "judge|--descriptors|/dev/null|more",
    "judge|--nonsense",
    "judge|--descriptors|/nonexistent/x",
    "nonsense",
    "learn|--json",
    "--sysfs|/nonexistent/x",
    "learn|--sysfs|/nonexistent/x",
  };
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autofree char *arguments
      = g_strdup_printf ("judge|--policy|%s|--descriptors|/dev/null", policy);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *row_out = NULL;
      g_autofree char *row_err = NULL;

      g_test_message ("%s", rows[i]);
      g_assert_cmpint (run (rows[i], &row_out, &row_err), ==, 2);
      g_assert_cmpstr (row_out, ==, "");
      g_assert_cmpstr (row_err, !=, "");
    }
  write_policy ("[device x]\n", "");
  g_assert_cmpint (run (arguments, &out, &err), ==, 2);
  g_assert_cmpstr (out, ==, "");
  assert_has (err, ":7: [device x] lacks the key “id”");
}

/* ---- A folder like sysfs ---- */

static void
write_attribute (const char *device, const char *name, const char *bytes, gssize length)
{
  g_autofree char *path = g_build_filename (sysfs, CONTROLLER, device, name, NULL);

  g_assert_true (g_file_set_contents (path, bytes, length, NULL));
}

static void
add_folder (const char *device)
{
  g_autofree char *path = g_build_filename (sysfs, CONTROLLER, device, NULL);
  g_autofree char *base = g_path_get_basename (device);
  g_autofree char *target = g_build_filename ("../../..", CONTROLLER, device, NULL);
  g_autofree char *link_path = g_build_filename (sysfs, "bus/usb/devices", base, NULL);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  g_assert_cmpint (symlink (target, link_path), ==, 0);
}

static void
add_bus (const char *name, const char *devices, const char *interfaces)
{
  add_folder (name);
  write_attribute (name, "authorized_default", devices, -1);
  write_attribute (name, "interface_authorized_default", interfaces, -1);
}

/* A device "usb1/1-2" composed of @line. */
static void
add_device (const char *device, const char *line, const char *product, const char *authorized)
{
  g_autoptr (GBytes) bytes = usb_build (line);

  add_folder (device);
  write_attribute (device, "descriptors", g_bytes_get_data (bytes, NULL),
                   (gssize) g_bytes_get_size (bytes));
  write_attribute (device, "devnum", "5\n", -1);
  write_attribute (device, "product", product, -1);
  write_attribute (device, "authorized", authorized, -1);
}

static void
add_interface (const char *device, const char *name, const char *authorized)
{
  g_autofree char *inside = g_build_filename (device, name, NULL);

  add_folder (inside);
  write_attribute (inside, "authorized", authorized, -1);
}

/* Runs `kioskctl devices` on the folder. */
static int
show (const char *more, char **out)
{
  g_autofree char *arguments = g_strdup_printf ("--sysfs|%s|--policy|%s%s", sysfs, policy, more);
  g_autofree char *err = NULL;
  int status = run (arguments, out, &err);

  g_test_message ("%s%s", *out, err);
  return status;
}

static void
test_show (void)
{
  g_autofree char *out = NULL;
  g_autofree char *ja = NULL;
  g_autofree char *json = NULL;
  g_autofree char *open_bus = NULL;
  g_autofree char *works = NULL;
  g_autofree char *extra = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object;
  JsonArray *devices;

  write_policy (keyboard, yubikey);
  add_bus ("usb1", "0\n", "0\n");
  add_device ("usb1/1-2", "046d:c31c 0.0=03/01/01", "USB Keyboard\n", "1\n");
  add_interface ("usb1/1-2", "1-2:1.0", "1\n");
  add_device ("usb1/1-3", "0781:5567 0.0=08/06/50*2", "\x1b[31mCruzer\n", "0\n");
  add_device ("usb1/1-4", "1050:0407 0.0=03/01/01 1.0=03/00/00", "YubiKey\n", "1\n");
  add_interface ("usb1/1-4", "1-4:1.0", "0\n");
  add_interface ("usb1/1-4", "1-4:1.1", "1\n");

  g_assert_cmpint (show ("", &out), ==, 0);
  assert_has (out, "usb1  closed");
  assert_has (out, "0000:00:14.0/2  046d:c31c  keyboard \"USB Keyboard\"");
  assert_has (out, "allowed as keyboard (interfaces 0 of configuration 1), ");
  assert_has (out, ":7\n");
  assert_has (out, "0000:00:14.0/3  0781:5567  storage device \"\xef\xbf\xbd[31mCruzer\"");
  assert_has (out, "dead   refused: of a kind that is never allowed");
  assert_has (out, "(interfaces 1 of configuration 1), not at every time, ");
  assert_has_not (out, "AGAINST");
  g_assert_cmpint (show ("|--lang|ja", &ja), ==, 0);
  assert_has (ja, "拒否: 許可しない種類の機器");
  assert_has (ja, "usb1  閉じています");

  g_assert_cmpint (show ("|--json", &json), ==, 0);
  object = parse_json (json, parser);
  devices = json_object_get_array_member (object, "devices");
  g_assert_cmpuint (json_array_get_length (devices), ==, 3);
  object = json_array_get_object_element (devices, 1);
  g_assert_cmpstr (json_object_get_string_member (object, "path"), ==, "0000:00:14.0/3");
  g_assert_false (json_object_get_boolean_member (object, "authorized"));
  object = json_object_get_object_member (object, "policy");
  g_assert_cmpstr (json_object_get_string_member (object, "reason"), ==, "device-class");

  /* what must not be is said, and the exit status says it, too */
  write_attribute ("usb1/1-4/1-4:1.0", "authorized", "1\n", -1);
  g_assert_cmpint (show ("", &extra), ==, 1);
  assert_has (extra, "AGAINST THE POLICY");
  write_attribute ("usb1/1-4/1-4:1.0", "authorized", "0\n", -1);
  write_attribute ("usb1/1-3", "authorized", "1\n", -1);
  g_assert_cmpint (show ("", &works), ==, 1);
  assert_has (works, "works, AGAINST THE POLICY");
  write_attribute ("usb1/1-3", "authorized", "0\n", -1);
  write_attribute ("usb1", "interface_authorized_default", "1\n", -1);
  g_assert_cmpint (show ("", &open_bus), ==, 1);
  assert_has (open_bus, "OPEN");
}

/* What cannot be read is not taken for refused. */
static void
test_unreadable (void)
{
  g_autofree char *out = NULL;
  g_autofree char *no_policy = NULL;

  write_policy (keyboard, "");
  add_bus ("usb1", "0\n", "0\n");
  add_folder ("usb1/1-2");
  g_assert_cmpint (show ("", &out), ==, 1);
  assert_has (out, "1-2");
  assert_has (out, "AGAINST THE POLICY");
  write_policy ("[device x]\n", "");
  g_assert_cmpint (show ("", &no_policy), ==, 2);
}

/* What is learned is a policy, lets the same devices work and no other. */
static void
test_learn (void)
{
  g_autofree char *arguments = g_strdup_printf ("learn|--sysfs|%s", sysfs);
  g_autofree char *rules = NULL;
  g_autofree char *err = NULL;
  g_autofree char *out = NULL;

  add_bus ("usb1", "0\n", "0\n");
  add_device ("usb1/1-1", "05e3:0608 device=09/00/01 0.0=09/00/00", "Hub\n", "0\n");
  add_device ("usb1/1-2", "046d:c31c 0.0=03/01/01", "USB \"Keyboard\"\n[device evil]\n", "0\n");
  add_device ("usb1/1-3", "0781:5567 0.0=08/06/50*2", "Cruzer\n", "0\n");
  add_device ("usb1/1-4", "046d:c31c 0.0=03/01/01", "USB Keyboard\n", "0\n");
  add_device ("usb1/1-5", "1050:0407 0.0=03/01/01 1.0=03/00/00 2.0=0b/00/00", "YubiKey\n", "0\n");
  add_device ("usb1/1-6", "046d:c31c 0.0=03/01/01 1.0=08/06/50", "Keyboard with a disk\n", "0\n");
  add_device ("usb1/1-7", "046d:c31c 0.0=03/01/01 x01", "Broken\n", "0\n");
  g_assert_cmpint (run (arguments, &rules, &err), ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_test_message ("%s", rules);
  assert_has (rules, "[device hub-05e3-0608]\npurpose=hub\nid=05e3:0608\nport=0000:00:14.0/1\n");
  assert_has (rules,
              "[device keyboard-046d-c31c]\npurpose=keyboard\nid=046d:c31c\nport=0000:00:14.0/2\n");
  assert_has (rules, "[device keyboard-046d-c31c-2]\npurpose=keyboard\nid=046d:c31c\n"
                     "port=0000:00:14.0/4\n");
  assert_has (rules, "[device token-1050-0407]\npurpose=token\ninterfaces=03/00/00\nrest=off\n");
  assert_has (rules, "# 記憶装置「Cruzer」 / storage device \"Cruzer\"\n");
  assert_has_not (rules, "0781:5567\n");
  assert_has_not (rules, "\n[device evil]");
  assert_has_not (rules, "/3\n");
  assert_has_not (rules, "port=0000:00:14.0/6");
  assert_has_not (rules, "port=0000:00:14.0/7");

  write_policy (rules, "");
  g_assert_cmpint (show ("", &out), ==, 0);
  assert_has (out, "allowed as hub");
  assert_has (out, "allowed as keyboard");
  assert_has (out, "allowed as token");
  assert_has (out, "refused: of a kind that is never allowed");
  assert_has (out, "refused: contradicts itself");
}

/* ---- Setting ---- */

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir
      = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inside = g_build_filename (path, name, NULL);

      remove_tree (inside);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
run_test (gconstpointer data)
{
  void (*test) (void) = *(void (*const *) (void)) data;
  g_autofree char *links = NULL;

  folder = g_dir_make_tmp ("kiosk-devices-XXXXXX", NULL);
  g_assert_nonnull (folder);
  sysfs = g_build_filename (folder, "sys", NULL);
  links = g_build_filename (sysfs, "bus/usb/devices", NULL);
  g_assert_cmpint (g_mkdir_with_parents (links, 0700), ==, 0);
  policy = g_build_filename (folder, "policy.conf", NULL);
  test ();
  remove_tree (folder);
  g_clear_pointer (&policy, g_free);
  g_clear_pointer (&sysfs, g_free);
  g_clear_pointer (&folder, g_free);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (void);
  } tests[] = {
    { "/devices/judge", test_judge },           { "/devices/judge/json", test_judge_json },
    { "/devices/usage", test_usage },           { "/devices/show", test_show },
    { "/devices/unreadable", test_unreadable }, { "/devices/learn", test_learn },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, &tests[i].test, run_test);
  return g_test_run ();
}
