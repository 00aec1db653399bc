/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include <sodium.h>
#include <string.h>

/* The audit log (R20): where it is, how long it is kept ([log]), and who may check its codes ([auditor]). */

const KioskPolicyLog kiosk_policy_log_defaults = {
  .rotate_size = 64,
  .rotate_hours = 24,
  .keep = 730,
  .floor = 32,
};

void
kiosk_policy_build_log (KioskPolicyBuilder *builder)
{
  static const char *const truths[] = { "no", "yes", NULL };
  KioskPolicy *policy = &builder->policy->public;
  KioskPolicyValue value;

  if (kiosk_policy_builder_get (builder, "directory", &value))
    kiosk_policy_value_path (value, &policy->log_directory);
  kiosk_policy_builder_number (builder, "rotate-size", 1, 1024, &policy->log.rotate_size);
  kiosk_policy_builder_number (builder, "rotate-hours", 1, 168, &policy->log.rotate_hours);
  kiosk_policy_builder_number (builder, "keep", 30, 36500, &policy->log.keep);
  kiosk_policy_builder_number (builder, "floor", 1, 65536, &policy->log.floor);
  policy->log.hold = kiosk_policy_builder_choice (builder, "hold", truths) == 1;
}

void
kiosk_policy_auditor_free (gpointer data)
{
  KioskPolicyAuditor *self = data;

  g_free (self->name);
  g_free (self);
}

/* Whether something can be sealed to the key: libsodium refuses points of small order, with which anybody could
 * open it. */
static gboolean
is_key (const guint8 *key)
{
  guint8 scalar[crypto_scalarmult_SCALARBYTES] = { 1 };
  guint8 shared[crypto_scalarmult_BYTES];

  return crypto_scalarmult (shared, scalar, key) == 0;
}

static void
read_key (KioskPolicyValue value, KioskPolicyAuditor *auditor)
{
  const char *text = value.entry->value;
  gsize length = 0;
  const char *end = NULL;

  if (strlen (text) == 2 * sizeof auditor->key
      && sodium_hex2bin (auditor->key, sizeof auditor->key, text, strlen (text), NULL, &length,
                         &end)
             == 0
      && length == sizeof auditor->key && *end == '\0' && is_key (auditor->key))
    return;
  kiosk_policy_index_problem (
      value.index, value.entry->place, "“%s” is “%s”: expected an X25519 public key, 64 hex digits",
      "「%s」が「%s」です。X25519 の公開鍵（16 進数 64 桁）を書いてください", value.entry->key,
      text);
}

void
kiosk_policy_build_auditor (KioskPolicyBuilder *builder)
{
  KioskPolicyAuditor *auditor = g_new0 (KioskPolicyAuditor, 1);
  KioskPolicyValue value;

  auditor->name = g_strdup (builder->section->id);
  if (kiosk_policy_builder_get (builder, "key", &value))
    read_key (value, auditor);
  g_ptr_array_add (builder->policy->public.auditors, auditor);
}
