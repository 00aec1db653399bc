/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What hands still do for a page that is no longer there. Somebody types into a session, and the terminal locks: the
 * next keys, and the Return at the end of the line, were meant for the server, not for the password field that stands
 * there now; handed in, they would count as a wrong password. The same with somebody who types a password while the
 * log-off comes, and whose next page has a field in which everything can be read.
 *
 * After such a turn nothing is taken before the new page is on the screen and the hands have rested for a moment. A key
 * that was down at the turn, or went down before that moment, stays dead until it is pressed anew, however often it
 * repeats.
 *
 * Rest is counted twice, and both must be long enough: by the times at which presses come in, and by those at which they were
 * made. On a busy machine they come late and all at once. Pure counting, one per window. @now is microseconds of a clock
 * that only goes on (kiosk/base/clock.h); @time is what the event says, milliseconds that wrap around as guint32 does
 * (wl_keyboard.key, wl_pointer.button). */

/* Between two keys of somebody who types on it is less; before somebody has seen the new page and acts on it, more. */
#define KIOSK_TURN_REST_MS 300

#define KIOSK_TURN_KEYS 1024 /* codes of GDK: 8 above those of Linux, which end at KEY_MAX */
/* Buttons are counted with the keys, behind them. */
#define KIOSK_TURN_BUTTON(button) (KIOSK_TURN_KEYS - 32 + (button) % 32)

/* Initialized by zeros: open. */
typedef struct {
  gboolean closed, shown;
  gboolean pressed;                   /* ever */
  guint32 pressed_at;                 /* the last press, as its event says */
  gint64 last;                        /* turn, or last press since, or showing of the page */
  guint8 held[KIOSK_TURN_KEYS / 8];   /* down now */
  guint8 behind[KIOSK_TURN_KEYS / 8]; /* down, and for the page before */
} KioskTurnGuard;

/* The page has turned under somebody's hands. */
void kiosk_turn_guard_close (KioskTurnGuard *self, gint64 now);

/* It has turned because somebody wanted it to: what is pressed next is meant for the new page. */
void kiosk_turn_guard_open (KioskTurnGuard *self);

/* The new page is on the screen. Harmless where nothing has turned. */
void kiosk_turn_guard_shown (KioskTurnGuard *self, gint64 now);

/* A key or button went down, or repeats. TRUE when it is for the page that is shown. */
gboolean kiosk_turn_guard_press (KioskTurnGuard *self, guint code, guint32 time, gint64 now);

/* It went up; harmless for one that was not down. */
void kiosk_turn_guard_release (KioskTurnGuard *self, guint code);

/* Releases may have gone elsewhere: nothing is down. */
void kiosk_turn_guard_release_all (KioskTurnGuard *self);
