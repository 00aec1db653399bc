/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/audit-format.h"

#include "kiosk/model/audit-actions.h"

#include <sodium.h>
#include <string.h>

/* The hashes of the log, and the keys that a writer holds and lets go. What is written with them is done in
 * audit-record.c, what is checked with them in audit-chain.c. Nothing here draws random bytes. */

#define BEGIN_DOMAIN "maintenance-kiosk audit log 2"
#define SEAL_DOMAIN "maintenance-kiosk seal 2"

static void
need_sodium (void)
{
  if (sodium_init () < 0)
    g_error ("libsodium can not be used"); /* a kernel without getrandom(2) */
}

/* ---- Hashes ---- */

void
kiosk_audit_hash_begin (guint8 hash[KIOSK_AUDIT_HASH_SIZE], const guint8 *log_key)
{
  crypto_generichash_state state;

  crypto_generichash_init (&state, NULL, 0, KIOSK_AUDIT_HASH_SIZE);
  crypto_generichash_update (&state, (const guint8 *) BEGIN_DOMAIN, sizeof BEGIN_DOMAIN - 1);
  crypto_generichash_update (&state, log_key, KIOSK_AUDIT_KEY_SIZE);
  crypto_generichash_final (&state, hash, KIOSK_AUDIT_HASH_SIZE);
}

void
kiosk_audit_link (guint8 next[KIOSK_AUDIT_HASH_SIZE], const guint8 previous[KIOSK_AUDIT_HASH_SIZE],
                  const char *body, gsize length)
{
  guint64 size = GUINT64_TO_LE ((guint64) length);
  crypto_generichash_state state;

  crypto_generichash_init (&state, NULL, 0, KIOSK_AUDIT_HASH_SIZE);
  crypto_generichash_update (&state, previous, KIOSK_AUDIT_HASH_SIZE);
  crypto_generichash_update (&state, (const guint8 *) &size, sizeof size);
  crypto_generichash_update (&state, (const guint8 *) body, length);
  crypto_generichash_final (&state, next, KIOSK_AUDIT_HASH_SIZE);
}

void
kiosk_audit_mac (guint8 mac[KIOSK_AUDIT_MAC_SIZE], const guint8 key[KIOSK_AUDIT_KEY_SIZE],
                 const guint8 hash[KIOSK_AUDIT_HASH_SIZE])
{
  crypto_generichash (mac, KIOSK_AUDIT_MAC_SIZE, hash, KIOSK_AUDIT_HASH_SIZE, key,
                      KIOSK_AUDIT_KEY_SIZE);
}

void
kiosk_audit_evolve (guint8 key[KIOSK_AUDIT_KEY_SIZE])
{
  guint8 next[KIOSK_AUDIT_KEY_SIZE];

  crypto_generichash (next, sizeof next, (const guint8 *) "evolve", strlen ("evolve"), key,
                      KIOSK_AUDIT_KEY_SIZE);
  memcpy (key, next, sizeof next);
  sodium_memzero (next, sizeof next);
}

static guint8 *
put (guint8 *at, const void *bytes, gsize size)
{
  memcpy (at, bytes, size);
  return at + size;
}

static guint8 *
put_number (guint8 *at, guint64 number)
{
  guint64 little = GUINT64_TO_LE (number);

  return put (at, &little, sizeof little);
}

static const guint8 *
get (const guint8 *at, void *bytes, gsize size)
{
  memcpy (bytes, at, size);
  return at + size;
}

static const guint8 *
get_number (const guint8 *at, guint64 *number)
{
  memcpy (number, at, sizeof *number);
  *number = GUINT64_FROM_LE (*number);
  return at + sizeof *number;
}

void
kiosk_audit_signed_bytes (guint8 bytes[KIOSK_AUDIT_SIGNED_SIZE], const guint8 *log_key,
                          const KioskAuditLine *line)
{
  guint8 *at
      = put (bytes, KIOSK_AUDIT_SIGNED_DOMAIN, KIOSK_AUDIT_TEXT_SIZE (KIOSK_AUDIT_SIGNED_DOMAIN));

  at = put (at, log_key, KIOSK_AUDIT_KEY_SIZE);
  at = put_number (at, line->sequence);
  at = put (at, line->chain, sizeof line->chain);
  at = put (at, line->mac, sizeof line->mac);
  put (at, line->next, sizeof line->next);
}

/* ---- Signatures ---- */

