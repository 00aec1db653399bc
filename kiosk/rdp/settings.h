/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/rdp-protocol.h"

#include <freerdp/settings.h>

/* Sets everything that this terminal has an opinion about; all that could open a door is off.
 * FALSE with @error when the library does not take one. */
gboolean kiosk_rdp_settings_apply (rdpSettings *settings, const KioskRdpTask *task, GError **error);

/* Reads every setting of the golden list back. FALSE with @error, which names the first that is not
 * as it must be. With @negotiated, only those that the server may not change either. */
gboolean kiosk_rdp_settings_check (const rdpSettings *settings, const KioskRdpTask *task,
                                   gboolean negotiated, GError **error);

/* Puts the credentials in and takes them out again; what is taken out is overwritten. */
gboolean kiosk_rdp_settings_set_credentials (rdpSettings *settings,
                                             const KioskRdpCredentials *credentials);
void kiosk_rdp_settings_wipe_credentials (rdpSettings *settings);

/* The golden list, for tests: key and required value of its @index-th entry. FALSE behind the last. */
gboolean kiosk_rdp_settings_golden (guint index, int *key, gboolean *value);
