/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/bus-device.h"

#include <glib.h>

#include <sys/types.h>

/* Watches every way into the machine that is neither USB nor a network interface (R13, R15): what udev says, after its
 * own rules; what is refused (kiosk_bus_judge()) is shut as far as the kernel can, read back and told. Nothing is
 * opened again, also not at the end. Needs /sys/devices and /sys/bus to be writable. Main thread only. */
typedef struct _KioskBusWatch KioskBusWatch;

/* What is opened again and again is shut each time, but told that seldom, seconds. */
#define KIOSK_BUS_WATCH_PACE 60
/* How often all that is shut is looked at again, seconds. */
#define KIOSK_BUS_WATCH_LOOK 5
/* A driver that has not let go of its device after that many seconds counts as one that does not. */
#ifndef KIOSK_BUS_WATCH_PATIENCE
#define KIOSK_BUS_WATCH_PATIENCE 5
#endif

/* Something that is refused. Texts are valid during the call. */
typedef struct {
  KioskBus bus;
  const char *reason; /* KIOSK_REASON_DEVICE_... */
  const char *what;   /* kiosk_bus_describe() */
  gboolean shut;      /* nothing gets in or out of it */
  gboolean data;      /* it is a way for data: not shut, the terminal must not be used */
  guint times;        /* how often it had to be shut since it was last told */
} KioskBusNews;

typedef struct {
  /* Something that is refused appeared, was opened by somebody, or could or could not be shut after all. @name: how it
   * calls itself, cleaned, at most 32 characters, "" when it does not. @where: its place below /sys/devices, unique while it is
   * there. FALSE: it could not be told now, and is told again with the next kiosk_bus_watch_tell(). */
  gboolean (*refused) (KioskDeviceKind kind, const char *name, const char *where,
                       const KioskBusNews *news, gpointer data);
  /* It was unplugged. Not called for what the kernel was made to forget: nobody knows when that goes. */
  void (*gone) (const char *where, gpointer data);
  /* News were lost, all @n devices were judged anew. */
  void (*rescanned) (guint n, gpointer data);
  /* Whether all is well has changed. */
  void (*changed) (gpointer data);
} KioskBusWatchEvents;

/* Begins to watch, and looks at all there is. @memory: path of a file in /run, see bus-memory.h: what is in it was told
 * already. @system: numbers (st_dev) of the file systems of which the disks are never touched; when there is no disk
 * among them, no disk at all is. NULL when udev cannot be heard or sysfs not be read. */
KioskBusWatch *kiosk_bus_watch_new (const char *memory, const dev_t *system, gsize n_system,
                                    const KioskBusWatchEvents *events, gpointer data,
                                    GError **error);
void kiosk_bus_watch_free (KioskBusWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskBusWatch, kiosk_bus_watch_free)

/* Other file systems than until now. */
void kiosk_bus_watch_set_system (KioskBusWatch *self, const dev_t *system, gsize n_system);

/* Tells again what could not be told. */
void kiosk_bus_watch_tell (KioskBusWatch *self);

/* Whether no way for data is open that must be shut. What is being shut right now counts as shut, for
 * KIOSK_BUS_WATCH_PATIENCE. */
gboolean kiosk_bus_watch_is_well (const KioskBusWatch *self);
