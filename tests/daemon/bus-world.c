/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "bus-world.h"

#include <glib/gstdio.h>

#include <string.h>
#include <unistd.h>

/* The kernel's side comes out of write(2) itself, in whatever thread that is called: the code under test reads back
 * directly afterwards, as it does with a real kernel, which has done the work when write() returns. */

struct _BusWorld {
  UMockdevTestbed *testbed;
  char *root;
  GMutex mutex;
  GCond cond;
  gboolean deaf, slow;
  GPtrArray *writes;
};

static BusWorld *world; /* the one that there is */

gssize __real_write (int fd, const void *bytes, gsize length);
gssize __wrap_write (int fd, const void *bytes, gsize length);

static char *
find (BusWorld *self, const char *path, const char *attribute)
{
  return g_strconcat (self->root, "/sys", path, attribute != NULL ? "/" : NULL, attribute, NULL);
}

/* ---- What a kernel does ---- */

/* What a driver had made below its device goes with it. */
static void
unplug_below (BusWorld *self, const char *path)
{
  g_autofree char *folder = find (self, path, NULL);
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (entries != NULL && (entry = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, entry, NULL);
      g_autofree char *real = g_build_filename (folder, entry, NULL);
      g_autofree char *uevent = g_build_filename (real, "uevent", NULL);

      if (g_file_test (real, G_FILE_TEST_IS_SYMLINK) || !g_file_test (real, G_FILE_TEST_IS_DIR))
        continue;
      if (g_file_test (uevent, G_FILE_TEST_EXISTS))
        bus_world_unplug (self, child);
      else
        unplug_below (self, child);
    }
}

static void
take_driver_of (BusWorld *self, const char *folder, const char *driver)
{
  g_autofree char *link = g_build_filename (folder, "driver", NULL);
  g_autofree char *leads = realpath (link, NULL);

  if (g_strcmp0 (leads, driver) != 0)
    return;
  g_unlink (link);
  unplug_below (self, folder + strlen (self->root) + strlen ("/sys"));
}

/* By itself and not by find(1): umockdev has locks, and a child of a program with threads could wait for one for ever. */
static void
take_driver_below (BusWorld *self, const char *folder, const char *driver, const char *name)
{
  g_autoptr (GDir) folders = g_dir_open (folder, 0, NULL);
  const char *child;

  while (folders != NULL && (child = g_dir_read_name (folders)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, child, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_SYMLINK) || !g_file_test (path, G_FILE_TEST_IS_DIR))
        continue;
      take_driver_below (self, path, driver, name);
      if (g_str_equal (child, name))
        take_driver_of (self, path, driver);
    }
}

static void
take_driver (BusWorld *self, const char *unbind, const char *name)
{
  g_autofree char *folder = g_path_get_dirname (unbind);
  g_autofree char *driver = realpath (folder, NULL);
  g_autofree char *devices = g_build_filename (self->root, "sys/devices", NULL);

  g_assert_nonnull (driver);
  take_driver_below (self, devices, driver, name);
}

static void
take_effect (BusWorld *self, const char *path, const char *value)
{
  const char *below = path + strlen (self->root) + strlen ("/sys");
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *device = g_path_get_dirname (below);

  if (g_str_equal (name, "delete"))
    bus_world_unplug (self, device);
  else if (g_str_equal (name, "unbind"))
    take_driver (self, path, value);
}

gssize
__wrap_write (int fd, const void *bytes, gsize length)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  char path[PATH_MAX];
  gssize n = world != NULL ? readlink (link, path, sizeof path - 1) : -1;
  g_autofree char *value = NULL;
  g_autofree char *sys = NULL;
  gboolean deaf;

  if (n < 0)
    return __real_write (fd, bytes, length);
  path[n] = '\0';
  sys = g_build_filename (world->root, "sys/", NULL);
  if (!g_str_has_prefix (path, sys))
    return __real_write (fd, bytes, length);
  value = g_strndup (bytes, length);
  g_mutex_lock (&world->mutex);
  g_ptr_array_add (world->writes,
                   g_strdup_printf ("%s=%s", path + strlen (world->root) + strlen ("/sys"), value));
  while (world->slow)
    g_cond_wait (&world->cond, &world->mutex);
  deaf = world->deaf;
  g_mutex_unlock (&world->mutex);
  if (deaf)
    return (gssize) length;
  __real_write (fd, bytes, length);
  take_effect (world, path, value);
  return (gssize) length;
}

