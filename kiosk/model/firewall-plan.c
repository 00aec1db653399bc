/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

/* From the policy to elements: the whole of what may leave the terminal stands in this file. An address goes
 * in as what inet_ntop(3) makes of the parsed bytes, never as the policy's text: nft takes a name for
 * something to look up, and other texts for more than an address. */

#include "kiosk/model/firewall.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define IKE_PORT 500 /* RFC 7296, 2 */
#define NAT_PORT 4500
#define NTS_PORT 4460 /* RFC 8915, 8 */
#define DHCP_PORT 67

typedef struct {
  const KioskFirewallWants *wants;
  GPtrArray *elements;
  GPtrArray *left_out;
} Plan;

const char *
kiosk_firewall_user_name (KioskFirewallUser user)
{
  static const char *const names[KIOSK_FIREWALL_N_USERS] = {
    [KIOSK_FIREWALL_USER_COLLECTOR] = "kiosk-log",
    [KIOSK_FIREWALL_USER_UPDATE] = "kiosk-update",
    [KIOSK_FIREWALL_USER_SCANNER] = "kiosk-scan",
    [KIOSK_FIREWALL_USER_TIME] = "_chrony",
    [KIOSK_FIREWALL_USER_DHCP] = "systemd-network",
    [KIOSK_FIREWALL_USER_ROOT] = "root",
    [KIOSK_FIREWALL_USER_RECEIPTS] = "kiosk-receipts",
  };

  return user < KIOSK_FIREWALL_N_USERS ? names[user] : NULL;
}

void
kiosk_firewall_element_free (KioskFirewallElement *self)
{
  if (self == NULL)
    return;
  g_free (self->key);
  g_free (self->section);
  g_free (self);
}

gboolean
kiosk_firewall_line_is_valid (const char *name)
{
  if (!g_ascii_isalpha (name[0]) || strlen (name) > 15 || strcmp (name, "lo") == 0)
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '_' && *p != '.')
      return FALSE;
  return TRUE;
}

static gboolean
is_planned (const GPtrArray *elements, const char *set, const char *key)
{
  for (guint i = 0; i < elements->len; i++)
    {
      const KioskFirewallElement *element = elements->pdata[i];

      if (g_str_equal (element->set, set) && g_str_equal (element->key, key))
        return TRUE;
    }
  return FALSE;
}

/* Takes over @key. What stands already, stands: two services may use one address. */
static void
add (Plan *plan, const char *set, char *key, KioskFirewallPurpose purpose, const char *section)
{
  KioskFirewallElement *element;

  if (is_planned (plan->elements, set, key))
    {
      g_free (key);
      return;
    }
  element = g_new0 (KioskFirewallElement, 1);
  element->set = set;
  element->key = key;
  element->purpose = purpose;
  element->section = g_strdup (section);
  g_ptr_array_add (plan->elements, element);
}

static const char *
write_address (const KioskEndpoint *endpoint, char address[INET6_ADDRSTRLEN])
{
  return inet_ntop (endpoint->family, endpoint->address_bytes, address, INET6_ADDRSTRLEN);
}

static void
add_service (Plan *plan, KioskFirewallUser user, guint8 protocol, const KioskEndpoint *endpoint,
             guint16 port, KioskFirewallPurpose purpose, const char *section)
{
  gboolean six = endpoint->family == AF_INET6;
  gint64 uid = plan->wants->users->ids[user];
  char address[INET6_ADDRSTRLEN];

  if (uid < 0)
    {
      if (section != NULL
          && !g_ptr_array_find_with_equal_func (plan->left_out, section, g_str_equal, NULL))
        g_ptr_array_add (plan->left_out, g_strdup (section));
      return;
    }
  write_address (endpoint, address);
  add (plan, six ? "services6" : "services",
       g_strdup_printf ("%" G_GINT64_FORMAT " . %u . %s . %u", uid, protocol, address, port),
       purpose, section);
  add (plan, six ? "answers6" : "answers",
       g_strdup_printf ("%u . %s . %u", protocol, address, port), KIOSK_FIREWALL_FOR_ANSWER,
       section);
}

static void
add_services (Plan *plan, const KioskPolicy *policy)
{
  KioskEndpoint receipts;

  for (guint i = 0; i < KIOSK_N_SERVICES; i++)
    {
      const KioskEndpoint *endpoint = &policy->services[i];
      g_autofree char *section = g_strdup_printf ("service %s", kiosk_service_name (i));

      if (endpoint->address != NULL)
        add_service (plan, KIOSK_FIREWALL_USER_COLLECTOR + i, IPPROTO_TCP, endpoint, endpoint->port,
                     KIOSK_FIREWALL_FOR_SERVICE, section);
    }
  if (kiosk_policy_get_receipts (policy, &receipts))
    add_service (plan, KIOSK_FIREWALL_USER_RECEIPTS, IPPROTO_TCP, &receipts, receipts.port,
                 KIOSK_FIREWALL_FOR_SERVICE, "service collector");
}

