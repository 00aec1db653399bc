/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"

#include <glib.h>

/* One TCP connection made by a kiosk-connect process. The caller has opened the firewall before and
 * closes it afterwards. Main thread only. */
typedef struct _KioskReach KioskReach;

/* Called once: with a connected socket, which the callback takes over, and @saved_errno 0; or with -1
 * and the errno of the failure (ETIMEDOUT, ECONNREFUSED, EHOSTUNREACH ...; EPROTO when kiosk-connect
 * itself failed, with @detail). Not after kiosk_reach_free(). */
typedef void (*KioskReachDone) (int fd, int saved_errno, const char *detail, gpointer data);

/* Starts; @timeout_ms 1-60000. */
KioskReach *kiosk_reach_new (const KioskEndpoint *endpoint, guint timeout_ms, KioskReachDone done,
                             gpointer data, GError **error);

/* Ends the attempt if it still runs; NULL is allowed. */
void kiosk_reach_free (KioskReach *self);

/* Ends the TCP connection *@fd at once for every process that holds it, and clears *@fd; -1 is allowed.
 * To be called while the hole is still open: it is a reset, so the server learns of it, and the kernel
 * has nothing left to repeat when the same hole is opened again. */
void kiosk_reach_cut (int *fd);
