/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

/* From an element of the kernel's sets back to the line of the policy that wants it. */

#include "network-view.h"

#include "config.h"

#include <netinet/in.h>
#include <pwd.h>

static void
leave_free (KioskLeave *leave)
{
  g_free (leave->address);
  g_free (leave->user);
  g_free (leave->why);
  g_free (leave->place);
  g_free (leave);
}

static char *
write_place (const KioskPolicy *policy, const char *section)
{
  KioskPolicyPlace place = kiosk_policy_place (policy, section, NULL);

  return place.line > 0 ? g_strdup_printf ("%s:%u", place.source, place.line) : NULL;
}

/* The servers of the policy with this address and port. */
static void
explain_session (KioskLeave *leave, const KioskPolicy *policy, KioskLanguage language)
{
  for (guint i = 0; i < policy->servers->len; i++)
    {
      const KioskPolicyServer *server = policy->servers->pdata[i];
      g_autofree char *before = NULL;

      if (server->endpoint.port != leave->port
          || !g_str_equal (server->endpoint.address, leave->address))
        continue;
      before = g_steal_pointer (&leave->why);
      leave->why = g_strdup_printf ("%s%s%s (%s)", before != NULL ? before : "",
                                    before != NULL ? ", " : "",
                                    kiosk_label_get (&server->label, language), server->id);
      if (leave->place == NULL)
        {
          g_autofree char *section = g_strdup_printf ("server %s", server->id);
          leave->place = write_place (policy, section);
        }
    }
}

static const KioskFirewallElement *
find_planned (const GPtrArray *planned, const KioskFirewallElement *element)
{
  for (guint i = 0; i < planned->len; i++)
    {
      const KioskFirewallElement *other = planned->pdata[i];

      if (g_str_equal (other->set, element->set) && g_str_equal (other->key, element->key))
        return other;
    }
  return NULL;
}

/* Address, port, user, protocol: by the set. */
static void
read_key (KioskLeave *leave, const KioskFirewallElement *element)
{
  g_auto (GStrv) parts = g_strsplit (element->key, " . ", -1);
  guint n = g_strv_length (parts);

  if (g_str_has_prefix (element->set, "services") && n == 4)
    {
      const struct passwd *entry = getpwuid ((uid_t) g_ascii_strtoull (parts[0], NULL, 10));

      leave->user = g_strdup (entry != NULL ? entry->pw_name : parts[0]);
      leave->protocol = (guint) g_ascii_strtoull (parts[1], NULL, 10);
    }
  else if (g_str_has_prefix (element->set, "sessions"))
    {
      leave->user = g_strdup (KIOSK_CONNECT_USER);
      leave->protocol = IPPROTO_TCP;
    }
  else if (g_str_has_prefix (element->set, "tunnel"))
    leave->protocol = g_str_has_prefix (element->set, "tunnel_esp") ? IPPROTO_ESP : IPPROTO_UDP;
  leave->address = g_strdup (n == 4 ? parts[2] : parts[0]);
  leave->port = n > 1 ? (guint) g_ascii_strtoull (parts[n - 1], NULL, 10) : 0;
}

static gboolean
is_line_set (const char *set)
{
  return g_str_has_suffix (set, "lines");
}

/* Which interfaces are wired is kioskd's to say; of the tunnel the policy speaks. */
static void
explain_line (KioskLeave *leave, const char *set, const KioskPolicy *policy)
{
  const char *tunnel = policy->tunnel.interface;

  if (g_strcmp0 (leave->address, tunnel) == 0)
    {
      leave->why = g_strdup ("[tunnel]");
      leave->place = write_place (policy, "tunnel");
    }
  else if (tunnel == NULL || !g_str_equal (set, "session_lines"))
    leave->why = g_strdup (set);
}

GPtrArray *
kiosk_ctl_network_explain (const KioskFirewallState *state, const KioskPolicy *policy,
                           const KioskFirewallUsers *users, KioskLanguage language,
                           GPtrArray **left_out)
{
  const KioskFirewallWants wants = { .policy = policy, .users = users };
  g_autoptr (GPtrArray) planned = kiosk_firewall_plan (&wants, left_out);
  GPtrArray *leaves = g_ptr_array_new_with_free_func ((GDestroyNotify) leave_free);

  for (guint i = 0; i < state->elements->len; i++)
    {
      const KioskFirewallElement *element = state->elements->pdata[i];
      const KioskFirewallElement *wanted = find_planned (planned, element);
      KioskLeave *leave;

      /* The way back of something else, and one interface once for each kind of traffic. */
      if (g_str_has_prefix (element->set, "answers")
          || (g_str_equal (element->set, "service_lines")))
        continue;
      leave = g_new0 (KioskLeave, 1);
      read_key (leave, element);
      leave->expires = element->expires;
      leave->purpose = g_str_has_prefix (element->set, "sessions") ? KIOSK_FIREWALL_FOR_SESSION
                       : is_line_set (element->set)                ? KIOSK_FIREWALL_FOR_LINE
                       : wanted != NULL                            ? wanted->purpose
                                                                   : KIOSK_FIREWALL_FOR_SERVICE;
      if (policy != NULL && leave->purpose == KIOSK_FIREWALL_FOR_SESSION)
        explain_session (leave, policy, language);
      else if (policy != NULL && leave->purpose == KIOSK_FIREWALL_FOR_LINE)
        explain_line (leave, element->set, policy);
      else if (wanted != NULL && wanted->section != NULL)
        {
          leave->why = g_strdup_printf ("[%s]", wanted->section);
          leave->place = policy != NULL ? write_place (policy, wanted->section) : NULL;
        }
      /* One interface stands in two sets; the one for sessions tells more. */
      if (leave->purpose == KIOSK_FIREWALL_FOR_LINE && g_str_equal (element->set, "session_lines")
          && policy != NULL && policy->tunnel.interface == NULL)
        leave_free (leave);
      else
        g_ptr_array_add (leaves, leave);
    }
  return leaves;
}
