/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "set-aside-note.h"

#include "kiosk/base/error.h"
#include "kiosk/log/enrolment.h"

#include <json-glib/json-glib.h>
#include <sodium.h>
#include <string.h>

/* JSON, for people who read it in ten years and for the run that goes on where another was broken off. */

#define VERSION 1

KioskSetAsideNote *
kiosk_set_aside_note_new (void)
{
  KioskSetAsideNote *self = g_new0 (KioskSetAsideNote, 1);

  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_set_aside_file_free);
  return self;
}

void
kiosk_set_aside_note_free (KioskSetAsideNote *self)
{
  if (self == NULL)
    return;
  g_free (self->made);
  g_free (self->machine);
  g_free (self->by);
  g_free (self->reason);
  g_free (self->log);
  g_free (self->terminal);
  g_free (self->key);
  g_free (self->verdict);
  g_free (self->verdict_ja);
  g_ptr_array_unref (self->files);
  g_free (self);
}

/* ---- Out ---- */

static void
add_text (JsonBuilder *builder, const char *name, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value != NULL ? value : "", -1);

  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, valid);
}

static void
add_number (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_file (JsonBuilder *builder, const KioskSetAsideFile *file)
{
  json_builder_begin_object (builder);
  add_text (builder, "name", file->name);
  add_number (builder, "size", (gint64) file->size);
  add_number (builder, "modified", file->modified);
  add_text (builder, "sha256", file->sha256);
  json_builder_end_object (builder);
}

char *
kiosk_set_aside_note_print (const KioskSetAsideNote *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  char chain[2 * KIOSK_AUDIT_HASH_SIZE + 1];

  sodium_bin2hex (chain, sizeof chain, self->last.hash, sizeof self->last.hash);
  json_builder_begin_object (builder);
  add_number (builder, "version", VERSION);
  add_text (builder, "made", self->made);
  add_text (builder, "machine", self->machine);
  add_text (builder, "by", self->by);
  add_text (builder, "reason", self->reason);
  add_text (builder, "log", self->log);
  add_text (builder, "terminal", self->terminal);
  add_text (builder, "key", self->key);
  add_number (builder, "sequence", (gint64) self->last.sequence);
  add_text (builder, "chain", chain);
  add_number (builder, "proved", (gint64) self->proved);
  add_text (builder, "verdict", self->verdict);
  add_text (builder, "verdict_ja", self->verdict_ja);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->files->len; i++)
    add_file (builder, self->files->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  return g_strconcat (text, "\n", NULL);
}

/* ---- In ---- */

static char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? g_strdup (json_node_get_string (node))
             : NULL;
}

static gboolean
get_number (JsonObject *object, const char *name, gint64 *value)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  *value = json_node_get_int (node);
  return TRUE;
}

static gboolean
read_file (KioskSetAsideNote *self, JsonNode *node)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  KioskSetAsideFile *file = g_new0 (KioskSetAsideFile, 1);
  gint64 size = -1;

  g_ptr_array_add (self->files, file);
  if (object == NULL || !get_number (object, "size", &size) || size < 0
      || !get_number (object, "modified", &file->modified))
    return FALSE;
  file->size = (guint64) size;
  file->name = get_text (object, "name");
  file->sha256 = get_text (object, "sha256");
  return file->name != NULL && file->sha256 != NULL;
}

static gboolean
read_object (KioskSetAsideNote *self, JsonObject *object)
{
  JsonNode *files = json_object_get_member (object, "files");
  g_autofree char *chain = get_text (object, "chain");
  gint64 version, sequence, proved;
  JsonArray *list;

  if (!get_number (object, "version", &version) || version != VERSION
      || !get_number (object, "sequence", &sequence) || sequence < 0
      || !get_number (object, "proved", &proved) || proved < 0
      || !kiosk_hex_to_bytes (chain, self->last.hash, sizeof self->last.hash) || files == NULL
      || !JSON_NODE_HOLDS_ARRAY (files))
    return FALSE;
  self->last.sequence = (guint64) sequence;
  self->proved = (guint64) proved;
  self->made = get_text (object, "made");
  self->machine = get_text (object, "machine");
  self->by = get_text (object, "by");
  self->reason = get_text (object, "reason");
  self->log = get_text (object, "log");
  self->terminal = get_text (object, "terminal");
  self->key = get_text (object, "key");
  self->verdict = get_text (object, "verdict");
  self->verdict_ja = get_text (object, "verdict_ja");
  list = json_node_get_array (files);
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (!read_file (self, json_array_get_element (list, i)))
      return FALSE;
  return self->made != NULL && self->machine != NULL && self->by != NULL && self->reason != NULL
         && self->log != NULL && self->terminal != NULL && self->key != NULL
         && self->verdict != NULL && self->verdict_ja != NULL;
}

KioskSetAsideNote *
kiosk_set_aside_note_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (KioskSetAsideNote) self = kiosk_set_aside_note_new ();
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  if (g_utf8_validate_len (text, length, NULL)
      && json_parser_load_from_data (parser, text, (gssize) length, NULL)
      && (root = json_parser_get_root (parser)) != NULL && JSON_NODE_HOLDS_OBJECT (root)
      && read_object (self, json_node_get_object (root)))
    return g_steal_pointer (&self);
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                       "set-aside.json in the target is not one of this program");
  return NULL;
}
