/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/device-rule.h"

#include <glib.h>

/* Composes descriptor sets of USB devices, well formed unless told otherwise, from one line each:
 *
 *   line    = vvvv:pppp *( " " word )
 *   word    = "device=" class       bDeviceClass and the two behind it; 00/00/00 when left out
 *           | "super"               USB 3.2, each endpoint with its companion; 2.0 when left out
 *           | "configuration"       another configuration; the first one needs no word
 *           | F "+" N "=" class     an association over N interfaces from F
 *           | I "." A "=" class [ "*" E ]   setting A of interface I with E endpoints (1)
 *           | "x" HEX               any bytes
 *   class   = cc/ss/pp
 *
 * An HID interface gets its HID descriptor. Anything else ends the test. */
GBytes *usb_build (const char *line);

/* What there is in a town hall, and what an attacker brings. */
typedef struct {
  const char *name;
  const char *line;
  KioskDeviceKind kind;
  gboolean never; /* has a part that no rule can let work */
} UsbSample;

/* The @index-th; NULL behind the last. */
const UsbSample *usb_sample_nth (guint index);
const UsbSample *usb_sample_find (const char *name);
