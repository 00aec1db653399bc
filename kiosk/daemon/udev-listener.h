/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libudev.h>

/* Hears of devices (libudev(3), udev_monitor_*). Main thread only. */
typedef struct _KioskUdevListener KioskUdevListener;

typedef struct {
  /* A device came, went or changed. Must not free the listener. */
  void (*news) (struct udev_device *device, gpointer data);
  /* News were lost, and those that were left have been told: what there is has to be looked at. */
  void (*lost) (gpointer data);
} KioskUdevListenerEvents;

typedef struct {
  const char *subsystem;
  const char *type; /* DEVTYPE; NULL: any */
} KioskUdevMatch;

typedef enum {
  KIOSK_UDEV_KERNEL, /* at once; what udev finds out is not said */
  KIOSK_UDEV_RULES,  /* udev, after its rules have been carried out */
} KioskUdevSpeaker;

/* Begins to hear @speaker tell of what matches one of @matches, which end with a NULL subsystem. NULL when udev cannot be heard. */
KioskUdevListener *kiosk_udev_listener_new (struct udev *udev, KioskUdevSpeaker speaker,
                                            const KioskUdevMatch *matches,
                                            const KioskUdevListenerEvents *events, gpointer data,
                                            GError **error);
void kiosk_udev_listener_free (KioskUdevListener *self);