void
kiosk_audit_line_signature (const KioskAuditLine *line, const guint8 *log_key,
                            KioskAuditSignature *signature)
{
  memcpy (signature->key, line->key, sizeof signature->key);
  memcpy (signature->signature, line->signature, sizeof signature->signature);
  kiosk_audit_signed_bytes (signature->bytes, log_key, line);
}

gboolean
kiosk_audit_signature_read (const char *bytes, gsize length, const guint8 *log_key,
                            KioskAuditSignature *signature)
{
  KioskAuditLine line;

  if (!kiosk_audit_line_has_seal (bytes, length) || !kiosk_audit_line_split (bytes, length, &line))
    return FALSE;
  kiosk_audit_line_signature (&line, log_key, signature);
  return TRUE;
}

gboolean
kiosk_audit_signature_is_right (const KioskAuditSignature *signature)
{
  return crypto_sign_verify_detached (signature->signature, signature->bytes,
                                      sizeof signature->bytes, signature->key)
         == 0;
}

gboolean
kiosk_audit_first_key (const char *bytes, gsize length, guint8 *key)
{
  KioskAuditLine line;

  if (!kiosk_audit_line_split (bytes, length, &line) || !line.sealed || line.sequence != 1)
    return FALSE;
  memcpy (key, line.key, sizeof line.key);
  return TRUE;
}

/* ---- The keys of a writer ---- */

gboolean
kiosk_audit_is_checkpoint (const char *action)
{
  return g_strcmp0 (action, KIOSK_ACTION_LOG_BEGUN) == 0
         || g_strcmp0 (action, KIOSK_ACTION_CHECKPOINT) == 0
         || g_strcmp0 (action, KIOSK_ACTION_LOG_CLOSED) == 0;
}

static void
public_key (guint8 *key, const guint8 *seed)
{
  guint8 secret[crypto_sign_SECRETKEYBYTES];

  crypto_sign_seed_keypair (key, secret, seed);
  sodium_memzero (secret, sizeof secret);
}

void
kiosk_audit_state_begin (KioskAuditState *state, const guint8 *secret, const guint8 *seed,
                         const guint8 *next_seed)
{
  need_sodium ();
  state->chain.sequence = 0;
  memcpy (state->mac_key, secret, sizeof state->mac_key);
  memcpy (state->seed, seed, sizeof state->seed);
  memcpy (state->next_seed, next_seed, sizeof state->next_seed);
  public_key (state->log_key, seed);
  kiosk_audit_hash_begin (state->chain.hash, state->log_key);
}

void
kiosk_audit_state_seal (const KioskAuditState *state, KioskAuditLine *line)
{
  guint8 bytes[KIOSK_AUDIT_SIGNED_SIZE];
  guint8 secret[crypto_sign_SECRETKEYBYTES];

  crypto_sign_seed_keypair (line->key, secret, state->seed);
  public_key (line->next, state->next_seed);
  kiosk_audit_signed_bytes (bytes, state->log_key, line);
  crypto_sign_detached (line->signature, NULL, bytes, sizeof bytes, secret);
  sodium_memzero (secret, sizeof secret);
}

void
kiosk_audit_state_advance (KioskAuditState *state, const KioskAuditLine *line, const guint8 *seed)
{
  state->chain.sequence = line->sequence;
  memcpy (state->chain.hash, line->chain, sizeof line->chain);
  kiosk_audit_evolve (state->mac_key);
  if (!line->sealed)
    return;
  memcpy (state->seed, state->next_seed, sizeof state->seed);
  memcpy (state->next_seed, seed, sizeof state->next_seed);
}

gboolean
kiosk_audit_state_follow (KioskAuditState *state, const char *bytes, gsize length,
                          const guint8 *seed)
{
  KioskAuditLine line, own;
  KioskAuditBody body;

  if (!kiosk_audit_line_split (bytes, length, &line)
      || !kiosk_audit_body_read (bytes, line.body_length, &body) || body.checkpoint != line.sealed
      || line.sequence != state->chain.sequence + 1
      || memcmp (line.previous, state->chain.hash, sizeof line.previous) != 0)
    return FALSE;
  own = line;
  kiosk_audit_link (own.chain, state->chain.hash, bytes, line.body_length);
  kiosk_audit_mac (own.mac, state->mac_key, own.chain);
  if (line.sealed)
    kiosk_audit_state_seal (state, &own);
  if (sodium_memcmp (&own, &line, sizeof own) != 0)
    return FALSE;
  kiosk_audit_state_advance (state, &line, seed);
  return TRUE;
}

