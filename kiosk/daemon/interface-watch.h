/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/interface.h"
#include "kiosk/model/policy.h"

#include <glib.h>

/* Watches which network interfaces there are (R11, R13; rtnetlink(7), RTMGRP_LINK) and puts down every one that is
 * neither a cable nor the tunnel of the policy: when kioskd starts, when it appears, and each time that somebody
 * puts it up. Needs CAP_NET_ADMIN. Main thread only. */
typedef struct _KioskInterfaceWatch KioskInterfaceWatch;

/* A refused interface that is put up again and again is put down each time, but told that seldom, seconds. */
#define KIOSK_INTERFACE_WATCH_PACE 60

typedef struct {
  /* A foreign interface appeared or was put up. @down: it is down now. @times: how often it was put down since it
   * was last told. @reason as of kiosk_interface_judge(). */
  void (*refused) (const KioskInterfaceFacts *facts, const char *reason, gboolean down, guint times,
                   gpointer data);
  /* Lines or whether all is well have changed. */
  void (*changed) (gpointer data);
} KioskInterfaceWatchEvents;

/* Begins to watch; nothing is examined yet. NULL when the kernel cannot be asked. */
KioskInterfaceWatch *kiosk_interface_watch_new (const KioskInterfaceWatchEvents *events,
                                                gpointer data, GError **error);
void kiosk_interface_watch_free (KioskInterfaceWatch *self);

/* Examines all of them under the tunnel of @policy (kept; NULL: no tunnel), and puts down what is foreign. FALSE when
 * the kernel could not be asked, or a foreign interface stays up: then nothing may leave the terminal. */
gboolean kiosk_interface_watch_examine (KioskInterfaceWatch *self, KioskPolicy *policy,
                                        GError **error);

/* Whether the last look found all in order. */
gboolean kiosk_interface_watch_are_well (const KioskInterfaceWatch *self);

/* Names of the cables, sorted, NULL-terminated; owned by @self, until the next look. */
const char *const *kiosk_interface_watch_get_lines (const KioskInterfaceWatch *self);
