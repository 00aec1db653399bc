/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/drill.h"
#include "kiosk/model/audit-actions.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

/* Plan and verdicts of the drill. Touches nothing. */

/* Servers of the policy of which one uid is tried; kiosk-connect, whom the sets are about, tries all. */
#define SERVERS_EACH 3

#define RDP_PORT 3389
#define NTS_PORT 4460
#define IKE_PORT 500
#define IKE_NAT_PORT 4500

const KioskDrillUser kiosk_drill_users[] = {
  { "root", KIOSK_DRILL_NOBODY },           { "kiosk", KIOSK_DRILL_NOBODY },
  { "kiosk-connect", KIOSK_DRILL_SESSION }, { "kiosk-rdp", KIOSK_DRILL_NOBODY },
  { "kiosk-log", KIOSK_DRILL_COLLECTOR },   { "kiosk-receipts", KIOSK_DRILL_RECEIPTS },
  { "kiosk-update", KIOSK_DRILL_UPDATE },   { "kiosk-scan", KIOSK_DRILL_SCANNER },
  { "_chrony", KIOSK_DRILL_TIME },          { "systemd-network", KIOSK_DRILL_NOBODY },
  { "nobody", KIOSK_DRILL_NOBODY },         { NULL, KIOSK_DRILL_NOBODY },
};

static const char *const documentation[] = { "192.0.2.1", "198.51.100.1", "203.0.113.1" };
static const char *const documentation6[] = { "2001:db8::1" };
static const char *const everybody[] = { "255.255.255.255", "224.0.0.1", "224.0.0.251" };
static const char *const everybody6[] = { "ff02::1", "ff02::fb" };

/* The discard service, RFC 863: nobody answers. */
#define DISCARD_PORT 9

static const char *const names[KIOSK_N_DRILL_KINDS] = {
  [KIOSK_DRILL_DNS] = KIOSK_REASON_DRILL_DNS,
  [KIOSK_DRILL_WEB] = KIOSK_REASON_DRILL_WEB,
  [KIOSK_DRILL_MAIL] = KIOSK_REASON_DRILL_MAIL,
  [KIOSK_DRILL_ICMP] = KIOSK_REASON_DRILL_ICMP,
  [KIOSK_DRILL_IPV6] = KIOSK_REASON_DRILL_IPV6,
  [KIOSK_DRILL_OTHER_SERVER] = KIOSK_REASON_DRILL_OTHER_SERVER,
  [KIOSK_DRILL_OTHER_PORT] = KIOSK_REASON_DRILL_OTHER_PORT,
  [KIOSK_DRILL_CLOSED_SERVER] = KIOSK_REASON_DRILL_CLOSED_SERVER,
  [KIOSK_DRILL_SERVICE] = KIOSK_REASON_DRILL_SERVICE,
  [KIOSK_DRILL_GATEWAY] = KIOSK_REASON_DRILL_GATEWAY,
  [KIOSK_DRILL_BROADCAST] = KIOSK_REASON_DRILL_BROADCAST,
};

const char *
kiosk_drill_kind_name (KioskDrillKind kind)
{
  return kind < KIOSK_N_DRILL_KINDS ? names[kind] : NULL;
}

/* ---- What may get out ---- */

static gsize
address_size (int family)
{
  return family == AF_INET6 ? 16 : 4;
}

static gboolean
goes_to (const KioskDrillAttempt *attempt, const KioskEndpoint *endpoint)
{
  return endpoint != NULL && endpoint->address != NULL && attempt->family == endpoint->family
         && memcmp (attempt->address, endpoint->address_bytes, address_size (attempt->family)) == 0;
}

static gboolean
is_for (const KioskDrillAttempt *attempt, const KioskEndpoint *endpoint,
        KioskDrillProtocol protocol, guint port)
{
  return attempt->protocol == protocol && attempt->port == port && goes_to (attempt, endpoint);
}

