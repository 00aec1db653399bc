/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Which screens are plugged in and on, as far as the machine can see it: the connectors of the graphics cards in sysfs
 * (class/drm/card0-HDMI-A-1/status; drm_sysfs.c of the kernel), and udev's word that one has changed. A screen that is
 * switched off with its own button looks unplugged on most connectors (the hot-plug line drops); one whose connector keeps
 * the line up cannot be seen to be off. Main thread only. */
typedef struct _KioskScreenWatch KioskScreenWatch;

/* @gone is called for each screen (by the name of its connector) that was there and is not any more. NULL when udev cannot
 * be heard. */
KioskScreenWatch *kiosk_screen_watch_new (void (*gone) (const char *name, gpointer data),
                                          gpointer data, GError **error);
void kiosk_screen_watch_free (KioskScreenWatch *self);
