/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How the line to the servers is (R14), as the kernel knows it without sending anything. */

/* "ok", "unsteady" or "down" (the words of the D-Bus status; static).
 *
 * Down: no interface but the loopback has both an address and a carrier (getifaddrs(3), IFF_RUNNING), or
 * the server behind @connection has not answered for several tries. Unsteady: it has just missed one.
 * @connection: a TCP socket, or -1 when no session runs. tcp(7), TCP_INFO. */
const char *kiosk_line_state (int connection);
