/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "texts.h"

#include <string.h>

/* The house rules for words, on every text in both languages; times, numbers and spans. */

static GStrv
words_of (const char *text)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  for (const char *p = strchr (text, '{'); p != NULL; p = strchr (p + 1, '{'))
    g_ptr_array_add (words, g_strndup (p, strcspn (p, "}") + 1));
  g_ptr_array_add (words, NULL);
  return (GStrv) g_ptr_array_steal (words, NULL);
}

static gboolean
has_wide (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iswide (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

static void
test_rules (void)
{
  for (KioskSay text = 0; text < KIOSK_N_SAY; text++)
    {
      const char *ja = kiosk_say_get (KIOSK_LANGUAGE_JA, text);
      const char *en = kiosk_say_get (KIOSK_LANGUAGE_EN, text);
      g_auto (GStrv) ja_words = words_of (ja);
      g_auto (GStrv) en_words = words_of (en);

      g_assert_cmpstr (ja, !=, "");
      g_assert_cmpstr (en, !=, "");
      g_assert_true (g_utf8_validate (ja, -1, NULL) && g_utf8_validate (en, -1, NULL));
      g_assert_null (strpbrk (ja, "!?\\()")); /* full width or not at all */
      g_assert_null (strpbrk (en, "!\\"));
      g_assert_null (strstr (ja, "！"));
      if (text != KIOSK_SAY_MENU_LANGUAGE) /* the other language's name is in its own script */
        g_assert_false (has_wide (en));
      g_assert_cmpuint (g_strv_length (ja_words), ==, g_strv_length (en_words));
      for (char **word = ja_words; *word != NULL; word++)
        g_assert_true (g_strv_contains ((const char *const *) en_words, *word));
    }
}

static void
test_numbers (void)
{
  static const struct {
    guint64 number;
    const char *text;
  } rows[] = {
    { 0, "0" },          { 999, "999" },           { 1000, "1,000" },
    { 18402, "18,402" }, { 1234567, "1,234,567" }, { G_MAXUINT64, "18,446,744,073,709,551,615" }
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = kiosk_say_number (rows[i].number);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

static void
assert_text (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_times (void)
{
  gint64 when = G_GINT64_CONSTANT (1795152728) * G_USEC_PER_SEC; /* 2026-11-20 14:32:08 in Tokyo */

  kiosk_say_set_language (KIOSK_LANGUAGE_EN);
  assert_text (kiosk_say_day (when), "Fri 20 Nov");
  assert_text (kiosk_say_month (when), "Nov 2026");
  assert_text (kiosk_say_span (47 * G_TIME_SPAN_MINUTE), "47 min");
  kiosk_say_set_language (KIOSK_LANGUAGE_JA);
  assert_text (kiosk_say_stamp (when), "2026-11-20 14:32:08");
  assert_text (kiosk_say_clock (when), "14:32");
  assert_text (kiosk_say_day (when), "11月20日（金）");
  assert_text (kiosk_say_month (when), "2026年11月");
  assert_text (kiosk_say_span (760 * G_TIME_SPAN_MINUTE), "12時間40分");
  g_assert_nonnull (strchr (kiosk_say_get (KIOSK_LANGUAGE_EN, KIOSK_SAY_RISE), '{'));
}

/* What came from a log is shown as it is when there is no word for it. */
static void
test_records (void)
{
  assert_text (kiosk_say_action ("login"), "ログイン");
  assert_text (kiosk_say_action ("of-a-later-version"), "of-a-later-version");
  assert_text (kiosk_say_reason ("password"), "パスワードなどが違う");
  assert_text (kiosk_say_reason ("{n}"), "{n}");
  assert_text (kiosk_say_reason (NULL), "");
  assert_text (kiosk_say_person ("unlisted", ""), "登録のないID");
  assert_text (kiosk_say_person ("k-sato", ""), "k-sato");
  assert_text (kiosk_say_person ("", ""), "（端末）");
  assert_text (kiosk_say_format (KIOSK_SAY_RECORD_N, "n", "{n}%s", NULL), "記録番号 {n}%s");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/review/texts/rules", test_rules);
  g_test_add_func ("/review/texts/numbers", test_numbers);
  g_test_add_func ("/review/texts/times", test_times);
  g_test_add_func ("/review/texts/records", test_records);
  return g_test_run ();
}
