/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "../lib/audit-log.h"
#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/audit.h"

#include <stdlib.h>
#include <string.h>

/* Records, their chain and its verification. The samples in tests/data/audit come from a second
 * implementation, tests/lib/verify-audit.py, which knows only the format document. */

#define SITE "本庁舎 3階"
#define BOOT "0f8b6a52-3c1d-4e7f-9a60-5b2c8d1e4f70"
#define HASH8 "abababababababab"
#define CERT8 "cdcdcdcdcdcdcdcd"
#define FILE8 "efefefefefefefef"
#define FACE4 "😀😀😀😀"
#define FACE64                                                                                     \
  FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4
#define FACE448 FACE64 FACE64 FACE64 FACE64 FACE64 FACE64 FACE64

#define BASE .boot = BOOT, .host_id = "kiosk-01", .host_site = SITE

/* The records of good_fields() in verify-audit.py, before they are cleaned. */
static const KioskAuditRecord golden[] = {
  { BASE, .action = KIOSK_ACTION_LOG_BEGUN, .outcome = KIOSK_OUTCOME_SUCCESS,
    .reason = KIOSK_REASON_CHECKPOINT_BEGIN, .file = 1 },
  { BASE, .action = KIOSK_ACTION_DAEMON_STARTED, .outcome = KIOSK_OUTCOME_SUCCESS,
    .clock = "synchronised", .detail = "version 0.1.0" },
  { BASE, .action = KIOSK_ACTION_LOGIN_BEGUN, .outcome = KIOSK_OUTCOME_UNKNOWN },
  { BASE, .action = KIOSK_ACTION_LOGIN, .outcome = KIOSK_OUTCOME_FAILURE,
    .reason = KIOSK_REASON_UNLISTED, .user_id = "unlisted", .reference = "4821-07" },
  { BASE, .action = KIOSK_ACTION_LOGIN, .outcome = KIOSK_OUTCOME_SUCCESS, .user_id = "sato",
    .user_name = "佐藤 花子", .session = "s-1" },
  { BASE, .action = KIOSK_ACTION_CONNECT_BEGUN, .outcome = KIOSK_OUTCOME_UNKNOWN, .user_id = "sato",
    .server = "juki-01", .ip = "192.0.2.17", .port = 3389, .ticket = "W-2026-0042",
    .session = "s-1", .policy = HASH8 HASH8 HASH8 HASH8,
    .purpose = "say \"hello\" \\ \x1b[31m\xe2\x80\xae\xe2\x80\xa8=1" },
  { BASE, .action = KIOSK_ACTION_CERTIFICATE_REFUSED, .outcome = KIOSK_OUTCOME_FAILURE,
    .reason = KIOSK_REASON_CERTIFICATE_CHANGED, .certificate = CERT8 CERT8 CERT8 CERT8,
    .source_ip = "192.0.2.5", .source_port = 40000, .detail = FACE448 },
  { BASE, .action = KIOSK_ACTION_CHECKPOINT, .outcome = KIOSK_OUTCOME_SUCCESS,
    .reason = KIOSK_REASON_CHECKPOINT_SESSION, .file = 1 },
  { BASE, .action = KIOSK_ACTION_LOGOUT, .outcome = KIOSK_OUTCOME_SUCCESS,
    .reason = KIOSK_REASON_PERSON, .session = "s-1" },
  { BASE, .action = KIOSK_ACTION_LOG_CLOSED, .outcome = KIOSK_OUTCOME_SUCCESS,
    .reason = KIOSK_REASON_CHECKPOINT_END, .file = 1 },
  { BASE, .action = KIOSK_ACTION_LOG_OPENED, .outcome = KIOSK_OUTCOME_SUCCESS },
  { BASE, .action = KIOSK_ACTION_LOG_DELETED, .outcome = KIOSK_OUTCOME_UNKNOWN, .file = 1,
    .last = 8, .file_digest = FILE8 FILE8 FILE8 FILE8 },
};

static char *
read_sample (const char *name, gsize *length)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "audit", name, NULL);
  g_autoptr (GError) error = NULL;
  char *bytes = NULL;

  g_file_get_contents (path, &bytes, length, &error);
  g_assert_no_error (error);
  return bytes;
}

