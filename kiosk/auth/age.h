/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Days that the password of the local account @user may still be used: 0 on its last day, negative when it is
 * over, the smaller of what the account (shadow(5)) and the policy (@max_days; 0: no end) allow. FALSE when
 * there is no end, or the account is not a local one: then whoever keeps it watches over its age. */
gboolean kiosk_age_days_left (const char *user, guint max_days, gint64 *days);
