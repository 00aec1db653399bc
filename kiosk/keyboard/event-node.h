/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Opens the event node @name ("event7") below /dev/input for reading, non-blocking: a character device of the input layer
 * and nothing else. -1 with @error. */
int kiosk_event_node_open (const char *name, GError **error);
