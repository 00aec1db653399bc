/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The /etc that kiosk-auth sees on a terminal whose own cannot be written to (its unit binds it there): accounts and
 * settings as the image has them, and passwords as their persons have changed them (account-lines.h). */

/* Below the state folder. */
#define KIOSK_KEPT_ETC "etc"

/* Below it kiosk-auth's accounts, and what the image said of accounts when they were copied. */
#define KIOSK_KEPT_SHADOW KIOSK_STATE_DIR "/" KIOSK_KEPT_ETC "/shadow"
#define KIOSK_KEPT_SHADOW_BASE KIOSK_STATE_DIR "/shadow.image"

/* Brings @state/etc and @state/oath/users up to date with @etc. Nothing is written when nothing is different. FALSE
 * with @error when a person could not be proved as it is: then nobody may be let in. */
gboolean kiosk_kept_files_refresh (const char *etc, const char *state, GError **error);

/* Whether kiosk-auth sees that folder in the place of /etc: when its unit is in force, which makes /etc
 * read-only for kioskd as well. */
gboolean kiosk_kept_files_are_used (void);
