/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/text.h"
#include "kiosk/model/device-rule.h"

#include <glib.h>

/* Which devices a terminal has beside USB (R13, R15): what the machine itself is made of, the disk that carries the
 * system, and nothing else. Pure: what the kernel says about a device goes in, what it counts as comes out. Any thread.
 *
 * USB devices are judged by device-rule.h, network interfaces by interface.h. What appears below a USB device is judged here
 * again, as the second line: only input is let through, and only when the device above is authorised. */

/* A way into the machine: one row of `kioskctl devices`. */
typedef enum {
  KIOSK_BUS_THUNDERBOLT, /* and USB4 */
  KIOSK_BUS_FIREWIRE,
  KIOSK_BUS_MMC,
  KIOSK_BUS_OPTICAL,
  KIOSK_BUS_FLOPPY,
  KIOSK_BUS_PCMCIA,
  KIOSK_BUS_PCI, /* plugged in while the machine runs */
  KIOSK_BUS_SERIAL,
  KIOSK_BUS_PARALLEL,
  KIOSK_BUS_BLUETOOTH,
  KIOSK_BUS_WIFI,
  KIOSK_BUS_WWAN,
  KIOSK_BUS_NFC,
  KIOSK_BUS_CAMERA,
  KIOSK_BUS_SOUND,
  KIOSK_BUS_DISK, /* that does not carry the system */
  KIOSK_BUS_INPUT,
  KIOSK_BUS_OTHER,
  KIOSK_N_BUSES
} KioskBus;

/* Word for records and JSON ("thunderbolt" ...), and what a person is told. Static. */
const char *kiosk_bus_name (KioskBus bus);
const KioskLabel *kiosk_bus_label (KioskBus bus);

/* How many devices stand one above the other, at most. */
#define KIOSK_BUS_MAX_NODES 24

/* A device, or one that it hangs from. Texts are the kernel's own, "" where there is none. */
typedef struct {
  char subsystem[32];
  char driver[64];
  gsize length; /* of its part of KioskBusFacts.path */
  gboolean
      removable; /* its attribute "removable" says so (Documentation/ABI/testing/sysfs-devices-removable) */
  gboolean late;   /* a PCI device that was not there when the machine started */
  gboolean system; /* the disk of the system, or something that this hangs from */
} KioskBusNode;

/* What the kernel says. Numbers are -1 where it says nothing. */
typedef struct {
  char name[64];  /* in sysfs */
  char path[512]; /* "/sys/devices/...", unique while it is there */
  char devtype[32];
  KioskBusNode nodes[KIOSK_BUS_MAX_NODES]; /* itself first, upwards to the root of the machine */
  guint n_nodes;
  guint64 identity;        /* another one for each appearance, until the machine is restarted */
  char claim[64];          /* name that it gives itself: any bytes */
  char ids[128];           /* MODALIAS of itself or of what it hangs from */
  gboolean usb;            /* it hangs from a USB device ... */
  gboolean usb_authorised; /* ... of which everything on the way is authorised */
  gboolean hidden;         /* block: nobody can open it */
  gint64 size;             /* block: sectors of 512 bytes */
  int authorized;          /* thunderbolt: 0 no, 1 and 2 yes */
  int soft, hard;          /* rfkill: 1 is off */
  char radio[16];          /* rfkill: "wlan", "bluetooth" ... */
  int inhibited;           /* input: 1 is off */
  gboolean pointer;        /* input: it has axes */
  int type;     /* SCSI: peripheral device type (SPC-5, 6.7.2). Serial: 0 is a port that is none */
  gint64 class; /* PCI: 24 bits */
  gboolean complete; /* FALSE: something could not be read, or changed meanwhile */
  gboolean gone;     /* it is not there any more */
} KioskBusFacts;

typedef enum {
  KIOSK_BUS_PART, /* of the machine, or judged elsewhere */
  KIOSK_BUS_STAYS, /* of the machine, a way in that nobody on the terminal may use: told only when asked */
  KIOSK_BUS_REFUSED,
} KioskBusRole;

/* How something that is refused is shut. */
typedef enum {
  KIOSK_BUS_SHUT_NOT,        /* the kernel knows no way */
  KIOSK_BUS_SHUT_AUTHORIZED, /* "authorized" is 0: Documentation/ABI/testing/sysfs-bus-thunderbolt */
  KIOSK_BUS_SHUT_SOFT,       /* "soft" is 1: Documentation/ABI/stable/sysfs-class-rfkill */
  KIOSK_BUS_SHUT_INHIBITED,  /* "inhibited" is 1: Documentation/input/input-programming.rst */
  KIOSK_BUS_SHUT_DELETE, /* the SCSI device is deleted: Documentation/scsi/scsi_mid_low_api.rst */
  KIOSK_BUS_SHUT_UNBIND, /* it has no driver: Documentation/driver-api/driver-model/binding.rst */
} KioskBusShut;

typedef struct {
  KioskBusRole role;
  KioskBus bus;
  /* When refused: */
  KioskDeviceKind kind;
  const char *reason; /* KIOSK_REASON_DEVICE_BUS or KIOSK_REASON_DEVICE_UNREADABLE; static */
  KioskBusShut shut;
  gsize
      target; /* length of the part of KioskBusFacts.path that is written to; never what carries the system */
  gboolean data; /* while it is not shut, data gets in or out: the terminal must not be used */
} KioskBusVerdict;

/* What @facts counts as. Devices of subsystems that nobody knows are refused unless they are part of the machine
 * by everything that they hang from. */
void kiosk_bus_judge (const KioskBusFacts *facts, KioskBusVerdict *verdict);

/* Whether what @verdict wants holds already; also when it is gone. */
gboolean kiosk_bus_is_shut (const KioskBusFacts *facts, const KioskBusVerdict *verdict);

/* One line for the log, of printable ASCII alone whatever the device calls itself, at most 320 characters:
 * bus, subsystem, name, place, driver, ids, claim. Owned by the caller. */
char *kiosk_bus_describe (const KioskBusFacts *facts, const KioskBusVerdict *verdict);
