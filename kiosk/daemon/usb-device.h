/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/device-rule.h"

#include <glib.h>

/* One USB device that is plugged in, and the way from its verdict to what the kernel does with it: examined, closed,
 * opened, its interfaces one by one, closed again. One order at a time (usb-order.h); a verdict that comes meanwhile is
 * carried out afterwards. Whoever judges it stands behind the events. Main thread only. */
typedef struct _KioskUsbDevice KioskUsbDevice;

typedef struct {
  /* Puts the verdict of now into *@verdict, which is empty. Of a device that is condemned only its kind counts. */
  void (*judge) (KioskUsbDevice *device, KioskUsbVerdict *verdict, gpointer data);
  /* What was to be done has been done: it works (kiosk_usb_device_is_working()) or it does not. */
  void (*settled) (KioskUsbDevice *device, gpointer data);
  /* Whether it obeys (kiosk_usb_device_obeys()) has changed. */
  void (*obeyed) (KioskUsbDevice *device, gpointer data);
  /* A look found open what must not be, as @detail says; @closed: it is closed again. */
  void (*found_open) (KioskUsbDevice *device, const char *detail, gboolean closed, gpointer data);
} KioskUsbDeviceEvents;

/* Begins to examine the device at @syspath; judged and settled follow. @rank: how many came before it. */
KioskUsbDevice *kiosk_usb_device_new (const char *syspath, guint64 rank,
                                      const KioskUsbDeviceEvents *events, gpointer data);

/* It is gone, or nobody wants to know any more: no event comes from it again. Writes nothing. */
void kiosk_usb_device_free (KioskUsbDevice *self);

/* Asks for a verdict anew and carries it out. Nothing happens before it is examined. */
void kiosk_usb_device_reconsider (KioskUsbDevice *self);

/* From now on it is refused for @reason (static) whatever the policy says, until it is unplugged. */
void kiosk_usb_device_condemn (KioskUsbDevice *self, const char *reason, const char *detail);

gboolean kiosk_usb_device_is_condemned (const KioskUsbDevice *self);

/* Looks whether the kernel still has what it was told, unless something is being done anyway. What is open and must not
 * be is closed, as a whole: what somebody else opened was not judged. What works no more, although it may, is opened
 * again: udev's rules may have refused it in the moment in which kioskd began. */
void kiosk_usb_device_look (KioskUsbDevice *self);

/* Whether the device at its place in sysfs is still this one. */
gboolean kiosk_usb_device_is_there (const KioskUsbDevice *self);

const char *kiosk_usb_device_get_syspath (const KioskUsbDevice *self);
guint64 kiosk_usb_device_get_rank (const KioskUsbDevice *self);
/* At least the name is known. */
const KioskUsbFacts *kiosk_usb_device_get_facts (const KioskUsbDevice *self);
/* The last one; empty before the first. */
const KioskUsbVerdict *kiosk_usb_device_get_verdict (const KioskUsbDevice *self);
/* Allowed, and everything about it is open that may be. */
gboolean kiosk_usb_device_is_working (const KioskUsbDevice *self);
/* Whether it was authorised when it was first seen. */
gboolean kiosk_usb_device_was_open (const KioskUsbDevice *self);
/* FALSE: it must be closed and is not. */
gboolean kiosk_usb_device_obeys (const KioskUsbDevice *self);
