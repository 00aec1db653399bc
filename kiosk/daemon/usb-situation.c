/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "usb-situation.h"

#include "kiosk/model/audit-actions.h"

/* The rules are judged in kiosk/model; here stands what they cannot know: how many devices there are, and which
 * keyboard is a new one. */

void
kiosk_usb_situation_init (KioskUsbSituation *self)
{
  *self = (KioskUsbSituation){
    .moment = KIOSK_MOMENT_LOGGED_OUT,
    .keyboards = kiosk_usb_keyboards_new (),
    .former = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_policy_unref),
  };
}

void
kiosk_usb_situation_clear (KioskUsbSituation *self)
{
  g_clear_pointer (&self->policy, kiosk_policy_unref);
  g_clear_pointer (&self->former, g_ptr_array_unref);
  g_clear_pointer (&self->keyboards, kiosk_usb_keyboards_free);
}

gboolean
kiosk_usb_situation_change (KioskUsbSituation *self, KioskPolicy *policy, KioskDeviceMoment moment)
{
  if (policy == self->policy && moment == self->moment)
    return FALSE;
  if (policy != self->policy)
    {
      if (self->policy != NULL)
        g_ptr_array_add (self->former, g_steal_pointer (&self->policy));
      self->policy = policy != NULL ? kiosk_policy_ref (policy) : NULL;
    }
  self->moment = moment;
  return TRUE;
}

void
kiosk_usb_situation_drop_former (KioskUsbSituation *self)
{
  g_ptr_array_set_size (self->former, 0);
}

void
kiosk_usb_situation_refuse (KioskUsbVerdict *verdict, const char *reason, const char *detail)
{
  verdict->allowed = FALSE;
  verdict->reason = reason;
  g_free (verdict->detail);
  verdict->detail = g_strdup (detail);
}

static gboolean
judge_keyboard (KioskUsbSituation *self, KioskUsbPlugged *plugged, KioskUsbVerdict *verdict)
{
  const KioskUsbFacts *facts = kiosk_usb_device_get_facts (plugged->device);

  if (plugged->admitted || plugged->checking)
    return FALSE;
  switch (kiosk_usb_keyboards_admit (self->keyboards, facts, self->moment))
    {
    case KIOSK_KEYBOARD_WORKS:
      plugged->admitted = TRUE;
      return FALSE;
    case KIOSK_KEYBOARD_CHECKED:
      plugged->checking = TRUE;
      return TRUE;
    case KIOSK_KEYBOARD_WAITS:
    default:
      kiosk_usb_situation_refuse (verdict, KIOSK_REASON_DEVICE_LOCKED,
                                  "not the keyboard that worked before the lock");
      return FALSE;
    }
}

gboolean
kiosk_usb_situation_judge (KioskUsbSituation *self, KioskUsbPlugged *plugged, guint earlier,
                           KioskUsbVerdict *verdict)
{
  const KioskUsbFacts *facts = kiosk_usb_device_get_facts (plugged->device);

  if (facts->bytes == NULL)
    {
      verdict->kind = KIOSK_DEVICE_OTHER;
      kiosk_usb_situation_refuse (verdict, KIOSK_REASON_DEVICE_UNREADABLE, "no descriptors");
      return FALSE;
    }
  kiosk_usb_judge (self->policy, facts, self->moment, verdict);
  if (!verdict->allowed || kiosk_usb_device_is_condemned (plugged->device))
    return FALSE;
  if (earlier >= KIOSK_DEVICES_MAX_COUNT)
    {
      kiosk_usb_situation_refuse (verdict, KIOSK_REASON_DEVICE_COUNT, "too many devices");
      return FALSE;
    }
  return verdict->purpose == KIOSK_PURPOSE_KEYBOARD && judge_keyboard (self, plugged, verdict);
}
