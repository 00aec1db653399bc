/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-log"

#include "kiosk/log/receipt.h"

#include "kiosk/base/error.h"
#include "kiosk/log/enrolment.h"

#include <sodium.h>
#include <string.h>

/* One spelling only: what is read is printed anew and has to be the same, byte for byte. */

#define DOMAIN "maintenance-kiosk receipt 2"
#define LINE_MAX_BYTES 1024

void
kiosk_collect_receipt_clear (KioskCollectReceipt *self)
{
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->time, g_free);
}

static gboolean
is_word (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("-_.:", *p) == NULL)
      return FALSE;
  return *text != '\0' && strlen (text) <= 64;
}

/* All bytes before the signature. */
static char *
print (const KioskCollectReceipt *self)
{
  char log[2 * KIOSK_AUDIT_KEY_SIZE + 1], chain[2 * KIOSK_AUDIT_HASH_SIZE + 1];
  char collector[2 * KIOSK_AUDIT_KEY_SIZE + 1];

  return g_strdup_printf (
      "{\"version\":2,\"host\":\"%s\",\"log\":\"%s\",\"sequence\":%" G_GUINT64_FORMAT
      ",\"chain\":\"%s\",\"time\":\"%s\",\"collector\":\"%s\"",
      self->host, sodium_bin2hex (log, sizeof log, self->log, sizeof self->log), self->sequence,
      sodium_bin2hex (chain, sizeof chain, self->chain, sizeof self->chain), self->time,
      sodium_bin2hex (collector, sizeof collector, self->collector, sizeof self->collector));
}

char *
kiosk_collect_receipt_sign (const KioskCollectReceipt *self, const guint8 *seed)
{
  guint8 secret[crypto_sign_SECRETKEYBYTES], signature[crypto_sign_BYTES];
  char hex[2 * crypto_sign_BYTES + 1];
  g_autofree char *text = NULL, *bytes = NULL;
  KioskCollectReceipt receipt = *self;

  if (!is_word (self->host) || !is_word (self->time))
    return NULL;
  crypto_sign_seed_keypair (receipt.collector, secret, seed);
  text = print (&receipt);
  bytes = g_strconcat (DOMAIN, text, NULL);
  crypto_sign_detached (signature, NULL, (const guint8 *) bytes, strlen (bytes), secret);
  sodium_memzero (secret, sizeof secret);
  return g_strdup_printf ("%s,\"signature\":\"%s\"}\n", text,
                          sodium_bin2hex (hex, sizeof hex, signature, sizeof signature));
}

/* ---- Reading ---- */

static gboolean
take_text (const char **at, const char *text)
{
  if (!g_str_has_prefix (*at, text))
    return FALSE;
  *at += strlen (text);
  return TRUE;
}

/* Up to the next quotation mark. */
static char *
take_word (const char **at)
{
  const char *end = strchr (*at, '"');
  char *word = end != NULL ? g_strndup (*at, (gsize) (end - *at)) : NULL;

  if (end != NULL)
    *at = end;
  return word;
}

static gboolean
take_hex (const char **at, guint8 *bytes, gsize size)
{
  g_autofree char *hex = take_word (at);

  return kiosk_hex_to_bytes (hex, bytes, size);
}

static gboolean
take_number (const char **at, guint64 *number)
{
  char *end = NULL;

  if (!g_ascii_isdigit (**at))
    return FALSE;
  *number = g_ascii_strtoull (*at, &end, 10);
  *at = end;
  return *number <= G_MAXINT64;
}

static gboolean
take_all (const char *text, KioskCollectReceipt *self, guint8 *signature)
{
  const char *at = text;

  return take_text (&at, "{\"version\":2,\"host\":\"") && (self->host = take_word (&at)) != NULL
         && take_text (&at, "\",\"log\":\"") && take_hex (&at, self->log, sizeof self->log)
         && take_text (&at, "\",\"sequence\":") && take_number (&at, &self->sequence)
         && take_text (&at, ",\"chain\":\"") && take_hex (&at, self->chain, sizeof self->chain)
         && take_text (&at, "\",\"time\":\"") && (self->time = take_word (&at)) != NULL
         && take_text (&at, "\",\"collector\":\"")
         && take_hex (&at, self->collector, sizeof self->collector)
         && take_text (&at, "\",\"signature\":\"") && take_hex (&at, signature, crypto_sign_BYTES)
         && take_text (&at, "\"}") && *at == '\0' && is_word (self->host) && is_word (self->time);
}

static gboolean
is_signed (const char *text, const KioskCollectReceipt *self, const guint8 *signature)
{
  g_autofree char *before = print (self);
  g_autofree char *bytes = g_strconcat (DOMAIN, before, NULL);

  return g_str_has_prefix (text, before)
         && crypto_sign_verify_detached (signature, (const guint8 *) bytes, strlen (bytes),
                                         self->collector)
                == 0;
}

gboolean
kiosk_collect_receipt_parse (const char *line, gsize length, KioskCollectReceipt *self,
                             GError **error)
{
  g_auto (KioskCollectReceipt) receipt = { 0 };
  g_autofree char *text = NULL;
  guint8 signature[crypto_sign_BYTES];

  if (length > 0 && line[length - 1] == '\n')
    length--;
  text = g_strndup (line, MIN (length, LINE_MAX_BYTES));
  if (length > LINE_MAX_BYTES || strlen (text) != length || !take_all (text, &receipt, signature))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "not a receipt of version 2");
      return FALSE;
    }
  if (!is_signed (text, &receipt, signature))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                           "the signature of the receipt is not right");
      return FALSE;
    }
  *self = receipt;
  memset (&receipt, 0, sizeof receipt);
  return TRUE;
}