/* Verifies the files in pieces of @piece. */
static KioskAuditReport
verify_files (GPtrArray *files, const KioskAuditKeys *keys, gsize piece)
{
  g_autoptr (KioskAuditVerifier) verifier = kiosk_audit_verifier_new (keys);
  KioskAuditReport report;
  gboolean good;

  for (guint i = 0; i < files->len; i++)
    {
      GString *file = files->pdata[i];

      if (i > 0 && !kiosk_audit_verifier_next_file (verifier))
        break;
      for (gsize at = 0; at < file->len; at += piece)
        {
          /* an exact copy lets the sanitizer see a read behind the end */
          gsize size = MIN (piece, file->len - at);
          g_autofree char *copy = g_memdup2 (file->str + at, size);

          if (!kiosk_audit_verifier_feed (verifier, copy, size))
            break;
        }
    }
  good = kiosk_audit_verifier_finish (verifier, &report, NULL);
  g_assert_true (good == (report.fault == KIOSK_AUDIT_OK));
  g_assert_cmpuint (report.records, ==, kiosk_audit_verifier_get_records (verifier));
  g_assert_cmpuint (report.expected, ==, report.records > 0 ? report.first + report.records : 1);
  return report;
}

static void
free_string (gpointer string)
{
  g_string_free (string, TRUE);
}

static KioskAuditReport
verify (const char *bytes, gsize length, gsize piece)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (free_string);

  g_ptr_array_add (files, g_string_new_len (bytes, (gssize) length));
  return verify_files (files, NULL, piece);
}

/* A record whose members differ with @i. */
static GBytes *
encode_nth (guint i, AuditLog *log)
{
  KioskAuditRecord record = golden[i];

  record.realtime = G_GINT64_CONSTANT (1795222920000000) + i * G_GINT64_CONSTANT (1000001);
  record.boottime = 1000000 + i;
  return audit_log_encode (log, &record);
}

static void
append_nth (guint i, AuditLog *log, GString *text)
{
  g_autoptr (GBytes) line = encode_nth (i, log);

  g_string_append_len (text, g_bytes_get_data (line, NULL), (gssize) g_bytes_get_size (line));
}

/* ---- Records ---- */

static void
test_golden (void)
{
  gsize length;
  g_autofree char *expected = read_sample ("good.log", &length);
  const char *at = expected;
  AuditLog log;

  audit_log_begin (&log, 0);
  g_assert_cmpuint (log.state.chain.sequence, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      g_autoptr (GBytes) line = encode_nth (i, &log);
      g_autofree char *stored = g_strndup (at, strcspn (at, "\n") + 1);
      g_autofree char *written = g_strndup (g_bytes_get_data (line, NULL), g_bytes_get_size (line));

      g_assert_cmpstr (written, ==, stored);
      g_assert_cmpuint (log.state.chain.sequence, ==, i + 1);
      at += strlen (stored);
    }
  g_assert_true (at == expected + length);
}

static void
test_every_action (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) text = g_string_new (NULL);
  const KioskAuditAction *row;
  KioskAuditReport report;
  AuditLog log;
  guint n = 0, records = 1;

  audit_log_begin (&log, 0);
  audit_log_append_begin (&log, NULL, text);
  for (; (row = kiosk_audit_action_nth (n)) != NULL; n++)
    {
      KioskAuditRecord record = { .action = row->action, .realtime = n };
      g_autofree char *wanted = NULL;

      if (!g_str_equal (row->action, KIOSK_ACTION_LOG_BEGUN))
        {
          audit_log_append (&log, &record, text);
          wanted = g_strdup_printf ("\"event.action\":\"%s\",\"event.category\":\"%s\","
                                    "\"event.kind\":\"event\",\"event.outcome\":\"unknown\","
                                    "\"event.sequence\":%u,\"event.type\":\"%s\"",
                                    row->action, row->category, ++records, row->type);
          g_assert_nonnull (strstr (text->str, wanted));
        }
      g_assert_true (g_hash_table_add (seen, (gpointer) row->action));
      g_assert_true (kiosk_audit_action_find (row->action) == row);
      g_assert_cmpstr (kiosk_audit_action_category (row->action), ==, row->category);
      g_assert_true (g_utf8_validate (row->ja, -1, NULL) && !g_str_is_ascii (row->ja));
      g_assert_true (*row->en != '\0' && g_str_is_ascii (row->en));
    }
  g_assert_cmpuint (n, >, 25);
  g_assert_null (kiosk_audit_action_find ("no-such-action"));
  g_assert_null (kiosk_audit_action_find (NULL));
  g_assert_null (kiosk_audit_action_category ("Login"));

  report = verify (text->str, text->len, text->len);
  g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_OK);
  g_assert_cmpuint (report.records, ==, records);
}

