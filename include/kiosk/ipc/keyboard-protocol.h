/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* kiosk-keyboard: reads the one keyboard that kioskd names, and nothing else. Descriptor 3 is a SOCK_SEQPACKET socket to
 * kioskd: the hello out (helper.h), one KioskKeyboardTask in, then KioskKeyboardReport out until one of them is an end,
 * exit. The socket closed ends it at once. While it runs nobody else gets a key of that keyboard (EVIOCGRAB). What is
 * typed does not leave it: kioskd learns how many digits there are, and whether they were the right ones. */

#include "kiosk/ipc/helper.h"

#include <glib.h>

#define KIOSK_KEYBOARD_FD_DAEMON KIOSK_HELPER_FD_DAEMON

#define KIOSK_KEYBOARD_DIGITS 6

typedef struct {
  char node[16];  /* below /dev/input: "event7" */
  char number[8]; /* KIOSK_KEYBOARD_DIGITS digits */
  guint32 tries;  /* 1-9 */
} KioskKeyboardTask;

typedef enum {
  KIOSK_KEYBOARD_READY = 1, /* its keys go nowhere else from now on */
  KIOSK_KEYBOARD_TYPED,     /* a digit more or less */
  KIOSK_KEYBOARD_WRONG,     /* the last digit is there and they are not the number; begun anew */
  KIOSK_KEYBOARD_RIGHT,     /* an end */
  KIOSK_KEYBOARD_REFUSED,   /* an end: no try is left */
} KioskKeyboardReportKind;

typedef struct {
  guint32 kind;
  guint32 typed; /* digits that stand there */
  guint32 tries; /* left */
} KioskKeyboardReport;

/* Whether @task is one: names, numbers and their terminators. */
gboolean kiosk_keyboard_task_valid (const KioskKeyboardTask *task);

/* Whether @report can follow on a task with @tries tries. */
gboolean kiosk_keyboard_report_valid (const KioskKeyboardReport *report, guint tries);
