/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What kioskd knows about devices from before it was restarted, in a file in /run, so of this start of the machine only:
 * which PCI devices were there from the beginning, and what was told already. A convenience but for the
 * first: a device that came later counts as plugged in. Main thread only. */
typedef struct _KioskBusMemory KioskBusMemory;

/* Reads @path. A file that is missing or is not trusted (kiosk_file_read_trusted()) is as if there were none: the
 * machine has just started. */
KioskBusMemory *kiosk_bus_memory_new (const char *path);
void kiosk_bus_memory_free (KioskBusMemory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskBusMemory, kiosk_bus_memory_free)

/* Names of the PCI devices that were there when the machine started; NULL while nobody has said. Owned by @self. */
GHashTable *kiosk_bus_memory_get_start (const KioskBusMemory *self);

/* Says so; takes over @start (a set of strings). */
void kiosk_bus_memory_set_start (KioskBusMemory *self, GHashTable *start);

/* Whether it was told that the device @identity at @path is there and @shut. */
gboolean kiosk_bus_memory_has (const KioskBusMemory *self, const char *path, guint64 identity,
                               gboolean shut);
void kiosk_bus_memory_add (KioskBusMemory *self, const char *path, guint64 identity, gboolean shut);
void kiosk_bus_memory_remove (KioskBusMemory *self, const char *path);
