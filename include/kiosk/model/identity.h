/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* How a person proves who they are at this terminal (R02, R04, R05; A85, A86, A87, C5, C6, C42): the
 * sections [password] and [login] of the policy. */

typedef enum {
  KIOSK_SECOND_FACTOR_NONE,
  KIOSK_SECOND_FACTOR_TOTP,      /* a code that changes with time: pam_oath */
  KIOSK_SECOND_FACTOR_FIDO2,     /* a key that is touched: pam_u2f */
  KIOSK_SECOND_FACTOR_SMARTCARD, /* a card with a PIN: pam_pkcs11 */
  KIOSK_N_SECOND_FACTORS
} KioskSecondFactor;

typedef struct {
  /* [password] */
  guint min_length;  /* 8-64 characters */
  guint classes;     /* 1-4 of: capitals, small letters, digits, signs */
  guint history;     /* 0-24 earlier passwords that must not come again */
  guint max_days;    /* 0-999 until it must be changed; 0: never */
  guint notice_days; /* 0-60: from so many days before the person is told */
  /* [login] */
  KioskSecondFactor second_factor; /* of every person */
  guint attempts;                  /* 1-20 failures until the ID is locked */
  guint lockout;                   /* 60-86400 seconds */
  guint unused_days; /* 0-999 without a log-in until an ID is pointed out; 0: only listed */
} KioskIdentityRules;

/* What holds where the policy says nothing: C5 and A87 together. */
extern const KioskIdentityRules kiosk_identity_defaults;

/* The word of the policy; NULL beyond the last. */
const char *kiosk_second_factor_name (KioskSecondFactor factor);