static gboolean
is_for_time (const KioskDrillAttempt *attempt, const KioskPolicy *policy)
{
  for (guint i = 0; i < policy->time_sources->len; i++)
    {
      const KioskTimeSource *source = policy->time_sources->pdata[i];

      if (is_for (attempt, &source->endpoint, KIOSK_DRILL_UDP, source->endpoint.port)
          || (source->nts != NULL
              && is_for (attempt, &source->endpoint, KIOSK_DRILL_TCP, NTS_PORT)))
        return TRUE;
    }
  return FALSE;
}

/* Packets of a tunnel come from the kernel or from root's key exchange; no user is asked. */
static gboolean
is_for_tunnel (const KioskDrillAttempt *attempt, const KioskTunnel *tunnel)
{
  if (tunnel->kind == KIOSK_TUNNEL_WIREGUARD)
    return is_for (attempt, &tunnel->peer, KIOSK_DRILL_UDP, tunnel->peer.port);
  return tunnel->kind == KIOSK_TUNNEL_IPSEC
         && (is_for (attempt, &tunnel->peer, KIOSK_DRILL_UDP, IKE_PORT)
             || is_for (attempt, &tunnel->peer, KIOSK_DRILL_UDP, IKE_NAT_PORT));
}

static gboolean
is_for_service (const KioskDrillAttempt *attempt, const KioskPolicy *policy, KioskService service)
{
  const KioskEndpoint *endpoint = &policy->services[service];

  return is_for (attempt, endpoint, KIOSK_DRILL_TCP, endpoint->port);
}

static gboolean
is_for_receipts (const KioskDrillAttempt *attempt, const KioskPolicy *policy)
{
  KioskEndpoint endpoint;

  return kiosk_policy_get_receipts (policy, &endpoint)
         && is_for (attempt, &endpoint, KIOSK_DRILL_TCP, endpoint.port);
}

static gboolean
may_pass (const KioskDrillScene *scene, const KioskDrillAttempt *attempt)
{
  if (is_for_tunnel (attempt, &scene->policy->tunnel))
    return TRUE;
  switch (kiosk_drill_users[attempt->user].right)
    {
    case KIOSK_DRILL_SESSION:
      return scene->session != NULL
             && is_for (attempt, scene->session, KIOSK_DRILL_TCP, scene->session->port);
    case KIOSK_DRILL_TIME:
      return is_for_time (attempt, scene->policy);
    case KIOSK_DRILL_COLLECTOR:
      return is_for_service (attempt, scene->policy, KIOSK_SERVICE_COLLECTOR);
    case KIOSK_DRILL_UPDATE:
      return is_for_service (attempt, scene->policy, KIOSK_SERVICE_UPDATE);
    case KIOSK_DRILL_SCANNER:
      return is_for_service (attempt, scene->policy, KIOSK_SERVICE_SCANNER);
    case KIOSK_DRILL_RECEIPTS:
      return is_for_receipts (attempt, scene->policy);
    case KIOSK_DRILL_NOBODY:
    default:
      return FALSE;
    }
}

/* ---- The plan ---- */

typedef struct {
  const KioskDrillScene *scene;
  GArray *attempts;
  guint user;
  KioskDrillKind kind;
} Plan;

static void
try (Plan *plan, KioskDrillProtocol protocol, int family, const guint8 *address, guint port)
{
  KioskDrillAttempt attempt = {
    .kind = plan->kind,
    .user = plan->user,
    .protocol = protocol,
    .family = family,
    .port = protocol == KIOSK_DRILL_ECHO ? 0 : (guint16) port,
  };

  memcpy (attempt.address, address, address_size (family));
  if (!may_pass (plan->scene, &attempt))
    g_array_append_val (plan->attempts, attempt);
}

static void
try_text (Plan *plan, KioskDrillProtocol protocol, const char *text, guint port)
{
  guint8 bytes[16] = { 0 };
  int family = strchr (text, ':') != NULL ? AF_INET6 : AF_INET;

  if (inet_pton (family, text, bytes) == 1)
    try (plan, protocol, family, bytes, port);
}

static void
try_endpoint (Plan *plan, KioskDrillProtocol protocol, const KioskEndpoint *to, guint port)
{
  if (to->address != NULL)
    try (plan, protocol, to->family, to->address_bytes, port);
}

