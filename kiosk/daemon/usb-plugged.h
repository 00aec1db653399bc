/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usb-device.h"
#include "usb-guard.h"

/* What the guard knows of one device beside its state: what of it has been told, and whether a keyboard may be typed
 * on. Main thread only. */

typedef struct {
  KioskUsbDevice *device;
  char *claim; /* PRODUCT of the kernel's announcement; NULL: none */
  /* Told: */
  gboolean told_working;
  const char *told_reason; /* static; NULL: not refused, or not told yet */
  gboolean had_worked;
  /* Keyboards: */
  gboolean admitted; /* may be typed on until it is unplugged */
  gboolean checking; /* somebody is to type a number on it */
  gboolean ready;    /* told so */
  char *node;        /* of a keyboard: "event5" */
} KioskUsbPlugged;

/* Takes @device over. */
KioskUsbPlugged *kiosk_usb_plugged_new (KioskUsbDevice *device, const char *claim);
void kiosk_usb_plugged_free (KioskUsbPlugged *self);

/* The values of @table, which are all that is plugged in, in the order in which it came. Owned by the caller, the elements
 * are not. */
GPtrArray *kiosk_usb_plugged_list (GHashTable *table);

/* What is told of it. */
KioskUsbNews kiosk_usb_plugged_news (const KioskUsbPlugged *self);

/* Its device has settled: tells what is news. */
void kiosk_usb_plugged_tell (KioskUsbPlugged *self, const KioskUsbGuardEvents *events,
                             gpointer data);

/* It is gone: tells it, and before that what nobody had the time to find out. */
void kiosk_usb_plugged_tell_removed (KioskUsbPlugged *self, const KioskUsbGuardEvents *events,
                                     gpointer data);
