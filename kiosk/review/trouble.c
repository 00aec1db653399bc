/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/queries.h"

#include "kiosk/model/audit-actions.h"

/* Which records somebody should look at. Tables only. */

const char *const kiosk_review_identity_actions[]
    = { KIOSK_ACTION_LOGIN, KIOSK_ACTION_UNLOCK, KIOSK_ACTION_APPROVE, NULL };

const char *const kiosk_review_device_actions[]
    = { KIOSK_ACTION_DEVICE_REFUSED,    KIOSK_ACTION_DEVICE_WITHDRAWN,
        KIOSK_ACTION_INTERFACE_REFUSED, KIOSK_ACTION_DEVICES_UNGUARDED,
        KIOSK_ACTION_TYPING_ALARM,      NULL };

const char *const kiosk_review_refusal_actions[] = { KIOSK_ACTION_DEVICE_REFUSED,
                                                     KIOSK_ACTION_DEVICE_WITHDRAWN,
                                                     KIOSK_ACTION_INTERFACE_REFUSED,
                                                     KIOSK_ACTION_DEVICES_UNGUARDED,
                                                     KIOSK_ACTION_TYPING_ALARM,
                                                     KIOSK_ACTION_CERTIFICATE_REFUSED,
                                                     KIOSK_ACTION_CHANNEL_REFUSED,
                                                     KIOSK_ACTION_REDIRECT_REFUSED,
                                                     KIOSK_ACTION_TRAFFIC_REFUSED,
                                                     KIOSK_ACTION_REQUEST_REFUSED,
                                                     NULL };

/* Alarms whatever their outcome, beside the refusals. */
static const char *const alarms[] = { KIOSK_ACTION_LOG_RENEWED,
                                      KIOSK_ACTION_LOG_RECOVERED,
                                      KIOSK_ACTION_BOOT_REFUSED,
                                      KIOSK_ACTION_POLICY_REFUSED,
                                      KIOSK_ACTION_PROGRAM_DIED,
                                      KIOSK_ACTION_HEARTBEAT_MISSED,
                                      KIOSK_ACTION_SESSION_LOST,
                                      KIOSK_ACTION_FIREWALL_CHANGED,
                                      KIOSK_ACTION_CLOCK_STEPPED,
                                      KIOSK_ACTION_TERMINAL_STOPPED,
                                      KIOSK_ACTION_END_BY_OTHER,
                                      KIOSK_ACTION_LOG_BEGUN_ANEW,
                                      NULL };

gboolean
kiosk_review_is_trouble (const char *action, const char *outcome)
{
  if (g_strcmp0 (outcome, "failure") == 0)
    return TRUE;
  if (action == NULL)
    return FALSE;
  return g_strv_contains (kiosk_review_refusal_actions, action) || g_strv_contains (alarms, action);
}
