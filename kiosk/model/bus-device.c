/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "bus-place.h"

#include "kiosk/model/audit-actions.h"

#include <string.h>

/* Judges devices by their subsystem and by what they hang from, both of which are the kernel's word and not the
 * device's. Names, models, labels and numbers that a device gives itself decide nothing here. */

/* Names that the kernel gives to disks that are memory, or nothing as long as they have no size. */
static const char *const memory_disks[] = { "ram", "zram", NULL };
static const char *const empty_disks[] = { "loop", "nbd", "md", "dm-", NULL };

static gboolean
is (const char *text, const char *word)
{
  return strcmp (text, word) == 0;
}

static gboolean
is_named (const KioskBusFacts *facts, const char *const *prefixes)
{
  for (guint i = 0; prefixes[i] != NULL; i++)
    {
      gsize length = strlen (prefixes[i]);

      if (strncmp (facts->name, prefixes[i], length) == 0 && g_ascii_isdigit (facts->name[length]))
        return TRUE;
    }
  return FALSE;
}

/* ---- How it is shut ---- */

static void
shut_at (const KioskBusFacts *facts, KioskBusVerdict *verdict, KioskBusShut shut, guint node)
{
  if (facts->nodes[node].system)
    return;
  verdict->shut = shut;
  verdict->target = facts->nodes[node].length;
}

/* The nearest driver lets go of it. Not that of a bridge: others hang from it. */
static void
unbind (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  for (guint i = 0; i < facts->n_nodes; i++)
    if (facts->nodes[i].driver[0] != '\0')
      {
        if (!is (facts->nodes[i].driver, "pcieport"))
          shut_at (facts, verdict, KIOSK_BUS_SHUT_UNBIND, i);
        return;
      }
}

static void
refuse (KioskBusVerdict *verdict, KioskBus bus, KioskDeviceKind kind)
{
  verdict->role = KIOSK_BUS_REFUSED;
  verdict->bus = bus;
  verdict->kind = kind;
  verdict->reason = KIOSK_REASON_DEVICE_BUS;
}

static void
refuse_and_unbind (const KioskBusFacts *facts, KioskBusVerdict *verdict, KioskBus bus,
                   KioskDeviceKind kind)
{
  refuse (verdict, bus, kind);
  unbind (facts, verdict);
}

/* ---- Disks ---- */

/* SPC-5, 6.7.2, table "peripheral device type". */
#define SCSI_DISC 0x05
#define SCSI_ENCLOSURE 0x0d
#define SCSI_WELL_KNOWN 0x1e

static void
judge_block (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  gboolean optical = facts->type == SCSI_DISC || strncmp (facts->name, "sr", 2) == 0;
  gboolean floppy = kiosk_bus_hangs_from (facts, "platform") && strncmp (facts->name, "fd", 2) == 0;

  /* A partition is what its disk is; whoever cannot be opened by anybody is no way in. */
  if (is (kiosk_bus_parent (facts), "block") || is (facts->devtype, "partition") || facts->hidden)
    return;
  if (facts->n_nodes == 1
      && (is_named (facts, memory_disks) || (is_named (facts, empty_disks) && facts->size == 0)))
    return;
  refuse (verdict,
          optical                               ? KIOSK_BUS_OPTICAL
          : floppy                              ? KIOSK_BUS_FLOPPY
          : kiosk_bus_hangs_from (facts, "mmc") ? KIOSK_BUS_MMC
                                                : KIOSK_BUS_DISK,
          optical || floppy ? KIOSK_DEVICE_DISC : KIOSK_DEVICE_STORAGE);
  verdict->data = TRUE;
  if (is (kiosk_bus_parent (facts), "scsi"))
    shut_at (facts, verdict, KIOSK_BUS_SHUT_DELETE, 1);
  else
    unbind (facts, verdict);
}

