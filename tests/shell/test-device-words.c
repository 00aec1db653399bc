/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device-words.h"

/* Every kind and reason has its words, and no card promises more than is so. */

static void
test_all (void)
{
  for (KioskDeviceKind kind = 0; kind < KIOSK_N_DEVICE_KINDS; kind++)
    for (KioskRefusal reason = 0; reason < KIOSK_N_REFUSED; reason++)
      {
        KioskRefusedDevice device = { .kind = kind, .reason = reason };
        const KioskText texts[] = { kiosk_device_title (&device), kiosk_device_effect (&device),
                                    kiosk_device_why (&device), kiosk_device_first_step (&device),
                                    kiosk_device_second_step (&device) };

        for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
          {
            g_assert_cmpuint (texts[i], <, KIOSK_N_TEXTS);
            g_assert_cmpuint (texts[i], >, 0); /* a hole in a table */
          }
        g_assert_true (g_str_has_suffix (kiosk_device_icon (kind), "-symbolic"));
        g_assert_cmpstr (kiosk_device_kind_label (kind)->ja, !=, "");
        g_assert_cmpstr (kiosk_device_kind_label (kind)->en, !=, "");
      }
}

/* No two kinds have one title, no two reasons one explanation. */
static void
test_distinct (void)
{
  for (guint i = 0; i < KIOSK_N_DEVICE_KINDS; i++)
    for (guint j = 0; j < i; j++)
      {
        KioskRefusedDevice a = { .kind = i }, b = { .kind = j };

        g_assert_cmpuint (kiosk_device_title (&a), !=, kiosk_device_title (&b));
      }
  for (guint i = 0; i < KIOSK_N_REFUSED; i++)
    for (guint j = 0; j < i; j++)
      {
        KioskRefusedDevice a = { .reason = i }, b = { .reason = j };

        g_assert_cmpuint (kiosk_device_why (&a), !=, kiosk_device_why (&b));
      }
}

static const struct {
  KioskDeviceKind kind;
  KioskRefusal reason;
  KioskText title, effect, first, second;
} rows[] = {
  { KIOSK_DEVICE_STORAGE, KIOSK_REFUSED_CLASS, KIOSK_TEXT_NO_STORAGE, KIOSK_TEXT_REFUSED_UNREAD,
    KIOSK_TEXT_UNPLUG, KIOSK_TEXT_ASK_FILES },
  /* It was allowed before it became storage: nobody knows what it did. */
  { KIOSK_DEVICE_STORAGE, KIOSK_REFUSED_CHANGED, KIOSK_TEXT_NO_STORAGE, KIOSK_TEXT_REFUSED_ONLY,
    KIOSK_TEXT_UNPLUG, KIOSK_TEXT_ASK_GRAVE },
  { KIOSK_DEVICE_OTHER, KIOSK_REFUSED_STATE, KIOSK_TEXT_NO_DEVICE, KIOSK_TEXT_REFUSED_ONLY,
    KIOSK_TEXT_UNPLUG, KIOSK_TEXT_ASK_GRAVE },
  { KIOSK_DEVICE_KEYBOARD, KIOSK_REFUSED_UNLISTED, KIOSK_TEXT_NO_KEYBOARD_UNLISTED,
    KIOSK_TEXT_REFUSED_DEAD, KIOSK_TEXT_UNPLUG, KIOSK_TEXT_ASK_DEVICE },
  { KIOSK_DEVICE_KEYBOARD, KIOSK_REFUSED_PORT, KIOSK_TEXT_NO_KEYBOARD, KIOSK_TEXT_REFUSED_DEAD,
    KIOSK_TEXT_PLUG_PORT, KIOSK_TEXT_ASK_DEVICE },
  { KIOSK_DEVICE_KEYBOARD, KIOSK_REFUSED_UNCONFIRMED, KIOSK_TEXT_NO_KEYBOARD,
    KIOSK_TEXT_REFUSED_DEAD, KIOSK_TEXT_PLUG_AGAIN, KIOSK_TEXT_ASK_STRANGE },
  { KIOSK_DEVICE_KEYBOARD, KIOSK_REFUSED_LOCKED, KIOSK_TEXT_NO_KEYBOARD, KIOSK_TEXT_REFUSED_DEAD,
    KIOSK_TEXT_PLUG_UNLOCKED, KIOSK_TEXT_ASK_STRANGE },
  { KIOSK_DEVICE_HUB, KIOSK_REFUSED_DEPTH, KIOSK_TEXT_NO_HUB, KIOSK_TEXT_REFUSED_DEAD,
    KIOSK_TEXT_PLUG_DIRECTLY, KIOSK_TEXT_ASK_DEVICE },
};

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      KioskRefusedDevice device = { .kind = rows[i].kind, .reason = rows[i].reason };

      g_assert_cmpuint (kiosk_device_title (&device), ==, rows[i].title);
      g_assert_cmpuint (kiosk_device_effect (&device), ==, rows[i].effect);
      g_assert_cmpuint (kiosk_device_first_step (&device), ==, rows[i].first);
      g_assert_cmpuint (kiosk_device_second_step (&device), ==, rows[i].second);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/device-words/all", test_all);
  g_test_add_func ("/device-words/distinct", test_distinct);
  g_test_add_func ("/device-words/rows", test_rows);
  return g_test_run ();
}
