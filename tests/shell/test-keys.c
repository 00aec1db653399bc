/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "keys.h"

#include <linux/input-event-codes.h>

/* The golden table goes another way than keys.c: from what is printed on the keys of the two
 * keyboards, in the order in which they lie, over the usage of the USB keyboard (HID Usage Tables,
 * page 7), to scan code set 1 of Microsoft's "USB HID to PS/2 Scan Code Translation Table". From
 * usage to Linux key: the published keyboard map of Linux' HID driver, repeated below. */

typedef struct {
  const char *label;
  guint usage;
  guint code; /* make code of set 1; 0xe0nn with prefix */
} GoldenKey;

/* clang-format off */
static const GoldenKey both[] = {
  { "Esc", 0x29, 0x01 }, { "F1", 0x3a, 0x3b }, { "F2", 0x3b, 0x3c }, { "F3", 0x3c, 0x3d },
  { "F4", 0x3d, 0x3e }, { "F5", 0x3e, 0x3f }, { "F6", 0x3f, 0x40 }, { "F7", 0x40, 0x41 },
  { "F8", 0x41, 0x42 }, { "F9", 0x42, 0x43 }, { "F10", 0x43, 0x44 }, { "F11", 0x44, 0x57 },
  { "F12", 0x45, 0x58 }, { "Print Screen", 0x46, 0xe037 }, { "Scroll Lock", 0x47, 0x46 },
  { "Pause", 0x48, 0xe046 },
  { "1", 0x1e, 0x02 }, { "2", 0x1f, 0x03 }, { "3", 0x20, 0x04 }, { "4", 0x21, 0x05 },
  { "5", 0x22, 0x06 }, { "6", 0x23, 0x07 }, { "7", 0x24, 0x08 }, { "8", 0x25, 0x09 },
  { "9", 0x26, 0x0a }, { "0", 0x27, 0x0b }, { "-", 0x2d, 0x0c }, { "= or ^", 0x2e, 0x0d },
  { "Backspace", 0x2a, 0x0e },
  { "Tab", 0x2b, 0x0f }, { "Q", 0x14, 0x10 }, { "W", 0x1a, 0x11 }, { "E", 0x08, 0x12 },
  { "R", 0x15, 0x13 }, { "T", 0x17, 0x14 }, { "Y", 0x1c, 0x15 }, { "U", 0x18, 0x16 },
  { "I", 0x0c, 0x17 }, { "O", 0x12, 0x18 }, { "P", 0x13, 0x19 }, { "[ or @", 0x2f, 0x1a },
  { "] or [", 0x30, 0x1b }, { "Enter", 0x28, 0x1c },
  { "Caps Lock or 英数", 0x39, 0x3a }, { "A", 0x04, 0x1e }, { "S", 0x16, 0x1f }, { "D", 0x07, 0x20 },
  { "F", 0x09, 0x21 }, { "G", 0x0a, 0x22 }, { "H", 0x0b, 0x23 }, { "J", 0x0d, 0x24 },
  { "K", 0x0e, 0x25 }, { "L", 0x0f, 0x26 }, { ";", 0x33, 0x27 }, { "' or :", 0x34, 0x28 },
  { "Left Shift", 0xe1, 0x2a }, { "Z", 0x1d, 0x2c }, { "X", 0x1b, 0x2d }, { "C", 0x06, 0x2e },
  { "V", 0x19, 0x2f }, { "B", 0x05, 0x30 }, { "N", 0x11, 0x31 }, { "M", 0x10, 0x32 },
  { ",", 0x36, 0x33 }, { ".", 0x37, 0x34 }, { "/", 0x38, 0x35 }, { "Right Shift", 0xe5, 0x36 },
  { "Left Ctrl", 0xe0, 0x1d }, { "Left Windows", 0xe3, 0xe05b }, { "Left Alt", 0xe2, 0x38 },
  { "Space", 0x2c, 0x39 }, { "Right Alt", 0xe6, 0xe038 }, { "Right Windows", 0xe7, 0xe05c },
  { "Menu", 0x65, 0xe05d }, { "Right Ctrl", 0xe4, 0xe01d },
  { "Insert", 0x49, 0xe052 }, { "Home", 0x4a, 0xe047 }, { "Page Up", 0x4b, 0xe049 },
  { "Delete", 0x4c, 0xe053 }, { "End", 0x4d, 0xe04f }, { "Page Down", 0x4e, 0xe051 },
  { "Right", 0x4f, 0xe04d }, { "Left", 0x50, 0xe04b }, { "Down", 0x51, 0xe050 }, { "Up", 0x52, 0xe048 },
  { "Num Lock", 0x53, 0x45 }, { "Keypad /", 0x54, 0xe035 }, { "Keypad *", 0x55, 0x37 },
  { "Keypad -", 0x56, 0x4a }, { "Keypad +", 0x57, 0x4e }, { "Keypad Enter", 0x58, 0xe01c },
  { "Keypad 1", 0x59, 0x4f }, { "Keypad 2", 0x5a, 0x50 }, { "Keypad 3", 0x5b, 0x51 },
  { "Keypad 4", 0x5c, 0x4b }, { "Keypad 5", 0x5d, 0x4c }, { "Keypad 6", 0x5e, 0x4d },
  { "Keypad 7", 0x5f, 0x47 }, { "Keypad 8", 0x60, 0x48 }, { "Keypad 9", 0x61, 0x49 },
  { "Keypad 0", 0x62, 0x52 }, { "Keypad .", 0x63, 0x53 },
};

