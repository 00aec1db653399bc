/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "prompts.h"

#include <string.h>

/* Which question of a PAM module is which. A wrong guess shows a wrong title only: answers are never
 * reused for another prompt on the strength of it, but for the one that was typed for "password". */

KioskPrompt
kiosk_prompt_classify (const char *text)
{
  g_autofree char *lower = g_utf8_strdown (text, -1);
  gboolean password = strstr (lower, "password") != NULL || strstr (lower, "パスワード") != NULL;
  gsize length;

  g_strstrip (lower);
  for (length = strlen (lower); length > 0 && strchr (": ", lower[length - 1]) != NULL;)
    lower[--length] = '\0';
  if (g_str_has_suffix (lower, "："))
    lower[length - strlen ("：")] = '\0';

  if (strstr (lower, "one-time") != NULL || strstr (lower, "one time") != NULL
      || strstr (lower, "verification code") != NULL || strstr (lower, "otp") != NULL
      || strstr (lower, "ワンタイム") != NULL || g_str_equal (lower, "code"))
    return KIOSK_PROMPT_CODE;
  if (password
      && (strstr (lower, "retype") != NULL || strstr (lower, "again") != NULL
          || strstr (lower, "re-enter") != NULL))
    return KIOSK_PROMPT_AGAIN;
  if (password
      && (g_str_has_prefix (lower, "new ") || g_str_has_prefix (lower, "enter new ")
          || g_str_has_prefix (lower, "新しい")))
    return KIOSK_PROMPT_NEW;
  if (password && (strstr (lower, "current") != NULL || g_str_has_prefix (lower, "今の")))
    return KIOSK_PROMPT_CURRENT;
  if (g_str_equal (lower, "password") || g_str_equal (lower, "パスワード")
      || g_str_has_prefix (lower, "password for "))
    return KIOSK_PROMPT_PASSWORD;
  return KIOSK_PROMPT_OTHER;
}

KioskText
kiosk_prompt_title (KioskPrompt prompt)
{
  switch (prompt)
    {
    case KIOSK_PROMPT_PASSWORD:
      return KIOSK_TEXT_PASSWORD;
    case KIOSK_PROMPT_CODE:
      return KIOSK_TEXT_CODE;
    case KIOSK_PROMPT_CURRENT:
      return KIOSK_TEXT_CURRENT_PASSWORD;
    case KIOSK_PROMPT_NEW:
      return KIOSK_TEXT_NEW_PASSWORD;
    case KIOSK_PROMPT_AGAIN:
      return KIOSK_TEXT_NEW_PASSWORD_AGAIN;
    case KIOSK_PROMPT_OTHER:
      return KIOSK_TEXT_QUESTION;
    case KIOSK_PROMPT_NONE:
    default:
      return KIOSK_TEXT_CHECKING;
    }
}

KioskText
kiosk_prompt_help (KioskPrompt prompt)
{
  switch (prompt)
    {
    case KIOSK_PROMPT_PASSWORD:
      return KIOSK_TEXT_PASSWORD_HELP;
    case KIOSK_PROMPT_CODE:
      return KIOSK_TEXT_CODE_HELP;
    case KIOSK_PROMPT_CURRENT:
      return KIOSK_TEXT_CURRENT_PASSWORD_HELP;
    case KIOSK_PROMPT_NEW:
      return KIOSK_TEXT_NEW_PASSWORD_HELP;
    case KIOSK_PROMPT_AGAIN:
      return KIOSK_TEXT_NEW_PASSWORD_AGAIN_HELP;
    case KIOSK_PROMPT_OTHER:
      return KIOSK_TEXT_QUESTION_HELP;
    case KIOSK_PROMPT_NONE:
    default:
      return KIOSK_TEXT_CHECKING_HELP;
    }
}
