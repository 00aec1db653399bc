/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit-log.h"

#include "kiosk/base/error.h"
#include "kiosk/log/receipt.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/order.h"
#include "kiosk/review/evidence.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

/* What is found only with the help of others: a log that was cut at a record's end, an older copy put back, another past, another log, wrong codes. */

#define PASSPHRASE "correct horse battery"
#define DAY G_TIME_SPAN_DAY
#define FIRST_DAY (G_GINT64_CONSTANT (1795100400) * G_USEC_PER_SEC) /* 2026-11-20 00:00 in Tokyo */
#define DAYS 3
#define RECORDS 10 /* a day: a checkpoint that begins it, eight, and one that ends them */

static char *root, *auditor_key, *other_key;
static const guint8 collector_seed[KIOSK_AUDIT_KEY_SIZE] = { 7 };

/* ---- Logs ---- */

typedef struct {
  GString *text;
  gsize ends[DAYS * RECORDS + 2]; /* length up to record i */
  guint8 key[KIOSK_AUDIT_KEY_SIZE];
  guint8 chains[DAYS * RECORDS + 2][KIOSK_AUDIT_HASH_SIZE];
  guint64 last;
} Sample;

static void
add (Sample *self, AuditLog *log, const char *action, const char *reason, gint64 time)
{
  KioskAuditRecord record = { .action = action,
                              .outcome = KIOSK_OUTCOME_SUCCESS,
                              .reason = reason,
                              .host_id = "A-03",
                              .realtime = time,
                              .boottime = time - FIRST_DAY,
                              .boot = "5b1f9c1e-0d1b-4b7e-9c1e-0d1b4b7e9c1e",
                              .clock = "synchronised" };

  audit_log_append (log, &record, self->text);
  self->last = log->state.chain.sequence;
  self->ends[self->last] = self->text->len;
  memcpy (self->chains[self->last], log->state.chain.hash, KIOSK_AUDIT_HASH_SIZE);
}

/* @fork: from this day on something else happened. */
static Sample *
sample_new (guint64 number, guint fork)
{
  Sample *self = g_new0 (Sample, 1);
  AuditLog log;

  self->text = g_string_new (NULL);
  audit_log_begin (&log, number);
  memcpy (self->key, log.state.log_key, sizeof self->key);
  for (guint day = 0; day < DAYS; day++)
    {
      gint64 time = FIRST_DAY + day * DAY + 60 * G_USEC_PER_SEC;

      add (self, &log, day == 0 ? KIOSK_ACTION_LOG_BEGUN : KIOSK_ACTION_CHECKPOINT,
           day == 0 ? KIOSK_REASON_CHECKPOINT_BEGIN : KIOSK_REASON_CHECKPOINT_DAY, time);
      for (guint i = 0; i < RECORDS - 2; i++)
        add (self, &log, KIOSK_ACTION_LOGIN, day >= fork ? "password" : NULL,
             time + (i + 1) * G_TIME_SPAN_HOUR);
      add (self, &log, KIOSK_ACTION_CHECKPOINT, KIOSK_REASON_CHECKPOINT_SESSION,
           time + RECORDS * G_TIME_SPAN_HOUR);
    }
  return self;
}

static void
sample_free (Sample *self)
{
  g_string_free (self->text, TRUE);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sample, sample_free)

static void
write_file (const char *folder, const char *name, const char *text, gssize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, length, NULL));
}

static void
get_public (const char *text, guint8 *key)
{
  g_autofree char *hex = kiosk_order_key_get_public (text, strlen (text), NULL);

  g_assert_true (kiosk_hex_to_bytes (hex, key, KIOSK_AUDIT_KEY_SIZE));
}

