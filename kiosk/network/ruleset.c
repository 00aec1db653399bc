/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-network"

/* Two contexts, so that no call has to think of the other's options: one writes and reads text, which is
 * always ours; the other speaks JSON. */

#include "kiosk/network/ruleset.h"

#include "kiosk/base/error.h"

#include <json-glib/json-glib.h>
#include <nftables/libnftables.h>
#include <pwd.h>

struct _KioskRuleset {
  struct nft_ctx *text;
  struct nft_ctx *json;
};

static struct nft_ctx *
new_context (unsigned int flags)
{
  struct nft_ctx *context = nft_ctx_new (NFT_CTX_DEFAULT);

  /* Numbers of protocols: their names stand in a file that a terminal need not have. */
  nft_ctx_output_set_flags (context, flags | NFT_CTX_OUTPUT_NUMERIC_PROTO);
  nft_ctx_buffer_output (context);
  nft_ctx_buffer_error (context);
  return context;
}

KioskRuleset *
kiosk_ruleset_new (void)
{
  KioskRuleset *self = g_new0 (KioskRuleset, 1);

  self->text = new_context (NFT_CTX_OUTPUT_STATELESS | NFT_CTX_OUTPUT_TERSE);
  self->json = new_context (NFT_CTX_OUTPUT_JSON);
  return self;
}

void
kiosk_ruleset_free (KioskRuleset *self)
{
  if (self == NULL)
    return;
  nft_ctx_free (self->text);
  nft_ctx_free (self->json);
  g_free (self);
}

static gboolean
run (struct nft_ctx *context, const char *command, GError **error)
{
  g_autofree char *message = NULL;

  if (nft_run_cmd_from_buffer (context, command) == 0)
    return TRUE;
  message = kiosk_text_clean (nft_ctx_get_error_buffer (context), 200);
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_IO, "nftables: %s", message);
  return FALSE;
}

gboolean
kiosk_ruleset_load (KioskRuleset *self, const char *text, GError **error)
{
  return run (self->text, text, error);
}

static void
set_member (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

/* A number as a number, so that no library looks for a name of it. */
static void
add_part (JsonBuilder *builder, const char *part)
{
  guint64 number;

  if (g_ascii_string_to_unsigned (part, 10, 0, G_MAXUINT32, &number, NULL))
    json_builder_add_int_value (builder, (gint64) number);
  else
    json_builder_add_string_value (builder, part);
}

static void
add_key (JsonBuilder *builder, const KioskFirewallElement *element)
{
  g_auto (GStrv) parts = g_strsplit (element->key, " . ", -1);

  if (parts[1] == NULL)
    {
      add_part (builder, parts[0]);
      return;
    }
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "concat");
  json_builder_begin_array (builder);
  for (guint i = 0; parts[i] != NULL; i++)
    add_part (builder, parts[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_change (JsonBuilder *builder, const KioskRulesetChange *change)
{
  const KioskFirewallElement *element = change->element;
  gboolean timed = element->timeout > 0 && change->verb == KIOSK_RULESET_ADD;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, change->verb == KIOSK_RULESET_ADD ? "add" : "delete");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "element");
  json_builder_begin_object (builder);
  set_member (builder, "family", "inet");
  set_member (builder, "table", "kiosk");
  set_member (builder, "name", element->set);
  json_builder_set_member_name (builder, "elem");
  json_builder_begin_array (builder);
  if (timed)
    {
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "elem");
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "timeout");
      json_builder_add_int_value (builder, element->timeout);
      json_builder_set_member_name (builder, "val");
    }
  add_key (builder, element);
  if (timed)
    {
      json_builder_end_object (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

gboolean
kiosk_ruleset_change (KioskRuleset *self, const KioskRulesetChange *changes, guint n_changes,
                      GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *command = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "nftables");
  json_builder_begin_array (builder);
  for (guint i = 0; i < n_changes; i++)
    add_change (builder, &changes[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  command = json_to_string (root, FALSE);
  return n_changes == 0 || run (self->json, command, error);
}

char *
kiosk_ruleset_list_rules (KioskRuleset *self, GError **error)
{
  if (!run (self->text, "list ruleset", error))
    return NULL;
  return g_strdup (nft_ctx_get_output_buffer (self->text));
}

KioskFirewallState *
kiosk_ruleset_read_state (KioskRuleset *self, GError **error)
{
  static const char command[] = "{\"nftables\":[{\"list\":{\"table\":{\"family\":\"inet\","
                                "\"name\":\"kiosk\"}}}]}";

  if (!run (self->json, command, error))
    return NULL;
  return kiosk_firewall_state_parse (nft_ctx_get_output_buffer (self->json), error);
}

void
kiosk_ruleset_find_users (KioskFirewallUsers *users)
{
  for (KioskFirewallUser user = 0; user < KIOSK_FIREWALL_N_USERS; user++)
    {
      const struct passwd *entry = getpwnam (kiosk_firewall_user_name (user));

      users->ids[user] = entry != NULL ? (gint64) entry->pw_uid : -1;
    }
}
