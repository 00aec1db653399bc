/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"

#include <glib.h>

/* The configuration of chronyd (chrony.conf(5)) that follows from the time sources of a policy (R23). It asks those sources
 * and nobody else, answers nobody, and takes no commands. Pure. Any thread.
 *
 * There is no resolver on a terminal. Sources are given to chronyd by their address; but with NTS it compares the name by
 * which it was told a source with the source's certificate, so such a source is given by its name, and the name stands
 * with its address in hosts(5), which alone is asked (nsswitch.conf(5)). */

/* chrony.conf, or with no source "". NULL with @error when a value cannot be written there: chronyd splits at white space
 * and knows no quotes. @keys: path of the keyfile. Owned by the caller. */
char *kiosk_chrony_render (const KioskPolicy *policy, const char *keys, GError **error);

/* Lines for hosts(5), "" when none is needed. As above. */
char *kiosk_chrony_render_hosts (const KioskPolicy *policy, GError **error);
