/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "texts.h"

/* PAM modules ask in English sentences of their own. The usual questions are recognised and asked in
 * the terminal's words; anything else is shown as it came. Pure. */
typedef enum {
  KIOSK_PROMPT_NONE,
  KIOSK_PROMPT_PASSWORD,
  KIOSK_PROMPT_CODE,
  KIOSK_PROMPT_CURRENT,
  KIOSK_PROMPT_NEW,
  KIOSK_PROMPT_AGAIN,
  KIOSK_PROMPT_OTHER,
} KioskPrompt;

KioskPrompt kiosk_prompt_classify (const char *text);

/* Title and sentence for the page of @prompt. */
KioskText kiosk_prompt_title (KioskPrompt prompt);
KioskText kiosk_prompt_help (KioskPrompt prompt);
