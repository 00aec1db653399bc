/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/order.h"

#include "kiosk/base/error.h"
#include "kiosk/base/secret.h"

#include <sodium.h>
#include <string.h>

/* Keys of approvers. The secret half is the 32-byte seed of Ed25519, which never leaves this file
 * unencrypted: libsodium's crypto_pwhash (Argon2id, its MODERATE limits) makes a key of the passphrase,
 * crypto_secretbox encrypts the seed with it. The limits belong to the format: a file cannot ask for
 * easier ones. */

#define HEADER                                                                                     \
  "# 承認者の秘密鍵です。人に渡さないでください。\n# Secret key of an approver. Never hand it on.\n"
#define SEALED_SIZE (crypto_secretbox_MACBYTES + crypto_sign_SEEDBYTES)

typedef struct {
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  guint8 salt[crypto_pwhash_SALTBYTES];
  guint8 nonce[crypto_secretbox_NONCEBYTES];
  guint8 sealed[SEALED_SIZE];
} KeyFile;

/* One mapping in locked memory for everything that must not stay anywhere. */
typedef struct {
  guint8 box_key[crypto_secretbox_KEYBYTES];
  guint8 seed[crypto_sign_SEEDBYTES];
  guint8 secret_key[crypto_sign_SECRETKEYBYTES];
} Secrets;

static void
secrets_free (Secrets *self)
{
  sodium_free (self); /* overwrites it */
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Secrets, secrets_free)

static Secrets *
secrets_new (GError **error)
{
  Secrets *self = sodium_init () >= 0 ? sodium_malloc (sizeof *self) : NULL;

  if (self == NULL)
    g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "no locked memory");
  return self;
}

static gboolean
derive (Secrets *secrets, const KeyFile *file, const char *passphrase, GError **error)
{
  if (crypto_pwhash (secrets->box_key, sizeof secrets->box_key, passphrase, strlen (passphrase),
                     file->salt, crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE,
                     crypto_pwhash_ALG_ARGON2ID13)
      == 0)
    return TRUE;
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED,
                       "not enough memory for the passphrase (256 MiB)");
  return FALSE;
}

static void
append_hex (GString *text, const char *key, const guint8 *bytes, gsize size)
{
  char hex[2 * KIOSK_ORDER_SIGNATURE_SIZE + 1]; /* the longest of them */

  sodium_bin2hex (hex, sizeof hex, bytes, size);
  g_string_append_printf (text, "%s=%s\n", key, hex);
}

char *
kiosk_order_key_new (const char *passphrase, GError **error)
{
  g_autoptr (Secrets) secrets = secrets_new (error);
  KeyFile file;
  GString *text;

  if (secrets == NULL)
    return NULL;
  if (g_utf8_strlen (passphrase, -1) < KIOSK_ORDER_PASSPHRASE_MIN)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED,
                   "the passphrase needs %d characters or more", KIOSK_ORDER_PASSPHRASE_MIN);
      return NULL;
    }
  randombytes_buf (file.salt, sizeof file.salt);
  randombytes_buf (file.nonce, sizeof file.nonce);
  randombytes_buf (secrets->seed, sizeof secrets->seed);
  if (!derive (secrets, &file, passphrase, error))
    return NULL;
  crypto_sign_seed_keypair (file.public_key, secrets->secret_key, secrets->seed);
  crypto_secretbox_easy (file.sealed, secrets->seed, sizeof secrets->seed, file.nonce,
                         secrets->box_key);

  text = g_string_new (HEADER "[order-key]\nformat=1\n");
  append_hex (text, "public-key", file.public_key, sizeof file.public_key);
  append_hex (text, "salt", file.salt, sizeof file.salt);
  append_hex (text, "nonce", file.nonce, sizeof file.nonce);
  append_hex (text, "secret", file.sealed, sizeof file.sealed);
  return g_string_free (text, FALSE);
}

