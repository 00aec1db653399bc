/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* kiosk-connect: the only program with a way through the firewall. Descriptor 3 is a SOCK_SEQPACKET
 * socket to kioskd: the hello out (helper.h), one KioskConnectTask in, one KioskConnectResult out (with
 * the connected socket when error is 0), exit. The socket closed ends it at once. It reads not one byte
 * of the connection. */

#include "kiosk/ipc/helper.h"

#include <glib.h>

#define KIOSK_CONNECT_FD_DAEMON KIOSK_HELPER_FD_DAEMON

typedef struct {
  guint32 family;     /* AF_INET or AF_INET6 */
  guint32 port;       /* 1-65535, host byte order */
  guint32 timeout_ms; /* 1-60000 */
  guint8 address[16]; /* network byte order; AF_INET uses the first four */
} KioskConnectTask;

typedef struct {
  gint32 error; /* 0, or the errno of connect(2) */
} KioskConnectResult;
