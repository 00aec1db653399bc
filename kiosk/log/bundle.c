/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-log"

#include "kiosk/log/bundle.h"

#include "kiosk/base/error.h"
#include "kiosk/log/enrolment.h"

#include <json-glib/json-glib.h>
#include <sodium.h>
#include <string.h>

#define DOMAIN "maintenance-kiosk bundle 1"
#define TEXT_MAX (4 << 20)

static void
file_free (gpointer data)
{
  KioskBundleFile *self = data;

  g_free (self->name);
  g_free (self->sha256);
  g_free (self);
}

KioskBundle *
kiosk_bundle_new (void)
{
  KioskBundle *self = g_new0 (KioskBundle, 1);

  self->files = g_ptr_array_new_with_free_func (file_free);
  return self;
}

void
kiosk_bundle_free (KioskBundle *self)
{
  if (self == NULL)
    return;
  g_free (self->host);
  g_free (self->since);
  g_free (self->until);
  g_free (self->made);
  g_ptr_array_unref (self->files);
  g_free (self);
}

void
kiosk_bundle_add (KioskBundle *self, const char *name, const char *sha256, guint64 size)
{
  KioskBundleFile *file = g_new0 (KioskBundleFile, 1);

  file->name = g_strdup (name);
  file->sha256 = g_strdup (sha256);
  file->size = size;
  g_ptr_array_add (self->files, file);
}

/* ---- Text ---- */

static void
add_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value != NULL ? value : "");
}

static void
add_number (JsonBuilder *builder, const char *name, guint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) value);
}

char *
kiosk_bundle_print (const KioskBundle *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  char hex[2 * KIOSK_BUNDLE_KEY_SIZE + 1];

  json_builder_begin_object (builder);
  add_number (builder, "version", 1);
  add_text (builder, "host", self->host);
  add_number (builder, "first", self->first);
  add_text (builder, "since", self->since);
  add_text (builder, "until", self->until);
  add_text (builder, "made", self->made);
  add_text (builder, "signer", sodium_bin2hex (hex, sizeof hex, self->signer, sizeof self->signer));
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->files->len; i++)
    {
      const KioskBundleFile *file = self->files->pdata[i];

      json_builder_begin_object (builder);
      add_text (builder, "name", file->name);
      add_text (builder, "sha256", file->sha256);
      add_number (builder, "size", file->size);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  return g_strconcat (text, "\n", NULL);
}

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, KIOSK_BUNDLE_NAME ": %s", what);
  return FALSE;
}

static const char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gboolean
get_number (JsonObject *object, const char *name, guint64 *number)
{
  JsonNode *node = json_object_get_member (object, name);
  gint64 value = node != NULL && JSON_NODE_HOLDS_VALUE (node)
                         && json_node_get_value_type (node) == G_TYPE_INT64
                     ? json_node_get_int (node)
                     : -1;

  *number = (guint64) MAX (value, 0);
  return value >= 0;
}

/* It must not lead out of the bundle. */
static gboolean
is_inside (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] == '\0' || g_str_equal (parts[i], ".") || g_str_equal (parts[i], ".."))
      return FALSE;
  return parts[0] != NULL;
}

static gboolean
read_file_entry (KioskBundle *self, JsonNode *node, GError **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *name = object != NULL ? get_text (object, "name") : NULL;
  const char *sha256 = object != NULL ? get_text (object, "sha256") : NULL;
  guint64 size = 0;

  if (name == NULL || sha256 == NULL || !is_inside (name) || strlen (sha256) != 64
      || !get_number (object, "size", &size))
    return refuse (error, "a file without name, digest or size");
  kiosk_bundle_add (self, name, sha256, size);
  return TRUE;
}

