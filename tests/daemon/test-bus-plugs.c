/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* Everything beside USB that can be plugged into a PC, before kioskd begins and after: refused, shut, read back, told. */

#include "bus-fixture.h"

#include "kiosk/model/audit-actions.h"

#include <string.h>

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

  bus_world_plug (self->world, bus_fixture_built_in);
  bus_world_plug (self->world, plug->text);
  bus_fixture_begin (self);
  bus_fixture_wait_for (self->told, 1);
  assert_plug (self, plug);
}

static void
test_hot (Fixture *self, gconstpointer data)
{
  const Plug *plug = data;

  bus_world_plug (self->world, bus_fixture_built_in);
  bus_fixture_begin (self);
  bus_fixture_hear_all (self);
  g_assert_cmpuint (self->told->len, ==, 0);
  bus_world_plug (self->world, plug->text);
  bus_fixture_wait_for (self->told, 1);
  assert_plug (self, plug);
  /* Unplugged, and plugged in again: told again. */
  if (!bus_world_has (self->world, plug->path))
    return;
  bus_world_unplug (self->world, plug->path);
  bus_fixture_wait_for (self->gone, 1);
  g_assert_cmpstr (self->gone->pdata[0], ==, plug->path + strlen ("/devices/"));
  g_assert_true (kiosk_bus_watch_is_well (self->watch));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (plugs); i++)
    {
      g_autofree char *cold = g_strconcat ("/bus-plugs/cold/", plugs[i].name, NULL);
      g_autofree char *hot = g_strconcat ("/bus-plugs/hot/", plugs[i].name, NULL);

      bus_fixture_add (cold, &plugs[i], test_cold);
      bus_fixture_add (hot, &plugs[i], test_hot);
    }
  return g_test_run ();
}
