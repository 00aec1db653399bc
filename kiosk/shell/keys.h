/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

/* What a key of this keyboard is called on the wire of RDP. Pure: tables and arithmetic. */

/* Set on a scan code that keyboards send behind an E0 byte (KBDFLAGS_EXTENDED of [MS-RDPBCGR]
 * 2.2.8.1.1.3.1.1.1). */
#define KIOSK_KEYS_EXTENDED 0x100u

/* One press: a scan code, or one or two UTF-16 code units where the key has none. */
typedef struct {
  gboolean unicode;
  guint n_codes; /* 1 or 2; always 1 for a scan code */
  guint16 codes[2];
} KioskKey;

/* The scan code of the Linux key @evdev (KEY_* of linux/input-event-codes.h), or 0 for a key that
 * stays here: media, power and other keys that no US or Japanese 106/109 keyboard of a PC has. */
guint kiosk_keys_scancode (guint evdev);

/* Which key @hardware_keycode (GdkKeyEvent: evdev + 8) is for the server. The position of the key
 * counts, as on a keyboard plugged into the server, and the server's layout gives it its meaning.
 * That holds only for a real keyboard: virtual ones (virtual-keyboard-unstable-v1) number their keys
 * as they like. Where @plausible is FALSE, or the position says nothing, @keyval counts instead: the
 * key of the US layout for keys without a character and for short cuts, Unicode for text.
 * @state: modifiers held. FALSE, @key untouched, for a key that is not forwarded. */
gboolean kiosk_keys_resolve (guint hardware_keycode, guint keyval, GdkModifierType state,
                             gboolean plausible, KioskKey *key);

/* Whether a key map is one of a real keyboard: @enter and @space are the key values that it has at
 * the positions of Enter and space (any layout of the world has them there). */
gboolean kiosk_keys_plausible (guint enter, guint space);
