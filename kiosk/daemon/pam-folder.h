/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/identity.h"

/* Where a site keeps PAM's service files. */
#define KIOSK_PAM_SITE "/etc/pam.d"

/* Renders the services of kiosk-auth, and what they include, from @site into @target for @rules
 * (pam-stack.h); files of earlier rules are removed. FALSE with @error when one is missing, not trusted
 * (kiosk_file_read_trusted()) or not a service file: then nobody may be let in. */
gboolean kiosk_pam_folder_write (const char *site, const char *target,
                                 const KioskIdentityRules *rules, GError **error);
