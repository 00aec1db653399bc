/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Why the screen locks (R18; A93, C50). Pure. One word for each cause: in the status (lock-cause), in the log
 * (event.reason) and, where the policy may switch it off, as the key of [lock]. What the cause does to the session stands
 * in session.c. */

typedef enum {
  KIOSK_LOCK_PERSON, /* with a key */
  KIOSK_LOCK_BUTTON, /* with the button of the bar */
  KIOSK_LOCK_IDLE,
  KIOSK_LOCK_FIREWALL,   /* somebody changed the network's table */
  KIOSK_LOCK_KEYBOARD,   /* a new one was plugged in */
  KIOSK_LOCK_TOKEN,      /* a token was pulled */
  KIOSK_LOCK_LID,        /* the lid was closed */
  KIOSK_LOCK_SUSPEND,    /* the machine slept */
  KIOSK_LOCK_SCREEN_OFF, /* a screen was unplugged, or switched off so that the machine sees it */
  KIOSK_LOCK_CLOCK_STEP, /* the clock was set by more than the policy's clock-step */
  KIOSK_LOCK_SECOND_PERSON, /* who approved the session has left */
  KIOSK_LOCK_PRESENCE,      /* a sensor of the policy sees nobody, or fell silent */
  KIOSK_N_LOCK_CAUSES
} KioskLockCause;

/* "person", "screen-off" ... Static. */
const char *kiosk_lock_cause_name (KioskLockCause cause);

/* The cause of that name (NULL allowed). FALSE when there is none; *@cause is left alone then. */
gboolean kiosk_lock_cause_find (const char *name, KioskLockCause *cause);

/* Whether the policy may switch it off. Those that it may not: the person's own wish; the idle time, which has a number
 * instead; and what shows that the terminal is not the one that it was (network, keyboard). A sensor is switched off by
 * leaving out its section. */
gboolean kiosk_lock_cause_is_optional (KioskLockCause cause);

/* Whether it also ends the connection: what runs is not to be trusted any more. */
gboolean kiosk_lock_cause_cuts (KioskLockCause cause);