static void
test_every_reason (void)
{
#define WORD(word, ja, en) word,
  static const char *const words[] = { KIOSK_AUDIT_REASONS (WORD) };
#undef WORD
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      const char *ja = kiosk_audit_reason_text (words[i], TRUE);
      const char *en = kiosk_audit_reason_text (words[i], FALSE);

      g_assert_true (g_hash_table_add (seen, (gpointer) words[i]));
      g_assert_true (g_utf8_validate (ja, -1, NULL) && !g_str_is_ascii (ja));
      g_assert_true (*en != '\0' && g_str_is_ascii (en));
    }
  g_assert_null (kiosk_audit_reason_text ("no-such-reason", TRUE));
  g_assert_null (kiosk_audit_reason_text (NULL, FALSE));
}

static void
test_every_fault_text (void)
{
  for (int fault = KIOSK_AUDIT_OK; fault <= KIOSK_AUDIT_UNJOINED; fault++)
    {
      g_assert_false (g_str_is_ascii (kiosk_audit_fault_text ((KioskAuditFault) fault, TRUE)));
      g_assert_true (g_str_is_ascii (kiosk_audit_fault_text ((KioskAuditFault) fault, FALSE)));
    }
}

static void
test_document (void)
{
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "..", "kiosk", "docs", "AUDIT-FORMAT.md", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  const KioskAuditAction *row;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; (row = kiosk_audit_action_nth (i)) != NULL; i++)
    {
      g_autofree char *wanted
          = g_strdup_printf ("\n| `%s` | %s, %s | ", row->action, row->category, row->type);

      g_assert_nonnull (strstr (text, wanted));
    }
}

static void
test_refused (void)
{
  static const KioskAuditRecord records[] = {
    { .action = NULL },
    { .action = "" },
    { .action = "logins" },
    { .action = KIOSK_ACTION_LOGIN, .realtime = -1 },
    { .action = KIOSK_ACTION_LOGIN, .realtime = G_MAXINT64 },
    { .action = KIOSK_ACTION_LOGIN, .boottime = -1 },
    { .action = KIOSK_ACTION_LOG_BEGUN }, /* a second time */
  };
  static const KioskAuditRecord first = { .action = KIOSK_ACTION_LOGIN };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) not_first = NULL;
  KioskAuditState before;
  AuditLog log;

  audit_log_begin (&log, 0);
  before = log.state;
  g_assert_null (kiosk_audit_encode (&first, &log.state, NULL, &not_first));
  g_assert_error (not_first, KIOSK_ERROR, KIOSK_ERROR_INVALID);
  g_assert_cmpmem (&log.state, sizeof before, &before, sizeof before);

  audit_log_append_begin (&log, NULL, text);
  before = log.state;
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_audit_encode (&records[i], &log.state, log.state.seed, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
      g_assert_cmpmem (&log.state, sizeof before, &before, sizeof before);
    }
}

/* What nobody chose may keep a record from being written: each field full of what needs most room,
 * and of what does most harm. */
