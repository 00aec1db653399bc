/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/audit.h"

#include <string.h>

/* Records, their chain and its verification. The samples in tests/data/audit come from a second
 * implementation, tests/lib/verify-audit.py, which knows only the format document. */

#define SITE "本庁舎 3階"
#define BOOT "0f8b6a52-3c1d-4e7f-9a60-5b2c8d1e4f70"
#define HASH8 "abababababababab"
#define CERT8 "cdcdcdcdcdcdcdcd"
#define FACE4 "😀😀😀😀"
#define FACE64                                                                                     \
  FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4 FACE4
#define FACE448 FACE64 FACE64 FACE64 FACE64 FACE64 FACE64 FACE64

#define BASE .boot = BOOT, .host_id = "kiosk-01", .host_site = SITE

/* The records of good_fields() in verify-audit.py, before they are cleaned. */
static const KioskAuditRecord golden[] = {
  { BASE, .action = KIOSK_ACTION_LOG_OPENED, .outcome = KIOSK_OUTCOME_SUCCESS },
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
  { BASE, .action = KIOSK_ACTION_LOGOUT, .outcome = KIOSK_OUTCOME_SUCCESS,
    .reason = KIOSK_REASON_PERSON, .session = "s-1" },
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

/* Verifies @bytes in pieces of @piece. */
static KioskAuditReport
verify (const char *bytes, gsize length, gsize piece)
{
  g_autoptr (KioskAuditVerifier) verifier = kiosk_audit_verifier_new ();
  KioskAuditReport report;
  gboolean good;

  for (gsize at = 0; at < length; at += piece)
    {
      /* an exact copy lets the sanitizer see a read behind the end */
      gsize size = MIN (piece, length - at);
      g_autofree char *copy = g_memdup2 (bytes + at, size);

      if (!kiosk_audit_verifier_feed (verifier, copy, size))
        break;
    }
  good = kiosk_audit_verifier_finish (verifier, &report, NULL);
  g_assert_true (good == (report.fault == KIOSK_AUDIT_OK));
  g_assert_cmpuint (report.records, ==, kiosk_audit_verifier_get_records (verifier));
  g_assert_cmpuint (report.expected, ==, report.records + 1);
  return report;
}

/* A record whose members differ with @i. */
static GBytes *
encode_nth (guint i, KioskAuditChain *chain)
{
  KioskAuditRecord record = golden[i % G_N_ELEMENTS (golden)];
  g_autoptr (GError) error = NULL;
  GBytes *line;

  record.realtime = G_GINT64_CONSTANT (1795222920000000) + i * G_GINT64_CONSTANT (1000001);
  record.boottime = 1000000 + i;
  line = kiosk_audit_encode (&record, chain, &error);
  g_assert_no_error (error);
  return line;
}

/* ---- Records ---- */

static void
test_golden (void)
{
  gsize length;
  g_autofree char *expected = read_sample ("good.log", &length);
  const char *at = expected;
  KioskAuditChain chain;

  kiosk_audit_chain_init (&chain);
  g_assert_cmpuint (chain.sequence, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      g_autoptr (GBytes) line = encode_nth (i, &chain);
      g_autofree char *stored = g_strndup (at, strcspn (at, "\n") + 1);
      g_autofree char *written = g_strndup (g_bytes_get_data (line, NULL), g_bytes_get_size (line));

      g_assert_cmpstr (written, ==, stored);
      g_assert_cmpuint (chain.sequence, ==, i + 1);
      at += strlen (stored);
    }
  g_assert_true (at == expected + length);
}

static void
test_every_action (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) log = g_string_new (NULL);
  const KioskAuditAction *row;
  KioskAuditChain chain;
  KioskAuditReport report;
  guint n = 0;

  kiosk_audit_chain_init (&chain);
  for (; (row = kiosk_audit_action_nth (n)) != NULL; n++)
    {
      KioskAuditRecord record = { .action = row->action, .realtime = n };
      g_autofree char *wanted = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) line = kiosk_audit_encode (&record, &chain, &error);

      g_assert_no_error (error);
      g_string_append_len (log, g_bytes_get_data (line, NULL), (gssize) g_bytes_get_size (line));
      wanted = g_strdup_printf ("\"event.action\":\"%s\",\"event.category\":\"%s\","
                                "\"event.kind\":\"event\",\"event.outcome\":\"unknown\","
                                "\"event.sequence\":%u,\"event.type\":\"%s\"",
                                row->action, row->category, n + 1, row->type);
      g_assert_nonnull (strstr (log->str, wanted));
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

  report = verify (log->str, log->len, log->len);
  g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_OK);
  g_assert_cmpuint (report.records, ==, n);
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
  for (int fault = KIOSK_AUDIT_OK; fault <= KIOSK_AUDIT_TORN; fault++)
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
  };
  KioskAuditChain chain, before;

  kiosk_audit_chain_init (&chain);
  before = chain;
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_audit_encode (&records[i], &chain, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
      g_assert_cmpmem (&chain, sizeof chain, &before, sizeof before);
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
  KioskAuditChain chain;
  KioskAuditReport report;

  kiosk_audit_chain_init (&chain);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GString) many = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) line = NULL;

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
        };

        line = kiosk_audit_encode (&record, &chain, &error);
      }
      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (line), <=, KIOSK_AUDIT_LINE_MAX);
      g_string_append_len (log, g_bytes_get_data (line, NULL), (gssize) g_bytes_get_size (line));
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
  g_assert_cmpuint (report.records, ==, G_N_ELEMENTS (texts));
}

