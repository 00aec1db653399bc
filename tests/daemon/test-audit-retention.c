/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "audit-enrolment.h"
#include "audit-fixture.h"
#include "audit-pack.h"
#include "audit-retention.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/model/receipt.h"

#include <glib/gstdio.h>

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

/* What is deleted, and above all what is not. Files are real, receipts are signed. */

#define DAYS(n) ((n) *86400LL * G_USEC_PER_SEC)

typedef struct {
  guint8 public_key[32], secret_key[64];
} Collector;

static void
append_hex (GString *text, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
}

static GString *
make_receipt (const Collector *collector, const guint8 *log_key, guint64 sequence)
{
  GString *line = g_string_new ("{\"version\":2,\"host\":\"kiosk-01\",\"log\":\"");
  g_autoptr (GString) signed_bytes = g_string_new ("maintenance-kiosk receipt 2");
  guint8 chain[32] = { 7 }, signature[64];

  append_hex (line, log_key, 32);
  g_string_append_printf (line, "\",\"sequence\":%" G_GUINT64_FORMAT ",\"chain\":\"", sequence);
  append_hex (line, chain, sizeof chain);
  g_string_append (line, "\",\"time\":\"2026-11-21T10:30:15.123456Z\",\"collector\":\"");
  append_hex (line, collector->public_key, 32);
  g_string_append (line, "\"");
  g_string_append_len (signed_bytes, line->str, (gssize) line->len);
  crypto_sign_detached (signature, NULL, (guint8 *) signed_bytes->str, signed_bytes->len,
                        collector->secret_key);
  g_string_append (line, ",\"signature\":\"");
  append_hex (line, signature, sizeof signature);
  g_string_append (line, "\"}");
  return line;
}

/* Not one byte of it may be another. */
static void
test_receipt (void)
{
  Collector collector, other;
  guint8 log_key[32] = { 1, 2, 3 };
  g_autoptr (GString) line = NULL;
  KioskReceipt receipt;

  crypto_sign_keypair (collector.public_key, collector.secret_key);
  crypto_sign_keypair (other.public_key, other.secret_key);
  line = make_receipt (&collector, log_key, 18422);
  g_assert_true (kiosk_receipt_read (line->str, line->len, collector.public_key, &receipt));
  g_assert_cmpuint (receipt.sequence, ==, 18422);
  g_assert_cmpmem (receipt.log_key, 32, log_key, 32);
  g_assert_cmpint (receipt.chain[0], ==, 7);
  g_assert_cmpstr (receipt.host, ==, "kiosk-01");
  g_assert_cmpstr (receipt.time, ==, "2026-11-21T10:30:15.123456Z");
  g_assert_false (kiosk_receipt_read (line->str, line->len, other.public_key, &receipt));
  for (gsize i = 0; i < line->len; i++)
    {
      g_assert_false (kiosk_receipt_read (line->str, i, collector.public_key, &receipt));
      line->str[i] ^= 1;
      g_assert_false (kiosk_receipt_read (line->str, line->len, collector.public_key, &receipt));
      line->str[i] ^= 1;
    }
  g_string_append_c (line, ' ');
  g_assert_false (kiosk_receipt_read (line->str, line->len, collector.public_key, &receipt));
}

/* ---- Deletion ---- */

static void
pack_all (AuditFixture *fixture)
{
  kiosk_autofd int folder = open (fixture->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_autoptr (GError) error = NULL;

  kiosk_audit_pack_all (folder, G_MAXUINT64, NULL, &error);
  g_assert_no_error (error);
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_older (AuditFixture *fixture)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) folder = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_prefix (name, "audit-"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, by_name);
  return names;
}

static void
put_receipts (AuditFixture *fixture, const Collector *collector, const guint8 *log_key,
              guint64 sequence)
{
  g_autoptr (GString) line = make_receipt (collector, log_key, sequence);
  g_autoptr (GString) file = g_string_new ("not a receipt\n\n");

  g_string_append (file, line->str);
  g_string_append_c (file, '\n');
  g_string_append_len (file, line->str, 100); /* one that is being written */
  audit_write (fixture, KIOSK_AUDIT_RECEIPTS_NAME, file->str, file->len);
}

static guint
delete_and_count (AuditFixture *fixture)
{
  KioskAuditWriter *writer = audit_open (fixture);
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GError) error = NULL;

  kiosk_audit_writer_delete_old (writer, &error);
  g_assert_no_error (error);
  kiosk_audit_writer_close (writer);
  names = list_older (fixture);
  return names->len;
}

