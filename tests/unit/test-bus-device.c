/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* What counts as part of the machine: a table of what can be found in a PC or plugged into it beside USB. */

#include "kiosk/model/audit-actions.h"
#include "kiosk/model/bus-device.h"

#include <string.h>

/* Nodes are written as "subsystem" or "subsystem:driver", with "!" in front when removable, "+" when late, "=" when it carries
 * the system. */
typedef struct {
  const char *what;
  const char *nodes[KIOSK_BUS_MAX_NODES];
  KioskBusFacts facts;
  KioskBusRole role;
  KioskBus bus;
  KioskDeviceKind kind;
  KioskBusShut shut;
  int target; /* node */
  gboolean data;
} Row;

#define N(...)                                                                                     \
  {                                                                                                \
    __VA_ARGS__                                                                                    \
  }
#define F(...)                                                                                     \
  {                                                                                                \
    __VA_ARGS__                                                                                    \
  }
#define PART KIOSK_BUS_PART
#define STAYS KIOSK_BUS_STAYS, KIOSK_BUS_SERIAL
#define REFUSED(bus, kind, shut, target, data)                                                     \
  KIOSK_BUS_REFUSED, KIOSK_BUS_##bus, KIOSK_DEVICE_##kind, KIOSK_BUS_SHUT_##shut, target, data

