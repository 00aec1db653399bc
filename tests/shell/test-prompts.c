/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prompts.h"

/* Sentences of real PAM modules. */
static const struct {
  const char *text;
  KioskPrompt prompt;
} rows[] = {
  { "Password: ", KIOSK_PROMPT_PASSWORD },
  { "Password:", KIOSK_PROMPT_PASSWORD },
  { "password", KIOSK_PROMPT_PASSWORD },
  { "パスワード: ", KIOSK_PROMPT_PASSWORD },
  { "パスワード：", KIOSK_PROMPT_PASSWORD },
  { "Password for k-sato@EXAMPLE.JP:", KIOSK_PROMPT_PASSWORD },
  { "One-time password (OATH) for `k-sato': ", KIOSK_PROMPT_CODE },
  { "Verification code: ", KIOSK_PROMPT_CODE },
  { "ワンタイムコード: ", KIOSK_PROMPT_CODE },
  { "Current password: ", KIOSK_PROMPT_CURRENT },
  { "(current) UNIX password: ", KIOSK_PROMPT_CURRENT },
  { "New password: ", KIOSK_PROMPT_NEW },
  { "Enter new UNIX password: ", KIOSK_PROMPT_NEW },
  { "Retype new password: ", KIOSK_PROMPT_AGAIN },
  { "Retype new UNIX password: ", KIOSK_PROMPT_AGAIN },
  { "Name of your first pet? ", KIOSK_PROMPT_OTHER },
  { "Tell me the password of somebody else: ", KIOSK_PROMPT_OTHER },
  { "", KIOSK_PROMPT_OTHER },
  { "\xff\xfe", KIOSK_PROMPT_OTHER },
};

static void
test_classify (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = g_utf8_make_valid (rows[i].text, -1);

      g_test_message ("%s", name);
      g_assert_cmpint (kiosk_prompt_classify (rows[i].text), ==, rows[i].prompt);
    }
}

/* Every kind has words of its own. */
static void
test_words (void)
{
  for (KioskPrompt a = KIOSK_PROMPT_NONE; a <= KIOSK_PROMPT_OTHER; a++)
    for (KioskPrompt b = a + 1; b <= KIOSK_PROMPT_OTHER; b++)
      {
        g_assert_cmpint (kiosk_prompt_title (a), !=, kiosk_prompt_title (b));
        g_assert_cmpint (kiosk_prompt_help (a), !=, kiosk_prompt_help (b));
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompts/classify", test_classify);
  g_test_add_func ("/prompts/words", test_words);
  return g_test_run ();
}
