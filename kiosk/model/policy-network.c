/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include "kiosk/model/firewall.h"

#include <string.h>

/* What else than a session may leave the terminal (R11, R12, R14, R23): sections [service], [time],
 * [tunnel] and [watch]. */

static void
read_endpoint (const KioskPolicyBuilder *builder, const char *key, guint port, KioskEndpoint *to)
{
  KioskPolicyValue value;

  if (kiosk_policy_builder_get (builder, key, &value))
    kiosk_policy_value_address (value, to);
  kiosk_policy_builder_number (builder, "port", 1, 65535, &port);
  to->port = (guint16) port;
}

const char *
kiosk_service_name (KioskService service)
{
  static const char *const names[] = { [KIOSK_SERVICE_COLLECTOR] = "collector",
                                       [KIOSK_SERVICE_UPDATE] = "update",
                                       [KIOSK_SERVICE_SCANNER] = "scanner" };

  return service < KIOSK_N_SERVICES ? names[service] : NULL;
}

gboolean
kiosk_policy_get_receipts (const KioskPolicy *self, KioskEndpoint *endpoint)
{
  const KioskEndpoint *collector = &self->services[KIOSK_SERVICE_COLLECTOR];

  if (collector->address == NULL || !self->has_collector_key || self->receipts_port == 0)
    return FALSE;
  *endpoint = *collector;
  endpoint->port = (guint16) self->receipts_port;
  return TRUE;
}

/* Key "receipts-port": of the collector alone, which cannot serve two things at one port. */
static void
read_receipts_port (KioskPolicyBuilder *builder, KioskService service)
{
  KioskPolicy *policy = &builder->policy->public;
  const KioskPolicyEntry *port = kiosk_policy_section_find (builder->section, "receipts-port");

  if (service == KIOSK_SERVICE_COLLECTOR)
    {
      policy->receipts_port = KIOSK_POLICY_RECEIPTS_PORT;
      kiosk_policy_builder_number (builder, "receipts-port", 0, 65535, &policy->receipts_port);
      if (policy->receipts_port == policy->services[service].port && port != NULL)
        kiosk_policy_index_problem (
            builder->index, port->place,
            "“receipts-port” of [%s] is “port”, too: receipts have a port of their own",
            "「receipts-port」（[%s]）が「port」と同じです。受領書には別のポートを書いてください",
            builder->section->name);
    }
  else if (port != NULL)
    kiosk_policy_index_problem (
        builder->index, port->place, "“receipts-port” has no meaning in [%s]: remove it",
        "「receipts-port」は [%s] では意味がありません。削除してください", builder->section->name);
}

void
kiosk_policy_build_service (KioskPolicyBuilder *builder)
{
  for (guint i = 0; i < KIOSK_N_SERVICES; i++)
    if (strcmp (kiosk_service_name (i), builder->section->id) == 0)
      {
        read_endpoint (builder, "address", 0, &builder->policy->public.services[i]);
        read_receipts_port (builder, i);
        return;
      }
  kiosk_policy_index_problem (
      builder->index, builder->section->place,
      "“%s” is no service; known are: collector, update, scanner",
      "「%s」というサービスはありません。使えるもの: collector, update, scanner",
      builder->section->id);
}

void
kiosk_policy_build_time (KioskPolicyBuilder *builder)
{
  KioskTimeSource *source = g_new0 (KioskTimeSource, 1);
  const KioskPolicyEntry *key = kiosk_policy_section_find (builder->section, "key");
  const KioskPolicyEntry *nts = kiosk_policy_section_find (builder->section, "nts");
  const KioskPolicyEntry *authority
      = kiosk_policy_section_find (builder->section, "certificate-authority");
  KioskPolicyValue value;

  source->id = g_strdup (builder->section->id);
  read_endpoint (builder, "address", 123, &source->endpoint);
  if (kiosk_policy_builder_get (builder, "nts", &value))
    kiosk_policy_value_host_name (value, &source->nts);
  if (kiosk_policy_builder_get (builder, "certificate-authority", &value))
    kiosk_policy_value_path (value, &source->authority);
  kiosk_policy_builder_number (builder, "key", 1, 65535, &source->key);
  if (nts != NULL && authority == NULL)
    kiosk_policy_index_problem (
        builder->index, nts->place,
        "[%s] lacks “certificate-authority”: a terminal trusts no authority that is not named",
        "[%s] に「certificate-authority」が必要です。端末は、書かれていない認証局を信頼しません",
        builder->section->name);
  if (authority != NULL && nts == NULL)
    kiosk_policy_index_problem (
        builder->index, authority->place,
        "“certificate-authority” of [%s] has no meaning without “nts”: remove it",
        "「certificate-authority」（[%s]）は「nts」がないと意味がありません。削除してください",
        builder->section->name);
  if (source->nts != NULL && key != NULL)
    kiosk_policy_index_problem (
        builder->index, key->place, "[%s] has both “nts” and “key”: keep one of them",
        "[%s] に「nts」と「key」の両方があります。どちらか 1 つにしてください",
        builder->section->name);
  g_ptr_array_add (builder->policy->public.time_sources, source);
}

void
kiosk_policy_build_tunnel (KioskPolicyBuilder *builder)
{
  static const char *const kinds[] = { "wireguard", "ipsec", NULL };
  KioskTunnel *tunnel = &builder->policy->public.tunnel;
  const KioskPolicyEntry *port = kiosk_policy_section_find (builder->section, "port");
  g_autofree char *name = NULL;

  tunnel->kind = kiosk_policy_builder_choice (builder, "kind", kinds) == 0 ? KIOSK_TUNNEL_WIREGUARD
                                                                           : KIOSK_TUNNEL_IPSEC;
  kiosk_policy_builder_text (builder, "interface", 15, &name);
  if (name[0] != '\0' && !kiosk_firewall_line_is_valid (name))
    kiosk_policy_index_problem (
        builder->index, kiosk_policy_section_find (builder->section, "interface")->place,
        "“interface” is “%s”: expected the name of a network interface like wg0",
        "「interface」が「%s」です。wg0 のようなネットワークインターフェース名を書いてください",
        name);
  tunnel->interface = g_steal_pointer (&name);
  read_endpoint (builder, "peer", tunnel->kind == KIOSK_TUNNEL_WIREGUARD ? 51820 : 0,
                 &tunnel->peer);
  if (tunnel->kind == KIOSK_TUNNEL_IPSEC && port != NULL)
    kiosk_policy_index_problem (
        builder->index, port->place, "“port” of [%s] has no meaning with kind=ipsec: remove it",
        "「port」（[%s]）は kind=ipsec と一緒には使えません。削除してください",
        builder->section->name);
}

void
kiosk_policy_build_watch (KioskPolicyBuilder *builder)
{
  KioskPolicy *policy = &builder->policy->public;

  kiosk_policy_builder_number (builder, "interval", 10, 3600, &policy->watch_interval);
  kiosk_policy_builder_number (builder, "clock-step", 1, 3600, &policy->clock_step);
}