static const Row rows[] = {
  /* disks */
  { "the system's disk", N ("=block", "=scsi:sd", "=scsi", "=scsi", "=ata_port", "=pci:ahci"),
    F (.name = "sda"), PART },
  { "its SCSI device", N ("=scsi:sd", "=scsi", "=pci:ahci"),
    F (.name = "0:0:0:0", .devtype = "scsi_device", .type = 0), PART },
  { "its partition", N ("=block", "=block", "=scsi:sd", "=pci:ahci"),
    F (.name = "sda2", .devtype = "partition"), PART },
  { "the verified root", N ("=block"), F (.name = "dm-0", .size = 100), PART },
  { "an NVMe controller that carries the system", N ("=nvme", "=pci:nvme"), F (.name = "nvme0"),
    PART },
  { "SATA, hot-plugged", N ("block", "scsi:sd", "scsi", "scsi", "=pci:ahci"),
    F (.name = "sdb", .size = 100), REFUSED (DISK, STORAGE, DELETE, 1, TRUE) },
  { "its SCSI device, without a disk's driver", N ("scsi", "scsi", "scsi", "=pci:ahci"),
    F (.name = "1:0:0:0", .devtype = "scsi_device", .type = 0),
    REFUSED (DISK, STORAGE, DELETE, 0, TRUE) },
  { "a tape", N ("scsi:st", "scsi", "scsi", "pci:mpt3sas"),
    F (.name = "2:0:0:0", .devtype = "scsi_device", .type = 1),
    REFUSED (DISK, STORAGE, DELETE, 0, TRUE) },
  { "the lamps of a disk bay", N ("scsi:ses", "scsi", "scsi", "pci:ahci"),
    F (.name = "4:0:0:0", .devtype = "scsi_device", .type = 13), PART },
  { "the same on USB", N ("scsi:ses", "scsi", "usb:uas", "usb", "pci"),
    F (.name = "6:0:0:0", .devtype = "scsi_device", .type = 13, .usb = TRUE),
    REFUSED (DISK, STORAGE, DELETE, 0, TRUE) },
  { "a host of SCSI", N ("scsi", "ata_port", "pci:ahci"),
    F (.name = "host1", .devtype = "scsi_host"), PART },
  { "optical drive, empty", N ("block", "scsi:sr", "scsi", "scsi", "pci:ahci"),
    F (.name = "sr0", .size = 0, .type = 5), REFUSED (OPTICAL, DISC, DELETE, 1, TRUE) },
  { "its SCSI device", N ("scsi:sr", "scsi", "scsi", "pci:ahci"),
    F (.name = "3:0:0:0", .devtype = "scsi_device", .type = 5),
    REFUSED (OPTICAL, DISC, DELETE, 0, TRUE) },
  { "second NVMe", N ("block", "nvme", "pci:nvme", "pci:pcieport"),
    F (.name = "nvme1n1", .size = 100), REFUSED (DISK, STORAGE, UNBIND, 2, TRUE) },
  { "its controller", N ("nvme", "pci:nvme", "pci:pcieport"), F (.name = "nvme1"),
    REFUSED (DISK, STORAGE, UNBIND, 1, TRUE) },
  { "second namespace of the system's NVMe", N ("block", "=nvme", "=pci:nvme"),
    F (.name = "nvme0n2", .size = 100), REFUSED (DISK, STORAGE, NOT, -1, TRUE) },
  { "a way to a disk that has several", N ("block", "nvme", "pci:nvme"),
    F (.name = "nvme0c0n1", .hidden = TRUE), PART },
  { "disk of a virtual machine", N ("block", "virtio:virtio_blk", "pci:virtio-pci"),
    F (.name = "vdb", .size = 100), REFUSED (DISK, STORAGE, UNBIND, 1, TRUE) },
  { "floppy", N ("block", "platform:floppy"), F (.name = "fd0", .size = 0),
    REFUSED (FLOPPY, DISC, UNBIND, 1, TRUE) },
  { "loop without a file", N ("block"), F (.name = "loop0", .size = 0), PART },
  { "loop with a file", N ("block"), F (.name = "loop0", .size = 8),
    REFUSED (DISK, STORAGE, NOT, -1, TRUE) },
  { "nbd, not connected", N ("block"), F (.name = "nbd3", .size = 0), PART },
  { "nbd, connected", N ("block"), F (.name = "nbd3", .size = 8),
    REFUSED (DISK, STORAGE, NOT, -1, TRUE) },
  { "another mapped device", N ("block"), F (.name = "dm-7", .size = 8),
    REFUSED (DISK, STORAGE, NOT, -1, TRUE) },
  { "a RAID that assembled itself", N ("block"), F (.name = "md127", .size = 8),
    REFUSED (DISK, STORAGE, NOT, -1, TRUE) },
  { "memory", N ("block"), F (.name = "ram0", .size = 8192), PART },
  { "compressed memory", N ("block"), F (.name = "zram0", .size = 8192), PART },
  { "a disk that only sounds like memory", N ("block"), F (.name = "ramdisk", .size = 8192),
    REFUSED (DISK, STORAGE, NOT, -1, TRUE) },
  { "something in the place of memory, with hardware", N ("block", "pci:umem"),
    F (.name = "ram0", .size = 8), REFUSED (DISK, STORAGE, UNBIND, 1, TRUE) },
  { "USB stick that got this far",
    N ("block", "scsi:sd", "scsi", "scsi", "usb:usb-storage", "usb:usb", "usb:usb", "pci:xhci_hcd"),
    F (.name = "sdc", .size = 100, .usb = TRUE, .usb_authorised = TRUE),
    REFUSED (DISK, STORAGE, DELETE, 1, TRUE) },
  /* cards */
  { "a slot for SD cards", N ("mmc_host", "pci:sdhci-pci"), F (.name = "mmc0"),
    REFUSED (MMC, STORAGE, UNBIND, 1, FALSE) },
  { "the slot that is soldered to the system", N ("=mmc_host", "=pci:sdhci-pci"),
    F (.name = "mmc0"), PART },
  { "an SD card", N ("mmc:mmcblk", "mmc_host", "pci:sdhci-pci"), F (.name = "mmc0:aaaa"),
    REFUSED (MMC, STORAGE, UNBIND, 0, FALSE) },
  { "its disk", N ("block", "mmc:mmcblk", "mmc_host", "pci:sdhci-pci"),
    F (.name = "mmcblk0", .size = 8), REFUSED (MMC, STORAGE, UNBIND, 1, TRUE) },
  { "a radio as a card", N ("sdio:brcmfmac", "mmc", "mmc_host", "pci:sdhci-pci"),
    F (.name = "mmc1:0001:1"), REFUSED (MMC, STORAGE, UNBIND, 0, FALSE) },
  /* Thunderbolt */
  { "Thunderbolt: the machine's domain", N ("thunderbolt", "pci:thunderbolt"),
    F (.name = "domain0", .devtype = "thunderbolt_domain"), PART },
  { "its own router", N ("thunderbolt", "thunderbolt", "pci:thunderbolt"),
    F (.name = "0-0", .devtype = "thunderbolt_device", .authorized = 1), PART },
  { "its socket", N ("", "thunderbolt", "thunderbolt", "pci:thunderbolt"),
    F (.name = "usb4_port1", .devtype = "usb4_port"), PART },
  { "a dock, authorised", N ("thunderbolt", "thunderbolt", "thunderbolt", "pci:thunderbolt"),
    F (.name = "0-1", .devtype = "thunderbolt_device", .authorized = 1),
    REFUSED (THUNDERBOLT, OTHER, AUTHORIZED, 0, TRUE) },
  { "a dock behind it", N ("thunderbolt", "thunderbolt"),
    F (.name = "0-301", .devtype = "thunderbolt_device", .authorized = 0),
    REFUSED (THUNDERBOLT, OTHER, AUTHORIZED, 0, TRUE) },
  { "another computer", N ("thunderbolt", "thunderbolt"),
    F (.name = "0-3", .devtype = "thunderbolt_xdomain"),
    REFUSED (THUNDERBOLT, NETWORK, NOT, -1, FALSE) },
  { "its network", N ("thunderbolt:thunderbolt-net", "thunderbolt"),
    F (.name = "0-3.0", .devtype = "thunderbolt_service"),
    REFUSED (THUNDERBOLT, NETWORK, UNBIND, 0, FALSE) },
  { "what nobody knows on it", N ("thunderbolt"), F (.name = "0-5", .devtype = "thunderbolt_new"),
    REFUSED (THUNDERBOLT, OTHER, AUTHORIZED, 0, TRUE) },
  /* FireWire, PC cards, PCI */
  { "FireWire: the controller's own node", N ("firewire", "pci:firewire_ohci"), F (.name = "fw0"),
    REFUSED (FIREWIRE, OTHER, UNBIND, 1, FALSE) },
  { "a FireWire disk", N ("firewire:sbp2", "firewire", "pci:firewire_ohci"), F (.name = "fw1.0"),
    REFUSED (FIREWIRE, OTHER, UNBIND, 0, FALSE) },
  { "a slot for PC cards", N ("pcmcia_socket", "pci:yenta_cardbus"), F (.name = "pcmcia_socket0"),
    REFUSED (PCMCIA, OTHER, UNBIND, 1, FALSE) },
  { "a PC card", N ("pcmcia:serial_cs", "pcmcia_socket", "pci:yenta_cardbus"), F (.name = "0.0"),
    REFUSED (PCMCIA, OTHER, UNBIND, 0, FALSE) },
  { "PCI, built in", N ("pci:e1000e"), F (.name = "0000:00:1f.6", .class = 0x020000), PART },
  { "PCI, plugged in later, without a driver", N ("+pci", "pci:pcieport"),
    F (.name = "0000:05:00.0", .class = 0x010802), REFUSED (PCI, STORAGE, UNBIND, 0, FALSE) },
  { "PCI behind Thunderbolt", N ("!pci:nvidia", "!pci:pcieport", "pci:pcieport"),
    F (.name = "0000:07:00.0", .class = 0x030000), REFUSED (PCI, OTHER, UNBIND, 0, FALSE) },
  { "a bridge on the way there", N ("!pci:pcieport", "pci:pcieport"),
    F (.name = "0000:06:00.0", .class = 0x060400), PART },
  { "a network card behind it", N ("!pci:igb", "!pci:pcieport"),
    F (.name = "0000:08:00.0", .class = 0x020000), REFUSED (PCI, NETWORK, UNBIND, 0, FALSE) },
  { "a radio behind it", N ("!pci:iwlwifi"), F (.name = "0000:09:00.0", .class = 0x028000),
    REFUSED (PCI, WIRELESS, UNBIND, 0, FALSE) },
  /* radio */
  { "Bluetooth", N ("bluetooth", "usb:btusb", "usb:usb"),
    F (.name = "hci0", .devtype = "host", .usb = TRUE),
    REFUSED (BLUETOOTH, WIRELESS, UNBIND, 1, FALSE) },
  { "a connection of it", N ("bluetooth", "bluetooth", "usb:btusb"),
    F (.name = "hci0:11", .devtype = "link", .usb = TRUE), PART },
  { "Bluetooth on the mainboard's serial line",
    N ("bluetooth", "serial:hci_uart_bcm", "tty", "platform:dw-apb-uart"), F (.name = "hci0"),
    REFUSED (BLUETOOTH, WIRELESS, UNBIND, 1, FALSE) },
  { "its switch, open", N ("rfkill", "bluetooth", "usb:btusb"),
    F (.name = "rfkill0", .radio = "bluetooth", .soft = 0, .hard = 0),
    REFUSED (BLUETOOTH, WIRELESS, SOFT, 0, FALSE) },
  { "Wi-Fi without an interface", N ("ieee80211", "pci:iwlwifi"), F (.name = "phy0"),
    REFUSED (WIFI, WIRELESS, UNBIND, 1, FALSE) },
  { "its switch, off by software", N ("rfkill", "ieee80211", "pci:iwlwifi"),
    F (.name = "rfkill1", .radio = "wlan", .soft = 1, .hard = 0),
    REFUSED (WIFI, WIRELESS, SOFT, 0, FALSE) },
  { "off by hand alone", N ("rfkill", "platform:thinkpad_acpi"),
    F (.name = "rfkill2", .radio = "wwan", .soft = 0, .hard = 1),
    REFUSED (WWAN, WIRELESS, SOFT, 0, FALSE) },
  { "off twice", N ("rfkill", "pci:iwlwifi"),
    F (.name = "rfkill1", .radio = "wlan", .soft = 1, .hard = 1), KIOSK_BUS_STAYS, KIOSK_BUS_WIFI },
  { "a radio of a new kind", N ("rfkill", "pci:x"),
    F (.name = "rfkill4", .radio = "fm", .soft = 0, .hard = 0),
    REFUSED (OTHER, WIRELESS, SOFT, 0, FALSE) },
  { "modem", N ("wwan", "pci:iosm"), F (.name = "wwan0", .devtype = "wwan_dev"),
    REFUSED (WWAN, WIRELESS, UNBIND, 1, FALSE) },
  { "its port", N ("wwan", "wwan", "pci:iosm"), F (.name = "wwan0at0", .devtype = "wwan_port"),
    PART },
  { "NFC", N ("nfc", "i2c:pn544_hci_i2c", "platform:i2c_designware"), F (.name = "nfc0"),
    REFUSED (NFC, WIRELESS, UNBIND, 1, FALSE) },
  { "sensor radio", N ("ieee802154", "spi:at86rf230", "platform:x"), F (.name = "phy1"),
    REFUSED (OTHER, WIRELESS, UNBIND, 1, FALSE) },
  /* sound, pictures */
  { "sound", N ("sound", "pci:snd_hda_intel"), F (.name = "card0"),
    REFUSED (SOUND, SOUND, UNBIND, 1, FALSE) },
  { "its stream", N ("sound", "sound", "pci:snd_hda_intel"), F (.name = "pcmC0D0p"), PART },
  { "sequencer", N ("sound"), F (.name = "seq"), PART },
  { "camera on PCI", N ("video4linux", "pci:ipu6"), F (.name = "video0"),
    REFUSED (CAMERA, CAMERA, UNBIND, 1, FALSE) },
  { "its plan", N ("media", "pci:ipu6"), F (.name = "media0"),
    REFUSED (CAMERA, CAMERA, UNBIND, 1, FALSE) },
  { "a camera made by a program", N ("video4linux"), F (.name = "video9"),
    REFUSED (CAMERA, CAMERA, NOT, -1, FALSE) },
  { "a tuner", N ("dvb", "pci:saa7146"), F (.name = "dvb0.frontend0"),
    REFUSED (CAMERA, CAMERA, UNBIND, 1, FALSE) },
  /* wires */
  { "built-in serial port", N ("tty", "serial-base:port", "serial-base:ctrl", "pnp:serial"),
    F (.name = "ttyS0", .type = 4), STAYS },
  { "room for one", N ("tty", "platform:serial8250"), F (.name = "ttyS2", .type = 0), PART },
  { "serial port on a card that was plugged in", N ("tty", "!pci:serial"),
    F (.name = "ttyS4", .type = 4), REFUSED (SERIAL, SERIAL, UNBIND, 1, FALSE) },
  { "serial PC card", N ("tty", "pcmcia:serial_cs", "pcmcia_socket", "pci"),
    F (.name = "ttyS4", .type = 4), REFUSED (SERIAL, SERIAL, UNBIND, 1, FALSE) },
  { "serial adapter", N ("tty", "usb-serial:cp210x", "usb:cp210x", "usb"),
    F (.name = "ttyUSB0", .usb = TRUE), REFUSED (SERIAL, SERIAL, UNBIND, 1, FALSE) },
  { "serial line over Bluetooth", N ("tty", "bluetooth", "bluetooth"), F (.name = "rfcomm0"),
    REFUSED (SERIAL, SERIAL, NOT, -1, FALSE) },
  { "console", N ("tty"), F (.name = "tty1"), PART },
  { "parallel port", N ("parport", "pnp:parport_pc"), F (.name = "parport0"),
    REFUSED (PARALLEL, OTHER, UNBIND, 1, FALSE) },
  { "printer on it", N ("printer", "parport", "pnp:parport_pc"), F (.name = "lp0"), PART },
  { "printer without", N ("printer"), F (.name = "lp0"),
    REFUSED (PARALLEL, PRINTER, NOT, -1, FALSE) },
  /* input */
  { "PS/2 keyboard", N ("input", "serio:atkbd", "platform:i8042"),
    F (.name = "input0", .inhibited = 0), PART },
  { "its node", N ("input", "input", "serio:atkbd", "platform:i8042"), F (.name = "event0"), PART },
  { "PS/2 mouse behind a touchpad", N ("input", "serio:psmouse", "serio:psmouse", "platform:i8042"),
    F (.name = "input7", .inhibited = 0), PART },
  { "power button", N ("input", "acpi:button"), F (.name = "input1", .inhibited = 0), PART },
  { "keys of a laptop", N ("input", "platform:thinkpad_acpi"), F (.name = "input5", .inhibited = 0),
    PART },
  { "touchpad of a laptop",
    N ("input", "hid:hid-multitouch", "i2c:i2c_hid_acpi", "i2c", "platform:i2c_designware",
       "pci:intel-lpss"),
    F (.name = "input9", .pointer = TRUE, .inhibited = 0), PART },
  { "keyboard of Hyper-V", N ("input", "serio:atkbd", "vmbus:hyperv_keyboard", "acpi"),
    F (.name = "input2", .inhibited = 0), PART },
  { "a socket's switch", N ("input", "sound", "pci:snd_hda_intel"),
    F (.name = "input11", .inhibited = 0), PART },
  { "USB keyboard that is allowed",
    N ("input", "hid:hid-generic", "usb:usbhid", "usb:usb", "usb:usb", "pci"),
    F (.name = "input3", .usb = TRUE, .usb_authorised = TRUE, .inhibited = 0), PART },
  { "USB keyboard that is not",
    N ("input", "hid:hid-generic", "usb:usbhid", "usb:usb", "usb:usb", "pci"),
    F (.name = "input3", .usb = TRUE, .inhibited = 0),
    REFUSED (INPUT, KEYBOARD, INHIBITED, 0, FALSE) },
  { "Bluetooth mouse", N ("input", "hid:hid-generic", "bluetooth", "bluetooth", "serial"),
    F (.name = "input4", .pointer = TRUE, .inhibited = 0),
    REFUSED (INPUT, POINTER, INHIBITED, 0, FALSE) },
  { "keyboard made by a program (uhid)", N ("input", "hid:hid-generic", "misc"),
    F (.name = "input5", .inhibited = 0), REFUSED (INPUT, KEYBOARD, INHIBITED, 0, FALSE) },
  { "keyboard made by a program (uinput)", N ("input"), F (.name = "input6", .inhibited = 1),
    REFUSED (INPUT, KEYBOARD, INHIBITED, 0, FALSE) },
  { "keyboard on a serial line", N ("input", "serio:sunkbd", "tty", "pnp:serial"),
    F (.name = "input7", .inhibited = 0), REFUSED (INPUT, KEYBOARD, INHIBITED, 0, FALSE) },
  { "keyboard on a PCI device that was plugged in", N ("input", "hid:x", "i2c", "+pci:x"),
    F (.name = "input8", .inhibited = 0), REFUSED (INPUT, KEYBOARD, INHIBITED, 0, FALSE) },
  { "raw HID of a token that is allowed", N ("hidraw", "hid:hid-generic", "usb:usbhid", "usb"),
    F (.name = "hidraw0", .usb = TRUE, .usb_authorised = TRUE), PART },
  { "raw HID over Bluetooth", N ("hidraw", "hid:hid-generic", "bluetooth"), F (.name = "hidraw1"),
    REFUSED (INPUT, OTHER, UNBIND, 1, FALSE) },
  /* others */
  { "what an allowed keyboard says to its driver", N ("usbmisc", "usb:usbhid", "usb"),
    F (.name = "hiddev0", .usb = TRUE, .usb_authorised = TRUE), PART },
  { "USB printer", N ("usbmisc", "usb:usblp", "usb"),
    F (.name = "lp0", .usb = TRUE, .usb_authorised = TRUE),
    REFUSED (OTHER, PRINTER, UNBIND, 1, FALSE) },
  { "modem's control", N ("usbmisc", "usb:cdc_wdm", "usb"),
    F (.name = "cdc-wdm0", .usb = TRUE, .usb_authorised = TRUE),
    REFUSED (OTHER, OTHER, UNBIND, 1, FALSE) },
  { "lamps of an allowed keyboard", N ("leds", "input", "hid", "usb:usbhid", "usb"),
    F (.name = "input3::capslock", .usb = TRUE, .usb_authorised = TRUE), PART },
  { "pins of a thing that says it is a keyboard", N ("gpio", "hid:mcp2221", "usb:usbhid", "usb"),
    F (.name = "gpiochip1", .usb = TRUE, .usb_authorised = TRUE),
    REFUSED (OTHER, OTHER, UNBIND, 1, FALSE) },
  { "pins of the mainboard", N ("gpio", "platform:INTC1056"), F (.name = "gpiochip0"), PART },
  { "sensor of a laptop",
    N ("iio", "platform:hid_sensor_als", "hid", "i2c:i2c_hid_acpi", "i2c", "platform"),
    F (.name = "iio:device0"), PART },
  { "sensor on USB", N ("iio", "platform:hid_sensor_als", "hid", "usb:usbhid", "usb"),
    F (.name = "iio:device1", .usb = TRUE), PART },
  { "USB device", N ("usb:usb", "usb:usb", "pci"), F (.name = "1-2", .usb = TRUE), PART },
  { "network card", N ("net", "pci:e1000e"), F (.name = "eth0"), PART },
  { "graphics", N ("drm", "pci:i915"), F (.name = "card0"), PART },
  { "guest agent of a virtual machine", N ("virtio-ports", "virtio:virtio_console", "pci"),
    F (.name = "vport1p1"), PART },
  { "a clock", N ("rtc", "platform:rtc_cmos"), F (.name = "rtc0"), PART },
  { "software", N ("wakeup_new_kind"), F (.name = "x"), PART },
  { "something on a bus that nobody knows", N ("something", "newbus:driver", "pci"),
    F (.name = "x"), REFUSED (OTHER, OTHER, UNBIND, 1, FALSE) },
};

