/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include <stdarg.h>

/* The language of what a person reads. Japanese first. */
typedef enum {
  KIOSK_LANGUAGE_JA,
  KIOSK_LANGUAGE_EN,
} KioskLanguage;

/* A text in both languages. Members are never NULL in a valid policy. */
typedef struct {
  char *ja;
  char *en;
} KioskLabel;

/* The member of @label for @language. */
const char *kiosk_label_get (const KioskLabel *label, KioskLanguage language);

/* Makes a string that came from a device, a person or a server safe to show and to record: invalid
 * UTF-8 becomes U+FFFD; control characters, line and paragraph separators, bidirectional controls,
 * zero-width and other invisible formatting characters become U+FFFD; cut to @max_chars characters
 * with an ellipsis. Never NULL; owned by the caller. */
char *kiosk_text_clean (const char *text, guint max_chars);

/* Whether @text is an identifier of this project: 1 to 63 of a-z, 0-9, '-', '_', '.', beginning
 * with a letter or digit. IDs of people and servers, names of roles and groups. */
gboolean kiosk_text_is_id (const char *text);

/* @text with each {word} replaced by its value: @words are pairs of word and value, ended by NULL. A {word}
 * without a value stays as it is; a value is taken literally, whatever stands in it (no format is given to
 * printf). @words is left where it was. Never NULL; owned by the caller. */
char *kiosk_text_fill (const char *text, va_list words);
