/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/keyboard-protocol.h"

/* What is typed, by codes of keys (linux/input-event-codes.h), against the number that is shown. Pure. */
typedef struct {
  char number[KIOSK_KEYBOARD_DIGITS + 1];
  char typed[KIOSK_KEYBOARD_DIGITS + 1];
  guint n_typed;
  guint tries;
} KioskDigits;

/* @task is valid. */
void kiosk_digits_init (KioskDigits *self, const KioskKeyboardTask *task);

/* The key @code went down. TRUE: *@report is to be sent. Digits are those of both rows of keys, whatever the
 * layout: a number needs none. Backspace takes one back. All other keys count for nothing. */
gboolean kiosk_digits_press (KioskDigits *self, guint code, KioskKeyboardReport *report);
