/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session.h"

/* Takes one message from kioskd: *@kind is SUSPEND or RESUME. FALSE when the session is to end, by
 * STOP or because the message is wrong; the reason is noted. kioskd gone: exits at once, there is
 * nobody to report to. */
gboolean kiosk_rdp_order_receive (KioskRdpSession *self, KioskRdpOrderKind *kind);

/* Tells the server to stop sending pictures, or to send again, all of it. FALSE when the connection
 * does not take it. */
gboolean kiosk_rdp_order_suppress (KioskRdpSession *self, gboolean suppress);

/* Lock: wipes the pictures, releases every key, tells the server, reports SUSPENDED. */
void kiosk_rdp_order_suspend (KioskRdpSession *self);

/* Unlock. What the shell sent while locked must have been read before. */
void kiosk_rdp_order_resume (KioskRdpSession *self);