static void
judge_scsi (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  gboolean optical = facts->type == SCSI_DISC;

  if (is (facts->devtype, "scsi_host") || is (facts->devtype, "scsi_target"))
    return;
  /* Fans and lamps of the machine's own disks, and the controller's own ends. */
  if ((facts->type == SCSI_ENCLOSURE || facts->type == SCSI_WELL_KNOWN) && !facts->usb
      && !kiosk_bus_is_pluggable (facts))
    return;
  refuse (verdict, optical ? KIOSK_BUS_OPTICAL : KIOSK_BUS_DISK,
          optical ? KIOSK_DEVICE_DISC : KIOSK_DEVICE_STORAGE);
  verdict->data = TRUE;
  shut_at (facts, verdict, KIOSK_BUS_SHUT_DELETE, 0);
}

/* A controller: its disks hang from it, and it takes orders itself. */
static void
judge_nvme (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  refuse_and_unbind (facts, verdict, KIOSK_BUS_DISK, KIOSK_DEVICE_STORAGE);
  verdict->data = TRUE;
}

static void
judge_mmc (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  refuse_and_unbind (facts, verdict, KIOSK_BUS_MMC, KIOSK_DEVICE_STORAGE);
}

/* ---- Plugs with memory access ---- */

static void
judge_thunderbolt (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  /* The machine's own router has the way "0"; "usb4_port" is its socket, retimers lie in between. */
  if (is (facts->devtype, "thunderbolt_domain") || is (facts->devtype, "usb4_port")
      || is (facts->devtype, "thunderbolt_retimer")
      || (is (facts->devtype, "thunderbolt_device") && g_str_has_suffix (facts->name, "-0")))
    return;
  /* Another computer, and what it offers: network. */
  if (is (facts->devtype, "thunderbolt_xdomain") || is (facts->devtype, "thunderbolt_service"))
    {
      refuse (verdict, KIOSK_BUS_THUNDERBOLT, KIOSK_DEVICE_NETWORK);
      if (facts->nodes[0].driver[0] != '\0')
        shut_at (facts, verdict, KIOSK_BUS_SHUT_UNBIND, 0);
      return;
    }
  refuse (verdict, KIOSK_BUS_THUNDERBOLT, KIOSK_DEVICE_OTHER);
  verdict->data = TRUE;
  shut_at (facts, verdict, KIOSK_BUS_SHUT_AUTHORIZED, 0);
}

/* The controller goes: without its driver the socket is dead. */
static void
judge_firewire (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  refuse_and_unbind (facts, verdict, KIOSK_BUS_FIREWIRE, KIOSK_DEVICE_OTHER);
}

static void
judge_pcmcia (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  refuse_and_unbind (facts, verdict, KIOSK_BUS_PCMCIA, KIOSK_DEVICE_OTHER);
}

/* PCI Code and ID Assignment Specification, 1: base class and subclass. */
static KioskDeviceKind
pci_kind (gint64 class)
{
  switch (class >> 16)
    {
    case 0x01:
      return KIOSK_DEVICE_STORAGE;
    case 0x02:
      return (class >> 8 & 0xff) == 0x80 ? KIOSK_DEVICE_WIRELESS : KIOSK_DEVICE_NETWORK;
    case 0x04:
      return (class >> 8 & 0xff) == 0x00 ? KIOSK_DEVICE_CAMERA : KIOSK_DEVICE_SOUND;
    case 0x07:
      return KIOSK_DEVICE_SERIAL;
    case 0x0d:
      return KIOSK_DEVICE_WIRELESS;
    default:
      return KIOSK_DEVICE_OTHER;
    }
}

#define PCI_BRIDGE 0x06

static void
judge_pci (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  /* What lies behind a bridge is judged by itself. */
  if (!kiosk_bus_is_pluggable (facts) || facts->class >> 16 == PCI_BRIDGE)
    return;
  refuse (verdict, KIOSK_BUS_PCI, pci_kind (facts->class));
  shut_at (facts, verdict, KIOSK_BUS_SHUT_UNBIND, 0);
}

/* ---- Radio ---- */

