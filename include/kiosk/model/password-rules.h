/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/identity.h"

#include <glib.h>

/* What a new password must be like as far as it can be told while it is typed (R02; A85, A87, C5): by the
 * shell, which ticks the rules, and by kiosk-auth, which holds to them before any PAM module sees the
 * password. Whether it is a common word or was used before, the modules say when it is changed.
 * Pure: nothing of a password is copied or kept. */

typedef enum {
  KIOSK_PASSWORD_LENGTH = 1 << 0,  /* characters, not bytes */
  KIOSK_PASSWORD_CLASSES = 1 << 1, /* of capitals, small letters, digits, signs */
  KIOSK_PASSWORD_PERSON
  = 1 << 2, /* neither ID nor name, nor a part of them, nor either backwards */
  KIOSK_PASSWORD_OTHER
  = 1 << 3, /* not the old one, nor only other capitals, more letters, backwards */
  KIOSK_PASSWORD_CHARACTERS = 1 << 4, /* UTF-8 of at most 255 bytes that can be typed and seen */
  KIOSK_PASSWORD_ALL = (1 << 5) - 1,
} KioskPasswordRules;

/* Longest password in bytes: pam_unix refuses longer ones (PAM_MAX_RESP_SIZE is 512). */
#define KIOSK_PASSWORD_MAX_BYTES 255

/* The rules that @password meets. @names: ID, full name and whatever else says who it is;
 * NULL-terminated. @old: the one until now, NULL when it is not known: then OTHER is met. */
KioskPasswordRules kiosk_password_rules_check (const KioskIdentityRules *rules,
                                               const char *const *names, const char *old,
                                               const char *password);

/* Its length as a person counts it, in characters; bytes when it is no UTF-8. */
guint kiosk_password_length (const char *password);

/* How many of the four classes it has: 0-4. Letters without a case, and whatever is not ASCII, count as
 * signs. */
guint kiosk_password_classes (const char *password);
