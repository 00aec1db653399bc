/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "keys.h"

#include <linux/input-event-codes.h>

/* Linux key -> scan code of set 1, which is what RDP carries ([MS-RDPBCGR] 2.2.8.1.1.3.1.1.1: "the
 * scancode of the key"). Sources: Microsoft, "USB HID to PS/2 Scan Code Translation Table" (column
 * set 1 make), read against Linux' own way from HID usage to key (drivers/hid/hid-input.c) and from
 * set 2 to key (drivers/input/keyboard/atkbd.c). Up to F10 Linux numbered its keys by set 1; the
 * table is spelled out all the same, since that is history and no rule.
 *
 * Left out on purpose: everything that a terminal keeps for itself (volume, power, sleep, browser
 * and media keys). What is not in the table does not reach the server. */

#define E0 KIOSK_KEYS_EXTENDED

static const guint16 scancodes[] = {
  [KEY_ESC] = 0x01,
  [KEY_1] = 0x02,
  [KEY_2] = 0x03,
  [KEY_3] = 0x04,
  [KEY_4] = 0x05,
  [KEY_5] = 0x06,
  [KEY_6] = 0x07,
  [KEY_7] = 0x08,
  [KEY_8] = 0x09,
  [KEY_9] = 0x0a,
  [KEY_0] = 0x0b,
  [KEY_MINUS] = 0x0c,
  [KEY_EQUAL] = 0x0d, /* ^ on a Japanese keyboard */
  [KEY_BACKSPACE] = 0x0e,
  [KEY_TAB] = 0x0f,
  [KEY_Q] = 0x10,
  [KEY_W] = 0x11,
  [KEY_E] = 0x12,
  [KEY_R] = 0x13,
  [KEY_T] = 0x14,
  [KEY_Y] = 0x15,
  [KEY_U] = 0x16,
  [KEY_I] = 0x17,
  [KEY_O] = 0x18,
  [KEY_P] = 0x19,
  [KEY_LEFTBRACE] = 0x1a,  /* @ */
  [KEY_RIGHTBRACE] = 0x1b, /* [ */
  [KEY_ENTER] = 0x1c,
  [KEY_LEFTCTRL] = 0x1d,
  [KEY_A] = 0x1e,
  [KEY_S] = 0x1f,
  [KEY_D] = 0x20,
  [KEY_F] = 0x21,
  [KEY_G] = 0x22,
  [KEY_H] = 0x23,
  [KEY_J] = 0x24,
  [KEY_K] = 0x25,
  [KEY_L] = 0x26,
  [KEY_SEMICOLON] = 0x27,
  [KEY_APOSTROPHE] = 0x28, /* : */
  [KEY_GRAVE] = 0x29,      /* 半角/全角 */
  [KEY_LEFTSHIFT] = 0x2a,
  [KEY_BACKSLASH] = 0x2b, /* ] */
  [KEY_Z] = 0x2c,
  [KEY_X] = 0x2d,
  [KEY_C] = 0x2e,
  [KEY_V] = 0x2f,
  [KEY_B] = 0x30,
  [KEY_N] = 0x31,
  [KEY_M] = 0x32,
  [KEY_COMMA] = 0x33,
  [KEY_DOT] = 0x34,
  [KEY_SLASH] = 0x35,
  [KEY_RIGHTSHIFT] = 0x36,
  [KEY_KPASTERISK] = 0x37,
  [KEY_LEFTALT] = 0x38,
  [KEY_SPACE] = 0x39,
  [KEY_CAPSLOCK] = 0x3a, /* 英数 */
  [KEY_F1] = 0x3b,
  [KEY_F2] = 0x3c,
  [KEY_F3] = 0x3d,
  [KEY_F4] = 0x3e,
  [KEY_F5] = 0x3f,
  [KEY_F6] = 0x40,
  [KEY_F7] = 0x41,
  [KEY_F8] = 0x42,
  [KEY_F9] = 0x43,
  [KEY_F10] = 0x44,
  [KEY_NUMLOCK] = 0x45,
  [KEY_SCROLLLOCK] = 0x46,
  [KEY_KP7] = 0x47,
  [KEY_KP8] = 0x48,
  [KEY_KP9] = 0x49,
  [KEY_KPMINUS] = 0x4a,
  [KEY_KP4] = 0x4b,
  [KEY_KP5] = 0x4c,
  [KEY_KP6] = 0x4d,
  [KEY_KPPLUS] = 0x4e,
  [KEY_KP1] = 0x4f,
  [KEY_KP2] = 0x50,
  [KEY_KP3] = 0x51,
  [KEY_KP0] = 0x52,
  [KEY_KPDOT] = 0x53,
  /* A keyboard that sends 半角/全角 as a usage of its own (LANG5) has no key at 0x29. The HID table
   * says 0x76, which Windows reads as F24; its Japanese layout wants the key at 0x29. */
  [KEY_ZENKAKUHANKAKU] = 0x29,
  [KEY_102ND] = 0x56,
  [KEY_F11] = 0x57,
  [KEY_F12] = 0x58,
  [KEY_RO] = 0x73, /* ろ, International1 */
  [KEY_KATAKANA] = 0x78,
  [KEY_HIRAGANA] = 0x77,
  [KEY_HENKAN] = 0x79,           /* 変換, International4 */
  [KEY_KATAKANAHIRAGANA] = 0x70, /* International2 */
  [KEY_MUHENKAN] = 0x7b,         /* 無変換, International5 */
  [KEY_KPJPCOMMA] = 0x5c,
  [KEY_KPENTER] = E0 | 0x1c,
  [KEY_RIGHTCTRL] = E0 | 0x1d,
  [KEY_KPSLASH] = E0 | 0x35,
  [KEY_SYSRQ] = E0 | 0x37, /* Print Screen */
  [KEY_RIGHTALT] = E0 | 0x38,
  [KEY_HOME] = E0 | 0x47,
  [KEY_UP] = E0 | 0x48,
  [KEY_PAGEUP] = E0 | 0x49,
  [KEY_LEFT] = E0 | 0x4b,
  [KEY_RIGHT] = E0 | 0x4d,
  [KEY_END] = E0 | 0x4f,
  [KEY_DOWN] = E0 | 0x50,
  [KEY_PAGEDOWN] = E0 | 0x51,
  [KEY_INSERT] = E0 | 0x52,
  [KEY_DELETE] = E0 | 0x53,
  [KEY_KPEQUAL] = 0x59,
  /* Pause is E0 46 with Ctrl and E1 1D 45 without; this socket knows E0 46 only, and the worker
   * sends the sequence where no Ctrl is down ([MS-RDPBCGR] 2.2.8.1.1.3.1.1.1). */
  [KEY_PAUSE] = E0 | 0x46,
  [KEY_KPCOMMA] = 0x7e,
  [KEY_HANGEUL] = 0x72, /* LANG1: かな beside the space bar of some Japanese keyboards */
  [KEY_HANJA] = 0x71,   /* LANG2: 英数 there */
  [KEY_YEN] = 0x7d,     /* ¥, International3 */
  [KEY_LEFTMETA] = E0 | 0x5b,
  [KEY_RIGHTMETA] = E0 | 0x5c,
  [KEY_COMPOSE] = E0 | 0x5d, /* menu */
  [KEY_F13] = 0x64,
  [KEY_F14] = 0x65,
  [KEY_F15] = 0x66,
  [KEY_F16] = 0x67,
  [KEY_F17] = 0x68,
  [KEY_F18] = 0x69,
  [KEY_F19] = 0x6a,
  [KEY_F20] = 0x6b,
  [KEY_F21] = 0x6c,
  [KEY_F22] = 0x6d,
  [KEY_F23] = 0x6e,
  [KEY_F24] = 0x76,
};