/* The records of @sample up to @last in a new folder; its path. */
static char *
put_log (const char *name, const Sample *sample, guint64 last)
{
  char *folder = g_build_filename (root, name, NULL);
  g_autoptr (KioskEnrolment) enrolment = kiosk_enrolment_new ();
  g_autofree char *text = NULL;
  guint8 key[KIOSK_AUDIT_KEY_SIZE];

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  enrolment->host = g_strdup ("A-03");
  enrolment->begun = g_strdup ("2026-11-19T15:01:00.000000Z");
  memcpy (enrolment->key, sample->key, sizeof enrolment->key);
  get_public (auditor_key, key);
  g_assert_true (kiosk_enrolment_add_auditor (enrolment, "田中 美咲", key, audit_log_secret ()));
  text = kiosk_enrolment_print (enrolment);
  write_file (folder, KIOSK_ENROLMENT_NAME, text, -1);
  write_file (folder, KIOSK_LOG_CURRENT_NAME, sample->text->str, (gssize) sample->ends[last]);
  return folder;
}

static char *
make_receipt (const Sample *sample, guint64 sequence)
{
  KioskCollectReceipt receipt = { .host = (char *) "A-03",
                                  .sequence = sequence,
                                  .time = (char *) "2026-11-22T12:00:00.000000Z" };

  memcpy (receipt.log, sample->key, sizeof receipt.log);
  memcpy (receipt.chain, sample->chains[sequence], sizeof receipt.chain);
  return kiosk_collect_receipt_sign (&receipt, collector_seed);
}

static void
put_receipts (const char *folder, const Sample *sample, guint64 first, guint64 second)
{
  g_autofree char *a = make_receipt (sample, first);
  g_autofree char *b = make_receipt (sample, second);
  g_autofree char *both = g_strconcat (a, b, NULL);

  write_file (folder, KIOSK_RECEIPTS_NAME, both, -1);
}

/* ---- Asking ---- */

typedef struct {
  KioskIndex *index;
  GPtrArray *logs;
  KioskEvidence *evidence;
  const KioskLogEvidence *first;
} Look;

