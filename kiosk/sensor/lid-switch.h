/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Reads an event node (non-blocking) with a lid's switch: SW_LID set is closed (input-event-codes.h of the kernel).
 * *@present: it is open. FALSE with @error when the node is gone; *@present is left alone then. */
gboolean kiosk_lid_switch_look (int fd, gboolean *present, GError **error);
