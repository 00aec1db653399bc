/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session.h"

/* Waits for the credentials and connects; *@connected tells whether a session stands. FALSE when the
 * library did not come back from connecting in time after it was told to stop: nothing of it may be
 * touched then, the process must end. */
gboolean kiosk_rdp_loop_connect (KioskRdpSession *self, gboolean *connected);

/* Passes pictures and input until the session ends from any side. */
void kiosk_rdp_loop_serve (KioskRdpSession *self);
