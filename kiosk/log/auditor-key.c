/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-log"

#include "kiosk/log/auditor-key.h"

#include "kiosk/base/error.h"
#include "kiosk/model/order.h"

#include <sodium.h>

/* Opening a sealed secret. Threat: whoever reads the memory or the swap of this machine later could write records that nobody can tell from true ones. */

struct _KioskAuditorKey {
  guint8 seed[KIOSK_AUDIT_KEY_SIZE];
};

KioskAuditorKey *
kiosk_auditor_key_open (const char *key, gsize length, const char *passphrase, GError **error)
{
  g_autoptr (KioskAuditorKey) self = sodium_init () >= 0 ? sodium_malloc (sizeof *self) : NULL;

  if (self == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "no locked memory");
      return NULL;
    }
  return kiosk_order_key_open (key, length, passphrase, self->seed, error) ? g_steal_pointer (&self)
                                                                           : NULL;
}

void
kiosk_auditor_key_free (KioskAuditorKey *self)
{
  sodium_free (self); /* overwrites it; NULL is allowed */
}

guint8 *
kiosk_auditor_key_unseal (const KioskAuditorKey *self, const KioskEnrolment *enrolment)
{
  guint8 *secret = sodium_malloc (KIOSK_AUDIT_KEY_SIZE);

  if (secret != NULL && kiosk_enrolment_open (enrolment, self->seed, secret))
    return secret;
  kiosk_auditor_secret_free (secret);
  return NULL;
}

void
kiosk_auditor_secret_free (guint8 *secret)
{
  sodium_free (secret);
}
