/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/session.h"

#include <glib.h>

/* What the service manager hears of kioskd (sd_notify(3)): that it serves, how it is, that its main
 * loop turns, that it ends. Without NOTIFY_SOCKET all of it does nothing. Main thread only. */
typedef struct _KioskSupervisor KioskSupervisor;

/* Begins to pet the watchdog from the default main loop if the unit has one (WATCHDOG_USEC). */
KioskSupervisor *kiosk_supervisor_new (void);

/* Stops petting it. NULL is allowed. */
void kiosk_supervisor_free (KioskSupervisor *self);

/* Sends READY=1: requests of a shell are answered from now on. */
void kiosk_supervisor_ready (KioskSupervisor *self);

/* Sends STOPPING=1: the main loop has ended, and what runs is being ended. */
void kiosk_supervisor_stopping (KioskSupervisor *self);

/* Sends STATUS= with one line about @state and, while stopped, @stop_code, if that is news. Neither
 * person nor server is named: the line can be read by everybody who may ask for it. */
void kiosk_supervisor_tell (KioskSupervisor *self, KioskState state, const char *stop_code);
