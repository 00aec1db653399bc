/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* Everything beside USB that can be plugged into a PC: refused, shut, read back, told; and the system's own disk, which is
 * never touched. Devices are umockdev's, the kernel's answer to a write is bus-world.c's. */

#include "bus-watch.h"
#include "bus-world.h"

#include "kiosk/model/audit-actions.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <libudev.h>
#include <string.h>
#include <sys/sysmacros.h>

#define AHCI "/devices/pci0000:00/0000:00:17.0"
#define SYSTEM_DISK AHCI "/ata1/host0/target0:0:0/0:0:0:0"

typedef struct {
  KioskDeviceKind kind;
  char *name, *where, *what, *reason;
  KioskBus bus;
  gboolean shut, data;
  guint times;
} Told;

typedef struct {
  BusWorld *world;
  KioskBusWatch *watch;
  char *folder, *memory;
  GPtrArray *told;
  GPtrArray *gone;
  guint rescans, changes;
  gboolean mute; /* nothing can be told */
} Fixture;

/* ---- What the watch says ---- */

static void
told_free (gpointer data)
{
  Told *told = data;

  g_free (told->name);
  g_free (told->where);
  g_free (told->what);
  g_free (told->reason);
  g_free (told);
}

static gboolean
on_refused (KioskDeviceKind kind, const char *name, const char *where, const KioskBusNews *news,
            gpointer data)
{
  Fixture *self = data;
  Told *told;

  if (self->mute)
    return FALSE;
  told = g_new0 (Told, 1);
  *told = (Told){ kind,
                  g_strdup (name),
                  g_strdup (where),
                  g_strdup (news->what),
                  g_strdup (news->reason),
                  news->bus,
                  news->shut,
                  news->data,
                  news->times };
  g_test_message ("%s %s %s", news->what, news->shut ? "shut" : "open", name);
  g_ptr_array_add (self->told, told);
  return TRUE;
}

static void
on_gone (const char *where, gpointer data)
{
  g_ptr_array_add (((Fixture *) data)->gone, g_strdup (where));
}

static void
on_rescanned (guint n, gpointer data)
{
  g_assert_cmpuint (n, >, 0);
  ((Fixture *) data)->rescans++;
}

static void
on_changed (gpointer data)
{
  ((Fixture *) data)->changes++;
}

static const KioskBusWatchEvents events = {
  .refused = on_refused,
  .gone = on_gone,
  .rescanned = on_rescanned,
  .changed = on_changed,
};

/* ---- News that are lost ---- */

static enum { NEWS_COME, NEWS_DROP, NEWS_LOST } news;

struct udev_device *__real_udev_monitor_receive_device (struct udev_monitor *monitor);
struct udev_device *__wrap_udev_monitor_receive_device (struct udev_monitor *monitor);

/* A kernel whose queue was full drops what comes, and says so once. */
struct udev_device *
__wrap_udev_monitor_receive_device (struct udev_monitor *monitor)
{
  struct udev_device *device;

  if (news == NEWS_LOST)
    {
      news = NEWS_COME;
      errno = ENOBUFS;
      return NULL;
    }
  while ((device = __real_udev_monitor_receive_device (monitor)) != NULL && news == NEWS_DROP)
    udev_device_unref (device);
  return device;
}

/* ---- The fixture ---- */

static const dev_t none[] = { 0 };

static void
begin_with (Fixture *self, const dev_t *system, gsize n)
{
  g_autoptr (GError) error = NULL;

  self->watch = kiosk_bus_watch_new (self->memory, system, n, &events, self, &error);
  g_assert_no_error (error);
}

