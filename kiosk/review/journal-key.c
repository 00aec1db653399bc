/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "journal-private.h"

#include "kiosk/base/error.h"

/* The key of who reviews: the same kind of file as that of who approves work. What it signs here begins with other words. */

KioskReviewSigner *
kiosk_review_signer_open (const char *key, gsize key_length, const char *passphrase, GError **error)
{
  KioskReviewSigner *self = sodium_init () >= 0 ? sodium_malloc (sizeof *self) : NULL;
  guint8 *seed = self != NULL ? sodium_malloc (crypto_sign_SEEDBYTES) : NULL;
  gboolean good = FALSE;

  if (seed == NULL)
    g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "no locked memory");
  else
    good = kiosk_order_key_open (key, key_length, passphrase, seed, error);
  if (good)
    crypto_sign_seed_keypair (self->public_key, self->secret_key, seed);
  sodium_free (seed); /* overwrites it; NULL is allowed */
  if (!good)
    g_clear_pointer (&self, kiosk_review_signer_free);
  return self;
}

void
kiosk_review_signer_free (KioskReviewSigner *self)
{
  sodium_free (self); /* overwrites it */
}