/* ---- Devices ---- */

/* Folders of the drivers that @text names, with what can be written there. */
static void
make_drivers (BusWorld *self, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *driver = strstr (lines[i], "/bus/");
      g_autofree char *folder = NULL;
      g_autofree char *unbind = NULL;

      if (!g_str_has_prefix (lines[i], "L: driver=") || driver == NULL)
        continue;
      folder = find (self, driver, NULL);
      unbind = g_build_filename (folder, "unbind", NULL);
      g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
      g_assert_true (g_file_set_contents (unbind, "", 0, NULL));
    }
}

static void
link_number (BusWorld *self, const char *number, const char *path)
{
  g_autofree char *folder = find (self, "/dev/block", NULL);
  g_autofree char *link = g_build_filename (folder, number, NULL);
  g_autofree char *target = g_strconcat ("../..", path, NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  if (!g_file_test (link, G_FILE_TEST_IS_SYMLINK))
    g_assert_cmpint (symlink (target, link), ==, 0);
}

/* /sys/dev/block, as the kernel has it. */
static void
link_numbers (BusWorld *self, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const char *path = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "P: "))
      path = lines[i] + strlen ("P: ");
    else if (g_str_has_prefix (lines[i], "A: dev="))
      {
        char *number = lines[i] + strlen ("A: dev=");

        number[strcspn (number, "\\")] = '\0';
        link_number (self, number, path);
      }
}

void
bus_world_plug (BusWorld *self, const char *text)
{
  g_autoptr (GError) error = NULL;

  make_drivers (self, text);
  link_numbers (self, text);
  umockdev_testbed_add_from_string (self->testbed, text, &error);
  g_assert_no_error (error);
}

void
bus_world_uevent (BusWorld *self, const char *path, const char *action)
{
  g_autofree char *syspath = g_strconcat ("/sys", path, NULL);

  umockdev_testbed_uevent (self->testbed, syspath, action);
}

void
bus_world_remove (BusWorld *self, const char *path)
{
  g_autofree char *syspath = g_strconcat ("/sys", path, NULL);

  umockdev_testbed_remove_device (self->testbed, syspath);
}

static void
tell_removal (BusWorld *self, const char *path)
{
  g_autofree char *folder = find (self, path, NULL);
  g_autofree char *uevent = find (self, path, "uevent");
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (entries != NULL && (entry = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, entry, NULL);
      g_autofree char *real = find (self, child, NULL);

      if (!g_file_test (real, G_FILE_TEST_IS_SYMLINK) && g_file_test (real, G_FILE_TEST_IS_DIR))
        tell_removal (self, child);
    }
  if (g_file_test (uevent, G_FILE_TEST_EXISTS))
    bus_world_uevent (self, path, "remove");
}

void
bus_world_unplug (BusWorld *self, const char *path)
{
  tell_removal (self, path);
  bus_world_remove (self, path);
}

gboolean
bus_world_has (BusWorld *self, const char *path)
{
  g_autofree char *real = find (self, path, NULL);

  return g_file_test (real, G_FILE_TEST_EXISTS);
}

char *
bus_world_read (BusWorld *self, const char *path, const char *attribute)
{
  g_autofree char *real = find (self, path, attribute);
  char *text = NULL;

  if (!g_file_get_contents (real, &text, NULL, NULL))
    return g_strdup ("");
  return g_strchomp (text);
}

void
bus_world_write (BusWorld *self, const char *path, const char *attribute, const char *value)
{
  g_autofree char *syspath = g_strconcat ("/sys", path, NULL);

  umockdev_testbed_set_attribute (self->testbed, syspath, attribute, value);
}

void
bus_world_set_deaf (BusWorld *self, gboolean deaf)
{
  g_mutex_lock (&self->mutex);
  self->deaf = deaf;
  g_mutex_unlock (&self->mutex);
}

