/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* kioskd itself: holds the state, asks the state machine, carries out what follows. Main thread only. */
typedef struct _KioskDaemon KioskDaemon;

/* Starts in the state stopped and tries to become ready. NULL when not even the socket for the shell
 * can be had. */
KioskDaemon *kiosk_daemon_new (GError **error);

/* Ends every conversation and session, records the end, frees. */
void kiosk_daemon_free (KioskDaemon *self);

/* Reads the policy again (SIGHUP). A refused policy takes the terminal out of service. */
void kiosk_daemon_reload (KioskDaemon *self);