/* A path of as many parts as there are nodes, and the facts that a kernel always has. */
static void
complete (const Row *row, KioskBusFacts *facts)
{
  const char *parts[KIOSK_BUS_MAX_NODES];
  guint n = 0;
  gsize length;

  *facts = row->facts;
  facts->complete = TRUE;
  while (row->nodes[n] != NULL)
    n++;
  facts->n_nodes = n;
  g_strlcpy (facts->path, "/sys/devices", sizeof facts->path);
  for (guint i = n; i-- > 0;)
    {
      KioskBusNode *node = &facts->nodes[i];
      const char *text = row->nodes[i];
      g_auto (GStrv) words = NULL;

      node->removable = *text == '!';
      node->late = *text == '+';
      node->system = *text == '=';
      parts[i] = text + (node->removable || node->late || node->system);
      words = g_strsplit (parts[i], ":", 2);
      g_strlcpy (node->subsystem, words[0] != NULL ? words[0] : "", sizeof node->subsystem);
      g_strlcpy (node->driver, words[0] != NULL && words[1] != NULL ? words[1] : "",
                 sizeof node->driver);
      length = strlen (facts->path);
      g_snprintf (facts->path + length, sizeof facts->path - length, "/node%u", i);
      node->length = strlen (facts->path);
    }
}

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const Row *row = &rows[i];
      KioskBusFacts facts;
      KioskBusVerdict verdict;

      g_test_message ("%s", row->what);
      complete (row, &facts);
      kiosk_bus_judge (&facts, &verdict);
      g_assert_cmpint (verdict.role, ==, row->role);
      if (row->role != KIOSK_BUS_PART)
        g_assert_cmpstr (kiosk_bus_name (verdict.bus), ==, kiosk_bus_name (row->bus));
      if (row->role != KIOSK_BUS_REFUSED)
        continue;
      g_assert_cmpint (verdict.kind, ==, row->kind);
      g_assert_cmpint (verdict.shut, ==, row->shut);
      g_assert_cmpuint (verdict.target, ==, row->target < 0 ? 0 : facts.nodes[row->target].length);
      g_assert_cmpint (verdict.data, ==, row->data);
      g_assert_cmpstr (verdict.reason, ==, KIOSK_REASON_DEVICE_BUS);
    }
}