/* ---- Slots ---- */

static const char slot_magic[] = "KIOSKKEY"; /* 8 bytes */
#define SLOT_VERSION 2
#define SLOT_RESERVED 16
#define SLOT_BODY_SIZE (KIOSK_AUDIT_SLOT_SIZE - KIOSK_AUDIT_HASH_SIZE)

void
kiosk_audit_slot_pack (const KioskAuditSlot *slot, guint8 bytes[KIOSK_AUDIT_SLOT_SIZE])
{
  guint8 *at = put (bytes, slot_magic, sizeof slot_magic - 1);

  at = put_number (at, SLOT_VERSION);
  at = put_number (at, slot->generation);
  at = put_number (at, slot->state.chain.sequence);
  at = put (at, slot->state.chain.hash, sizeof slot->state.chain.hash);
  at = put (at, slot->state.mac_key, sizeof slot->state.mac_key);
  at = put (at, slot->state.log_key, sizeof slot->state.log_key);
  at = put (at, slot->state.seed, sizeof slot->state.seed);
  at = put (at, slot->state.next_seed, sizeof slot->state.next_seed);
  at = put_number (at, slot->file_length);
  at = put_number (at, slot->file_first);
  memset (at, 0, SLOT_RESERVED);
  at += SLOT_RESERVED;
  crypto_generichash (at, KIOSK_AUDIT_HASH_SIZE, bytes, SLOT_BODY_SIZE, NULL, 0);
}

gboolean
kiosk_audit_slot_unpack (const guint8 bytes[KIOSK_AUDIT_SLOT_SIZE], KioskAuditSlot *slot)
{
  const guint8 *at = bytes + sizeof slot_magic - 1;
  guint8 hash[KIOSK_AUDIT_HASH_SIZE];
  guint64 version;

  need_sodium ();
  crypto_generichash (hash, sizeof hash, bytes, SLOT_BODY_SIZE, NULL, 0);
  at = get_number (at, &version);
  if (memcmp (bytes, slot_magic, sizeof slot_magic - 1) != 0 || version != SLOT_VERSION
      || memcmp (bytes + SLOT_BODY_SIZE, hash, sizeof hash) != 0)
    return FALSE;
  at = get_number (at, &slot->generation);
  at = get_number (at, &slot->state.chain.sequence);
  at = get (at, slot->state.chain.hash, sizeof slot->state.chain.hash);
  at = get (at, slot->state.mac_key, sizeof slot->state.mac_key);
  at = get (at, slot->state.log_key, sizeof slot->state.log_key);
  at = get (at, slot->state.seed, sizeof slot->state.seed);
  at = get (at, slot->state.next_seed, sizeof slot->state.next_seed);
  at = get_number (at, &slot->file_length);
  get_number (at, &slot->file_first);
  return TRUE;
}

/* ---- Seal codes ---- */

#define SEAL_DIGITS 12
#define SEAL_GROUP 4

void
kiosk_audit_seal_code (const guint8 *log_key, const guint8 *hash, char code[KIOSK_AUDIT_SEAL_SIZE])
{
  static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  crypto_generichash_state state;
  guint8 digest[32];
  char *at = code;

  crypto_generichash_init (&state, NULL, 0, sizeof digest);
  crypto_generichash_update (&state, (const guint8 *) SEAL_DOMAIN, sizeof SEAL_DOMAIN - 1);
  crypto_generichash_update (&state, log_key, KIOSK_AUDIT_KEY_SIZE);
  crypto_generichash_update (&state, hash, KIOSK_AUDIT_HASH_SIZE);
  crypto_generichash_final (&state, digest, sizeof digest);
  for (guint i = 0; i < SEAL_DIGITS; i++)
    {
      guint bit = 5 * i;
      guint pair = (guint) digest[bit / 8] << 8 | digest[bit / 8 + 1];

      if (i > 0 && i % SEAL_GROUP == 0)
        *at++ = '-';
      *at++ = alphabet[pair >> (11 - bit % 8) & 31];
    }
  *at = '\0';
}

static char
seal_digit (char c)
{
  c = g_ascii_toupper (c);
  return c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
}

gboolean
kiosk_audit_seal_code_equal (const char *written, const char *code)
{
  for (;; written++, code++)
    {
      while (*written == '-' || *written == ' ')
        written++;
      while (*code == '-')
        code++;
      if (*written == '\0' || *code == '\0')
        return *written == *code;
      if (seal_digit (*written) != *code)
        return FALSE;
    }
}
