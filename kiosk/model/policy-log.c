/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include <sodium.h>
#include <string.h>

/* The audit log (R20, R22): where it is, how long it is kept ([log]), who may check its codes ([auditor]), whose receipts count ([collector]). */

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

/* 64 hex digits. */
static gboolean
read_hex (const char *text, guint8 key[32])
{
  gsize length = 0;
  const char *end = NULL;

  return strlen (text) == 64
         && sodium_hex2bin (key, 32, text, strlen (text), NULL, &length, &end) == 0 && length == 32
         && *end == '\0' && !sodium_is_zero (key, 32);
}

void
kiosk_policy_build_collector (KioskPolicyBuilder *builder)
{
  KioskPolicy *policy = &builder->policy->public;
  KioskPolicyValue value;

  if (!kiosk_policy_builder_get (builder, "key", &value))
    return;
  policy->has_collector_key = read_hex (value.entry->value, policy->collector_key);
  if (!policy->has_collector_key)
    kiosk_policy_index_problem (
        value.index, value.entry->place,
        "“%s” is “%s”: expected the collector's Ed25519 public key, 64 hex digits",
        "「%s」が「%s」です。収集サーバーの公開鍵（Ed25519、16 進数 64 桁）を書いてください",
        value.entry->key, value.entry->value);
}

void
kiosk_policy_build_auditor (KioskPolicyBuilder *builder)
{
  KioskPolicyAuditor *auditor = g_new0 (KioskPolicyAuditor, 1);
  KioskPolicyValue value;

  auditor->name = g_strdup (builder->section->id);
  if (kiosk_policy_builder_get (builder, "key", &value)
      && (!read_hex (value.entry->value, auditor->key) || !is_key (auditor->key)))
    kiosk_policy_index_problem (
        value.index, value.entry->place,
        "“%s” is “%s”: expected a public key (kioskctl order key), 64 hex digits",
        "「%s」が「%s」です。公開鍵（kioskctl order key、16 進数 64 桁）を書いてください",
        value.entry->key, value.entry->value);
  g_ptr_array_add (builder->policy->public.auditors, auditor);
}
