/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

/* Reads what the kernel has: the elements and counters of a listing of the table inet kiosk
 * (libnftables-json(5)). The rules are judged by their text (firewall-difference.c). */

#include "kiosk/model/firewall.h"

#include "kiosk/base/error.h"

#include <json-glib/json-glib.h>
#include <netinet/in.h>
#include <string.h>

/* The sets that the rules fill, and what the parts of a key are in them. */
static const struct {
  const char *name;
  KioskFirewallDirection direction;
  gboolean with_uid, with_port;
} tries[] = {
  { "tries_out", KIOSK_FIREWALL_OUT, TRUE, TRUE },
  { "tries_out6", KIOSK_FIREWALL_OUT, TRUE, TRUE },
  { "tries_out_other", KIOSK_FIREWALL_OUT, TRUE, FALSE },
  { "tries_out_other6", KIOSK_FIREWALL_OUT, TRUE, FALSE },
  { "tries_in", KIOSK_FIREWALL_IN, FALSE, TRUE },
  { "tries_in6", KIOSK_FIREWALL_IN, FALSE, TRUE },
  { "tries_in_other", KIOSK_FIREWALL_IN, FALSE, FALSE },
  { "tries_in_other6", KIOSK_FIREWALL_IN, FALSE, FALSE },
};

/* The sets that kioskd fills. */
static const char *const filled[]
    = { "lines",    "session_lines", "service_lines", "sessions", "sessions6",
        "services", "services6",     "answers",       "answers6", "tunnel",
        "tunnel6",  "tunnel_esp",    "tunnel_esp6" };

static void
try_free (KioskFirewallTry *self)
{
  g_free (self->address);
  g_free (self);
}

void
kiosk_firewall_state_free (KioskFirewallState *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->elements);
  g_ptr_array_unref (self->tries);
  g_free (self);
}

static JsonObject *
member_object (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static JsonArray *
member_array (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gint64
member_int (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node)
                                                                         : 0;
}

static const char *
member_string (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : "";
}

/* One part of a key as text. What is neither text nor number (a prefix, a range) is nothing that we ever put
 * in, and shows as its JSON. */
static char *
write_part (JsonNode *node)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return json_to_string (node, FALSE);
}

/* An element's parts: {"concat": [...]} or one value. */
static GStrv
split_key (JsonNode *node)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  JsonArray *concat
      = JSON_NODE_HOLDS_OBJECT (node) ? member_array (json_node_get_object (node), "concat") : NULL;
  guint n = concat != NULL ? json_array_get_length (concat) : 1;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *part
          = write_part (concat != NULL ? json_array_get_element (concat, i) : node);

      g_strv_builder_add (parts, part);
    }
  return g_strv_builder_end (parts);
}

static void
add_element (KioskFirewallState *state, const char *set, GStrv key, JsonObject *properties)
{
  KioskFirewallElement *element = g_new0 (KioskFirewallElement, 1);

  element->set = set;
  element->key = g_strjoinv (" . ", key);
  element->timeout = (guint) member_int (properties, "timeout");
  element->expires = (guint) member_int (properties, "expires");
  g_ptr_array_add (state->elements, element);
}

static void
add_try (KioskFirewallState *state, guint kind, GStrv key, JsonObject *properties)
{
  guint n = g_strv_length (key), i = 0;
  KioskFirewallTry *try;

  if (n != 2u + (tries[kind].with_uid ? 1 : 0) + (tries[kind].with_port ? 1 : 0))
    return;
  try = g_new0 (KioskFirewallTry, 1);
  try->direction = tries[kind].direction;
  try->uid = tries[kind].with_uid ? g_ascii_strtoll (key[i++], NULL, 10) : -1;
  try->protocol = (guint8) g_ascii_strtoull (key[i++], NULL, 10);
  try->address = g_strdup (key[i++]);
  try->port = tries[kind].with_port ? (guint16) g_ascii_strtoull (key[i], NULL, 10) : 0;
  try->packets = (guint64) member_int (member_object (properties, "counter"), "packets");
  g_ptr_array_add (state->tries, try);
}

static void
read_set (KioskFirewallState *state, JsonObject *set)
{
  const char *name = member_string (set, "name");
  JsonArray *elements = member_array (set, "elem");

  for (guint i = 0; elements != NULL && i < json_array_get_length (elements); i++)
    {
      JsonNode *node = json_array_get_element (elements, i);
      JsonObject *properties = JSON_NODE_HOLDS_OBJECT (node)
                                   ? member_object (json_node_get_object (node), "elem")
                                   : NULL;
      JsonNode *value = properties != NULL ? json_object_get_member (properties, "val") : node;
      g_auto (GStrv) key = value != NULL ? split_key (value) : NULL;

      for (guint f = 0; key != NULL && f < G_N_ELEMENTS (filled); f++)
        if (g_str_equal (filled[f], name))
          add_element (state, filled[f], key, properties);
      for (guint t = 0; key != NULL && t < G_N_ELEMENTS (tries); t++)
        if (g_str_equal (tries[t].name, name))
          add_try (state, t, key, properties);
    }
}

static void
read_counter (KioskFirewallState *state, JsonObject *counter)
{
  const struct {
    const char *name;
    guint64 *packets;
  } counters[] = {
    { "refused_out", &state->refused_out },
    { "refused_in", &state->refused_in },
    { "refused_forward", &state->refused_forward },
    { "ignored_in", &state->ignored_in },
  };

  for (guint i = 0; i < G_N_ELEMENTS (counters); i++)
    if (g_str_equal (counters[i].name, member_string (counter, "name")))
      *counters[i].packets = (guint64) member_int (counter, "packets");
}

KioskFirewallState *
kiosk_firewall_state_parse (const char *json, GError **error)
{
  g_autoptr (JsonNode) root = json_from_string (json, error);
  g_autoptr (KioskFirewallState) state = NULL;
  JsonArray *items;

  if (root == NULL && error != NULL && *error != NULL)
    return NULL;
  items = root != NULL && JSON_NODE_HOLDS_OBJECT (root)
              ? member_array (json_node_get_object (root), "nftables")
              : NULL;
  if (items == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "no listing of nftables");
      return NULL;
    }
  state = g_new0 (KioskFirewallState, 1);
  state->elements = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_firewall_element_free);
  state->tries = g_ptr_array_new_with_free_func ((GDestroyNotify) try_free);
  for (guint i = 0; i < json_array_get_length (items); i++)
    {
      JsonNode *node = json_array_get_element (items, i);
      JsonObject *item = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      JsonObject *set = member_object (item, "set");
      JsonObject *counter = member_object (item, "counter");

      if (set != NULL)
        read_set (state, set);
      if (counter != NULL)
        read_counter (state, counter);
    }
  return g_steal_pointer (&state);
}

char *
kiosk_firewall_protocol_name (guint8 protocol)
{
  switch (protocol)
    {
    case IPPROTO_TCP:
      return g_strdup ("TCP");
    case IPPROTO_UDP:
      return g_strdup ("UDP");
    case IPPROTO_ICMP:
      return g_strdup ("ICMP");
    case IPPROTO_ICMPV6:
      return g_strdup ("ICMPv6");
    case IPPROTO_ESP:
      return g_strdup ("ESP");
    default:
      return g_strdup_printf ("protocol %u", protocol);
    }
}
