/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/pam-words.h"

#include <string.h>

typedef struct {
  KioskPamTopic topic;
  const char *words[3]; /* all of these stand in the text, in small letters */
} Pattern;

/* The first that fits decides. */
static const Pattern prompts[] = {
  { KIOSK_PAM_TOPIC_CODE, { "one-time" } },
  { KIOSK_PAM_TOPIC_CODE, { "one time" } },
  { KIOSK_PAM_TOPIC_CODE, { "otp" } },
  { KIOSK_PAM_TOPIC_CODE, { "verification code" } },
  { KIOSK_PAM_TOPIC_AGAIN, { "password", "retype" } },
  { KIOSK_PAM_TOPIC_AGAIN, { "password", "again" } },
  { KIOSK_PAM_TOPIC_AGAIN, { "password", "re-enter" } },
  { KIOSK_PAM_TOPIC_AGAIN, { "password", "reenter" } },
  { KIOSK_PAM_TOPIC_AGAIN, { "password", "re-type" } },
  { KIOSK_PAM_TOPIC_AGAIN, { "password", "confirm" } },
  { KIOSK_PAM_TOPIC_AGAIN, { "password", "repeat" } },
  { KIOSK_PAM_TOPIC_AGAIN, { "password", "verify" } },
  { KIOSK_PAM_TOPIC_CURRENT, { "password", "current" } },
  { KIOSK_PAM_TOPIC_CURRENT, { "password", "old " } },
  { KIOSK_PAM_TOPIC_NEW, { "password", "new " } },
};

static const Pattern messages[] = {
  { KIOSK_PAM_TOPIC_TOUCH, { "touch", "device" } },
  { KIOSK_PAM_TOPIC_TOUCH, { "touch", "key" } },
  { KIOSK_PAM_TOPIC_EXPIRES, { "password", "will expire" } },
  { KIOSK_PAM_TOPIC_EXPIRES, { "password", "expires in" } },
  { KIOSK_PAM_TOPIC_EXPIRED, { "must change your password" } },
  { KIOSK_PAM_TOPIC_EXPIRED, { "required to change your password" } },
  { KIOSK_PAM_TOPIC_EXPIRED, { "password", "has expired" } },
  { KIOSK_PAM_TOPIC_EXPIRED, { "password expired" } },

  { KIOSK_PAM_TOPIC_MISMATCH, { "do not match" } },
  { KIOSK_PAM_TOPIC_MISMATCH, { "don't match" } },
  { KIOSK_PAM_TOPIC_MISMATCH, { "mismatch" } },
  { KIOSK_PAM_TOPIC_USED, { "already used" } },
  { KIOSK_PAM_TOPIC_USED, { "been used" } },
  { KIOSK_PAM_TOPIC_USED, { "history" } },
  { KIOSK_PAM_TOPIC_USED, { "reuse" } },
  { KIOSK_PAM_TOPIC_EMPTY, { "no password" } },
  { KIOSK_PAM_TOPIC_EMPTY, { "whitespace" } },
  { KIOSK_PAM_TOPIC_SOON, { "must wait longer" } },
  { KIOSK_PAM_TOPIC_SOON, { "too soon" } },
  { KIOSK_PAM_TOPIC_SOON, { "too young" } },
  { KIOSK_PAM_TOPIC_WRONG, { "old password", "incorrect" } },
  { KIOSK_PAM_TOPIC_WRONG, { "password incorrect" } },
  { KIOSK_PAM_TOPIC_WRONG, { "authentication failure" } },

  { KIOSK_PAM_TOPIC_PERSON, { "user name" } },
  { KIOSK_PAM_TOPIC_PERSON, { "username" } },
  { KIOSK_PAM_TOPIC_PERSON, { "real name" } },
  { KIOSK_PAM_TOPIC_PERSON, { "password entry" } },
  { KIOSK_PAM_TOPIC_PERSON, { "derivable from" } },
  { KIOSK_PAM_TOPIC_SIMILAR, { "same as the old" } },
  { KIOSK_PAM_TOPIC_SIMILAR, { "case changes" } },
  { KIOSK_PAM_TOPIC_SIMILAR, { "too similar" } },
  { KIOSK_PAM_TOPIC_SIMILAR, { "rotated" } },
  { KIOSK_PAM_TOPIC_SIMILAR, { "unchanged" } },
  { KIOSK_PAM_TOPIC_SIMILAR, { "choose a different" } },
  { KIOSK_PAM_TOPIC_COMMON, { "dictionary" } },
  { KIOSK_PAM_TOPIC_COMMON, { "palindrome" } },
  { KIOSK_PAM_TOPIC_COMMON, { "forbidden words" } },
  { KIOSK_PAM_TOPIC_COMMON, { "sequence" } },
  { KIOSK_PAM_TOPIC_COMMON, { "consecutively" } },
  { KIOSK_PAM_TOPIC_COMMON, { "different characters" } },
  { KIOSK_PAM_TOPIC_COMMON, { "simplistic" } },
  { KIOSK_PAM_TOPIC_SHORT, { "shorter than" } },
  { KIOSK_PAM_TOPIC_SHORT, { "too short" } },
  { KIOSK_PAM_TOPIC_SHORT, { "longer password" } },
  { KIOSK_PAM_TOPIC_CLASSES, { "character classes" } },
  { KIOSK_PAM_TOPIC_CLASSES, { "contains", "digits" } },
  { KIOSK_PAM_TOPIC_CLASSES, { "contains", "uppercase" } },
  { KIOSK_PAM_TOPIC_CLASSES, { "contains", "lowercase" } },
  { KIOSK_PAM_TOPIC_CLASSES, { "contains", "non-alphanumeric" } },

  { KIOSK_PAM_TOPIC_WEAK, { "bad password" } },
  { KIOSK_PAM_TOPIC_WEAK, { "too simple" } },
  { KIOSK_PAM_TOPIC_WEAK, { "too weak" } },
  { KIOSK_PAM_TOPIC_WEAK, { "complexity" } },
  { KIOSK_PAM_TOPIC_FAILED, { "manipulation error" } },
  { KIOSK_PAM_TOPIC_FAILED, { "password change failed" } },
  { KIOSK_PAM_TOPIC_FAILED, { "has been aborted" } },
  { KIOSK_PAM_TOPIC_FAILED, { "not been changed" } },
};

