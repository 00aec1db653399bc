/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* What can go wrong while devices beside USB are refused, and the system's own disk, which is never touched. */

#include "bus-fixture.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/sysmacros.h>

static const dev_t none[] = { 0 };

static void
assert_system_untouched (Fixture *self)
{
  g_auto (GStrv) writes = bus_world_take_writes (self->world);

  for (guint i = 0; writes[i] != NULL; i++)
    {
      g_test_message ("%s", writes[i]);
      g_assert_null (strstr (writes[i], "0:0:0:0"));
      g_assert_false (g_str_has_suffix (writes[i], "=0000:00:17.0"));
      g_assert_null (strstr (writes[i], "dm-0"));
      g_assert_false (g_str_has_prefix (writes[i], AHCI "/ata1/"));
    }
  g_assert_true (bus_world_has (self->world, SYSTEM_DISK "/block/sda/sda2"));
}

/* ---- What happens to all of them ---- */

static const char dock[]
    = "P: " DOMAIN
      "/0-0/0-1\nE: SUBSYSTEM=thunderbolt\nE: DEVTYPE=thunderbolt_device\nA: authorized=1\\n\n";
#define DOCK DOMAIN "/0-0/0-1"

static void
test_machine (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) writes = NULL;

  bus_world_plug (self->world, bus_fixture_built_in);
  bus_fixture_begin (self);
  bus_fixture_hear_all (self);
  g_assert_cmpuint (self->told->len, ==, 0);
  g_assert_true (kiosk_bus_watch_is_well (self->watch));
  writes = bus_world_take_writes (self->world);
  g_assert_cmpuint (g_strv_length (writes), ==, 0);
}

/* A write that is taken and does not hold: the terminal must not be used, and it is tried on. */
static void
test_deaf (Fixture *self, gconstpointer data)
{
  const Told *told;

  bus_fixture_begin (self);
  bus_world_set_deaf (self->world, TRUE);
  bus_world_plug (self->world, dock);
  bus_fixture_wait_for (self->told, 1);
  told = self->told->pdata[0];
  g_assert_false (told->shut);
  g_assert_false (kiosk_bus_watch_is_well (self->watch));
  g_assert_cmpuint (self->changes, ==, 1);
  /* It obeys after all. */
  bus_world_set_deaf (self->world, FALSE);
  bus_world_uevent (self->world, DOCK, "change");
  bus_fixture_wait_for (self->told, 2);
  told = self->told->pdata[1];
  g_assert_true (told->shut);
  g_assert_true (kiosk_bus_watch_is_well (self->watch));
  g_assert_cmpuint (self->changes, ==, 2);
}

/* The same for what is no way for data: told, and no more. */
static void
test_deaf_radio (Fixture *self, gconstpointer data)
{
  bus_fixture_begin (self);
  bus_world_set_deaf (self->world, TRUE);
  bus_world_plug (
      self->world,
      "P: /devices/platform/x/rfkill/rfkill0\nE: SUBSYSTEM=rfkill\nA: soft=0\\n\nA: hard=0\\n\nA: type=wlan\\n\n");
  bus_fixture_wait_for (self->told, 1);
  g_assert_false (((const Told *) self->told->pdata[0])->shut);
  g_assert_true (kiosk_bus_watch_is_well (self->watch));
  g_assert_cmpuint (self->changes, ==, 0);
}

/* A kernel that has nothing to write to. */
static void
test_nowhere (Fixture *self, gconstpointer data)
{
  bus_fixture_begin (self);
  bus_world_plug (self->world, "P: /devices/virtual/input/input7\nE: SUBSYSTEM=input\n");
  bus_world_plug (self->world, "P: " AHCI "/ata2/host1/target1:0:0/1:0:0:0\nE: SUBSYSTEM=scsi\n"
                               "E: DEVTYPE=scsi_device\nA: type=0\\n\n");
  bus_fixture_wait_for (self->told, 2);
  g_assert_false (((const Told *) self->told->pdata[0])->shut);
  g_assert_false (((const Told *) self->told->pdata[1])->shut);
  g_assert_false (kiosk_bus_watch_is_well (self->watch));
}

