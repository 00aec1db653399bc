/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/device-rule.h"

/* What sysfs says right now: buses and devices, and whether the kernel lets them work
 * (Documentation/ABI/testing/sysfs-bus-usb, Documentation/usb/authorization.rst). Reads only. */

/* A root hub. */
typedef struct {
  char *name;               /* "usb1" */
  char *devices_default;    /* authorized_default as it stands there; "?" when unreadable */
  char *interfaces_default; /* interface_authorized_default */
} KioskUsbBus;

/* Whether nothing on it works by itself. */
gboolean kiosk_ctl_usb_bus_is_closed (const KioskUsbBus *bus);

typedef struct {
  char *name;
  KioskUsbFacts facts; /* name NULL when they cannot be read */
  char *problem;       /* why they cannot; NULL */
  gboolean authorized; /* the kernel lets it be configured; TRUE as well when nobody can tell */
  guint32 interfaces;  /* bit N: interface N of the active configuration is authorised */
} KioskPluggedIn;

/* Reads below @sysfs ("/sys"). FALSE with @error when there is no such folder. The arrays are sorted by name and owned by
 * the caller. */
gboolean kiosk_ctl_usb_scan (const char *sysfs, GPtrArray **buses, GPtrArray **devices,
                             GError **error);