static const KioskLabel labels[KIOSK_PAM_TOPIC_LAST + 1] = {
  [KIOSK_PAM_TOPIC_SHORT] = { (char *) "新しいパスワードの文字数が足りません。",
                              (char *) "The new password is too short." },
  [KIOSK_PAM_TOPIC_CLASSES] = { (char *) "新しいパスワードに使う文字の種類が足りません。",
                                (char *) "The new password needs more kinds of characters." },
  [KIOSK_PAM_TOPIC_PERSON] = { (char *) "IDや氏名を含むパスワードは使えません。",
                               (char *) "The new password must not contain your ID or name." },
  [KIOSK_PAM_TOPIC_SIMILAR] = { (char *) "今のパスワードと同じか、よく似ています。",
                                (char *) "The new password is the current one or very similar." },
  [KIOSK_PAM_TOPIC_COMMON] = { (char *) "よく使われる言葉や、単純な並びのパスワードは使えません。",
                               (char *) "The new password is a common word or too regular." },
  [KIOSK_PAM_TOPIC_USED]
  = { (char *) "以前に使ったパスワードは使えません。", (char *) "This password was used before." },
  [KIOSK_PAM_TOPIC_MISMATCH]
  = { (char *) "2回の入力が違います。", (char *) "The two entries are not the same." },
  [KIOSK_PAM_TOPIC_EMPTY]
  = { (char *) "新しいパスワードを入力してください。", (char *) "Please enter a new password." },
  [KIOSK_PAM_TOPIC_CHARACTERS]
  = { (char *) "使えない文字が入っているか、長すぎます。",
      (char *) "The new password is too long or has characters that cannot be used." },
  [KIOSK_PAM_TOPIC_WEAK] = { (char *) "新しいパスワードは推測されやすいため使えません。",
                             (char *) "The new password is too easy to guess." },
  [KIOSK_PAM_TOPIC_WRONG]
  = { (char *) "今のパスワードが違います。", (char *) "The current password is not right." },
  [KIOSK_PAM_TOPIC_SOON] = { (char *) "前回の変更から日が浅いため、まだ変更できません。",
                             (char *) "It was changed too recently to be changed again." },
  [KIOSK_PAM_TOPIC_FAILED] = { (char *) "パスワードを変更できませんでした。",
                               (char *) "The password could not be changed." },
  [KIOSK_PAM_TOPIC_EXPIRED] = { (char *) "パスワードの有効期限が切れています。変更してください。",
                                (char *) "Your password has expired. Please change it." },
  [KIOSK_PAM_TOPIC_EXPIRES]
  = { (char *) "パスワードの有効期限が近づいています。", (char *) "Your password expires soon." },
  [KIOSK_PAM_TOPIC_TOUCH]
  = { (char *) "セキュリティキーに触れてください。", (char *) "Please touch your security key." },
};

static gboolean
fits (const Pattern *pattern, const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (pattern->words) && pattern->words[i] != NULL; i++)
    if (strstr (text, pattern->words[i]) == NULL)
      return FALSE;
  return TRUE;
}

static KioskPamTopic
find (const Pattern *patterns, guint n, const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  for (guint i = 0; i < n; i++)
    if (fits (&patterns[i], lower))
      return patterns[i].topic;
  return KIOSK_PAM_TOPIC_NONE;
}

KioskPamTopic
kiosk_pam_prompt_topic (const char *text)
{
  return find (prompts, G_N_ELEMENTS (prompts), text);
}

KioskPamTopic
kiosk_pam_message_topic (const char *text)
{
  return find (messages, G_N_ELEMENTS (messages), text);
}

const KioskLabel *
kiosk_pam_topic_label (KioskPamTopic topic)
{
  return topic <= KIOSK_PAM_TOPIC_LAST && labels[topic].ja != NULL ? &labels[topic] : NULL;
}
