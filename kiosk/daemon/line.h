/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link-watch.h"

/* How the line to the servers is (R14), in one word for the person, as the kernel knows it without anything
 * being sent. */

/* "ok", "unsteady", "gateway" or "down" (the words of the D-Bus status; static).
 *
 * Down: no cable, no address, or the server behind @connection has not answered for several tries. Gateway:
 * it does not answer. Unsteady: the server has just missed a packet.
 * @connection: a TCP socket, or -1 when no session runs. tcp(7), TCP_INFO. */
const char *kiosk_line_word (const KioskLinkState *link, int connection);