static void
add_times (Plan *plan, const KioskPolicy *policy)
{
  for (guint i = 0; i < policy->time_sources->len; i++)
    {
      const KioskTimeSource *source = policy->time_sources->pdata[i];
      g_autofree char *section = g_strdup_printf ("time %s", source->id);

      add_service (plan, KIOSK_FIREWALL_USER_TIME, IPPROTO_UDP, &source->endpoint,
                   source->endpoint.port, KIOSK_FIREWALL_FOR_TIME, section);
      if (source->nts != NULL)
        add_service (plan, KIOSK_FIREWALL_USER_TIME, IPPROTO_TCP, &source->endpoint, NTS_PORT,
                     KIOSK_FIREWALL_FOR_TIME, section);
    }
}

static void
add_tunnel (Plan *plan, const KioskTunnel *tunnel)
{
  const KioskEndpoint *peer = &tunnel->peer;
  gboolean six = peer->family == AF_INET6;
  gboolean ipsec = tunnel->kind == KIOSK_TUNNEL_IPSEC;
  char address[INET6_ADDRSTRLEN];

  write_address (peer, address);
  add (plan, six ? "tunnel6" : "tunnel",
       g_strdup_printf ("%s . %u", address, ipsec ? NAT_PORT : peer->port),
       KIOSK_FIREWALL_FOR_TUNNEL, "tunnel");
  if (!ipsec)
    return;
  add (plan, six ? "tunnel_esp6" : "tunnel_esp", g_strdup (address), KIOSK_FIREWALL_FOR_TUNNEL,
       "tunnel");
  /* The keys are exchanged by a program of root's (ipsec(8)). */
  add_service (plan, KIOSK_FIREWALL_USER_ROOT, IPPROTO_UDP, peer, IKE_PORT,
               KIOSK_FIREWALL_FOR_TUNNEL, "tunnel");
  add_service (plan, KIOSK_FIREWALL_USER_ROOT, IPPROTO_UDP, peer, NAT_PORT,
               KIOSK_FIREWALL_FOR_TUNNEL, "tunnel");
}

static void
add_line (Plan *plan, const char *set, const char *name, const char *section)
{
  add (plan, set, g_strdup (name), KIOSK_FIREWALL_FOR_LINE, section);
}

static void
add_lines (Plan *plan, const char *const *lines, const char *tunnel)
{
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      add_line (plan, "lines", lines[i], NULL);
      add_line (plan, "service_lines", lines[i], NULL);
      if (tunnel == NULL)
        add_line (plan, "session_lines", lines[i], NULL);
    }
  /* A service may be behind the tunnel, a session must be. */
  if (tunnel != NULL)
    {
      add_line (plan, "session_lines", tunnel, "tunnel");
      add_line (plan, "service_lines", tunnel, "tunnel");
    }
}

KioskFirewallElement *
kiosk_firewall_session_element (const KioskEndpoint *endpoint)
{
  KioskFirewallElement *element = g_new0 (KioskFirewallElement, 1);
  char address[INET6_ADDRSTRLEN];

  element->set = endpoint->family == AF_INET6 ? "sessions6" : "sessions";
  element->key = g_strdup_printf ("%s . %u", write_address (endpoint, address), endpoint->port);
  element->timeout = KIOSK_FIREWALL_TIMEOUT;
  element->purpose = KIOSK_FIREWALL_FOR_SESSION;
  return element;
}

GPtrArray *
kiosk_firewall_plan (const KioskFirewallWants *wants, GPtrArray **left_out)
{
  Plan plan = {
    .wants = wants,
    .elements = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_firewall_element_free),
    .left_out = g_ptr_array_new_with_free_func (g_free),
  };
  const KioskPolicy *policy = wants->policy;

  add_lines (&plan, wants->lines, policy != NULL ? policy->tunnel.interface : NULL);
  if (wants->dhcp != NULL)
    add_service (&plan, KIOSK_FIREWALL_USER_DHCP, IPPROTO_UDP, wants->dhcp, DHCP_PORT,
                 KIOSK_FIREWALL_FOR_SERVICE, "dhcp");
  if (policy != NULL)
    {
      add_services (&plan, policy);
      add_times (&plan, policy);
      if (policy->tunnel.kind != KIOSK_TUNNEL_NONE)
        add_tunnel (&plan, &policy->tunnel);
    }
  for (guint i = 0; i < wants->n_sessions; i++)
    {
      KioskFirewallElement *element = kiosk_firewall_session_element (wants->sessions[i]);

      if (is_planned (plan.elements, element->set, element->key))
        kiosk_firewall_element_free (element);
      else
        g_ptr_array_add (plan.elements, element);
    }
  if (left_out != NULL)
    *left_out = g_steal_pointer (&plan.left_out);
  else
    g_ptr_array_unref (plan.left_out);
  return plan.elements;
}
