/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include "kiosk/model/image.h"

/* Who proves to be there, and how (R02, R04, R05): sections [password] and [login]. */

const KioskIdentityRules kiosk_identity_defaults = {
  .min_length = 12,
  .classes = 4,
  .history = 10,
  .max_days = 90,
  .notice_days = 14,
  .second_factor = KIOSK_SECOND_FACTOR_NONE,
  .attempts = 10,
  .lockout = 1800,
  .unused_days = 0,
};

static const char *const factors[] = {
  [KIOSK_SECOND_FACTOR_NONE] = "none",   [KIOSK_SECOND_FACTOR_TOTP] = "totp",
  [KIOSK_SECOND_FACTOR_FIDO2] = "fido2", [KIOSK_SECOND_FACTOR_SMARTCARD] = "smartcard",
  [KIOSK_N_SECOND_FACTORS] = NULL,
};

static const char *const unused_words[] = { "list", "disable", NULL };

const char *
kiosk_second_factor_name (KioskSecondFactor factor)
{
  return factor < KIOSK_N_SECOND_FACTORS ? factors[factor] : NULL;
}

void
kiosk_policy_build_password (KioskPolicyBuilder *builder)
{
  KioskIdentityRules *rules = &builder->policy->public.identity;
  const KioskPolicyEntry *notice = kiosk_policy_section_find (builder->section, "notice-days");

  kiosk_policy_builder_number (builder, "min-length", 8, 64, &rules->min_length);
  kiosk_policy_builder_number (builder, "classes", 1, 4, &rules->classes);
  kiosk_policy_builder_number (builder, "history", 0, 24, &rules->history);
  kiosk_policy_builder_number (builder, "max-days", 0, 999, &rules->max_days);
  kiosk_policy_builder_number (builder, "notice-days", 0, 60, &rules->notice_days);
  if (rules->max_days == 0 || rules->notice_days < rules->max_days)
    return;
  if (notice == NULL) /* nobody wrote the default */
    rules->notice_days = rules->max_days - 1;
  else
    kiosk_policy_index_problem (
        builder->index, notice->place,
        "“notice-days” (%u) must be less than “max-days” (%u): otherwise the notice never ends",
        "「notice-days」（%u 日）は「max-days」（%u 日）より短くしてください。予告がいつまでも消えません",
        rules->notice_days, rules->max_days);
}

void
kiosk_policy_build_login (KioskPolicyBuilder *builder)
{
  KioskIdentityRules *rules = &builder->policy->public.identity;

  rules->second_factor
      = (KioskSecondFactor) kiosk_policy_builder_choice (builder, "second-factor", factors);
  kiosk_policy_builder_number (builder, "attempts", 1, 20, &rules->attempts);
  kiosk_policy_builder_number (builder, "lockout", 60, 86400, &rules->lockout);
  kiosk_policy_builder_number (builder, "unused-days", 0, 999, &rules->unused_days);
  builder->policy->public.disable_unused
      = kiosk_policy_builder_choice (builder, "unused", unused_words) == 1;
  if (builder->policy->public.disable_unused && rules->unused_days == 0)
    kiosk_policy_index_problem (builder->index, builder->section->place,
                                "“unused=disable” needs “unused-days”: after how many days",
                                "「unused=disable」には「unused-days」（何日後か）が必要です");
}

gint64
kiosk_policy_build_active_since (KioskPolicyBuilder *builder)
{
  g_autofree char *text = NULL;
  g_autofree char *moment = NULL;
  g_autoptr (GDateTime) day = NULL;
  KioskPolicyValue value;

  if (!kiosk_policy_builder_get (builder, "active-since", &value)
      || !kiosk_policy_value_text (value, 10, &text))
    return 0;
  moment = g_strconcat (text, "T00:00:00Z", NULL);
  day = kiosk_image_date_is_valid (text) ? g_date_time_new_from_iso8601 (moment, NULL) : NULL;
  if (day != NULL && g_date_time_to_unix (day) > 0)
    return g_date_time_to_unix (day);
  kiosk_policy_index_problem (
      builder->index, value.entry->place, "“%s” is no day: write it as 2026-11-30",
      "「%s」は日付ではありません。2026-11-30 のように書いてください", text);
  return 0;
}