/* A driver that does not let go: the main loop goes on, and after a while it counts as open. */
static void
test_slow (Fixture *self, gconstpointer data)
{
  bus_fixture_begin (self);
  bus_world_set_slow (self->world, TRUE);
  bus_world_plug (self->world, dock);
  bus_fixture_wait_for (self->told, 1);
  g_assert_false (((const Told *) self->told->pdata[0])->shut);
  g_assert_false (kiosk_bus_watch_is_well (self->watch));
  bus_world_set_slow (self->world, FALSE);
  bus_fixture_wait_for (self->told, 2);
  g_assert_true (((const Told *) self->told->pdata[1])->shut);
  g_assert_true (kiosk_bus_watch_is_well (self->watch));
}

/* kioskd ends while a driver does not let go. */
static void
test_slow_end (Fixture *self, gconstpointer data)
{
  bus_fixture_begin (self);
  bus_world_set_slow (self->world, TRUE);
  bus_world_plug (self->world, dock);
  bus_fixture_wait_for (self->told, 1);
  g_clear_pointer (&self->watch, kiosk_bus_watch_free);
  bus_world_set_slow (self->world, FALSE);
  for (g_autofree char *text = NULL; g_strcmp0 (text, "0") != 0;)
    {
      g_free (text);
      text = bus_world_read (self->world, DOCK, "authorized");
    }
  g_assert_cmpuint (self->told->len, ==, 1);
}

/* News that were lost: what is there is found, what is gone is forgotten. */
static void
test_overflow (Fixture *self, gconstpointer data)
{
  bus_fixture_begin (self);
  bus_world_plug (self->world, dock);
  bus_fixture_wait_for (self->told, 1);
  bus_fixture_set_news (BUS_NEWS_DROP);
  bus_world_unplug (self->world, DOCK);
  bus_world_plug (
      self->world,
      "P: " DOMAIN
      "/0-0/0-3\nE: SUBSYSTEM=thunderbolt\nE: DEVTYPE=thunderbolt_device\nA: authorized=1\\n\n");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (self->told->len, ==, 1);
  bus_fixture_set_news (BUS_NEWS_LOST);
  bus_world_uevent (self->world, DOMAIN "/0-0", "change");
  bus_fixture_wait_for (self->told, 2);
  g_assert_cmpuint (self->rescans, ==, 1);
  g_assert_cmpuint (self->gone->len, ==, 1);
  g_assert_true (g_str_has_suffix (self->gone->pdata[0], "0-1"));
  g_assert_true (g_str_has_suffix (((const Told *) self->told->pdata[1])->where, "0-3"));
  g_assert_true (((const Told *) self->told->pdata[1])->shut);
}

/* Opened again by somebody: shut again, told no more than once in a while. */
static void
test_reopened (Fixture *self, gconstpointer data)
{
  bus_fixture_begin (self);
  bus_world_plug (self->world, dock);
  bus_fixture_wait_for (self->told, 1);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *text = NULL;

      bus_world_write (self->world, DOCK, "authorized", "1\n");
      bus_world_uevent (self->world, DOCK, "change");
      do
        {
          g_main_context_iteration (NULL, FALSE);
          g_free (text);
          text = bus_world_read (self->world, DOCK, "authorized");
        }
      while (!g_str_equal (text, "0"));
      bus_fixture_hear_all (self); /* who shut it has also read it back */
    }
  g_assert_cmpuint (self->told->len, ==, 1);
}

