/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What proves a person changes at the terminal: a new password, a code that was used. But it comes with the image,
 * which nobody can write to. So a copy is kept beside the log, and this says what stands in it after the image
 * was made anew. Pure. */

typedef enum {
  KIOSK_ACCOUNT_SHADOW, /* shadow(5): the ID stands before the first ":" */
  KIOSK_ACCOUNT_OATH,   /* users file of pam_oath: the ID is the second word */
} KioskAccountFile;

/* The lines of @image, in which the line of an ID is that of @kept as long as the image still says of it what it
 * said when the copy was made (@base): an ID that the image has got anew, with another password, locked or not
 * at all, is as the image says. @base and @kept are NULL when there is no copy yet. Lines without an ID stay.
 * Owned by the caller. */
char *kiosk_account_lines_merge (KioskAccountFile file, const char *image, const char *base,
                                 const char *kept);