static void
test_hostile_fields (void)
{
  static const char *const texts[] = { FACE448 FACE448,
                                       "\"",
                                       "\\",
                                       "\n\r\t\b\f\x7f\x1b",
                                       "\xff\xfe\xc0\x80",
                                       "\xe2\x80\xa8",
                                       "\xe2\x80\xa9",
                                       "\xe2\x80\xae\xe2\x81\xa6",
                                       "\xc2\x85\xc2\x9b",
                                       "",
                                       "\",\"event.sequence\":99,\"x\":\"",
                                       "\",\"kiosk.integrity\":{\"version\":1" };
  g_autoptr (GString) log = g_string_new (NULL);
  AuditLog writer;
  KioskAuditReport report;

  audit_log_begin (&writer, 0);
  audit_log_append_begin (&writer, NULL, log);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GString) many = g_string_new (NULL);
      gsize before = log->len;

      for (guint n = 0; n < 1024; n++)
        g_string_append (many, texts[i]);
      {
        char *t = many->str;
        KioskAuditRecord record = {
          .action = KIOSK_ACTION_CONNECT,
          .outcome = KIOSK_OUTCOME_FAILURE,
          .reason = t,
          .detail = t,
          .realtime = G_GINT64_CONSTANT (253402300799999999), /* end of the year 9999 */
          .boottime = G_MAXINT64,
          .boot = t,
          .clock = t,
          .host_id = t,
          .host_site = t,
          .source_ip = t,
          .source_port = G_MAXUINT,
          .user_id = t,
          .user_name = t,
          .server = t,
          .ip = t,
          .port = G_MAXUINT,
          .session = t,
          .ticket = t,
          .purpose = t,
          .policy = t,
          .reference = t,
          .certificate = t,
          .file_digest = t,
          .approver = t,
          .order = t,
          .order_digest = t,
          .outage = t,
          .start = G_GINT64_CONSTANT (253402300799999999),
          .end = G_GINT64_CONSTANT (253402300799999999),
          .duration = G_MAXINT64,
          .count = G_MAXINT64,
          .step = G_MAXINT64,
          .absence = G_MAXINT64,
          .file = G_MAXINT64,
          .last = G_MAXINT64,
        };

        audit_log_append (&writer, &record, log);
        /* a checkpoint is the longest */
        record.action = KIOSK_ACTION_CHECKPOINT;
        g_assert_cmpuint (log->len - before, <=, KIOSK_AUDIT_LINE_MAX);
        audit_log_append (&writer, &record, log);
      }
    }

  g_assert_true (g_utf8_validate_len (log->str, log->len, NULL));
  for (const char *p = log->str; *p != '\0'; p = g_utf8_next_char (p))
    {
      GUnicodeType type = g_unichar_type (g_utf8_get_char (p));

      g_assert_true (*p == '\n' || (type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT));
      g_assert_true (type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR);
    }
  report = verify (log->str, log->len, log->len);
  g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_OK);
  g_assert_cmpuint (report.records, ==, 2 * G_N_ELEMENTS (texts) + 1);
}

/* ---- Verification ---- */

static GPtrArray *
read_files (const char *name, guint n)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (free_string);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *file
          = n == 1 ? g_strconcat (name, ".log", NULL) : g_strdup_printf ("%s.%u.log", name, i);
      gsize length;
      g_autofree char *bytes = read_sample (file, &length);

      g_ptr_array_add (files, g_string_new_len (bytes, (gssize) length));
    }
  return files;
}

/* As the second verifier writes it. */
static char *
describe (const KioskAuditReport *report)
{
  return g_strdup_printf ("%s\t%u\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT
                          "\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT,
                          kiosk_audit_fault_name (report->fault), report->file, report->line,
                          report->sequence, report->expected, report->records, report->first,
                          report->sealed);
}

static void
test_samples (void)
{
  static const gsize pieces[] = { 1, 7, 4096, 1 << 20 };
  gsize length;
  g_autofree char *table = read_sample ("expected.tsv", &length);
  g_auto (GStrv) rows = g_strsplit (table, "\n", -1);
  KioskAuditKeys both = { .secret = audit_log_secret () };
  AuditLog log;
  guint n = 0;

  audit_log_begin (&log, 0);
  both.key = log.state.log_key;
  for (guint i = 1; rows[i] != NULL && *rows[i] != '\0'; i++, n++)
    {
      g_auto (GStrv) columns = g_strsplit (rows[i], "\t", 4);
      g_autoptr (GPtrArray) files = read_files (columns[0], (guint) atoi (columns[1]));
      gboolean keys = g_str_equal (columns[2], "both");

      for (guint p = 0; p < G_N_ELEMENTS (pieces); p++)
        {
          KioskAuditReport report = verify_files (files, keys ? &both : NULL, pieces[p]);
          g_autofree char *got = describe (&report);

          g_test_message ("%s in pieces of %" G_GSIZE_FORMAT, columns[0], pieces[p]);
          g_assert_cmpstr (got, ==, columns[3]);
        }
    }
  g_assert_cmpuint (n, >, 200);
}

