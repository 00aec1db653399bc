/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Whether keys go down faster than a person can press them: a device that claims to be a keyboard and
 * types a prepared text does so (R15). Pure counting; times are those of the compositor's events, in
 * milliseconds, and wrap around as guint32 does (wl_keyboard.key). */

/* More presses than this within so long a time are no person: the fastest typists reach about twenty
 * in a second, and only for a few of them. */
#define KIOSK_TYPING_PRESSES 30
#define KIOSK_TYPING_WINDOW_MS 1000

/* At most one report in so long a time. */
#define KIOSK_TYPING_PAUSE_MS 10000

#define KIOSK_TYPING_MEMORY 256 /* presses; more of them in one window count as so many */
#define KIOSK_TYPING_KEYS 1024  /* codes of GDK: 8 above those of Linux, which end at KEY_MAX */

/* Initialized by zeros. */
typedef struct {
  guint32 times[KIOSK_TYPING_MEMORY];
  guint n, next;
  guint8 held[KIOSK_TYPING_KEYS / 8];
  gboolean reported;
  guint32 reported_at;
} KioskTyping;

/* The key @code went down at @time. A key that is down already only repeats: that counts for nothing.
 * TRUE when it is to be reported now that there were @presses in the last @milliseconds; both are
 * untouched otherwise. */
gboolean kiosk_typing_press (KioskTyping *self, guint code, guint32 time, guint *presses,
                             guint *milliseconds);

/* It went up; harmless for one that was not down. */
void kiosk_typing_release (KioskTyping *self, guint code);

/* Releases may have gone elsewhere: no key is down. */
void kiosk_typing_release_all (KioskTyping *self);