static const GoldenKey us_only[] = {
  { "`", 0x35, 0x29 }, { "\\", 0x31, 0x2b }, { "\\ of 102 keys", 0x64, 0x56 },
};

static const GoldenKey japanese_only[] = {
  { "半角/全角", 0x35, 0x29 }, { "]", 0x32, 0x2b },
  { "ろ", 0x87, 0x73 }, { "カタカナひらがな", 0x88, 0x70 }, { "¥", 0x89, 0x7d },
  { "変換", 0x8a, 0x79 }, { "無変換", 0x8b, 0x7b },
};

/* Usages 0x00 to 0x97 and 0xe0 to 0xe7, as numbers of linux/input-event-codes.h. */
static const guint8 linux_keys[0x98] = {
    0,  0,  0,  0, 30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38,
   50, 49, 24, 25, 16, 19, 31, 20, 22, 47, 17, 45, 21, 44,  2,  3,
    4,  5,  6,  7,  8,  9, 10, 11, 28,  1, 14, 15, 57, 12, 13, 26,
   27, 43, 43, 39, 40, 41, 51, 52, 53, 58, 59, 60, 61, 62, 63, 64,
   65, 66, 67, 68, 87, 88, 99, 70,119,110,102,104,111,107,109,106,
  105,108,103, 69, 98, 55, 74, 78, 96, 79, 80, 81, 75, 76, 77, 71,
   72, 73, 82, 83, 86,127,116,117,183,184,185,186,187,188,189,190,
  191,192,193,194,134,138,130,132,128,129,131,137,133,135,136,113,
  115,114,  0,  0,  0,121,  0, 89, 93,124, 92, 94, 95,  0,  0,  0,
  122,123, 90, 91, 85,  0,  0,  0,
};
static const guint8 linux_modifiers[8] = { 29, 42, 56, 125, 97, 54, 100, 126 };
/* clang-format on */

static void
check_table (const GoldenKey *keys, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      guint evdev = keys[i].usage >= 0xe0 ? linux_modifiers[keys[i].usage - 0xe0]
                                          : linux_keys[keys[i].usage];
      guint expected = (keys[i].code & 0xff) | (keys[i].code > 0xff ? KIOSK_KEYS_EXTENDED : 0);
      KioskKey key = { 0 };

      g_test_message ("%s", keys[i].label);
      g_assert_cmphex (kiosk_keys_scancode (evdev), ==, expected);
      /* With a real keyboard, the value that the local layout gives the key has no say. */
      g_assert_true (kiosk_keys_resolve (evdev + 8, GDK_KEY_eacute, 0, TRUE, &key));
      g_assert_false (key.unicode);
      g_assert_cmpuint (key.n_codes, ==, 1);
      g_assert_cmphex (key.codes[0], ==, expected);
    }
}