/* Who has the first key, and no secret, sees what is signed. */
static void
test_keys (void)
{
  gsize length;
  g_autofree char *bytes = read_sample ("rewritten-rest.log", &length);
  g_autoptr (GPtrArray) files = read_files ("deleted", 1);
  KioskAuditReport report;
  AuditLog log, other;
  KioskAuditKeys keys = { 0 };

  audit_log_begin (&log, 0);
  audit_log_begin (&other, 1);
  report = verify (bytes, length, length);
  g_assert_true (report.has_key);
  g_assert_cmpmem (report.key, sizeof report.key, log.state.log_key, sizeof report.key);
  g_assert_cmpuint (report.sealed, ==, 1);
  g_assert_cmpuint (report.checkpoints, ==, 1);

  /* a log that begins later does not say whose it is */
  report = verify_files (files, NULL, 100);
  g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_OK);
  g_assert_false (report.has_key);
  keys.key = log.state.log_key;
  report = verify_files (files, &keys, 100);
  g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_OK);
  g_assert_true (report.has_key);
  keys.key = other.state.log_key;
  report = verify_files (files, &keys, 100);
  g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_FORGED);
  g_assert_cmpuint (report.sequence, ==, 8);
}

static void
test_clock_back (void)
{
  gsize length;
  g_autofree char *bytes = read_sample ("clock-back.log", &length);
  KioskAuditReport report = verify (bytes, length, length);

  g_assert_cmpuint (report.clock_back, ==, 1);
  g_assert_cmpuint (report.clock_back_sequence, ==, 5);
}

/* Every byte of the third record altered in turn: never good, never blamed on another line, and
 * within the body always called changed. Its code can only be judged with the secret. */
static void
test_every_byte (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  gsize begin = 0, end = 0, body_end, code, code_end;
  AuditLog writer;

  audit_log_begin (&writer, 0);
  for (guint i = 0; i < 5; i++)
    {
      begin = i == 2 ? log->len : begin;
      append_nth (i, &writer, log);
      end = i == 2 ? log->len : end;
    }
  code = (gsize) (strstr (log->str + begin, "\"mac\":\"") - log->str) + strlen ("\"mac\":\"");
  code_end = code + 2 * KIOSK_AUDIT_MAC_SIZE;
  body_end = (gsize) (strstr (log->str + begin, ",\"kiosk.integrity\"") - log->str);

  for (gsize at = begin; at < end; at++)
    {
      char was = log->str[at];

      for (guint bit = 0; bit < 8; bit++)
        {
          KioskAuditReport report;

          log->str[at] = (char) (was ^ (1 << bit));
          report = verify (log->str, log->len, log->len);
          if (at >= code && at < code_end && g_ascii_isxdigit (log->str[at])
              && !g_ascii_isupper (log->str[at]))
            {
              g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_OK);
              continue;
            }
          g_assert_cmpuint (report.line, ==, 3);
          g_assert_cmpuint (report.records, ==, 2);
          g_assert_cmpuint (report.bytes, ==, begin);
          if (log->str[at] == '\n')
            g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_MALFORMED);
          else if (at < body_end || at == end - 1)
            g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_CHANGED);
          else
            g_assert_true (report.fault == KIOSK_AUDIT_CHANGED
                           || report.fault == KIOSK_AUDIT_MALFORMED);
        }
      log->str[at] = was;
    }
  g_assert_cmpint (verify (log->str, log->len, log->len).fault, ==, KIOSK_AUDIT_OK);
}

/* Cut at every byte: a whole number of lines is a good, shorter log (what a chain can not show),
 * anything else is torn, and the good part ends where the torn line begins. */
