/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/device-rule.h"

#include <glib.h>

/* Guards the USB buses (R13, R15, R16; libudev(3), Documentation/usb/authorization.rst): every device is refused until
 * it was judged from its full set of descriptors, and only what the policy allows is opened, interface by interface.
 * When the guard ends, or is killed, nothing is restored: what is closed stays closed in the kernel. Main thread only;
 * nothing in here waits for a device. */
typedef struct _KioskUsbGuard KioskUsbGuard;

/* A device, and how it is judged. Valid during the call. */
typedef struct {
  const char *syspath;
  const KioskUsbFacts *facts; /* the name always; the rest as far as it could be read */
  const KioskUsbVerdict *verdict;
  const char *claim;   /* NULL, or vendor/product/release as the kernel announced it */
  gboolean was_open;   /* it was authorised before it was judged */
  gboolean obeys;      /* FALSE: it must be closed and is not */
  gboolean had_worked; /* it was told as allowed */
} KioskUsbNews;

typedef struct {
  /* It works from now on. */
  void (*allowed) (const KioskUsbNews *news, gpointer data);
  /* It does not work: told once for each device that is plugged in, and again when the reason becomes another one. */
  void (*refused) (const KioskUsbNews *news, gpointer data);
  /* It worked until now. */
  void (*withdrawn) (const KioskUsbNews *news, gpointer data);
  /* It was unplugged. */
  void (*removed) (const KioskUsbNews *news, gpointer data);
  /* A new keyboard while somebody works: the screen is locked when this returns TRUE, and the guard has been told so.
   * FALSE: it is refused. kiosk_usb_guard_settle_keyboard() must not be called in here. */
  gboolean (*keyboard_found) (const KioskUsbNews *news, gpointer data);
  /* That keyboard has an event node by now, @node ("event5"), and waits for kiosk_usb_guard_settle_keyboard(). */
  void (*keyboard_ready) (const KioskUsbNews *news, const char *node, gpointer data);
  /* A bus or device was open that must be closed; @closed: it is closed again. */
  void (*unguarded) (const char *detail, gboolean closed, gpointer data);
  /* News were lost, all was looked at anew; @found: how many devices had come or gone unheard. */
  void (*rescanned) (guint found, gpointer data);
  /* kiosk_usb_guard_are_buses_closed() or kiosk_usb_guard_do_devices_obey() has changed. */
  void (*changed) (gpointer data);
} KioskUsbGuardEvents;

/* Begins to listen to the kernel and to udev; kiosk_usb_guard_look() then finds what is there already. Everything is refused until
 * kiosk_usb_guard_set_situation(). @events stays the caller's. NULL when udev cannot be heard. */
KioskUsbGuard *kiosk_usb_guard_new (const KioskUsbGuardEvents *events, gpointer data,
                                    GError **error);
void kiosk_usb_guard_free (KioskUsbGuard *self);

/* By what is judged from now on; @policy (kept; NULL: nothing is allowed). Whatever is plugged in is judged anew, from
 * the main loop. */
void kiosk_usb_guard_set_situation (KioskUsbGuard *self, KioskPolicy *policy,
                                    KioskDeviceMoment moment);

/* Closes the buses, looks for devices that nobody has told of, and reads back what the kernel was told of the others. To
 * be called at the start and then every few seconds. */
void kiosk_usb_guard_look (KioskUsbGuard *self);

/* The keyboard at @syspath was proved to be under somebody's hands, or not. Unknown ones are ignored. */
void kiosk_usb_guard_settle_keyboard (KioskUsbGuard *self, const char *syspath, gboolean proved);

/* As of the last look: FALSE while a bus lets devices in. */
gboolean kiosk_usb_guard_are_buses_closed (const KioskUsbGuard *self);

/* FALSE while a device that must be closed is not. */
gboolean kiosk_usb_guard_do_devices_obey (const KioskUsbGuard *self);