/* A disk that looks like the system's in all that it can say of itself. */
static void
test_twin (Fixture *self, gconstpointer data)
{
  static const char twin[] = "/devices/pci0000:00/0000:00:12.0/virtio5/block/vdb";
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  bus_world_plug (self->world, PCI_DEVICE ("0000:00:12.0", "virtio-pci"));
  bus_fixture_begin (self);
  bus_world_plug (
      self->world,
      "P: " OTHER
      "\nE: SUBSYSTEM=scsi\nE: DEVTYPE=scsi_device\nA: type=0\\n\nA: delete=\nA: vendor=ATA\\n\nA: model=OWN DISK\\n\n"
      "L: driver=../../../../../../../bus/scsi/drivers/sd\n");
  bus_world_plug (
      self->world,
      "P: /devices/pci0000:00/0000:00:12.0/virtio5\nE: SUBSYSTEM=virtio\nL: driver=../../../../bus/virtio/drivers/virtio_blk\n\n"
      "P: /devices/pci0000:00/0000:00:12.0/virtio5/block/vdb\nE: SUBSYSTEM=block\nE: DEVTYPE=disk\nA: size=1000\\n\nA: dev=254:16\\n\n"
      "E: DEVNAME=/dev/vdb\nE: ID_MODEL=OWN_DISK\n\n"
      "P: /devices/pci0000:00/0000:00:12.0/virtio5/block/vdb/vdb2\nE: SUBSYSTEM=block\nE: DEVTYPE=partition\nA: partition=2\\n\nA: dev=254:18\\n\n"
      "E: DEVNAME=/dev/vdb2\nE: ID_PART_ENTRY_NAME=kiosk-root\nE: ID_FS_LABEL=kiosk-log\nE: ID_FS_UUID=same\n"
      "S: disk/by-partlabel/kiosk-log\n");
  bus_fixture_wait_for (self->told, 2);
  bus_fixture_hear_all (self);
  /* what is told first is not yet all that is done */
  while ((bus_world_has (self->world, OTHER) || bus_world_has (self->world, twin))
         && g_get_monotonic_time () < deadline)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (10000);
  g_assert_false (bus_world_has (self->world, OTHER));
  g_assert_false (bus_world_has (self->world, twin));
  g_assert_true (kiosk_bus_watch_is_well (self->watch));
  assert_system_untouched (self);
}

/* The root is on no disk that sysfs knows: no disk is touched at all, and the terminal must not be used. */
static void
test_unknown_system (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) writes = NULL;

  bus_fixture_begin_with (self, none, G_N_ELEMENTS (none));
  bus_fixture_wait_for (self->told, 1);
  g_assert_false (kiosk_bus_watch_is_well (self->watch));
  writes = bus_world_take_writes (self->world);
  g_assert_cmpuint (g_strv_length (writes), ==, 0);
  g_assert_true (bus_world_has (self->world, SYSTEM_DISK "/block/sda"));
}

/* An NVMe disk that the kernel reaches by several ways: its controller is the system's. */
static void
test_many_ways (Fixture *self, gconstpointer data)
{
  static const char text[]
      = "P: /devices/pci0000:00/0000:00:12.0\nE: SUBSYSTEM=pci\nL: driver=../../../bus/pci/drivers/nvme\n\n"
        "P: /devices/pci0000:00/0000:00:12.0/nvme/nvme0\nE: SUBSYSTEM=nvme\n\n"
        "P: /devices/pci0000:00/0000:00:12.0/nvme/nvme0/nvme0c0n1\nE: SUBSYSTEM=block\nE: DEVTYPE=disk\nA: hidden=1\\n\nA: size=8\\n\n\n"
        "P: /devices/virtual/nvme-subsystem/nvme-subsys0\nE: SUBSYSTEM=nvme-subsystem\nL: nvme0=../../../pci0000:00/0000:00:12.0/nvme/nvme0\n\n"
        "P: /devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1\nE: SUBSYSTEM=block\nE: DEVTYPE=disk\nE: DEVNAME=/dev/nvme0n1\nA: dev=259:0\\n\nA: size=8\\n\n";
  const dev_t system[] = { makedev (253, 0), makedev (8, 4), makedev (259, 0) };
  g_auto (GStrv) writes = NULL;

  bus_world_plug (self->world, text);
  bus_fixture_begin_with (self, system, G_N_ELEMENTS (system));
  bus_fixture_hear_all (self);
  g_assert_cmpuint (self->told->len, ==, 0);
  writes = bus_world_take_writes (self->world);
  g_assert_cmpuint (g_strv_length (writes), ==, 0);
}