static void
test_every_cut (void)
{
  gsize length;
  g_autofree char *bytes = read_sample ("good.log", &length);
  gsize line_begin = 0;
  guint64 records = 0;

  for (gsize cut = 0; cut <= length; cut++)
    {
      KioskAuditReport report;

      if (cut > 0 && bytes[cut - 1] == '\n')
        {
          line_begin = cut;
          records++;
        }
      report = verify (bytes, cut, MAX (cut, 1));
      g_assert_cmpint (report.fault, ==, cut == line_begin ? KIOSK_AUDIT_OK : KIOSK_AUDIT_TORN);
      g_assert_cmpuint (report.records, ==, records);
      g_assert_cmpuint (report.bytes, ==, line_begin);
    }
}

/* What a writer finds behind its state, it can follow; nothing else. */
static void
test_follow (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const guint8 seed[KIOSK_AUDIT_KEY_SIZE] = { 7 };
  AuditLog writer, behind;

  audit_log_begin (&writer, 0);
  for (guint i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      g_autofree char *line = NULL;
      gsize begin = text->len, length;
      KioskAuditState before;

      behind = writer;
      append_nth (i, &writer, text);
      line = g_strdup (text->str + begin);
      length = text->len - begin;
      before = behind.state;
      for (gsize at = 0; at < length; at++)
        {
          char was = line[at];

          line[at] ^= 1;
          g_assert_false (kiosk_audit_state_follow (&behind.state, line, length, seed));
          line[at] = was;
        }
      g_assert_false (kiosk_audit_state_follow (&behind.state, line, length - 1, seed));
      g_assert_cmpmem (&behind.state, sizeof before, &before, sizeof before);
      g_assert_true (kiosk_audit_state_follow (&behind.state, line, length, seed));
      g_assert_cmpmem (&behind.state.chain, sizeof behind.state.chain, &writer.state.chain,
                       sizeof writer.state.chain);
      g_assert_cmpmem (behind.state.mac_key, sizeof behind.state.mac_key, writer.state.mac_key,
                       sizeof writer.state.mac_key);
      g_assert_cmpmem (behind.state.seed, sizeof behind.state.seed, writer.state.seed,
                       sizeof writer.state.seed);
      /* a record twice, or before its turn */
      g_assert_false (kiosk_audit_state_follow (&behind.state, line, length, seed));
    }
}

static void
test_slots (void)
{
  KioskAuditSlot slot = { .generation = 5, .file_length = 1 << 20, .file_first = 42 }, read;
  guint8 bytes[KIOSK_AUDIT_SLOT_SIZE];
  AuditLog writer;

  audit_log_begin (&writer, 3);
  slot.state = writer.state;
  slot.state.chain.sequence = 1234;
  kiosk_audit_slot_pack (&slot, bytes);
  g_assert_cmpmem (bytes, 8, "KIOSKKEY", 8);
  g_assert_cmpuint (bytes[8], ==, 2);
  g_assert_cmpuint (bytes[16], ==, 5);
  g_assert_cmpmem (bytes + 96, 32, writer.state.log_key, 32);
  g_assert_cmpuint (bytes[200], ==, 42);
  g_assert_true (kiosk_audit_slot_unpack (bytes, &read));
  g_assert_cmpmem (&read, sizeof read, &slot, sizeof slot);
  for (guint at = 0; at < sizeof bytes; at++)
    {
      bytes[at] ^= 0x20;
      g_assert_false (kiosk_audit_slot_unpack (bytes, &read));
      bytes[at] ^= 0x20;
    }
  memset (bytes, 0, sizeof bytes);
  g_assert_false (kiosk_audit_slot_unpack (bytes, &read));
}

static void
test_seal_code (void)
{
  static const struct {
    const char *written;
    gboolean equal;
  } rows[] = {
    { "01AB-CDEF-GHJK", TRUE },
    { "01abcdefghjk", TRUE },
    { "oiAB CDEF GHJK", TRUE },
    { " OL-AB-CD-EF-GHJK-", TRUE },
    { "01AB-CDEF-GHJ", FALSE },
    { "01AB-CDEF-GHJKM", FALSE },
    { "", FALSE },
    { "01AB-CDEF-GHJM", FALSE },
  };
  char code[KIOSK_AUDIT_SEAL_SIZE];
  char other[KIOSK_AUDIT_SEAL_SIZE];
  AuditLog log;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_true (kiosk_audit_seal_code_equal (rows[i].written, "01AB-CDEF-GHJK")
                   == rows[i].equal);
  audit_log_begin (&log, 0);
  kiosk_audit_seal_code (log.state.log_key, log.state.chain.hash, code);
  g_assert_cmpstr (code, ==, "FFNM-20PA-YGPS");
  log.state.chain.hash[31] ^= 1;
  kiosk_audit_seal_code (log.state.log_key, log.state.chain.hash, other);
  g_assert_cmpstr (code, !=, other);
}