static Look
look (const char *path, const char *keys, const char *copy)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskKnownKeys) known = kiosk_known_keys_parse (keys, strlen (keys), &error);
  Look self = { 0 };

  g_assert_no_error (error);
  self.index = kiosk_index_open (NULL, &error);
  kiosk_index_import_path (self.index, path, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  self.logs = kiosk_index_get_logs (self.index, &error);
  self.evidence
      = kiosk_evidence_gather (self.index, self.logs, path, FALSE, known, copy, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (self.evidence->logs->len, ==, self.logs->len);
  self.first = self.evidence->logs->pdata[0];
  return self;
}

static void
look_clear (Look *self)
{
  kiosk_evidence_free (self->evidence);
  g_ptr_array_unref (self->logs);
  kiosk_index_free (self->index);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

static const KioskAuditReport *
report_of (const Look *self)
{
  return &((const KioskIndexLog *) self->logs->pdata[0])->report;
}

static char *
list_key (const char *kind, const guint8 *key, const char *name)
{
  char hex[2 * KIOSK_AUDIT_KEY_SIZE + 1];

  return g_strdup_printf ("# keys\n\n%s %s %s\n", kind,
                          sodium_bin2hex (hex, sizeof hex, key, KIOSK_AUDIT_KEY_SIZE), name);
}

/* ---- Tests ---- */

static void
test_receipts (void)
{
  g_autoptr (Sample) sample = sample_new (1, DAYS);
  g_autofree char *whole = put_log ("whole", sample, sample->last);
  g_autofree char *cut = put_log ("cut", sample, 20);
  g_autofree char *alone = put_log ("alone", sample, 20);

  put_receipts (whole, sample, 20, sample->last);
  put_receipts (cut, sample, 20, sample->last);
  {
    g_auto (Look) it = look (whole, "", NULL);

    g_assert_cmpint (it.evidence->kind, ==, KIOSK_SOURCE_TERMINAL);
    g_assert_cmpint (it.first->key, ==, KIOSK_LOG_KEY_BESIDE);
    g_assert_cmpint (it.first->receipts.finding, ==, KIOSK_WITNESS_AGREES);
    g_assert_cmpuint (it.first->receipts.sequence, ==, sample->last);
    g_assert_cmpint (it.first->receipts.time, >, FIRST_DAY);
    g_assert_cmpint (it.first->copy.finding, ==, KIOSK_WITNESS_NONE);
    g_assert_null (it.first->receipts.name);
    g_assert_null (kiosk_evidence_find_doubt (it.evidence));
  }
  {
    g_auto (Look) it = look (cut, "", NULL);

    /* the files alone are without fault */
    g_assert_cmpint (report_of (&it)->fault, ==, KIOSK_AUDIT_OK);
    g_assert_cmpint (it.first->receipts.finding, ==, KIOSK_WITNESS_CUT);
    g_assert_cmpuint (it.first->receipts.sequence, ==, sample->last);
    g_assert_cmpuint (it.first->receipts.common, ==, 20);
    g_assert_true (kiosk_evidence_find_doubt (it.evidence) == it.first);
    g_assert_cmpstr (kiosk_witness_word (&it.first->receipts), ==, "cut");
  }
  {
    g_autofree char *file = g_build_filename (cut, KIOSK_LOG_CURRENT_NAME, NULL);
    g_auto (Look) it = look (file, "", NULL);

    g_assert_cmpint (it.evidence->kind, ==, KIOSK_SOURCE_FILE);
    g_assert_cmpint (it.first->receipts.finding, ==, KIOSK_WITNESS_CUT);
  }
  {
    g_auto (Look) it = look (alone, "", NULL);

    g_assert_cmpint (it.first->receipts.finding, ==, KIOSK_WITNESS_NONE);
    g_assert_null (kiosk_evidence_find_doubt (it.evidence));
  }
}

/* An older file alone is no log that was cut, and a log that went on after it was read is none either. */
static void
test_goes_on (void)
{
  g_autoptr (Sample) sample = sample_new (1, DAYS);
  g_autofree char *folder = put_log ("part", sample, 20);
  g_autofree char *from = g_build_filename (folder, KIOSK_LOG_CURRENT_NAME, NULL);
  g_autofree char *to = g_build_filename (folder, "audit-000000000001.log", NULL);
  g_autoptr (KioskEvidence) again = NULL;

  put_receipts (folder, sample, 20, sample->last);
  {
    g_auto (Look) it = look (folder, "", NULL);

    g_assert_cmpint (it.first->receipts.finding, ==, KIOSK_WITNESS_CUT);
    write_file (folder, KIOSK_LOG_CURRENT_NAME, sample->text->str, (gssize) sample->text->len);
    again = kiosk_evidence_gather (it.index, it.logs, folder, FALSE, NULL, NULL, NULL, NULL);
    g_assert_cmpint (((KioskLogEvidence *) again->logs->pdata[0])->receipts.finding, ==,
                     KIOSK_WITNESS_AGREES);
    g_assert_cmpuint (((KioskLogEvidence *) again->logs->pdata[0])->receipts.sequence, ==, 20);
  }
  write_file (folder, KIOSK_LOG_CURRENT_NAME, sample->text->str, (gssize) sample->ends[20]);
  g_assert_cmpint (g_rename (from, to), ==, 0);
  {
    g_auto (Look) it = look (to, "", NULL);

    g_assert_cmpint (it.first->receipts.finding, ==, KIOSK_WITNESS_AGREES);
    g_assert_cmpuint (it.first->receipts.sequence, ==, 20);
  }
}

/* Another past by the same key, and another log. */
static void
test_exchanged (void)
{
  g_autoptr (Sample) sample = sample_new (1, DAYS);
  g_autoptr (Sample) forked = sample_new (1, 1);
  g_autoptr (Sample) foreign = sample_new (2, DAYS);
  g_autofree char *fork = put_log ("fork", forked, forked->last);
  g_autofree char *other = put_log ("other", foreign, foreign->last);

  put_receipts (fork, sample, RECORDS, 2 * RECORDS);
  put_receipts (other, sample, RECORDS, 2 * RECORDS);
  {
    g_auto (Look) it = look (fork, "", NULL);

    g_assert_cmpint (report_of (&it)->fault, ==, KIOSK_AUDIT_OK);
    g_assert_cmpint (it.first->receipts.finding, ==, KIOSK_WITNESS_DIFFERS);
    g_assert_cmpuint (it.first->receipts.sequence, ==, 2 * RECORDS);
    g_assert_cmpuint (it.first->receipts.common, ==, RECORDS);
  }
  {
    g_auto (Look) it = look (other, "", NULL);

    g_assert_cmpint (report_of (&it)->fault, ==, KIOSK_AUDIT_OK);
    g_assert_cmpint (it.first->receipts.finding, ==, KIOSK_WITNESS_FOREIGN);
  }
}

/* Whoever exchanges the log can make receipts with a key of their own: the list of keys tells. */
static void
test_known (void)
{
  g_autoptr (Sample) sample = sample_new (1, DAYS);
  g_autofree char *folder = put_log ("known", sample, sample->last);
  guint8 collector[KIOSK_AUDIT_KEY_SIZE], secret[crypto_sign_SECRETKEYBYTES];
  g_autofree char *right = NULL, *wrong = NULL, *log = NULL, *exchanged = NULL;

  put_receipts (folder, sample, 20, sample->last);
  crypto_sign_seed_keypair (collector, secret, collector_seed);
  right = list_key ("collector", collector, "収集サーバー");
  log = list_key ("log", sample->key, "A-03");
  exchanged = list_key ("log", collector, "A-03");
  collector[0] ^= 1;
  wrong = list_key ("collector", collector, "収集サーバー");
  {
    g_auto (Look) it = look (folder, right, NULL);

    g_assert_cmpint (it.first->receipts.finding, ==, KIOSK_WITNESS_AGREES);
    g_assert_cmpstr (it.first->receipts.name, ==, "収集サーバー");
  }
  {
    g_auto (Look) it = look (folder, wrong, NULL);

    g_assert_cmpint (it.first->receipts.finding, ==, KIOSK_WITNESS_BAD);
    g_assert_cmpuint (it.first->receipts.bad, ==, 2);
  }
  {
    g_auto (Look) it = look (folder, log, NULL);

    g_assert_cmpint (it.first->key, ==, KIOSK_LOG_KEY_KNOWN);
    g_assert_null (kiosk_evidence_find_doubt (it.evidence));
  }
  {
    g_auto (Look) it = look (folder, exchanged, NULL);

    g_assert_cmpint (it.first->key, ==, KIOSK_LOG_KEY_WRONG);
    g_assert_true (kiosk_evidence_find_doubt (it.evidence) == it.first);
  }
}

static void
test_known_lines (void)
{
  static const char *const bad[] = { "signer", "signer 00 x", "friend \xff", "log  A-03" };
  g_autofree char *long_key = g_strnfill (64, 'a');
  g_autofree char *unknown = g_strdup_printf ("friend %s A\n", long_key);
  g_autofree char *nameless = g_strdup_printf ("signer %s  \n", long_key);

  for (guint i = 0; i < G_N_ELEMENTS (bad) + 2; i++)
    {
      const char *text = i < G_N_ELEMENTS (bad)    ? bad[i]
                         : i == G_N_ELEMENTS (bad) ? unknown
                                                   : nameless;
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_known_keys_parse (text, strlen (text), &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
    }
}

/* The collector's folder holds what the terminal's does not any more. */
static void
test_copy (void)
{
  g_autoptr (Sample) sample = sample_new (1, DAYS);
  g_autoptr (Sample) forked = sample_new (1, 1);
  g_autoptr (Sample) foreign = sample_new (2, DAYS);
  g_autofree char *store = g_build_filename (root, "store", NULL);
  g_autofree char *at_store = put_log ("store/A-03", sample, sample->last);
  g_autofree char *mine = put_log ("mine", sample, 15);
  g_autofree char *whole = put_log ("mine-whole", sample, sample->last);
  g_autofree char *other_past = put_log ("mine-fork", forked, forked->last);
  g_autofree char *other = put_log ("mine-other", foreign, foreign->last);
  const struct {
    const char *path, *copy;
    KioskWitnessFinding finding;
    guint64 sequence, common;
  } cases[] = {
    { mine, store, KIOSK_WITNESS_CUT, sample->last, 11 },
    { mine, at_store, KIOSK_WITNESS_CUT, sample->last, 11 },
    { whole, store, KIOSK_WITNESS_AGREES, sample->last, sample->last },
    { whole, mine, KIOSK_WITNESS_AGREES, 11, 11 }, /* an older copy is none that contradicts */
    { other_past, store, KIOSK_WITNESS_DIFFERS, sample->last, 11 },
    { other, store, KIOSK_WITNESS_FOREIGN, 0, 0 },
    { whole, root, KIOSK_WITNESS_NONE, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Look) it = look (cases[i].path, "", cases[i].copy);

      g_assert_cmpint (it.first->copy.finding, ==, cases[i].finding);
      g_assert_cmpuint (it.first->copy.sequence, ==, cases[i].sequence);
      g_assert_cmpuint (it.first->copy.common, ==, cases[i].common);
    }
}

static void
test_collector (void)
{
  static const char alarms[]
      = "{\"time\":\"2026-11-20T01:00:00.000000Z\",\"alarm\":\"silence\",\"host\":\"A-03\",\"en\":"
        "\"silent\",\"ja\":\"無音\"}\n"
        "{\"time\":\"2026-11-20T02:00:00.000000Z\",\"alarm\":\"silence-ended\",\"host\":\"A-03\"}\n"
        "{\"time\":\"2026-11-20T03:00:00.000000Z\",\"alarm\":\"gap\",\"host\":\"A-03\",\"record\":5,"
        "\"last\":9,\"en\":\"gap \\u001b[31m\",\"ja\":\"抜け\"}\n"
        "[[[[\n"
        "{\"alarm\":{}}\n"
        "{\"time\":\"2026-11-20T04:00:00.000000Z\",\"alarm\":\"fork\",\"host\":\"A-03\",\"record\":7}"
        "\n";
  g_autoptr (Sample) sample = sample_new (1, DAYS);
  g_autofree char *store = g_build_filename (root, "collector", NULL);
  g_autofree char *at = put_log ("collector/A-03", sample, sample->last);
  g_auto (Look) it = { 0 };
  const KioskStoredAlarm *alarm;

  write_file (store, KIOSK_ALARMS_NAME, alarms, -1);
  it = look (store, "", NULL);
  g_assert_cmpint (it.evidence->kind, ==, KIOSK_SOURCE_COLLECTOR);
  g_assert_cmpuint (it.evidence->files, ==, 1);
  g_assert_cmpuint (it.evidence->alarms->len, ==, 3);
  g_assert_cmpuint (it.evidence->unreadable_alarms, ==, 2);
  alarm = it.evidence->alarms->pdata[0];
  g_assert_cmpstr (alarm->kind, ==, "silence");
  g_assert_false (alarm->lasts);
  alarm = it.evidence->alarms->pdata[1];
  g_assert_cmpstr (alarm->kind, ==, "gap");
  g_assert_true (alarm->lasts);
  g_assert_cmpuint (alarm->record, ==, 5);
  g_assert_cmpuint (alarm->last, ==, 9);
  g_assert_cmpstr (alarm->en, ==, "gap \ufffd[31m");
  alarm = it.evidence->alarms->pdata[2];
  g_assert_cmpstr (alarm->kind, ==, "fork");
  g_assert_false (alarm->lasts);
  g_assert_cmpstr (at, !=, store);
}

/* The auditor's key opens the secret; with another secret every code is wrong. */
static void
test_codes (void)
{
  g_autoptr (Sample) sample = sample_new (1, DAYS);
  g_autofree char *folder = put_log ("codes", sample, sample->last);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskAuditorKey) right = NULL;
  g_autoptr (KioskAuditorKey) other = NULL;
  g_autoptr (KioskEnrolment) enrolment = kiosk_enrolment_new ();
  g_autofree char *text = NULL;
  guint8 key[KIOSK_AUDIT_KEY_SIZE], wrong[KIOSK_AUDIT_KEY_SIZE] = { 1 };
  g_auto (Look) it = look (folder, "", NULL);
  const KioskIndexLog *log = it.logs->pdata[0];
  KioskAuditReport report;

  g_assert_null (
      kiosk_auditor_key_open (auditor_key, strlen (auditor_key), "another passphrase", &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED);
  g_clear_error (&error);
  right = kiosk_auditor_key_open (auditor_key, strlen (auditor_key), PASSPHRASE, &error);
  g_assert_no_error (error);
  other = kiosk_auditor_key_open (other_key, strlen (other_key), PASSPHRASE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (kiosk_evidence_check_codes (log, right, NULL, NULL, NULL, &report, &error), ==,
                   KIOSK_CODES_RIGHT);
  g_assert_cmpuint (report.records, ==, sample->last);
  g_assert_cmpint (kiosk_evidence_check_codes (log, other, NULL, NULL, NULL, &report, &error), ==,
                   KIOSK_CODES_NOT_FOR_KEY);

  enrolment->host = g_strdup ("A-03");
  enrolment->begun = g_strdup ("2026-11-19T15:01:00.000000Z");
  memcpy (enrolment->key, sample->key, sizeof enrolment->key);
  get_public (auditor_key, key);
  g_assert_true (kiosk_enrolment_add_auditor (enrolment, "田中 美咲", key, wrong));
  text = kiosk_enrolment_print (enrolment);
  write_file (folder, KIOSK_ENROLMENT_NAME, text, -1);
  g_assert_cmpint (kiosk_evidence_check_codes (log, right, NULL, NULL, NULL, &report, &error), ==,
                   KIOSK_CODES_WRONG);
  g_assert_no_error (error);
  g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_BAD_CODE);
}

static void
test_ledger (void)
{
  g_autoptr (Sample) sample = sample_new (1, DAYS);
  g_autofree char *folder = put_log ("ledger", sample, sample->last);
  g_auto (Look) it = look (folder, "", NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Tokyo");
  g_autoptr (GArray) all = kiosk_ledger_list (it.index, it.logs->pdata[0], 0, 0, zone, NULL);
  g_autoptr (GArray) one = kiosk_ledger_list (it.index, it.logs->pdata[0], FIRST_DAY + DAY,
                                              FIRST_DAY + 2 * DAY, zone, NULL);

  g_assert_cmpuint (all->len, ==, DAYS);
  g_assert_cmpuint (one->len, ==, 1);
  for (guint i = 0; i < DAYS; i++)
    {
      const KioskDaySeal *seal = &g_array_index (all, KioskDaySeal, i);
      char code[KIOSK_AUDIT_SEAL_SIZE];

      kiosk_audit_seal_code (sample->key, sample->chains[i * RECORDS + 1], code);
      g_assert_cmpuint (seal->sequence, ==, i * RECORDS + 1);
      g_assert_cmpstr (seal->code, ==, code);
    }
  g_assert_cmpuint (g_array_index (one, KioskDaySeal, 0).sequence, ==, RECORDS + 1);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  root = g_dir_make_tmp ("kiosk-evidence-XXXXXX", NULL);
  auditor_key = kiosk_order_key_new (PASSPHRASE, NULL);
  other_key = kiosk_order_key_new (PASSPHRASE, NULL);
  g_test_add_func ("/review/evidence/receipts", test_receipts);
  g_test_add_func ("/review/evidence/goes-on", test_goes_on);
  g_test_add_func ("/review/evidence/exchanged", test_exchanged);
  g_test_add_func ("/review/evidence/known", test_known);
  g_test_add_func ("/review/evidence/known-lines", test_known_lines);
  g_test_add_func ("/review/evidence/copy", test_copy);
  g_test_add_func ("/review/evidence/collector", test_collector);
  g_test_add_func ("/review/evidence/codes", test_codes);
  g_test_add_func ("/review/evidence/ledger", test_ledger);
  result = g_test_run ();
  {
    const char *const remove[] = { "rm", "-rf", root, NULL };

    g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                  NULL);
  }
  g_free (auditor_key);
  g_free (other_key);
  g_free (root);
  return result;
}