static const KioskEndpoint *
server (const Plan *plan, guint i)
{
  return &((const KioskPolicyServer *) plan->scene->policy->servers->pdata[i])->endpoint;
}

/* One port at a machine of each sort. */
static void
try_everywhere (Plan *plan, KioskDrillProtocol protocol, guint port)
{
  try_text (plan, protocol, documentation[0], port);
  for (guint i = 0; i < plan->scene->n_gateways; i++)
    try_endpoint (plan, protocol, &plan->scene->gateways[i], port);
  if (plan->scene->policy->servers->len > 0)
    try_endpoint (plan, protocol, server (plan, 0), port);
}

static void
try_servers (Plan *plan)
{
  guint n = plan->scene->policy->servers->len;

  if (kiosk_drill_users[plan->user].right != KIOSK_DRILL_SESSION)
    n = MIN (n, SERVERS_EACH);
  for (guint i = 0; i < n; i++)
    {
      const KioskEndpoint *to = server (plan, i);

      if (plan->kind == KIOSK_DRILL_CLOSED_SERVER)
        {
          try_endpoint (plan, KIOSK_DRILL_TCP, to, to->port);
          try_endpoint (plan, KIOSK_DRILL_UDP, to, to->port);
        }
      else if (i < SERVERS_EACH)
        {
          try_endpoint (plan, KIOSK_DRILL_TCP, to, to->port == 65535 ? 1 : to->port + 1u);
          try_endpoint (plan, KIOSK_DRILL_TCP, to, 22);
          try_endpoint (plan, KIOSK_DRILL_TCP, to, 445);
        }
    }
}

static void
try_services (Plan *plan)
{
  const KioskPolicy *policy = plan->scene->policy;
  KioskEndpoint receipts;

  for (guint i = 0; i < KIOSK_N_SERVICES; i++)
    try_endpoint (plan, KIOSK_DRILL_TCP, &policy->services[i], policy->services[i].port);
  if (kiosk_policy_get_receipts (policy, &receipts))
    try_endpoint (plan, KIOSK_DRILL_TCP, &receipts, receipts.port);
  for (guint i = 0; i < policy->time_sources->len; i++)
    {
      const KioskTimeSource *source = policy->time_sources->pdata[i];

      try_endpoint (plan, KIOSK_DRILL_UDP, &source->endpoint, source->endpoint.port);
      try_endpoint (plan, KIOSK_DRILL_TCP, &source->endpoint, NTS_PORT);
    }
}