/* ---- Verification ---- */

static const char *
fault_name (KioskAuditFault fault)
{
  static const char *const names[] = {
    [KIOSK_AUDIT_OK] = "ok",           [KIOSK_AUDIT_CHANGED] = "changed",
    [KIOSK_AUDIT_MISSING] = "missing", [KIOSK_AUDIT_MOVED] = "moved",
    [KIOSK_AUDIT_DOUBLED] = "doubled", [KIOSK_AUDIT_MALFORMED] = "malformed",
    [KIOSK_AUDIT_TORN] = "torn",       [KIOSK_AUDIT_UNLINKED] = "unlinked",
  };

  return names[fault];
}

static void
test_samples (void)
{
  static const gsize pieces[] = { 1, 7, 4096, 1 << 20 };
  gsize length;
  g_autofree char *table = read_sample ("expected.tsv", &length);
  g_auto (GStrv) rows = g_strsplit (table, "\n", -1);
  guint n = 0;

  for (guint i = 1; rows[i] != NULL && *rows[i] != '\0'; i++)
    {
      const char *name_end = strchr (rows[i], '\t');
      g_autofree char *name = g_strdup_printf ("%.*s.log", (int) (name_end - rows[i]), rows[i]);
      g_autofree char *bytes = read_sample (name, &length);

      for (guint p = 0; p < G_N_ELEMENTS (pieces); p++)
        {
          KioskAuditReport report = verify (bytes, length, pieces[p]);
          g_autofree char *got = g_strdup_printf ("%s\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT
                                                  "\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT,
                                                  fault_name (report.fault), report.line,
                                                  report.sequence, report.expected, report.records);

          g_test_message ("%s in pieces of %" G_GSIZE_FORMAT, name, pieces[p]);
          g_assert_cmpstr (got, ==, name_end + 1);
          if (report.fault == KIOSK_AUDIT_OK)
            g_assert_cmpuint (report.bytes, ==, length);
        }
      n++;
    }
  g_assert_cmpuint (n, >, 50);
}

/* Every byte of the third record altered in turn: never good, never blamed on another line, and
 * within the body always called changed. */
static void
test_every_byte (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  gsize begin = 0, end = 0, body_end;
  KioskAuditChain chain;

  kiosk_audit_chain_init (&chain);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GBytes) line = encode_nth (i, &chain);

      begin = i == 2 ? log->len : begin;
      g_string_append_len (log, g_bytes_get_data (line, NULL), (gssize) g_bytes_get_size (line));
      end = i == 2 ? log->len : end;
    }
  body_end = (gsize) (strstr (log->str + begin, ",\"kiosk.integrity\"") - log->str);

  for (gsize at = begin; at < end; at++)
    {
      char was = log->str[at];

      for (guint bit = 0; bit < 8; bit++)
        {
          KioskAuditReport report;

          log->str[at] = (char) (was ^ (1 << bit));
          report = verify (log->str, log->len, log->len);
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

/* The writer goes on where the verifier ended. */
static void
test_go_on (void)
{
  gsize length;
  g_autofree char *bytes = read_sample ("cut-at-record.log", &length);
  g_autoptr (KioskAuditVerifier) verifier = kiosk_audit_verifier_new ();
  g_autoptr (GString) log = g_string_new_len (bytes, (gssize) length);
  g_autoptr (GBytes) line = NULL;
  KioskAuditReport report;
  KioskAuditChain chain;

  g_assert_true (kiosk_audit_verifier_feed (verifier, bytes, length));
  g_assert_true (kiosk_audit_verifier_finish (verifier, &report, &chain));
  g_assert_cmpuint (chain.sequence, ==, 5);
  line = encode_nth (5, &chain);
  g_string_append_len (log, g_bytes_get_data (line, NULL), (gssize) g_bytes_get_size (line));

  report = verify (log->str, log->len, 100);
  g_assert_cmpint (report.fault, ==, KIOSK_AUDIT_OK);
  g_assert_cmpuint (report.records, ==, 6);
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
      g_autoptr (GBytes) line = NULL;
      g_autofree char *text = NULL;
      KioskAuditChain chain;

      g_test_message ("%u", i);
      record.action = KIOSK_ACTION_OUTAGE_ENDED;
      kiosk_audit_chain_init (&chain);
      line = kiosk_audit_encode (&record, &chain, NULL);
      g_assert_nonnull (line);
      text = g_strndup (g_bytes_get_data (line, NULL), g_bytes_get_size (line));
      g_assert_cmpint (verify (text, strlen (text), 100).fault, ==, KIOSK_AUDIT_OK);
      if (rows[i].piece != NULL)
        g_assert_nonnull (strstr (text, rows[i].piece));
      for (guint k = 0; rows[i].piece == NULL && k < G_N_ELEMENTS (names); k++)
        g_assert_null (strstr (text, names[k]));
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
  g_test_add_func ("/audit/chain/every-byte", test_every_byte);
  g_test_add_func ("/audit/chain/every-cut", test_every_cut);
  g_test_add_func ("/audit/chain/go-on", test_go_on);
  return g_test_run ();
}