static void
begin (Fixture *self)
{
  const dev_t system[] = { makedev (253, 0), makedev (8, 4) };

  begin_with (self, system, G_N_ELEMENTS (system));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  news = NEWS_COME;
  self->told = g_ptr_array_new_with_free_func (told_free);
  self->gone = g_ptr_array_new_with_free_func (g_free);
  self->folder = g_dir_make_tmp ("kiosk-buses-XXXXXX", &error);
  g_assert_no_error (error);
  self->memory = g_build_filename (self->folder, "buses", NULL);
  self->world = bus_world_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  bus_world_set_slow (self->world, FALSE);
  kiosk_bus_watch_free (self->watch);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  bus_world_free (self->world);
  g_unlink (self->memory);
  g_rmdir (self->folder);
  g_ptr_array_unref (self->told);
  g_ptr_array_unref (self->gone);
  g_free (self->memory);
  g_free (self->folder);
}

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Until @n were told; fails by the time limit of the whole test. */
static void
wait_for (const GPtrArray *list, guint n)
{
  guint tick = g_timeout_add (20, on_tick, NULL);

  while (list->len < n)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

/* Everything that udev has said until now is heard, and threads are done with what is shut: news of two more things
 * have come, one behind the other. */
static void
hear_all (Fixture *self)
{
  static const char *const markers[]
      = { "virtual/video4linux/video98", "virtual/video4linux/video99" };

  for (guint m = 0; m < G_N_ELEMENTS (markers); m++)
    {
      g_autofree char *path = g_strconcat ("/devices/", markers[m], NULL);
      g_autofree char *text = g_strdup_printf ("P: %s\nE: SUBSYSTEM=video4linux\n", path);
      guint tick = g_timeout_add (20, on_tick, NULL);
      gboolean found = FALSE;

      bus_world_plug (self->world, text);
      while (!found)
        {
          g_main_context_iteration (NULL, TRUE);
          for (guint i = 0; i < self->told->len && !found; i++)
            if ((found = g_str_equal (((Told *) self->told->pdata[i])->where, markers[m])))
              g_ptr_array_remove_index (self->told, i);
        }
      bus_world_unplug (self->world, path);
      for (found = FALSE; !found;)
        {
          g_main_context_iteration (NULL, TRUE);
          for (guint i = 0; i < self->gone->len && !found; i++)
            if ((found = g_str_equal (self->gone->pdata[i], markers[m])))
              g_ptr_array_remove_index (self->gone, i);
        }
      g_source_remove (tick);
    }
}

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

/* ---- Each bus ---- */

typedef struct {
  const char *name;
  const char *text;
  const char *path; /* of what is told */
  KioskDeviceKind kind;
  KioskBus bus;
  gboolean shut;
  gboolean data;
  const char *claim;
  const char *write; /* what must have been written; NULL: nothing */
  gboolean stays;    /* it is there afterwards, so that it can be unplugged */
} Plug;

#define SLOT "/devices/pci0000:00/0000:00:1c.0"
#define DOMAIN "/devices/pci0000:00/0000:00:0d.2/domain0"
#define OTHER AHCI "/ata2/host1/target1:0:0/1:0:0:0"
#define PCI_DEVICE(name, driver)                                                                   \
  "P: /devices/pci0000:00/" name "\nE: SUBSYSTEM=pci\nE: DRIVER=" driver                           \
  "\nA: class=0x080000\\n\nL: driver=../../../bus/pci/drivers/" driver "\n\n"
/* What is there before, of which nobody may hear. */
#define BUILT_IN                                                                                                \
  PCI_DEVICE ("0000:00:14.3", "iwlwifi")                                                                        \
  PCI_DEVICE ("0000:00:1a.0", "sdhci-pci")                                                                      \
  PCI_DEVICE ("0000:00:1f.3", "snd_hda_intel") PCI_DEVICE (                                                     \
      "0000:00:1b.0", "firewire_ohci") PCI_DEVICE ("0000:00:1e.0",                                              \
                                                   "yenta_cardbus") PCI_DEVICE ("0000:00:05.0",                 \
                                                                                "ipu6")                         \
      PCI_DEVICE ("0000:00:16.0", "iosm") PCI_DEVICE ("0000:00:1c.0", "pcieport") PCI_DEVICE (                  \
          "0000:00:12.0",                                                                                       \
          "nvme") "P: /devices/pnp0/00:05\nE: SUBSYSTEM=pnp\nL: driver=../../../bus/pnp/drivers/parport_pc\n\n" \
                  "P: /devices/platform/floppy.0\nE: SUBSYSTEM=platform\n"                                      \
                  "L: driver=../../../bus/platform/drivers/floppy\n\n"                                          \
                  "P: /devices/platform/i2c_designware.0/i2c-1/1-0028\nE: SUBSYSTEM=i2c\n"                      \
                  "L: driver=../../../../../bus/i2c/drivers/pn544_hci_i2c\n\n"                                  \
                  "P: /devices/pnp0/00:01/tty/ttyS0\nE: SUBSYSTEM=tty\nA: type=4\\n\n\n"                        \
                  "P: /devices/platform/serial8250/tty/ttyS1\nE: SUBSYSTEM=tty\nA: type=0\\n\n\n"               \
                  "P: /devices/virtual/block/loop0\nE: SUBSYSTEM=block\nE: DEVTYPE=disk\nA: size=0\\n\n\n"

static const Plug plugs[] = {
  { "thunderbolt",
    "P: " DOMAIN
    "/0-0/0-1\nE: SUBSYSTEM=thunderbolt\nE: DEVTYPE=thunderbolt_device\nA: authorized=1\\n\n"
    "A: vendor_name=Acme\\n\nA: device_name=Dock\\n\n",
    DOMAIN "/0-0/0-1", KIOSK_DEVICE_OTHER, KIOSK_BUS_THUNDERBOLT, TRUE, TRUE, "Acme Dock",
    DOMAIN "/0-0/0-1/authorized=0", TRUE },
  { "thunderbolt-refused-already",
    "P: " DOMAIN
    "/0-0/0-3\nE: SUBSYSTEM=thunderbolt\nE: DEVTYPE=thunderbolt_device\nA: authorized=0\\n\n",
    DOMAIN "/0-0/0-3", KIOSK_DEVICE_OTHER, KIOSK_BUS_THUNDERBOLT, TRUE, TRUE, "", NULL, TRUE },
  { "firewire",
    "P: /devices/pci0000:00/0000:00:1b.0/fw0\nE: SUBSYSTEM=firewire\nA: is_local=1\\n\n",
    "/devices/pci0000:00/0000:00:1b.0/fw0", KIOSK_DEVICE_OTHER, KIOSK_BUS_FIREWIRE, TRUE, FALSE, "",
    "/bus/pci/drivers/firewire_ohci/unbind=0000:00:1b.0", FALSE },
  { "mmc-slot", "P: /devices/pci0000:00/0000:00:1a.0/mmc_host/mmc0\nE: SUBSYSTEM=mmc_host\n",
    "/devices/pci0000:00/0000:00:1a.0/mmc_host/mmc0", KIOSK_DEVICE_STORAGE, KIOSK_BUS_MMC, TRUE,
    FALSE, "", "/bus/pci/drivers/sdhci-pci/unbind=0000:00:1a.0", TRUE },
  { "disk",
    "P: " OTHER
    "\nE: SUBSYSTEM=scsi\nE: DEVTYPE=scsi_device\nA: type=0\\n\nA: delete=\nA: vendor=EVIL    \\n\nA: model=\033[2J\\n\n"
    "L: driver=../../../../../../../bus/scsi/drivers/sd\n",
    OTHER, KIOSK_DEVICE_STORAGE, KIOSK_BUS_DISK, TRUE, TRUE, "EVIL \xef\xbf\xbd[2J",
    OTHER "/delete=1", FALSE },
  { "optical",
    "P: " OTHER "\nE: SUBSYSTEM=scsi\nE: DEVTYPE=scsi_device\nA: type=5\\n\nA: delete=\n", OTHER,
    KIOSK_DEVICE_DISC, KIOSK_BUS_OPTICAL, TRUE, TRUE, "", OTHER "/delete=1", FALSE },
  { "nvme", "P: /devices/pci0000:00/0000:00:12.0/nvme/nvme0\nE: SUBSYSTEM=nvme\nA: model=FAST\\n\n",
    "/devices/pci0000:00/0000:00:12.0/nvme/nvme0", KIOSK_DEVICE_STORAGE, KIOSK_BUS_DISK, TRUE, TRUE,
    "FAST", "/bus/pci/drivers/nvme/unbind=0000:00:12.0", TRUE },
  { "loop", "P: /devices/virtual/block/loop1\nE: SUBSYSTEM=block\nE: DEVTYPE=disk\nA: size=8\\n\n",
    "/devices/virtual/block/loop1", KIOSK_DEVICE_STORAGE, KIOSK_BUS_DISK, FALSE, TRUE, "", NULL,
    TRUE },
  { "floppy",
    "P: /devices/platform/floppy.0/block/fd0\nE: SUBSYSTEM=block\nE: DEVTYPE=disk\nA: size=0\\n\n",
    "/devices/platform/floppy.0/block/fd0", KIOSK_DEVICE_DISC, KIOSK_BUS_FLOPPY, TRUE, TRUE, "",
    "/bus/platform/drivers/floppy/unbind=floppy.0", TRUE },
  { "pcmcia",
    "P: /devices/pci0000:00/0000:00:1e.0/pcmcia_socket/pcmcia_socket0\nE: SUBSYSTEM=pcmcia_socket\n",
    "/devices/pci0000:00/0000:00:1e.0/pcmcia_socket/pcmcia_socket0", KIOSK_DEVICE_OTHER,
    KIOSK_BUS_PCMCIA, TRUE, FALSE, "", "/bus/pci/drivers/yenta_cardbus/unbind=0000:00:1e.0", TRUE },
  { "pci",
    "P: " SLOT
    "/0000:04:00.0\nE: SUBSYSTEM=pci\nE: DRIVER=igb\nA: class=0x020000\\n\nA: removable=removable\\n\n"
    "L: driver=../../../../bus/pci/drivers/igb\n",
    SLOT "/0000:04:00.0", KIOSK_DEVICE_NETWORK, KIOSK_BUS_PCI, TRUE, FALSE, "",
    "/bus/pci/drivers/igb/unbind=0000:04:00.0", TRUE },
  { "serial",
    "P: " SLOT
    "/0000:05:00.0\nE: SUBSYSTEM=pci\nE: DRIVER=serial\nA: class=0x060400\\n\nA: removable=removable\\n\n"
    "L: driver=../../../../bus/pci/drivers/serial\n\n"
    "P: " SLOT "/0000:05:00.0/tty/ttyS4\nE: SUBSYSTEM=tty\nA: type=4\\n\n",
    SLOT "/0000:05:00.0/tty/ttyS4", KIOSK_DEVICE_SERIAL, KIOSK_BUS_SERIAL, TRUE, FALSE, "",
    "/bus/pci/drivers/serial/unbind=0000:05:00.0", TRUE },
  { "parallel", "P: /devices/pnp0/00:05/parport/parport0\nE: SUBSYSTEM=parport\n",
    "/devices/pnp0/00:05/parport/parport0", KIOSK_DEVICE_OTHER, KIOSK_BUS_PARALLEL, TRUE, FALSE, "",
    "/bus/pnp/drivers/parport_pc/unbind=00:05", TRUE },
  { "bluetooth",
    "P: /devices/pci0000:00/0000:00:14.3/hci0\nE: SUBSYSTEM=bluetooth\nE: DEVTYPE=host\n",
    "/devices/pci0000:00/0000:00:14.3/hci0", KIOSK_DEVICE_WIRELESS, KIOSK_BUS_BLUETOOTH, TRUE,
    FALSE, "", "/bus/pci/drivers/iwlwifi/unbind=0000:00:14.3", FALSE },
  { "rfkill",
    "P: /devices/platform/thinkpad/rfkill/rfkill0\nE: SUBSYSTEM=rfkill\nA: soft=0\\n\nA: hard=0\\n\nA: type=bluetooth\\n\nA: name=tpacpi\\n\n",
    "/devices/platform/thinkpad/rfkill/rfkill0", KIOSK_DEVICE_WIRELESS, KIOSK_BUS_BLUETOOTH, TRUE,
    FALSE, "tpacpi", "/devices/platform/thinkpad/rfkill/rfkill0/soft=1", TRUE },
  { "wifi",
    "P: /devices/pci0000:00/0000:00:14.3/ieee80211/phy0\nE: SUBSYSTEM=ieee80211\nA: name=phy0\\n\n",
    "/devices/pci0000:00/0000:00:14.3/ieee80211/phy0", KIOSK_DEVICE_WIRELESS, KIOSK_BUS_WIFI, TRUE,
    FALSE, "phy0", "/bus/pci/drivers/iwlwifi/unbind=0000:00:14.3", TRUE },
  { "wwan",
    "P: /devices/pci0000:00/0000:00:16.0/wwan/wwan0\nE: SUBSYSTEM=wwan\nE: DEVTYPE=wwan_dev\n",
    "/devices/pci0000:00/0000:00:16.0/wwan/wwan0", KIOSK_DEVICE_WIRELESS, KIOSK_BUS_WWAN, TRUE,
    FALSE, "", "/bus/pci/drivers/iosm/unbind=0000:00:16.0", TRUE },
  { "nfc", "P: /devices/platform/i2c_designware.0/i2c-1/1-0028/nfc/nfc0\nE: SUBSYSTEM=nfc\n",
    "/devices/platform/i2c_designware.0/i2c-1/1-0028/nfc/nfc0", KIOSK_DEVICE_WIRELESS,
    KIOSK_BUS_NFC, TRUE, FALSE, "", "/bus/i2c/drivers/pn544_hci_i2c/unbind=1-0028", TRUE },
  { "camera",
    "P: /devices/pci0000:00/0000:00:05.0/video4linux/video0\nE: SUBSYSTEM=video4linux\nA: name=Front\\n\n",
    "/devices/pci0000:00/0000:00:05.0/video4linux/video0", KIOSK_DEVICE_CAMERA, KIOSK_BUS_CAMERA,
    TRUE, FALSE, "Front", "/bus/pci/drivers/ipu6/unbind=0000:00:05.0", TRUE },
  { "sound", "P: /devices/pci0000:00/0000:00:1f.3/sound/card0\nE: SUBSYSTEM=sound\nA: id=PCH\\n\n",
    "/devices/pci0000:00/0000:00:1f.3/sound/card0", KIOSK_DEVICE_SOUND, KIOSK_BUS_SOUND, TRUE,
    FALSE, "PCH", "/bus/pci/drivers/snd_hda_intel/unbind=0000:00:1f.3", TRUE },
  { "input",
    "P: /devices/virtual/input/input7\nE: SUBSYSTEM=input\nA: inhibited=0\\n\nA: name=made up\\n\n",
    "/devices/virtual/input/input7", KIOSK_DEVICE_KEYBOARD, KIOSK_BUS_INPUT, TRUE, FALSE, "made up",
    "/devices/virtual/input/input7/inhibited=1", TRUE },
};

static void
assert_plug (Fixture *self, const Plug *plug)
{
  const Told *told = self->told->pdata[0];
  g_auto (GStrv) writes = bus_world_take_writes (self->world);

  g_assert_cmpuint (self->told->len, ==, 1);
  g_assert_cmpstr (told->where, ==, plug->path + strlen ("/devices/"));
  g_assert_cmpint (told->kind, ==, plug->kind);
  g_assert_cmpint (told->bus, ==, plug->bus);
  g_assert_cmpint (told->shut, ==, plug->shut);
  g_assert_cmpint (told->data, ==, plug->data);
  g_assert_cmpstr (told->name, ==, plug->claim);
  g_assert_cmpstr (told->reason, ==, KIOSK_REASON_DEVICE_BUS);
  g_assert_true (g_str_is_ascii (told->what));
  for (const char *p = told->what; *p != '\0'; p++)
    g_assert_true (g_ascii_isprint (*p));
  g_assert_cmpstr (writes[0], ==, plug->write);
  g_assert_cmpint (kiosk_bus_watch_is_well (self->watch), ==, plug->shut || !plug->data);
}

static void
test_cold (Fixture *self, gconstpointer data)
{
  const Plug *plug = data;

  bus_world_plug (self->world, BUILT_IN);
  bus_world_plug (self->world, plug->text);
  begin (self);
  wait_for (self->told, 1);
  assert_plug (self, plug);
}

static void
test_hot (Fixture *self, gconstpointer data)
{
  const Plug *plug = data;

  bus_world_plug (self->world, BUILT_IN);
  begin (self);
  hear_all (self);
  g_assert_cmpuint (self->told->len, ==, 0);
  bus_world_plug (self->world, plug->text);
  wait_for (self->told, 1);
  assert_plug (self, plug);
  /* Unplugged, and plugged in again: told again. */
  if (!bus_world_has (self->world, plug->path))
    return;
  bus_world_unplug (self->world, plug->path);
  wait_for (self->gone, 1);
  g_assert_cmpstr (self->gone->pdata[0], ==, plug->path + strlen ("/devices/"));
  g_assert_true (kiosk_bus_watch_is_well (self->watch));
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

  bus_world_plug (self->world, BUILT_IN);
  begin (self);
  hear_all (self);
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

  begin (self);
  bus_world_set_deaf (self->world, TRUE);
  bus_world_plug (self->world, dock);
  wait_for (self->told, 1);
  told = self->told->pdata[0];
  g_assert_false (told->shut);
  g_assert_false (kiosk_bus_watch_is_well (self->watch));
  g_assert_cmpuint (self->changes, ==, 1);
  /* It obeys after all. */
  bus_world_set_deaf (self->world, FALSE);
  bus_world_uevent (self->world, DOCK, "change");
  wait_for (self->told, 2);
  told = self->told->pdata[1];
  g_assert_true (told->shut);
  g_assert_true (kiosk_bus_watch_is_well (self->watch));
  g_assert_cmpuint (self->changes, ==, 2);
}

/* The same for what is no way for data: told, and no more. */
static void
test_deaf_radio (Fixture *self, gconstpointer data)
{
  begin (self);
  bus_world_set_deaf (self->world, TRUE);
  bus_world_plug (
      self->world,
      "P: /devices/platform/x/rfkill/rfkill0\nE: SUBSYSTEM=rfkill\nA: soft=0\\n\nA: hard=0\\n\nA: type=wlan\\n\n");
  wait_for (self->told, 1);
  g_assert_false (((const Told *) self->told->pdata[0])->shut);
  g_assert_true (kiosk_bus_watch_is_well (self->watch));
  g_assert_cmpuint (self->changes, ==, 0);
}

/* A driver that does not let go: the main loop goes on, and after a while it counts as open. */
static void
test_slow (Fixture *self, gconstpointer data)
{
  begin (self);
  bus_world_set_slow (self->world, TRUE);
  bus_world_plug (self->world, dock);
  wait_for (self->told, 1);
  g_assert_false (((const Told *) self->told->pdata[0])->shut);
  g_assert_false (kiosk_bus_watch_is_well (self->watch));
  bus_world_set_slow (self->world, FALSE);
  wait_for (self->told, 2);
  g_assert_true (((const Told *) self->told->pdata[1])->shut);
  g_assert_true (kiosk_bus_watch_is_well (self->watch));
}

/* kioskd ends while a driver does not let go. */
static void
test_slow_end (Fixture *self, gconstpointer data)
{
  begin (self);
  bus_world_set_slow (self->world, TRUE);
  bus_world_plug (self->world, dock);
  wait_for (self->told, 1);
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
  begin (self);
  bus_world_plug (self->world, dock);
  wait_for (self->told, 1);
  news = NEWS_DROP;
  bus_world_unplug (self->world, DOCK);
  bus_world_plug (
      self->world,
      "P: " DOMAIN
      "/0-0/0-3\nE: SUBSYSTEM=thunderbolt\nE: DEVTYPE=thunderbolt_device\nA: authorized=1\\n\n");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (self->told->len, ==, 1);
  news = NEWS_LOST;
  bus_world_uevent (self->world, DOMAIN "/0-0", "change");
  wait_for (self->told, 2);
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
  begin (self);
  bus_world_plug (self->world, dock);
  wait_for (self->told, 1);
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
    }
  g_assert_cmpuint (self->told->len, ==, 1);
}

