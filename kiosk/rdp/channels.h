/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/rdp-protocol.h"

#include <freerdp/client/disp.h>
#include <freerdp/freerdp.h>

/* The three channels of this terminal: drdynvc, and in it Graphics Pipeline and Display Control. The
 * clipboard, drives, printers, sound, smart cards and whatever else exists are not refused one by
 * one: there is no code path that loads them. */
typedef struct {
  DispClientContext *display_control; /* NULL while the server does not offer it */
  gboolean display_control_ready;     /* its capabilities came */
  guint reported;                     /* refused channels that were reported */
} KioskRdpChannels;

/* Once per process, before any context: the provider of channel code, with exactly three names. */
gboolean kiosk_rdp_channels_register (GError **error);

/* Hooks @instance: LoadChannels, the channel events, and the library's log lines about channels that
 * the server wanted. */
void kiosk_rdp_channels_attach (freerdp *instance);

/* Whether @context has loaded exactly what it should. */
gboolean kiosk_rdp_channels_check (rdpContext *context);

/* Asks the server for another desktop size [MS-RDPEDISP] 2.2.2.2; FALSE when it cannot. */
gboolean kiosk_rdp_channels_resize (KioskRdpChannels *self, guint32 width, guint32 height,
                                    guint32 scale);

/* The name out of the library's line "no listener for 'NAME'"; NULL for any other line. Owned by
 * the caller. Pure. */
char *kiosk_rdp_channels_parse_refusal (const char *line);