static void
test_us (void)
{
  check_table (both, G_N_ELEMENTS (both));
  check_table (us_only, G_N_ELEMENTS (us_only));
  g_assert_cmpuint (G_N_ELEMENTS (both) + G_N_ELEMENTS (us_only), ==, 104 + 1);
}

static void
test_japanese (void)
{
  check_table (both, G_N_ELEMENTS (both));
  check_table (japanese_only, G_N_ELEMENTS (japanese_only));
  g_assert_cmpuint (G_N_ELEMENTS (both) + G_N_ELEMENTS (japanese_only), ==, 109);
}

/* No two keys of one keyboard may be the same for the server. */
static void
test_distinct (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (both); i++)
    g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (both[i].code)));
  for (gsize i = 0; i < G_N_ELEMENTS (japanese_only); i++)
    g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (japanese_only[i].code)));
}

static void
test_kept_here (void)
{
  static const guint keys[] = {
    KEY_RESERVED,
    KEY_MUTE,
    KEY_VOLUMEDOWN,
    KEY_VOLUMEUP,
    KEY_POWER,
    KEY_SLEEP,
    KEY_WAKEUP,
    KEY_SUSPEND,
    KEY_PLAYPAUSE,
    KEY_NEXTSONG,
    KEY_PREVIOUSSONG,
    KEY_STOPCD,
    KEY_EJECTCD,
    KEY_WWW,
    KEY_MAIL,
    KEY_CALC,
    KEY_COMPUTER,
    KEY_HOMEPAGE,
    KEY_BACK,
    KEY_FORWARD,
    KEY_REFRESH,
    KEY_SEARCH,
    KEY_BRIGHTNESSUP,
    KEY_BRIGHTNESSDOWN,
    KEY_SWITCHVIDEOMODE,
    KEY_WLAN,
    KEY_RFKILL,
    KEY_MICMUTE,
    KEY_SCREENLOCK,
    KEY_PROG1,
    KEY_STOP,
    KEY_MACRO,
    KEY_FN,
    0x300,
    G_MAXUINT - 8,
    G_MAXUINT,
  };
  KioskKey key;

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_assert_cmphex (kiosk_keys_scancode (keys[i]), ==, 0);
      /* Nor by its value, on a real keyboard. */
      g_assert_false (kiosk_keys_resolve (keys[i] + 8, GDK_KEY_a, 0, TRUE, &key));
      g_assert_false (kiosk_keys_resolve (keys[i] + 8, GDK_KEY_AudioMute, 0, FALSE, &key));
    }
  for (guint code = 0; code < 8; code++)
    g_assert_false (kiosk_keys_resolve (code, GDK_KEY_a, 0, TRUE, &key));
}

