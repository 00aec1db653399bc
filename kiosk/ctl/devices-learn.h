/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* `kioskctl devices learn`: prints rules for @devices (KioskPluggedIn), ready to be reviewed, with comments in both
 * languages. */
void kiosk_ctl_devices_learn (const GPtrArray *devices);