/* Key values without a character (or with one that means the key, not the text). */
static const struct {
  guint keyval;
  guint evdev;
} functions[] = {
  { GDK_KEY_Escape, KEY_ESC },
  { GDK_KEY_BackSpace, KEY_BACKSPACE },
  { GDK_KEY_Tab, KEY_TAB },
  { GDK_KEY_ISO_Left_Tab, KEY_TAB },
  { GDK_KEY_Return, KEY_ENTER },
  { GDK_KEY_KP_Enter, KEY_KPENTER },
  { GDK_KEY_Delete, KEY_DELETE },
  { GDK_KEY_Insert, KEY_INSERT },
  { GDK_KEY_Home, KEY_HOME },
  { GDK_KEY_End, KEY_END },
  { GDK_KEY_Page_Up, KEY_PAGEUP },
  { GDK_KEY_Page_Down, KEY_PAGEDOWN },
  { GDK_KEY_Left, KEY_LEFT },
  { GDK_KEY_Up, KEY_UP },
  { GDK_KEY_Right, KEY_RIGHT },
  { GDK_KEY_Down, KEY_DOWN },
  { GDK_KEY_Shift_L, KEY_LEFTSHIFT },
  { GDK_KEY_Shift_R, KEY_RIGHTSHIFT },
  { GDK_KEY_Control_L, KEY_LEFTCTRL },
  { GDK_KEY_Control_R, KEY_RIGHTCTRL },
  { GDK_KEY_Alt_L, KEY_LEFTALT },
  { GDK_KEY_Meta_L, KEY_LEFTALT },
  { GDK_KEY_Alt_R, KEY_RIGHTALT },
  { GDK_KEY_ISO_Level3_Shift, KEY_RIGHTALT },
  { GDK_KEY_Super_L, KEY_LEFTMETA },
  { GDK_KEY_Super_R, KEY_RIGHTMETA },
  { GDK_KEY_Menu, KEY_COMPOSE },
  { GDK_KEY_Caps_Lock, KEY_CAPSLOCK },
  { GDK_KEY_Eisu_toggle, KEY_CAPSLOCK },
  { GDK_KEY_Num_Lock, KEY_NUMLOCK },
  { GDK_KEY_Scroll_Lock, KEY_SCROLLLOCK },
  { GDK_KEY_Print, KEY_SYSRQ },
  { GDK_KEY_Sys_Req, KEY_SYSRQ },
  { GDK_KEY_Pause, KEY_PAUSE },
  { GDK_KEY_Break, KEY_PAUSE },
  { GDK_KEY_F11, KEY_F11 },
  { GDK_KEY_F12, KEY_F12 },
  { GDK_KEY_Henkan_Mode, KEY_HENKAN },
  { GDK_KEY_Muhenkan, KEY_MUHENKAN },
  { GDK_KEY_Hiragana_Katakana, KEY_KATAKANAHIRAGANA },
  { GDK_KEY_Hiragana, KEY_HIRAGANA },
  { GDK_KEY_Katakana, KEY_KATAKANA },
  { GDK_KEY_Zenkaku_Hankaku, KEY_GRAVE },
  { GDK_KEY_KP_Add, KEY_KPPLUS },
  { GDK_KEY_KP_Subtract, KEY_KPMINUS },
  { GDK_KEY_KP_Multiply, KEY_KPASTERISK },
  { GDK_KEY_KP_Divide, KEY_KPSLASH },
};

