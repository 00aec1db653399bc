/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-keyboard"

#include "digits.h"

#include <linux/input-event-codes.h>
#include <string.h>

static const struct {
  guint code;
  char digit;
} keys[] = {
  { KEY_1, '1' },   { KEY_2, '2' },   { KEY_3, '3' },   { KEY_4, '4' },   { KEY_5, '5' },
  { KEY_6, '6' },   { KEY_7, '7' },   { KEY_8, '8' },   { KEY_9, '9' },   { KEY_0, '0' },
  { KEY_KP1, '1' }, { KEY_KP2, '2' }, { KEY_KP3, '3' }, { KEY_KP4, '4' }, { KEY_KP5, '5' },
  { KEY_KP6, '6' }, { KEY_KP7, '7' }, { KEY_KP8, '8' }, { KEY_KP9, '9' }, { KEY_KP0, '0' },
};

void
kiosk_digits_init (KioskDigits *self, const KioskKeyboardTask *task)
{
  *self = (KioskDigits){ .tries = task->tries };
  memcpy (self->number, task->number, KIOSK_KEYBOARD_DIGITS);
}

static char
find_digit (guint code)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].code == code)
      return keys[i].digit;
  return '\0';
}

static gboolean
report_as (KioskDigits *self, KioskKeyboardReportKind kind, KioskKeyboardReport *report)
{
  *report = (KioskKeyboardReport){ .kind = kind, .typed = self->n_typed, .tries = self->tries };
  return TRUE;
}

gboolean
kiosk_digits_press (KioskDigits *self, guint code, KioskKeyboardReport *report)
{
  char digit = find_digit (code);

  if (self->tries == 0 || self->n_typed == KIOSK_KEYBOARD_DIGITS) /* it is over */
    return FALSE;
  if (code == KEY_BACKSPACE && self->n_typed > 0)
    {
      self->typed[--self->n_typed] = '\0';
      return report_as (self, KIOSK_KEYBOARD_TYPED, report);
    }
  if (digit == '\0')
    return FALSE;
  self->typed[self->n_typed++] = digit;
  if (self->n_typed < KIOSK_KEYBOARD_DIGITS)
    return report_as (self, KIOSK_KEYBOARD_TYPED, report);
  if (strcmp (self->typed, self->number) == 0)
    return report_as (self, KIOSK_KEYBOARD_RIGHT, report);
  memset (self->typed, 0, sizeof self->typed);
  self->n_typed = 0;
  self->tries--;
  return report_as (self, self->tries > 0 ? KIOSK_KEYBOARD_WRONG : KIOSK_KEYBOARD_REFUSED, report);
}
