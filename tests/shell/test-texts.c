/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "texts.h"

#include <string.h>

/* The house rules for words, on every text in both languages. */

static gboolean
has_wide (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iswide (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

static GStrv
words_of (const char *text)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  for (const char *p = strchr (text, '{'); p != NULL; p = strchr (p + 1, '{'))
    g_ptr_array_add (words, g_strndup (p, strcspn (p, "}") + 1));
  g_ptr_array_add (words, NULL);
  return (GStrv) g_ptr_array_steal (words, NULL);
}

static void
test_rules (void)
{
  for (KioskText text = 0; text < KIOSK_N_TEXTS; text++)
    {
      const char *ja = kiosk_text_get (KIOSK_LANGUAGE_JA, text);
      const char *en = kiosk_text_get (KIOSK_LANGUAGE_EN, text);
      g_auto (GStrv) ja_words = words_of (ja);
      g_auto (GStrv) en_words = words_of (en);

      g_assert_cmpstr (ja, !=, "");
      g_assert_cmpstr (en, !=, "");
      g_assert_true (g_utf8_validate (ja, -1, NULL) && g_utf8_validate (en, -1, NULL));
      g_assert_null (strpbrk (ja, "!?%\\")); /* full width or not at all */
      g_assert_null (strpbrk (en, "!%\\"));
      g_assert_null (strstr (ja, "！"));
      g_assert_null (strpbrk (ja, "()")); /* （） */
      /* Only the names of the languages stand in their own script. */
      if (text != KIOSK_TEXT_LANGUAGE_JA && text != KIOSK_TEXT_LANGUAGE_OTHER)
        g_assert_false (has_wide (en));
      /* Both say the same things. */
      g_assert_cmpuint (g_strv_length (ja_words), ==, g_strv_length (en_words));
      for (char **word = ja_words; *word != NULL; word++)
        g_assert_true (g_strv_contains ((const char *const *) en_words, *word));
    }
}

static void
test_format (void)
{
  g_autofree char *text = kiosk_text_format (KIOSK_LANGUAGE_EN, KIOSK_TEXT_CONTACT, "phone",
                                             "{who}%s", "who", "Desk", NULL);
  g_autofree char *left
      = kiosk_text_format (KIOSK_LANGUAGE_JA, KIOSK_TEXT_TERMINAL, "other", "x", NULL);

  g_assert_cmpstr (text, ==, "Desk ({who}%s)"); /* a value is never read again */
  g_assert_cmpstr (left, ==, "保守端末 {name}");
}

/* Japanese may be broken anywhere, and then a single い is left over. */
static void
test_keep_end (void)
{
  static const struct {
    const char *text, *kept;
  } rows[] = {
    { "", "" },
    { "Call the office.", "Call the office." },
    { "い", "い" },
    { "ID です", "ID で\u2060す" },
    { "情報課に連絡してください。",
      "情報課に連\u2060絡\u2060し\u2060て\u2060く\u2060だ\u2060さ\u2060い\u2060。" },
    { "番号を伝えてください", "番号を伝\u2060え\u2060て\u2060く\u2060だ\u2060さ\u2060い" },
    { "サーバー一覧", "サーバ\u2060ー\u2060一\u2060覧" },
    { "受付番号 A-03", "受付番号 A-03" },
  };
  g_autofree char *whole = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *kept = kiosk_text_keep_end (rows[i].text);

      g_assert_cmpstr (kept, ==, rows[i].kept);
    }
  whole = kiosk_text_keep_whole ("内線 23");
  g_assert_cmpstr (whole, ==,
                   "内\u2060線\u2060\u00a0\u2060"
                   "2\u2060"
                   "3");
}

static void
test_times (void)
{
  /* 2026-11-20 14:32:41 in Tokyo */
  gint64 when = G_GINT64_CONSTANT (1795152761) * G_USEC_PER_SEC;
  g_autofree char *ja = kiosk_text_date_time (KIOSK_LANGUAGE_JA, when);
  g_autofree char *en = kiosk_text_date_time (KIOSK_LANGUAGE_EN, when);
  g_autofree char *never = kiosk_text_time (G_MAXINT64);
  g_autofree char *hours
      = kiosk_text_hours (KIOSK_LANGUAGE_JA, "Mon-Fri 08:00-20:00, Sat 09:00-12:00");
  g_autofree char *same = kiosk_text_hours (KIOSK_LANGUAGE_EN, "Sat,Sun 18:00-22:00");

  g_assert_cmpstr (ja, ==, "11月20日（金） 14:32");
  g_assert_cmpstr (en, ==, "Fri 20 Nov 14:32");
  g_assert_nonnull (never);
  g_assert_cmpstr (hours, ==, "月–金 08:00–20:00、土 09:00–12:00");
  g_assert_cmpstr (same, ==, "Sat,Sun 18:00–22:00");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/texts/rules", test_rules);
  g_test_add_func ("/texts/format", test_format);
  g_test_add_func ("/texts/keep-end", test_keep_end);
  g_test_add_func ("/texts/times", test_times);
  return g_test_run ();
}
