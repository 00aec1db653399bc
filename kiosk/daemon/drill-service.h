/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/drill-protocol.h"

#include <glib.h>

/* kioskd's end of the drill (drill-protocol.h): takes one conversation at a time, from root alone, and judges
 * nothing. Main thread only. */
typedef struct _KioskDrillService KioskDrillService;

typedef struct {
  /* Somebody wants to begin. Fills *@order (zeroed, with its magic). FALSE: not now. */
  gboolean (*begun) (KioskDrillOrder *order, gpointer data);
  /* What was found: valid by kiosk_drill_report_valid(). */
  KioskDrillAnswer (*reported) (const KioskDrillReport *report, gpointer data);
  /* It ended without a report; @reason is a word of event.reason. */
  void (*unfinished) (const char *reason, gpointer data);
  /* After either of the two: the conversation is over. */
  void (*over) (gpointer data);
} KioskDrillServiceEvents;

/* Listens at @path, whose file is made anew with mode 0600. */
KioskDrillService *kiosk_drill_service_new (const char *path, const KioskDrillServiceEvents *events,
                                            gpointer data, GError **error);
void kiosk_drill_service_free (KioskDrillService *self);

/* Whether a drill is going on. NULL is allowed. */
gboolean kiosk_drill_service_is_busy (const KioskDrillService *self);