static guint
function_scancode (guint keyval)
{
  for (gsize i = 0; i < G_N_ELEMENTS (functions); i++)
    if (functions[i].keyval == keyval)
      return kiosk_keys_scancode (functions[i].evdev);
  if (keyval >= GDK_KEY_F1 && keyval <= GDK_KEY_F10)
    return kiosk_keys_scancode (KEY_F1 + (keyval - GDK_KEY_F1));
  return 0;
}

/* The key of the US layout that carries @character, for short cuts such as Ctrl+C. */
static guint
us_scancode (gunichar character)
{
  /* Both rows in the order of the scan codes from 0x02 and so on; a gap is a space. */
  static const struct {
    guint first;
    const char *plain;
    const char *shifted;
  } rows[] = {
    { 0x02, "1234567890-=", "!@#$%^&*()_+" },
    { 0x10, "qwertyuiop[]", "QWERTYUIOP{}" },
    { 0x1e, "asdfghjkl;'`", "ASDFGHJKL:\"~" },
    { 0x2b, "\\zxcvbnm,./", "|ZXCVBNM<>?" },
    { 0x39, " ", " " },
  };

  if (character == 0 || character >= 0x80)
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint j = 0; rows[i].plain[j] != '\0'; j++)
      if ((gunichar) rows[i].plain[j] == character || (gunichar) rows[i].shifted[j] == character)
        return rows[i].first + j;
  return 0;
}

static gboolean
set_scancode (KioskKey *key, guint code)
{
  if (code == 0)
    return FALSE;
  *key = (KioskKey){ .n_codes = 1, .codes = { (guint16) code } };
  return TRUE;
}

static gboolean
set_unicode (KioskKey *key, gunichar character)
{
  if (character < 0x20 || character == 0x7f || !g_unichar_validate (character))
    return FALSE;
  if (character < 0x10000)
    *key = (KioskKey){ .unicode = TRUE, .n_codes = 1, .codes = { (guint16) character } };
  else
    *key = (KioskKey){ .unicode = TRUE,
                       .n_codes = 2,
                       .codes = { (guint16) (0xd800 + ((character - 0x10000) >> 10)),
                                  (guint16) (0xdc00 + ((character - 0x10000) & 0x3ff)) } };
  return TRUE;
}

guint
kiosk_keys_scancode (guint evdev)
{
  return evdev < G_N_ELEMENTS (scancodes) ? scancodes[evdev] : 0;
}

gboolean
kiosk_keys_resolve (guint hardware_keycode, guint keyval, GdkModifierType state, gboolean plausible,
                    KioskKey *key)
{
  gunichar character = gdk_keyval_to_unicode (keyval);
  guint code;

  /* With a real keyboard, a position that we do not know is a key that stays here: its value must
   * not bring it in by the back door. */
  if (plausible)
    return hardware_keycode >= 8 && set_scancode (key, kiosk_keys_scancode (hardware_keycode - 8));

  code = function_scancode (keyval);
  if (code == 0 && (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    code = us_scancode (character);
  return set_scancode (key, code) || set_unicode (key, character);
}

gboolean
kiosk_keys_plausible (guint enter, guint space)
{
  return enter == GDK_KEY_Return && space == GDK_KEY_space;
}
