/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include "kiosk/model/device-rule.h"

#include <string.h>

/* What tells that somebody is there (R18): sections [presence]. */

/* It becomes part of the name of a socket and of a unit. */
#define MAX_SENSOR 32

void
kiosk_policy_presence_free (gpointer data)
{
  KioskPolicyPresence *self = data;

  g_free (self->id);
  g_free (self->sensor);
  g_free (self->token);
  g_free (self);
}

static void
read_sensor (KioskPolicyValue value, KioskPolicyPresence *presence)
{
  const char *text = value.entry->value;

  if (kiosk_text_is_id (text) && strlen (text) <= MAX_SENSOR)
    {
      presence->sensor = g_strdup (text);
      return;
    }
  kiosk_policy_index_problem (
      value.index, value.entry->place,
      "“sensor” is “%s”: expected the name of a program "
      "kiosk-sensor-NAME, at most %d characters",
      "「sensor」が「%s」です。kiosk-sensor-名前 の名前を %d 文字までで書いてください", text,
      MAX_SENSOR);
}

static void
read_token (KioskPolicyValue value, const KioskPolicy *policy, KioskPolicyPresence *presence)
{
  const char *text = value.entry->value;

  for (guint i = 0; i < policy->device_rules->len; i++)
    {
      const KioskDeviceRule *rule = policy->device_rules->pdata[i];

      if (!rule->deny && rule->purpose == KIOSK_PURPOSE_TOKEN && g_strcmp0 (rule->id, text) == 0)
        {
          presence->token = g_strdup (text);
          return;
        }
    }
  kiosk_policy_index_problem (
      value.index, value.entry->place,
      "“token” is “%s”, but there is no [device %s] with purpose=token",
      "「token」の「%s」に対応する、purpose=token の [device %s] がありません", text, text);
}

static void
check (const KioskPolicyBuilder *builder, const KioskPolicyPresence *presence)
{
  const KioskPolicySection *section = builder->section;
  const KioskPolicyEntry *sensor = kiosk_policy_section_find (section, "sensor");
  const KioskPolicyEntry *token = kiosk_policy_section_find (section, "token");
  const KioskPolicyEntry *fault = kiosk_policy_section_find (section, "fault");

  if ((sensor == NULL) == (token == NULL))
    kiosk_policy_index_problem (
        builder->index, section->place, "[%s] needs either “sensor” or “token”",
        "[%s] には「sensor」か「token」のどちらか一方が必要です", section->name);
  else if (token != NULL && !presence->second_person)
    kiosk_policy_index_problem (
        builder->index, token->place,
        "“token” of [%s] needs who=second-person: a token of who is logged in locks by “token” of [lock]",
        "「token」（[%s]）には who=second-person が必要です。ログイン中の人の機器は [lock] の「token」でロックします",
        section->name);
  else if (token != NULL && fault != NULL)
    kiosk_policy_index_problem (builder->index, fault->place,
                                "“fault” of [%s] has no meaning with “token”",
                                "「fault」（[%s]）は「token」と一緒には使えません", section->name);
}

void
kiosk_policy_build_presence (KioskPolicyBuilder *builder)
{
  static const char *const whose[] = { "person", "second-person", NULL };
  static const char *const faults[] = { "lock", "ignore", NULL };
  KioskPolicy *policy = &builder->policy->public;
  KioskPolicyPresence *presence = g_new0 (KioskPolicyPresence, 1);
  KioskPolicyValue value;

  presence->id = g_strdup (builder->section->id);
  presence->second_person = kiosk_policy_builder_choice (builder, "who", whose) == 1;
  presence->fault_locks = kiosk_policy_builder_choice (builder, "fault", faults) == 0;
  if (kiosk_policy_builder_get (builder, "sensor", &value))
    read_sensor (value, presence);
  if (kiosk_policy_builder_get (builder, "token", &value))
    read_token (value, policy, presence);
  check (builder, presence);
  g_ptr_array_add (policy->presences, presence);
}