static void
judge_rfkill (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  KioskBus bus = is (facts->radio, "wlan")        ? KIOSK_BUS_WIFI
                 : is (facts->radio, "bluetooth") ? KIOSK_BUS_BLUETOOTH
                 : is (facts->radio, "wwan")      ? KIOSK_BUS_WWAN
                 : is (facts->radio, "nfc")       ? KIOSK_BUS_NFC
                                                  : KIOSK_BUS_OTHER;

  if (facts->soft == 1 && facts->hard == 1)
    {
      verdict->role = KIOSK_BUS_STAYS;
      verdict->bus = bus;
      return;
    }
  refuse (verdict, bus, KIOSK_DEVICE_WIRELESS);
  shut_at (facts, verdict, KIOSK_BUS_SHUT_SOFT, 0);
}

static void
judge_radio (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  const char *subsystem = facts->nodes[0].subsystem;

  /* A connection of Bluetooth, a port of a modem: part of that. */
  if (is (kiosk_bus_parent (facts), subsystem))
    return;
  refuse_and_unbind (facts, verdict,
                     is (subsystem, "bluetooth")   ? KIOSK_BUS_BLUETOOTH
                     : is (subsystem, "nfc")       ? KIOSK_BUS_NFC
                     : is (subsystem, "wwan")      ? KIOSK_BUS_WWAN
                     : is (subsystem, "ieee80211") ? KIOSK_BUS_WIFI
                                                   : KIOSK_BUS_OTHER,
                     KIOSK_DEVICE_WIRELESS);
}

/* ---- Sound, pictures, wires ---- */

static void
judge_sound (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  /* Sequencer and timer have no hardware, a card's streams are part of the card. */
  if (facts->n_nodes > 1 && !is (kiosk_bus_parent (facts), "sound"))
    refuse_and_unbind (facts, verdict, KIOSK_BUS_SOUND, KIOSK_DEVICE_SOUND);
}

static void
judge_camera (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  if (!is (kiosk_bus_parent (facts), facts->nodes[0].subsystem))
    refuse_and_unbind (facts, verdict, KIOSK_BUS_CAMERA, KIOSK_DEVICE_CAMERA);
}

static void
judge_tty (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  /* Consoles and pseudo terminals. */
  if (facts->n_nodes == 1)
    return;
  if (facts->usb || kiosk_bus_is_pluggable (facts) || !kiosk_bus_is_in_machine (facts, FALSE))
    refuse_and_unbind (facts, verdict, KIOSK_BUS_SERIAL, KIOSK_DEVICE_SERIAL);
  else if (facts->type != 0) /* 0: the driver only has room for it */
    {
      verdict->role = KIOSK_BUS_STAYS;
      verdict->bus = KIOSK_BUS_SERIAL;
    }
}

static void
judge_parallel (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  if (!is (kiosk_bus_parent (facts), "parport"))
    refuse_and_unbind (facts, verdict, KIOSK_BUS_PARALLEL,
                       is (facts->nodes[0].subsystem, "printer") ? KIOSK_DEVICE_PRINTER
                                                                 : KIOSK_DEVICE_OTHER);
}

/* ---- Input ---- */

static void
judge_input (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  /* Nodes are part of their device. */
  if (is (kiosk_bus_parent (facts), "input") || kiosk_bus_is_own_input (facts))
    return;
  /* The kernel's own sum of all mice (drivers/input/mousedev.c): a device is called inputN there, also a made-up one. */
  if (facts->n_nodes == 1 && is (facts->name, "mice"))
    return;
  refuse (verdict, KIOSK_BUS_INPUT, facts->pointer ? KIOSK_DEVICE_POINTER : KIOSK_DEVICE_KEYBOARD);
  shut_at (facts, verdict, KIOSK_BUS_SHUT_INHIBITED, 0);
}

static void
judge_hidraw (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  if (!kiosk_bus_is_own_input (facts))
    refuse_and_unbind (facts, verdict, KIOSK_BUS_INPUT, KIOSK_DEVICE_OTHER);
}

static void
judge_usbmisc (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  if (facts->usb && facts->usb_authorised && facts->n_nodes > 1
      && is (facts->nodes[1].driver, "usbhid"))
    return;
  refuse_and_unbind (facts, verdict, KIOSK_BUS_OTHER,
                     strncmp (facts->name, "lp", 2) == 0 ? KIOSK_DEVICE_PRINTER
                                                         : KIOSK_DEVICE_OTHER);
}

