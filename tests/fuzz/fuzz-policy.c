/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "fuzz.h"

#include "kiosk/model/device-rule.h"

#include <string.h>

/* The policy parser under any bytes. A line of "%%%%" splits the input into sources, so that merging
 * is reached as well. What must hold: no crash, either a policy or problems, each problem usable by
 * people of both languages, and a policy that answers questions about everything in it. */

#define SPLIT "%%%%\n"

static void
check_problem (const KioskPolicyProblem *problem)
{
  g_assert_nonnull (problem->source);
  g_assert_true (g_utf8_validate (problem->reason.ja, -1, NULL));
  g_assert_true (g_utf8_validate (problem->reason.en, -1, NULL));
  g_assert_cmpuint (strlen (problem->reason.ja), >, 0);
  g_assert_cmpuint (strlen (problem->reason.en), >, 0);
  g_assert_null (strchr (problem->reason.en, '\n'));
}

/* No rule allows without saying what, no keyboard without saying where, and no deny rule says nothing. */
static void
check_devices (const KioskPolicy *policy)
{
  g_assert_cmpuint (policy->hub_depth, <=, KIOSK_DEVICES_MAX_DEPTH);
  for (guint i = 0; i < policy->device_rules->len; i++)
    {
      const KioskDeviceRule *rule = policy->device_rules->pdata[i];
      gboolean bound = rule->ports != NULL && rule->ports[0] != NULL;

      g_assert_cmpint (rule->vendor, <=, 0xffff);
      g_assert_cmpint (rule->product, <=, 0xffff);
      if (!rule->deny)
        {
          g_assert_true (rule->vendor >= 0 && rule->product >= 0);
          g_assert_true (bound || rule->purpose != KIOSK_PURPOSE_KEYBOARD);
        }
      else
        g_assert_true (bound || rule->vendor >= 0 || rule->serial != NULL || rule->digests->len > 0
                       || rule->interfaces->len > 0);
    }
  for (guint i = 0; i < policy->device_ports->len; i++)
    {
      const KioskDevicePort *port = policy->device_ports->pdata[i];

      g_assert_true (strpbrk (port->path, "-/") != NULL);
      g_assert_cmpuint (strlen (port->label.ja), >, 0);
    }
}

static void
check_policy (const KioskPolicy *policy)
{
  check_devices (policy);
  g_assert_cmpuint (strlen (policy->digest), ==, 64);
  for (guint s = 0; s < policy->servers->len; s++)
    {
      const KioskPolicyServer *server = policy->servers->pdata[s];

      g_assert_cmpuint (server->endpoint.port, >, 0);
      g_assert_true ((server->n_pins > 0) != (server->authority != NULL));
      g_assert_true (kiosk_policy_find_server (policy, server->id) == server);
      for (guint i = 0; i < server->hours->len; i++)
        {
          const KioskHours *span = &g_array_index (server->hours, KioskHours, i);

          g_assert_cmpuint (span->from, <, span->until);
          g_assert_cmpuint (span->until, <=, 1440);
          g_assert_true (span->days != 0 && span->days <= 0x7f);
        }
      for (guint p = 0; p < policy->persons->len; p++)
        {
          const KioskPolicyPerson *person = policy->persons->pdata[p];
          KioskLocalTime at = { s % 7, p % 1440 };
          g_autoptr (GArray) places = NULL;

          g_assert_true (person->roles != 0);
          kiosk_policy_decide (policy, person->id, server->id, &at, &places);
          g_assert_cmpuint (places->len, >, 0);
        }
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const names[] = { "a", "b", "c", "d" };
  KioskPolicySource sources[G_N_ELEMENTS (names)];
  const char *rest = (const char *) data;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (KioskPolicy) policy = NULL;
  guint n = 0;

  while (n < G_N_ELEMENTS (names))
    {
      const char *split
          = n + 1 < G_N_ELEMENTS (names) ? memmem (rest, size, SPLIT, strlen (SPLIT)) : NULL;
      gsize length = split != NULL ? (gsize) (split - rest) : size;

      sources[n] = (KioskPolicySource){ names[n], rest, length };
      n++;
      if (split == NULL)
        break;
      rest = split + strlen (SPLIT);
      size -= length + strlen (SPLIT);
    }

  policy = kiosk_policy_parse (sources, n, &problems);
  g_assert_nonnull (problems);
  g_assert_true ((policy != NULL) == (problems->len == 0));
  for (guint i = 0; i < problems->len; i++)
    check_problem (problems->pdata[i]);
  if (policy != NULL)
    check_policy (policy);
  return 0;
}
