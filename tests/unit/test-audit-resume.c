/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "../lib/audit-log.h"
#include "kiosk/model/audit-actions.h"

#include <string.h>

/* A verification that goes on where another one was says what one says that saw everything. */

#define FILES 6
#define PER_FILE 40

typedef struct {
  GString *files[FILES];
  guint8 key[KIOSK_AUDIT_KEY_SIZE];
  guint64 last[FILES]; /* number of the last record of each */
} Row;

/* The clock goes back twice, the machine starts again, files are deleted that were there before these. */
static KioskAuditRecord
make (guint file, guint n)
{
  KioskAuditRecord record = { .action = "policy-accepted",
                              .outcome = KIOSK_OUTCOME_SUCCESS,
                              .realtime = (file * PER_FILE + n) * G_USEC_PER_SEC,
                              .boottime = (file % 2 * PER_FILE + n) * G_USEC_PER_SEC,
                              .boot = file < 2   ? "boot-1"
                                      : file < 4 ? "boot-2"
                                                 : "boot-3",
                              .host_id = "A-03" };

  if (file % 3 == 1 && n == 7)
    record.realtime = 0;
  if (n == 20 && file > 0)
    {
      record.action = KIOSK_ACTION_LOG_DELETED;
      record.outcome = KIOSK_OUTCOME_UNKNOWN;
      record.last = 1 + file * (PER_FILE / 2);
    }
  return record;
}

static void
make_row (Row *self)
{
  AuditLog log;

  audit_log_begin (&log, 7);
  memcpy (self->key, log.state.log_key, sizeof self->key);
  for (guint i = 0; i < FILES; i++)
    {
      self->files[i] = g_string_new (NULL);
      if (i == 0)
        audit_log_append_begin (&log, "A-03", self->files[0]);
      else
        {
          const char *text = self->files[i - 1]->str;
          const char *end = text + self->files[i - 1]->len;
          const char *last = (const char *) memrchr (text, '\n', self->files[i - 1]->len - 1) + 1;

          g_string_append_len (self->files[i], last, (gssize) (end - last));
        }
      for (guint n = 0; n < PER_FILE; n++)
        {
          KioskAuditRecord record = make (i, n);

          audit_log_append (&log, &record, self->files[i]);
        }
      audit_log_append (&log,
                        &(KioskAuditRecord){ .action = "checkpoint",
                                             .reason = "rotation",
                                             .realtime = (i + 1) * PER_FILE * G_USEC_PER_SEC,
                                             .boottime = G_GINT64_CONSTANT (1) << 50,
                                             .boot = "other",
                                             .host_id = "A-03" },
                        self->files[i]);
      self->last[i] = log.state.chain.sequence;
    }
}

static void
clear_row (Row *self)
{
  for (guint i = 0; i < FILES; i++)
    g_string_free (self->files[i], TRUE);
}

static void
feed (KioskAuditVerifier *verifier, const Row *row, guint from, GBytes *states[FILES])
{
  for (guint i = from; i < FILES; i++)
    {
      if (i > from)
        kiosk_audit_verifier_next_file (verifier);
      if (states != NULL)
        states[i] = kiosk_audit_verifier_save (verifier);
      kiosk_audit_verifier_feed (verifier, row->files[i]->str, row->files[i]->len);
      if (states != NULL && row->files[i]->len > 0)
        g_assert_null (kiosk_audit_verifier_save (verifier)); /* not in the middle */
    }
}

static void
assert_same (const KioskAuditReport *a, const KioskAuditReport *b)
{
  g_assert_cmpint (a->fault, ==, b->fault);
  g_assert_cmpuint (a->file, ==, b->file);
  g_assert_cmpuint (a->line, ==, b->line);
  g_assert_cmpuint (a->sequence, ==, b->sequence);
  g_assert_cmpuint (a->expected, ==, b->expected);
  g_assert_cmpuint (a->records, ==, b->records);
  g_assert_cmpuint (a->bytes, ==, b->bytes);
  g_assert_cmpuint (a->first, ==, b->first);
  g_assert_cmpuint (a->sealed, ==, b->sealed);
  g_assert_cmpuint (a->checkpoints, ==, b->checkpoints);
  g_assert_cmpuint (a->clock_back, ==, b->clock_back);
  g_assert_cmpuint (a->clock_back_sequence, ==, b->clock_back_sequence);
  g_assert_cmpint (a->has_key, ==, b->has_key);
  g_assert_cmpmem (a->key, sizeof a->key, b->key, sizeof b->key);
}

static void
finish (KioskAuditVerifier *verifier, KioskAuditReport *report)
{
  KioskAuditChain chain;

  kiosk_audit_verifier_finish (verifier, report, &chain);
  g_assert_cmpuint (chain.sequence + 1, ==, report->expected);
}

static void
clear_states (GBytes *states[FILES])
{
  for (guint i = 0; i < FILES; i++)
    g_clear_pointer (&states[i], g_bytes_unref);
}