void
bus_world_set_slow (BusWorld *self, gboolean slow)
{
  g_mutex_lock (&self->mutex);
  self->slow = slow;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

GStrv
bus_world_take_writes (BusWorld *self)
{
  GPtrArray *writes;

  g_mutex_lock (&self->mutex);
  writes = self->writes;
  self->writes = g_ptr_array_new ();
  g_mutex_unlock (&self->mutex);
  g_ptr_array_add (writes, NULL);
  return (GStrv) g_ptr_array_free (writes, FALSE);
}

/* ---- The machine ---- */

#define AHCI "/devices/pci0000:00/0000:00:17.0"
#define DISK AHCI "/ata1/host0/target0:0:0/0:0:0:0"

static const char machine[]
    = "P: " AHCI "\nE: SUBSYSTEM=pci\nE: DRIVER=ahci\nA: class=0x010601\\n\n"
      "L: driver=../../../bus/pci/drivers/ahci\n\n"
      "P: " AHCI "/ata1/host0\nE: SUBSYSTEM=scsi\nE: DEVTYPE=scsi_host\n\n"
      "P: " AHCI "/ata1/host0/target0:0:0\nE: SUBSYSTEM=scsi\nE: DEVTYPE=scsi_target\n\n"
      "P: " DISK "\nE: SUBSYSTEM=scsi\nE: DEVTYPE=scsi_device\nA: type=0\\n\nA: delete=\n"
      "A: vendor=ATA\\n\nA: model=OWN DISK\\n\nL: driver=../../../../../../../bus/scsi/drivers/sd\n\n"
      "P: " DISK
      "/block/sda\nE: SUBSYSTEM=block\nE: DEVTYPE=disk\nE: DEVNAME=/dev/sda\nA: dev=8:0\\n\n"
      "A: size=1000\\n\n\n"
      "P: " DISK
      "/block/sda/sda2\nE: SUBSYSTEM=block\nE: DEVTYPE=partition\nE: DEVNAME=/dev/sda2\nA: dev=8:2\\n\n"
      "A: partition=2\\n\nE: ID_PART_ENTRY_NAME=kiosk-root\n\n"
      "P: " DISK
      "/block/sda/sda4\nE: SUBSYSTEM=block\nE: DEVTYPE=partition\nE: DEVNAME=/dev/sda4\nA: dev=8:4\\n\n"
      "A: partition=4\\n\nE: ID_PART_ENTRY_NAME=kiosk-log\n\n"
      "P: /devices/virtual/block/dm-0\nE: SUBSYSTEM=block\nE: DEVTYPE=disk\nE: DEVNAME=/dev/dm-0\nA: dev=253:0\\n\n"
      "A: size=800\\n\n\n"
      "P: /devices/platform/i8042/serio0\nE: SUBSYSTEM=serio\nL: driver=../../../../bus/serio/drivers/atkbd\n\n"
      "P: /devices/platform/i8042/serio0/input/input0\nE: SUBSYSTEM=input\nA: inhibited=0\\n\nA: name=AT keyboard\\n\n\n"
      "P: /devices/pci0000:00/0000:00:0d.2\nE: SUBSYSTEM=pci\nE: DRIVER=thunderbolt\nA: class=0x0c0340\\n\n"
      "L: driver=../../../bus/pci/drivers/thunderbolt\n\n"
      "P: /devices/pci0000:00/0000:00:0d.2/domain0\nE: SUBSYSTEM=thunderbolt\nE: DEVTYPE=thunderbolt_domain\n"
      "A: security=user\\n\n\n"
      "P: /devices/pci0000:00/0000:00:0d.2/domain0/0-0\nE: SUBSYSTEM=thunderbolt\nE: DEVTYPE=thunderbolt_device\n"
      "A: authorized=1\\n\n\n";

BusWorld *
bus_world_new (void)
{
  BusWorld *self = g_new0 (BusWorld, 1);
  g_autofree char *slaves = NULL;
  g_autofree char *slave = NULL;

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->writes = g_ptr_array_new ();
  self->testbed = umockdev_testbed_new ();
  self->root = umockdev_testbed_get_root_dir (self->testbed);
  bus_world_plug (self, machine);
  slaves = find (self, "/devices/virtual/block/dm-0", "slaves");
  slave = g_build_filename (slaves, "sda2", NULL);
  g_assert_cmpint (g_mkdir_with_parents (slaves, 0755), ==, 0);
  g_assert_cmpint (symlink ("../../../../.." DISK "/block/sda/sda2", slave), ==, 0);
  world = self;
  return self;
}

void
bus_world_free (BusWorld *self)
{
  world = NULL;
  g_object_unref (self->testbed);
  g_free (self->root);
  g_ptr_array_add (self->writes, NULL);
  g_strfreev ((GStrv) g_ptr_array_free (self->writes, FALSE));
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}
