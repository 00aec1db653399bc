/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/rdp-protocol.h"

/* What the end of a connection means for the person and the log, out of what the library left
 * behind: @error is freerdp_get_last_error(), @ultimatum freerdp_get_disconnect_ultimatum(). Pure.
 * Never KIOSK_RDP_END_NONE. Reasons that the worker knows by itself (a refused certificate, a
 * redirection, a wrong message) take precedence and do not come here: the library reports a refused
 * certificate as broken TLS. */
KioskRdpEnd kiosk_rdp_outcome (guint32 error, int ultimatum);
