/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/text.h"

/* The shell's own words in both languages (texts.def). No gettext: both languages are on the screen's
 * switch at any moment, and a missing one must not compile. */
typedef enum {
#define T(name, ja, en) KIOSK_TEXT_##name,
#include "texts.def"
#undef T
  KIOSK_N_TEXTS
} KioskText;

/* The text as it stands, with its {words}. Static. */
const char *kiosk_text_get (KioskLanguage language, KioskText text);

/* The text with each {word} replaced: pairs of word and value follow, ended by NULL. A {word} without
 * a value stays as it is, values are taken literally. Owned by the caller. */
char *kiosk_text_format (KioskLanguage language, KioskText text, ...) G_GNUC_NULL_TERMINATED;

/* "11月20日（金） 14:32" or "Fri 20 Nov 14:32" of unix microseconds, in local time. */
char *kiosk_text_date_time (KioskLanguage language, gint64 realtime);

/* "11月20日（金）" or "Fri 20 Nov". */
char *kiosk_text_date (KioskLanguage language, gint64 realtime);

/* "14:32", the same in both. */
char *kiosk_text_time (gint64 realtime);

/* "2026-11-20 14:32:41", to be read out on the telephone. */
char *kiosk_text_timestamp (gint64 realtime);

/* @text with U+2060 between its last wide characters: where it is broken into lines, the last one has its
 * last word, and not only one or two characters. Owned by the caller. */
char *kiosk_text_keep_end (const char *text);

/* @text as one word: no line is broken within it. Owned by the caller. */
char *kiosk_text_keep_whole (const char *text);

/* Hours of a server as the policy writes them ("Mon-Fri 08:00-20:00, Sat 09:00-12:00") in the words of
 * @language ("月–金 8:00–20:00"); what does not look like hours stays. */
char *kiosk_text_hours (KioskLanguage language, const char *hours);