/* From every begin of a file, with and without a key in hand. */
static void
check_all (const Row *row)
{
  for (guint held = 0; held < 2; held++)
    {
      KioskAuditKeys keys = { .key = held ? row->key : NULL };
      g_autoptr (KioskAuditVerifier) whole = kiosk_audit_verifier_new (&keys);
      GBytes *states[FILES] = { NULL };
      KioskAuditReport wanted;
      guint resumed = 0;
      /* an empty file is none at which anything could have begun */
      guint good = row->files[0]->len > 0 ? FILES - 1 : FILES - 2;

      feed (whole, row, 0, states);
      finish (whole, &wanted);
      for (guint i = 0; i < FILES; i++)
        {
          g_autoptr (KioskAuditVerifier) later = NULL;
          KioskAuditReport report;

          if (i == 0 || wanted.file + 1 < i)
            g_assert_true (i > 0 || states[0] == NULL);
          if (states[i] == NULL)
            continue;
          later = kiosk_audit_verifier_resume (&keys, states[i]);
          g_assert_nonnull (later);
          feed (later, row, i, NULL);
          finish (later, &report);
          assert_same (&report, &wanted);
          resumed++;
        }
      /* wherever there was no fault yet */
      g_assert_cmpuint (resumed, ==, wanted.fault == KIOSK_AUDIT_OK ? good : wanted.file);
      clear_states (states);
    }
}

static void
test_same (void)
{
  Row row;

  make_row (&row);
  check_all (&row);
  clear_row (&row);
}

/* One bit after the other, far apart, in every file; and files that are cut. */
static void
test_damaged_log (void)
{
  Row row;
  guint faults = 0;

  make_row (&row);
  for (guint i = 0; i < FILES; i++)
    {
      gsize length = row.files[i]->len;

      for (gsize at = i * 131; at < length; at += 997, faults++)
        {
          row.files[i]->str[at] ^= 1;
          check_all (&row);
          row.files[i]->str[at] ^= 1;
        }
      for (gsize cut = 0; cut < length; cut += 1999, faults++)
        {
          row.files[i]->len = cut;
          check_all (&row);
        }
      row.files[i]->len = length;
    }
  g_assert_cmpuint (faults, >, 200);
  clear_row (&row);
}

static void
test_damaged_state (void)
{
  const guint8 other[KIOSK_AUDIT_KEY_SIZE] = { 1 };
  GBytes *states[FILES] = { NULL };
  g_autoptr (KioskAuditVerifier) whole = NULL;
  g_autoptr (KioskAuditVerifier) secretive = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  KioskAuditKeys keys = { 0 };
  Row row;

  make_row (&row);
  keys.key = row.key;
  whole = kiosk_audit_verifier_new (&keys);
  feed (whole, &row, 0, states);
  g_byte_array_append (bytes, g_bytes_get_data (states[3], NULL),
                       (guint) g_bytes_get_size (states[3]));
  for (guint i = 0; i < bytes->len; i++)
    {
      g_autoptr (GBytes) damaged = NULL;
      g_autoptr (GBytes) cut = g_bytes_new (bytes->data, i);

      bytes->data[i] ^= 0x10;
      damaged = g_bytes_new (bytes->data, bytes->len);
      bytes->data[i] ^= 0x10;
      g_assert_null (kiosk_audit_verifier_resume (&keys, damaged));
      g_assert_null (kiosk_audit_verifier_resume (&keys, cut));
      g_assert_null (kiosk_audit_verifier_behead (damaged, states[2]));
      g_assert_null (kiosk_audit_verifier_behead (states[4], damaged));
    }
  g_assert_null (kiosk_audit_verifier_resume (NULL, states[3]));
  keys.key = other;
  g_assert_null (kiosk_audit_verifier_resume (&keys, states[3]));
  keys.key = row.key;
  keys.secret = audit_log_secret ();
  g_assert_null (kiosk_audit_verifier_resume (&keys, states[3]));
  clear_states (states);
  /* what codes are checked with does not leave the memory */
  secretive = kiosk_audit_verifier_new (&keys);
  feed (secretive, &row, 0, states);
  for (guint i = 0; i < FILES; i++)
    g_assert_null (states[i]);
  g_assert_true (kiosk_audit_verifier_is_good (secretive));
  clear_row (&row);
}

/* Without its first files a log is verified from the next one on; so does what was kept. */
static void
test_behead (void)
{
  GBytes *states[FILES] = { NULL };
  g_autoptr (KioskAuditVerifier) whole = NULL;
  KioskAuditKeys keys = { 0 };
  guint told = 0, untold = 0;
  Row row;

  make_row (&row);
  keys.key = row.key;
  whole = kiosk_audit_verifier_new (&keys);
  feed (whole, &row, 0, states);
  for (guint f = 1; f < FILES; f++)
    {
      g_autoptr (KioskAuditVerifier) rest = kiosk_audit_verifier_new (&keys);
      KioskAuditReport wanted;

      feed (rest, &row, f, NULL);
      finish (rest, &wanted);
      for (guint p = f + 1; p < FILES; p++)
        {
          g_autoptr (GBytes) state = kiosk_audit_verifier_behead (states[p], states[f]);
          g_autoptr (KioskAuditVerifier) later = NULL;
          KioskAuditReport report;

          if (state == NULL)
            {
              untold++;
              continue;
            }
          told++;
          later = kiosk_audit_verifier_resume (&keys, state);
          feed (later, &row, p, NULL);
          finish (later, &report);
          assert_same (&report, &wanted);
        }
    }
  g_assert_cmpuint (told, >=, 7);
  g_assert_cmpuint (untold, >=, 1); /* the clock was set back before and after */
  g_assert_null (kiosk_audit_verifier_behead (states[2], states[3]));
  clear_states (states);
  clear_row (&row);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audit/resume/same", test_same);
  g_test_add_func ("/audit/resume/damaged-log", test_damaged_log);
  g_test_add_func ("/audit/resume/damaged-state", test_damaged_state);
  g_test_add_func ("/audit/resume/behead", test_behead);
  return g_test_run ();
}
