/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/keyboard-protocol.h"

#include <glib.h>

/* One kiosk-keyboard process and the number that is typed in it. Main thread only. */
typedef struct _KioskKeyboardCheck KioskKeyboardCheck;

/* From the moment in which the number is shown, milliseconds. */
#define KIOSK_KEYBOARD_CHECK_TIMEOUT 30000
#define KIOSK_KEYBOARD_CHECK_TRIES 3

typedef struct {
  /* The keyboard is read now, or a digit was typed, or all of them wrongly. */
  void (*progress) (const KioskKeyboardReport *report, gpointer data);
  /* Once: @cause is NULL when the number was typed; else a reason for the record ("timeout", "refused", "protocol",
   * "ended"), and @detail says more. May free the check. */
  void (*ended) (const char *cause, const char *detail, gpointer data);
} KioskKeyboardCheckEvents;

/* Starts kiosk-keyboard for the event node @node ("event7"). NULL when it cannot be started. @events stays the
 * caller's. */
KioskKeyboardCheck *kiosk_keyboard_check_new (const char *node, const char *number,
                                              const KioskKeyboardCheckEvents *events, gpointer data,
                                              GError **error);

/* Ends the process if it still runs; NULL is allowed. */
void kiosk_keyboard_check_free (KioskKeyboardCheck *self);