/* Another file system is the log's: what was refused before is not any more. */
static void
test_other_system (Fixture *self, gconstpointer data)
{
  const dev_t more[] = { makedev (253, 0), makedev (8, 4), makedev (7, 1) };

  bus_world_plug (
      self->world,
      "P: /devices/virtual/block/loop1\nE: SUBSYSTEM=block\nE: DEVTYPE=disk\nE: DEVNAME=/dev/loop1\nA: size=8\\n\nA: dev=7:1\\n\n");
  bus_fixture_begin (self);
  bus_fixture_wait_for (self->told, 1);
  g_assert_false (kiosk_bus_watch_is_well (self->watch));
  kiosk_bus_watch_set_system (self->watch, more, G_N_ELEMENTS (more));
  g_assert_true (kiosk_bus_watch_is_well (self->watch));
  g_assert_cmpuint (self->gone->len, ==, 1);
}

/* kioskd begins anew: what it told is not told again, what came meanwhile is, and a PCI device that was not there when the
 * machine started stays one that was plugged in. */
static void
test_restart (Fixture *self, gconstpointer data)
{
  static const char late[]
      = "P: " SLOT
        "/0000:06:00.0\nE: SUBSYSTEM=pci\nE: DRIVER=igb\nA: class=0x020000\\n\nL: driver=../../../../bus/pci/drivers/igb\n";

  bus_world_plug (self->world, bus_fixture_built_in);
  bus_world_plug (self->world, dock);
  bus_fixture_begin (self);
  bus_fixture_wait_for (self->told, 1);
  g_clear_pointer (&self->watch, kiosk_bus_watch_free);
  bus_world_plug (self->world, late);
  bus_fixture_begin (self);
  bus_fixture_wait_for (self->told, 2);
  g_assert_true (g_str_has_suffix (((const Told *) self->told->pdata[1])->where, "0000:06:00.0"));
  bus_fixture_hear_all (self);
  g_clear_pointer (&self->watch, kiosk_bus_watch_free);
  bus_fixture_begin (self);
  bus_fixture_hear_all (self);
  g_assert_cmpuint (self->told->len, ==, 2);
  /* Opened while kioskd was not there. */
  g_clear_pointer (&self->watch, kiosk_bus_watch_free);
  bus_world_write (self->world, DOCK, "authorized", "1\n");
  bus_fixture_begin (self);
  bus_fixture_wait_for (self->told, 3);
  g_assert_true (((const Told *) self->told->pdata[2])->shut);
  /* The machine begins anew. */
  g_clear_pointer (&self->watch, kiosk_bus_watch_free);
  g_assert_cmpint (g_unlink (self->memory), ==, 0);
  bus_fixture_begin (self);
  bus_fixture_wait_for (self->told, 4);
  bus_fixture_hear_all (self);
  g_assert_cmpuint (self->told->len, ==, 4); /* the late one is part of the machine now */
}

/* What stays open is told once as well, as long as nothing about it changes. */
static void
test_restart_open (Fixture *self, gconstpointer data)
{
  bus_world_plug (self->world, dock);
  bus_world_set_deaf (self->world, TRUE);
  bus_fixture_begin (self);
  bus_fixture_wait_for (self->told, 1);
  g_clear_pointer (&self->watch, kiosk_bus_watch_free);
  bus_fixture_begin (self);
  while (kiosk_bus_watch_is_well (self->watch))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->told->len, ==, 1);
  bus_world_set_deaf (self->world, FALSE);
  bus_world_uevent (self->world, DOCK, "change");
  bus_fixture_wait_for (self->told, 2);
  g_assert_true (((const Told *) self->told->pdata[1])->shut);
}

