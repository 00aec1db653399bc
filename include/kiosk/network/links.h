/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Takes every interface but the loopback down (netdevice(7), IFF_UP), whatever it is. Needs CAP_NET_ADMIN.
 * Goes on after a failure; FALSE with the first one in @error. */
gboolean kiosk_links_take_down (GError **error);
