/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/review/journal.h"

#include <sodium.h>

/* In memory of sodium_malloc(3). */
struct _KioskReviewSigner {
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  guint8 secret_key[crypto_sign_SECRETKEYBYTES];
};
