/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/device-rule.h"

#include <gio/gio.h>

/* What is done to one USB device in sysfs, one order at a time. The kernel talks to the device while it carries out
 * some of them, and a device may take seconds to answer: orders run in a thread, and the result comes to the main
 * loop. Whatever fails while a device is being opened closes it. */

/* How long the kernel may take until a device that was authorised has its interfaces, milliseconds. It makes them before
 * the write returns (usb_set_configuration() in drivers/usb/core/message.c). */
#define KIOSK_USB_PATIENCE 10000

typedef enum {
  KIOSK_USB_EXAMINE, /* read facts; nothing is written */
  KIOSK_USB_CLOSE,   /* authorized = 0 */
  KIOSK_USB_OPEN, /* authorized = 1, the judged configuration and interfaces, drivers for these; all other interfaces 0 */
} KioskUsbOrderKind;

typedef enum {
  KIOSK_USB_DONE,
  KIOSK_USB_GONE,       /* it was unplugged */
  KIOSK_USB_DISOBEYED,  /* what was written was not read back, or could not be written */
  KIOSK_USB_CHANGED,    /* it is not the device any more that was judged */
  KIOSK_USB_UNREADABLE, /* something that every device has could not be read */
} KioskUsbResult;

typedef struct {
  /* What is to be done; set by the caller. */
  KioskUsbOrderKind kind;
  int folder; /* of the device, opened by EXAMINE; owned by the caller, open until the order is done */
  char *syspath;
  guint8 configuration;
  guint32 interfaces;
  KioskUsbFacts facts; /* for OPEN: what was judged. By EXAMINE: what was read */
  /* What came of it. */
  KioskUsbResult result;
  gboolean open; /* the device is authorised, or nobody knows */
  char *detail;  /* of a failure, for the log */
} KioskUsbOrder;

/* @facts is copied; NULL for EXAMINE and CLOSE. */
KioskUsbOrder *kiosk_usb_order_new (KioskUsbOrderKind kind, const char *syspath, int folder,
                                    const KioskUsbFacts *facts);
void kiosk_usb_order_free (KioskUsbOrder *self);

/* Carries it out; blocks. Any thread. */
void kiosk_usb_order_carry_out (KioskUsbOrder *self);

/* Name of the interface @number: "1-2:1.0"; owned by the caller. */
char *kiosk_usb_interface_name (const char *device, guint configuration, guint number);

/* Names of the interfaces of @device, whose folder is @folder, that are not among @interfaces of @configuration. Owned by
 * the caller; NULL with @error. Any thread. */
GPtrArray *kiosk_usb_list_others (int folder, const char *device, guint configuration,
                                  guint32 interfaces, GError **error);

/* Puts copies of all members into *@to. */
void kiosk_usb_facts_copy (const KioskUsbFacts *from, KioskUsbFacts *to);