/* Numbers of an outage and of a step of the clock; what is impossible is left out, and the line is good. */
static void
test_amounts (void)
{
  static const struct {
    KioskAuditRecord record;
    const char *piece; /* NULL: none of the names */
  } rows[] = {
    { { .start = 1795224615123456,
        .end = 1795224616000000,
        .duration = 876544,
        .count = 3,
        .outage = "line" },
      "\"event.duration\":876544000,\"event.end\":\"2026-11-21T01:30:16.000000Z\"," },
    { { .start = 1795224615123456 },
      "\"event.start\":\"2026-11-21T01:30:15.123456Z\",\"event.type\":\"end\"" },
    { { .count = 3 }, "\"kiosk.count\":3,\"kiosk.monotonic\":0" },
    { { .outage = "server" }, "\"kiosk.monotonic\":0,\"kiosk.outage\":\"server\"" },
    { { .absence = 90000000, .approver = "sato" },
      "\"kiosk.absence\":90000000,\"kiosk.approval.by\":\"sato\"" },
    { { .step = -5 }, "\"kiosk.step\":5" },
    { { .step = G_MAXINT64 }, "\"kiosk.step\":9223372036854775807" },
    { { .duration = G_MAXINT64 }, "\"event.duration\":9223372036854775000" },
    { { .step = G_MININT64,
        .start = -1,
        .end = G_MAXINT64,
        .duration = -1,
        .absence = -1,
        .count = G_MAXUINT64 },
      NULL },
    { { 0 }, NULL },
  };
  static const char *const names[]
      = { "event.duration", "event.end",    "event.start", "kiosk.absence",
          "kiosk.count",    "kiosk.outage", "kiosk.step" };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      KioskAuditRecord record = rows[i].record;
      g_autoptr (GString) text = g_string_new (NULL);
      AuditLog log;

      g_test_message ("%u", i);
      record.action = KIOSK_ACTION_OUTAGE_ENDED;
      audit_log_begin (&log, 0);
      audit_log_append_begin (&log, NULL, text);
      audit_log_append (&log, &record, text);
      g_assert_cmpint (verify (text->str, text->len, 100).fault, ==, KIOSK_AUDIT_OK);
      if (rows[i].piece != NULL)
        g_assert_nonnull (strstr (text->str, rows[i].piece));
      for (guint k = 0; rows[i].piece == NULL && k < G_N_ELEMENTS (names); k++)
        g_assert_null (strstr (text->str, names[k]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audit/record/golden", test_golden);
  g_test_add_func ("/audit/record/every-action", test_every_action);
  g_test_add_func ("/audit/record/every-reason", test_every_reason);
  g_test_add_func ("/audit/record/document", test_document);
  g_test_add_func ("/audit/record/refused", test_refused);
  g_test_add_func ("/audit/record/hostile-fields", test_hostile_fields);
  g_test_add_func ("/audit/record/amounts", test_amounts);
  g_test_add_func ("/audit/chain/fault-texts", test_every_fault_text);
  g_test_add_func ("/audit/chain/samples", test_samples);
  g_test_add_func ("/audit/chain/keys", test_keys);
  g_test_add_func ("/audit/chain/clock-back", test_clock_back);
  g_test_add_func ("/audit/chain/every-byte", test_every_byte);
  g_test_add_func ("/audit/chain/every-cut", test_every_cut);
  g_test_add_func ("/audit/state/follow", test_follow);
  g_test_add_func ("/audit/state/slots", test_slots);
  g_test_add_func ("/audit/seal-code", test_seal_code);
  return g_test_run ();
}
