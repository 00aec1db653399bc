/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/bus-device.h"

#include <string.h>

/* Words for the ways into the machine, and one line of what is known about a device. */

#define LINE_MAX_CHARS 320
#define PLACE_MAX_CHARS 120

static const struct {
  const char *name;
  KioskLabel label;
} buses[KIOSK_N_BUSES] = {
  [KIOSK_BUS_THUNDERBOLT]
  = { "thunderbolt", { (char *) "Thunderbolt・USB4", (char *) "Thunderbolt, USB4" } },
  [KIOSK_BUS_FIREWIRE]
  = { "firewire", { (char *) "FireWire（IEEE 1394）", (char *) "FireWire (IEEE 1394)" } },
  [KIOSK_BUS_MMC] = { "mmc", { (char *) "SD・MMCカード", (char *) "SD, MMC cards" } },
  [KIOSK_BUS_OPTICAL]
  = { "optical", { (char *) "光学ドライブ（CD・DVD）", (char *) "optical drives (CD, DVD)" } },
  [KIOSK_BUS_FLOPPY] = { "floppy", { (char *) "フロッピーディスク", (char *) "floppy disks" } },
  [KIOSK_BUS_PCMCIA]
  = { "pcmcia", { (char *) "PCカード（PCMCIA）", (char *) "PC cards (PCMCIA)" } },
  [KIOSK_BUS_PCI]
  = { "pci",
      { (char *) "起動後に差したPCI機器", (char *) "PCI devices plugged in after the start" } },
  [KIOSK_BUS_SERIAL] = { "serial", { (char *) "シリアルポート", (char *) "serial ports" } },
  [KIOSK_BUS_PARALLEL] = { "parallel", { (char *) "パラレルポート", (char *) "parallel ports" } },
  [KIOSK_BUS_BLUETOOTH] = { "bluetooth", { (char *) "Bluetooth", (char *) "Bluetooth" } },
  [KIOSK_BUS_WIFI] = { "wifi", { (char *) "無線LAN（Wi-Fi）", (char *) "Wi-Fi" } },
  [KIOSK_BUS_WWAN] = { "wwan", { (char *) "携帯電話回線", (char *) "mobile networks (WWAN)" } },
  [KIOSK_BUS_NFC] = { "nfc", { (char *) "NFC", (char *) "NFC" } },
  [KIOSK_BUS_CAMERA]
  = { "camera", { (char *) "カメラ・映像入力", (char *) "cameras, video input" } },
  [KIOSK_BUS_SOUND] = { "sound", { (char *) "音声", (char *) "sound" } },
  [KIOSK_BUS_DISK] = { "disk", { (char *) "端末用以外のディスク", (char *) "other disks" } },
  [KIOSK_BUS_INPUT]
  = { "input",
      { (char *) "USB以外の外付けキーボード・マウス",
        (char *) "keyboards and pointers that are neither built in nor on USB" } },
  [KIOSK_BUS_OTHER] = { "other", { (char *) "その他", (char *) "others" } },
};

const char *
kiosk_bus_name (KioskBus bus)
{
  return buses[bus].name;
}

const KioskLabel *
kiosk_bus_label (KioskBus bus)
{
  return &buses[bus].label;
}

/* " key=value", all that is not a plain character as \ooo; nothing for an empty value. */
static void
append (GString *line, const char *key, const char *value)
{
  g_autofree char *escaped = NULL;

  if (*value == '\0')
    return;
  escaped = g_strescape (value, NULL);
  g_string_append_printf (line, "%s%s=%s", line->len > 0 ? " " : "", key, escaped);
}

char *
kiosk_bus_describe (const KioskBusFacts *facts, const KioskBusVerdict *verdict)
{
  GString *line = g_string_new (NULL);
  const char *place
      = g_str_has_prefix (facts->path, "/sys/devices/") ? facts->path + 13 : facts->path;
  gsize length = strlen (place);
  const char *driver = "";

  /* The end says more than the beginning. */
  if (length > PLACE_MAX_CHARS)
    place += length - PLACE_MAX_CHARS;
  for (guint i = 0; i < facts->n_nodes && *driver == '\0'; i++)
    driver = facts->nodes[i].driver;
  append (line, "bus", kiosk_bus_name (verdict->bus));
  append (line, "subsystem", facts->n_nodes > 0 ? facts->nodes[0].subsystem : "");
  append (line, "type", facts->devtype);
  append (line, "name", facts->name);
  append (line, "place", place);
  append (line, "driver", driver);
  append (line, "claim", facts->claim);
  append (line, "ids", facts->ids);
  g_string_truncate (line, MIN (line->len, LINE_MAX_CHARS));
  return g_string_free (line, FALSE);
}