static void
test_deletion (AuditFixture *fixture, gconstpointer data)
{
  Collector collector, other;
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *hold = NULL;
  g_autofree char *digest = NULL;
  g_autofree char *deleted = NULL;
  g_autofree char *bytes = NULL;
  guint8 log_key[32], other_key[32] = { 0 };
  guint64 second, third;
  KioskAuditReport report;
  gsize length;
  guint files;

  crypto_sign_keypair (collector.public_key, collector.secret_key);
  crypto_sign_keypair (other.public_key, other.secret_key);
  fixture->realtime = g_get_real_time ();
  fixture->settings.rotate_size = 6000;
  {
    g_autoptr (KioskAuditWriter) writer = audit_open (fixture);

    for (guint i = 0; i < 60; i++)
      g_assert_true (audit_append (fixture, writer, i % 5 == 0, NULL, NULL));
  }
  pack_all (fixture);
  fixture->settings.rotate_size = 0;
  names = list_older (fixture);
  files = names->len;
  g_assert_cmpuint (files, >=, 4);
  g_assert_cmpstr (names->pdata[0], ==, "audit-000000000001.log.zst");
  second = g_ascii_strtoull ((char *) names->pdata[1] + 6, NULL, 10);
  third = g_ascii_strtoull ((char *) names->pdata[2] + 6, NULL, 10);
  report = audit_verify (fixture);
  memcpy (log_key, report.key, sizeof log_key);
  bytes = audit_read (fixture, names->pdata[0], &length);
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) bytes, length);

  /* each thing that is in the way, by itself */
  fixture->settings.keep_days = 30;
  fixture->settings.collector = collector.public_key;
  fixture->realtime += DAYS (60);
  g_assert_cmpuint (delete_and_count (fixture), ==, files); /* no receipts */
  put_receipts (fixture, &other, log_key, third);
  g_assert_cmpuint (delete_and_count (fixture), ==, files); /* signed by somebody else */
  put_receipts (fixture, &collector, other_key, third);
  g_assert_cmpuint (delete_and_count (fixture), ==, files); /* for another log */
  put_receipts (fixture, &collector, log_key, second - 1);
  g_assert_cmpuint (delete_and_count (fixture), ==, files); /* not to the end of the first file */
  put_receipts (fixture, &collector, log_key, third - 1);
  fixture->settings.keep_days = 365;
  g_assert_cmpuint (delete_and_count (fixture), ==, files); /* too young */
  fixture->settings.keep_days = 30;
  fixture->settings.hold = TRUE;
  g_assert_cmpuint (delete_and_count (fixture), ==, files); /* the policy holds it */
  fixture->settings.hold = FALSE;
  audit_write (fixture, KIOSK_AUDIT_HOLD_NAME, "", 0);
  g_assert_cmpuint (delete_and_count (fixture), ==, files); /* a person holds it */
  hold = audit_path (fixture, KIOSK_AUDIT_HOLD_NAME);
  g_assert_cmpint (g_remove (hold), ==, 0);
  audit_write (fixture, KIOSK_AUDIT_CONTRADICTED_PREFIX "9", "", 0);
  g_assert_cmpuint (delete_and_count (fixture), ==, files); /* the collector has another log */
  g_clear_pointer (&hold, g_free);
  hold = audit_path (fixture, KIOSK_AUDIT_CONTRADICTED_PREFIX "9");
  g_assert_cmpint (g_remove (hold), ==, 0);
  fixture->settings.collector = NULL;
  g_assert_cmpuint (delete_and_count (fixture), ==, files); /* no collector is known */
  g_assert_cmpuint (audit_count (fixture, "\"event.action\":\"log-deleted\""), ==, 0);

  /* and then it goes, that one alone */
  fixture->settings.collector = collector.public_key;
  g_assert_cmpuint (delete_and_count (fixture), ==, files - 1);
  report = audit_verify (fixture);
  g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_OK);
  g_assert_cmpuint (report.first, ==, second);
  deleted = g_strdup_printf ("\"file.hash.sha256\":\"%s\"", digest);
  g_assert_cmpuint (audit_count (fixture, deleted), ==, 1);
  g_assert_cmpuint (audit_count (fixture, "\"event.action\":\"log-deleted\""), ==, 1);

  /* the next ones when their receipt is there, by themselves with a heartbeat */
  put_receipts (fixture, &collector, log_key, G_MAXINT64);
  {
    g_autoptr (KioskAuditWriter) writer = audit_open (fixture);

    do
      {
        g_main_context_iteration (NULL, TRUE);
        g_clear_pointer (&names, g_ptr_array_unref);
        names = list_older (fixture);
      }
    while (names->len > 0);
  }
  report = audit_verify (fixture);
  g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_OK);
  g_assert_cmpuint (audit_count (fixture, "\"event.action\":\"log-deleted\""), ==, files);
}

