/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* pam_faillock's tally of failures (R04; A50, A86, C45) under a clock that somebody sets. The module counts
 * with the wall clock: set forward it would lift a lock, set back it would lengthen one. So the
 * times in the tally are moved with the clock, which makes them count real time. Pure.
 *
 * A tally is a file for each person, of records of 64 bytes (Linux-PAM, modules/pam_faillock/faillock.h,
 * unchanged since its first version): source[52], reserved (16 bits), status (16 bits), time (64 bits, seconds
 * since 1970), in the machine's own byte order. */

#define KIOSK_TALLY_RECORD 64

/* As many bytes are looked at; pam_faillock itself keeps no more than 1024 records. */
#define KIOSK_TALLY_MAX_BYTES (1024 * KIOSK_TALLY_RECORD)

/* Moves every time in the @size bytes of @tally by @shift seconds, then what still lies after @now to @now: no
 * failure is in the future, so none keeps an ID locked for longer than the policy says. TRUE when
 * something is different now. */
gboolean kiosk_tally_move (guint8 *tally, gsize size, gint64 shift, gint64 now);

/* The rule of pam_faillock: @attempts failures within @interval seconds of each other lock for @lockout
 * seconds after the last. */
typedef struct {
  guint attempts;
  guint lockout;
  guint interval;
} KioskTallyRule;

/* The @length bytes of a tally file (faillock.h of Linux-PAM). *@failures: those that count now. TRUE:
 * locked out at @now (unix seconds). A file that is none counts as empty. */
gboolean kiosk_tally_count (const guint8 *bytes, gsize length, const KioskTallyRule *rule,
                            gint64 now, guint *failures);
