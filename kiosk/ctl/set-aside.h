/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "set-aside-note.h"

/* Sets the log of a terminal aside, so that its next start begins a new one: for who has looked at an alarm (L-01, L-05). Copies everything, compares it, writes down what
 * it was, leaves a note for the next log, and only then removes. Broken off anywhere it goes on when it is run again, and nothing is lost. One thread. */

typedef struct {
  const char *log;    /* folder */
  const char *target; /* new folder, or one of a run that was broken off */
  const char *by, *reason;
} KioskSetAside;

/* What was written down, by this run or by the one that was broken off. NULL with @error, and nothing removed: somebody writes the log (KIOSK_ERROR_NOT_ALLOWED), there is
 * none, the target has something else or lies in the log (KIOSK_ERROR_NOT_ALLOWED), there is what cannot be set aside (KIOSK_ERROR_UNTRUSTED), or a disk fails; then also while
 * it is removed. */
KioskSetAsideNote *kiosk_set_aside_run (const KioskSetAside *what, GError **error);