/* ---- What is kept of receipts ---- */

static guint
count_lines (AuditFixture *fixture)
{
  gsize length;
  g_autofree char *text = audit_read (fixture, KIOSK_AUDIT_RECEIPTS_NAME, &length);
  guint n = 0;

  g_assert_true (length == 0 || text[length - 1] == '\n');
  for (gsize i = 0; i < length; i++)
    n += text[i] == '\n';
  return n;
}

static void
keep (KioskAuditWriter *writer, const GString *line)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (kiosk_audit_writer_keep_receipt (writer, line->str, line->len, &error));
  g_assert_no_error (error);
}

/* The last counts; the first go when there are many; half a line is none, and ends nowhere in the next. */
static void
test_kept (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (KioskAuditWriter) writer = NULL;
  g_autoptr (GString) line = NULL;
  char kept[KIOSK_RECEIPT_MAX + 1];
  KioskAuditReport report;
  Collector collector, other;
  KioskReceipt receipt;

  crypto_sign_keypair (collector.public_key, collector.secret_key);
  crypto_sign_keypair (other.public_key, other.secret_key);
  fixture->settings.collector = collector.public_key;
  writer = audit_open (fixture);
  report = audit_verify (fixture);
  g_assert_false (kiosk_audit_writer_get_receipt (writer, &receipt, NULL));
  for (guint i = 1; i <= 800; i++)
    {
      if (line != NULL)
        g_string_free (g_steal_pointer (&line), TRUE);
      line = make_receipt (&collector, report.key, i);
      keep (writer, line);
    }
  g_assert_cmpuint (count_lines (fixture), <, 800);
  g_assert_cmpuint (count_lines (fixture), >, 100);
  g_assert_true (kiosk_audit_writer_get_receipt (writer, &receipt, kept));
  g_assert_cmpuint (receipt.sequence, ==, 800);
  g_assert_cmpstr (kept, ==, line->str);

  /* the machine stopped while one was written */
  g_clear_pointer (&writer, kiosk_audit_writer_close);
  put_receipts (fixture, &collector, report.key, 7);
  writer = audit_open (fixture);
  g_assert_cmpuint (count_lines (fixture), ==, 3);
  g_assert_true (kiosk_audit_writer_get_receipt (writer, &receipt, NULL));
  g_assert_cmpuint (receipt.sequence, ==, 7);
  keep (writer, line);
  g_assert_cmpuint (count_lines (fixture), ==, 4);
  g_assert_true (kiosk_audit_writer_get_receipt (writer, &receipt, NULL));
  g_assert_cmpuint (receipt.sequence, ==, 800);

  /* another collector has signed none of them */
  fixture->settings.collector = other.public_key;
  kiosk_audit_writer_set_settings (writer, &fixture->settings);
  g_assert_false (kiosk_audit_writer_get_receipt (writer, &receipt, NULL));

  /* one that contradicts stays until somebody takes it away, and the first is the one that counts */
  g_assert_null (kiosk_audit_writer_find_contradicted (writer));
  g_assert_true (kiosk_audit_writer_contradict (writer, 800, line->str, line->len, NULL));
  g_assert_true (kiosk_audit_writer_contradict (writer, 801, line->str, line->len, NULL));
  {
    g_autofree char *name = kiosk_audit_writer_find_contradicted (writer);
    g_autofree char *text = NULL;
    gsize length;

    g_assert_cmpstr (name, ==, "audit.contradicted-800");
    text = audit_read (fixture, name, &length);
    g_assert_cmpmem (text, length - 1, line->str, line->len);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  g_test_add_func ("/audit-retention/receipt", test_receipt);
  g_test_add ("/audit-retention/deletion", AuditFixture, NULL, audit_set_up, test_deletion,
              audit_tear_down);
  g_test_add ("/audit-retention/kept", AuditFixture, NULL, audit_set_up, test_kept,
              audit_tear_down);
  return g_test_run ();
}
