/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/base/error.h"
#include "kiosk/log/receipt.h"
#include "kiosk/model/receipt.h"

#include <sodium.h>
#include <string.h>

/* Receipts: one spelling, one signature. */

static char *
sign_sample (void)
{
  static const guint8 seed[KIOSK_AUDIT_KEY_SIZE] = { 1, 2, 3 };
  KioskCollectReceipt receipt = {
    .host = (char *) "A-03",
    .sequence = 18422,
    .time = (char *) "2026-11-21T10:30:15.123456Z",
  };

  memset (receipt.log, 0xa5, sizeof receipt.log);
  memset (receipt.chain, 0x5a, sizeof receipt.chain);
  return kiosk_collect_receipt_sign (&receipt, seed);
}

static void
test_round (void)
{
  g_autofree char *line = sign_sample ();
  g_auto (KioskCollectReceipt) receipt = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *again = NULL;
  static const guint8 seed[KIOSK_AUDIT_KEY_SIZE] = { 1, 2, 3 };

  g_assert_true (g_str_has_prefix (line, "{\"version\":2,\"host\":\"A-03\",\"log\":\"a5a5"));
  g_assert_true (g_str_has_suffix (line, "\"}\n"));
  g_assert_true (kiosk_collect_receipt_parse (line, strlen (line), &receipt, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (receipt.sequence, ==, 18422);
  g_assert_cmpstr (receipt.host, ==, "A-03");
  again = kiosk_collect_receipt_sign (&receipt, seed);
  g_assert_cmpstr (again, ==, line);
}

/* What a collector signs the terminal reads. */
static void
test_terminal (void)
{
  g_autofree char *line = sign_sample ();
  g_auto (KioskCollectReceipt) signed_one = { 0 };
  KioskReceipt read_one;

  g_assert_true (kiosk_collect_receipt_parse (line, strlen (line), &signed_one, NULL));
  g_assert_true (kiosk_receipt_read (line, strlen (line) - 1, signed_one.collector, &read_one));
  g_assert_cmpuint (read_one.sequence, ==, 18422);
  g_assert_cmpmem (read_one.chain, sizeof read_one.chain, signed_one.chain,
                   sizeof signed_one.chain);
  g_assert_cmpmem (read_one.log_key, sizeof read_one.log_key, signed_one.log,
                   sizeof signed_one.log);
  signed_one.collector[0] ^= 1;
  g_assert_false (kiosk_receipt_read (line, strlen (line) - 1, signed_one.collector, &read_one));
}

/* Each byte changed, and each end cut. */
static void
test_damaged (void)
{
  g_autofree char *line = sign_sample ();
  gsize length = strlen (line) - 1;

  for (gsize i = 0; i < length; i++)
    {
      g_autofree char *copy = g_strdup (line);
      g_auto (KioskCollectReceipt) receipt = { 0 };
      g_autoptr (GError) error = NULL;

      copy[i] ^= 1;
      g_assert_false (kiosk_collect_receipt_parse (copy, length, &receipt, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
      g_assert_null (receipt.host);
      g_assert_false (kiosk_collect_receipt_parse (line, i, &receipt, NULL));
    }
}

static void
test_words (void)
{
  static const guint8 seed[KIOSK_AUDIT_KEY_SIZE] = { 1 };
  KioskCollectReceipt receipt = { .host = (char *) "A\",\"sequence\":1", .time = (char *) "t" };
  g_autofree char *line = kiosk_collect_receipt_sign (&receipt, seed);

  g_assert_null (line);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  g_test_add_func ("/receipt/round", test_round);
  g_test_add_func ("/receipt/terminal", test_terminal);
  g_test_add_func ("/receipt/damaged", test_damaged);
  g_test_add_func ("/receipt/words", test_words);
  return g_test_run ();
}
