/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Sends @text to the service manager (NOTIFY_SOCKET; the messages are those of sd_notify(3)) without
 * ever waiting for it, which sd_notify() itself does while the manager does not read: a main loop that
 * hangs there would be taken for dead. FALSE when there is no manager or it has no room for the message
 * now. */
gboolean kiosk_notify (const char *text);
