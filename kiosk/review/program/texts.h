/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/text.h"

/* The words of kiosk-review in both languages (texts.def), in the one language of the process, and times
 * and numbers as people read them. Main thread, but for the language, which any thread may read. */
typedef enum {
#define T(name, ja, en) KIOSK_SAY_##name,
#include "texts.def"
#undef T
  KIOSK_N_SAY
} KioskSay;

void kiosk_say_set_language (KioskLanguage language);
KioskLanguage kiosk_say_get_language (void);
gboolean kiosk_say_is_japanese (void);

/* The text in @language, as it stands. Static. */
const char *kiosk_say_get (KioskLanguage language, KioskSay text);

/* The same in the language of the process. */
const char *kiosk_say (KioskSay text);

/* The text with each {word} replaced: pairs of word and value follow, ended by NULL. Owned by the caller. */
char *kiosk_say_format (KioskSay text, ...) G_GNUC_NULL_TERMINATED;

/* "18,402". */
char *kiosk_say_number (guint64 number);

/* Of unix microseconds, in local time: "2026-11-20 14:32:08", "14:32", "11月20日（金）", "2026年11月". */
char *kiosk_say_stamp (gint64 time);
char *kiosk_say_clock (gint64 time);
char *kiosk_say_day (gint64 time);
char *kiosk_say_month (gint64 time);

/* "12時間40分", "47分", of microseconds. */
char *kiosk_say_span (gint64 span);

/* What happened, how it ended, why: words for those of a record; a word that is not known as it is. Owned by the
 * caller. @outcome "failure" and the like. */
char *kiosk_say_action (const char *action);
char *kiosk_say_outcome (const char *outcome);
char *kiosk_say_reason (const char *reason);

/* The person of a record: full name, else ID; "unlisted" and nobody in words. */
char *kiosk_say_person (const char *id, const char *name);