/* Whatever stands between a device and the system's disk is not written to. */
static void
test_system (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      KioskBusFacts facts;
      KioskBusVerdict verdict;

      complete (&rows[i], &facts);
      for (guint from = 0; from < facts.n_nodes; from++)
        {
          for (guint n = 0; n < facts.n_nodes; n++)
            facts.nodes[n].system = n >= from;
          kiosk_bus_judge (&facts, &verdict);
          if (from == 0)
            g_assert_cmpint (verdict.role, ==, KIOSK_BUS_PART);
          if (verdict.shut != KIOSK_BUS_SHUT_NOT)
            {
              g_assert_cmpuint (verdict.target, >, facts.nodes[from].length);
              g_assert_cmpuint (verdict.target, <=, facts.nodes[0].length);
            }
        }
    }
}

/* What could not be read is refused, whatever it is, and says so. */
static void
test_incomplete (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      KioskBusFacts facts;
      KioskBusVerdict verdict;

      complete (&rows[i], &facts);
      facts.complete = FALSE;
      kiosk_bus_judge (&facts, &verdict);
      if (facts.nodes[0].system || strcmp (facts.nodes[0].subsystem, "usb") == 0
          || strcmp (facts.nodes[0].subsystem, "net") == 0)
        {
          g_assert_cmpint (verdict.role, ==, KIOSK_BUS_PART); /* or judged elsewhere */
          continue;
        }
      g_assert_cmpint (verdict.role, ==, KIOSK_BUS_REFUSED);
      g_assert_cmpstr (verdict.reason, ==, KIOSK_REASON_DEVICE_UNREADABLE);
    }
}

