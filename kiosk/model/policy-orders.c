/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include <sodium.h>
#include <string.h>

/* Who approves work, and what needs it (R29): sections [approver], key "approval" of [server]. */

void
kiosk_policy_approver_free (gpointer data)
{
  KioskPolicyApprover *self = data;

  g_free (self->id);
  g_free (self);
}

const KioskPolicyApprover *
kiosk_policy_find_approver (const KioskPolicy *self, const char *id)
{
  for (guint i = 0; i < self->approvers->len; i++)
    {
      const KioskPolicyApprover *approver = self->approvers->pdata[i];

      if (strcmp (approver->id, id) == 0)
        return approver;
    }
  return NULL;
}

/* 64 hex digits, and a point that a signature can be checked with: libsodium refuses those of small
 * order itself, a key of zeros would only never fit. */
static void
read_key (KioskPolicyValue value, KioskPolicyApprover *approver)
{
  const char *text = value.entry->value;
  gsize length = 0;
  const char *end = NULL;

  if (strlen (text) == 2 * KIOSK_APPROVER_KEY_SIZE
      && sodium_hex2bin (approver->key, sizeof approver->key, text, strlen (text), NULL, &length,
                         &end)
             == 0
      && length == sizeof approver->key && *end == '\0'
      && !sodium_is_zero (approver->key, sizeof approver->key))
    return;
  kiosk_policy_index_problem (
      value.index, value.entry->place,
      "“%s” is “%s”: expected the 64 hex digits that kioskctl order key shows",
      "「%s」が「%s」です。kioskctl order key が表示する 16 進数 64 桁を書いてください",
      value.entry->key, text);
}

/* One key, one approver: a record must name the person whose key it was. */
static void
check_same_key (const KioskPolicyBuilder *builder, const KioskPolicyApprover *approver)
{
  const GPtrArray *others = builder->policy->public.approvers;

  for (guint i = 0; i < others->len; i++)
    {
      const KioskPolicyApprover *other = others->pdata[i];

      if (memcmp (other->key, approver->key, sizeof other->key) == 0)
        kiosk_policy_index_problem (
            builder->index, builder->section->place,
            "[%s] has the public key of [approver %s]: every approver needs their own",
            "[%s] の公開鍵が [approver %s] と同じです。承認者ごとに別の鍵が必要です",
            builder->section->name, other->id);
    }
}

void
kiosk_policy_build_approver (KioskPolicyBuilder *builder)
{
  KioskPolicyReal *policy = builder->policy;
  KioskPolicyApprover *approver = g_new0 (KioskPolicyApprover, 1);
  KioskPolicyValue value;

  approver->id = g_strdup (builder->section->id);
  if (kiosk_policy_builder_get (builder, "public-key", &value))
    {
      read_key (value, approver);
      check_same_key (builder, approver);
    }
  if (kiosk_policy_builder_get (builder, "person", &value))
    {
      approver->person = g_hash_table_lookup (policy->persons, value.entry->value);
      if (approver->person == NULL)
        kiosk_policy_index_problem (builder->index, value.entry->place,
                                    "“person” of [%s] is “%s”, but there is no [person %s]",
                                    "「person」（[%s]）の「%s」に対応する [person %s] がありません",
                                    builder->section->name, value.entry->value, value.entry->value);
      else if ((approver->person->roles & KIOSK_ROLE_APPROVER) == 0)
        kiosk_policy_index_problem (
            builder->index, value.entry->place,
            "“person” of [%s] is “%s”, who does not have the role approver",
            "「person」（[%s]）の「%s」には承認者（approver）の役割がありません",
            builder->section->name, value.entry->value);
    }
  g_ptr_array_add (policy->public.approvers, approver);
}

KioskApprovalRule
kiosk_policy_build_approval (const KioskPolicyBuilder *builder)
{
  static const char *const rules[] = { "none", "order", "person", NULL };

  return (KioskApprovalRule) kiosk_policy_builder_choice (builder, "approval", rules);
}

static gboolean
has_approving_person (const KioskPolicy *policy)
{
  for (guint i = 0; i < policy->persons->len; i++)
    if ((((const KioskPolicyPerson *) policy->persons->pdata[i])->roles & KIOSK_ROLE_APPROVER) != 0)
      return TRUE;
  return FALSE;
}

void
kiosk_policy_check_approval (KioskPolicyBuilder *builder)
{
  const KioskPolicy *policy = &builder->policy->public;
  gboolean person = has_approving_person (policy);

  for (guint i = 0; i < policy->servers->len; i++)
    {
      const KioskPolicyServer *server = policy->servers->pdata[i];
      g_autofree char *name = g_strdup_printf ("server %s", server->id);
      const KioskPolicySection *section = kiosk_policy_index_find (builder->index, name);

      if (server->approval == KIOSK_APPROVAL_ORDER && policy->approvers->len == 0)
        kiosk_policy_index_problem (
            builder->index, kiosk_policy_section_find (section, "approval")->place,
            "[%s] demands a work order, but there is no [approver NAME] who could sign one",
            "[%s] には作業指示書が必要ですが、署名できる [approver 名前] がありません", name);
      else if (server->approval == KIOSK_APPROVAL_PERSON && !person)
        kiosk_policy_index_problem (
            builder->index, kiosk_policy_section_find (section, "approval")->place,
            "[%s] demands an approver, but nobody has the role approver",
            "[%s] には承認者が必要ですが、approver の役割を持つ人がいません", name);
    }
}
