/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/forerunner.h"

#include "kiosk/base/error.h"
#include "kiosk/base/text.h"

#include <json-glib/json-glib.h>
#include <sodium.h>
#include <string.h>

/* One form, and no other is read: what is printed anew from what was understood must be the file. */

void
kiosk_forerunner_clear (KioskForerunner *self)
{
  g_clear_pointer (&self->by, g_free);
  g_clear_pointer (&self->reason, g_free);
}

static void
append_text (GString *json, const char *name, const char *value, guint max_chars)
{
  g_autofree char *clean = kiosk_text_clean (value != NULL ? value : "", max_chars);

  g_string_append_printf (json, ",\"%s\":\"", name);
  for (const char *p = clean; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (json, '\\');
      g_string_append_c (json, *p);
    }
  g_string_append_c (json, '"');
}

char *
kiosk_forerunner_print (const KioskForerunner *self)
{
  GString *json = g_string_new (NULL);
  char chain[2 * KIOSK_AUDIT_HASH_SIZE + 1];

  sodium_bin2hex (chain, sizeof chain, self->last.hash, sizeof self->last.hash);
  g_string_append_printf (json,
                          "{\"version\":1,\"sequence\":%" G_GUINT64_FORMAT ",\"chain\":\"%s\"",
                          self->last.sequence, chain);
  append_text (json, "by", self->by, KIOSK_FORERUNNER_BY_MAX);
  append_text (json, "reason", self->reason, KIOSK_FORERUNNER_REASON_MAX);
  g_string_append (json, "}\n");
  return g_string_free (json, FALSE);
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : "";
}

static gboolean
read_object (JsonObject *object, KioskForerunner *self)
{
  JsonNode *sequence = json_object_get_member (object, "sequence");
  const char *chain = get_string (object, "chain");
  gsize length = 0;

  if (sequence == NULL || !JSON_NODE_HOLDS_VALUE (sequence)
      || json_node_get_value_type (sequence) != G_TYPE_INT64 || json_node_get_int (sequence) < 0)
    return FALSE;
  self->last.sequence = (guint64) json_node_get_int (sequence);
  self->by = g_strdup (get_string (object, "by"));
  self->reason = g_strdup (get_string (object, "reason"));
  return *self->reason != '\0'
         && sodium_hex2bin (self->last.hash, sizeof self->last.hash, chain, strlen (chain), NULL,
                            &length, NULL)
                == 0
         && length == sizeof self->last.hash;
}

gboolean
kiosk_forerunner_parse (const char *bytes, gsize length, KioskForerunner *self, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_auto (KioskForerunner) read = { 0 };
  g_autofree char *same = NULL;
  JsonNode *root;

  if (length <= KIOSK_FORERUNNER_MAX && g_utf8_validate_len (bytes, length, NULL)
      && json_parser_load_from_data (parser, bytes, (gssize) length, NULL)
      && (root = json_parser_get_root (parser)) != NULL && JSON_NODE_HOLDS_OBJECT (root)
      && read_object (json_node_get_object (root), &read))
    {
      same = kiosk_forerunner_print (&read);
      if (strlen (same) == length && memcmp (same, bytes, length) == 0)
        {
          *self = read;
          read = (KioskForerunner){ 0 };
          return TRUE;
        }
    }
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "%s is not as it must be",
               KIOSK_FORERUNNER_NAME);
  return FALSE;
}

char *
kiosk_forerunner_describe (const KioskForerunner *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char chain[2 * KIOSK_AUDIT_HASH_SIZE + 1];

  if (self->last.sequence > 0)
    g_string_append_printf (
        text, "the log before was set aside; its last record has chain %s",
        sodium_bin2hex (chain, sizeof chain, self->last.hash, sizeof self->last.hash));
  else
    g_string_append (text, "the log before was set aside; no record of it could be read");
  if (*self->by != '\0')
    g_string_append_printf (text, "; by %s", self->by);
  g_string_append_printf (text, ": %s", self->reason);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
