/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* The set elements, through libnftables' JSON interface: libnftables-json(5). Never through its text
 * syntax, in which an address of the policy could end the command and begin another. The address that
 * goes in is not the policy's text but what inet_ntop(3) makes of the parsed bytes, so that libnftables
 * finds no name to look up. */

#include "firewall.h"

#include "kiosk/base/error.h"

#include <arpa/inet.h>
#include <json-glib/json-glib.h>
#include <nftables/libnftables.h>

struct _KioskFirewall {
  struct nft_ctx *nft;
};

static gboolean
run (KioskFirewall *self, JsonBuilder *builder, GError **error)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *command = json_to_string (root, FALSE);
  g_autofree char *message = NULL;

  if (nft_run_cmd_from_buffer (self->nft, command) == 0)
    return TRUE;
  message = kiosk_text_clean (nft_ctx_get_error_buffer (self->nft), 200);
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_IO, "nftables: %s", message);
  return FALSE;
}

static JsonBuilder *
begin_commands (void)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "nftables");
  json_builder_begin_array (builder);
  return builder;
}

static gboolean
end_commands (KioskFirewall *self, JsonBuilder *builder, GError **error)
{
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return run (self, builder, error);
}

static void
set_member (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

/* {"<verb>": {"<kind>": {"family": "inet", "table": "kiosk", "name": "<set>", ... left open */
static void
begin_command (JsonBuilder *builder, const char *verb, const char *kind, const char *set)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, verb);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, kind);
  json_builder_begin_object (builder);
  set_member (builder, "family", "inet");
  set_member (builder, "table", "kiosk");
  set_member (builder, "name", set);
}

static void
end_command (JsonBuilder *builder)
{
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static void
add_element_command (JsonBuilder *builder, const char *verb, const KioskEndpoint *endpoint,
                     gboolean with_timeout)
{
  char address[INET6_ADDRSTRLEN];

  inet_ntop (endpoint->family, endpoint->address_bytes, address, sizeof address);
  begin_command (builder, verb, "element", endpoint->family == AF_INET6 ? "sessions6" : "sessions");
  json_builder_set_member_name (builder, "elem");
  json_builder_begin_array (builder);
  if (with_timeout)
    {
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "elem");
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "timeout");
      json_builder_add_int_value (builder, KIOSK_FIREWALL_TIMEOUT);
      json_builder_set_member_name (builder, "val");
    }
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "concat");
  json_builder_begin_array (builder);
  json_builder_add_string_value (builder, address);
  json_builder_add_int_value (builder, endpoint->port);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  if (with_timeout)
    {
      json_builder_end_object (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  end_command (builder);
}

KioskFirewall *
kiosk_firewall_new (GError **error)
{
  KioskFirewall *self = g_new0 (KioskFirewall, 1);

  self->nft = nft_ctx_new (NFT_CTX_DEFAULT);
  nft_ctx_output_set_flags (self->nft, NFT_CTX_OUTPUT_JSON);
  nft_ctx_buffer_output (self->nft);
  nft_ctx_buffer_error (self->nft);
  if (kiosk_firewall_close_all (self, error))
    return self;
  kiosk_firewall_free (self);
  return NULL;
}

void
kiosk_firewall_free (KioskFirewall *self)
{
  if (self == NULL)
    return;
  nft_ctx_free (self->nft);
  g_free (self);
}

/* Add, delete, add in one transaction: the first makes the delete succeed whether or not the element
 * was there, the last starts its time anew (adding what exists leaves the old time running). */
gboolean
kiosk_firewall_open (KioskFirewall *self, const KioskEndpoint *endpoint, GError **error)
{
  g_autoptr (JsonBuilder) builder = begin_commands ();

  add_element_command (builder, "add", endpoint, TRUE);
  add_element_command (builder, "delete", endpoint, FALSE);
  add_element_command (builder, "add", endpoint, TRUE);
  return end_commands (self, builder, error);
}

gboolean
kiosk_firewall_close (KioskFirewall *self, const KioskEndpoint *endpoint, GError **error)
{
  g_autoptr (JsonBuilder) builder = begin_commands ();

  add_element_command (builder, "add", endpoint, TRUE);
  add_element_command (builder, "delete", endpoint, FALSE);
  return end_commands (self, builder, error);
}

gboolean
kiosk_firewall_close_all (KioskFirewall *self, GError **error)
{
  static const char *const sets[] = { "sessions", "sessions6" };
  g_autoptr (JsonBuilder) builder = begin_commands ();

  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      begin_command (builder, "flush", "set", sets[i]);
      end_command (builder);
    }
  return end_commands (self, builder, error);
}
