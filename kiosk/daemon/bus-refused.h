/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus-memory.h"
#include "bus-watch.h"

/* What is refused and is there: shut, read back, told. For bus-watch.c alone; main thread only. */
typedef struct _KioskBusRefused KioskBusRefused;

/* @memory is not taken over and must live longer. @look is called with what has to be judged again. */
KioskBusRefused *kiosk_bus_refused_new (KioskBusMemory *memory, const KioskBusWatchEvents *events,
                                        gpointer data,
                                        void (*look) (const char *path, gpointer watch),
                                        gpointer watch);
void kiosk_bus_refused_free (KioskBusRefused *self);

/* Takes in what was judged, or judged again, and shuts it unless it is shut. */
void kiosk_bus_refused_put (KioskBusRefused *self, const KioskBusFacts *facts,
                            const KioskBusVerdict *verdict);

/* It is not there any more, or not refused any more. */
void kiosk_bus_refused_forget (KioskBusRefused *self, const char *path);

/* Whether it is known; then *@identity is that of the facts. */
gboolean kiosk_bus_refused_find (KioskBusRefused *self, const char *path, guint64 *identity);

/* Whether a thread is at it; it is looked at again when that is over. */
gboolean kiosk_bus_refused_is_busy (KioskBusRefused *self, const char *path);

/* Whether something that it hangs from is known and shut in the same way, so that it need not be told. */
gboolean kiosk_bus_refused_covers (KioskBusRefused *self, const KioskBusFacts *facts,
                                   const KioskBusVerdict *verdict);

/* The same for what is gone, with what it hung from: by its path alone. */
gboolean kiosk_bus_refused_covers_name (KioskBusRefused *self, const char *path);

/* Paths of all. Owned by the caller. */
GPtrArray *kiosk_bus_refused_list (KioskBusRefused *self);

void kiosk_bus_refused_tell (KioskBusRefused *self);
gboolean kiosk_bus_refused_is_well (const KioskBusRefused *self);