static void
try_kind (Plan *plan)
{
  const KioskDrillScene *scene = plan->scene;

  switch (plan->kind)
    {
    case KIOSK_DRILL_DNS:
      try_everywhere (plan, KIOSK_DRILL_UDP, 53);
      try_everywhere (plan, KIOSK_DRILL_TCP, 53);
      break;
    case KIOSK_DRILL_WEB:
      try_everywhere (plan, KIOSK_DRILL_TCP, 80);
      try_everywhere (plan, KIOSK_DRILL_TCP, 443);
      try_everywhere (plan, KIOSK_DRILL_UDP, 443);
      break;
    case KIOSK_DRILL_MAIL:
      try_everywhere (plan, KIOSK_DRILL_TCP, 25);
      try_everywhere (plan, KIOSK_DRILL_TCP, 587);
      break;
    case KIOSK_DRILL_ICMP:
      try_everywhere (plan, KIOSK_DRILL_ECHO, 0);
      break;
    case KIOSK_DRILL_IPV6:
      for (guint i = 0; i < G_N_ELEMENTS (documentation6); i++)
        {
          try_text (plan, KIOSK_DRILL_TCP, documentation6[i], 443);
          try_text (plan, KIOSK_DRILL_UDP, documentation6[i], 53);
          try_text (plan, KIOSK_DRILL_ECHO, documentation6[i], 0);
        }
      for (guint i = 0; i < G_N_ELEMENTS (everybody6); i++)
        try_text (plan, KIOSK_DRILL_UDP, everybody6[i], DISCARD_PORT);
      break;
    case KIOSK_DRILL_OTHER_SERVER:
      for (guint i = 0; i < G_N_ELEMENTS (documentation); i++)
        try_text (plan, KIOSK_DRILL_TCP, documentation[i], RDP_PORT);
      break;
    case KIOSK_DRILL_OTHER_PORT:
    case KIOSK_DRILL_CLOSED_SERVER:
      try_servers (plan);
      break;
    case KIOSK_DRILL_SERVICE:
      try_services (plan);
      break;
    case KIOSK_DRILL_GATEWAY:
      for (guint i = 0; i < scene->n_gateways; i++)
        {
          try_endpoint (plan, KIOSK_DRILL_TCP, &scene->gateways[i], 22);
          try_endpoint (plan, KIOSK_DRILL_TCP, &scene->gateways[i], RDP_PORT);
          try_endpoint (plan, KIOSK_DRILL_UDP, &scene->gateways[i], 161);
        }
      break;
    case KIOSK_DRILL_BROADCAST:
      for (guint i = 0; i < G_N_ELEMENTS (everybody); i++)
        try_text (plan, KIOSK_DRILL_UDP, everybody[i], DISCARD_PORT);
      for (guint i = 0; i < scene->n_broadcasts; i++)
        try_endpoint (plan, KIOSK_DRILL_UDP, &scene->broadcasts[i], DISCARD_PORT);
      break;
    case KIOSK_N_DRILL_KINDS:
    default:
      break;
    }
}

GArray *
kiosk_drill_plan (const KioskDrillScene *scene)
{
  Plan plan = { .scene = scene, .attempts = g_array_new (FALSE, TRUE, sizeof (KioskDrillAttempt)) };

  for (plan.kind = 0; plan.kind < KIOSK_N_DRILL_KINDS; plan.kind++)
    for (plan.user = 0; kiosk_drill_users[plan.user].name != NULL; plan.user++)
      if (scene->present[plan.user])
        try_kind (&plan);
  return plan.attempts;
}

char *
kiosk_drill_describe (const KioskDrillAttempt *attempt)
{
  const char *user = kiosk_drill_users[attempt->user].name;
  char address[INET6_ADDRSTRLEN] = "";

  inet_ntop (attempt->family, attempt->address, address, sizeof address);
  if (attempt->protocol == KIOSK_DRILL_ECHO)
    return g_strdup_printf ("%s ICMP %s", user, address);
  return g_strdup_printf ("%s %s %s port %u", user,
                          attempt->protocol == KIOSK_DRILL_TCP ? "TCP" : "UDP", address,
                          attempt->port);
}

/* ---- Verdicts ---- */

/* What the look-up of a route says, before the firewall is asked. */
static gboolean
is_no_way (int error)
{
  switch (error)
    {
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT: /* no IPv6 in this kernel */
    case ENODEV:
    case EINVAL: /* a route that swallows */
    case EACCES: /* a route that forbids */
      return TRUE;
    default:
      return FALSE;
    }
}

KioskDrillResult
kiosk_drill_judge (const KioskDrillSight *sight)
{
  if (sight->left || sight->answered)
    return KIOSK_DRILL_THROUGH;
  if (is_no_way (sight->start_error))
    return KIOSK_DRILL_NO_WAY;
  if (sight->start_error == ECONNREFUSED || sight->start_error == EPERM)
    return KIOSK_DRILL_REFUSED;
  if (sight->start_error != 0)
    return KIOSK_DRILL_THROUGH;
  if (sight->send_error == EPERM || sight->send_error == ECONNREFUSED)
    return KIOSK_DRILL_REFUSED;
  if (is_no_way (sight->send_error))
    return KIOSK_DRILL_NO_WAY;
  /* "Host unreachable" that comes later comes from behind the firewall: no neighbour answered. */
  return sight->later_error == ECONNREFUSED || sight->later_error == ECONNRESET
             ? KIOSK_DRILL_REFUSED
             : KIOSK_DRILL_THROUGH;
}