/* ---- All of them ---- */

static void
judge_elsewhere (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
}

static void
judge_unknown (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  gboolean part
      = facts->usb ? kiosk_bus_is_usb_child (facts) : kiosk_bus_is_in_machine (facts, TRUE);

  if (!part)
    refuse_and_unbind (facts, verdict, KIOSK_BUS_OTHER, KIOSK_DEVICE_OTHER);
}

static const struct {
  const char *subsystem;
  void (*judge) (const KioskBusFacts *facts, KioskBusVerdict *verdict);
} judges[] = {
  { "block", judge_block },
  { "scsi", judge_scsi },
  { "nvme", judge_nvme },
  { "mmc", judge_mmc },
  { "mmc_host", judge_mmc },
  { "sdio", judge_mmc },
  { "thunderbolt", judge_thunderbolt },
  { "firewire", judge_firewire },
  { "pcmcia", judge_pcmcia },
  { "pcmcia_socket", judge_pcmcia },
  { "pci", judge_pci },
  { "rfkill", judge_rfkill },
  { "bluetooth", judge_radio },
  { "nfc", judge_radio },
  { "wwan", judge_radio },
  { "ieee80211", judge_radio },
  { "ieee802154", judge_radio },
  { "sound", judge_sound },
  { "video4linux", judge_camera },
  { "media", judge_camera },
  { "dvb", judge_camera },
  { "tty", judge_tty },
  { "parport", judge_parallel },
  { "printer", judge_parallel },
  { "ppdev", judge_parallel },
  { "input", judge_input },
  { "hidraw", judge_hidraw },
  { "usbmisc", judge_usbmisc },
  { "usb", judge_elsewhere }, /* usb-guard */
  { "net", judge_elsewhere }, /* interface-watch */
};

void
kiosk_bus_judge (const KioskBusFacts *facts, KioskBusVerdict *verdict)
{
  guint i = 0;

  *verdict = (KioskBusVerdict){ .role = KIOSK_BUS_PART, .bus = KIOSK_BUS_OTHER };
  if (facts->n_nodes > 0 && facts->nodes[0].system)
    return;
  if (facts->n_nodes == 0)
    {
      refuse (verdict, KIOSK_BUS_OTHER, KIOSK_DEVICE_OTHER);
      verdict->reason = KIOSK_REASON_DEVICE_UNREADABLE;
      return;
    }
  while (i < G_N_ELEMENTS (judges) && !is (judges[i].subsystem, facts->nodes[0].subsystem))
    i++;
  if (i < G_N_ELEMENTS (judges) && judges[i].judge == judge_elsewhere)
    return; /* also what cannot be read: that is judged there, too */
  if (i < G_N_ELEMENTS (judges))
    judges[i].judge (facts, verdict);
  else
    judge_unknown (facts, verdict);
  /* What could not be read may be what spoke against it. */
  if (!facts->complete && verdict->role != KIOSK_BUS_REFUSED)
    refuse (verdict, verdict->bus, KIOSK_DEVICE_OTHER);
  if (!facts->complete)
    verdict->reason = KIOSK_REASON_DEVICE_UNREADABLE;
}

gboolean
kiosk_bus_is_shut (const KioskBusFacts *facts, const KioskBusVerdict *verdict)
{
  if (facts->gone)
    return TRUE;
  switch (verdict->shut)
    {
    case KIOSK_BUS_SHUT_AUTHORIZED:
      return facts->authorized == 0;
    case KIOSK_BUS_SHUT_SOFT:
      return facts->soft == 1;
    case KIOSK_BUS_SHUT_INHIBITED:
      return facts->inhibited == 1;
    case KIOSK_BUS_SHUT_UNBIND:
      for (guint i = 0; i < facts->n_nodes; i++)
        if (facts->nodes[i].length == verdict->target)
          return facts->nodes[i].driver[0] == '\0';
      return FALSE;
    case KIOSK_BUS_SHUT_NOT:
    case KIOSK_BUS_SHUT_DELETE: /* it is still there */
    default:
      return FALSE;
    }
}