/* Keyboards that number their keys as they like. */
static void
test_by_value (void)
{
  static const struct {
    guint keyval;
    GdkModifierType state;
    gboolean unicode;
    guint n;
    guint16 codes[2];
  } rows[] = {
    { GDK_KEY_Return, 0, FALSE, 1, { 0x1c } },
    { GDK_KEY_KP_Enter, 0, FALSE, 1, { 0x11c } },
    { GDK_KEY_Escape, 0, FALSE, 1, { 0x01 } },
    { GDK_KEY_BackSpace, 0, FALSE, 1, { 0x0e } },
    { GDK_KEY_Tab, 0, FALSE, 1, { 0x0f } },
    { GDK_KEY_ISO_Left_Tab, GDK_SHIFT_MASK, FALSE, 1, { 0x0f } },
    { GDK_KEY_Delete, 0, FALSE, 1, { 0x153 } },
    { GDK_KEY_F1, 0, FALSE, 1, { 0x3b } },
    { GDK_KEY_F10, 0, FALSE, 1, { 0x44 } },
    { GDK_KEY_F12, 0, FALSE, 1, { 0x58 } },
    { GDK_KEY_Control_L, 0, FALSE, 1, { 0x1d } },
    { GDK_KEY_Zenkaku_Hankaku, 0, FALSE, 1, { 0x29 } },
    { GDK_KEY_Henkan_Mode, 0, FALSE, 1, { 0x79 } },
    { GDK_KEY_Muhenkan, 0, FALSE, 1, { 0x7b } },
    { GDK_KEY_Hiragana_Katakana, 0, FALSE, 1, { 0x70 } },
    { GDK_KEY_a, 0, TRUE, 1, { 'a' } },
    { GDK_KEY_A, GDK_SHIFT_MASK, TRUE, 1, { 'A' } },
    { GDK_KEY_space, 0, TRUE, 1, { ' ' } },
    { GDK_KEY_yen, 0, TRUE, 1, { 0xa5 } },
    { 0x01003042, 0, TRUE, 1, { 0x3042 } },         /* あ */
    { 0x01020bb7, 0, TRUE, 2, { 0xd842, 0xdfb7 } }, /* 𠮷, beyond the basic plane */
    { GDK_KEY_c, GDK_CONTROL_MASK, FALSE, 1, { 0x2e } },
    { GDK_KEY_C, GDK_CONTROL_MASK | GDK_SHIFT_MASK, FALSE, 1, { 0x2e } },
    { GDK_KEY_0, GDK_ALT_MASK, FALSE, 1, { 0x0b } },
    { GDK_KEY_l, GDK_SUPER_MASK, FALSE, 1, { 0x26 } },
    { GDK_KEY_slash, GDK_CONTROL_MASK, FALSE, 1, { 0x35 } },
    { GDK_KEY_backslash, GDK_CONTROL_MASK, FALSE, 1, { 0x2b } },
    { GDK_KEY_grave, GDK_CONTROL_MASK, FALSE, 1, { 0x29 } },
  };
  KioskKey untouched = { .n_codes = 7 };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      KioskKey key = { 0 };

      g_test_message ("key value 0x%x", rows[i].keyval);
      /* The position (9 would be Esc) has no say here. */
      g_assert_true (kiosk_keys_resolve (9, rows[i].keyval, rows[i].state, FALSE, &key));
      g_assert_cmpint (key.unicode, ==, rows[i].unicode);
      g_assert_cmpuint (key.n_codes, ==, rows[i].n);
      for (guint j = 0; j < key.n_codes; j++)
        g_assert_cmphex (key.codes[j], ==, rows[i].codes[j]);
    }

  g_assert_false (kiosk_keys_resolve (9, 0, 0, FALSE, &untouched));
  g_assert_false (kiosk_keys_resolve (9, GDK_KEY_dead_acute, 0, FALSE, &untouched));
  g_assert_cmpuint (untouched.n_codes, ==, 7);
}

static void
test_plausible (void)
{
  g_assert_true (kiosk_keys_plausible (GDK_KEY_Return, GDK_KEY_space));
  g_assert_false (kiosk_keys_plausible (0, 0));
  g_assert_false (kiosk_keys_plausible (GDK_KEY_h, GDK_KEY_space));
  g_assert_false (kiosk_keys_plausible (GDK_KEY_Return, GDK_KEY_e));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/keys/us", test_us);
  g_test_add_func ("/keys/japanese", test_japanese);
  g_test_add_func ("/keys/distinct", test_distinct);
  g_test_add_func ("/keys/kept-here", test_kept_here);
  g_test_add_func ("/keys/by-value", test_by_value);
  g_test_add_func ("/keys/plausible", test_plausible);
  return g_test_run ();
}
