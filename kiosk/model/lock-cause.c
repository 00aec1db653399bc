/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/lock-cause.h"

#include "kiosk/model/audit-actions.h"

/* The table of causes and the look-ups in it. Nothing else. */

static const struct {
  const char *name;
  gboolean optional;
  gboolean cuts;
} causes[KIOSK_N_LOCK_CAUSES] = {
  [KIOSK_LOCK_PERSON] = { KIOSK_REASON_PERSON, FALSE, FALSE },
  [KIOSK_LOCK_BUTTON] = { KIOSK_REASON_BUTTON, FALSE, FALSE },
  [KIOSK_LOCK_IDLE] = { KIOSK_REASON_IDLE, FALSE, FALSE },
  [KIOSK_LOCK_FIREWALL] = { KIOSK_REASON_FIREWALL, FALSE, TRUE },
  [KIOSK_LOCK_KEYBOARD] = { KIOSK_REASON_KEYBOARD, FALSE, FALSE },
  [KIOSK_LOCK_TOKEN] = { KIOSK_REASON_TOKEN, TRUE, FALSE },
  [KIOSK_LOCK_LID] = { KIOSK_REASON_LID, TRUE, FALSE },
  [KIOSK_LOCK_SUSPEND] = { KIOSK_REASON_SUSPEND, TRUE, FALSE },
  [KIOSK_LOCK_SCREEN_OFF] = { KIOSK_REASON_SCREEN_OFF, TRUE, FALSE },
  [KIOSK_LOCK_CLOCK_STEP] = { KIOSK_REASON_CLOCK_STEP, TRUE, FALSE },
  [KIOSK_LOCK_SECOND_PERSON] = { KIOSK_REASON_SECOND_PERSON, TRUE, FALSE },
  [KIOSK_LOCK_PRESENCE] = { KIOSK_REASON_PRESENCE, FALSE, FALSE },
};

const char *
kiosk_lock_cause_name (KioskLockCause cause)
{
  return causes[cause].name;
}

gboolean
kiosk_lock_cause_find (const char *name, KioskLockCause *cause)
{
  for (KioskLockCause i = 0; i < KIOSK_N_LOCK_CAUSES; i++)
    if (g_strcmp0 (causes[i].name, name) == 0)
      {
        *cause = i;
        return TRUE;
      }
  return FALSE;
}

gboolean
kiosk_lock_cause_is_optional (KioskLockCause cause)
{
  return causes[cause].optional;
}

gboolean
kiosk_lock_cause_cuts (KioskLockCause cause)
{
  return causes[cause].cuts;
}