static void
test_nothing (void)
{
  KioskBusFacts facts = { .name = "x", .path = "/sys/devices/x" };
  KioskBusVerdict verdict;
  g_autofree char *text = NULL;

  kiosk_bus_judge (&facts, &verdict);
  g_assert_cmpint (verdict.role, ==, KIOSK_BUS_REFUSED);
  g_assert_false (kiosk_bus_is_shut (&facts, &verdict));
  text = kiosk_bus_describe (&facts, &verdict);
  g_assert_cmpstr (text, ==, "bus=other name=x place=x");
}

/* Each way of shutting, and each value that it can have. */
static void
test_shut (void)
{
  static const struct {
    KioskBusShut shut;
    KioskBusFacts facts;
    gboolean is_shut;
  } cases[] = {
    { KIOSK_BUS_SHUT_AUTHORIZED, { .authorized = 0 }, TRUE },
    { KIOSK_BUS_SHUT_AUTHORIZED, { .authorized = 1 }, FALSE },
    { KIOSK_BUS_SHUT_AUTHORIZED, { .authorized = 2 }, FALSE },
    { KIOSK_BUS_SHUT_AUTHORIZED, { .authorized = -1 }, FALSE },
    { KIOSK_BUS_SHUT_SOFT, { .soft = 1 }, TRUE },
    { KIOSK_BUS_SHUT_SOFT, { .soft = 0, .hard = 1 }, FALSE },
    { KIOSK_BUS_SHUT_SOFT, { .soft = -1 }, FALSE },
    { KIOSK_BUS_SHUT_INHIBITED, { .inhibited = 1 }, TRUE },
    { KIOSK_BUS_SHUT_INHIBITED, { .inhibited = 0 }, FALSE },
    { KIOSK_BUS_SHUT_INHIBITED, { .inhibited = -1 }, FALSE },
    { KIOSK_BUS_SHUT_DELETE, { .soft = 1 }, FALSE },
    { KIOSK_BUS_SHUT_DELETE, { .gone = TRUE }, TRUE },
    { KIOSK_BUS_SHUT_NOT, { .soft = 1 }, FALSE },
    { KIOSK_BUS_SHUT_UNBIND, { .n_nodes = 1, .nodes = { { .length = 5, .driver = "x" } } }, FALSE },
    { KIOSK_BUS_SHUT_UNBIND, { .n_nodes = 1, .nodes = { { .length = 5 } } }, TRUE },
    { KIOSK_BUS_SHUT_UNBIND, { .n_nodes = 1, .nodes = { { .length = 7 } } }, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const KioskBusVerdict verdict
          = { .role = KIOSK_BUS_REFUSED, .shut = cases[i].shut, .target = 5 };

      g_test_message ("%u", i);
      g_assert_cmpint (kiosk_bus_is_shut (&cases[i].facts, &verdict), ==, cases[i].is_shut);
    }
}

/* Bytes of a device do not get into the log as they are, and no line is too long for a record. */
static void
test_describe (void)
{
  KioskBusFacts facts;
  KioskBusVerdict verdict;
  g_autofree char *text = NULL;

  complete (&rows[5], &facts);
  memset (facts.claim, 0xff, sizeof facts.claim - 1);
  memset (facts.ids, '\n', sizeof facts.ids - 1);
  memset (facts.path + 13, 'p', sizeof facts.path - 14);
  kiosk_bus_judge (&facts, &verdict);
  text = kiosk_bus_describe (&facts, &verdict);
  g_assert_true (g_str_is_ascii (text));
  g_assert_cmpuint (strlen (text), <=, 320);
  for (const char *p = text; *p != '\0'; p++)
    g_assert_true (g_ascii_isprint (*p));
  g_assert_true (g_str_has_prefix (text, "bus=disk subsystem=block name=sdb place=ppp"));
}

/* Every row of `kioskctl devices` has a name and its words. */
static void
test_words (void)
{
  for (guint bus = 0; bus < KIOSK_N_BUSES; bus++)
    {
      g_assert_true (kiosk_text_is_id (kiosk_bus_name (bus)));
      g_assert_cmpuint (strlen (kiosk_bus_label (bus)->ja), >, 0);
      g_assert_cmpuint (strlen (kiosk_bus_label (bus)->en), >, 0);
      for (guint other = 0; other < bus; other++)
        g_assert_cmpstr (kiosk_bus_name (bus), !=, kiosk_bus_name (other));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bus-device/table", test_table);
  g_test_add_func ("/bus-device/system", test_system);
  g_test_add_func ("/bus-device/incomplete", test_incomplete);
  g_test_add_func ("/bus-device/nothing", test_nothing);
  g_test_add_func ("/bus-device/shut", test_shut);
  g_test_add_func ("/bus-device/describe", test_describe);
  g_test_add_func ("/bus-device/words", test_words);
  return g_test_run ();
}
