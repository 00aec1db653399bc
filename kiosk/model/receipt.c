/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/receipt.h"

#include <sodium.h>
#include <string.h>

/* There is one way to write a receipt, so there is one way to read it: piece by piece, as the format has it. */

#define DOMAIN "maintenance-kiosk receipt 2"

typedef struct {
  const char *at;
  const char *end;
} Cursor;

static gboolean
take (Cursor *cursor, const char *text)
{
  gsize length = strlen (text);

  if ((gsize) (cursor->end - cursor->at) < length || memcmp (cursor->at, text, length) != 0)
    return FALSE;
  cursor->at += length;
  return TRUE;
}

/* Lower case only: one value has one spelling. */
static gboolean
take_hex (Cursor *cursor, guint8 *bytes, gsize size)
{
  for (gsize i = 0; i < 2 * size; i++)
    {
      gint digit = cursor->at < cursor->end && !g_ascii_isupper (*cursor->at)
                       ? g_ascii_xdigit_value (*cursor->at++)
                       : -1;

      if (digit < 0)
        return FALSE;
      bytes[i / 2] = (guint8) (i % 2 == 0 ? digit << 4 : bytes[i / 2] | digit);
    }
  return TRUE;
}

static gboolean
take_number (Cursor *cursor, guint64 *number)
{
  const char *begin = cursor->at;

  *number = 0;
  while (cursor->at < cursor->end && g_ascii_isdigit (*cursor->at))
    {
      guint64 digit = (guint64) (*cursor->at++ - '0');

      if (*number > (G_MAXINT64 - digit) / 10)
        return FALSE;
      *number = 10 * *number + digit;
    }
  return cursor->at > begin && *begin != '0';
}

/* Up to the quotation mark that ends it. */
static gboolean
take_string (Cursor *cursor, char *text, gsize size)
{
  gsize n = 0;

  while (cursor->at < cursor->end && *cursor->at != '"')
    {
      gsize part = *cursor->at == '\\' ? 2 : 1;

      if ((guchar) *cursor->at < 0x20 || n + part >= size
          || (gsize) (cursor->end - cursor->at) < part)
        return FALSE;
      memcpy (text + n, cursor->at, part);
      cursor->at += part;
      n += part;
    }
  text[n] = '\0';
  return TRUE;
}

static gboolean
is_signed (const char *line, gsize length, const guint8 *signature, const guint8 *collector)
{
  guint8 bytes[sizeof DOMAIN - 1 + KIOSK_RECEIPT_MAX];

  memcpy (bytes, DOMAIN, sizeof DOMAIN - 1);
  memcpy (bytes + sizeof DOMAIN - 1, line, length);
  return crypto_sign_verify_detached (signature, bytes, sizeof DOMAIN - 1 + length, collector) == 0;
}

/* @body: bytes before the signature. */
static gboolean
take_all (const char *line, gsize length, KioskReceipt *receipt, guint8 *signature, gsize *body)
{
  Cursor cursor = { line, line + length };

  if (length > KIOSK_RECEIPT_MAX || !take (&cursor, "{\"version\":2,\"host\":\"")
      || !take_string (&cursor, receipt->host, sizeof receipt->host)
      || !take (&cursor, "\",\"log\":\"")
      || !take_hex (&cursor, receipt->log_key, sizeof receipt->log_key)
      || !take (&cursor, "\",\"sequence\":") || !take_number (&cursor, &receipt->sequence)
      || !take (&cursor, ",\"chain\":\"")
      || !take_hex (&cursor, receipt->chain, sizeof receipt->chain)
      || !take (&cursor, "\",\"time\":\"")
      || !take_string (&cursor, receipt->time, sizeof receipt->time)
      || !take (&cursor, "\",\"collector\":\"")
      || !take_hex (&cursor, receipt->collector, sizeof receipt->collector)
      || !take (&cursor, "\""))
    return FALSE;
  *body = (gsize) (cursor.at - line);
  return take (&cursor, ",\"signature\":\"")
         && take_hex (&cursor, signature, KIOSK_AUDIT_SIGNATURE_SIZE) && take (&cursor, "\"}")
         && cursor.at == cursor.end;
}

gboolean
kiosk_receipt_is_formed (const char *line, gsize length)
{
  guint8 signature[KIOSK_AUDIT_SIGNATURE_SIZE];
  KioskReceipt receipt;
  gsize body;

  return take_all (line, length, &receipt, signature, &body);
}

gboolean
kiosk_receipt_read (const char *line, gsize length, const guint8 *collector, KioskReceipt *receipt)
{
  guint8 signature[KIOSK_AUDIT_SIGNATURE_SIZE];
  gsize body;

  return sodium_init () >= 0 && take_all (line, length, receipt, signature, &body)
         && memcmp (receipt->collector, collector, sizeof receipt->collector) == 0
         && is_signed (line, body, signature, collector);
}