/* A disk that looks like the system's in all that it can say of itself. */
static void
test_twin (Fixture *self, gconstpointer data)
{
  bus_world_plug (self->world, PCI_DEVICE ("0000:00:12.0", "virtio-pci"));
  begin (self);
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
  wait_for (self->told, 2);
  hear_all (self);
  g_assert_false (bus_world_has (self->world, OTHER));
  g_assert_false (
      bus_world_has (self->world, "/devices/pci0000:00/0000:00:12.0/virtio5/block/vdb"));
  g_assert_true (kiosk_bus_watch_is_well (self->watch));
  assert_system_untouched (self);
}

/* The root is on no disk that sysfs knows: no disk is touched at all, and the terminal must not be used. */
static void
test_unknown_system (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) writes = NULL;

  begin_with (self, none, G_N_ELEMENTS (none));
  wait_for (self->told, 1);
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
  begin_with (self, system, G_N_ELEMENTS (system));
  hear_all (self);
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
  begin (self);
  wait_for (self->told, 1);
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

  bus_world_plug (self->world, BUILT_IN);
  bus_world_plug (self->world, dock);
  begin (self);
  wait_for (self->told, 1);
  g_clear_pointer (&self->watch, kiosk_bus_watch_free);
  bus_world_plug (self->world, late);
  begin (self);
  wait_for (self->told, 2);
  g_assert_true (g_str_has_suffix (((const Told *) self->told->pdata[1])->where, "0000:06:00.0"));
  hear_all (self);
  g_clear_pointer (&self->watch, kiosk_bus_watch_free);
  begin (self);
  hear_all (self);
  g_assert_cmpuint (self->told->len, ==, 2);
  /* Opened while kioskd was not there. */
  g_clear_pointer (&self->watch, kiosk_bus_watch_free);
  bus_world_write (self->world, DOCK, "authorized", "1\n");
  begin (self);
  wait_for (self->told, 3);
  g_assert_true (((const Told *) self->told->pdata[2])->shut);
  /* The machine begins anew. */
  g_clear_pointer (&self->watch, kiosk_bus_watch_free);
  g_assert_cmpint (g_unlink (self->memory), ==, 0);
  begin (self);
  wait_for (self->told, 4);
  hear_all (self);
  g_assert_cmpuint (self->told->len, ==, 4); /* the late one is part of the machine now */
}