static gboolean
read_hex (GKeyFile *keys, const char *key, guint8 *bytes, gsize size)
{
  g_autofree char *hex = g_key_file_get_string (keys, "order-key", key, NULL);
  const char *end = NULL;
  gsize length = 0;

  return hex != NULL && strlen (hex) == 2 * size
         && sodium_hex2bin (bytes, size, hex, strlen (hex), NULL, &length, &end) == 0
         && length == size && *end == '\0';
}

static gboolean
read_key_file (const char *text, gsize length, KeyFile *file, GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autofree char *format = NULL;

  if (length > 0 && length <= KIOSK_ORDER_MAX_BYTES && g_utf8_validate_len (text, length, NULL)
      && g_key_file_load_from_data (keys, text, length, G_KEY_FILE_NONE, NULL))
    format = g_key_file_get_string (keys, "order-key", "format", NULL);
  if (g_strcmp0 (format, "1") == 0
      && read_hex (keys, "public-key", file->public_key, sizeof file->public_key)
      && read_hex (keys, "salt", file->salt, sizeof file->salt)
      && read_hex (keys, "nonce", file->nonce, sizeof file->nonce)
      && read_hex (keys, "secret", file->sealed, sizeof file->sealed))
    return TRUE;
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                       "not a key file of kioskctl order key");
  return FALSE;
}

char *
kiosk_order_key_get_public (const char *text, gsize length, GError **error)
{
  char hex[2 * crypto_sign_PUBLICKEYBYTES + 1];
  KeyFile file;

  if (!read_key_file (text, length, &file, error))
    return NULL;
  return g_strdup (sodium_bin2hex (hex, sizeof hex, file.public_key, sizeof file.public_key));
}

/* Fills in seed and secret key. */
static gboolean
open_key (Secrets *secrets, const char *key, gsize key_length, const char *passphrase,
          GError **error)
{
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  KeyFile file;

  if (!read_key_file (key, key_length, &file, error) || !derive (secrets, &file, passphrase, error))
    return FALSE;
  if (crypto_secretbox_open_easy (secrets->seed, file.sealed, sizeof file.sealed, file.nonce,
                                  secrets->box_key)
      != 0)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED,
                           "wrong passphrase, or the key file is damaged");
      return FALSE;
    }
  crypto_sign_seed_keypair (public_key, secrets->secret_key, secrets->seed);
  /* The policy has the public half that stands in the file: a file with another one signs in vain. */
  if (sodium_memcmp (public_key, file.public_key, sizeof public_key) != 0)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                           "the public key in the key file does not belong to the secret one");
      return FALSE;
    }
  return TRUE;
}

gboolean
kiosk_order_key_open (const char *text, gsize length, const char *passphrase, guint8 *seed,
                      GError **error)
{
  g_autoptr (Secrets) secrets = secrets_new (error);

  if (secrets == NULL || !open_key (secrets, text, length, passphrase, error))
    return FALSE;
  memcpy (seed, secrets->seed, sizeof secrets->seed);
  return TRUE;
}

char *
kiosk_order_sign (const KioskOrder *order, const char *key, gsize key_length,
                  const char *passphrase, GError **error)
{
  g_autoptr (Secrets) secrets = secrets_new (error);
  guint8 signature[KIOSK_ORDER_SIGNATURE_SIZE];
  g_autoptr (GString) text = NULL;
  gsize length = 0;
  const char *bytes = g_bytes_get_data (order->signed_bytes, &length);

  g_return_val_if_fail (!order->has_signature, NULL);
  if (secrets == NULL || !open_key (secrets, key, key_length, passphrase, error))
    return NULL;
  /* The header begins a line of its own; a line feed that is added for it is signed, too. */
  text = g_string_new_len (bytes, (gssize) length);
  if (text->len > 0 && text->str[text->len - 1] != '\n')
    g_string_append_c (text, '\n');
  crypto_sign_detached (signature, NULL, (const guint8 *) text->str, text->len,
                        secrets->secret_key);
  g_string_append (text, "[signature]\n");
  append_hex (text, "ed25519", signature, sizeof signature);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