static gboolean
read_object (KioskBundle *self, JsonObject *object, GError **error)
{
  JsonNode *files = json_object_get_member (object, "files");
  JsonArray *list;
  guint64 version = 0;

  if (!get_number (object, "version", &version) || version != 1)
    return refuse (error, "not of version 1");
  self->host = g_strdup (get_text (object, "host"));
  self->since = g_strdup (get_text (object, "since"));
  self->until = g_strdup (get_text (object, "until"));
  self->made = g_strdup (get_text (object, "made"));
  if (self->host == NULL || self->since == NULL || self->until == NULL || self->made == NULL
      || !get_number (object, "first", &self->first)
      || !kiosk_hex_to_bytes (get_text (object, "signer"), self->signer, sizeof self->signer))
    return refuse (error, "something is missing");
  if (files == NULL || !JSON_NODE_HOLDS_ARRAY (files))
    return refuse (error, "no list of files");
  list = json_node_get_array (files);
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (!read_file_entry (self, json_array_get_element (list, i), error))
      return FALSE;
  return TRUE;
}

KioskBundle *
kiosk_bundle_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (KioskBundle) self = kiosk_bundle_new ();
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  if (length > TEXT_MAX || !g_utf8_validate_len (text, length, NULL)
      || !json_parser_load_from_data (parser, text, (gssize) length, NULL)
      || (root = json_parser_get_root (parser)) == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      refuse (error, "not JSON");
      return NULL;
    }
  return read_object (self, json_node_get_object (root), error) ? g_steal_pointer (&self) : NULL;
}

/* ---- Signature and contents ---- */

static GByteArray *
signed_bytes (const char *text, gsize length)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) DOMAIN, sizeof DOMAIN - 1);
  g_byte_array_append (bytes, (const guint8 *) text, (guint) length);
  return bytes;
}

char *
kiosk_bundle_sign (const char *text, gsize length, const guint8 *seed)
{
  g_autoptr (GByteArray) bytes = signed_bytes (text, length);
  guint8 key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
  guint8 signature[crypto_sign_BYTES];
  char hex[2 * sizeof signature + 1];

  crypto_sign_seed_keypair (key, secret, seed);
  crypto_sign_detached (signature, NULL, bytes->data, bytes->len, secret);
  sodium_memzero (secret, sizeof secret);
  return g_strconcat (sodium_bin2hex (hex, sizeof hex, signature, sizeof signature), "\n", NULL);
}

static gboolean
check_signature (const KioskBundle *self, const char *text, gsize length, char *hex, GError **error)
{
  g_autoptr (GByteArray) bytes = signed_bytes (text, length);
  guint8 signature[crypto_sign_BYTES];

  if (kiosk_hex_to_bytes (g_strstrip (hex), signature, sizeof signature)
      && crypto_sign_verify_detached (signature, bytes->data, bytes->len, self->signer) == 0)
    return TRUE;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED,
               KIOSK_BUNDLE_NAME " is not what was signed");
  return FALSE;
}

static gboolean
check_file (const char *folder, const KioskBundleFile *file, GError **error)
{
  g_autofree char *path = g_build_filename (folder, file->name, NULL);
  g_autoptr (GMappedFile) mapped = g_mapped_file_new (path, FALSE, error);
  g_autofree char *sha256 = NULL;

  if (mapped == NULL)
    return FALSE;
  sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
                                        (const guchar *) g_mapped_file_get_contents (mapped),
                                        g_mapped_file_get_length (mapped));
  if (g_mapped_file_get_length (mapped) == file->size && g_str_equal (sha256, file->sha256))
    return TRUE;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED, "%s is not what was signed", file->name);
  return FALSE;
}

KioskBundle *
kiosk_bundle_check (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, KIOSK_BUNDLE_NAME, NULL);
  g_autofree char *signature_path = g_build_filename (folder, KIOSK_BUNDLE_SIGNATURE_NAME, NULL);
  g_autofree char *text = NULL, *hex = NULL;
  g_autoptr (KioskBundle) self = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error)
      || !g_file_get_contents (signature_path, &hex, NULL, error))
    return NULL;
  self = kiosk_bundle_parse (text, length, error);
  if (self == NULL || !check_signature (self, text, length, hex, error))
    return NULL;
  for (guint i = 0; i < self->files->len; i++)
    if (!check_file (folder, self->files->pdata[i], error))
      return NULL;
  return g_steal_pointer (&self);
}
