/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"

#include <glib.h>

/* The configuration of the rsyslogd that forwards the audit log to the collector of a policy (R22; rsyslog.conf(5)): it reads audit.log and speaks to
 * that one address, by RELP within TLS, with a certificate of its own. Pure. Any thread. */

/* Where things are that are not in the policy. Absolute paths. */
typedef struct {
  const char *certificates; /* folder with ca.pem, terminal.pem, terminal.key */
  const char *state;        /* folder for what is to be remembered and queued */
} KioskForwardPlaces;

/* rsyslog.conf, or "" when the policy has no collector. NULL with @error when a value cannot be written there. Owned by the caller. */
char *kiosk_forward_render (const KioskPolicy *policy, const KioskForwardPlaces *places,
                            GError **error);