/* What cannot be written down now is told later, also when it was unplugged meanwhile. */
static void
test_mute (Fixture *self, gconstpointer data)
{
  bus_fixture_begin (self);
  self->mute = TRUE;
  bus_world_plug (self->world, dock);
  bus_world_plug (
      self->world,
      "P: " DOMAIN
      "/0-0/0-3\nE: SUBSYSTEM=thunderbolt\nE: DEVTYPE=thunderbolt_device\nA: authorized=0\\n\n");
  for (g_autofree char *text = NULL; g_strcmp0 (text, "0") != 0;)
    {
      g_main_context_iteration (NULL, FALSE);
      g_free (text);
      text = bus_world_read (self->world, DOCK, "authorized");
    }
  bus_world_unplug (self->world, DOCK);
  for (guint i = 0; i < 1000; i++)
    g_main_context_iteration (NULL, FALSE);
  kiosk_bus_watch_tell (self->watch);
  g_assert_cmpuint (self->told->len, ==, 0);
  self->mute = FALSE;
  kiosk_bus_watch_tell (self->watch);
  bus_fixture_wait_for (self->told, 2);
  kiosk_bus_watch_tell (self->watch);
  g_assert_cmpuint (self->told->len, ==, 2);
}

/* A rule of udev was faster: the kernel has forgotten it before anybody could look. */
static void
test_too_late (Fixture *self, gconstpointer data)
{
  const Told *told;

  bus_world_plug (self->world, bus_fixture_built_in);
  bus_fixture_begin (self);
  bus_fixture_hear_all (self);
  bus_fixture_set_news (BUS_NEWS_COME);
  bus_world_plug (self->world,
                  "P: " SLOT
                  "/0000:06:00.0\nE: SUBSYSTEM=pci\nE: PCI_CLASS=20000\nA: class=0x020000\\n\n");
  bus_world_remove (self->world, SLOT "/0000:06:00.0");
  bus_fixture_wait_for (self->told, 1);
  told = self->told->pdata[0];
  g_assert_cmpint (told->kind, ==, KIOSK_DEVICE_NETWORK);
  g_assert_cmpint (told->bus, ==, KIOSK_BUS_PCI);
  g_assert_true (told->shut);
}

/* A thousand of them: each is told, none twice. */
static void
test_flood (Fixture *self, gconstpointer data)
{
  bus_fixture_begin (self);
  for (guint i = 0; i < 1000; i++)
    {
      bus_world_plug (self->world, dock);
      bus_fixture_wait_for (self->told, i + 1);
      bus_world_unplug (self->world, DOCK);
      bus_fixture_wait_for (self->gone, i + 1);
    }
  bus_fixture_hear_all (self);
  g_assert_cmpuint (self->told->len, ==, 1000);
  g_assert_cmpuint (self->rescans, ==, 0);
}

static const struct {
  const char *name;
  void (*test) (Fixture *self, gconstpointer data);
} cases[] = {
  { "machine", test_machine },
  { "deaf", test_deaf },
  { "deaf-radio", test_deaf_radio },
  { "nowhere", test_nowhere },
  { "slow", test_slow },
  { "slow-end", test_slow_end },
  { "overflow", test_overflow },
  { "reopened", test_reopened },
  { "twin", test_twin },
  { "unknown-system", test_unknown_system },
  { "many-ways", test_many_ways },
  { "other-system", test_other_system },
  { "restart", test_restart },
  { "restart-open", test_restart_open },
  { "mute", test_mute },
  { "too-late", test_too_late },
  { "flood", test_flood },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* What does not obey is a warning of kioskd, not of the test. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strconcat ("/bus-watch/", cases[i].name, NULL);

      bus_fixture_add (name, NULL, cases[i].test);
    }
  return g_test_run ();
}
