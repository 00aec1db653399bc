/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What a USB device says that it is (R15, R16): the bytes of `descriptors` in sysfs, the device descriptor and behind
 * it every configuration as the device returned it (USB 2.0, 9.5 and 9.6; USB 3.2, 9.6; interface association: USB 2.0
 * ECN; HID 1.11, 6.2.1; sysfs: Documentation/ABI/stable/sysfs-bus-usb). Strict: where two readers could understand
 * different things, nobody reads on, because a driver of the kernel might be the other reader. Pure; any thread. */

/* Bounds of the kernel (drivers/usb/core/config.c): USB_MAXCONFIG, USB_MAXINTERFACES. */
#define KIOSK_USB_MAX_CONFIGURATIONS 8
#define KIOSK_USB_MAX_INTERFACES 32

/* Longest set that is read at all, bytes. */
#define KIOSK_USB_MAX_BYTES (18 + KIOSK_USB_MAX_CONFIGURATIONS * 65535)

/* bDeviceClass or bInterfaceClass and the two that go with it; https://www.usb.org/defined-class-codes */
typedef struct {
  guint8 class;
  guint8 subclass;
  guint8 protocol;
} KioskUsbClass;

/* One alternate setting of one interface. */
typedef struct {
  guint8 number;    /* bInterfaceNumber */
  guint8 alternate; /* bAlternateSetting */
  KioskUsbClass class;
  guint8 n_endpoints;
} KioskUsbInterface;

typedef struct {
  guint8 value; /* bConfigurationValue, never 0 */
  GArray *
      interfaces; /* KioskUsbInterface: every alternate setting, in the order of the bytes; at least one */
} KioskUsbConfiguration;

typedef struct {
  guint16 version; /* bcdUSB */
  guint16 vendor, product;
  guint16 release; /* bcdDevice */
  KioskUsbClass class;
  GPtrArray *configurations; /* KioskUsbConfiguration; at least one */
} KioskUsbDescriptors;

/* NULL with KIOSK_ERROR_INVALID, "offset N: what is wrong", when the set is malformed, truncated, longer than it says
 * or contradicts itself: lengths, totals, counts, an interface or configuration given twice, gaps in what must follow
 * one another, an endpoint without an interface, a companion without an endpoint, an association over interfaces that
 * are not there or of another class. A gap in the numbers of interfaces is no error: real devices have them. */
KioskUsbDescriptors *kiosk_usb_descriptors_parse (const guint8 *bytes, gsize length,
                                                  GError **error);
void kiosk_usb_descriptors_free (KioskUsbDescriptors *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskUsbDescriptors, kiosk_usb_descriptors_free)
