/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/text.h"

#include <glib.h>

/* What a PAM module's words about a password are about. Modules speak in English sentences of their own (no
 * other language is set for them); the usual ones are recognised, so that a person reads Japanese or
 * English of ours, and everything else is shown as it came. Nothing is decided by it but words and the
 * order of fields on a page. Pure.
 *
 * The words are those of Linux-PAM 1.3-1.7 (pam_unix, pam_pwhistory, pam_get_authtok(3)), libpwquality,
 * cracklib, pam_krb5, sssd, pam_winbind, pam_oath and pam_u2f. */
typedef enum {
  KIOSK_PAM_TOPIC_NONE, /* not recognised */

  /* Prompts. */
  KIOSK_PAM_TOPIC_CURRENT, /* the password until now */
  KIOSK_PAM_TOPIC_NEW,
  KIOSK_PAM_TOPIC_AGAIN,
  KIOSK_PAM_TOPIC_CODE, /* of a second factor */

  /* Why a new password is not taken. */
  KIOSK_PAM_TOPIC_SHORT,
  KIOSK_PAM_TOPIC_CLASSES,  /* too few kinds of characters */
  KIOSK_PAM_TOPIC_PERSON,   /* ID or name is in it */
  KIOSK_PAM_TOPIC_SIMILAR,  /* the old one, or nearly */
  KIOSK_PAM_TOPIC_COMMON,   /* dictionary word, sequence, repetition */
  KIOSK_PAM_TOPIC_USED,     /* one of the last ones */
  KIOSK_PAM_TOPIC_MISMATCH, /* typed differently the second time */
  KIOSK_PAM_TOPIC_EMPTY,
  KIOSK_PAM_TOPIC_CHARACTERS, /* some that cannot be used */
  KIOSK_PAM_TOPIC_WEAK,       /* refused as too weak, for a reason that is not known here */

  /* Why it cannot be changed. */
  KIOSK_PAM_TOPIC_WRONG, /* the current one was wrong */
  KIOSK_PAM_TOPIC_SOON,  /* changed too short a time ago */
  KIOSK_PAM_TOPIC_FAILED,

  /* Told beside. */
  KIOSK_PAM_TOPIC_EXPIRED, /* must be changed now */
  KIOSK_PAM_TOPIC_EXPIRES, /* will have to be soon */
  KIOSK_PAM_TOPIC_TOUCH,   /* the key of a second factor waits to be touched */

  KIOSK_PAM_TOPIC_LAST = KIOSK_PAM_TOPIC_TOUCH
} KioskPamTopic;

/* The topic of @text as a prompt: CURRENT, NEW, AGAIN, CODE or NONE. */
KioskPamTopic kiosk_pam_prompt_topic (const char *text);

/* The topic of @text as something that is told; never one of a prompt. */
KioskPamTopic kiosk_pam_message_topic (const char *text);

/* One sentence for the person, static; NULL for NONE and for prompts. */
const KioskLabel *kiosk_pam_topic_label (KioskPamTopic topic);
