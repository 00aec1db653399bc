/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <freerdp/freerdp.h>
#include <glib.h>

/* Replaces the library's way to the network by the one descriptor that kioskd handed over. */
gboolean kiosk_rdp_transport_attach (rdpContext *context, GError **error);
