/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "usb-keyboards.h"

#include "usb-order.h"

struct _KioskUsbKeyboards {
  GPtrArray *known; /* KioskUsbFacts */
};

static void
free_facts (gpointer data)
{
  kiosk_usb_facts_clear (data);
  g_free (data);
}

KioskUsbKeyboards *
kiosk_usb_keyboards_new (void)
{
  KioskUsbKeyboards *self = g_new0 (KioskUsbKeyboards, 1);

  self->known = g_ptr_array_new_with_free_func (free_facts);
  return self;
}

void
kiosk_usb_keyboards_free (KioskUsbKeyboards *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->known);
  g_free (self);
}

static gboolean
knows (const KioskUsbKeyboards *self, const KioskUsbFacts *facts)
{
  for (guint i = 0; i < self->known->len; i++)
    if (kiosk_usb_facts_equal (self->known->pdata[i], facts))
      return TRUE;
  return FALSE;
}

KioskKeyboardAdmission
kiosk_usb_keyboards_admit (const KioskUsbKeyboards *self, const KioskUsbFacts *facts,
                           KioskDeviceMoment moment)
{
  switch (moment)
    {
    case KIOSK_MOMENT_LOGGED_OUT:
      return KIOSK_KEYBOARD_WORKS;
    case KIOSK_MOMENT_LOCKED:
      return knows (self, facts) ? KIOSK_KEYBOARD_WORKS : KIOSK_KEYBOARD_WAITS;
    case KIOSK_MOMENT_UNLOCKED:
    default:
      return KIOSK_KEYBOARD_CHECKED;
    }
}

void
kiosk_usb_keyboards_remember (KioskUsbKeyboards *self, const KioskUsbFacts *facts)
{
  KioskUsbFacts *copy;

  if (knows (self, facts))
    return;
  copy = g_new0 (KioskUsbFacts, 1);
  kiosk_usb_facts_copy (facts, copy);
  g_ptr_array_add (self->known, copy);
}

void
kiosk_usb_keyboards_forget (KioskUsbKeyboards *self)
{
  g_ptr_array_set_size (self->known, 0);
}
