/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* When each ID was last used at this terminal, for a policy that disables those that nobody uses (R06; C41, C69):
 * [login] unused=disable. A use is a proof that passed and was recorded. Pure; times are unix seconds of the wall
 * clock, which can be wrong and can be set, so that
 *   - nothing is decided for good: whoever is unused by a clock that is a year ahead is not any more when that is
 *     put right;
 *   - what is written by a clock that nobody vouches for never makes an ID older than it was: at a terminal that
 *     comes up in 1970 nobody is locked out by that;
 *   - a use in the future counts as one of today, until a clock that is vouched for says what is today. */
typedef struct _KioskUses KioskUses;

/* kioskd's file of them, below its state folder. */
#define KIOSK_USES_NAME "uses"

/* Reads what kiosk_uses_format() wrote. Lines that are none are left out: their IDs count as new. */
KioskUses *kiosk_uses_parse (const char *text, gsize length);
void kiosk_uses_free (KioskUses *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskUses, kiosk_uses_free)

/* One line an ID: the time, a blank, the ID. Ordered by ID; owned by the caller. */
char *kiosk_uses_format (const KioskUses *self);

/* The policy names @ids (NULL-terminated). Those that are new are used from @now on, those that it does not name any
 * more are forgotten, uses in the future become uses of now; the first and the last only if @vouched: the clock is
 * in step, or nothing at this terminal could tell. TRUE when something is different. */
gboolean kiosk_uses_know (KioskUses *self, const char *const *ids, gint64 now, gboolean vouched);

/* @id was used. */
void kiosk_uses_add (KioskUses *self, const char *id, gint64 now, gboolean vouched);

/* The last use of @id, or since when it is known; 0: not known. */
gint64 kiosk_uses_get (const KioskUses *self, const char *id);

/* Whole days from @used (0: not known) or @since (0: none), whichever is later, to @now; 0 where that lies in the
 * future or neither is there. */
gint64 kiosk_uses_days (gint64 used, gint64 since, gint64 now);