/* What cannot be written down now is told later, also when it was unplugged meanwhile. */
static void
test_mute (Fixture *self, gconstpointer data)
{
  begin (self);
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
  wait_for (self->told, 2);
  kiosk_bus_watch_tell (self->watch);
  g_assert_cmpuint (self->told->len, ==, 2);
}

/* A rule of udev was faster: the kernel has forgotten it before anybody could look. */
static void
test_too_late (Fixture *self, gconstpointer data)
{
  const Told *told;

  bus_world_plug (self->world, BUILT_IN);
  begin (self);
  hear_all (self);
  news = NEWS_COME;
  bus_world_plug (self->world,
                  "P: " SLOT
                  "/0000:06:00.0\nE: SUBSYSTEM=pci\nE: PCI_CLASS=20000\nA: class=0x020000\\n\n");
  bus_world_remove (self->world, SLOT "/0000:06:00.0");
  wait_for (self->told, 1);
  told = self->told->pdata[0];
  g_assert_cmpint (told->kind, ==, KIOSK_DEVICE_NETWORK);
  g_assert_cmpint (told->bus, ==, KIOSK_BUS_PCI);
  g_assert_true (told->shut);
}

/* A thousand of them: each is told, none twice. */
static void
test_flood (Fixture *self, gconstpointer data)
{
  begin (self);
  for (guint i = 0; i < 1000; i++)
    {
      bus_world_plug (self->world, dock);
      wait_for (self->told, i + 1);
      bus_world_unplug (self->world, DOCK);
      wait_for (self->gone, i + 1);
    }
  hear_all (self);
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
  { "slow", test_slow },
  { "slow-end", test_slow_end },
  { "overflow", test_overflow },
  { "reopened", test_reopened },
  { "twin", test_twin },
  { "unknown-system", test_unknown_system },
  { "many-ways", test_many_ways },
  { "other-system", test_other_system },
  { "restart", test_restart },
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
  for (guint i = 0; i < G_N_ELEMENTS (plugs); i++)
    {
      g_autofree char *cold = g_strconcat ("/buses/cold/", plugs[i].name, NULL);
      g_autofree char *hot = g_strconcat ("/buses/hot/", plugs[i].name, NULL);

      g_test_add (cold, Fixture, &plugs[i], set_up, test_cold, tear_down);
      g_test_add (hot, Fixture, &plugs[i], set_up, test_hot, tear_down);
    }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strconcat ("/buses/", cases[i].name, NULL);

      g_test_add (name, Fixture, NULL, set_up, cases[i].test, tear_down);
    }
  return g_test_run ();
}
