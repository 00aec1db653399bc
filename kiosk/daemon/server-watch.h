/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "firewall.h"

#include "kiosk/model/policy.h"

#include <glib.h>

/* Finds out which servers answer (R14), one after the other, each through a hole of its own that is
 * closed again at once. Runs only while a person looks at the list. Main thread only. */
typedef struct _KioskServerWatch KioskServerWatch;

typedef enum {
  KIOSK_SERVER_UNKNOWN, /* not asked yet */
  KIOSK_SERVER_READY,
  KIOSK_SERVER_DOWN,
} KioskServerState;

/* @changed is called when the state of any server has changed. */
KioskServerWatch *kiosk_server_watch_new (KioskFirewall *firewall, void (*changed) (gpointer data),
                                          gpointer data);
void kiosk_server_watch_free (KioskServerWatch *self);

/* Begins with @servers (KioskPolicyServer of @policy, which is kept). */
void kiosk_server_watch_start (KioskServerWatch *self, KioskPolicy *policy, GPtrArray *servers);

/* Ends; when this returns no hole of it is open. What is known stays known. */
void kiosk_server_watch_stop (KioskServerWatch *self);

/* The state of the server @id; *@since (may be NULL) gets the unix microseconds when DOWN was first
 * seen, else 0. */
KioskServerState kiosk_server_watch_get (const KioskServerWatch *self, const char *id,
                                         gint64 *since);
