/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-log"

#include "kiosk/log/enrolment.h"

#include "kiosk/base/error.h"

#include <json-glib/json-glib.h>
#include <sodium.h>
#include <string.h>

/* The paper that stands at the begin of a log: read and written. It is small, and any fault in it is a fault. */

#define SIZE_MAX_BYTES (1 << 20)
#define SEALED_SIZE (KIOSK_AUDIT_KEY_SIZE + crypto_box_SEALBYTES)

gboolean
kiosk_hex_to_bytes (const char *hex, guint8 *bytes, gsize size)
{
  gsize length = 0;
  const char *end = NULL;

  if (hex == NULL || strlen (hex) != 2 * size)
    return FALSE;
  return sodium_hex2bin (bytes, size, hex, 2 * size, NULL, &length, &end) == 0 && length == size
         && *end == '\0';
}

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "%s: %s", KIOSK_ENROLMENT_NAME, what);
  return FALSE;
}

/* NULL unless it is a string. */
static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static void
auditor_free (gpointer data)
{
  KioskEnrolmentAuditor *self = data;

  g_free (self->name);
  g_free (self->sealed);
  g_free (self);
}

static gboolean
read_auditor (KioskEnrolment *self, JsonNode *node, GError **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *name = object != NULL ? get_string (object, "name") : NULL;
  const char *sealed = object != NULL ? get_string (object, "sealed") : NULL;
  guint8 key[KIOSK_AUDIT_KEY_SIZE], box[SEALED_SIZE];
  KioskEnrolmentAuditor *auditor;

  if (name == NULL || !kiosk_hex_to_bytes (get_string (object, "key"), key, sizeof key)
      || !kiosk_hex_to_bytes (sealed, box, sizeof box))
    return refuse (error, "an auditor without name, key or sealed secret");
  auditor = g_new0 (KioskEnrolmentAuditor, 1);
  auditor->name = g_strdup (name);
  auditor->sealed = g_strdup (sealed);
  memcpy (auditor->key, key, sizeof key);
  g_ptr_array_add (self->auditors, auditor);
  return TRUE;
}

static gboolean
read_object (KioskEnrolment *self, JsonObject *object, GError **error)
{
  JsonNode *version = json_object_get_member (object, "version");
  JsonNode *auditors = json_object_get_member (object, "auditors");
  JsonArray *list;

  if (version == NULL || !JSON_NODE_HOLDS_VALUE (version) || json_node_get_int (version) != 2)
    return refuse (error, "not of version 2");
  self->host = g_strdup (get_string (object, "host"));
  self->begun = g_strdup (get_string (object, "begun"));
  if (self->host == NULL || self->begun == NULL
      || !kiosk_hex_to_bytes (get_string (object, "key"), self->key, sizeof self->key))
    return refuse (error, "no host, time or key");
  if (auditors == NULL || !JSON_NODE_HOLDS_ARRAY (auditors))
    return refuse (error, "no list of auditors");
  list = json_node_get_array (auditors);
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (!read_auditor (self, json_array_get_element (list, i), error))
      return FALSE;
  return TRUE;
}

KioskEnrolment *
kiosk_enrolment_new (void)
{
  KioskEnrolment *self = g_new0 (KioskEnrolment, 1);

  self->auditors = g_ptr_array_new_with_free_func (auditor_free);
  return self;
}

void
kiosk_enrolment_free (KioskEnrolment *self)
{
  if (self == NULL)
    return;
  g_free (self->host);
  g_free (self->begun);
  g_ptr_array_unref (self->auditors);
  g_free (self);
}

KioskEnrolment *
kiosk_enrolment_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (KioskEnrolment) self = kiosk_enrolment_new ();
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  if (length > SIZE_MAX_BYTES || !g_utf8_validate_len (text, length, NULL)
      || !json_parser_load_from_data (parser, text, (gssize) length, NULL))
    {
      refuse (error, "not JSON");
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      refuse (error, "not an object");
      return NULL;
    }
  return read_object (self, json_node_get_object (root), error) ? g_steal_pointer (&self) : NULL;
}

static void
add_member (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_key (JsonBuilder *builder, const guint8 *key)
{
  char hex[2 * KIOSK_AUDIT_KEY_SIZE + 1];

  add_member (builder, "key", sodium_bin2hex (hex, sizeof hex, key, KIOSK_AUDIT_KEY_SIZE));
}

char *
kiosk_enrolment_print (const KioskEnrolment *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "version");
  json_builder_add_int_value (builder, 2);
  add_member (builder, "host", self->host);
  add_member (builder, "begun", self->begun);
  add_key (builder, self->key);
  json_builder_set_member_name (builder, "auditors");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->auditors->len; i++)
    {
      const KioskEnrolmentAuditor *auditor = self->auditors->pdata[i];

      json_builder_begin_object (builder);
      add_member (builder, "name", auditor->name);
      add_key (builder, auditor->key);
      add_member (builder, "sealed", auditor->sealed);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_strconcat (text, "\n", NULL);
}

gboolean
kiosk_enrolment_add_auditor (KioskEnrolment *self, const char *name, const guint8 *key,
                             const guint8 *secret)
{
  guint8 box_key[crypto_box_PUBLICKEYBYTES], box[SEALED_SIZE];
  KioskEnrolmentAuditor *auditor;

  /* fails for what is no point of the curve, or one of small order */
  if (crypto_sign_ed25519_pk_to_curve25519 (box_key, key) != 0
      || crypto_box_seal (box, secret, KIOSK_AUDIT_KEY_SIZE, box_key) != 0)
    return FALSE;
  auditor = g_new0 (KioskEnrolmentAuditor, 1);
  auditor->name = g_strdup (name);
  memcpy (auditor->key, key, sizeof auditor->key);
  auditor->sealed = g_malloc (2 * sizeof box + 1);
  sodium_bin2hex (auditor->sealed, 2 * sizeof box + 1, box, sizeof box);
  g_ptr_array_add (self->auditors, auditor);
  return TRUE;
}

static gboolean
open_box (const KioskEnrolmentAuditor *auditor, const guint8 *secret_key, guint8 *secret)
{
  guint8 box_key[crypto_box_PUBLICKEYBYTES], box_secret[crypto_box_SECRETKEYBYTES];
  guint8 box[SEALED_SIZE];
  gboolean opened;

  opened = crypto_sign_ed25519_pk_to_curve25519 (box_key, auditor->key) == 0
           && crypto_sign_ed25519_sk_to_curve25519 (box_secret, secret_key) == 0
           && kiosk_hex_to_bytes (auditor->sealed, box, sizeof box)
           && crypto_box_seal_open (secret, box, sizeof box, box_key, box_secret) == 0;
  sodium_memzero (box_secret, sizeof box_secret);
  return opened;
}

gboolean
kiosk_enrolment_open (const KioskEnrolment *self, const guint8 *auditor_seed, guint8 *secret)
{
  guint8 key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
  gboolean opened = FALSE;

  crypto_sign_seed_keypair (key, secret_key, auditor_seed);
  for (guint i = 0; i < self->auditors->len && !opened; i++)
    {
      const KioskEnrolmentAuditor *auditor = self->auditors->pdata[i];

      opened
          = memcmp (auditor->key, key, sizeof key) == 0 && open_box (auditor, secret_key, secret);
    }
  sodium_memzero (secret_key, sizeof secret_key);
  return opened;
}
